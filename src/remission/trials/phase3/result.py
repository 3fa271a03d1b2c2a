"""What phase II found: a hazard ratio with its error, however it was told, and how often the controls had the event."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from remission.inputs.problems import InputProblems, Problem
from remission.outcomes.evaluation import evaluate
from remission.report.groups import Grouping
from remission.report.hazards.fitted import FEW_PEOPLE, WHAT, fit_model
from remission.report.models.design import Design
from remission.stats.assurance.errors import error_from_events, error_from_groups, error_from_interval
from remission.stats.assurance.future import passing_line
from remission.stats.horizons import days_to_years
from remission.stats.regression.refusals import NotEstimable
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.outcomes.definitions.records import Endpoint
    from remission.records.cohort import Cohort

# A ratio that lies so much of its interval's length off the middle, on the log scale; rounding alone explains less.
OFF_MIDDLE = 0.15
# What problems are called that are about options and no file.
CALLED = "phase3()"


@dataclass(frozen=True)
class PhaseTwo:
    """A hazard ratio of the treated against others, the error of its log, and where either is from.

    `rate` is the hazard a year of the controls with its words, None where phase II did not tell it; `of` what it is of.
    `doubt` is what must be known before the numbers are believed.
    """

    ratio: float
    error: float
    by: str
    of: str
    rate: float | None = None
    rate_by: str = ""
    doubt: str = ""

    @property
    def log_ratio(self) -> float:
        """The log of the ratio."""
        return math.log(self.ratio)

    def passes(self, alpha: float) -> bool:
        """Is it significant at one-sided alpha?"""
        return self.log_ratio < passing_line(self.error, alpha)

    @property
    def limits(self) -> tuple[float, float]:
        """The 95 % limits that its error implies."""
        # The line at one-sided 2.5 % lies as far below 0 as a 95 % limit lies from its estimate.
        away = -passing_line(self.error, 0.025)
        return math.exp(self.log_ratio - away), math.exp(self.log_ratio + away)

    @property
    def says(self) -> str:
        """The ratio with the limits that its error implies."""
        low, high = (text_half_up(one, 2) for one in self.limits)
        return f"{text_half_up(self.ratio, 2)} ({low} to {high})"


def of_interval(ratio: float, low: float, high: float, level: float = 0.95, of: str = "") -> PhaseTwo:
    """A ratio with a printed interval; ValueError where its ends are not above 0 and in order.

    >>> of_interval(0.07, 0.02, 0.24).says
    '0.07 (0.02 to 0.24)'
    """
    by = f"log({high:g} / {low:g}) / (2 x {-passing_line(1, (1 - level) / 2):.3g}), from the printed interval"
    return PhaseTwo(ratio, error_from_interval(low, high, level), by, of, doubt=_lopsided(ratio, low, high))


def _lopsided(ratio: float, low: float, high: float) -> str:
    """That a ratio is far from the middle of its interval, where normal limits of its log have it."""
    # The middle of the logs: normal limits lie evenly about it on that scale and on no other.
    middle = math.sqrt(low * high)
    if abs(math.log(ratio / middle)) <= OFF_MIDDLE * math.log(high / low):
        return ""
    return (
        f"An interval from {low:g} to {high:g} has its middle at {text_half_up(middle, 2)} on the log scale, and the "
        f"ratio is {ratio:g}. One of the three may be a slip; the width of the interval is taken, and the ratio."
    )


def of_events(ratio: float, events: tuple[float, ...], of: str = "") -> PhaseTwo:
    """A ratio with the events of both groups, or by the shortcut with all events together.

    ValueError for events not above 0, and for the shortcut with a ratio outside 0.5 to 2.

    >>> round(of_events(0.29, (20, 29)).error, 2)
    0.29
    """
    # From all events alone nobody knows how they are shared between groups; the shortcut takes halves.
    if len(events) == 1:
        by = f"sqrt(4 / {events[0]:g}), the shortcut for two groups of one size and a ratio near 1"
        return PhaseTwo(ratio, error_from_events(events[0], ratio), by, of)
    by = f"sqrt(1 / {events[0]:g} + 1 / {events[1]:g}), from the events of both groups"
    return PhaseTwo(ratio, error_from_groups(*events), by, of)


def of_cohort(cohort: Cohort, endpoint: Endpoint, by: str, reference: str | None = None) -> PhaseTwo:
    """The hazard ratio of a cohort of two groups by Cox's model, and the rate of the controls.

    InputProblems where there are not two groups, or where no ratio can be estimated.
    """
    outcome = evaluate(cohort, endpoint)
    level = endpoint.estimation.level
    try:
        design = Design.of(outcome, cohort, Grouping(by, reference=reference))
        # A trial to come has two arms; of several ratios somebody would have to choose one.
        if len(design.groups) != 2:
            do = "Choose a column of two groups, such as arm."
            raise _no(f"{len(design.groups)} groups", "two groups", do)
        model = fit_model(design, level)
    except NotEstimable as refused:
        raise _no(str(refused), "a ratio that can be estimated", "Choose another endpoint or column.") from None
    (row,) = model.group_rows
    # A ratio of few people may be withheld, or have no finite limits: then there is no error to go on with.
    if row["value"] is None or row["low"] is None or row["high"] is None:
        raise _no(
            f"no {WHAT} ({row['absent_reason'] or FEW_PEOPLE})", "a ratio with limits", "Choose another endpoint."
        )
    controls = design.people.filter(pl.col("group") == design.reference)
    events, years = int(controls["event"].sum()), days_to_years(float((controls["exit"] - controls["entry"]).sum()))
    # At a hazard of 0 the control arm to come would have no event, and there would be nothing to compare.
    if not events:
        raise _no("no event among the controls", "one or more", "Choose another endpoint.")
    firth = ", by Firth's likelihood, for Cox's has no finite ratio" if model.penalised else ""
    told = f"the {100 * level:g} % interval of Cox's model of {cohort.manifest.name}{firth}"
    return PhaseTwo(
        row["value"],
        error_from_interval(row["low"], row["high"], level),
        told,
        f"{endpoint.title}: {row['group']} against {row['against']} in {cohort.manifest.name}",
        # Events over years of follow-up, which is the hazard if it is constant, as the trial to come takes it to be.
        events / years,
        f"{events} events in {years:,.0f} years of {design.reference} in {cohort.manifest.name}",
    )


def _no(found: str, allowed: str, do: str) -> InputProblems:
    return InputProblems(Problem.at_key(CALLED, "from", found=found, allowed=allowed, do=do))
