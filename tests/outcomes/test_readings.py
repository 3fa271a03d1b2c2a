"""Status in windows of time: engine and twin agree; by hand, who is free, who is not, and who cannot be told."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_up.further_worlds import Rows, cohort_of, random_cohort, someone
from remission.inputs.problems import InputProblems
from remission.outcomes.definitions.changes import Baseline, Confirmation, Onset, Threshold
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.definitions.records import REASONS, Censoring, Composite, Endpoint, Readings, ReadingWindow
from remission.outcomes.definitions.rules.brain_volume import BrainVolume
from remission.outcomes.definitions.rules.course import Course
from remission.outcomes.definitions.rules.death import Death
from remission.outcomes.definitions.rules.mri import Mri
from remission.outcomes.definitions.rules.progression import Progression
from remission.outcomes.definitions.rules.relapse import Relapse
from remission.outcomes.definitions.rules.therapy import TherapyStart
from remission.outcomes.readings import (
    LATE_ENTRY,
    READING_COLUMNS,
    READING_REASON_WORDS,
    evaluate_readings,
)
from remission.outcomes.reference.readings import read_windows
from remission.records.cohort import Cohort
from remission.records.people import subject_records

CASES = 150
TALLY: Counter[str] = Counter()
WINDOWS = ((0, 20), (7, 12), (12, 33), (0, 45), (33, 45))


# ---------------------------------------------------------------- agreement


def with_scores(cohort: Cohort, dice: random.Random) -> Cohort:
    """Visits on distinct days, with scores that change and stay."""
    people = [row for row in cohort.subjects.to_dicts() if row["entered"] == "yes"]
    visits = []
    for person in people:
        level = dice.choice((1.0, 2.0, 3.0))
        for day in sorted(dice.sample(range(-6, 46), dice.randint(0, 9))):
            level = level + dice.choice((0, 0, 0, 1.0, -1.0)) if dice.random() < 0.7 else level
            visits.append({"subject_id": person["subject_id"], "day": day, "edss": min(max(level, 1.0), 9.0)})
    tables = {name: frame.to_dicts() for name, frame in cohort.tables.items()}
    return cohort_of(tables | {"visits": visits})


def random_reading(dice: random.Random) -> Endpoint:
    pick = dice.choice
    confirmation = Confirmation(pick((None, 6)), 2, None)
    rules: dict[str, Any] = {
        "progression": Progression(
            (Threshold(0.0, 1.0),),
            confirmation,
            baseline=Baseline(None, pick((0, 5))),
            onset=Onset(pick((1, 15))),
            events=pick(("first", "all")),
        ),
        "relapse": Relapse(pick((1, 15)), merge_days=pick((0, 9)), events=pick(("first", "all"))),
        "mri": Mri(("new_t2", "gd_lesions"), counts_from_day=1, reference_from_day=pick((None, 8))),
        "brain_volume": BrainVolume(0.4),
        "course": Course(("SPMS",)),
        "therapy": TherapyStart(pick(("new", "any"))),
        "death": Death(),
    }
    censoring = pick((None, Censoring(pick(("ignored", "censors")), pick((None, 14)))))
    parts = tuple(
        Endpoint(name, name, name, record=rules[name], censoring=censoring)
        for name in dice.sample(sorted(rules), pick((1, 1, 2, 3)))
    )
    if len(parts) > 1:  # a composite has no parts with episodes
        once = [replace(one.record, events="first") if one.recurs else one.record for one in parts]
        parts = tuple(replace(one, record=record) for one, record in zip(parts, once, strict=True))
    windows = tuple(ReadingWindow(*window) for window in dice.sample(WINDOWS, pick((1, 2, 3))))
    readings = Readings(windows, pick(("of the rule", "of each window")), pick((0, 0, 5)))
    if len(parts) == 1:
        return replace(parts[0], readings=readings)
    composite = Composite(tuple(part.name for part in parts), pick(("all parts", "any part")))
    return Endpoint("c", "c", "c", record=composite, parts=parts, readings=readings)


@settings(max_examples=CASES)
@given(st.integers(0, 2**48))
def test_engine_and_twin_read_the_same(seed: int) -> None:
    dice = random.Random(seed)
    cohort, endpoint = with_scores(random_cohort(dice, 12), dice), random_reading(dice)
    expected = [
        {"subject_id": person.subject["subject_id"], **asdict(reading)}
        for person in subject_records(cohort)
        if person.subject["entered"] == "yes"
        for reading in read_windows(person, endpoint)
    ]
    TALLY.update(f"{row['status']}: {row['reason'] or bool(row['also'])}" for row in expected)
    assert evaluate_readings(cohort, endpoint).readings.to_dicts() == expected, endpoint


def test_the_cases_reach_every_status_and_reason() -> None:
    """Runs after the agreement test, on its tally."""
    reached = ["yes: False", "no: False", "no: True"]
    reached += [f"not assessable: {reason}" for reason in (*REASONS, LATE_ENTRY) if reason not in NEVER_HERE]
    assert {what: TALLY[what] for what in reached if TALLY[what] < CASES / 30} == {}


NEVER_HERE = ("withdrew", "cut-off", "died", "unconfirmed-rise", "first-failure", "no-origin")
"""Not drawn (two ends of follow-up, an unconfirmed rise that censors), not of a part by itself, or rare (died)."""


# ---------------------------------------------------------------- by hand


RELAPSE = Endpoint("relapse", "Relapse", "Relapse-free", record=Relapse())
SCANS = Endpoint("scans", "Scans", "Scan-free", record=Mri(("new_t2",)))


def read(*parts: Endpoint, early_days: int = 0, baseline: Any = "of each window", **tables: Any) -> list[Any]:
    """Status, cause or part, and reason of one person in the years 0 to 365 and 365 to 730."""
    windows = (ReadingWindow(0, 365), ReadingWindow(365, 730))
    readings = Readings(windows, baseline, early_days)
    composite = Composite(tuple(part.name for part in parts))
    whole = Endpoint("neda", "n", "N", record=composite, parts=parts, readings=readings)
    rows: Rows = someone(tables.pop("to", 800))
    observed = tables.pop("observed", {})
    for stretch in rows["observed"]:
        stretch["from_day"], stretch["to_day"] = observed.get(stretch["kind"], (0, stretch["to_day"]))
    rows |= {name: [{"subject_id": "A", **row} for row in some] for name, some in tables.items()}
    found = evaluate_readings(cohort_of(rows), whole).readings
    return [(row["status"], row["cause"] or row["unassessed"], row["reason"]) for row in found.to_dicts()]


def test_an_event_counts_in_the_window_it_fell_into() -> None:
    assert read(RELAPSE, relapses=[{"day": 365}]) == [("no", "relapse", None), ("yes", None, None)]
    assert read(RELAPSE, relapses=[{"day": 366}]) == [("yes", None, None), ("no", "relapse", None)]


def test_who_was_not_followed_to_the_end_of_a_window_is_not_assessable() -> None:
    assert read(RELAPSE, to=700) == [("yes", None, None), ("not assessable", "relapse", "completed")]
    assert read(RELAPSE, to=700, early_days=29)[1][0] == "not assessable"
    assert read(RELAPSE, to=700, early_days=30)[1][0] == "yes"


def test_an_event_is_a_no_though_another_part_was_not_assessable() -> None:
    """No scan at all, and a relapse: certainly not free."""
    assert read(SCANS, RELAPSE, relapses=[{"day": 100}]) == [
        ("no", "relapse", None), ("not assessable", "scans", "no-follow-up"),
    ]  # fmt: skip


def test_nobody_is_free_because_nobody_looked() -> None:
    assert read(RELAPSE, SCANS)[0] == ("not assessable", "scans", "no-follow-up")
    scans = [{"day": 0, "new_t2": 0}, {"day": 365, "new_t2": 0}]
    assert read(RELAPSE, SCANS, scans=scans)[0] == ("yes", None, None)


def test_who_has_no_follow_up_is_not_assessable_however_early_a_last_visit_may_be() -> None:
    assert read(RELAPSE, to=0, early_days=365)[0] == ("not assessable", "relapse", "no-follow-up")


def test_who_was_watched_only_later_is_not_assessable_before() -> None:
    assert read(RELAPSE, observed={"relapses": (10, 800)}) == [
        ("not assessable", "relapse", "late-entry"), ("yes", None, None),
    ]  # fmt: skip


def test_with_a_baseline_of_each_window_a_lasting_change_is_lost_once() -> None:
    rule = Progression((Threshold(0.0, 1.0),), Confirmation(84, 7, None))
    progression = Endpoint("p", "p", "P", record=rule)
    scores = ((0, 2.0), (180, 3.0), (360, 3.0), (540, 3.0), (730, 3.0), (800, 3.0))
    visits = [{"day": day, "edss": score} for day, score in scores]
    anew = read(progression, visits=visits)
    assert [row[0] for row in anew] == ["no", "yes"]
    fixed = read(progression, visits=visits, baseline="of the rule")
    assert [row[0] for row in fixed] == ["no", "no"]


def test_other_causes_in_the_window_are_named_in_order_of_day() -> None:
    rows = someone(800) | {
        "relapses": [{"subject_id": "A", "day": 200}], "scans": [{"subject_id": "A", "day": 100, "new_t2": 1}],
    }  # fmt: skip
    readings = Readings((ReadingWindow(0, 365),))
    composite = Composite(("relapse", "scans"))
    whole = Endpoint("n", "n", "N", record=composite, parts=(RELAPSE, SCANS), readings=readings)
    found = evaluate_readings(cohort_of(rows), whole).readings.row(0, named=True)
    assert (found["event_day"], found["cause"], found["also"]) == (100, "scans", "relapse")


def test_everyone_who_entered_has_a_row_for_every_window() -> None:
    cohort = random_cohort(random.Random(3), 40)
    read = evaluate_readings(cohort, replace(RELAPSE, readings=Readings(tuple(ReadingWindow(*w) for w in WINDOWS))))
    entered = cohort.subjects.filter(cohort.subjects["entered"] == "yes")["subject_id"]
    assert read.readings["subject_id"].to_list() == [name for name in entered for _ in WINDOWS]
    assert dict(read.readings.schema) == READING_COLUMNS
    assert read.provenance == cohort.provenance


def test_every_reason_has_words() -> None:
    assert set(READING_REASON_WORDS) == {*REASONS, LATE_ENTRY}


@pytest.mark.parametrize(
    ("endpoint", "key"),
    [
        (RELAPSE, "readings"),
        (replace(RELAPSE, readings=Readings((ReadingWindow(0, 9),)), origin_event="death"), "origin_event"),
        (replace(RELAPSE, readings=Readings((ReadingWindow(9, 9),))), "readings.windows"),
    ],
)
def test_what_cannot_be_read_is_refused(endpoint: Endpoint, key: str) -> None:
    with pytest.raises(InputProblems) as refused:
        evaluate_readings(cohort_of(someone()), endpoint)
    assert [problem.column for problem in refused.value.problems] == [key]


def test_the_library_reads_neda_in_years_from_month_6() -> None:
    readings = load_endpoint("neda-3-rebaselined").readings
    assert readings is not None
    assert [(window.from_day, window.to_day) for window in readings.windows] == [(183, 548), (548, 914), (183, 914)]
