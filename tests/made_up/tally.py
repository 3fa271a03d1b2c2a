"""What the random cases reached: option values, causes, reasons and boundary days, as shares of the cases.

Agreement on cases that never touch a boundary proves nothing about boundaries; so each is counted and pinned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from remission.outcomes.definitions.records import Endpoint
from remission.outcomes.definitions.rules.progression import Progression
from remission.outcomes.definitions.rules.relapse import Relapse
from remission.outcomes.reference import Decision, Step
from remission.records.cohort import Cohort
from remission.records.people import SubjectRecords, subject_records
from remission.records.schema import PARTIAL

CASES = "all cases"


def tally_case(tally: Counter[str], cohort: Cohort, endpoint: Endpoint, decisions: list[Decision] | None) -> None:
    """Count what one case reached, each thing once a case."""
    reached = set(_options(endpoint)) | {CASES}
    reached.add("refused: two scores on one day" if decisions is None else "decided")
    people = [person for person in subject_records(cohort) if person.subject["entered"] == "yes"]
    for person, decision in zip(people, decisions or [], strict=False):
        reached |= set(_answers(decision))
        if _is_late_death(endpoint, decision):
            reached.add("late death counted")
        for part in endpoint.parts or (endpoint,):
            mine = decision if not endpoint.parts else next(one for one in decision.parts if one.name == part.name)
            reached |= set(_boundaries(person, part, mine))
    tally.update(reached)


def _is_late_death(endpoint: Endpoint, decision: Decision) -> bool:
    all_parts = endpoint.composite is not None and endpoint.composite.observation == "all parts"
    return all_parts and decision.cause == "death" and any(part.exit < decision.exit for part in decision.parts)


def _options(endpoint: Endpoint) -> Iterator[str]:
    for record in (endpoint.record, endpoint.censoring):
        if record is not None:
            yield from _values(record, type(record).__name__.lower())
    for part in endpoint.parts:
        yield from _options(part)
    yield f"origin_day = {endpoint.origin_day}"
    yield "origin: an event" if endpoint.origin is not None else "origin: a day"


def _values(record: object, prefix: str) -> Iterator[str]:
    for item in fields(record):  # type: ignore[arg-type]
        value = getattr(record, item.name)
        if is_dataclass(value):
            yield from _values(value, f"{prefix}.{item.name}")
        elif item.name != "parts":
            yield f"{prefix}.{item.name} = {_short(value)}"


def _short(value: object) -> str:
    rows = isinstance(value, tuple) and all(is_dataclass(one) for one in value)
    return f"{len(value)} rows" if isinstance(value, tuple) and rows else str(value)


def _answers(decision: Decision) -> Iterator[str]:
    whole = "composite" if decision.parts else "part"
    yield f"{whole} cause: {decision.cause}" if decision.event else f"{whole} reason: {decision.reason}"
    yield f"status: {decision.status}"
    if decision.relation is not None:
        yield f"relation of an event: {decision.relation}"
    if decision.later:
        yield "several episodes"
    if decision.also:
        yield "tie: also another cause"
    for item in fields(decision.rows):
        if getattr(decision.rows, item.name) is not None:
            yield f"row: {item.name}"
    for step in decision.trail:
        yield f"step: {step.code}"
        if step.code == "related":
            yield f"relation found: {step.about['relation']}"
    for part in decision.parts:
        yield from _answers(part)


def _boundaries(person: SubjectRecords, endpoint: Endpoint, decision: Decision) -> Iterator[str]:
    ended = next((step.day for step in decision.trail if step.code == "observation-ended"), None)
    if decision.event and decision.exit == ended:
        yield "boundary: event on the last day of observation"
    if decision.event and decision.exit == decision.entry + 1:
        yield "boundary: event on the first day at risk"
    yield from _partial_dates(person, endpoint)
    rule = endpoint.of(Progression)
    if rule is not None:
        shift = 0 if endpoint.origin is None else decision.origin
        yield from _progression_boundaries(person, rule, decision, shift)


def _partial_dates(person: SubjectRecords, endpoint: Endpoint) -> Iterator[str]:
    """Relapses that must last, of which one day or both are known to the month or year only."""
    rule = endpoint.of(Relapse)
    for row in person.rows("relapses") if rule is not None and rule.minimum_days > 0 else ():
        for name in ("day", "end_day"):
            if row[f"{name}_precision"] in PARTIAL and row["end_day"] is not None:
                yield f"partial: {name} of a relapse to the {row[f'{name}_precision']}, {rule.duration_unknown}"
        if row["end_day"] is not None and row["end_day"] < row["day"]:
            yield "partial: a relapse that ends before it begins"


def _progression_boundaries(person: SubjectRecords, rule: Progression, decision: Decision, shift: int) -> Iterator[str]:
    days = {row["row_id"]: row["day"] for row in person.rows("visits")}
    first = next((step.day for step in decision.trail if step.code == "baseline"), None)
    if first is not None and first == rule.baseline.to_day + shift:
        yield "boundary: baseline on the last day of its window"
    if first is not None and rule.baseline.from_day is not None and first == rule.baseline.from_day + shift:
        yield "boundary: baseline on the first day of its window"
    if days.get(decision.rows.onset_row or "") == rule.onset.counts_from_day + shift:
        yield "boundary: onset on the first day that counts"
    yield from _blocking_boundaries(rule, person, set(days.values()))
    yield from _trail_boundaries(rule, person, decision.trail, set(days.values()))


def _trail_boundaries(
    rule: Progression, person: SubjectRecords, trail: tuple[Step, ...], visits: set[int]
) -> Iterator[str]:
    """Boundaries of the windows that begin at an onset the twin tried, and of the thresholds it asked for."""
    onset, confirming, needed = None, None, None
    for step in trail:
        if step.code in ("baseline", "baseline-moved"):
            needed = step.about["needed"]
        elif step.code == "onset":
            onset, confirming = step.day, None
            yield from _sustained_boundaries(rule, onset, visits)
            if needed is not None and step.about["value"] == needed:
                by_percent = any(row.percent is not None for row in (*rule.thresholds, *rule.improvement))
                yield f"boundary: threshold met exactly{', by percent' if by_percent else ''}"
        elif step.code == "confirmed" and onset is not None:
            confirming = step.day
            yield from _window_boundaries(rule, onset, confirming, visits)
        elif step.code == "related" and onset is not None and confirming is not None:
            yield from _relation_boundaries(rule, onset, confirming, [row["day"] for row in person.rows("relapses")])


def _sustained_boundaries(rule: Progression, onset: int | None, visits: set[int]) -> Iterator[str]:
    days = rule.confirmation.sustained_days
    if days and onset is not None:
        if onset + days in visits:
            yield "boundary: a visit exactly sustained_days after an onset"
        if onset + days - 1 in visits:
            yield "boundary: a visit the day before sustained_days are over"


def _window_boundaries(rule: Progression, onset: int, confirming: int | None, visits: set[int]) -> Iterator[str]:
    if rule.confirmation.days is None:
        return
    for window, name in (
        (rule.confirmation, "window"),
        *((one, "further window") for one in rule.confirmation.further),
    ):
        opens = onset + (window.days or 0) - window.tolerance_before_days
        if confirming == opens:
            yield f"boundary: confirmed on the day the {name} opens"
        if opens - 1 in visits:
            yield f"boundary: a visit the day before the {name} opens"
        if window.tolerance_after_days is not None:
            closes = onset + (window.days or 0) + window.tolerance_after_days
            if confirming == closes:
                yield f"boundary: confirmed on the day the {name} closes"
            if closes + 1 in visits:
                yield f"boundary: a visit the day after the {name} closes"


def _relation_boundaries(rule: Progression, onset: int, confirming: int, relapses: list[int]) -> Iterator[str]:
    asked = rule.relapse_association
    assert asked is not None
    first, last = asked.onset_before_days, asked.onset_after_days
    before = asked.confirmation_before_days
    ends = {
        "RAW window begins": (onset - asked.raw_after_days, -1),
        "RAW window ends": (onset + asked.raw_before_days, 1),
        "window of the onset begins": (None if first is None else onset - first, -1),
        "window of the onset ends": (None if last is None else onset + last, 1),
        "window of the confirmation begins": (None if before is None else confirming - before, -1),
        "window of the confirmation ends": (confirming + asked.confirmation_after_days, 1),
    }
    for name, (day, outwards) in ends.items():
        if day is not None and day in relapses:
            yield f"boundary: a relapse on the day the {name}"
        if day is not None and day + outwards in relapses:
            yield f"boundary: a relapse one day beyond where the {name}"


def _blocking_boundaries(rule: Progression, person: SubjectRecords, visits: set[int]) -> Iterator[str]:
    relapses = [row["day"] for row in person.rows("relapses")]
    for window in (rule.baseline, rule.onset, rule.confirmation):
        after = window.after_relapse_days
        for day in visits:
            if after and any(day - relapse == after for relapse in relapses):
                yield "boundary: a visit on the first day no longer blocked by a relapse"
            if after and any(day - relapse == after - 1 for relapse in relapses):
                yield "boundary: a visit on the last day blocked by a relapse"
