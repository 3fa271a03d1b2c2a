"""What cells of counts say: every hidden count is the interval it hides, and nothing else becomes a number."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remission.foi.answers.counts import NUMBER_WORDS, Count, NoCount, Unread, explained_signs, read_count

WRITTEN = {
    "12": (12, 12),
    " 12 ": (12, 12),
    "12.0": (12, 12),
    "1,204": (1204, 1204),
    "1 204": (1204, 1204),
    "12 patients": (12, 12),
    "Twelve": (12, 12),
    "0": (0, 0),
    "nil": (0, 0),
    "no patients": (0, 0),
    "<5": (0, 4),
    "< 5": (0, 4),
    "fewer than five": (0, 4),
    "Fewer than 5 patients": (0, 4),
    "less than 6": (0, 5),
    "≤5": (0, 5),
    "5 or fewer": (0, 5),
    "up to 4": (0, 4),
    "1-4": (1, 4),
    "1 – 4": (1, 4),
    "5 to 9": (5, 9),
    "between 1 and 4": (1, 4),
    ">10": (11, None),
    "10+": (10, None),
    "≥ 10": (10, None),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_a_count_is_the_interval_it_means(text: str) -> None:
    found = read_count(text)
    assert isinstance(found, Count)
    assert (found.low, found.high) == WRITTEN[text]
    assert found.exact == (found.low == found.high)


@pytest.mark.parametrize("text", ["circa 12", "c. 12", "approx 12", "~12", "about twelve"])
def test_a_rough_number_is_never_exact(text: str) -> None:
    assert read_count(text) == Count(12, 12, True, "a rough number")
    assert not read_count(text).exact  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *(("n/a", "unknown"), ("-", "unknown"), ("*", "unknown"), ("suppressed", "unknown"), ("", "empty")),
        *(("not held", "not held"), ("Information not held", "not held"), ("s40(2)", "refused"), ("exempt", "refused")),
    ],
)
def test_what_is_no_count_is_an_answer_of_its_own_and_no_zero(text: str, kind: str) -> None:
    found = read_count(text)
    assert isinstance(found, NoCount)
    assert found.kind == kind


@pytest.mark.parametrize(
    "text", ["-3", "(3)", "12.5", "12%", "9-5", "#REF!", "2026-04-01", "12*", "1,20", "<0", "9" * 30]
)
def test_what_cannot_be_a_count_of_people_is_unread_with_advice(text: str) -> None:
    found = read_count(text)
    assert isinstance(found, Unread)
    assert found.allowed
    assert found.next_step


PHRASES = {
    "<{}": 1,
    "fewer than {}": 1,
    "Less than {} people": 1,
    "under {}": 1,
    "≤{}": 0,
    "<={}": 0,
    "{} or fewer": 0,
    "at most {}": 0,
}


@settings(max_examples=200)
@given(st.integers(1, 20), st.sampled_from(sorted(PHRASES)), st.booleans())
def test_a_suppression_means_its_upper_end_however_it_is_written(limit: int, phrase: str, in_words: bool) -> None:
    found = read_count(phrase.format(NUMBER_WORDS[limit] if in_words else limit))
    assert isinstance(found, Count)
    assert (found.low, found.high) == (0, limit - PHRASES[phrase])


@settings(max_examples=200)
@given(
    st.integers(0, 9999), st.integers(0, 9999), st.sampled_from(["{}-{}", "{} to {}", "{} – {}", "between {} and {}"])
)
def test_a_range_is_read_as_it_was_written(first: int, second: int, form: str) -> None:
    low, high = sorted((first, second))
    found = read_count(form.format(low, high))
    assert isinstance(found, Count)
    assert (found.low, found.high) == (low, high)


@settings(max_examples=300)
@given(st.text(max_size=12))
def test_no_text_breaks_the_reader_and_no_interval_is_upside_down(text: str) -> None:
    found = read_count(text)
    if isinstance(found, Count):
        assert found.low >= 0
        assert found.high is None or found.low <= found.high


@pytest.mark.parametrize(
    ("sentence", "sign", "ends"),
    [
        ("* denotes fewer than five", "*", (0, 4)),
        ("* = 1-4", "*", (1, 4)),
        ("Numbers below 6 have been replaced by *", "*", (0, 5)),
        ("- = nil", "-", (0, 0)),
        ("Small numbers (less than 5) have been suppressed", "suppressed", (0, 4)),
    ],
)
def test_a_sign_means_what_the_sheet_says(sentence: str, sign: str, ends: tuple[int, int]) -> None:
    found = read_count(sign, explained_signs([sentence]))
    assert isinstance(found, Count)
    assert (found.low, found.high) == ends


def test_a_sentence_without_a_limit_explains_nothing() -> None:
    assert explained_signs(["* see the letter", "Small numbers are suppressed", "25 patients"]) == {}
