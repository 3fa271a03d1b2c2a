"""What an endpoint rests on must be there: nobody is event-free because nobody looked."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from made_up.agreement import compare
from made_up.worlds import person, small
from remission.inputs.problems import InputProblems
from remission.outcomes.definitions.changes import Confirmation, Threshold
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.definitions.records import Endpoint
from remission.outcomes.definitions.rules.progression import Progression
from remission.outcomes.definitions.settings import load_changed_endpoint, read_settings
from remission.outcomes.evaluation import evaluate
from remission.outcomes.needs import needs_of
from remission.outcomes.reference import decide
from remission.records.cohort import Cohort
from remission.records.people import subject_records


@pytest.mark.parametrize(("asked_to", "exit_day", "relation"), [(1000, 450, "PIRA"), (100, 90, None), (None, 0, None)])
def test_nothing_is_independent_of_relapses_that_nobody_asked_about(
    asked_to: int | None, exit_day: int, relation: str | None
) -> None:
    # Worse from day 450 on. Asked about relapses to day 100 only, the last visit that can be used is that of day 90.
    someone = person("0:2 90:2 450:3.5 630:3.5 1000:3.5", to=1000)
    someone["observed"]["relapses"] = [] if asked_to is None else [(0, asked_to)]
    cohort, endpoint = small(someone), load_endpoint("pira-portaccio-2025")
    spell = evaluate(cohort, endpoint).spells.row(0, named=True)
    assert (spell["exit_day"], spell["event"], spell["relation"]) == (exit_day, relation is not None, relation)
    (records,) = subject_records(cohort)
    compare(evaluate(cohort, endpoint), [decide(records, endpoint)])


def test_a_rule_that_asks_for_no_relapses_needs_no_table_of_them() -> None:
    rule = Progression((Threshold(0.0, 1.0),), Confirmation(90, 10, 30))
    endpoint = Endpoint("p", "Progression", "Free", record=rule)
    cohort = small(person("0:2 90:3 180:3"))
    tables = {name: frame for name, frame in cohort.tables.items() if name != "relapses"}
    assert evaluate(replace(cohort, tables=tables), endpoint).spells["exit_day"].to_list() == [90]


@pytest.mark.parametrize("asked", [{"minimum_pyramidal": 2}, {"leading_system": "must worsen"}])
def test_a_rule_of_functional_systems_refuses_a_cohort_without_them(asked: dict[str, object]) -> None:
    rule = Progression((Threshold(0.0, 1.0),), Confirmation(90, 10, 30), **asked)  # type: ignore[arg-type]
    endpoint = Endpoint("spms", "SPMS", "SPMS-free", record=rule)
    cohort = small(person("0:2 90:3 180:3"))
    assert not evaluate(cohort, endpoint).spells["event"].any()
    visits = cohort.tables["visits"].drop(*(name for name in cohort.tables["visits"].columns if "fs_" in name))
    with pytest.raises(InputProblems) as refused:
        evaluate(replace(cohort, tables={**cohort.tables, "visits": visits}), endpoint)
    assert [problem.found for problem in refused.value.problems] == ["no column of functional-system scores"]


def without(cohort: Cohort, *tables: str) -> Cohort:
    return replace(cohort, tables={name: frame for name, frame in cohort.tables.items() if name not in tables})


def test_a_definition_that_only_keeps_visits_apart_from_relapses_says_how_to_do_without() -> None:
    # Without relapses nothing is kept apart from them: worse from day 90 on, confirmed at day 180.
    cohort = without(small(person("0:2 90:3 180:3")), "relapses")
    endpoint = load_endpoint("cdp-12w")
    needs = needs_of(cohort, endpoint)
    assert (needs.met, needs.words) == (False, "relapses")
    assert needs.sets == ("progression.baseline.after_relapse_days=0", "progression.confirmation.after_relapse_days=0")
    with pytest.raises(InputProblems) as refused:
        evaluate(cohort, endpoint)
    assert all(f"--set {one}" in refused.value.report() for one in needs.sets)
    changed = load_changed_endpoint("cdp-12w", read_settings(needs.sets))
    assert needs_of(cohort, changed).met
    assert evaluate(cohort, changed).spells.select("exit_day", "event").row(0) == (90, True)


@pytest.mark.parametrize(
    ("name", "words", "sets"),
    [
        # They decide what it is, or it is one.
        ("pira-portaccio-2025", "relapses", 0),
        ("msprog-pira", "relapses", 0),
        ("relapse-free", "relapses", 0),
        ("neda-3", "relapses, scans", 0),
        ("next-therapy", "treatments", 0),
        # A composite of progressions alone: each part after its name.
        ("opera-cda-12w", "relapses", 6),
        ("death", "", 0),
    ],
)
def test_what_is_lacking_is_named_and_nothing_that_decides_is_set_aside(name: str, words: str, sets: int) -> None:
    visits = small(person("0:2 90:3 180:3")).tables["visits"]
    everything = visits.with_columns(
        pl.lit(None, pl.Float64).alias(column)
        for column in ("t25fw_seconds", "nhpt_dominant_seconds", "nhpt_other_seconds", "sdmt_correct")
    )
    cohort = without(small(person("0:2 90:3 180:3")), "relapses", "scans", "treatments")
    needs = needs_of(replace(cohort, tables={**cohort.tables, "visits": everything}), load_endpoint(name))
    assert (needs.words, len(needs.sets)) == (words, sets)
    if sets:
        assert {one.partition(".")[0] for one in needs.sets} == {part.name for part in needs.endpoint.parts}


def test_a_measure_that_nobody_wrote_down_is_needed_however_many_visits_there_are() -> None:
    cohort = small(person("0:2 90:3 180:3"))
    bare = cohort.tables["visits"].select("subject_id", "row_id", "day", "edss")
    needs = needs_of(replace(cohort, tables={**cohort.tables, "visits": bare}), load_endpoint("sdmt-4pts"))
    assert (needs.met, needs.words, needs.sets) == (False, "sdmt_correct in visits", ())
