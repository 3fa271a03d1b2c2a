"""The curve for events that are only seen at visits: the maximum of the likelihood over all curves, certified."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from remission.stats.estimates import NOT_ESTIMABLE, Estimates
from remission.stats.interval.climbing import CERTAIN, Peak
from remission.stats.interval.innermost import Innermost
from remission.stats.interval.rows import IntervalRows
from remission.stats.survival.time_at_risk import Floats

# Less mass than this is on its way to none.
TRACE = 1e-9


@dataclass(frozen=True, eq=False)
class IntervalCurve:
    """Mass in intervals (left, right], shape (m,), adding up to 1; within an interval nothing is known of where.

    log_likelihood: at this mass; gap: the most by which any curve could have a higher one; rows: the observations
    behind it.
    """

    left: Floats
    right: Floats
    mass: Floats
    log_likelihood: float
    gap: float
    rows: IntervalRows

    @property
    def n(self) -> int:
        """Observations."""
        return self.rows.n

    @property
    def method(self) -> str:
        """What it is and how sure it is to be the top."""
        return f"NPMLE for intervals, log likelihood within {self.gap:.0e} of its maximum"

    def free_between(self, days: ArrayLike) -> tuple[Floats, Floats]:
        """The least and the largest share free after each day: they differ within an interval with mass."""
        at = np.asarray(days, dtype=np.float64)[..., None]
        later, earlier = self.left >= at, self.right <= at
        return np.asarray((later * self.mass).sum(-1)), np.asarray((~earlier * self.mass).sum(-1))


def npmle(last_free: ArrayLike, seen: ArrayLike, weight: ArrayLike | None = None) -> IntervalCurve:
    """The curve that makes most likely what was seen: each event after `last_free` and by `seen`.

    Mass lies in innermost intervals only. It is found by steps of self-consistency and of the iterative convex minorant
    in turn, and certified: with f the probability of each observation, max over intervals of sum w A / f, less sum w,
    bounds what the log likelihood could still gain, and is at most 1e-6. An event whose day t is known is (t - 1, t] on
    days.

    last_free: days, 0 or later, shape (n,); seen: days after it, infinity where the event was never seen; weight:
    positive. ValueError for others, and if the search does not reach the certificate.
    Turnbull 1976, doi:10.1111/j.2517-6161.1976.tb01597.x; Wellner & Zhan 1997, doi:10.1080/01621459.1997.10474049.
    Pinned to `npsurv` of R.

    >>> curve = npmle([0, 4, 8, 2], [6, 8, float("inf"), 5])
    >>> curve.left.tolist(), curve.right.tolist(), curve.mass.round(4).tolist()
    ([4.0, 8.0], [5.0, inf], [0.75, 0.25])
    """
    rows = IntervalRows.of(last_free, seen, weight)
    inner = Innermost.of_rows(rows)
    peak = _without_traces(inner, Peak.of(inner, inner.left.size, 0.0).certain())
    kept = peak.spread > 0
    places = inner.left[kept], inner.right[kept], peak.spread[kept]
    return IntervalCurve(*places, peak.value, max(peak.gap, 0.0), rows)


def _without_traces(inner: Innermost, found: Peak) -> Peak:
    """Without the mass that the search had not yet taken away for good, if the certificate says that it may go."""
    mass = np.where(found.spread < TRACE, 0.0, found.spread)
    peak = Peak.of(inner, mass.size, 0.0, mass / mass.sum(), CERTAIN)
    return found if peak.rounds else peak


def estimate_interval_free(curve: IntervalCurve, at_days: Sequence[int]) -> Estimates:
    """The share free of the event after each day, one row a day, as the range that the visits leave open.

    `low` and `high` are that range and no confidence limits; where they agree, `value` is the share. The method says
    so.

    >>> curve = npmle([0, 4, 8, 2], [6, 8, float("inf"), 5])
    >>> estimate_interval_free(curve, [3, 5]).frame["value"].round(4).to_list()
    [1.0, 0.25]
    """
    low, high = curve.free_between(at_days)
    row = {
        "what": "event-free",
        "unit": "proportion",
        "n": curve.n,
        "method": f"{curve.method}, range left open by visits",
    }
    rows = []
    for day, least, most in zip(at_days, low.tolist(), high.tolist(), strict=True):
        agreed = math.isclose(least, most, abs_tol=1e-12)
        found = {"at_days": day, "value": least if agreed else None, "low": least, "high": most}
        rows.append(row | found | {"absent_reason": None if agreed else NOT_ESTIMABLE})
    return Estimates.of(rows)
