"""The endpoints of the library on tiny worlds whose answer is worked by hand: the same people under several of them."""

from __future__ import annotations

from typing import Any

import pytest

from made_up.random_worlds import Person
from made_up.worlds import person, small
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.evaluation import evaluate

SYSTEMS = (
    "fs_visual",
    "fs_brainstem",
    "fs_pyramidal",
    "fs_cerebellar",
    "fs_sensory",
    "fs_bowel_bladder",
    "fs_cerebral",
)


def outcome(name: str, someone: Person) -> tuple[int, str]:
    """The day on which it ended, and why: `event`, or the reason of censoring."""
    (spell,) = evaluate(small(someone), load_endpoint(name)).spells.to_dicts()
    return spell["exit_day"], "event" if spell["event"] else spell["reason"]


def event_day(name: str, someone: Person) -> int | None:
    day, why = outcome(name, someone)
    return day if why == "event" else None


def seen(scores: str, *relapses: int, **columns: list[Any]) -> Person:
    """Somebody seen for two years, with more columns of the visits, a value a visit."""
    someone = person(scores, to=720, relapses=relapses)
    for name, values in columns.items():
        for row, value in zip(someone["visits"], values, strict=True):
            row[name] = value
    return someone


# ---------------------------------------------------------------- tests of function


@pytest.mark.parametrize(
    ("scores", "day"), [([60, 56, 56], 180), ([60, 57, 57], None), ([15, 12, 12], 180), ([15, 13, 13], None)]
)
def test_sdmt_falls_by_four_or_by_a_fifth_of_a_low_score(scores: list[int], day: int | None) -> None:
    assert event_day("sdmt-4pts", seen("0:0 180:0 360:0", sdmt_correct=scores)) == day


@pytest.mark.parametrize(("later", "day"), [(6.6, 180), (6.599, None)])
def test_a_fifth_slower_is_exact(later: float, day: int | None) -> None:
    assert event_day("t25fw-20pct", seen("0:0 180:0 360:0", t25fw_seconds=[5.5, later, later])) == day


def test_one_hand_is_enough_for_edss_plus_and_not_for_the_mean_of_both() -> None:
    times = {"nhpt_dominant_seconds": [20.0, 20.0, 20.0], "nhpt_other_seconds": [20.0, 24.0, 24.0]}
    someone = seen("0:2 180:2 360:2", t25fw_seconds=[5.0, 5.0, 5.0], **times)
    assert event_day("edss-plus", someone) == 180  # 24 s are 20 % more than 20 s
    assert event_day("opera-cda-24w", someone) is None  # the mean rose from 20 s to 22 s: 10 %


def test_from_zero_opera_asks_for_one_point_and_the_others_for_one_and_a_half() -> None:
    someone = seen("0:0 180:1 360:1")
    assert (event_day("opera-edss-24w", someone), event_day("cdp-24w", someone)) == (180, None)


# ---------------------------------------------------------------- milestones and improvement


def test_a_milestone_is_reached_from_whatever_score_and_only_once() -> None:
    assert event_day("edss-6", seen("0:5.5 180:6 360:6")) == 180
    assert outcome("edss-6", seen("0:6 180:6 360:6"))[1] == "event-before-entry"
    assert event_day("edss-6", seen("0:5.5 180:6 360:5.5 540:5.5")) is None


def test_a_gain_is_kept_from_its_confirmation_to_its_confirmed_loss() -> None:
    someone = seen("0:4 90:3 270:3 400:4 600:4")  # better on day 90, confirmed on day 270 (180 days later)
    assert event_day("cdi-24w", someone) == 90
    assert event_day("improvement-confirmed", someone) == 270
    (spell,) = evaluate(small(someone), load_endpoint("improvement-lost")).spells.to_dicts()
    assert (spell["origin_day"], spell["exit_day"], spell["event"]) == (270, 400, True)


def test_who_never_improved_cannot_lose_it_and_a_passing_loss_is_none() -> None:
    assert outcome("improvement-lost", seen("0:4 90:4 270:4"))[1] == "no-origin"
    assert event_day("improvement-lost", seen("0:4 90:3 270:3 400:4 600:3")) is None


def test_improvement_has_steps_of_its_own() -> None:
    assert event_day("cdi-24w", seen("0:1.5 90:0.5 270:0.5")) is None  # 1.5 is asked up to a score of 1.5
    assert event_day("cdi-24w", seen("0:6 90:5.5 270:5.5")) is None  # 1.0 is asked up to 6.0
    assert event_day("cdi-24w", seen("0:6.5 90:6 270:6")) == 90


# ---------------------------------------------------------------- relation to relapses

NAMES = (
    "msprog-pira",
    "pira-mueller-2023",
    "pira-mueller-2023-specific",
    "pira-mueller-2025",
    "pira-kappos-2020",
    "pira-cagol-2022",
    "pira-portaccio-2025",
    "raw",
)


