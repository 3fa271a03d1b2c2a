"""What the random cases reached: option values, causes, reasons and boundary days, as shares of the cases.

Agreement on cases that never touch a boundary proves nothing about boundaries; so each is counted and pinned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from remission.outcomes.definitions import Endpoint, Progression
from remission.outcomes.reference import Decision
from remission.records.cohort import Cohort
from remission.records.people import Row, SubjectRecords, subject_records

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
    for record in (endpoint.progression, endpoint.relapse, endpoint.mri, endpoint.composite, endpoint.censoring):
        if record is not None:
            yield from _values(record, type(record).__name__.lower())
    for part in endpoint.parts:
        yield from _options(part)
    yield f"origin_day = {endpoint.origin_day}"


def _values(record: object, prefix: str) -> Iterator[str]:
    for item in fields(record):  # type: ignore[arg-type]
        value = getattr(record, item.name)
        if is_dataclass(value):
            yield from _values(value, f"{prefix}.{item.name}")
        elif item.name != "parts":
            yield f"{prefix}.{item.name} = {_short(value)}"


def _short(value: object) -> str:
    return f"{len(value)} rows" if isinstance(value, tuple) and is_dataclass(value[0]) else str(value)


def _answers(decision: Decision) -> Iterator[str]:
    whole = "composite" if decision.parts else "part"
    yield f"{whole} cause: {decision.cause}" if decision.event else f"{whole} reason: {decision.reason}"
    if decision.also:
        yield "tie: also another cause"
    for item in fields(decision.rows):
        if getattr(decision.rows, item.name) is not None:
            yield f"row: {item.name}"
    for step in decision.trail:
        yield f"step: {step.code}"
    for part in decision.parts:
        yield from _answers(part)


def _boundaries(person: SubjectRecords, endpoint: Endpoint, decision: Decision) -> Iterator[str]:
    ended = next((step.day for step in decision.trail if step.code == "observation-ended"), None)
    if decision.event and decision.exit == ended:
        yield "boundary: event on the last day of observation"
    if decision.event and decision.exit == decision.entry + 1:
        yield "boundary: event on the first day at risk"
    if endpoint.progression is not None:
        yield from _progression_boundaries(person, endpoint.progression, decision)


def _progression_boundaries(person: SubjectRecords, rule: Progression, decision: Decision) -> Iterator[str]:
    scores = [row for row in person.rows("visits") if row["edss"] is not None]
    days = {row["row_id"]: row["day"] for row in scores}
    baseline = days.get(decision.rows.baseline_row)
    onset, confirming = days.get(decision.rows.onset_row), days.get(decision.rows.confirmation_row)
    if baseline == rule.baseline.to_day:
        yield "boundary: baseline on the last day of its window"
    if baseline is not None and baseline == rule.baseline.from_day:
        yield "boundary: baseline on the first day of its window"
    if onset == rule.onset.counts_from_day:
        yield "boundary: onset on the first day that counts"
    yield from _window_boundaries(rule, onset, confirming, scores)
    yield from _relapse_boundaries(rule, person, days)


def _window_boundaries(
    rule: Progression, onset: int | None, confirming: int | None, scores: list[Row]
) -> Iterator[str]:
    window = rule.confirmation
    if onset is None or window.days is None:
        return
    opens = onset + window.days - window.tolerance_before_days
    if confirming == opens:
        yield "boundary: confirmed on the day the window opens"
    if any(row["day"] == opens - 1 for row in scores):
        yield "boundary: a visit the day before the window opens"
    if window.tolerance_after_days is not None:
        closes = onset + window.days + window.tolerance_after_days
        if confirming == closes:
            yield "boundary: confirmed on the day the window closes"
        if any(row["day"] == closes + 1 for row in scores):
            yield "boundary: a visit the day after the window closes"


def _relapse_boundaries(rule: Progression, person: SubjectRecords, days: dict[str, int]) -> Iterator[str]:
    relapses = [row["day"] for row in person.rows("relapses")]
    for window in (rule.baseline, rule.onset, rule.confirmation):
        after = window.after_relapse_days
        for day in days.values():
            if after and any(day - relapse == after for relapse in relapses):
                yield "boundary: a visit on the first day no longer blocked by a relapse"
            if after and any(day - relapse == after - 1 for relapse in relapses):
                yield "boundary: a visit on the last day blocked by a relapse"
