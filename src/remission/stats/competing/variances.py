"""Two variances of a cumulative incidence, each linear in rows: the jackknife's of R's survfit, and that of cmprsk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from remission.stats.competing.influence import Influence
from remission.stats.survival.clusters import NO_VARIANCE

if TYPE_CHECKING:
    from remission.stats.competing.aalen_johansen import Incidence
    from remission.stats.survival.time_at_risk import Floats


Places = NDArray[np.int64]


class JackknifeVariance:
    """The sum over rows, or over clusters of them, of the squared influence on the incidence (see `Influence`).

    Of rows the sums of A^2, A B and B^2 are running sums over days, for all days at once. Clusters are added up before
    they are squared, day by day.
    """

    @staticmethod
    def of(found: Incidence, place: int) -> Floats:
        """The variance on each day of `found.days`, shape (k,)."""
        moved = Influence.of(found, place)
        if found.data.rows.cluster is not None:
            return np.array([JackknifeVariance.on(moved, day) for day in range(found.days.size)], np.float64)
        k, weight = found.days.size, moved.weight
        shared, final = (moved.shared_a, moved.shared_b), (moved.final_a, moved.final_b)
        return _squares(k, weight**2, moved.first, moved.last, shared, final, moved.incidence)

    @staticmethod
    def on(moved: Influence, place: int) -> float:
        """The variance between clusters on one day, by its place; NaN where none of them has any influence.

        With one cluster alone nothing tells how much others would differ, and that is not a variance of 0.
        """
        once = np.zeros(moved.incidence.size)
        once[place] = 1
        rows = moved.of_rows(once)
        variance, apart = float((moved.add_up(rows) ** 2).sum()), float((rows**2).sum())
        # Before the first event of this kind no row moves anything, and 0 it is.
        return variance if variance > NO_VARIANCE * apart or not apart else np.nan


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