def who_counts(someone: Person) -> set[str]:
    return {name for name in NAMES if event_day(name, someone) == 180}


def test_without_a_relapse_every_definition_of_pira_agrees() -> None:
    assert who_counts(seen("0:2 90:2 180:3 400:3")) == {*NAMES} - {"raw"}


def test_a_rise_ten_days_after_a_relapse_is_raw_and_pira_to_nobody() -> None:
    assert who_counts(seen("0:2 90:2 180:3 400:3", 170)) == {"raw"}


def test_a_relapse_long_before_the_rise_excludes_it_where_the_whole_time_must_be_free() -> None:
    # A relapse on day 30, 150 days before the onset: only what asks from the baseline on is barred. Under Kappos the
    # baseline moves to day 90 (2.0, after the relapse), and from there on nothing lies in the way.
    assert who_counts(seen("0:2 90:2 180:3 400:3", 30)) == {*NAMES} - {"raw", "pira-mueller-2023-specific"}


def test_a_relapse_between_onset_and_confirmation_divides_them() -> None:
    # Day 250: 70 days after the onset, 150 before the confirmation on day 400. Barred where that stretch must be free.
    barred = {"pira-mueller-2023-specific", "pira-cagol-2022", "raw"}
    assert who_counts(seen("0:2 90:2 180:3 400:3", 250)) == {*NAMES} - barred


def test_a_relapse_twenty_days_after_the_onset_is_too_near_for_most() -> None:
    # Mueller 2025 looks back only, and the confirmation is far away.
    assert who_counts(seen("0:2 90:2 180:3 400:3", 200)) == {"pira-mueller-2025"}


def test_after_a_relapse_kappos_starts_anew_where_a_fixed_baseline_remembers() -> None:
    someone = seen("0:2 90:3 180:3 270:3 400:3", 30)  # the relapse left one point
    assert event_day("msprog-pira", someone) == 180  # day 90 is too near; day 180 is still above the 2.0 of day zero
    assert event_day("pira-kappos-2020", someone) is None


def test_a_recovery_beyond_the_old_score_makes_no_later_rise_under_kappos() -> None:
    assert event_day("pira-kappos-2020", seen("0:4 90:2 180:3 270:3 400:3", 30)) is None
    assert event_day("pira-mueller-2023", seen("0:4 90:2 180:2 270:3 400:3")) == 270  # the roving one follows it down


# ---------------------------------------------------------------- registers and trials


def test_msbase_wants_a_rise_that_is_never_lost() -> None:
    assert event_day("msbase-cdp", seen("0:2 90:3 181:3")) == 90  # 91 days
    assert event_day("msbase-cdp", seen("0:2 90:3 180:3")) is None  # 90 days
    assert event_day("msbase-cdp", seen("0:2 90:3 181:3 300:2")) is None
    assert event_day("msprog-default", seen("0:2 90:3 181:3 300:2")) == 90


def test_mist_waits_for_a_year() -> None:
    assert event_day("mist", seen("0:2 180:3 366:3 550:3")) == 366
    assert event_day("mist", seen("0:2 180:3 366:2 550:2")) is None
    assert event_day("mist", seen("0:2 364:3 500:2 700:2")) is None


def systems(**scores: list[int]) -> dict[str, list[Any]]:
    return {name: scores.get(name, [0, 0, 0]) for name in SYSTEMS}


def test_secondary_progression_needs_the_pyramidal_system_and_the_one_that_led() -> None:
    visits = "0:3.5 180:4.5 300:4.5"
    assert event_day("spms-lorscheider", seen(visits, **systems(fs_pyramidal=[1, 3, 3]))) == 180
    assert (
        event_day("spms-lorscheider", seen(visits, **systems(fs_pyramidal=[1, 1, 1], fs_cerebellar=[1, 3, 3]))) is None
    )
    lost = systems(fs_pyramidal=[2, 2, 2], fs_cerebellar=[1, 3, 1])
    assert event_day("spms-lorscheider", seen(visits, **lost)) is None  # the system that led fell back
    assert event_day("spms-lorscheider", seen(visits, 170, **systems(fs_pyramidal=[1, 3, 3]))) is None


def test_secondary_progression_is_not_below_four() -> None:
    assert event_day("spms-lorscheider", seen("0:2 180:3.5 300:3.5", **systems(fs_pyramidal=[1, 3, 3]))) is None


def test_a_death_ends_beat_ms_and_only_ends_observation_in_ram_ms() -> None:
    someone = person("0:2 180:2", to=300, death_day=300, end_reason="died")
    assert outcome("beat-ms", someone) == (300, "event")
    assert outcome("ram-ms", someone)[1] != "event"
