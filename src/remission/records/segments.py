"""Tables as arrays sorted by subject and day, with offsets: what kernels see.

`SubjectIndex` numbers the subjects who entered and turns any table into `Segments` once; every endpoint evaluated on
the cohort reuses them. Sorting is linear in rows (a counting sort by subject, then by day within each subject), so
shuffled string ids cost little more than sorted integers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

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


@dataclass(frozen=True)
class SubjectIndex:
    """The subjects who entered, numbered in file order, and every table sorted by them (each computed once)."""

    cohort: Cohort
    subjects: pl.DataFrame
    _names: pl.Enum
    _segments: dict[str, Segments] = field(default_factory=dict, repr=False)
    _numbers: dict[str, Ints] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, cohort: Cohort) -> SubjectIndex:
        """The index of a cohort; kept with the cohort, so a second endpoint pays nothing."""
        if "index" not in cohort.kept:
            subjects = cohort.subjects.filter(pl.col("entered") == "yes")
            cohort.kept["index"] = cls(cohort, subjects, pl.Enum(subjects["subject_id"]))
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
            names = self.cohort.select(table, "subject_id")["subject_id"].cast(self._names, strict=False)
            self._numbers[table] = names.to_physical().cast(pl.Int32).fill_null(-1).to_numpy()
        return self._numbers[table]


def sort_by_subject(subject: Ints, day: Ints, count: int) -> Segments:
    """Segments of rows given by subject number and day, stable; rows of subject -1 are left out.

    >>> sort_by_subject(np.array([1, 0, 1], np.int32), np.array([9, 5, 3], np.int32), 2).order.tolist()
    [1, 2, 0]
    """
    offsets, order, days = _sort(np.array(subject, np.int32), np.array(day, np.int32), count)
    return Segments(offsets, order, days)


@kernel
def _sort(subject: Ints, day: Ints, count: int) -> tuple[Positions, Positions, Ints]:
    offsets = np.zeros(count + 1, np.int64)
    for row in range(subject.size):
        if subject[row] >= 0:
            offsets[subject[row] + 1] += 1
    for s in range(count):
        offsets[s + 1] += offsets[s]
    order = np.empty(offsets[count], np.int64)
    days = np.empty(offsets[count], np.int32)
    filled = offsets[:-1].copy()
    for row in range(subject.size):
        s = subject[row]
        if s >= 0:
            order[filled[s]] = row
            days[filled[s]] = day[row]
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
