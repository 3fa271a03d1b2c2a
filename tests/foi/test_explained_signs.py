"""What a sheet says of its signs: a hidden count is an interval, and a sentence about something else is no limit."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_up.answers import ABOUT, write_csv
from remission.foi.answers.answer import import_answer
from remission.foi.answers.counts import Count, NoCount, explained_signs, read_count

SIGNS = ("*", "**", "#", "~", "x")
# How a sentence goes on after the limit without saying that nobody is meant.
TAILS = ("", ".", " but not zero", ", greater than zero", " and more than 0", " excluding nil", " (never zero)")


@settings(max_examples=60)
@given(st.integers(2, 20), st.sampled_from(TAILS), st.sampled_from(SIGNS))
def test_a_sign_for_a_small_number_is_never_nobody(limit: int, tail: str, sign: str) -> None:
    found = explained_signs([f"{sign} denotes fewer than {limit}{tail}"])[sign]
    assert (found.low, found.high) == (0, limit - 1)


@pytest.mark.parametrize(
    "sentence",
    [
        "* = suppressed, may include zero",
        "* denotes suppressed figures other than zero",
        "* denotes patients under 18 years of age",
        "* = patients aged under 18",
        "* = patients aged 18 or under",
        "Patients treated for less than 12 months have been withheld",
        "Those seen in under 18 weeks are suppressed",
        "Shares under 5% have been suppressed",
        "Shares under 5 per cent have been suppressed",
    ],
)
def test_a_limit_of_age_time_or_share_is_no_number_of_people(sentence: str) -> None:
    assert explained_signs([sentence]) == {}
    assert isinstance(read_count("*", explained_signs([sentence])), NoCount)


@pytest.mark.parametrize("sentence", ["- denotes zero", "- = nil", "- means a true zero", "- is the number 0."])
def test_a_sign_that_is_said_to_be_zero_is_zero(sentence: str) -> None:
    assert read_count("-", explained_signs([sentence])) == Count(0, 0)


def test_a_limit_of_people_holds_beside_a_time() -> None:
    found = explained_signs(["* = less than 5 patients treated in the last 12 months"])
    assert (found["*"].low, found["*"].high) == (0, 4)


def test_people_behind_an_explained_star_reach_the_answers_as_an_interval(tmp_path: Path) -> None:
    cells = [["Brand", "Patients"], ["Tysabri", "*"], ["Fampyra", "0"], [], ["* = fewer than 5 but not zero"]]
    found = import_answer(write_csv(tmp_path / "a.csv", cells), ABOUT)
    assert found.answers.select("therapy", "low", "high", "exact").rows() == [("natalizumab", 0, 4, False)]
    assert [(one.row, one.kind) for one in found.explained] == [(3, "not a therapy")]
