"""Relapses that are merged, scans after a reference, volume, course and therapy: engine, twin, and examples by hand."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_up.further_worlds import cohort_of, random_cohort, someone
from remission.outcomes import rules
from remission.outcomes.definitions.records import Censoring, Endpoint
from remission.outcomes.definitions.rules.brain_volume import BrainVolume
from remission.outcomes.definitions.rules.course import Course
from remission.outcomes.definitions.rules.mri import Mri, Region
from remission.outcomes.definitions.rules.relapse import Relapse
from remission.outcomes.definitions.rules.therapy import TherapyKind, TherapyStart
from remission.outcomes.definitions.walking import finder_in
from remission.outcomes.evaluation import evaluate
from remission.outcomes.finding import Finding
from remission.outcomes.reference import decide, trail
from remission.outcomes.reference import rules as twins
from remission.outcomes.watch import Watch, day_origin, derive_watch
from remission.records.cohort import Cohort
from remission.records.people import subject_records
from remission.records.segments import NEVER, SubjectIndex

CASES = 200
FINDERS: dict[str, tuple[Callable[..., Finding], Callable[..., trail.Finding]]] = {
    rule: (finder_in(rules, rule), finder_in(twins, rule))
    for rule in ("relapse", "mri", "brain_volume", "course", "therapy")
}
TALLY: Counter[str] = Counter()


def endpoint_of(rule: str, record: Any, **values: Any) -> Endpoint:
    return Endpoint(rule, rule, f"free of {rule}", record=record, **values)


def random_rule(dice: random.Random, rule: str) -> Any:
    pick = dice.choice
    counts_from = pick((1, 8, -3))
    if rule == "relapse":
        choices = (pick((0, 2)), pick(("counts", "does not count")), pick(("any", "confirmed only")))
        hygiene = Relapse(counts_from, *choices, pick(("any", "without fever")))  # type: ignore[arg-type]
        return Relapse(*(getattr(hygiene, one.name) for one in fields(Relapse)[:5]), pick((0, 1, 5, 9)), pick(EVENTS))
    if rule == "mri":
        regions = pick((get_args(Region), ("brain", "both", "not recorded")))
        lesions = pick((("new_t2",), ("new_t2", "gd_lesions")))
        how = (pick((1, 2)), pick(("sum", "largest")), pick(("as none", "not assessable")), regions)
        return Mri(lesions, *how, counts_from, pick((None, 0, 8, 12)), pick(EVENTS))  # type: ignore[arg-type]
    if rule == "brain_volume":
        return BrainVolume(pick((0.4, 0.01, 0.2)), pick((True, False)), pick((0, 6)), counts_from)
    if rule == "course":
        return Course(pick((("SPMS",), ("SPMS", "PPMS"), ("RRMS",))), counts_from)
    kinds = pick((get_args(TherapyKind), ("continuous",), ("course", "procedure")))
    return TherapyStart(pick(("new", "any")), kinds, pick((0, 1, 5, 12)), counts_from)


EVENTS = ("first", "all")


def watch_for(index: SubjectIndex, endpoint: Endpoint) -> Watch:
    return derive_watch(index, endpoint.observed_kinds, day_origin(index, endpoint.origin_day))


def twins_watch(watch: Watch, place: int) -> trail.Watch:
    known = {one.name for one in fields(trail.Watch)}
    return trail.Watch(**{name: int(getattr(watch, name)[place]) for name in Watch._fields if name in known})


def rows_at(index: SubjectIndex, places: dict[str, Any], place: int) -> dict[str, str | None]:
    found = {}
    for role, where in places.items():
        table = {"relapse_row": "relapses", "scan_row": "scans", "course_row": "courses"}.get(role, "treatments")
        row = index.segments(table).row_at(where)[place]
        found[role] = None if row < 0 else index.cohort.tables[table]["row_id"][int(row)]
    return found


def as_plain(index: SubjectIndex, finding: Finding, place: int) -> dict[str, Any]:
    """What the engine found for one subject, in the twin's terms."""
    event, onset = (None if day[place] == NEVER else int(day[place]) for day in (finding.event, finding.onset))
    found: dict[str, Any] = {"event": event, "onset": onset}
    if not (event is not None and "course_row" in finding.places):  # of an event before entry no row is asked
        found["rows"] = {role: row for role, row in rows_at(index, finding.places, place).items() if row}
    if finding.assessments is not None:
        segments, looked, free = finding.assessments
        mine = slice(segments.offsets[place], segments.offsets[place + 1])
        found["assessments"] = segments.day[mine][looked[mine]].tolist()
        found["free"] = segments.day[mine][free[mine]].tolist()
    if finding.events is not None:
        where = np.flatnonzero(finding.events.subject == place)
        found["events"] = [
            (int(finding.events.day[one]), int(finding.events.onset[one]), rows_at(index, finding.events.places, one))
            for one in where
        ]
    return found


