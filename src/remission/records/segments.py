"""Tables as arrays sorted by subject and day, with offsets: what kernels see.

`SubjectIndex` numbers the subjects who entered and turns any table into `Segments` once; every endpoint evaluated on
the cohort reuses them. Sorting is linear in rows (a counting sort by subject, then by day within each subject), so
shuffled string ids cost little more than sorted integers. What decides the time of a large cohort is how often memory
is touched out of order: names and numbers lie side by side, rows are spread over a few thousand subjects at a time,
and arrays are made by NumPy, which asks for large pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from remission.inputs.kernels import filling_kernel, kernel
from remission.records.cohort import Cohort
from remission.records.schema import TABLES
from remission.records.series import cut, take

Ints = NDArray[np.int32]
Positions = NDArray[np.int64]
Flags = NDArray[np.bool_]
# The upper bits of a hash and, in the bits that tell the slot, from 1 the number of its name; 0 where the slot is free.
Slots = NDArray[np.uint64]

NEVER = np.int32(2**31 - 1)
"""A day that never comes: sorts after every real day, so that the earliest of several is their minimum."""


@dataclass(frozen=True)
class Segments:
    """Rows of one table sorted by subject, day and file order; those of subject s are offsets[s]:offsets[s + 1].

    `order` gives the row of the table that each place came from, so `table_column[order]` is sorted likewise.
    """

    offsets: Positions
    order: Ints
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

    Two names that could be mistaken are told apart by another seed, so a name of the cohort is never taken for another
    one. One word a slot, and not two: what does not fit into the cache is waited for.
    """

    seed: int
    slots: Slots

    @classmethod
    def of(cls, names: pl.Series) -> Numbering:
        """Number names in order; ValueError when one is there twice."""
        for seed in range(SEEDS):
            slots, clash = _fill_slots(_hashes(names, seed))
            if not clash:
                return cls(seed, slots)
        raise ValueError(f"subject_id repeats: {names.len() - names.n_unique()} of {names.len()} rows too many")

    def look_up(self, names: pl.Series) -> Ints:
        """The number of each name, -1 for one that has none; shape (names,)."""
        number = np.empty(names.len(), np.int32)
        # A piece at a time: hashes that are used and thrown away within the cache need no fresh memory.
        for start in range(0, number.size, HASHED_AT_ONCE):
            hashes = _hashes(names.slice(start, HASHED_AT_ONCE), self.seed)
            _look_up(hashes, self.slots, number[start : start + HASHED_AT_ONCE])
        return number


HASHED_AT_ONCE = 1 << 16
"""Names hashed together: half a megabyte of hashes."""

SEEDS = 4
"""More than one is needed once in 10 million cohorts of a million subjects."""

HASHED = [pl.first().hash(seed) for seed in range(SEEDS)]
"""The only column of a frame, hashed with each seed."""


def _hashes(names: pl.Series, seed: int) -> NDArray[np.uint64]:
    # Not the hash of a whole frame: that hands them to other threads, which takes longer than to hash a thousand names.
    # Nor `hash` of the series, which writes this query anew each time.
    return names.to_frame().select_seq(HASHED[seed]).to_series().to_numpy()


def _fill_slots(hashes: NDArray[np.uint64]) -> tuple[Slots, bool]:
    """An open-addressed table of hashes and numbers; whether two names cannot be told apart."""
    # A power of two, so that the remainder is a mask; a quarter full, so that most look-ups end where they begin.
    size = 4
    while size < 4 * hashes.size:
        size *= 2
    slots = np.zeros(size, np.uint64)
    return slots, _fill(hashes, slots)


@kernel
def _fill(hashes: NDArray[np.uint64], slots: Slots) -> bool:
    last = np.uint64(slots.size - 1)
    for i in range(hashes.size):
        # The hash is spread evenly as it is: its last bits are as good as any.
        at = hashes[i] & last
        # Numbers are kept from 1, so that 0 marks a free slot.
        while slots[at] & last > 0:
            if (slots[at] ^ hashes[i]) <= last:
                return True
            at = (at + np.uint64(1)) & last
        slots[at] = (hashes[i] & ~last) | np.uint64(i + 1)
    return False


