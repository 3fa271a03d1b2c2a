"""Rules worked by hand, each on one or two people: what a reader of docs/rules.md would expect."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from made_up.worlds import person, small
from remission.inputs.problems import InputProblems
from remission.outcomes import walk as kernels
from remission.outcomes.definitions.changes import Confirmation, Onset, Threshold
from remission.outcomes.definitions.records import Composite, Endpoint
from remission.outcomes.definitions.rules.death import Death
from remission.outcomes.definitions.rules.mri import Mri
from remission.outcomes.definitions.rules.progression import Progression
from remission.outcomes.definitions.rules.relapse import Relapse
from remission.outcomes.evaluation import evaluate
from remission.outcomes.outcome import SPELL_COLUMNS

PLUS_ONE = (Threshold(0.0, 1.0),)


def progression(**values: Any) -> Endpoint:
    rule = Progression(PLUS_ONE, values.pop("confirmation", Confirmation(90, 10, 30)), **values)
    return Endpoint("p", "Progression", "Progression-free", record=rule)


def spell(endpoint: Endpoint, *people: Any) -> dict[str, Any]:
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
    assert spell(progression(confirmation=Confirmation(90, 10, 30, visits="last")), person(visits))["exit_day"] == 90


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
    endpoint = progression(confirmation=Confirmation(None), onset=Onset(after_relapse_days=30))
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
    endpoint = Endpoint("r", "Relapse", "Relapse-free", record=Relapse())
    found = spell(endpoint, someone)
    assert (found["exit_day"], found["reason"]) == (100, "not-observed")


def test_late_registration_truncates_on_the_left() -> None:
    someone = person("0:2 90:2 360:2", relapses=(200,))
    someone["observed"]["relapses"] = [(100, 360)]
    endpoint = Endpoint("r", "Relapse", "Relapse-free", record=Relapse())
    assert [spell(endpoint, someone)[name] for name in ("entry_day", "exit_day", "event")] == [100, 200, True]
    someone["relapses"][0]["day"] = 100
    assert spell(endpoint, someone)["reason"] == "event-before-entry"


def test_a_definition_edited_in_place_gives_the_new_answer_and_compiles_nothing() -> None:
    cohort = small(person("0:2 90:3 180:3"), person("0:2 90:2.5 180:2.5"))
    first = evaluate(cohort, progression()).spells["event"].to_list()
    compiled = len(kernels._walk_from.signatures)  # type: ignore[attr-defined]  # numba's dispatcher
    lower = replace(progression().record, thresholds=(Threshold(0.0, 0.5),))  # type: ignore[call-arg]
    second = evaluate(cohort, replace(progression(), record=lower)).spells["event"].to_list()
    assert (first, second) == ([True, False], [True, True])
    assert len(kernels._walk_from.signatures) == compiled  # type: ignore[attr-defined]


def test_rows_may_come_in_any_order_and_ids_may_be_any_text() -> None:
    cohort = small(*[person("0:2 90:3 180:3") for _ in range(4)], person("0:2 90:2 180:2"))
    renamed = {
        name: frame.with_columns(subject_id=pl.lit("Zoë/") + pl.col("subject_id")).sort("subject_id", descending=True)
        for name, frame in cohort.tables.items()
    }
    events = evaluate(replace(cohort, tables=renamed), progression()).spells
    assert dict(events.select("subject_id", "event").iter_rows()) == {
        "Zoë/S0": True, "Zoë/S1": True, "Zoë/S2": True, "Zoë/S3": True, "Zoë/S4": False,
    }  # fmt: skip


def whole(**values: Any) -> Endpoint:
    parts = (progression(), Endpoint("death", "Death", "Alive", record=Death()))
    rule = Composite(("p", "death"), **values)
    return Endpoint("w", "Whole", "Free", record=rule, parts=parts)


def test_a_death_after_the_last_visit_is_the_event() -> None:
    someone = person("0:2 90:2 180:2", death_day=250, end_reason="died")
    assert [spell(whole(), someone)[name] for name in ("exit_day", "cause")] == [250, "death"]
    assert [spell(whole(late_death_days=69), someone)[name] for name in ("exit_day", "reason")] == [180, "not-observed"]
    assert spell(whole(late_death_days=70), someone)["event"]


def test_an_early_death_of_somebody_never_seen_again_is_the_event() -> None:
    assert [spell(whole(), person("0:2", death_day=30))[name] for name in ("exit_day", "cause")] == [30, "death"]


def test_nobody_is_at_risk_of_any_part_when_no_part_was_followed() -> None:
    someone = person("0:2")
    someone["observed"] = {kind: [] for kind in someone["observed"]} | {"clinic": [(100, 360)]}
    found = spell(whole(observation="any part"), someone)
    assert found["exit_day"] == found["entry_day"]
    assert not found["event"]


def test_a_scan_that_was_partly_counted_cannot_show_that_there_was_nothing() -> None:
    someone = person("0:2 360:2")
    blank = {"region": None, "enlarging_t2": None, "usable": None, "reference": None}
    counted = ((100, 0, 0), (200, 0, None), (300, 0, None))
    someone["scans"] = [{**blank, "day": day, "new_t2": new, "gd_lesions": gd} for day, new, gd in counted]
    for not_counted, last in (("not assessable", 100), ("as none", 300)):
        rule = Mri(("new_t2", "gd_lesions"), not_counted=not_counted)  # type: ignore[arg-type]
        endpoint = Endpoint("m", "MRI", "Free", record=rule)
        assert spell(endpoint, someone)["exit_day"] == last
    someone["scans"][1]["new_t2"] = 3
    assert spell(Endpoint("m", "MRI", "Free", record=Mri(("new_t2", "gd_lesions"))), someone)["exit_day"] == 200


def test_a_subject_with_many_shuffled_visits_is_sorted_like_any_other() -> None:
    visits = [f"{day}:{3 if day >= 300 else 2}" for day in range(0, 500, 3)]
    shuffled = " ".join(visits[::2][::-1] + visits[1::2])
    found = spell(progression(), person(shuffled, to=500))
    assert (found["exit_day"], found["last_free_day"]) == (300, 297)


def test_a_cohort_without_an_edss_column_has_no_baseline() -> None:
    cohort = small(person("0:2 90:3"), person("0:2 90:3"))
    bare = cohort.tables["visits"].drop("edss", "rater")
    spells = evaluate(replace(cohort, tables={**cohort.tables, "visits": bare}), progression()).spells
    assert spells["reason"].to_list() == ["no-baseline", "no-baseline"]


def test_tables_replaced_after_an_evaluation_are_seen() -> None:
    cohort = small(person("0:2 90:3 180:3"))
    assert evaluate(cohort, progression()).spells["exit_day"].to_list() == [90]
    later = cohort.tables["visits"].with_columns(pl.col("day") + 10)
    assert evaluate(replace(cohort, tables={**cohort.tables, "visits": later}), progression()).spells["reason"][0] == (
        "no-baseline"
    )


def test_counts_of_lesions_never_overflow() -> None:
    someone = person("0:2 360:2")
    blank = {"region": None, "enlarging_t2": 2**30, "usable": None, "reference": None}
    someone["scans"] = [{**blank, "day": 100, "new_t2": 2**30, "gd_lesions": 0}]
    rule = Mri(("new_t2", "enlarging_t2"))
    assert spell(Endpoint("m", "MRI", "Free", record=rule), someone)["event"]


def test_a_death_after_the_data_cut_is_not_known() -> None:
    endpoint = progression(unconfirmed_before_death="event")
    assert spell(endpoint, person("0:2 90:3", death_day=100))["event"]
    assert not spell(endpoint, person("0:2 90:3", death_day=100, cut_day=95))["event"]


def test_a_relapse_after_the_data_cut_is_not_known() -> None:
    someone = person("0:2", relapses=(8,), cut_day=6)
    someone["observed"]["relapses"] = [(10, 360)]
    endpoint = Endpoint("r", "Relapse", "Relapse-free", record=Relapse())
    assert spell(endpoint, someone)["reason"] == "no-follow-up"


def test_spells_have_the_declared_columns() -> None:
    spells = evaluate(small(person("0:2 90:3 180:3")), whole()).spells
    assert {name: type(kind) for name, kind in spells.schema.items()} == SPELL_COLUMNS


def test_a_cohort_without_end_reasons_does_not_invent_one() -> None:
    cohort = small(person("0:2", to=100))
    bare = cohort.subjects.drop("end_reason")
    endpoint = Endpoint("r", "Relapse", "Relapse-free", record=Relapse())
    spells = evaluate(replace(cohort, tables={**cohort.tables, "subjects": bare}), endpoint).spells
    assert spells["reason"].to_list() == ["unknown"]
