"""Status in windows of time: `docs/rules.md`, "Readings"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from remission.outcomes.definitions.rules.progression import Progression
from remission.outcomes.reference.decision import decide

if TYPE_CHECKING:
    from remission.outcomes.definitions.records import Endpoint, ReadingWindow
    from remission.outcomes.reference.trail import Decision
    from remission.records.people import SubjectRecords


@dataclass(frozen=True)
class Reading:
    """The status of one subject in one window; the fields are the columns of a reading."""

    from_day: int
    to_day: int
    status: str
    event_day: int | None = None
    cause: str | None = None
    also: str | None = None
    reason: str | None = None
    unassessed: str | None = None


def read_windows(person: SubjectRecords, endpoint: Endpoint) -> tuple[Reading, ...]:
    """The status of one subject who entered in each window of an endpoint."""
    assert endpoint.readings is not None
    return tuple(_read(person, endpoint, window) for window in endpoint.readings.windows)


def _read(person: SubjectRecords, endpoint: Endpoint, window: ReadingWindow) -> Reading:
    assert endpoint.readings is not None
    reading = Reading(window.from_day, window.to_day, "yes")
    decisions = [decide(person, _asked(part, endpoint, window)) for part in endpoint.parts or (endpoint,)]
    events = [one for one in decisions if one.event and window.from_day < one.exit <= window.to_day]
    if events:
        first, *others = sorted(events, key=lambda one: one.exit)  # stable: of one day, in the order of the parts
        also = ", ".join(one.name for one in others) or None
        return replace(reading, status="no", event_day=first.exit, cause=first.name, also=also)
    for one in decisions:
        why = _why_not_assessable(one, window, endpoint.readings.early_days)
        if why is not None:
            return replace(reading, status="not assessable", reason=why, unassessed=one.name)
    return reading


def _why_not_assessable(decision: Decision, window: ReadingWindow, early_days: int) -> str | None:
    if not decision.followed:
        return decision.reason
    if decision.entry > window.from_day:
        return "late-entry"
    if decision.event or decision.exit >= window.to_day - early_days:
        return None
    return decision.reason


def _asked(part: Endpoint, endpoint: Endpoint, window: ReadingWindow) -> Endpoint:
    """The part on the clock of the window: what came before does not count in it."""
    assert endpoint.readings is not None
    part, first_day = replace(part, origin_day=window.from_day, readings=None), window.from_day + 1
    progression = part.of(Progression)
    if progression is not None:
        onset, baseline = progression.onset, progression.baseline
        if onset.counts_from_day < first_day:
            onset = replace(onset, counts_from_day=first_day)
        if endpoint.readings.baseline == "of each window" and baseline.to_day < window.from_day:
            baseline = replace(baseline, to_day=window.from_day)
        return replace(part, record=replace(progression, onset=onset, baseline=baseline, events="first"))
    changed: dict[str, Any] = {"events": "first"} if part.recurs else {}
    if getattr(part.record, "counts_from_day", first_day) < first_day:
        changed["counts_from_day"] = first_day
    return replace(part, record=replace(part.record, **changed))