AT_ONCE = 64
"""Names looked up together."""


@kernel
def _look_up(wanted: NDArray[np.uint64], slots: Slots, number: Ints) -> None:
    last = np.uint64(slots.size - 1)
    for start in range(0, wanted.size, AT_ONCE):
        some, found = wanted[start : start + AT_ONCE], number[start : start + AT_ONCE]
        # A guess for each first: these reads of memory do not wait for one another, and what follows finds them near.
        for i in range(some.size):
            found[i] = np.int64(slots[some[i] & last] & last) - 1
        for i in range(some.size):
            at = some[i] & last
            while slots[at] & last > 0 and (slots[at] ^ some[i]) > last:
                at = (at + np.uint64(1)) & last
            found[i] = np.int64(slots[at] & last) - 1


@dataclass(frozen=True)
class SubjectIndex:
    """The subjects who entered, numbered in file order, and every table sorted by them (each computed once)."""

    cohort: Cohort
    subjects: pl.DataFrame = field(repr=False)
    _numbering: Numbering = field(repr=False)
    _segments: dict[str, Segments] = field(default_factory=dict, repr=False)
    _numbers: dict[str, Ints] = field(default_factory=dict, repr=False)
    _row_ids: dict[str, pl.Series] = field(default_factory=dict, repr=False)
    _days: dict[tuple[str, int], Ints] = field(default_factory=dict, repr=False)
    beside: list[Any] = field(default_factory=list, repr=False)
    """What those who search on this very index leave for one another; gone with it, for it is as large as a table."""

    @classmethod
    def of(cls, cohort: Cohort) -> SubjectIndex:
        """The index of a cohort; kept with the cohort, so a second endpoint pays nothing."""
        if "index" not in cohort.kept:
            entered = cohort.subjects.get_column("entered") == "yes"
            # A filter that keeps everybody would copy the table, and takes as long as numbering a thousand subjects.
            everybody = not entered.has_nulls() and entered.all()
            subjects = cohort.subjects if everybody else cohort.subjects.filter(entered)
            # Not the index itself: it knows its cohort, and a circle stays in memory until somebody looks for circles.
            cohort.kept["index"] = subjects, Numbering.of(subjects["subject_id"]), {}, {}, {}, {}
        kept = cohort.kept["index"]
        assert isinstance(kept, tuple)
        return cls(cohort, *kept)

    @property
    def count(self) -> int:
        """How many subjects entered."""
        return self.subjects.height

    def days(self, column: str, missing: np.int32 = NEVER) -> Ints:
        """A day column of the subjects table, `missing` where it is empty; shape (subjects,), not to be written to."""
        key = column, int(missing)
        if key not in self._days:
            self._days[key] = self._days_of(column, missing)
            self._days[key].flags.writeable = False
        return self._days[key]

    def _days_of(self, column: str, missing: np.int32) -> Ints:
        if column not in self.subjects.columns:
            return np.full(self.count, missing, np.int32)
        days = self.subjects.get_column(column)
        if days.null_count() == self.count:
            return np.full(self.count, missing, np.int32)
        # With nulls Polars hands out floats, which hold every 32-bit day exactly; filling first takes longer.
        known = days.to_numpy()
        return (known if known.dtype.kind == "i" else np.where(np.isnan(known), missing, known)).astype(np.int32)

    def segments(self, table: str) -> Segments:
        """A table sorted by subject and day; NotCollected when the cohort does not have it."""
        if table not in self._segments:
            begins = "day" if "day" in TABLES[table] else "start_day"
            # Only of who did not enter may a day be unknown, and those rows are left out.
            days = self.column(table, begins)
            subject, day = self.subject_of_rows(table), (days.fill_null(0) if days.null_count() else days).to_numpy()
            self._segments[table] = sort_by_subject(subject, day, self.count)
        return self._segments[table]

    def subject_of_rows(self, table: str) -> Ints:
        """The number of each row's subject, -1 for a subject who did not enter; shape (rows,)."""
        if table not in self._numbers:
            names = self.column(table, "subject_id")
            number = self._numbering.look_up(names)
            others = number < 0
            if others.any():
                self._refuse_strangers(table, names.filter(pl.Series(others)))
            self._numbers[table] = number
        return self._numbers[table]

    def _refuse_strangers(self, table: str, others: pl.Series) -> None:
        """ValueError for rows of nobody: a cohort that was made in memory has been through no check."""
        strange = int((~others.is_in(self.cohort.subjects["subject_id"].implode())).sum())
        if strange:
            raise ValueError(f"{table}: {strange:,} rows of a subject_id that is not in the subjects table")

    def row_ids(self, table: str) -> pl.Series:
        """The row_id of each row, in one piece: taking some of many pieces takes ten times as long."""
        if table not in self._row_ids:
            self._row_ids[table] = self.column(table, "row_id").rechunk()
        return self._row_ids[table]

    def names_at(self, table: str, place: Positions) -> pl.Series:
        """The row_id at each place of the segments of a table, null where it is -1."""
        return self.names_at_each(table, [place])[0]

    def names_at_each(self, table: str, places: Sequence[Positions]) -> list[pl.Series]:
        """The same for several arrays of places, of one length."""
        every = np.concatenate(places)
        # Most rules name no row of some of the roles they know.
        if not (every >= 0).any():
            return [NO_NAME.new_from_index(0, place.size) for place in places]
        return cut(take(self.row_ids(table), self.segments(table).row_at(every)), len(places))

    def column(self, table: str, name: str) -> pl.Series:
        """A column of a table, nulls where it is optional and absent; NotCollected when there is no table."""
        frame = self.cohort.tables.get(table)
        if frame is None or name not in frame.columns:
            frame = self.cohort.select(table, name)
        return frame.get_column(name)


