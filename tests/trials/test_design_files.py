"""Designs of trials as files: those of the library hold, and one that is wrong is told all of it at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from remission.inputs.problems import InputProblems
from remission.library.catalogue import NotInLibrary
from remission.trials.design.load import load_trial_design, trial_design_names
from remission.trials.design.planned import plan_trial
from remission.trials.design.taken import taken_for_true

EVENTS = """
name = "mine"
title = "Mine"
question = "Does it help?"
alpha = 0.025

[time_to_event]
event = "relapse"
people = 200
events = 60
last_month = 60
fractions = [0.5, 1.0]
control = [{ from_month = 0, per_year = 0.2, status = "assumed" }]
effect = [{ from_month = 0, ratio = 0.5, status = "assumed" }]
accrual = [{ from_month = 0, people_per_month = 10, status = "assumed" }]
"""


def told(tmp_path: Path, text: str) -> str:
    """Everything that is said of a file that is wrong."""
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputProblems) as raised:
        load_trial_design(path)
    return "\n".join(map(str, raised.value.problems))


@pytest.mark.parametrize("name", trial_design_names())
def test_every_number_of_a_shipped_design_is_assumed_or_says_where_it_is_from(name: str) -> None:
    design = load_trial_design(name)
    assert design.name == name
    taken = taken_for_true(design)
    assert taken
    assert [one.key for one in taken if one.status != "assumed" and not one.source] == []


def test_these_designs_are_shipped() -> None:
    assert set(trial_design_names()) == {
        "free-at-two-years", "hsct-against-therapy", "late-effect", "months-gained", "one-arm-24", "relapse-rate",
        "two-courses",
    }  # fmt: skip


def test_a_name_that_is_no_design_is_refused() -> None:
    with pytest.raises(NotInLibrary, match="hsct-against-therapy"):
        load_trial_design("hsct-against-therap")


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    spoilt = (
        EVENTS.replace("per_year = 0.2", "per_year = -0.2")
        .replace("people_per_month = 10", "people_per_month = 1")
        .replace("[0.5, 1.0]", "[1.0, 0.5]\nspent = [0.02, 0.05]")
        .replace("events = 60", "events = 0")
    )
    text = told(tmp_path, spoilt)
    for key, found in (
        ("control[1].per_year", "-0.2"), ("accrual", "60 people by month 60"), ("fractions", "1, 0.5"),
        ("spent", "0.05 would be spent, more than alpha"), ("events", "0"),
    ):  # fmt: skip
        assert f"time_to_event.{key}" in text, key
        assert found in text, key


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("alpha = 0.025", "alpha = 0.7", "alpha"),
        ("events = 60", "", "events"),
        ("events = 60", "power = 0.9\nweights = [[0, 1]]", "power"),
        ("fractions = [0.5, 1.0]", "fractions = [0.5, 0.9]", "fractions"),
        ("fractions = [0.5, 1.0]", "fractions = [0.5, 1.0]\nweights = [[0, 1]]", "weights"),
        ("per_year = 0.2", "per_year = 0.0", "control"),
        ("ratio = 0.5", "ratio = 0.0", "ratio"),
        ('per_year = 0.2, status = "assumed"', 'per_year = 0.2, status = "verified"', "source"),
        ("last_month = 60", "last_month = 60\nfutility = { spending = 'pocock' }", "futility"),
        ("last_month = 60", "last_month = 60\nfutility = { bounds = [0.0, 0.5] }", "futility.bounds"),
        ("fractions = [0.5, 1.0]", "futility = { bounds = [0.0] }", "futility"),
        ("fractions = [0.5, 1.0]", "spent = [0.01]\nweights = [[0, 1]]", "spent"),
    ],
)
def test_what_no_trial_can_have_is_refused_by_its_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    assert old in EVENTS
    assert key in told(tmp_path, EVENTS.replace(old, new, 1))


def test_two_kinds_in_one_file_are_refused(tmp_path: Path) -> None:
    other = """
[one_arm]
event = "any"
people = 24
years = 5
variance = "expected"
history_free = { value = 0.4, status = "assumed" }
ratio = { value = 0.4, status = "assumed" }
"""
    assert "time_to_event, one_arm" in told(tmp_path, EVENTS + other)


def test_watched_months_lie_within_the_trial(tmp_path: Path) -> None:
    assert "key time_to_event.watched_months: found 61; allowed: 0.01 to 60" in told(
        tmp_path, EVENTS + "watched_months = [12, 61]\n"
    )


def test_a_gamma_that_would_not_be_kept_is_refused(tmp_path: Path) -> None:
    wrong = told(
        tmp_path, EVENTS + "spent = [0.01, 0.025]\ngamma = -4.0\nfutility = { bounds = [0.0], gamma = -2.0 }\n"
    )
    assert "key time_to_event.gamma: found -4 beside spent" in wrong
    assert "key time_to_event.futility.gamma: found -2 beside bounds" in wrong


def test_an_arm_of_one_tells_nothing_of_how_people_differ(tmp_path: Path) -> None:
    one = '{ value = 0.5, status = "assumed" }'
    rates = f"""
name = "mine"
title = "Mine"
question = "Does it help?"
alpha = 0.025

