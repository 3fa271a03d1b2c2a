"""What is looked for in a person's sorted rows, against the plain way: every kernel on every small case."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_up.small_cohorts import Folder
from remission.records.cohort import NotCollected
from remission.records.segments import (
    NEVER,
    Segments,
    SubjectIndex,
    first_flagged,
    last_day_before_gap,
    last_flagged_before,
    sort_by_subject,
)

Rows = list[tuple[int, int, bool]]  # subject, day, flagged
PEOPLE = 4
some_rows = st.lists(st.tuples(st.integers(0, PEOPLE - 1), st.integers(-5, 25), st.booleans()), max_size=30)
a_day_each = st.lists(st.integers(-6, 26), min_size=PEOPLE, max_size=PEOPLE)


def in_segments(rows: Rows) -> tuple[Segments, np.ndarray]:
    subject, day, flag = (np.array([row[which] for row in rows], kind) for which, kind in enumerate((int, int, bool)))
    segments = sort_by_subject(subject, day, PEOPLE)
    return segments, flag[segments.order]


def of_each(rows: Rows) -> Iterator[list[int]]:
    """The days of each person's flagged rows, in order."""
    for person in range(PEOPLE):
        yield sorted(day for subject, day, flagged in rows if subject == person and flagged)


def days_at(segments: Segments, place: np.ndarray) -> list[int | None]:
    return [None if at < 0 else int(segments.day[at]) for at in place]


@settings(max_examples=50)
@given(rows=some_rows)
def test_the_first_flagged_row_is_the_earliest_day_that_is_flagged(rows: Rows) -> None:
    segments, flags = in_segments(rows)
    found = first_flagged(segments.offsets, flags)
    assert days_at(segments, found) == [days[0] if days else None for days in of_each(rows)]
    # Of two on one day it is the one that stands first in the file.
    for place in found[found >= 0]:
        same = segments.day[: place + 1] == segments.day[place]
        begin = segments.offsets[np.searchsorted(segments.offsets, place, side="right") - 1]
        assert not (flags & (np.arange(flags.size) >= begin))[:place][same[:place]].any()


@settings(max_examples=50)
@given(rows=some_rows, limit=a_day_each)
def test_the_last_flagged_row_before_a_day_is_never_of_that_day(rows: Rows, limit: list[int]) -> None:
    segments, flags = in_segments(rows)
    found = last_flagged_before(segments.offsets, flags, segments.day, np.array(limit, np.int32))
    plain = [
        max((day for day in days if day < end), default=None) for days, end in zip(of_each(rows), limit, strict=True)
    ]
    assert days_at(segments, found) == plain


@settings(max_examples=50)
@given(rows=some_rows, entry=a_day_each, followed=st.lists(st.integers(0, 20), min_size=PEOPLE, max_size=PEOPLE),
       longest=st.integers(0, 12))  # fmt: skip
def test_a_gap_is_longer_than_allowed_between_entry_looks_and_end(
    rows: Rows, entry: list[int], followed: list[int], longest: int
) -> None:
    segments, flags = in_segments(rows)
    ends = [first + days for first, days in zip(entry, followed, strict=True)]
    limits = (np.array(entry, np.int32), np.array(ends, np.int32))
    found = last_day_before_gap(segments.offsets, flags, segments.day, *limits, longest)
    for answer, days, first, last in zip(found.tolist(), of_each(rows), entry, ends, strict=True):
        looks = [first, *(day for day in days if first < day <= last), last]
        gaps = [one for one, other in pairwise(looks) if other - one > longest]
        assert answer == (gaps[0] if gaps else NEVER)


@pytest.mark.parametrize(("longest", "answer"), [(9, 0), (10, NEVER), (11, NEVER)])
def test_a_gap_of_just_the_days_allowed_is_none(longest: int, answer: int) -> None:
    segments, flags = in_segments([(0, 10, True), (0, 20, True), (0, 21, False)])
    entry, end = np.zeros(PEOPLE, np.int32), np.array([20, 0, 0, 0], np.int32)
    assert last_day_before_gap(segments.offsets, flags, segments.day, entry, end, longest)[0] == answer


def test_nobody_and_nothing_give_places_of_nobody_and_of_nothing() -> None:
    none = sort_by_subject(np.zeros(0, np.int32), np.zeros(0, np.int32), 0)
    assert (none.offsets.tolist(), none.order.tolist()) == ([0], [])
    assert first_flagged(none.offsets, np.zeros(0, np.bool_)).tolist() == []
    empty = sort_by_subject(np.zeros(0, np.int32), np.zeros(0, np.int32), 2)
    assert first_flagged(empty.offsets, np.zeros(0, np.bool_)).tolist() == [-1, -1]
    assert empty.day_at(np.array([-1, -1]), np.array([7, 8], np.int32)).tolist() == [7, 8]
    assert empty.row_at(np.array([-1, -1])).tolist() == [-1, -1]


def test_more_rows_of_one_person_than_are_sorted_by_insertion_keep_the_order_of_the_file() -> None:
    day = np.array([number % 3 - 1 for number in range(200)], np.int32)
    found = sort_by_subject(np.zeros(200, np.int32), day, 1)
    assert found.order.tolist() == sorted(range(200), key=lambda row: (day[row], row))


def test_rows_of_the_file_are_named_at_their_places_and_no_place_has_no_name(good: Folder) -> None:
    good.cell("visits.csv", 2, "day", "300")
    index = SubjectIndex.of(good.load())
    assert index.count == 2
    assert index.names_at("visits", np.array([0, 1, 2, -1, 4])).to_list() == ["V2", "V1", "V3", None, "V5"]
    assert index.segments("treatments").day.tolist() == [0, -50]


def test_rows_of_somebody_who_did_not_enter_are_in_no_segment(good: Folder) -> None:
    good.files["visits.csv"] += b"S3,V6,5,1,,\n"
    index = SubjectIndex.of(good.load())
    assert index.subject_of_rows("visits").tolist() == [0, 0, 0, 1, 1, -1]
    assert index.segments("visits").order.tolist() == [0, 1, 2, 3, 4]


def test_a_column_that_nobody_has_is_missing_for_everybody(good: Folder) -> None:
    index = SubjectIndex.of(good.load())
    assert index.days("death_day").tolist() == [NEVER, 200]
    assert index.days("onset_day", np.int32(-7)).tolist() == [-7, -7]
    assert index.column("visits", "sdmt_correct").null_count() == 5
    with pytest.raises(NotCollected, match="observed_scans"):
        index.cohort.select("observed_scans", "day")


def test_an_optional_column_that_is_absent_has_the_type_of_the_schema(good: Folder) -> None:
    frame = good.load().select("visits", "row_id", "fs_pyramidal", "scheduled")
    assert frame.columns == ["row_id", "fs_pyramidal", "scheduled"]
    assert frame.schema["fs_pyramidal"].is_numeric()
    assert frame.select(pl.col("scheduled") == "no").to_series().to_list() == [None] * 5
