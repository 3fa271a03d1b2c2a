"""Tables as arrays sorted by subject and day, with offsets: what kernels see.

`SubjectIndex` numbers the subjects who entered and turns any table into `Segments` once; every endpoint evaluated on
the cohort reuses them. Sorting is linear in rows (a counting sort by subject, then by day within each subject), so
shuffled string ids cost little more than sorted integers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from remission.records.cohort import Cohort
from remission.records.kernels import kernel

Ints = NDArray[np.int32]
Positions = NDArray[np.int64]
Flags = NDArray[np.bool_]

NEVER = np.int32(2**31 - 1)
"""A day that never comes: sorts after every real day, so that the earliest of several is their minimum."""


@dataclass(frozen=True)
class Segments:
    """Rows of one table sorted by subject, day and file order; those of subject s are offsets[s]:offsets[s + 1].

    `order` gives the row of the table that each place came from, so `table_column[order]` is sorted likewise.
    """

    offsets: Positions
    order: Positions
    day: Ints

    def day_at(self, place: Positions, otherwise: Ints) -> Ints:
        """The day of each place, `otherwise` where it is -1."""
        return _at(self.day, place, otherwise)

    def row_at(self, place: Positions) -> Positions:
        """The row of the table at each place, -1 where it is -1."""
        return _at(self.order, place, place)


@dataclass(frozen=True)
class Numbering:
    """The number of each name, found by its 64-bit hash: a tenth of the time of a join on strings.

    The hash of every name is its own (two names that share one are told apart by another seed), so a name of the
    cohort is never taken for another one.
    """

    seed: int
    hashes: NDArray[np.uint64]
    slots: Ints

    @classmethod
    def of(cls, names: pl.Series) -> Numbering:
        """Number names in order; ValueError when one is there twice."""
        for seed in range(SEEDS):
            hashes = names.hash(seed).to_numpy().copy()
            slots, clash = _fill_slots(hashes)
            if not clash:
                return cls(seed, hashes, slots)
        raise ValueError(f"subject_id repeats: {names.len() - names.n_unique()} of {names.len()} rows too many")

    def look_up(self, names: pl.Series) -> Ints:
        """The number of each name, -1 for one that has none; shape (names,)."""
        return _look_up(names.hash(self.seed).to_numpy(), self.hashes, self.slots)


SEEDS = 4
"""More than one is needed once in 10 million cohorts of a million subjects."""


@kernel
def _fill_slots(hashes: NDArray[np.uint64]) -> tuple[Ints, bool]:
    """An open-addressed table of places, at most half full; whether two hashes are equal."""
    size = 2
    while size < 2 * hashes.size:
        size *= 2
    slots, last = np.full(size, -1, np.int32), np.uint64(size - 1)
    for i in range(hashes.size):
        at = hashes[i] & last
        while slots[at] >= 0:
            if hashes[slots[at]] == hashes[i]:
                return slots, True
            at = (at + np.uint64(1)) & last
        slots[at] = i
    return slots, False


@kernel
def _look_up(wanted: NDArray[np.uint64], hashes: NDArray[np.uint64], slots: Ints) -> Ints:
    last, number = np.uint64(slots.size - 1), np.empty(wanted.size, np.int32)
    for i in range(wanted.size):
        at = wanted[i] & last
        found = slots[at]
        while found >= 0 and hashes[found] != wanted[i]:
            at = (at + np.uint64(1)) & last
            found = slots[at]
        number[i] = found
    return number


@dataclass(frozen=True)
class SubjectIndex:
    """The subjects who entered, numbered in file order, and every table sorted by them (each computed once)."""

    cohort: Cohort
    subjects: pl.DataFrame = field(repr=False)
    _numbering: Numbering = field(repr=False)
    _segments: dict[str, Segments] = field(default_factory=dict, repr=False)
    _numbers: dict[str, Ints] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, cohort: Cohort) -> SubjectIndex:
        """The index of a cohort; kept with the cohort, so a second endpoint pays nothing."""
        if "index" not in cohort.kept:
            subjects = cohort.subjects.filter(pl.col("entered") == "yes")
            cohort.kept["index"] = cls(cohort, subjects, Numbering.of(subjects["subject_id"]))
        index = cohort.kept["index"]
        assert isinstance(index, SubjectIndex)
        return index

    @property
    def count(self) -> int:
        """How many subjects entered."""
        return self.subjects.height

    def days(self, column: str, missing: np.int32 = NEVER) -> Ints:
        """A day column of the subjects table, `missing` where it is empty; shape (subjects,)."""
        if column not in self.subjects.columns:
            return np.full(self.count, missing, np.int32)
        return self.subjects[column].fill_null(int(missing)).to_numpy().astype(np.int32)

    def segments(self, table: str) -> Segments:
        """A table sorted by subject and day; NotCollected when the cohort does not have it."""
        if table not in self._segments:
            subject, day = self.subject_of_rows(table), self.cohort.select(table, "day")["day"].to_numpy()
            self._segments[table] = sort_by_subject(subject, day, self.count)
        return self._segments[table]

    def subject_of_rows(self, table: str) -> Ints:
        """The number of each row's subject, -1 for a subject who did not enter; shape (rows,)."""
        if table not in self._numbers:
            self._numbers[table] = self._numbering.look_up(self.cohort.select(table, "subject_id")["subject_id"])
        return self._numbers[table]


