"""A trial a month: each period in which somebody could have entered starts a trial of theirs, and they are in all.

A trial begins when a person is eligible, and the arm is what was done in its first period: nothing later decides on it,
so no time is immortal. People and not trials are the unit of errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remission.stats.emulation.clones import Flags

Rows = NDArray[np.integer[Any]]


@dataclass(frozen=True, eq=False)
class Periods:
    """Trials with a row for each period: place in `Trials`, row of the records, periods since the trial began."""

    trial: Rows
    row: Rows
    followup: Rows


@dataclass(frozen=True, eq=False)
class Trials:
    """One row a trial of a person, shape (k,), in the order of the records.

    begins: row of the records in which it begins (columns known then are `column[begins]`, as is the person);
    assigned: treated in that period; periods: how many, until the event, the end of records or `most`; event: did the
    last of them end with it; keeps: periods until treatment departs from what was assigned, the departing one not
    counted, at most `periods`; keeps_event: did the event come in them.
    """

    begins: Rows
    assigned: Flags
    periods: Rows
    event: Flags
    keeps: Rows
    keeps_event: Flags

    def person_periods(self, *, per_protocol: bool = False) -> Periods:
        """A row for each period of each trial; with `per_protocol` only until treatment departs.

        >>> trials = expand_trials([1, 1, 1], [True, True, False], [False, True, True], [False, False, True])
        >>> trials.person_periods().row.tolist(), trials.person_periods(per_protocol=True).row.tolist()
        ([0, 1, 2, 1, 2], [0, 1, 2])
        """
        length = self.keeps if per_protocol else self.periods
        total = int(length.sum(dtype=np.int64))
        # 32 bits wherever the count fits, which halves the memory of the largest arrays there are.
        kind = np.int32 if total < np.iinfo(np.int32).max else np.int64
        trial: Rows = np.repeat(np.arange(length.size, dtype=kind), length)
        ends = np.cumsum(length, dtype=np.int64)
        followup: Rows = np.arange(total, dtype=kind)
        # In place, for these arrays are the largest there are.
        np.subtract(followup, np.repeat((ends - length).astype(kind), length), out=followup)
        row: Rows = np.repeat(self.begins.astype(kind), length)
        np.add(row, followup, out=row)
        return Periods(trial, row, followup)


def expand_trials(
    person: ArrayLike, eligible: ArrayLike, treated: ArrayLike, event: ArrayLike, *, most: int | None = None
) -> Trials:
    """The trials that begin in the records, one for each period in which somebody is eligible.

    person: who, rows of one together and in the order of time without gaps, shape (m,); eligible, treated, event: bool,
    shape (m,), eligible when the period begins, treated in it, the event in it (of which records after it are not
    read); most: periods a trial lasts at most. Linear in rows.
    ValueError for arrays that do not fit and for rows of a person that lie apart. Hernan & Robins 2016,
    doi:10.1093/aje/kwv254; Danaei and others 2013, doi:10.1177/0962280211403603. The plain twin is in the tests.

    >>> trials = expand_trials([1, 1, 1], [True, True, False], [False, True, True], [False, False, True])
    >>> trials.begins.tolist(), trials.assigned.tolist(), trials.periods.tolist(), trials.keeps.tolist()
    ([0, 1], [False, True], [3, 2], [1, 2])
    """
    who = np.asarray(person)
    can, on, had = (_flags(name, one, who) for name, one in
                    (("eligible", eligible), ("treated", treated), ("event", event)))  # fmt: skip
    if most is not None and most < 1:
        raise ValueError(f"a trial lasts at least one period, found {most}")
    first = np.append(True, who[1:] != who[:-1])[: who.size]
    if np.unique(who[first]).size < first.sum():
        raise ValueError("rows of a person must lie together: sort them by person and time")
    last = np.append(first[1:], True)[: who.size]
    # After an event nobody is at risk of it any more: it ends the records.
    ends = _next(had | last)
    after = _after_event(had, first)
    begins = np.flatnonzero(can & ~after)
    assigned = on[begins]
    periods = ends[begins] - begins + 1
    departs = np.where(assigned, _next(~on | last)[begins], _next(on | last)[begins])
    # A row that is only the last of the person departs from nothing.
    departs += on[departs] == assigned
    if most is not None:
        periods = np.minimum(periods, most)
    keeps = np.minimum(departs - begins, periods)
    return Trials(
        begins, assigned, periods, had[begins + periods - 1], keeps, had[begins + keeps - 1]
    )  # fmt: skip


def _flags(name: str, given: ArrayLike, who: NDArray[Any]) -> Flags:
    array = np.asarray(given)
    if array.dtype != np.bool_ or array.shape != who.shape or array.ndim != 1:
        raise ValueError(f"{name} must be true or false, one value a row, found {array.dtype} of shape {array.shape}")
    return array


def _next(marked: Flags) -> Rows:
    """The first marked row at or after each row; the last row has to be marked."""
    kind = np.int32 if marked.size < np.iinfo(np.int32).max else np.int64
    rows = np.where(marked, np.arange(marked.size, dtype=kind), kind(marked.size))
    return np.asarray(np.minimum.accumulate(rows[::-1])[::-1])


def _after_event(had: Flags, first: Flags) -> Flags:
    """Rows of a person after the first event of that person."""
    # Events are counted on through everybody's records, and held against the count where the person begins: no loop.
    before = np.append(0, np.cumsum(had, dtype=np.int64)[:-1])[: had.size]
    start = np.maximum.accumulate(np.where(first, np.arange(had.size), 0))
    return np.asarray(before > before[start])