NO_NAME = pl.Series([None], dtype=pl.String)


def _at(values: NDArray[Any], place: Positions, otherwise: NDArray[Any]) -> NDArray[Any]:
    if values.size == 0:
        return otherwise
    # A place of -1 reads the first row, and what it says is thrown away.
    chosen: NDArray[Any] = np.where(place >= 0, values.take(place, mode="clip"), otherwise)
    return chosen


def sort_by_subject(subject: Ints, day: Ints, count: int) -> Segments:
    """Segments of rows given by subject number and day, stable; rows of subject -1 are left out.

    >>> sort_by_subject(np.array([1, 0, 1], np.int32), np.array([9, 5, 3], np.int32), 2).order.tolist()
    [1, 2, 0]
    """
    subject, day = np.asarray(subject, np.int32), np.asarray(day, np.int32)
    begins = np.zeros((count >> BLOCK_BITS) + 2, np.int64)
    longest = _count_blocks(subject, begins, BLOCK_BITS)
    blocked = np.empty((begins[-1], 3), np.int32)
    _fill_blocks(subject, day, blocked, begins[:-1].copy(), BLOCK_BITS)
    order, days = np.empty(len(blocked), np.int32), np.empty(len(blocked), np.int32)
    rows = SortedRows(np.zeros(count + 1, np.int64), order, days)
    _sort_blocks(blocked, begins, rows, SortScratch.of(longest), BLOCK_BITS)
    return Segments(*rows)


BLOCK_BITS = 11
"""Rows are sorted for 2 ** BLOCK_BITS subjects at a time: what is touched out of order then stays in the cache."""


class SortedRows(NamedTuple):
    """What the sort fills: offsets of each subject; row and day of each place."""

    offsets: Positions
    order: Ints
    days: Ints


class SortScratch(NamedTuple):
    """What the sort of one block writes over that of the one before: keys by subject, the same in order, counts."""

    keys: Positions
    ordered: Positions
    filled: Positions

    @classmethod
    def of(cls, longest: int) -> SortScratch:
        """Room for the longest of the blocks."""
        return cls(np.empty(longest, np.int64), np.empty(longest, np.int64), np.empty((1 << BLOCK_BITS) + 1, np.int64))


