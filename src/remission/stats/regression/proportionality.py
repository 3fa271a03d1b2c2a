"""Is the hazard ratio the same at all times? The test of Grambsch and Therneau, and what is drawn of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from remission.stats.estimates import TestResult
from remission.stats.regression.chi_squared import ChiSquared
from remission.stats.regression.residuals import residuals
from remission.stats.survival.kaplan_meier import kaplan_meier
from remission.stats.survival.time_at_risk import Floats

if TYPE_CHECKING:
    from remission.stats.regression.cox import CoxFit

Transform = Literal["km", "rank", "identity", "log"]
TRANSFORMS: tuple[Transform, ...] = get_args(Transform)
# The clock of each transform, as the method is named.
CLOCKS: dict[Transform, str] = {
    "km": "the Kaplan-Meier curve",
    "rank": "ranks of days",
    "identity": "days",
    "log": "the logarithm of days",
}
ONE_DAY = "all events are on one day"


@dataclass(frozen=True, eq=False)
class Proportionality:
    """tests: one for each column, by name; together: of all columns. days, stretched: day of each event and the same on
    the clock of the transform, shape (e,); effect: the coefficient that each event speaks for (scaled Schoenfeld
    residuals plus the coefficient), shape (e, p); its mean by time is the effect by time.
    """

    tests: dict[str, TestResult]
    together: TestResult
    days: Floats
    stretched: Floats
    effect: Floats


def proportionality(fit: CoxFit, transform: Transform = "km") -> Proportionality:
    """The score test that no coefficient changes with a function of time: that of `cox.zph` since survival 3.0.

    The function is 1 less the Kaplan-Meier curve of all rows just before ("km"), the rank of the day among those of all
    rows, the day, or its logarithm. Errors are the model's, also where the fit has clusters. Large samples find
    departures that do not matter; small ones miss those that do: look at `effect`.

    ValueError for an unknown transform, and with discrete or exact marginal ties. Grambsch & Therneau 1994,
    doi:10.1093/biomet/81.3.515. Pinned to `cox.zph` of R (survival 3.5-3).

    >>> from remission.stats.regression.cox import cox
    >>> fit = cox([9, 13, 18, 23, 28, 31], [True, True, False, True, True, False], {"arm": [1, 0, 1, 1, 0, 0]})
    >>> found = proportionality(fit)
    >>> round(found.together.statistic, 4), found.effect.ravel().round(2).tolist()
    (0.0536, [2.63, -2.96, 3.55, 1.07])
    """
    schoenfeld = residuals(fit, "schoenfeld")
    sets, spread = fit.data.sets, fit.data.covariates.spread
    days, time = _clocks(fit, transform)
    of_day, weight = sets.last[sets.event], sets.weight[sets.event]
    at = np.zeros(sets.days.size)
    at[of_day] = time - time.mean()
    score = (weight * at[of_day]) @ schoenfeld
    curvature = fit.steps.curvature * np.outer(spread, spread)
    within, across, between = (np.tensordot(at**power, curvature, 1) for power in (0, 1, 2))
    left = between - across @ np.linalg.solve(within, across)
    method = f"test of proportional hazards on the clock of {CLOCKS[transform]}, {fit.method}"
    alone = {
        name: ChiSquared.of_quadratic(score[[a]], _alone(within, across, between, a), method, ONE_DAY)
        for a, name in enumerate(fit.names)
    }
    effect = schoenfeld @ np.linalg.inv(within) * np.count_nonzero(sets.event) + fit.coefficients
    return Proportionality(alone, ChiSquared.of_quadratic(score, left, method, ONE_DAY), days, time, effect)


def _alone(within: Floats, across: Floats, between: Floats, a: int) -> Floats:
    """Information on a change of one coefficient with time, when all coefficients are free and no other changes."""
    return np.asarray(between[[a]][:, [a]] - across[[a]] @ np.linalg.solve(within, across[:, [a]]))


def _clocks(fit: CoxFit, transform: Transform) -> tuple[Floats, Floats]:
    """Day of each event in the order of risk sets, and the same day on the clock of the transform."""
    if transform not in TRANSFORMS:
        raise ValueError(f"transform must be one of {', '.join(TRANSFORMS)}, found {transform!r}")
    rows, sets = fit.data.rows, fit.data.sets
    days = sets.days[sets.last[sets.event]].astype(np.float64)
    if transform == "km":
        curve = kaplan_meier(rows.exit, rows.event, entry=rows.entry)
        return days, 1 - curve.survival_on(days - 1)
    if transform == "rank":
        # Ties share the middle of their ranks.
        below, up_to = (np.searchsorted(np.sort(rows.exit), days, side=side) for side in ("left", "right"))
        return days, (below + up_to + 1) / 2
    return days, np.log(days) if transform == "log" else days
