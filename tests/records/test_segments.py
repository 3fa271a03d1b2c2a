"""Numbering and sorting against the plain way of doing the same."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remission.records import segments
from remission.records.segments import Numbering, sort_by_subject

names = st.lists(st.text(max_size=5), unique=True, max_size=40)


@settings(deadline=None)
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


@settings(deadline=None)
@given(rows=st.lists(st.tuples(st.integers(-1, 4), st.integers(-50, 50)), max_size=300))
def test_rows_are_sorted_by_subject_then_day_then_file_order(rows: list[tuple[int, int]]) -> None:
    subject, day = (np.array([row[which] for row in rows], np.int32) for which in (0, 1))
    found = sort_by_subject(subject, day, 5)
    expected = sorted((row for row in range(len(rows)) if subject[row] >= 0), key=lambda row: (subject[row], day[row]))
    assert found.order.tolist() == expected
    assert found.day.tolist() == [day[row] for row in expected]
    assert np.diff(found.offsets).tolist() == [int((subject == s).sum()) for s in range(5)]