def twin_as_plain(finding: trail.Finding, like: dict[str, Any]) -> dict[str, Any]:
    def rows(of: trail.Rows) -> dict[str, str]:
        return {role: row for role, row in vars(of).items() if row is not None}

    found: dict[str, Any] = {"event": finding.event, "onset": finding.onset, "rows": rows(finding.rows)}
    found |= {"assessments": list(finding.assessments), "free": list(finding.free or ())}
    if finding.events is not None:
        found["events"] = [(event.day, event.onset, rows(event.rows)) for event in finding.events]
    return {name: found.get(name) for name in like}


def compared(cohort: Cohort, endpoint: Endpoint, shift: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    index = SubjectIndex.of(cohort)
    watch = watch_for(index, endpoint)._replace(shift=np.full(index.count, shift, np.int32))
    ours, theirs_too = FINDERS[endpoint.rule]
    finding = ours(index, endpoint.record, watch)
    people = [person for person in subject_records(cohort) if person.subject["entered"] == "yes"]
    for place, person in enumerate(people):
        if watch.looked[place]:
            found = as_plain(index, finding, place)
            theirs = theirs_too(person, endpoint.record, twins_watch(watch, place))
            TALLY.update({f"{endpoint.rule}: {step.code}" for step in theirs.trail})
            yield found, twin_as_plain(theirs, found)


@settings(max_examples=CASES)
@given(seed=st.integers(0, 2**48), rule=st.sampled_from(sorted(FINDERS)))
def test_engine_and_twin_find_the_same(seed: int, rule: str) -> None:
    dice = random.Random(seed)
    cohort = random_cohort(dice)
    endpoint = endpoint_of(rule, random_rule(dice, rule), origin_day=dice.choice((0, 0, 7)))
    for ours, theirs in compared(cohort, endpoint, shift=dice.choice((0, 0, 5))):
        assert ours == theirs, endpoint


@settings(max_examples=CASES)
@given(seed=st.integers(0, 2**48), rule=st.sampled_from(sorted(FINDERS)))
def test_engine_and_twin_decide_the_same(seed: int, rule: str) -> None:
    """From the finding to the spell: what ends observation of a course, of a therapy, of volumes."""
    dice = random.Random(seed)
    cohort = random_cohort(dice)
    censoring = Censoring(dice.choice(("ignored", "censors")), dice.choice((None, 10)))
    endpoint = endpoint_of(rule, random_rule(dice, rule), origin_day=dice.choice((0, 7)), censoring=censoring)
    if endpoint.recurs:
        return
    people = [person for person in subject_records(cohort) if person.subject["entered"] == "yes"]
    decisions = [decide(person, endpoint) for person in people]
    columns = [name for name in decisions[0].columns if name not in ("status", "relation")] if decisions else []
    spells = evaluate(cohort, endpoint).spells.select(columns).to_dicts()
    assert spells == [{name: decision.columns[name] for name in columns} for decision in decisions], endpoint


def test_the_cases_reach_every_step() -> None:
    """Runs after the first agreement test, on its tally: agreement on what never happens proves nothing."""
    assert TALLY, "run the agreement test first"
    rare = {step: TALLY[step] for step in STEPS if TALLY[step] < CASES / 30}
    assert rare == {}


STEPS = (
    *(f"relapse: relapse{step}" for step in ("", "-merged", "-too-early", "-with-fever", "-too-short")),
    *(f"mri: {step}" for step in ("reference-scan", "no-reference-scan", "scan-active", "scan-quiet")),
    *(f"brain_volume: volume-{step}" for step in ("lost", "kept")),
    *(f"course: {step}" for step in ("course", "course-before", "course-from-the-start", "another-course")),
    "therapy: therapy-started",
    *(f"therapy: therapy-{step}" for step in ("before-origin", "too-early", "of-another-kind", "on-at-origin")),
)


# ---------------------------------------------------------------- by hand


def spell(endpoint: Endpoint, **tables: list[dict[str, Any]]) -> dict[str, Any]:
    subject = tables.pop("subject", [{}])[0]
    rows = someone(**subject) | {name: [{"subject_id": "A", **row} for row in some] for name, some in tables.items()}
    return evaluate(cohort_of(rows), endpoint).spells.row(0, named=True)


def days_of_events(record: Any, rule: str, **tables: list[dict[str, Any]]) -> list[int]:
    rows = someone() | {name: [{"subject_id": "A", **row} for row in some] for name, some in tables.items()}
    cohort, endpoint = cohort_of(rows), endpoint_of(rule, record)
    index = SubjectIndex.of(cohort)
    events = FINDERS[rule][0](index, record, watch_for(index, endpoint)).events
    assert events is not None
    return events.day.tolist()


@pytest.mark.parametrize(("second", "found"), [(129, [100]), (130, [100, 130])])
def test_a_relapse_within_30_days_of_the_last_is_part_of_it(second: int, found: list[int]) -> None:
    rule = Relapse(merge_days=30, events="all")
    assert days_of_events(rule, "relapse", relapses=[{"day": 100}, {"day": second}]) == found


def test_a_chain_of_relapses_is_counted_from_the_last_that_counted() -> None:
    """100 takes in 120, not 140: that is 40 days after 100."""
    rows = [{"day": 140}, {"day": 100}, {"day": 120}]
    assert days_of_events(Relapse(merge_days=30, events="all"), "relapse", relapses=rows) == [100, 140]


def test_a_relapse_before_the_first_day_that_counts_takes_the_next_in() -> None:
    rows = [{"day": -10}, {"day": 10}, {"day": 40}]
    assert days_of_events(Relapse(merge_days=30, events="all"), "relapse", relapses=rows) == [40]


def test_a_relapse_that_does_not_qualify_takes_none_in() -> None:
    rule = Relapse(merge_days=30, fever="without fever", events="all")
    assert days_of_events(rule, "relapse", relapses=[{"day": 100, "fever": "yes"}, {"day": 110}]) == [110]


def test_no_relapse_is_merged_unless_the_definition_says_so() -> None:
    assert days_of_events(Relapse(events="all"), "relapse", relapses=[{"day": 100}, {"day": 100}]) == [100, 100]


def test_lesions_count_only_after_the_reference_scan() -> None:
    """The reference is the first usable scan from day 180 on; what is new on it came before it."""
    rows = [
        {"day": 100, "new_t2": 2}, {"day": 179, "new_t2": 1}, {"day": 185, "new_t2": 3, "usable": "no"},
        {"day": 200, "new_t2": 4}, {"day": 300, "new_t2": 1}, {"day": 390, "new_t2": 1},
    ]  # fmt: skip
    rule = Mri(("new_t2",), reference_from_day=180, events="all")
    assert days_of_events(rule, "mri", scans=rows) == [300, 390]
    assert days_of_events(Mri(("new_t2",), events="all"), "mri", scans=rows) == [100, 179, 200, 300, 390]


def test_a_reference_scan_need_not_have_counted_lesions() -> None:
    rule = Mri(("new_t2",), reference_from_day=180, events="all")
    assert days_of_events(rule, "mri", scans=[{"day": 180}, {"day": 200, "new_t2": 1}]) == [200]


def test_without_a_reference_scan_no_lesion_counts() -> None:
    found = spell(endpoint_of("mri", Mri(("new_t2",), reference_from_day=300)), scans=[{"day": 200, "new_t2": 5}])
    assert (found["event"], found["exit_day"], found["last_free_day"]) == (False, 200, 200)


@pytest.mark.parametrize(("change", "event"), [(-0.4, False), (-0.40001, True), (0.5, False)])
def test_the_loss_of_exactly_the_limit_is_allowed(change: float, event: bool) -> None:
    rule = BrainVolume(0.4, per_year=False)
    row = {"day": 100, "brain_volume_change_pct": change}
    assert spell(endpoint_of("brain_volume", rule), scans=[row])["event"] is event


@pytest.mark.parametrize(("change", "event"), [(-0.8, False), (-0.80001, True)])
def test_a_loss_is_divided_by_the_years_since_the_reference_scan(change: float, event: bool) -> None:
    """1461 days are four years: 0.2 % a year are 0.8 %, exactly."""
    rows = [{"day": 10, "reference": "yes", "usable": "no"}, {"day": 1471, "brain_volume_change_pct": change}]
    found = spell(endpoint_of("brain_volume", BrainVolume(0.2)), subject=[{"to": 2000}], scans=rows)
    assert found["event"] is event


def test_without_a_reference_scan_volume_is_compared_with_the_origin() -> None:
    row = {"day": 361, "brain_volume_change_pct": -0.4}
    rule = BrainVolume(0.4)
    assert spell(endpoint_of("brain_volume", rule), scans=[row])["event"]  # 361 days: more than 0.4 % a year
    earlier = {"day": -10, "reference": "yes"}
    assert not spell(endpoint_of("brain_volume", rule), scans=[earlier, row])["event"]  # 371 days: less


def test_a_scan_too_soon_after_the_reference_scan_shows_no_loss() -> None:
    row = {"day": 89, "brain_volume_change_pct": -5.0}
    assert not spell(endpoint_of("brain_volume", BrainVolume(0.4, minimum_days=90)), scans=[row])["event"]
    assert spell(endpoint_of("brain_volume", BrainVolume(0.4, minimum_days=89)), scans=[row])["event"]


SPMS = endpoint_of("course", Course(("SPMS",)))


def test_the_first_day_with_the_course_is_the_event() -> None:
    rows = [{"day": 200, "course": "SPMS"}, {"day": 150, "course": "RRMS"}, {"day": 300, "course": "SPMS"}]
    found = spell(SPMS, courses=rows)
    assert (found["exit_day"], found["course_row"], found["last_free_day"]) == (200, "courses-0", 200)


@pytest.mark.parametrize("before", ["in the subjects table", "in courses", "in both"])
def test_who_had_the_course_before_is_excluded(before: str) -> None:
    subject = {} if before == "in courses" else {"course": "SPMS"}
    rows = [] if before == "in the subjects table" else [{"day": 0, "course": "SPMS"}]
    found = spell(SPMS, subject=[subject], courses=[*rows, {"day": 200, "course": "SPMS"}])
    assert (found["reason"], found["exit_day"], found["course_row"]) == ("event-before-entry", 0, None)


def start(day: int, therapy_name: str, end: int | None = None) -> dict[str, Any]:
    return {"start_day": day, "end_day": end, "therapy": therapy_name}


def test_the_next_therapy_is_one_that_was_not_on_at_the_origin() -> None:
    rows = [start(-100, "natalizumab", 50), start(60, "natalizumab", 90), start(120, "ocrelizumab")]
    new = spell(endpoint_of("therapy", TherapyStart()), treatments=rows)
    again = spell(endpoint_of("therapy", TherapyStart("any")), treatments=rows)
    assert (new["exit_day"], new["treatment_row"]) == (120, "treatments-2")
    assert (again["exit_day"], again["treatment_row"]) == (60, "treatments-1")


@pytest.mark.parametrize(("merge_days", "event"), [(10, True), (11, False)])
def test_periods_with_few_days_between_them_are_one(merge_days: int, event: bool) -> None:
    rows = [start(-100, "natalizumab", 50), start(60, "natalizumab", 90)]
    assert spell(endpoint_of("therapy", TherapyStart("any", merge_days=merge_days)), treatments=rows)["event"] is event


def test_overlapping_periods_are_one_though_nothing_is_merged() -> None:
    rows = [start(-100, "natalizumab", 50), start(50, "natalizumab", 90)]
    assert not spell(endpoint_of("therapy", TherapyStart("any")), treatments=rows)["event"]


def test_a_procedure_is_over_on_its_day_so_a_second_one_is_new() -> None:
    rows = [start(0, "hsct"), start(200, "hsct")]
    assert not spell(endpoint_of("therapy", TherapyStart()), treatments=rows)["event"]  # on at the origin: its day
    rows = [start(-1, "hsct"), start(200, "hsct")]
    assert spell(endpoint_of("therapy", TherapyStart()), treatments=rows)["exit_day"] == 200


def test_only_therapies_of_the_kinds_asked_for_count() -> None:
    rows = [start(50, "cladribine", 60), start(80, "ocrelizumab"), start(90, "hsct")]
    for kind, day in (("course", 50), ("continuous", 80), ("procedure", 90)):
        rule = TherapyStart(kinds=(kind,))  # type: ignore[arg-type]
        assert spell(endpoint_of("therapy", rule), treatments=rows)["exit_day"] == day
