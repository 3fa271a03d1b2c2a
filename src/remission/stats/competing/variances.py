"""Two variances of a cumulative incidence, each linear in rows: the jackknife's of R's survfit, and that of cmprsk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from remission.stats.competing.aalen_johansen import Incidence
    from remission.stats.survival.time_at_risk import Floats


Places = NDArray[np.int64]


class JackknifeVariance:
    """The sum over rows of the squared influence of each on the incidence.

    With more weight of a row the share free of all events moves by l(u) of itself on each day u, and what it moves is
    carried on to every later step: the influence on day t is A(t) F(t) + B(t), where A is the row's sum of l, and B
    that of its own steps of F less l F. While a row is at risk A and B are those of everybody, from its entry on; at
    its exit they stop. So the sums over rows of A^2, A B and B^2 are running sums over days.
    """

    @staticmethod
    def of(found: Incidence, place: int) -> Floats:
        """The variance on each day of `found.days`, shape (k,)."""
        rows, k = found.data.rows, found.days.size
        weight = np.ones(rows.n) if rows.weight is None else rows.weight
        incidence, n = found.incidence[:, place], found.at_risk
        every = found.events.sum(axis=1)
        left = n - every
        # Where all at risk have an event the share free is 0 for good, whatever a row weighs.
        per_left = np.divide(1.0, left, out=np.zeros(k), where=left > 0)
        step = np.append(1.0, found.free)[:k] / n
        hazard = every / n
        shared_a = np.append(0.0, np.cumsum(hazard * per_left))
        shared_b = np.append(0.0, np.cumsum(-hazard * per_left * incidence - step * found.events[:, place] / n))
        last = np.searchsorted(found.days, rows.exit, side="right")
        first = np.zeros(rows.n, np.int64)
        if rows.entry is not None:
            first = np.searchsorted(found.days, rows.entry, side="right")
        own = np.maximum(last - 1, 0)
        had, mine = rows.event, found.data.cause == found.causes[place]
        a = shared_a[last] - shared_a[first] - had * per_left[own]
        b = shared_b[last] - shared_b[first] + had * per_left[own] * incidence[own] + mine * step[own]
        return _squares(k, weight**2, first, last - had, (shared_a, shared_b), (a, b), incidence)


def _squares(
    k: int,
    weight: Floats,
    first: Places,
    last: Places,
    shared: tuple[Floats, Floats],
    final: tuple[Floats, Floats],
    incidence: Floats,
) -> Floats:
    """Sum of w (A F + B)^2 on each of k days; rows are under way after `first` days and at their end after `last`."""

    def sums(values: Floats) -> tuple[Floats, Floats]:
        ended = np.cumsum(np.bincount(last, values, minlength=k + 1))[:k]
        begun = np.cumsum(np.bincount(first, values, minlength=k + 1))[:k]
        return ended.astype(np.float64), begun.astype(np.float64)

    (a, b), at = final, (shared[0][1 : k + 1], shared[1][1 : k + 1])
    from_a, from_b = shared[0][first], shared[1][first]
    under_way = [
        begun - np.cumsum(np.bincount(last, weight * values, minlength=k + 1))[:k]
        for values in (np.ones(weight.size), from_a, from_b, from_a**2, from_a * from_b, from_b**2)
        for _, begun in (sums(weight * values),)
    ]
    n, sum_a, sum_b, sum_aa, sum_ab, sum_bb = under_way
    aa = sums(weight * a * a)[0] + at[0] ** 2 * n - 2 * at[0] * sum_a + sum_aa
    ab = sums(weight * a * b)[0] + at[0] * at[1] * n - at[0] * sum_b - at[1] * sum_a + sum_ab
    bb = sums(weight * b * b)[0] + at[1] ** 2 * n - 2 * at[1] * sum_b + sum_bb
    return np.asarray(np.maximum(incidence**2 * aa + 2 * incidence * ab + bb, 0.0))


class CountingVariance:
    """The variance of cmprsk: of the counting processes of this kind of event and of the others, with a correction for
    ties, each step weighed by what it does to the incidence on a later day.

    Gray 1988, doi:10.1214/aos/1176350951; Aalen 1978, doi:10.1214/aos/1176344247.
    """

    @staticmethod
    def of(found: Incidence, place: int) -> Floats:
        """The variance on each day of `found.days`, shape (k,)."""
        k, n, mine = found.days.size, found.at_risk, found.events[:, place]
        incidence, free = found.incidence[:, place], found.free
        others = found.events.sum(axis=1) - mine
        before = np.append(1.0, free)[:k]
        per_free = np.divide(1.0, free, out=np.zeros(k), where=free > 0)
        by_mine, by_others = (before**2 * _tied(d, n) * d / n**2 for d in (mine, others))
        # A step when nobody is left free moves no later day by way of those who are.
        by_others = np.where(free > 0, by_others, 0.0)
        at_mine, at_others = 1 + per_free * incidence, per_free * incidence
        constant = np.cumsum(at_mine**2 * by_mine + at_others**2 * by_others)
        across = np.cumsum(per_free * (at_mine * by_mine + at_others * by_others))
        square = np.cumsum(per_free**2 * (by_mine + by_others))
        return np.asarray(constant + incidence**2 * square - 2 * incidence * across)


def _tied(events: Floats, at_risk: Floats) -> Floats:
    return np.asarray(1 - np.maximum(events - 1, 0) / np.maximum(at_risk - 1, 1))
