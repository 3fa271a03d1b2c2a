"""Values of places in words: units and minus signs kept, unknown never a number, small never nothing."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.atlas.place_words import (
    ABSENT,
    amount_words,
    estimate_words,
    interval_name,
    number_words,
    of_words,
    said_words,
    window_words,
)


@pytest.mark.parametrize("reason", list(ABSENT))
def test_an_absent_value_is_its_reason_and_no_number(reason: str) -> None:
    row = {"value": None, "low": None, "high": None, "unit": "proportion", "absent_reason": reason}
    assert estimate_words(row) == ABSENT[reason]
    assert not any(letter.isdigit() for letter in estimate_words(row))


@given(st.floats(-1e5, 1e5))
def test_only_nought_is_written_as_nought(value: float) -> None:
    assert (amount_words(value) == "0") == (value == 0)


def test_a_fall_has_a_minus_sign_and_a_unit() -> None:
    row = {"value": -3.0, "low": -4.5, "high": 1.0, "unit": "patient-years", "absent_reason": None}
    assert said_words(row) == "\u22123.00 (\u22124.50 to 1.00) patient-years"
    assert number_words(-0.05, "proportion") == "\u22125.0\u00a0%"


@given(st.floats(-0.004, 0))
def test_what_is_rounded_to_nothing_has_no_minus_sign(value: float) -> None:
    assert number_words(value, "patient-years") == "0.00"


def test_a_part_of_a_year_is_said_in_months_and_nothing_of_nothing_in_words() -> None:
    row = {"numerator": 105.0, "denominator": 11 / 12, "unit": "patient-years a year"}
    assert of_words(row, "{numerator} patient-years in {months}") == "105 patient-years in 11 months"
    assert of_words({"numerator": 0.0, "denominator": 0.0, "unit": "proportion"}) == "nothing issued"
    assert of_words({"numerator": 0.0, "denominator": 2.0, "unit": "proportion"}) == "0 of 2.0 patient-years"


def test_without_limits_it_says_so() -> None:
    row = {"value": 0.5, "low": None, "high": None, "unit": "proportion", "absent_reason": None}
    assert estimate_words(row) == "50.0\u00a0% (limits not estimable)"


def test_nothing_of_what_is_not_known_is_not_nothing() -> None:
    row = {"numerator": None, "denominator": 0.0, "unit": "proportion"}
    assert of_words(row) == "– of 0 patient-years"
    assert of_words({**row, "denominator": None}) == "–"
    assert of_words({"numerator": 3.0, "denominator": 0.0, "unit": "proportion"}) == "3.0 of 0 patient-years"


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(0.1, None, "10.0 to open"), (None, 0.9, "open to 90.0"), (0.0, 1.0, "0.0 to 100.0")],
)
def test_a_limit_that_is_not_there_is_open_and_no_number(low: float | None, high: float | None, words: str) -> None:
    row = {"value": 0.5, "low": low, "high": high, "unit": "proportion", "absent_reason": None}
    assert estimate_words(row) == f"50.0\u00a0% ({words})"
    absent = {**row, "value": None, "absent_reason": "not visible here"}
    assert estimate_words(absent) == f"not visible here (bounds {words}\u00a0%)"


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2025, 3, 1), date(2025, 3, 31), "March 2025"),
        (date(2024, 12, 1), date(2025, 1, 31), "December 2024 to January 2025"),
        (date(1969, 12, 1), date(1969, 12, 31), "December 1969"),
    ],
)
def test_a_window_is_named_by_its_first_and_last_month(first: date, last: date, words: str) -> None:
    numbers = [(day - date(1970, 1, 1)).days for day in (first, last)]
    assert window_words({"from_day": numbers[0], "to_day": numbers[1]}) == words
    assert window_words({"from_day": None, "to_day": numbers[1]}) == "no window"


def test_intervals_of_two_levels_are_not_called_by_one_of_them() -> None:
    assert interval_name([{"level": 0.95}, {"level": None}, {"level": 0.95}]) == "95\u00a0% interval"
    assert interval_name([{"level": 0.95}, {"level": 0.998}]) == interval_name([]) == "interval"
