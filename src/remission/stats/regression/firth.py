"""Cox's model by Firth's penalised likelihood: an answer also where a column separates those with the event."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from remission.stats.estimates import Estimates, TestResult
from remission.stats.intervals import normal_quantile, normal_tails
from remission.stats.regression.likelihoods.newton import Maximum
from remission.stats.regression.likelihoods.partial import Partial
from remission.stats.regression.likelihoods.penalty import Penalised
from remission.stats.regression.likelihoods.profile import Profile
from remission.stats.regression.ratios import Ratios
from remission.stats.regression.refusals import NotEstimable
from remission.stats.regression.rows import ModelRows
from remission.stats.survival.time_at_risk import Floats


@dataclass(frozen=True, eq=False)
class FirthFit:
    """A fitted model; coefficients are log hazard ratios for one unit of their column, shape (p,).

    log_likelihood: penalised, at the coefficients; covariance: the inverse of the information, shape (p, p), for
    orientation only: limits and tests are the profile's.
    """

    names: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    log_likelihood: float
    method: str
    data: ModelRows
    likelihood: Penalised
    top: Maximum

    def limits(self, name: str, level: float = 0.95) -> tuple[float, float]:
        """Profile limits of the log hazard ratio of a column; infinite on a side where the likelihood never falls."""
        profile, spread, fall = self._profile(name), self._spread(name), normal_quantile(level) ** 2
        return profile.limit(-1, fall) / spread, profile.limit(1, fall) / spread

    def test(self, name: str) -> TestResult:
        """The coefficient of a column is 0, by twice the gain in penalised log likelihood."""
        statistic = max(self._profile(name).fall(0.0), 0.0)
        return TestResult(
            statistic,
            1,
            normal_tails(math.sqrt(statistic)),
            f"penalised likelihood-ratio test of {name} in {self.method}",
        )

    def _profile(self, name: str) -> Profile:
        if name not in self.names:
            raise KeyError(f"the model has no column {name!r}, only {', '.join(self.names)}")
        return Profile(self.likelihood, self.top, self.names.index(name))

    def _spread(self, name: str) -> float:
        return float(self.data.covariates.spread[self.names.index(name)])


def firth(
    exit: ArrayLike,
    event: ArrayLike,
    covariates: Mapping[str, ArrayLike],
    *,
    entry: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    offset: ArrayLike | None = None,
    ties: str = "efron",
) -> FirthFit:
    """Cox's model by the partial likelihood times the root of its information, which takes off the first-order bias.

    For small groups, and where an arm has no event or a column separates: there the ordinary estimate is infinite, and
    its interval means nothing. Limits are by profile likelihood. Arguments as of `cox`; ties: "efron" or "breslow".
    NotEstimable as there, but not for separation.

    Heinze & Schemper 2001, doi:10.1111/j.0006-341X.2001.00114.x. Pinned to R: `coxph(init = b, iter.max = 0)` and half
    the log determinant of its information, maximised and profiled.

    >>> fit = firth([9, 13, 18, 23, 28, 31], [True, True, True, False, False, False], {"arm": [1, 1, 1, 0, 0, 0]})
    >>> low, high = fit.limits("arm")
    >>> round(float(fit.coefficients[0]), 3), round(low, 3), round(high, 3)
    (2.565, 0.157, 7.486)
    """
    if ties not in ("efron", "breslow"):
        raise ValueError(f"ties must be efron or breslow in a penalised likelihood, found {ties!r}")
    given = {"entry": entry, "weight": weight, "cluster": None, "strata": strata, "offset": offset}
    data = ModelRows.of(exit, event, covariates, **given)
    x, offset_of_rows = data.covariates.scaled(data.sets.order), data.sets.of_rows(data.offset)
    likelihood = Penalised(Partial(data.sets, x, offset_of_rows, ties == "efron"))
    start = np.zeros(len(data.covariates.names))
    top = Maximum.of(likelihood, start, check=data.covariates.check_independent, learns=True)
    if not top.arrived:
        raise NotEstimable(["the search for the largest penalised likelihood did not end: try fewer columns"])
    spread = data.covariates.spread
    covariance = np.linalg.inv(top.slopes.information) / np.outer(spread, spread)
    # In the units given, not those of the fit: the determinant of the information depends on them.
    value = top.slopes.value + float(np.log(spread).sum())
    strata_said = f" in {data.strata.size} strata" if data.strata.size > 1 else ""
    method = f"Cox's model by Firth's penalised likelihood{strata_said}, {ties.capitalize()}'s ties{data.left_out}"
    return FirthFit(data.covariates.names, top.beta / spread, covariance, value, method, data, likelihood, top)


def estimate_firth(fit: FirthFit, level: float = 0.95) -> Estimates:
    """Hazard ratios of a penalised fit with profile limits, one row a column; `group` is the column.

    >>> fit = firth([9, 13, 18, 23, 28, 31], [True, True, True, False, False, False], {"arm": [1, 1, 1, 0, 0, 0]})
    >>> estimate_firth(fit).frame.select("value", "low", "high").row(0)  # doctest: +ELLIPSIS
    (13.003..., 1.169..., 1783.0...)
    """
    constant: dict[str, object] = {
        "what": "hazard ratio",
        "unit": "ratio",
        "scale": "log",
        "level": level,
        "n": fit.data.rows.n,
    }
    constant |= {"events": float(fit.data.events), "method": f"{fit.method}, profile interval"}
    rows = []
    for name, beta in zip(fit.names, fit.coefficients.tolist(), strict=True):
        rows.append(constant | {"group": name} | Ratios.of(beta, *_limits(fit, name, level)))
    return Estimates.of(rows)


def _limits(fit: FirthFit, name: str, level: float) -> tuple[float, float]:
    """Not known where the search for them does not end: the hazard ratios are known all the same."""
    try:
        return fit.limits(name, level)
    except NotEstimable:
        return math.nan, math.nan
