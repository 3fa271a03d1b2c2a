"""The curve for events that are only seen at visits: the maximum of the likelihood over all curves, certified."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import nnls

from remission.stats.estimates import NOT_ESTIMABLE, Estimates
from remission.stats.interval.innermost import Innermost, Places
from remission.stats.survival.time_at_risk import Floats

# The likelihood at most so far from its top, in units of its logarithm.
CERTAIN = 1e-6
MOST_STEPS = 500
APART = 1e-12


@dataclass(frozen=True, eq=False)
class IntervalCurve:
    """Mass in intervals (left, right], shape (m,), adding up to 1; within an interval nothing is known of where.

    log_likelihood: at this mass; gap: the most by which any curve could have a higher one.
    """

    left: Floats
    right: Floats
    mass: Floats
    log_likelihood: float
    gap: float
    n: int
    steps: int

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

    Mass lies in innermost intervals only. It is found by the constrained Newton method and certified: with f the
    probability of each observation, max over intervals of sum w A / f, less sum w, bounds what the log likelihood could
    still gain, and is at most 1e-6. An event whose day t is known is (t - 1, t] on days.

    last_free: days, 0 or later, shape (n,); seen: days after it, infinity where the event was never seen; weight:
    positive. ValueError for others, and if 500 steps do not reach the certificate.
    Turnbull 1976, doi:10.1111/j.2517-6161.1976.tb01597.x; Wang 2008, doi:10.1016/j.csda.2007.10.018. Pinned to
    `npsurv` of R.

    >>> curve = npmle([0, 4, 8, 2], [6, 8, float("inf"), 5])
    >>> curve.left.tolist(), curve.right.tolist(), curve.mass.round(4).tolist()
    ([4.0, 8.0], [5.0, inf], [0.75, 0.25])
    """
    inner = Innermost.of(last_free, seen, weight)
    mass = np.zeros(inner.left.size)
    stabbed = _stabbing(inner)
    mass[stabbed] = 1 / stabbed.size
    for step in range(MOST_STEPS):
        chance = _chances(inner, mass)
        slope = _slopes(inner, chance)
        gap = float(slope.max())
        if gap <= CERTAIN:
            kept = mass > 0
            value = float(inner.weight @ np.log(chance))
            return IntervalCurve(inner.left[kept], inner.right[kept], mass[kept], value, max(gap, 0.0), inner.n, step)
        mass = _improved(inner, mass, chance, _support(mass, slope))
    raise ValueError(f"the likelihood is still {gap:.1e} from its maximum after {MOST_STEPS} steps")


def _stabbing(inner: Innermost) -> Places:
    """Few intervals of which every observation covers one."""
    chosen: list[int] = []
    for place in np.argsort(inner.last, kind="stable").tolist():
        if not chosen or inner.first[place] > chosen[-1]:
            chosen.append(int(inner.last[place]))
    return np.array(chosen)


def _chances(inner: Innermost, mass: Floats) -> Floats:
    so_far = np.append(0.0, np.cumsum(mass))
    return np.asarray(so_far[inner.last + 1] - so_far[inner.first])


def _slopes(inner: Innermost, chance: Floats) -> Floats:
    """What the log likelihood gains for each share of all mass that is moved to an interval, shape (m,)."""
    change, ratio = np.zeros(inner.left.size + 1), inner.weight / chance
    np.add.at(change, inner.first, ratio)
    np.subtract.at(change, inner.last + 1, ratio)
    return np.asarray(np.cumsum(change)[:-1] - inner.weight.sum())


def _support(mass: Floats, slope: Floats) -> Places:
    """The intervals with mass, and between each two of them the one to which mass is best moved."""
    with_mass = np.flatnonzero(mass > 0)
    bounds = np.concatenate(([-1], with_mass, [mass.size]))
    best = [
        start + 1 + int(np.argmax(slope[start + 1 : stop]))
        for start, stop in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)
        if stop > start + 1
    ]
    promising = np.array([place for place in best if slope[place] > 0], dtype=np.int64)
    return np.union1d(with_mass, promising)


def _improved(inner: Innermost, mass: Floats, chance: Floats, support: Places) -> Floats:
    """Towards the top of the quadratic that the log likelihood is here, as far as it rises."""
    # Of all masses that add up to 1, the one of least squares |covers p / f - 2|; one more row holds the sum.
    total, ones = inner.weight.sum(), np.ones(support.size)
    covered = _slopes(inner, chance)[support] + total
    squares = _products(inner, chance, support) - 2 * (np.outer(covered, ones) + np.outer(ones, covered)) + 4 * total
    squares = squares / total + 1
    # Two intervals that all cover alike would leave no root: what keeps them apart is far below what a step needs.
    corner = np.linalg.cholesky(squares + np.eye(support.size) * (APART * squares.trace() / support.size)).T
    found = nnls(corner, np.linalg.solve(corner.T, ones), maxiter=50 * support.size)[0]
    aim = np.zeros(mass.size)
    aim[support] = found / found.sum()
    value = inner.weight @ np.log(chance)
    for halving in range(60):
        moved = mass + (aim - mass) / 2**halving
        now = _chances(inner, moved)
        if (now > 0).all() and inner.weight @ np.log(now) > value:
            return np.asarray(moved)
    return aim


def _products(inner: Innermost, chance: Floats, support: Places) -> Floats:
    """Of each two intervals of the support, the sum of w / f^2 of who covers both, shape (s, s).

    Who covers the first and the last of a stretch covers all of it, so a table by ends, added up from its corner, does.
    """
    first = np.searchsorted(support, inner.first)
    last = np.searchsorted(support, inner.last, side="right") - 1
    table = np.zeros((support.size, support.size))
    some = first <= last
    np.add.at(table, (first[some], last[some]), (inner.weight / chance**2)[some])
    both = np.cumsum(np.cumsum(table[:, ::-1], axis=1)[:, ::-1], axis=0)
    return np.asarray(np.triu(both) + np.triu(both, 1).T)


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
