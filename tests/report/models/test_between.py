"""Between which days an event came: alike by the plain twin, and never before or after the moment that was planted."""

from __future__ import annotations

import math
import os
import random
from dataclasses import replace
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_up.further_worlds import Rows, cohort_of
from made_up.random_worlds import Dice, as_cohort, random_endpoint, random_people
from remission.cdisc.adtte import adtte, adtte_spells
from remission.inputs.problems import InputProblems
from remission.outcomes.definitions.changes import Confirmation, Threshold
from remission.outcomes.definitions.records import Composite, Endpoint
from remission.outcomes.definitions.rules.death import Death
from remission.outcomes.definitions.rules.mri import Mri
from remission.outcomes.definitions.rules.progression import Progression
from remission.outcomes.definitions.rules.relapse import Relapse
from remission.outcomes.evaluation import evaluate
from remission.outcomes.load import load_cohort
from remission.outcomes.outcome import Outcome
from remission.outcomes.reference import decide, event_between
from remission.records.people import subject_records
from remission.report.models.between import derive_between

CASES = int(os.environ.get("REMISSION_FUZZ_CASES", "150"))


@settings(max_examples=CASES)
@given(seed=st.integers(0, 2**48))
def test_the_days_are_those_of_the_plain_twin(seed: int) -> None:
    dice = Dice(seed)
    people, endpoint = random_people(dice), random_endpoint(dice)
    cohort = as_cohort(people, dice.shuffle)
    try:
        outcome = evaluate(cohort, endpoint)
    except InputProblems:
        return
    found = derive_between(outcome).select("subject_id", "last_free", "seen").rows()
    twin = [
        (person.subject["subject_id"], *between)
        for person in subject_records(cohort)
        if person.subject["entered"] == "yes"
        if (between := event_between(decide(person, endpoint), endpoint)) is not None
    ]
    assert found == twin


Moments = dict[str, float]
RISE = Progression((Threshold(0, change=1.0),), Confirmation(84), unconfirmed_at_end="ignored")
PARTS = {
    "progression": RISE,
    "unconfirmed": replace(RISE, confirmation=Confirmation(None)),
    "relapse": Relapse(),
    "mri": Mri(("new_t2",)),
    "death": Death(),
}


def endpoint_of(names: list[str], observation: Any, *, stop: bool) -> Endpoint:
    parts = tuple(Endpoint(name, name, name, record=PARTS[name]) for name in names)
    if len(parts) == 1:
        return parts[0]
    whole = Composite(tuple(names), observation=observation, stop_at_first_failure=stop)
    return Endpoint("whole", "whole", "whole", record=whole, parts=parts)


def lived(dice: random.Random, name: str) -> tuple[Rows, Moments]:
    """One person whose moments are planted, and what visits, scans and questions show of them."""
    rise, relapse, lesion, death = (dice.choice((math.inf, dice.uniform(1, 800))) for _ in range(4))
    last = int(min(death, dice.randint(150, 700)))
    visits, scans = ([0, *sorted(dice.sample(range(1, 800), dice.randint(1, 9)))] for _ in range(2))
    visits, scans = [day for day in visits if day <= last], [day for day in scans if day <= last]
    died = death <= last + 1 or dice.random() < 0.5
    rows: Rows = {
        "subjects": [{"entered": "yes", "last_day": last, "end_reason": "lost"}],
        "observed": [
            {"kind": kind, "from_day": 0, "to_day": to}
            for kind, to in (("vital", 900), ("clinic", visits[-1]), ("relapses", visits[-1]), ("mri", scans[-1]))
        ],
        "visits": [{"day": day, "edss": 3.5 if day >= rise else 2.0} for day in visits],
        "relapses": [{"day": math.ceil(relapse)}] if relapse < 800 else [],
        "scans": [{"day": 0, "new_t2": 0}]
        + [{"day": day, "new_t2": int(before < lesion <= day)} for before, day in pairwise(scans)],
    }
    if math.isfinite(death) and died:
        rows["subjects"][0] |= {"death_day": math.ceil(death), "end_reason": "died"}
    moments = {"progression": rise, "unconfirmed": rise, "relapse": relapse, "mri": lesion, "death": death}
    named = {table: [{"subject_id": name, **row} for row in some] for table, some in rows.items()}
    return named, moments if died else moments | {"death": math.inf}


