"""What the rules say of observation that is cut short: before it began, and by the first failure of another part."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from made_up.agreement import compare, decided
from made_up.worlds import Person, person, small
from remission.outcomes.definitions.changes import Confirmation, Threshold
from remission.outcomes.definitions.records import Composite, Endpoint
from remission.outcomes.definitions.rules.death import Death
from remission.outcomes.definitions.rules.progression import Progression, Unconfirmed
from remission.outcomes.definitions.rules.relapse import Relapse
from remission.outcomes.evaluation import evaluate
from remission.outcomes.outcome import Outcome

RELAPSE = Endpoint("relapse", "Relapse", "Relapse-free", record=Relapse())
DEATH = Endpoint("death", "Death", "Survival", record=Death())


def asked(endpoint: Endpoint, someone: Person) -> Outcome:
    """The outcome of one person, on which engine and twin agree."""
    cohort = small(someone)
    outcome = evaluate(cohort, endpoint)
    compare(outcome, decided(cohort, endpoint) or [])
    return outcome


def row(outcome: Outcome, *names: str) -> tuple[Any, ...]:
    return outcome.spells.select(names).row(0)


@pytest.mark.parametrize("stretches", [[(-30, -5)], [(-30, 0)]])
@pytest.mark.parametrize(
    ("death_day", "reason"), [(None, "no-follow-up"), (100, "no-follow-up"), (-5, "event-before-entry")]
)
def test_nobody_is_followed_for_death_by_whom_the_looking_ended_by_day_zero(
    stretches: list[tuple[int, int]], death_day: int | None, reason: str
) -> None:
    someone = person("0:2 90:2", death_day=death_day)
    someone["observed"]["vital"] = stretches
    spells = asked(DEATH, someone)
    assert row(spells, "entry_day", "exit_day", "event", "reason", "status") == (0, 0, False, reason, "not assessable")


@pytest.mark.parametrize(("observation", "exit_day"), [("all parts", 0), ("any part", 100)])
def test_a_composite_with_death_then_has_the_follow_up_of_its_observation(
    observation: Literal["all parts", "any part"], exit_day: int
) -> None:
    someone = person("0:2 90:2 360:2", relapses=(100,))
    someone["observed"]["vital"] = [(-30, -5)]
    whole = Endpoint("w", "W", "F", record=Composite(("relapse", "death"), observation), parts=(RELAPSE, DEATH))
    assert row(asked(whole, someone), "exit_day", "event") == (exit_day, exit_day == 100)
    # The relapse by itself is asked of the relapses' observation, and of no other.
    assert row(asked(RELAPSE, someone), "exit_day", "event") == (100, True)


def stopped(treated_as: Unconfirmed, visits: str, relapse: int = 100) -> Outcome:
    """A composite that stops at its first failure, a relapse; the progression needs a visit 90 days after its onset."""
    rule = Progression((Threshold(0.0, 1.0),), Confirmation(90, 10, 30), unconfirmed_at_end=treated_as)
    progression = Endpoint("progression", "Progression", "Free", record=rule)
    parts = Composite(("progression", "relapse"), "any part", stop_at_first_failure=True)
    whole = Endpoint("w", "W", "F", record=parts, parts=(progression, RELAPSE))
    return asked(whole, person(visits, relapses=(relapse,)))


STOPPED = ("exit_day", "event", "reason", "status", "last_free_day")


@pytest.mark.parametrize(
    ("visits", "status", "free"),
    [
        ("0:2 60:2 90:3 120:3", "unconfirmed", 60),  # began before the relapse of day 100
        ("0:2 60:2 100:3 120:3", "unconfirmed", 60),  # on its day
        ("0:2 60:2 110:3 120:3", None, 60),  # after it: what came later is not known of
        ("0:2 60:2 150:3 240:3", None, 60),  # a confirmed worsening after it as well
    ],
)
def test_a_pending_change_of_a_part_that_is_stopped_counts_up_to_the_first_failure(
    visits: str, status: str | None, free: int
) -> None:
    outcome = stopped("ignored", visits)
    assert row(outcome, "exit_day", "event", "cause") == (100, True, "relapse")
    assert row(outcome.parts[0], *STOPPED) == (100, False, "first-failure", status, free)
    assert row(outcome.parts[0], "baseline_row", "onset_row") == ("v0", None)


def test_a_pending_change_that_censors_before_the_first_failure_is_not_cut() -> None:
    # Pending from day 90, last free on day 60: the part left on day 60, before the relapse of day 100.
    part = stopped("censored", "0:2 60:2 90:3 120:3").parts[0]
    assert row(part, *STOPPED) == (60, False, "unconfirmed-rise", "unconfirmed", 60)


def test_a_pending_change_that_would_censor_after_the_first_failure_is_cut_by_it() -> None:
    # Pending from day 150, last free on day 120: the relapse of day 100 comes first, and gives the reason.
    part = stopped("censored", "0:2 60:2 120:2 150:3 170:3").parts[0]
    assert row(part, *STOPPED) == (100, False, "first-failure", None, 100)


def test_a_pending_change_that_counts_is_the_first_failure_itself() -> None:
    outcome = stopped("event", "0:2 60:2 90:3 120:3")
    assert row(outcome, "exit_day", "cause", "status") == (90, "progression", "unconfirmed")
    assert row(outcome.parts[1], "exit_day", "reason") == (90, "first-failure")
