"""Answers in words: no refusal is a number, no number is more exact than it was given, no words of others are HTML."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from remission.atlas.answers_table import STATES, answers_table, persons_words, section_words
from remission.atlas.find import therapy_called
from remission.inputs.problems import InputProblems
from remission.inputs.provenance import Provenance

ANSWER: dict[str, Any] = {
    "state": "answered", "therapy": None, "counted": None, "period_start": None, "period_end": None,
    "patients_low": None, "patients_high": None, "issued_per_year": None, "act": None, "section": None,
    "words": None, "reason": None,
}  # fmt: skip
TYPES = {
    "period_start": pl.Date, "period_end": pl.Date, "patients_low": pl.Int64, "patients_high": pl.Int64,
    "issued_per_year": pl.Float64,
}  # fmt: skip


def rows(**about: Any) -> list[str]:
    return answers_table(frame(**about), Provenance("foi", "observed", "")).rows()[0]


def frame(**about: Any) -> pl.DataFrame:
    row = {**ANSWER, **about}
    return pl.DataFrame([row], {name: TYPES.get(name, pl.String) for name in row})


@pytest.mark.parametrize("state", [state for state in STATES if state != "answered"])
def test_what_is_no_answer_has_no_number_even_where_one_is_left_in_its_row(state: str) -> None:
    assert persons_words({**ANSWER, "state": state, "patients_low": 0, "patients_high": 4}) == STATES[state]


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(None, None, "no number"), (None, 5, "up to 5"), (0, 0, "0"), (0, None, "0 or more"), (1, 4, "1 to 4"),
     (1200, 1200, "1,200")],
)  # fmt: skip
def test_persons_are_said_as_they_were_answered(low: int | None, high: int | None, words: str) -> None:
    assert persons_words({**ANSWER, "patients_low": low, "patients_high": high}) == words


def test_what_was_not_stated_is_said_to_be_so() -> None:
    assert rows() == ["all asked for", "not stated", "no number", "not known", "–", "–"]
    assert rows(issued_per_year=0.0)[3] == "0"
    assert rows(issued_per_year=0.01)[3] == "under 0.05"


def test_a_day_is_said_once_and_a_period_by_its_ends() -> None:
    day, end = date(2025, 3, 1), date(2025, 3, 31)
    assert rows(counted="on", period_start=day, period_end=day)[1] == "on 1 Mar 2025"
    assert rows(counted="between", period_start=day, period_end=end)[1] == "between 1 Mar 2025 to 31 Mar 2025"
    assert rows(period_end=end)[1] == "31 Mar 2025"


def test_the_words_of_an_authority_are_no_html() -> None:
    made = answers_table(frame(words="<script>alert(1)</script>", therapy="<b>"), Provenance("foi", "simulated", ""))
    assert "<script>" not in made.html()
    assert "&lt;b&gt;" in made.html()
    assert made.file_name == "answers.simulated.csv"


def test_a_section_without_its_act_is_not_given_one() -> None:
    assert section_words({"act": None, "section": "12"}) == "Act not named, section 12"
    assert section_words({"act": "FOISA 2002", "section": None}) == "–"


@pytest.mark.parametrize("words", ["  Kesimpta ", "KESIMPTA", "ofatumumab"])
def test_a_therapy_is_found_by_its_brand_whatever_the_case(words: str) -> None:
    assert therapy_called(words) == "ofatumumab"


@pytest.mark.parametrize("words", ["", "   ", "<b>", "x" * 500, "kesimta", "\u202eabmitpeseK"])
def test_what_is_no_therapy_is_refused_with_what_there_is(words: str) -> None:
    with pytest.raises(InputProblems) as caught:
        therapy_called(words)
    (problem,) = caught.value.problems
    assert "ocrelizumab" in str(problem.allowed)
    assert len(str(problem.found)) < 200
    if words == "kesimta":
        assert "kesimpta" in str(problem).casefold()
