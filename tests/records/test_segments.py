"""Numbering and sorting against the plain way of doing the same."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.records import segments
from remission.records.cohort import Cohort, Manifest
from remission.records.segments import Numbering, SubjectIndex, sort_by_subject

names = st.lists(st.text(max_size=5), unique=True, max_size=40)


@given(known=names, asked=st.lists(st.text(max_size=5), max_size=40))
def test_numbers_are_those_of_a_dictionary(known: list[str], asked: list[str]) -> None:
    plain = {name: number for number, name in enumerate(known)}
    found = Numbering.of(pl.Series(known, dtype=pl.String)).look_up(pl.Series(known + asked, dtype=pl.String))
    assert found.tolist() == [plain.get(name, -1) for name in known + asked]


def test_a_name_that_is_there_twice_is_refused_without_telling_it() -> None:
    with pytest.raises(ValueError, match="1 of 3 rows too many") as refused:
        Numbering.of(pl.Series(["secret", "other", "secret"]))
    assert "secret" not in str(refused.value)


def test_names_that_share_a_hash_are_told_apart_by_another_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    real, asked = segments._fill_slots, []

    def clashing_once(hashes: np.ndarray) -> tuple[np.ndarray, bool]:
        asked.append(hashes)
        return real(np.zeros_like(hashes) if len(asked) == 1 else hashes)

    monkeypatch.setattr(segments, "_fill_slots", clashing_once)
    numbering = Numbering.of(pl.Series(["a", "b"]))
    assert numbering.seed == 1
    assert numbering.look_up(pl.Series(["b", "a", "c"])).tolist() == [1, 0, -1]


def test_names_are_looked_up_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "HASHED_AT_ONCE", 3)
    numbering = Numbering.of(pl.Series(["a", "b", "c"]))
    assert numbering.look_up(pl.Series(["c", "x", "a", "b", "b", "y", "a"])).tolist() == [2, -1, 0, 1, 1, -1, 0]


@pytest.mark.parametrize("visits", [65, 66, 127, 300])
def test_a_long_record_out_of_order_is_sorted_too(visits: int) -> None:
    rng = np.random.default_rng(visits)
    # Fewer days than visits: those of one day keep the order of the file.
    day = rng.integers(-30, 30, 2 * visits).astype(np.int32)
    check_sorted(np.repeat(np.array([1, 3], np.int32), visits), day)


@given(rows=st.lists(st.tuples(st.integers(-1, 4), st.integers(-50, 50)), max_size=300))
def test_rows_are_sorted_by_subject_then_day_then_file_order(rows: list[tuple[int, int]]) -> None:
    subject, day = (np.array([row[which] for row in rows], np.int32) for which in (0, 1))
    check_sorted(subject, day)


@given(rows=st.lists(st.tuples(st.integers(-1, 4), st.integers(-50, 50)), max_size=300))
def test_rows_of_many_subjects_are_sorted_block_by_block_into_the_same_order(rows: list[tuple[int, int]]) -> None:
    subject, day = (np.array([row[which] for row in rows], np.int32) for which in (0, 1))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(segments, "BLOCK_BITS", 1)
        check_sorted(subject, day)


def check_sorted(subject: np.ndarray, day: np.ndarray) -> None:
    rows, found = range(subject.size), sort_by_subject(subject, day, 5)
    expected = sorted((row for row in rows if subject[row] >= 0), key=lambda row: (subject[row], day[row]))
    assert found.order.tolist() == expected
    assert found.day.tolist() == [day[row] for row in expected]
    assert np.diff(found.offsets).tolist() == [int((subject == s).sum()) for s in range(5)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [([7, -3, 0], [7, -3, 0]), ([7, None, -3], [7, 99, -3]), ([None, None, None], [99, 99, 99])],
)
def test_an_empty_day_is_the_missing_one_and_no_other_is_changed(given: list[int | None], expected: list[int]) -> None:
    subjects = pl.DataFrame(
        {"subject_id": ["a", "b", "c"], "entered": ["yes"] * 3, "last_day": pl.Series(given, dtype=pl.Int32)}
    )
    manifest = Manifest("m", "M", "simulated", "start", "days", ("subjects",), "MIT")
    index = SubjectIndex.of(Cohort(manifest, {"subjects": subjects}, ""))
    found = index.days("last_day", np.int32(99))
    assert found.dtype == np.int32
    assert found.tolist() == expected
    assert index.days("death_day", np.int32(99)).tolist() == [99, 99, 99]


@pytest.mark.parametrize("entered", [["yes", "yes", "yes"], ["yes", "no", "yes"], ["yes", None, "no"]])
def test_only_those_who_entered_are_numbered(entered: list[str | None]) -> None:
    subjects = pl.DataFrame({"subject_id": ["a", "b", "c"], "entered": entered})
    manifest = Manifest("m", "M", "simulated", "start", "days", ("subjects",), "MIT")
    index = SubjectIndex.of(Cohort(manifest, {"subjects": subjects}, ""))
    assert index.subjects["subject_id"].to_list() == [
        name for name, did in zip("abc", entered, strict=True) if did == "yes"
    ]


def test_a_cohort_is_forgotten_with_its_last_name() -> None:
    subjects = pl.DataFrame({"subject_id": ["a", "b"], "entered": ["yes", "yes"]})
    manifest = Manifest("m", "M", "simulated", "start", "days", ("subjects",), "MIT")
    cohort = Cohort(manifest, {"subjects": subjects}, "")
    index, known = SubjectIndex.of(cohort), weakref.ref(cohort)
    assert SubjectIndex.of(cohort)._segments is index._segments
    gc.disable()
    try:
        del cohort, index
        assert known() is None
    finally:
        gc.enable()
