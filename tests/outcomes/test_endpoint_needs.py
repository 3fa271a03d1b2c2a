"""What an endpoint rests on must be there: nobody is event-free because nobody looked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from worlds import person, small

from remission.outcomes import definitions as d
from remission.outcomes.evaluation import evaluate
from remission.records.problems import InputProblems


def test_a_rule_that_asks_for_no_relapses_needs_no_table_of_them() -> None:
    rule = d.Progression((d.Threshold(0.0, 1.0),), d.Confirmation(90, 10, 30))
    endpoint = d.Endpoint("p", "Progression", "Free", "progression", progression=rule)
    cohort = small(person("0:2 90:3 180:3"))
    tables = {name: frame for name, frame in cohort.tables.items() if name != "relapses"}
    assert evaluate(replace(cohort, tables=tables), endpoint).spells["exit_day"].to_list() == [90]


@pytest.mark.parametrize("asked", [{"minimum_pyramidal": 2}, {"leading_system": "must worsen"}])
def test_a_rule_of_functional_systems_refuses_a_cohort_without_them(asked: dict[str, object]) -> None:
    rule = d.Progression((d.Threshold(0.0, 1.0),), d.Confirmation(90, 10, 30), **asked)  # type: ignore[arg-type]
    endpoint = d.Endpoint("spms", "SPMS", "SPMS-free", "progression", progression=rule)
    cohort = small(person("0:2 90:3 180:3"))
    assert not evaluate(cohort, endpoint).spells["event"].any()
    visits = cohort.tables["visits"].drop(*(name for name in cohort.tables["visits"].columns if "fs_" in name))
    with pytest.raises(InputProblems) as refused:
        evaluate(replace(cohort, tables={**cohort.tables, "visits": visits}), endpoint)
    assert [problem.found for problem in refused.value.problems] == ["no column of functional-system scores"]
