"""Conversion as a package finds it: its own answers, engine and twin on dense worlds, and what nobody may miss."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_up.agreement import check, decided
from msoutcomes.compare import HERE, cohort_in, differing
from msoutcomes.people import write_people
from remission.inputs.problems import InputProblems
from remission.outcomes.definitions.changes import Threshold
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.definitions.records import Censoring, Composite, Endpoint
from remission.outcomes.definitions.rules.conversion import Conversion
from remission.outcomes.definitions.settings import load_changed_endpoint
from remission.outcomes.evaluation import evaluate

SPMS = "spms-msoutcomes"
STEPS: Counter[str] = Counter()
CASES = 60


def test_it_decides_as_the_package_did_and_the_twin_with_it() -> None:
    assert differing(HERE).is_empty()
    answers = pl.read_csv(HERE / "answers.csv")
    assert answers.height == 18
    cohort, endpoint = cohort_in(HERE), load_endpoint(SPMS)
    check(cohort, endpoint, decided(cohort, endpoint))


def test_another_answer_is_noticed(tmp_path: Path) -> None:
    for name in ("visits", "relapses", "answers"):
        (tmp_path / f"{name}.csv").write_bytes((HERE / f"{name}.csv").read_bytes())
    answers = pl.read_csv(tmp_path / "answers.csv").with_columns(day=pl.col("day") + (pl.int_range(pl.len()) == 3))
    answers.write_csv(tmp_path / "answers.csv")
    assert differing(tmp_path).height == 1


def a_rule(dice: random.Random) -> Conversion:
    """The package's values, or some near them."""
    rule = load_endpoint(SPMS).of(Conversion)
    assert rule is not None
    return replace(
        rule,
        thresholds=dice.choice((rule.thresholds, (Threshold(0.0, 1.0),))),
        minimum_edss=dice.choice((4.0, 2.0)),
        minimum_pyramidal=dice.choice((2, 1)),
        after_relapse_days=dice.choice((30, 29, 0)),
        lasts_days=dice.choice((91, 60, 300)),
        improvement_days=dice.choice((273, 120)),
        held_days=dice.choice((182, 90)),
    )


def an_endpoint(dice: random.Random) -> Endpoint:
    """The rule alone, from another event on, or as a part."""
    rule, censoring = a_rule(dice), Censoring("ignored", dice.choice((None, 400)))
    alone = Endpoint("c", "c", "c", record=rule, origin_day=dice.choice((0, 300)), censoring=censoring)
    relapse = load_endpoint("relapse-free")
    whole = Composite(("c", relapse.name), observation=dice.choice(("all parts", "any part")))
    began = replace(alone, origin_day=0, origin=relapse, origin_event=relapse.name)
    together = Endpoint("w", "w", "w", record=whole, parts=(replace(alone, origin_day=0), relapse))
    return dice.choice((alone, alone, began, together))


@settings(max_examples=CASES, deadline=None)
@given(seed=st.integers(0, 2**48))
def test_engine_and_twin_agree(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("people")
    write_people(folder, seed, 12)
    cohort, endpoint = cohort_in(folder), an_endpoint(random.Random(seed))
    decisions = decided(cohort, endpoint)
    assert decisions is not None
    STEPS.update({step.code for one in decisions for part in (one, *one.parts) for step in part.trail})
    check(cohort, endpoint, decisions)


def test_the_cases_reach_every_step() -> None:
    """Runs after the agreement test, on its tally: agreement on what never happens proves nothing."""
    assert STEPS, "run the agreement test first"
    assert {step: STEPS[step] for step in Conversion.sentences if STEPS[step] < 3} == {}


def test_without_functional_systems_it_is_refused_and_not_everybody_free() -> None:
    cohort = cohort_in(HERE)
    bare = cohort.tables["visits"].select("subject_id", "row_id", "day", "edss")
    with pytest.raises(InputProblems, match="visits"):
        evaluate(replace(cohort, tables={**cohort.tables, "visits": bare}), SPMS)


def test_whoever_has_no_score_away_from_a_relapse_is_not_followed() -> None:
    found = evaluate(cohort_in(HERE), load_changed_endpoint(SPMS, {"conversion.after_relapse_days": 100_000})).spells
    had = pl.read_csv(HERE / "visits.csv").group_by("person").agg(pl.col("since_relapse").is_null().any())
    without = set(had.filter(~pl.col("since_relapse"))["person"])
    assert without
    assert without <= set(found.filter(reason="no-baseline")["subject_id"])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("minimum_edss", 4.2),
        ("thresholds", [{"baseline_from": 1, "change": 1.0}]),
        # A share of a score is no change that the rule knows: every rise would count.
        ("thresholds", [{"baseline_from": 0, "percent": 20}]),
    ],
)
def test_values_that_no_score_has_are_refused(key: str, value: object) -> None:
    with pytest.raises(InputProblems) as refused:
        load_changed_endpoint(SPMS, {f"conversion.{key}": value})
    assert f"conversion.{key}" in refused.value.report()
