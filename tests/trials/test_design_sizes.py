"""How many people a power takes: turned round, against simulation, and where there is no number."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from made_up.planned_trials import planned_trials
from remission.exhibits.page import tables_of
from remission.simulation.trials.run import simulate_trials
from remission.trials.design.load import load_trial_design
from remission.trials.design.planned import Planned, kind_of, plan_trial
from remission.trials.design.records import Effect, EventTrial, TrialDesign
from remission.trials.design.report.page import design_page
from remission.trials.design.report.words import limits
from remission.trials.design.size import POWERS
from remission.trials.kinds.time_to_event.plan import EventPlan

BY_EVENTS = ("hsct-against-therapy", "two-courses", "late-effect", "months-gained")


def with_people(design: TrialDesign, people: int) -> TrialDesign:
    """The same design of more or fewer people, who enter in the same months."""
    ((kind, trial),) = design.kinds.items()
    changed: dict[str, Any] = {"people": people}
    if isinstance(trial, EventTrial):
        times = people / trial.people
        changed["accrual"] = tuple(
            replace(one, people_per_month=one.people_per_month * times) for one in trial.accrual
        )  # fmt: skip
    return replace(design, **{kind: replace(trial, **changed)})


@pytest.mark.parametrize("name", ["relapse-rate", "one-arm-24", "free-at-two-years"])
def test_so_many_people_have_the_power_by_formula_and_fewer_have_not(name: str) -> None:
    design = load_trial_design(name)
    for one in planned_trials()[name].outlooks:
        for power, size in zip(POWERS, one.sizes, strict=True):
            if size is None:
                assert one.truth.null, one.truth.title
                continue
            enough, short = (kind_of(with_people(design, size.people - less)).foretell(one.truth) for less in (0, 2))
            assert enough.formula is not None
            assert short.formula is not None
            assert short.formula < power <= enough.formula + 1e-9, one.truth.title


@pytest.mark.parametrize("name", BY_EVENTS)
def test_so_many_people_have_the_power_when_they_are_simulated(name: str) -> None:
    design = load_trial_design(name)
    for power, size in zip(POWERS, planned_trials()[name].first.sizes, strict=True):
        assert size is not None
        sized = with_people(design, size.people)
        assert sized.time_to_event is not None
        # Half of all trials have fewer events than expected by the last month: they may go on for them.
        events = None if name == "months-gained" else size.events
        after = 0 if name == "months-gained" else 60
        trial = replace(
            sized.time_to_event, events=events, power=None, last_month=sized.time_to_event.last_month + after
        )
        plan = EventPlan.of(replace(sized, time_to_event=trial))
        played = simulate_trials(plan.as_played(plan.truths[0]), 4_000, 1).power()
        # Few events, so the formulas are as far off as they are for the designs of the library.
        assert abs(played.value - power) < 0.03 + 4 * math.sqrt(power * (1 - power) / 4_000), (name, power)


@pytest.mark.parametrize("name", BY_EVENTS)
def test_a_design_of_twice_the_people_says_the_same_number(name: str) -> None:
    design = load_trial_design(name)
    twice = kind_of(with_people(design, 2 * design.trial.people))
    for one in planned_trials()[name].outlooks:
        for power, size in zip(POWERS, one.sizes, strict=True):
            again = twice.size_for(power, one.truth)
            assert (size is None) == (again is None), one.truth.title
            if size and again:
                # Whole arms: the number is rounded up, and shares of arms are the same.
                assert abs(size.people - again.people) <= 1
                assert abs((size.events or 0) - (again.events or 0)) <= 1


def table_of_sizes(planned: Planned) -> Any:
    return {table.name: table for table in tables_of(design_page(planned).sections)}.get("people-needed")


def test_a_truth_without_a_gain_has_a_dash_and_no_number() -> None:
    (never,) = (one for one in planned_trials()["late-effect"].outlooks if one.truth.title == "The gain never comes")
    assert never.sizes == (None, None)
    table = table_of_sizes(planned_trials()["late-effect"])
    assert [column.text(table.frame.row(-1, named=True)) for column in table.columns[1:]] == ["–"] * 4
    assert "no number of people has this power" in table.note


def test_where_fewer_are_better_more_of_them_are_no_gain() -> None:
    design = load_trial_design("free-at-two-years")
    assert design.shares is not None
    less = replace(design.shares.treated, value=0.3)
    kind = kind_of(replace(design, shares=replace(design.shares, treated=less, truths=(0.4, 0.6))))
    fewer, some, more = (kind.size_for(0.9, truth) for truth in kind.truths)
    assert fewer is not None
    assert some is not None
    assert fewer.people < some.people
    assert more is None


def test_who_must_be_seen_and_who_must_enter_are_told_apart() -> None:
    said = limits(planned_trials()["free-at-two-years"])[1]
    assert said == (
        "With as large a share lost, a power of 80\N{NO-BREAK SPACE}% takes 172 people who are seen (187 must enter) "
        "and one of 90\N{NO-BREAK SPACE}% takes 228 people who are seen (248 must enter), by formula."
    )


def test_the_sentence_says_until_when_the_trial_goes_on() -> None:
    assert limits(planned_trials()["hsct-against-therapy"])[1].startswith(
        "If the trial goes on to month 120, a power of 80"
    )


def test_a_design_without_any_effect_has_neither_sentence_nor_table() -> None:
    design = load_trial_design("hsct-against-therapy")
    assert design.time_to_event is not None
    none = replace(design.time_to_event, effect=(Effect(0, 1.0, "assumed"),), power=None, events=100, truths=())
    planned = plan_trial(replace(design, time_to_event=none), 100, seed=1)
    assert table_of_sizes(planned) is None
    assert not [one for one in limits(planned) if "takes" in one and "people" in one]
