"""Numbers and sentences as they are printed, pinned."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.exhibits.wording import (
    MINUS,
    NBSP,
    EventWords,
    at_years,
    count,
    event_words,
    interval_words,
    listed,
    p_words,
    percent,
    signed,
    since_day_zero,
    spread_words,
    time_words,
    within,
)
from remission.outcomes.outcome import NotFollowed
from remission.report.sentences import (
    comparison_sentence,
    difference_sentence,
    headline,
    median_sentence,
    nobody_followed,
    not_followed_sentence,
    people_sentence,
    restricted_mean_sentence,
)
from remission.stats.estimates import TestResult

EVENT = EventWords("had an event", "an event", "without an event")


def plain(text: str) -> str:
    return text.replace(NBSP, " ").replace(MINUS, "-")


@pytest.mark.parametrize(("share", "words"), [(0.8625, "86.3 %"), (23 / 24 * 18 / 20, "86.3 %"), (0.0005, "0.1 %")])
def test_halves_are_rounded_up(share: float, words: str) -> None:
    assert plain(percent(share)) == words


@pytest.mark.parametrize(("days", "words"), [(365, "1 year"), (1826, "5 years"), (548, "1.5 years"), (2192, "6 years")])
def test_times_are_said_in_years(days: int, words: str) -> None:
    assert plain(at_years(days)) == words


def test_a_change_has_a_sign_and_zero_has_none() -> None:
    assert [plain(signed(value)) for value in (-0.5, 0.25, 0.0, -0.04)] == ["-0.5", "+0.3", "0.0", "0.0"]


def test_nothing_seen_is_not_a_hundred_per_cent() -> None:
    row = {"value": 1.0, "low": None, "high": None, "absent_reason": "not estimable"}
    assert interval_words(row) == "no event by then; limits not estimable"
    assert interval_words({**row, "n": 24}) == "none of 24 had an event by then; limits not estimable"
    assert plain(interval_words({**row, "value": 0.0})) == "0.0 % (limits not estimable)"


def test_a_limit_that_was_not_reached_is_named() -> None:
    row = {"value": None, "low": 731, "high": None, "absent_reason": "not reached"}
    assert time_words(row) == "not reached (lower limit 2.0 years)"
    assert spread_words({"value": 4.0, "low": 3.5, "high": 4.625}) == "4.0 (3.5 to 4.6)"


@pytest.mark.parametrize(
    ("value", "low", "words"),
    [
        (0.692, 0.502, "Event-free survival at 5 years: 69.2 % (90 % interval 50.2 to 82.1; 13 still at risk)."),
        (
            1.0,
            None,
            "Event-free survival at 5 years: none of 24 had an event by then (13 still at risk); limits not estimable.",
        ),
        (0.0, None, "Event-free survival at 5 years: 0.0 % (limits not estimable; 13 still at risk)."),
        (None, None, "Event-free survival at 5 years: not estimable, nobody was followed for so long."),
    ],
)
def test_the_headline(value: float | None, low: float | None, words: str) -> None:
    row = {"value": value, "low": low, "high": None if low is None else 0.821, "level": 0.9, "at_days": 1826}
    assert plain(headline("Event-free survival", {**row, "n": 24, "at_risk": 13.0}, EVENT)) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (80, "within the first 80 days"),
        (1, "within the first 1 day"),
        (365, "within the first year"),
        (1826, "within the first 5 years"),
    ],
)
def test_a_horizon_reads_as_one_would_say_it(days: int, words: str) -> None:
    assert plain(within(days)) == words


def test_a_spread_without_a_level_is_a_range() -> None:
    row = {"value": 1461, "low": 1096, "high": 1826, "absent_reason": None, "level": None}
    assert time_words(row) == "4.0 years (range 3.0 to 5.0)"
    assert time_words({**row, "level": 0.9}) == "4.0 years (3.0 to 5.0)"


@pytest.mark.parametrize(
    ("title", "own", "past", "without"),
    [
        ("Death", ("died", "death", "alive"), "died", "alive"),
        ("Relapse (HALT-MS)", None, "had a relapse", "without a relapse"),
        ("MRI activity", None, "had MRI activity", "without MRI activity"),
        ("Loss of NEDA-3", ("had an event", "an event", "without an event"), "had an event", "without an event"),
    ],
)
def test_the_event_is_named_not_the_good_outcome(
    title: str, own: tuple[str, str, str] | None, past: str, without: str
) -> None:
    words = event_words(title, own)
    assert (words.past, words.without) == (past, without)


def test_the_people_sentence_names_causes_and_those_without_follow_up() -> None:
    spells = pl.DataFrame(
        {
            "origin_day": [0, 0, 0, 0, 0],
            "entry_day": [0, 20, 0, 0, 0],
            "exit_day": [100, 200, 300, 400, 0],
            "event": [True, True, True, False, False],
            "cause": ["relapse", "mri", "relapse", None, None],
        }
    )
    assert people_sentence(spells, {"relapse": "a relapse", "mri": "MRI activity"}, EVENT) == (
        "Of 4 persons followed (1 of them entered later), 3 had an event (the first was a relapse in 2 and MRI "
        "activity in 1); 1 had none when follow-up ended."
    )
    assert people_sentence(spells.tail(1), {}, EVENT) == ""
    left = [
        NotFollowed(2, "no usable baseline", ("progression.baseline.to_day = 0",)),
        NotFollowed(1, "no follow-up", ()),
    ]
    why = "2 with no usable baseline (decided by progression.baseline.to_day = 0); 1 with no follow-up"
    assert not_followed_sentence(left, 24) == f"Not counted: 3 of 24 persons who entered, {why}."
    assert not_followed_sentence([], 24) == ""
    assert nobody_followed(left).startswith(f"Nobody of 3 persons who entered can be followed for this: {why}.")


def test_sentences_about_time() -> None:
    row = {"value": 1461.0, "low": 1096.0, "high": None, "level": 0.95, "absent_reason": "upper limit not reached"}
    assert plain(median_sentence(row, EVENT)) == (
        "Median time to an event: 4.0 years (3.0 to not reached), 95 % limits of Brookmeyer and Crowley."
    )
    mean = {"value": 1461.0, "low": 1096.0, "high": 1700.0, "to_day": 1826, "events": 3.0}
    said = "Average time without an event within the first 5 years"
    assert plain(restricted_mean_sentence(mean, EVENT)) == f"{said}: 4.0 years (3.0 to 4.7)."
    never = restricted_mean_sentence({**mean, "events": 0.0}, EVENT)
    assert plain(never) == f"{said}: not estimable, because nobody had an event by then."


def test_a_comparison_names_both_groups_the_horizon_and_the_method() -> None:
    row = {"value": -29.6, "low": -60.0, "high": 0.8, "level": 0.9, "to_day": 1826, "group": "B", "against": "A"}
    row["method"] = "difference in restricted means of Kaplan-Meier"
    assert plain(difference_sentence(row, "p = 0.110", EVENT)) == (
        "On average B had 30 fewer days without an event than A within the first 5 years "
        "(90 % interval -60 to +1); p = 0.110."
    )
    exact = {**row, "low": None, "high": None, "absent_reason": "not estimable"}
    assert plain(difference_sentence(exact, "p not estimable", EVENT)).endswith(
        "(limits and p not estimable: one of the groups shows no variance, as when nobody in it had the event)."
    )
    half = {**row, "method": f"{row['method']}; no variance in one of the groups, limits by that of the other alone"}
    assert plain(difference_sentence(half, "p not estimable", EVENT)).endswith(
        "(90 % interval -60 to +1, by the variance of one group alone and so too narrow: the other shows none, as when "
        "nobody had the event); p not estimable."
    )
    test = TestResult(13.206, 1, 0.0003, "log-rank test of 2 groups")
    assert comparison_sentence(test, "p < 0.001") == (
        "Log-rank test of 2 groups: p < 0.001, statistic 13.21 on 1 degree of freedom."
    )
    nothing = TestResult(float("nan"), None, float("nan"), "log-rank test: not estimable")
    assert comparison_sentence(nothing, "p not estimable") == "Log-rank test: not estimable."


@pytest.mark.parametrize(
    ("share", "digits", "words"),
    [
        (0.0, 1, "0.0 %"),
        (1.0, 1, "100.0 %"),
        (0.0004, 1, "under 0.1 %"),
        (0.9996, 1, "over 99.9 %"),
        (1 / 300, 0, "under 1 %"),
        (299 / 300, 0, "over 99 %"),
        (0.00004, 2, "under 0.01 %"),
        (0.005, 0, "1 %"),
        (0.994, 0, "99 %"),
        # Sums of shares that are all there is, or nothing, but for their last digits.
        (1 - 2**-53, 1, "100.0 %"),
        (1e-17, 1, "0.0 %"),
    ],
)
def test_some_is_not_none_and_most_is_not_all(share: float, digits: int, words: str) -> None:
    assert plain(percent(share, digits)) == words


@given(st.integers(0, 5000), st.integers(1, 5000), st.integers(0, 2))
def test_only_nobody_is_nought_per_cent_and_only_everybody_a_hundred(some: int, others: int, digits: int) -> None:
    said = percent(some / (some + others), digits)
    assert not said.startswith("100")
    assert (said.strip("0.%\xa0") == "") == (some == 0)


@pytest.mark.parametrize(
    ("p", "words"),
    [
        (1.0, "p = 1.000"),
        (0.0005, "p = 0.001"),
        (0.0004, "p < 0.001"),
        (0.0, "p < 0.001"),
        (math.nan, "p not estimable"),
    ],
)
def test_no_p_is_nought_and_none_is_made_up(p: float, words: str) -> None:
    assert plain(p_words(p)) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0 persons"), (1, "1 person"), (1.0, "1 person"), (0.5, "0.5 persons"), (1200, "1,200 persons")],
)
def test_a_number_has_its_noun(number: float, words: str) -> None:
    assert count(number, "person") == words


@pytest.mark.parametrize(
    ("day_zero", "origin", "words"),
    [
        ("", 0, "Years since day zero"),
        ("(infusion of the graft)", 0, "Years since day zero"),
        ("x" * 40, 0, f"Years since {'x' * 40}"),
        ("x" * 41, 0, "Years since day zero"),
        ("transplant (day of infusion)", 365, "Years since day 365 after transplant"),
        ("transplant", -30, "Years since day -30 after transplant"),
    ],
)
def test_an_axis_of_time_has_a_title_that_fits(day_zero: str, origin: int, words: str) -> None:
    assert since_day_zero(day_zero, origin) == words


@given(st.lists(st.text("abc", min_size=1), max_size=6))
def test_a_phrase_names_every_part_once_and_has_one_and(parts: list[str]) -> None:
    said = listed(parts)
    assert said.replace(" and ", ", ").split(", ") == (parts or [""])
    assert said.count(" and ") == (len(parts) > 1)
