"""Rules worked by hand, each on one or two people: what a reader of docs/rules.md would expect."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from worlds import person, small

from remission.outcomes import definitions as d
from remission.outcomes import progression as kernels
from remission.outcomes.evaluation import evaluate
from remission.records.problems import InputProblems

PLUS_ONE = (d.Threshold(0.0, 1.0),)


def progression(**values: Any) -> d.Endpoint:
    rule = d.Progression(PLUS_ONE, values.pop("confirmation", d.Confirmation(90, 10, 30)), **values)
    return d.Endpoint("p", "Progression", "Progression-free", "progression", progression=rule)


def spell(endpoint: d.Endpoint, *people: Any) -> dict[str, Any]:
    return evaluate(small(*people), endpoint).spells.row(0, named=True)


@pytest.mark.parametrize(("day", "confirmed"), [(169, False), (170, True), (210, True), (211, False)])
def test_both_ends_of_the_confirmation_window_are_inclusive(day: int, confirmed: bool) -> None:
    # Onset on day 90; the window is 90 + 90 - 10 = 170 to 90 + 90 + 30 = 210.
    assert spell(progression(), person(f"0:2 90:3 {day}:3"))["event"] is confirmed


def test_an_event_is_dated_at_its_onset_and_names_its_rows() -> None:
    found = spell(progression(), person("0:2 90:3 180:3"))
    assert (found["exit_day"], found["cause"]) == (90, "p")
    assert (found["baseline_row"], found["onset_row"], found["confirmation_row"]) == ("v0", "v1", "v2")
    assert found["last_free_day"] == 0


def test_an_event_can_be_dated_at_its_confirmation() -> None:
    assert spell(progression(event_date="confirmation"), person("0:2 90:3 180:3"))["exit_day"] == 180


def test_a_dip_between_onset_and_confirmation_refutes_it_unless_only_the_last_visit_is_asked() -> None:
    visits = "0:2 90:3 120:2.5 180:3"
    assert not spell(progression(), person(visits))["event"]
    assert spell(progression(confirmation=d.Confirmation(90, 10, 30, "last")), person(visits))["exit_day"] == 90


def test_a_person_without_confirmation_stays_in_observation_to_the_last_score() -> None:
    found = spell(progression(), person("0:2 90:2 180:3"))
    assert (found["event"], found["exit_day"], found["reason"], found["last_free_day"]) == (
        False, 180, "not-observed", 90,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("treated_as", "event", "exit_day", "reason"),
    [("event", True, 90, None), ("censored", False, 0, "unconfirmed-rise"), ("ignored", False, 100, "died")],
)
def test_a_rise_that_death_leaves_unconfirmed(treated_as: Any, event: bool, exit_day: int, reason: str | None) -> None:
    endpoint = progression(unconfirmed_before_death=treated_as)
    found = spell(endpoint, person("0:2 90:3 100:3", death_day=100))
    assert (found["event"], found["exit_day"], found["reason"]) == (event, exit_day, reason)


def test_a_visit_is_blocked_until_the_day_the_window_after_a_relapse_is_over() -> None:
    endpoint = progression(confirmation=d.Confirmation(None), onset=d.Onset(after_relapse_days=30))
    assert not spell(endpoint, person("0:2 90:3", relapses=(61,)))["event"]  # 29 days after
    assert spell(endpoint, person("0:2 90:3", relapses=(60,)))["event"]  # 30 days after


def test_two_scores_on_one_day_are_refused_with_every_row_named() -> None:
    cohort = small(person("0:2 90:3 90:2 180:3"), person("0:2 50:2 50:2"))
    with pytest.raises(InputProblems) as refused:
        evaluate(cohort, progression())
    assert [(problem.row, problem.column) for problem in refused.value.problems] == [
        (2, "day"), (3, "day"), (6, "day"), (7, "day"),
    ]  # fmt: skip


def test_a_part_whose_table_was_not_collected_is_refused() -> None:
    cohort = small(person("0:2 90:3"))
    without = replace(cohort, tables={name: frame for name, frame in cohort.tables.items() if name != "visits"})
    with pytest.raises(InputProblems) as refused:
        evaluate(without, progression())
    assert str(refused.value.problems[0]) == (
        "cohort.toml, key collected: found no table 'visits'; allowed: every table that endpoint 'p' rests on "
        "(visits). Collect it, or choose an endpoint without it: nobody is event-free because nobody looked."
    )


def test_silence_is_not_freedom_from_events() -> None:
    """Nobody looked for relapses after day 100: the person leaves then, though followed up to day 360."""
    someone = person("0:2 90:2 360:2")
    someone["observed"]["relapses"] = [(0, 100)]
    endpoint = d.Endpoint("r", "Relapse", "Relapse-free", "relapse", relapse=d.Relapse())
    found = spell(endpoint, someone)
    assert (found["exit_day"], found["reason"]) == (100, "not-observed")


def test_late_registration_truncates_on_the_left() -> None:
    someone = person("0:2 90:2 360:2", relapses=(200,))
    someone["observed"]["relapses"] = [(100, 360)]
    endpoint = d.Endpoint("r", "Relapse", "Relapse-free", "relapse", relapse=d.Relapse())
    assert [spell(endpoint, someone)[name] for name in ("entry_day", "exit_day", "event")] == [100, 200, True]
    someone["relapses"][0]["day"] = 100
    assert spell(endpoint, someone)["reason"] == "event-before-entry"


def test_a_definition_edited_in_place_gives_the_new_answer_and_compiles_nothing() -> None:
    cohort = small(person("0:2 90:3 180:3"), person("0:2 90:2.5 180:2.5"))
    first = evaluate(cohort, progression()).spells["event"].to_list()
    compiled = len(kernels._find.signatures)  # type: ignore[attr-defined]  # numba's dispatcher
    lower = replace(progression().progression, thresholds=(d.Threshold(0.0, 0.5),))  # type: ignore[type-var]
    second = evaluate(cohort, replace(progression(), progression=lower)).spells["event"].to_list()
    assert (first, second) == ([True, False], [True, True])
    assert len(kernels._find.signatures) == compiled  # type: ignore[attr-defined]


def test_rows_may_come_in_any_order_and_ids_may_be_any_text() -> None:
    cohort = small(*[person("0:2 90:3 180:3") for _ in range(4)], person("0:2 90:2 180:2"))
    renamed = {
        name: frame.with_columns(subject_id=pl.lit("Zoë/") + pl.col("subject_id")).sort("subject_id", descending=True)
        for name, frame in cohort.tables.items()
    }
    events = evaluate(replace(cohort, tables=renamed, kept={}), progression()).spells
    assert dict(events.select("subject_id", "event").iter_rows()) == {
        "Zoë/S0": True, "Zoë/S1": True, "Zoë/S2": True, "Zoë/S3": True, "Zoë/S4": False,
    }  # fmt: skip