def _at(values: NDArray[Any], place: Positions, otherwise: NDArray[Any]) -> NDArray[Any]:
    if values.size == 0:
        return otherwise
    chosen: NDArray[Any] = np.where(place >= 0, values[np.maximum(place, 0)], otherwise)
    return chosen


def sort_by_subject(subject: Ints, day: Ints, count: int) -> Segments:
    """Segments of rows given by subject number and day, stable; rows of subject -1 are left out.

    >>> sort_by_subject(np.array([1, 0, 1], np.int32), np.array([9, 5, 3], np.int32), 2).order.tolist()
    [1, 2, 0]
    """
    offsets, order, days = _sort(np.asarray(subject, np.int32), np.asarray(day, np.int32), count)
    return Segments(offsets, order, days)


@kernel
def _sort(subject: Ints, day: Ints, count: int) -> tuple[Positions, Positions, Ints]:
    offsets = np.zeros(count + 1, np.int64)
    for row in range(subject.size):
        if subject[row] >= 0:
            offsets[subject[row] + 1] += 1
    for s in range(count):
        offsets[s + 1] += offsets[s]
    order, days, filled = np.empty(offsets[-1], np.int64), np.empty(offsets[-1], np.int32), offsets[:-1].copy()
    for row in range(subject.size):
        s = subject[row]
        if s >= 0:
            order[filled[s]], days[filled[s]] = row, day[row]
            filled[s] += 1
    for s in range(count):
        _sort_days(days[offsets[s] : offsets[s + 1]], order[offsets[s] : offsets[s + 1]])
    return offsets, order, days


@kernel
def _sort_days(days: Ints, order: Positions) -> None:
    # Nearly always sorted or short: insertion. A long shuffled segment would be quadratic, so it gets a merge sort.
    if days.size > 64 and not _is_sorted(days):
        by_day = np.argsort(days, kind="mergesort")
        days[:] = days[by_day]
        order[:] = order[by_day]
        return
    for i in range(1, days.size):
        d, o, j = days[i], order[i], i
        while j > 0 and days[j - 1] > d:
            days[j], order[j] = days[j - 1], order[j - 1]
            j -= 1
        days[j], order[j] = d, o


@kernel
def _is_sorted(days: Ints) -> bool:
    for i in range(1, days.size):  # noqa: SIM110 - a kernel: no generator here
        if days[i] < days[i - 1]:
            return False
    return True


@kernel
def first_flagged(offsets: Positions, flags: Flags) -> Positions:
    """Place of the first flagged row of each subject, -1 when none is; shape (subjects,)."""
    place = np.full(offsets.size - 1, -1, np.int64)
    for s in range(offsets.size - 1):
        for i in range(offsets[s], offsets[s + 1]):
            if flags[i]:
                place[s] = i
                break
    return place


@kernel
def last_flagged_before(offsets: Positions, flags: Flags, day: Ints, limit: Ints) -> Positions:
    """Place of the last flagged row of each subject on a day before its limit, -1 when none is; shape (subjects,)."""
    place = np.full(offsets.size - 1, -1, np.int64)
    for s in range(offsets.size - 1):
        for i in range(offsets[s + 1] - 1, offsets[s] - 1, -1):
            if flags[i] and day[i] < limit[s]:
                place[s] = i
                break
    return place


@kernel
def last_day_before_gap(offsets: Positions, flags: Flags, day: Ints, entry: Ints, end: Ints, longest: int) -> Ints:
    """Day before each subject's first gap longer than `longest` between entry, flagged rows and end; NEVER if none."""
    found = np.full(offsets.size - 1, NEVER, np.int32)
    for s in range(offsets.size - 1):
        rows = slice(offsets[s], offsets[s + 1])
        found[s] = _day_before_gap(flags[rows], day[rows], entry[s], end[s], longest)
    return found


@kernel
def _day_before_gap(flags: Flags, day: Ints, entry: int, end: int, longest: int) -> int:
    before = entry
    for i in range(day.size):
        if flags[i] and entry < day[i] <= end:
            if day[i] - before > longest:
                return before
            before = day[i]
    return before if end - before > longest else int(NEVER)
