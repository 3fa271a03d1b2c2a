"""A coefficient as it moves with time: a smooth line through what single events speak for, with limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from remission.stats.intervals import normal_quantile

if TYPE_CHECKING:
    from remission.stats.regression.cox import CoxFit
    from remission.stats.regression.proportionality import Proportionality
    from remission.stats.survival.time_at_risk import Floats

MOST_DF = 4
# Fewer events than this for each degree of freedom would be a line through single persons.
EVENTS_A_DF = 5


@dataclass(frozen=True, eq=False)
class Smooth:
    """days: the days with events, ascending; effect, low, high: the coefficient on each with limits, shape (k,).

    df: degrees of freedom of the spline; method: how it was made.
    """

    days: Floats
    effect: Floats
    low: Floats
    high: Floats
    df: int
    method: str


def smooth_effect(
    fit: CoxFit, found: Proportionality, name: str, level: float = 0.95, df: int | None = None
) -> Smooth | None:
    """A natural cubic spline through the scaled Schoenfeld residuals of a column, on the clock of the test.

    Inner knots are at quantiles of the events' times, ends at the first and the last. Limits take each residual to have
    the mean variance, events times that of the coefficient, as `plot(cox.zph)` of R does: they are pointwise and
    approximate. df: degrees of freedom with the constant, at least 2 (a straight line); by default 4, or fewer with
    fewer than 20 events; None where there are fewer than 10.
    Grambsch & Therneau 1994, doi:10.1093/biomet/81.3.515. Pinned to R: `cox.zph`, and `ns` with `lm` as in its `plot`.

    >>> from remission.stats.regression.cox import cox
    >>> from remission.stats.regression.proportionality import proportionality
    >>> fit = cox([9, 13, 18, 23, 28, 31], [True, True, False, True, True, False], {"arm": [1, 0, 1, 1, 0, 0]})
    >>> smooth_effect(fit, proportionality(fit), "arm", df=2).effect.round(2).tolist()
    [0.83, 0.98, 1.14, 1.34]
    """
    place, events = fit.names.index(name), found.days.size
    df = min(MOST_DF, events // EVENTS_A_DF) if df is None else df
    if df < 2 or np.unique(found.stretched).size <= df:
        return None
    days, first = np.unique(found.days, return_index=True)
    knots = np.quantile(found.stretched, np.linspace(0, 1, df))
    basis, at = _natural_spline(found.stretched, knots), _natural_spline(found.stretched[first], knots)
    solved = np.linalg.pinv(basis)
    effect = at @ (solved @ found.effect[:, place])
    variance = events * fit.covariance[place, place] * np.sum((at @ solved) ** 2, axis=1)
    half = normal_quantile(level) * np.sqrt(variance)
    method = f"natural cubic spline with {df} degrees of freedom, variance as in plot(cox.zph) of R"
    return Smooth(days, effect, effect - half, effect + half, df, method)


def _natural_spline(x: Floats, knots: Floats) -> Floats:
    """Columns that span the natural cubic splines with these knots, at x: shape (n, knots).

    Between knots a cubic, linear before the first and after the last.

    >>> _natural_spline(np.array([0.0, 2.0]), np.array([0.0, 1.0, 2.0])).round(3).tolist()
    [[1.0, 0.0, 0.0], [1.0, 1.0, 0.75]]
    """
    # In units of their range, or cubes of days would swamp the constant.
    reach = knots[-1] - knots[0]
    scaled, at = (x - knots[0]) / reach, (knots - knots[0]) / reach
    cubes = np.maximum(scaled[:, None] - at, 0) ** 3
    slopes = (cubes[:, :-1] - cubes[:, [-1]]) / (at[-1] - at[:-1])
    bent = slopes[:, :-1] - slopes[:, [-1]] if knots.size > 2 else np.zeros((x.size, 0))
    return np.column_stack((np.ones(x.size), scaled, bent))
