"""Which formulas a design is computed by, each with where it is from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from remission.trials.design.outlook import Planned


@dataclass(frozen=True)
class Formula:
    """What is computed, how, and who says so."""

    what: str
    how: str
    source: str


LOOKS = (
    Formula("Alpha spent", "a spending function of the share of events",
            "Lan & DeMets 1983, doi:10.1093/biomet/70.3.659"),
    Formula("Bounds, and where trials end", "recursive numerical integration of the canonical joint distribution",
            "Armitage, McPherson & Rowe 1969, doi:10.2307/2343787; "
            "Jennison & Turnbull 2000, doi:10.1201/9780367805326"),
    Formula("Conditional power", "the same integration from the look that was seen",
            "Lan & Wittes 1988, Biometrics 44:579"),
    Formula("Predictive power",
            "conditional power averaged over drifts N(Z / sqrt t, 1 / t), as a flat prior leaves them after a share t",
            "Spiegelhalter, Freedman & Blackburn 1986, Controlled Clinical Trials 7:8"),
)  # fmt: skip
EVENTS = (
    Formula("Events, and the mean of Z", "(drift / log HR)^2 (1 + r)^2 / r",
            "Schoenfeld 1981, doi:10.1093/biomet/68.1.316"),
    Formula("Calendar", "expected events under accrual, hazards and losses by pieces",
            "Lachin & Foulkes 1986, doi:10.2307/2531201"),
)  # fmt: skip
WEIGHTED = (
    Formula("Weighted log-rank tests", "expected scores under accrual, hazards and losses",
            "Fleming & Harrington 1981, doi:10.1080/03610928108828073; Lakatos 1988, doi:10.2307/2531910"),
    Formula("Largest of several tests", "a bound from their joint normal distribution",
            "Lin and others 2020, doi:10.1080/19466315.2019.1697738"),
)  # fmt: skip
STRATIFIED = (
    Formula("Stratified log-rank test", "expected scores of each stratum under accrual, hazards and losses, added up",
            "Schoenfeld 1981, doi:10.1093/biomet/68.1.316; Lakatos 1988, doi:10.2307/2531910"),
    Formula("Plain test, arms having equal shares of strata", "its variance less what lies between strata of an arm",
            "derived here from Lin & Wei 1989, doi:10.1080/01621459.1989.10478874"),
)  # fmt: skip
RESTRICTED = (
    Formula("Difference of restricted means", "areas under the curves, and the variance of their estimates",
            "Uno and others 2014, doi:10.1200/JCO.2014.55.2208"),
)  # fmt: skip
RATES = (
    Formula("Power of two rates", "negative binomial, information of each follow-up summed up",
            "Zhu & Lakkis 2014, doi:10.1002/sim.5947; Tang 2017, arXiv:1704.04415"),
)  # fmt: skip
ONE_ARM = (
    Formula("Power against history", "one-sample log-rank test, normal approximation", "Wu 2015, doi:10.1002/pst.1654"),
    Formula("True size and power", "binomial chances and a Fourier series, exact", "computed here; decision 342"),
)
SHARES = (
    Formula("Power of two shares", "normal approximation", "Fleiss, Levin & Paik 2003, chapter 4"),
    Formula("True size and power", "summed over every pair of counts, exact", "computed here"),
)


def formulas_of(planned: Planned) -> tuple[Formula, ...]:
    """The formulas behind one design."""
    design, plan = planned.design, planned.plan
    if plan is not None:
        stratified = STRATIFIED if plan.trial.strata else ()
        if plan.horizon is not None:
            return (*RESTRICTED, *EVENTS[1:])
        return (*LOOKS, *stratified, *EVENTS) if plan.is_log_rank else (*WEIGHTED, *stratified, *EVENTS)
    if design.rates is not None:
        return RATES
    return ONE_ARM if design.one_arm is not None else SHARES
