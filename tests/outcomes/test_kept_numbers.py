"""What is kept, or kept small, for speed must change no answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.definitions.rules.progression import Progression
from remission.outcomes.definitions.units import MEASURES, Measure, Unit
from remission.outcomes.evaluation import evaluate
from remission.outcomes.load import load_cohort
from remission.outcomes.measures import values_of
from remission.outcomes.rules.progression import as_numbers
from remission.records.cohort import Cohort, Manifest
from remission.records.segments import SubjectIndex


def test_numbers_are_kept_by_the_values_of_a_rule_and_by_what_is_asked() -> None:
    rule = load_endpoint("cdp-12w").of(Progression)
    assert rule is not None
    again = replace(rule)
    assert as_numbers(again) is as_numbers(rule)
    changed = replace(rule, confirmation=replace(rule.confirmation, days=168))
    assert as_numbers(changed)["windows"][0, 0] > as_numbers(rule)["windows"][0, 0]
    assert (as_numbers(rule)["listing"], as_numbers(rule, listing=True)["listing"]) == (0, 1)


def test_a_definition_that_was_changed_after_it_was_asked_gives_its_own_answer() -> None:
    cohort, endpoint = load_cohort("two-arm"), load_endpoint("cdp-12w")
    rule = endpoint.of(Progression)
    assert rule is not None
    before = evaluate(cohort, endpoint)
    # Nobody's EDSS rises by 9.5 points: whoever still has an event was given the answer of another definition.
    thresholds = tuple(replace(row, change=9.5) for row in rule.thresholds)
    changed = evaluate(cohort, replace(endpoint, record=replace(rule, thresholds=thresholds)))
    assert (before.spells["event"].any(), changed.spells["event"].any()) == (True, False)
    assert evaluate(cohort, endpoint).spells.equals(before.spells)


def read_back(measure: Measure) -> list[int]:
    """The highest value of a measure, its lowest and none, as the walk reads them."""
    unit = MEASURES[measure]
    columns = {name: [0.0, unit.highest, None] for name in unit.columns}
    visits = pl.DataFrame({"subject_id": "a", "row_id": ["1", "2", "3"], "day": [0, 1, 2], **columns})
    subjects = pl.DataFrame({"subject_id": ["a"], "entered": ["yes"]})
    manifest = Manifest("m", "M", "simulated", "start", "days", ("subjects", "visits"), "MIT")
    index = SubjectIndex.of(Cohort(manifest, {"subjects": subjects, "visits": visits}, ""))
    return values_of(index, measure, np.array([2, 1, 0], np.int32)).tolist()


@pytest.mark.parametrize("measure", MEASURES)
def test_every_value_that_can_be_recorded_is_read_as_it_is(measure: Measure) -> None:
    unit = MEASURES[measure]
    assert read_back(measure) == [-1, round(unit.highest * unit.units), 0]


@pytest.mark.parametrize("highest", [126.0, 127.0, 128.0, 500.0])
def test_a_value_that_does_not_fit_into_a_byte_is_kept_wider(highest: float, monkeypatch: pytest.MonkeyPatch) -> None:
    # No measure that is kept in a byte reaches so far today: a longer test would.
    monkeypatch.setattr(Unit, "highest", highest)
    assert read_back("sdmt") == [-1, round(highest), 0]
