"""Pages name columns by what they hold: the names of the records are for the CSV."""

from __future__ import annotations

import pytest

from remission.report.hazards.wording import NOT_ADJUSTED, adjusted_words, columns_words, ratio_words


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (None, NOT_ADJUSTED),
        ("sex", "adjusted for sex"),
        ("strata of centre", "in strata of centre"),
        ("age_years, x_relapses_before", "adjusted for age and relapses before"),
        (
            "age_years, strata of centre, sex and x_era",
            "adjusted for age, in strata of centre, sex and era",
        ),
    ],
)
def test_what_is_held_alike_is_said_in_words(names: str | None, words: str) -> None:
    assert adjusted_words(names) == words


def test_columns_are_a_list_in_a_sentence() -> None:
    assert columns_words(["baseline_edss", "onset_day", "centre"]) == (
        "EDSS at baseline, years since the first symptom and centre"
    )


def test_a_ratio_that_is_not_there_says_why_where_it_is_known() -> None:
    nothing = {"value": None, "low": None, "high": None}
    assert ratio_words(nothing) == "not estimable"
    assert ratio_words(nothing | {"absent_reason": "no event"}) == "no event"