@settings(max_examples=40)
@given(seed=st.integers(0, 2**48))
def test_the_planted_moment_lies_between_the_days(seed: int) -> None:
    """Whatever parts a composite has and however they are watched: the first of their moments is after the last free
    day, and by the day on which an event was seen."""
    dice = random.Random(seed)
    names = dice.sample(list(PARTS), dice.randint(1, 4))
    tables: Rows = {}
    planted: dict[str, Moments] = {}
    for number in range(25):
        rows, planted[f"S{number}"] = lived(dice, f"S{number}")
        for table, some in rows.items():
            tables.setdefault(table, []).extend(some)
    endpoint = endpoint_of(names, dice.choice(("all parts", "any part")), stop=dice.random() < 0.5)
    outcome = evaluate(cohort_of(tables), endpoint)
    for subject, after, by in derive_between(outcome).select("subject_id", "last_free", "seen").rows():
        moment = min(planted[subject][name] for name in asked(outcome, subject))
        assert after < moment
        assert moment <= by or by == math.inf


def asked(outcome: Outcome, subject: str) -> list[str]:
    """The parts that have a say in one person: under "any part" those that were followed."""
    parts = list(outcome.parts or (outcome,))
    spells = [one.spells.row(by_predicate=pl.col("subject_id") == subject, named=True) for one in parts]
    followed = [one.name for one, row in zip(parts, spells, strict=True) if row["exit_day"] > row["entry_day"]]
    composite = outcome.endpoint.composite
    return followed if composite and composite.observation == "any part" else [one.name for one in parts]


def test_who_had_a_relapse_with_no_visit_before_it_may_have_progressed_first() -> None:
    whole = endpoint_of(["unconfirmed", "relapse"], "all parts", stop=True)
    watched = [{"kind": kind, "from_day": 0, "to_day": 400} for kind in ("vital", "clinic", "relapses", "mri")]
    free_at = {"A": [0, 400], "B": [0, 90, 100, 400], "C": [0, 60]}
    rows: Rows = {"subjects": [], "observed": [], "visits": [], "relapses": []}
    for name, days in free_at.items():
        rows["subjects"].append({"subject_id": name, "entered": "yes", "last_day": 400})
        rows["observed"] += [{"subject_id": name, **one} for one in watched]
        # A is worse at the only visit after the relapse; B and C are not at any.
        rows["visits"] += [
            {"subject_id": name, "day": day, "edss": 4.0 if name == "A" and day else 2.0} for day in days
        ]
        rows["relapses"].append({"subject_id": name, "day": 100})
    found = derive_between(evaluate(cohort_of(rows), whole)).select("subject_id", "last_free", "seen").rows()
    # C was last seen free at day 60, and left the composite there: the relapse came later.
    assert found == [("A", 0, 100.0), ("B", 99, 100.0), ("C", 60, math.inf)]


def of_rule(outcome: Outcome) -> list[Outcome]:
    return [one for one in (outcome.parts or (outcome,)) if one.endpoint.record.asked_at == "assessments"]


@pytest.mark.parametrize("first", range(0, 600, 300))
def test_an_event_seen_at_visits_knows_its_last_free_day(first: int) -> None:
    """Only who has reached a value at the first score that can be used was never seen below it."""
    known = unknown = 0
    for seed in range(first, first + 300):
        dice = Dice(seed)
        people, endpoint = random_people(dice), random_endpoint(dice)
        try:
            outcome = evaluate(as_cohort(people), endpoint)
        except InputProblems:
            continue
        for one in of_rule(outcome):
            events = one.spells.filter("event")
            without = events["last_free_day"].null_count()
            assert without == 0 or getattr(one.endpoint.record, "reaches", None) is not None
            assert (events["last_free_day"] < events["exit_day"]).all()
            known, unknown = known + events.height - without, unknown + without
    assert known > 200
    assert unknown > 0


def test_the_days_are_the_same_from_adtte() -> None:
    cohort = load_cohort("two-arm")
    for name in ("cdp-24w", "mri-activity", "neda-3"):
        outcome = evaluate(cohort, name)
        dataset = adtte(outcome, cohort).dataset
        for one in of_rule(outcome):
            rows = dataset.frame.filter(pl.col("ENDPOINT") == one.name, pl.col("EVENTFL") == "Y")
            assert rows.height > 0
            assert (rows["LASTFRE0"] < rows["EXIT0"]).all()
        back = replace(outcome, spells=adtte_spells(dataset, name))
        assert derive_between(back).equals(derive_between(outcome))
