"""Free so far: of those who are still free of the event at one time, how many still are at a later one?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from remission.stats.intervals import Interval, confidence_limits

if TYPE_CHECKING:
    from remission.stats.intervals import Limits
    from remission.stats.survival.kaplan_meier import Curve
    from remission.stats.survival.time_at_risk import Floats


def conditional_survival(curve: Curve, since: int, days: Floats | list[int]) -> tuple[Floats, Floats]:
    """The share of those free on day `since` who are free on each later day, and the variance of its logarithm.

    S(t) / S(s), with the difference of Greenwood's sums, or of the jackknife's by cluster: it is the curve of those who
    were still there. NaN for days before `since`, after the last follow-up, and where nobody was free any more.
    Pinned to `survfit(start.time = )` of R.

    >>> from remission.stats.survival.kaplan_meier import kaplan_meier
    >>> curve = kaplan_meier([1, 2, 3, 4, 5], [True, False, True, True, False])
    >>> conditional_survival(curve, 2, [4])[0].round(3).tolist()
    [0.333]
    """
    wanted = np.asarray(days, dtype=np.int64)
    start, heights = curve.survival_on([since]).item(), curve.survival_on(wanted)
    variance = np.append(0.0, curve.log_variance)
    places = np.searchsorted(curve.days, np.append(wanted, since), side="right")
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where((wanted >= since) & (start > 0), heights / start, np.nan)
        spread = variance[places[:-1]] - variance[places[-1]]
    return share, np.where(np.isnan(share), np.nan, spread)


def conditional_limits(
    curve: Curve, since: int, days: Floats | list[int], level: float, interval: Interval = "log-log"
) -> Limits:
    """Limits of the same, by the interval of that name; NaN where there is no estimate.

    >>> from remission.stats.survival.kaplan_meier import kaplan_meier
    >>> low, high = conditional_limits(kaplan_meier([1, 2, 3, 4], [True, True, True, False]), 1, [3], 0.95)
    >>> round(float(low[0]), 3), round(float(high[0]), 3)
    (0.009, 0.774)
    """
    share, variance = conditional_survival(curve, since, days)
    return confidence_limits(share, variance, level, interval)
