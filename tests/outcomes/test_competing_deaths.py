"""A death without the event is an ending of its own only where the rules say so, by engine and twin alike."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_up.agreement import decided
from made_up.random_worlds import Dice, as_cohort, random_endpoint, random_people
from made_up.small_report_cohort import tiny
from remission.inputs.problems import InputProblems
from remission.outcomes.deaths.competing import DEATH_KINDS, ENDINGS, derive_endings
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.definitions.records import Estimation
from remission.outcomes.definitions.settings import load_changed_endpoint
from remission.outcomes.evaluation import evaluate
from remission.outcomes.explain import explain
from remission.outcomes.reference.competing import ending_of
from remission.records.people import subject_records

# Fewer than those of the agreement of spells, on which this one rests; `make fuzz` takes more.
CASES = int(os.environ.get("REMISSION_FUZZ_CASES", "600")) // 3
TALLY: Counter[str | None] = Counter()


@settings(max_examples=CASES, deadline=None)
@given(seed=st.integers(0, 2**48))
def test_engine_ends_every_first_spell_as_the_twin_does(seed: int) -> None:
    dice = Dice(seed)
    people, endpoint, late = random_people(dice), random_endpoint(dice), dice.pick(None, 0, 1, 3, 10, 30)
    cohort = as_cohort(people, dice.shuffle)
    decisions = decided(cohort, endpoint)
    if decisions is None:
        return
    persons = [one for one in subject_records(cohort) if one.subject["entered"] == "yes"]
    expected = [tuple(ending_of(*pair, late)) for pair in zip(persons, decisions, strict=True)]
    TALLY.update(kind for *_, kind in expected)
    assert derive_endings(cohort, evaluate(cohort, endpoint), late).select(ENDINGS).rows() == expected


def test_the_cases_reach_every_kind_of_death() -> None:
    """Runs after the agreement test, on its tally; a change left open before a death is what few definitions know."""
    assert {kind for kind in DEATH_KINDS if TALLY[kind] < CASES / (300 if kind == "open" else 20)} == set()


PEOPLE = """\
same-day,a,yes,300,died,300
seen-before,a,yes,400,died,400
long-unseen,a,yes,900,died,900
lost,a,yes,200,lost,250
withdrew,a,yes,200,withdrew,201
completed,a,yes,200,completed,500
never-seen,a,yes,30,died,30
alive,a,yes,900,completed,
worse,a,yes,900,died,900
"""
VISITS = """\
same-day,1,0,2
same-day,2,200,2
seen-before,3,0,2
seen-before,4,370,2
long-unseen,5,0,2
long-unseen,6,400,2
lost,7,0,2
lost,8,200,2
withdrew,9,0,2
withdrew,10,200,2
completed,11,0,2
completed,12,200,2
never-seen,13,0,2
alive,14,0,2
alive,15,800,2
worse,16,0,2
worse,17,100,4
worse,18,300,4
"""


def test_by_hand_of_scores_that_end_before_the_death(tmp_path: Path) -> None:
    cohort = tiny(tmp_path, PEOPLE, visits=VISITS, relapses="")
    endings = derive_endings(cohort, evaluate(cohort, "cdp-24w"), 100)
    assert {row[0]: row[1:] for row in endings.select("subject_id", *ENDINGS).rows()} == {
        "same-day": (300, "death", 100, "competes"),
        "seen-before": (400, "death", 30, "competes"),
        "long-unseen": (400, None, None, "later"),
        "lost": (200, None, None, "left"),
        "withdrew": (200, None, None, "left"),
        "completed": (200, None, None, "left"),
        # A person who died before anybody could look again is in the risk set all the same.
        "never-seen": (30, "death", 30, "competes"),
        "alive": (800, None, None, None),
        "worse": (100, "event", None, None),
    }


def test_a_relapse_is_asked_about_until_the_death(tmp_path: Path) -> None:
    cohort = tiny(tmp_path, PEOPLE, visits=VISITS, relapses="same-day,R1,300\n")
    ended = dict(derive_endings(cohort, evaluate(cohort, "relapse-free"), 0).select("subject_id", "ended_by").rows())
    # An event of the day of death came first.
    assert ended["same-day"] == "event"
    assert [name for name, by in ended.items() if by == "death"] == [
        "seen-before",
        "long-unseen",
        "never-seen",
        "worse",
    ]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("death", "'competes' in an endpoint of which death is the event"),
        ("halt-ms-efs", "'competes' in an endpoint of which 'death' is a part"),
    ],
)
def test_a_death_that_is_the_event_cannot_compete(name: str, found: str) -> None:
    with pytest.raises(InputProblems) as raised:
        load_changed_endpoint(name, {"estimation.death": "competes"})
    assert [problem.found for problem in raised.value.problems] == [found]
    # Also where a copy was made past the reader.
    changed = replace(load_endpoint(name), estimation=Estimation(death="competes"))
    with pytest.raises(InputProblems) as raised:
        evaluate(as_cohort(random_people(Dice(1))), changed)
    assert found in [problem.found for problem in raised.value.problems]


def test_a_limit_that_nothing_asks_is_refused() -> None:
    with pytest.raises(InputProblems) as raised:
        load_changed_endpoint("cdp-24w", {"estimation.late_death_days": 30})
    assert [problem.found for problem in raised.value.problems] == ["30"]


def test_explain_tells_what_becomes_of_the_death(tmp_path: Path) -> None:
    cohort = tiny(tmp_path, PEOPLE, visits=VISITS, relapses="")
    endpoint = load_changed_endpoint("cdp-24w", {"estimation.death": "competes"})
    told = explain(cohort, "seen-before", endpoint)
    assert (
        told.lines[-1]
        == "Death on day 400 without the event, 30 days after anybody looked: it competes with the event."
    )
    assert told.differences == ()
    assert not any("Death" in line for line in explain(cohort, "seen-before", "cdp-24w").lines)
    assert (
        explain(cohort, "lost", endpoint).lines[-1].endswith("follow-up had ended before it, so it does not compete.")
    )