[rates]
event = "relapses"
people = 30
allocation = 20.0
least_years = 1.0
most_years = 2.0
control = {one}
ratio = {one}
dispersion = {one}
dropout_per_year = {one}
"""
    assert "key rates.allocation: found 1 control and 29 treated" in told(tmp_path, rates)


def test_more_tests_than_can_be_integrated_are_refused(tmp_path: Path) -> None:
    weights = "weights = [[0, 0], [0, 1], [1, 0], [1, 1], [0, 2]]\n"
    wrong = told(tmp_path, EVENTS.replace("[0.5, 1.0]", "[1.0]") + weights)
    assert "key time_to_event.weights: found 5 pairs; allowed: 4 at most" in wrong


def strata(*parts: str) -> str:
    """A key with these strata, each written as `name = ..., share = ..., factor = ...`."""
    return "strata = [" + ", ".join(f'{{ {part}, status = "assumed" }}' for part in parts) + "]\n"


def test_everything_that_is_wrong_with_strata_is_told_at_once(tmp_path: Path) -> None:
    wrong = told(
        tmp_path, EVENTS + strata('name = "a", share = 0.5, factor = 0.0', 'name = "a", share = 0.6, factor = 2')
    )
    assert "key time_to_event.strata.name: found a 2 times" in wrong
    assert "key time_to_event.strata[1].factor: found 0; allowed: 0.01 to 100" in wrong
    assert "key time_to_event.strata.share: found 1.1 together; allowed: shares that add up to 1" in wrong


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (('name = "a", share = 1.0, factor = 2',), "strata: found 1; allowed: 2 to 20, or none"),
        (
            ('name = "a", share = 0.999, factor = 1', 'name = "b", share = 0.001, factor = 2'),
            "strata[2].share: found 0 control and 0 treated; allowed: somebody in each arm",
        ),
        (
            ('name = "a", share = 1.5, factor = 1', 'name = "b", share = -0.5, factor = 2'),
            "strata[2].share: found -0.5; allowed: above 0 and below 1",
        ),
        (
            ('name = " ", share = 0.5, factor = 1', 'name = "b", share = 0.5, factor = 2'),
            "strata[1].name: found nothing",
        ),
    ],
)
def test_strata_that_no_trial_can_have_are_refused_by_their_key(
    tmp_path: Path, written: tuple[str, ...], said: str
) -> None:
    assert f"key time_to_event.{said}" in told(tmp_path, EVENTS + strata(*written))


def test_a_stratum_that_was_not_assumed_is_asked_once_where_it_is_from(tmp_path: Path) -> None:
    text = strata('name = "a", share = 0.5, factor = 1', 'name = "b", share = 0.5, factor = 2')
    wrong = told(tmp_path, EVENTS + text.replace("assumed", "verified", 1))
    assert wrong.count("time_to_event.strata[1].source") == 1


def test_a_restricted_mean_is_one_test_at_one_look_and_all_else_is_told_at_once(tmp_path: Path) -> None:
    both = strata('name = "a", share = 0.5, factor = 1', 'name = "b", share = 0.5, factor = 2')
    spoilt = EVENTS.replace("events = 60", "events = 60\npower = 0.9\nrestricted_mean_month = 61\nweights = [[0, 1]]")
    wrong = told(tmp_path, spoilt + both + "spent = [0.01, 0.025]\nfutility = { bounds = [0.0] }\n")
    assert "key time_to_event.restricted_mean_month: found 61; allowed: above 0, up to 60, the last" in wrong
    assert "key time_to_event.fractions: found 2 looks with restricted_mean_month; allowed: one look" in wrong
    for key in ("futility", "spent", "events", "power", "weights", "strata"):
        assert wrong.count(f"key time_to_event.{key}: ") == 1, key
        assert f"found {key} with restricted_mean_month; allowed: none" in wrong


def test_a_restricted_mean_waits_for_no_number_of_events(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    text = EVENTS.replace("events = 60", "restricted_mean_month = 24").replace("[0.5, 1.0]", "[1.0]")
    path.write_text(text, encoding="utf-8")
    design = load_trial_design(path)
    assert design.time_to_event is not None
    assert design.time_to_event.restricted_mean_month == 24


def test_people_who_are_just_all_in_by_the_end_are_not_said_to_be_too_few(tmp_path: Path) -> None:
    # 8.2 x 25 is 204.99999999999997 to a computer, and 205 / 8.2 is 25.000000000000004.
    path = tmp_path / "mine.toml"
    text = EVENTS.replace("people = 200", "people = 205").replace("people_per_month = 10", "people_per_month = 8.2")
    path.write_text(text.replace("last_month = 60", "last_month = 25").replace("events = 60", "events = 25"))
    planned = plan_trial(load_trial_design(path), 100, seed=1)
    assert planned.first.played is not None
    short = text.replace("last_month = 60", "last_month = 24.9")
    assert "allowed: all 205 people" in told(tmp_path, short)


def test_a_trial_that_spends_nothing_is_refused(tmp_path: Path) -> None:
    text = told(tmp_path, EVENTS.replace("fractions", "spent = [0.0, 0.0]\nfractions"))
    assert "key time_to_event.spent: found 0: no trial could show anything; allowed: something must be spent" in text


def test_what_is_looked_at_besides_says_where_it_is_from_unless_it_is_assumed(tmp_path: Path) -> None:
    other = """
[[time_to_event.others]]
title = "as in a paper"
effect = [{ from_month = 0, ratio = 0.7, status = "verified" }]
"""
    assert "key time_to_event.others[1].effect[1].source: found nothing" in told(tmp_path, EVENTS + other)
    taken = {one.key for one in taken_for_true(load_trial_design("late-effect"))}
    assert not [one for one in taken if "others" in one]
