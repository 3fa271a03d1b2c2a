"""Rows put in the order of their last event day, once: every pass over risk sets is then linear in rows.

A day on which nobody has the event tells nothing of hazards compared. So each row is known by two numbers: the place
of the last event day at or before its exit, and that of the last at or before its entry, among the event days of its
stratum. It is at risk on the days between. Days are small whole numbers, so both are read off a table of days and rows
are put in order by counting: nothing is compared with anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remission.inputs.kernels import kernel
from remission.stats.survival.time_at_risk import Days, Flags, Floats, TimeAtRisk

Places = NDArray[np.int64]

# Strata by days as one table: larger ones are searched instead.
MOST_CELLS = 20_000_000


@dataclass(frozen=True, eq=False)
class RiskSets:
    """Rows in the order of `last`, and the event days of all strata, one stratum after another.

    A row is at risk on the event days j with first < j <= last.

    days, stratum: shape (k,); event day and stratum of each place, ascending within its stratum.
    begins: bool, shape (k,): the first event day of its stratum.
    order: shape (m,), the rows of `rows` that are ever at risk, ascending by `last`.
    last, first, event, weight: shape (m,), of those rows, in that order.
    late: shape (l,), which of them enter after the first event day of their stratum, ascending by `first`.

    >>> sets = RiskSets.of(TimeAtRisk.of([3, 5, 7], [True, False, True], entry=[0, 0, 4]))
    >>> sets.days.tolist(), sets.order.tolist(), sets.first.tolist(), sets.last.tolist(), sets.late.tolist()
    ([3, 7], [0, 1, 2], [-1, -1, 0], [0, 0, 1], [2])
    """

    days: Days
    stratum: Places
    begins: Flags
    order: Places
    last: Places
    first: Places
    event: Flags
    weight: Floats
    late: Places

    @classmethod
    def of(cls, rows: TimeAtRisk, stratum: Places | None = None) -> RiskSets:
        """The risk sets of checked rows; stratum: whole numbers from 0, shape (n,), or None for one."""
        length = np.int64(rows.last_day + 1)
        # One stratum, and nobody late, is the usual case: then nothing is read for it.
        opens: Places | int = 0 if stratum is None else stratum * length
        strata = 1 if stratum is None else int(stratum.max(initial=0)) + 1
        cells, place = _place_of((opens + rows.exit)[rows.event], int(length) * strata, rows.n)
        last = place(opens + rows.exit)
        opening = np.broadcast_to(np.int64(-1), last.shape) if stratum is None else place(opens)
        first = opening if rows.entry is None else place(opens + rows.entry)
        order = _sorted(np.flatnonzero(last > first), last, cells.size)
        late = np.zeros(0, np.int64)
        if rows.entry is not None:
            late = _sorted(np.flatnonzero((first > opening)[order]), first[order], cells.size)
        strata_of, days = np.divmod(cells, length)
        begins = np.append(True, strata_of[1:] != strata_of[:-1])[: cells.size]
        weight = np.ones(order.size) if rows.weight is None else rows.weight[order]
        return cls(days, strata_of, begins, order, last[order], first[order], rows.event[order], weight, late)

    def of_rows(self, values: NDArray[Any]) -> NDArray[Any]:
        """Values of the rows given, shape (n, ...), in the order here, shape (m, ...)."""
        return np.ascontiguousarray(values[self.order])

    def back(self, values: Floats, n: int) -> Floats:
        """Values in the order here as those of the rows given, shape (n, ...), 0 for rows never at risk."""
        given = np.zeros((n, *values.shape[1:]))
        given[self.order] = values
        return given

    def between(self, by_day: Floats) -> Floats:
        """For each row the sum over the event days at which it is at risk of values of shape (k, ...)."""
        so_far = np.concatenate((np.zeros((1, *by_day.shape[1:])), np.cumsum(by_day, axis=0)))
        return np.asarray(so_far[self.last + 1] - so_far[self.first + 1])

    def again(self, times: ArrayLike) -> tuple[RiskSets, Places]:
        """The risk sets in which each row stands so often, with the places of the rows here; for the bootstrap."""
        repeats = np.asarray(times, dtype=np.int64)
        drawn = np.repeat(np.arange(self.order.size), repeats)
        first, last = self.first[drawn], self.last[drawn]
        begin = np.maximum.accumulate(np.where(self.begins, np.arange(self.days.size), 0))
        late = _sorted(np.flatnonzero(first >= begin[last]), first, self.days.size)
        event, weight = self.event[drawn], self.weight[drawn]
        sets = RiskSets(self.days, self.stratum, self.begins, self.order[drawn], last, first, event, weight, late)
        return sets, drawn


def _place_of(happened: Days, cells: int, n: int) -> tuple[Places, Any]:
    """The cells (stratum and day in one number) with an event, and a function from cells to the last place up to it."""
    if cells > max(MOST_CELLS, 4 * n):
        found: Places = np.unique(happened).astype(np.int64)
        return found, lambda wanted: np.searchsorted(found, wanted, side="right") - 1
    eventful = np.zeros(cells, dtype=np.bool_)
    eventful[happened] = True
    place = np.cumsum(eventful) - 1
    return np.flatnonzero(eventful), lambda wanted: place[wanted]


def _sorted(chosen: Places, by: Places, k: int) -> Places:
    """The chosen rows, ascending by a place from 0 to k - 1; those of one place as they were."""
    counts: Places = np.bincount(by[chosen], minlength=k)
    return _counted(chosen, by, np.cumsum(counts) - counts)


@kernel
def _counted(chosen: Places, by: Places, begin: Places) -> Places:
    order = np.empty_like(chosen)
    for row in chosen:
        order[begin[by[row]]] = row
        begin[by[row]] += 1
    return order