@kernel
def _count_blocks(subject: Ints, begins: Positions, bits: int) -> int:
    """Where the rows of each block begin; how many rows the longest has."""
    for row in range(subject.size):
        if subject[row] >= 0:
            # Counted one place on, so that the running sum below gives where each block begins.
            begins[(subject[row] >> bits) + 1] += 1
    longest = 0
    for block in range(begins.size - 1):
        longest = max(longest, begins[block + 1])
        begins[block + 1] += begins[block]
    return longest


@kernel
def _fill_blocks(subject: Ints, day: Ints, blocked: Ints, filled: Positions, bits: int) -> None:
    """Subject, day and row side by side, those of one block of subjects together, in the order of the table."""
    for row in range(subject.size):
        s = subject[row]
        if s >= 0:
            at = filled[s >> bits]
            # Three numbers side by side are one read of memory; as three arrays they would be three.
            blocked[at, 0], blocked[at, 1], blocked[at, 2] = s, day[row], row
            filled[s >> bits] = at + 1


@filling_kernel
def _sort_blocks(blocked: Ints, begins: Positions, rows: SortedRows, scratch: SortScratch, bits: int) -> None:
    """Block by block: count each subject's rows, put them together, sort them by day and row as one number."""
    count, size = rows.offsets.size - 1, 1 << bits
    keys, ordered, filled = scratch.keys, scratch.ordered, scratch.filled
    for block in range(begins.size - 1):
        begin, end, first = begins[block], begins[block + 1], block << bits
        filled[:] = 0
        for i in range(begin, end):
            filled[blocked[i, 0] - first + 1] += 1
        for s in range(min(size, count - first)):
            filled[s + 1] += filled[s]
            rows.offsets[first + s + 1] = begin + filled[s + 1]
        for i in range(begin, end):
            s = blocked[i, 0] - first
            # Day above, row below: one number that sorts by both, and so stably. A negative day keeps its order, for
            # the sign is in the upper half.
            keys[filled[s]] = (np.int64(blocked[i, 1]) << 32) | (np.int64(blocked[i, 2]) & 0xFFFFFFFF)
            filled[s] += 1
        after = 0
        for s in range(min(size, count - first)):
            _sort_keys(keys[after : filled[s]], ordered[after : filled[s]])
            after = filled[s]
        for i in range(end - begin):
            rows.days[begin + i], rows.order[begin + i] = ordered[i] >> 32, ordered[i] & 0xFFFFFFFF


@filling_kernel
def _sort_keys(keys: Positions, ordered: Positions) -> None:
    """The keys of one subject, which all differ, put in order in another array."""
    rising = 1
    while rising < keys.size and keys[rising - 1] < keys[rising]:
        rising += 1
    # A long shuffled segment would be quadratic below.
    if rising < keys.size and keys.size > 64:
        _sort_heap(keys)
        rising = keys.size
    if rising >= keys.size:
        for i in range(keys.size):
            ordered[i] = keys[i]
        return
    # Each goes to the place that as many lower ones leave: more comparisons than insertion makes, and a quarter of its
    # time, for none of them is a branch and several are made at once.
    for i in range(keys.size):
        key, lower = keys[i], 0
        for j in range(keys.size):
            lower += keys[j] < key
        ordered[lower] = key


@filling_kernel
def _sort_heap(keys: Positions) -> None:
    """Sorted in place, by a heap: NumPy's own sort would need memory, which a kernel that only fills has not."""
    for begin in range(keys.size // 2 - 1, -1, -1):
        _sink(keys, begin, keys.size)
    for end in range(keys.size - 1, 0, -1):
        keys[0], keys[end] = keys[end], keys[0]
        _sink(keys, 0, end)


@filling_kernel
def _sink(keys: Positions, place: int, end: int) -> None:
    """Let a key sink in the heap of the first `end` keys until none below it is higher."""
    below = 2 * place + 1
    while below < end:
        if below + 1 < end and keys[below] < keys[below + 1]:
            below += 1
        if keys[place] >= keys[below]:
            return
        keys[place], keys[below] = keys[below], keys[place]
        place, below = below, 2 * below + 1


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
        # On days after the entry only: assessments before it are not asked, and the entry itself begins the count.
        if flags[i] and entry < day[i] <= end:
            if day[i] - before > longest:
                return before
            before = day[i]
    return before if end - before > longest else int(NEVER)
