"""From findings to a decision on one subject: `docs/rules.md`, "From event and end to a spell" and "Composite"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from remission.outcomes.definitions.walking import finder_in
from remission.outcomes.reference import rules as twins
from remission.outcomes.reference.observation import end_of, watch_of
from remission.outcomes.reference.trail import Decision, Event, Finding, Rows, Step, Watch

if TYPE_CHECKING:
    from remission.outcomes.definitions.records import Composite, Endpoint
    from remission.records.people import SubjectRecords


def decide(person: SubjectRecords, endpoint: Endpoint) -> Decision:
    """Decide one endpoint for one subject who entered, with the trail of why.

    Raises InputProblems when two scores of one day meet the same-day rule `error`.
    """
    origin = _origin_of(person, endpoint)
    shift = 0 if endpoint.origin is None else origin or 0
    if endpoint.composite is None:
        return _decide_part(person, endpoint, origin, shift)
    parts = [_decide_part(person, part, origin, shift) for part in endpoint.parts]
    return replace(_compose(parts, endpoint, endpoint.composite), origin=origin or 0)


def _origin_of(person: SubjectRecords, endpoint: Endpoint) -> int | None:
    """The day from which time runs; None when the event at which it would begin did not come."""
    if endpoint.origin is None:
        return endpoint.origin_day
    began = decide(person, endpoint.origin)
    return began.exit if began.event else None


def _decide_part(person: SubjectRecords, endpoint: Endpoint, origin: int | None, shift: int) -> Decision:
    if origin is None:
        return _not_followed(endpoint, 0, "no-origin", Step("no-origin"))
    watch = watch_of(person, endpoint, origin, shift)
    if watch is None:
        return _not_followed(
            endpoint, origin, "no-follow-up", Step("nobody-looked", about={"kind": endpoint.observed_kind})
        )
    finding = _find(person, endpoint, watch)
    end, reason = end_of(person, endpoint, watch, finding)
    return _settle(endpoint, watch, finding, end, reason)


def _not_followed(endpoint: Endpoint, origin: int, reason: str, step: Step) -> Decision:
    nothing = Decision(endpoint.name, origin, origin, reason=reason, trail=(step,), origin=origin)
    return replace(nothing, status="not assessable")


def _find(person: SubjectRecords, endpoint: Endpoint, watch: Watch) -> Finding:
    found: Finding = finder_in(twins, endpoint.rule)(person, endpoint.record, watch)
    return found


def _settle(endpoint: Endpoint, watch: Watch, finding: Finding, end: int, reason: str) -> Decision:
    entry = watch.entry
    step = Step("observation-ended", end, about={"reason": reason})
    nothing = Decision(endpoint.name, entry, entry, trail=(*finding.trail, step), origin=watch.origin)
    nothing = replace(nothing, waiting=finding.waiting, rows=Rows(baseline_row=finding.baseline_row))
    if finding.no_baseline:
        return _assessed(replace(nothing, reason="no-baseline", rows=Rows()))
    if not endpoint.recurs and finding.event is not None and finding.event <= entry:
        return _assessed(replace(nothing, reason="event-before-entry"))
    if end <= entry:
        return _assessed(replace(nothing, reason="no-follow-up"))
    spells = _spells(nothing, finding, _events_at_risk(finding, entry, end), end, reason)
    first, *later = [_assessed(spell) for spell in spells]
    return replace(first, later=tuple(later))


def _events_at_risk(finding: Finding, entry: int, end: int) -> list[Event]:
    """The events after the entry, one a day and in order of day; of several on one day the first onset."""
    events = finding.events
    if events is None:
        events = () if finding.event is None else (_single_event(finding),)
    by_day = {event.day: event for event in reversed(events) if entry < event.day <= end}
    return [by_day[day] for day in sorted(by_day)]


def _single_event(finding: Finding) -> Event:
    assert finding.event is not None
    onset = finding.event if finding.onset is None else finding.onset
    return Event(finding.event, onset, finding.rows, finding.relation, finding.confirmed)


def _spells(nothing: Decision, finding: Finding, events: list[Event], end: int, reason: str) -> list[Decision]:
    """A spell for each event, and for an endpoint that recurs one more to the end, when there is time left."""
    spells: list[Decision] = []
    for event in events:
        start = _next_spell(nothing, spells)
        free = _last_free(finding, start, event.day, before=event.onset, after_another=bool(spells))
        spell = replace(start, exit=event.day, event=True, cause=nothing.name, last_free=free, rows=event.rows)
        status = "confirmed" if event.confirmed else "unconfirmed"
        spells.append(replace(spell, status=status, relation=event.relation))
    if spells and finding.events is None:
        return spells
    rest = _without_event(_next_spell(nothing, spells), finding, end, reason, after_another=bool(spells))
    return spells if spells and rest.exit <= spells[-1].exit else [*spells, rest]


def _next_spell(nothing: Decision, spells: list[Decision]) -> Decision:
    """The spell that begins where the one before ended; the trail is told once, with the first."""
    return replace(nothing, entry=spells[-1].exit, trail=()) if spells else nothing


def _without_event(start: Decision, finding: Finding, end: int, reason: str, *, after_another: bool) -> Decision:
    open_change = finding.waiting is not None and finding.waiting <= end
    start = replace(start, status="unconfirmed" if open_change else None)
    if finding.pending is not None and finding.pending <= end:
        left = _last_free(finding, start, end, before=finding.pending, after_another=after_another)
        exit_day = start.entry if left is None else max(left, start.entry)
        return replace(start, exit=exit_day, reason="unconfirmed-rise", last_free=left, rows=finding.pending_rows)
    free = _last_free(finding, start, end, before=end + 1, after_another=after_another)
    return replace(start, exit=end, reason=reason, last_free=free)


def _last_free(finding: Finding, start: Decision, exit_day: int, before: int, *, after_another: bool) -> int | None:
    """The last day known to be free of it, never before the exit of the episode before."""
    if finding.free is None:
        return exit_day
    nothing = None if finding.baseline_row is not None else start.entry
    left = max((day for day in finding.free if day < before), default=nothing)
    if after_another:
        return start.entry if left is None else max(left, start.entry)
    return left


def _assessed(spell: Decision) -> Decision:
    """A spell without follow-up has the status of one: nothing could be assessed."""
    return spell if spell.followed else replace(spell, status="not assessable")


def _compose(parts: list[Decision], endpoint: Endpoint, rule: Composite) -> Decision:
    whole = _assessed(_count_late_death(_earliest(parts, endpoint, rule), parts, endpoint, rule))
    if rule.stop_at_first_failure and whole.event:
        parts = [_stop(part, whole.exit) for part in parts]
    return replace(whole, parts=tuple(parts))


def _earliest(parts: list[Decision], endpoint: Endpoint, rule: Composite) -> Decision:
    every = rule.observation == "all parts"
    asked = parts if every else [part for part in parts if part.followed] or parts
    entry = max(part.entry for part in asked) if every else min(part.entry for part in asked)
    events = [part for part in asked if part.event]
    exit_day = min((part.exit for part in (asked if every else events)), default=max(part.exit for part in asked))
    nothing = Decision(endpoint.name, entry, entry)
    if any(part.reason == "event-before-entry" for part in parts) or any(part.exit <= entry for part in events):
        return replace(nothing, reason="event-before-entry")
    if exit_day <= entry or not any(part.followed for part in parts):
        return replace(nothing, reason=next((part.reason for part in parts if not part.followed), "no-follow-up"))
    free = None if any(part.last_free is None for part in asked) else min(part.last_free or 0 for part in asked)
    whole = replace(nothing, exit=exit_day, last_free=free)
    causes = [part for part in events if part.exit == exit_day]
    if not causes:
        return replace(whole, reason=next(part.reason for part in asked if part.exit == exit_day))
    also = ", ".join(part.name for part in causes[1:]) or None
    return replace(_caused_by(causes[0], whole), also=also)


def _caused_by(part: Decision, whole: Decision) -> Decision:
    found = replace(whole, event=True, cause=part.name, reason=None, rows=part.rows)
    return replace(found, status=part.status, relation=part.relation)


def _count_late_death(whole: Decision, parts: list[Decision], endpoint: Endpoint, rule: Composite) -> Decision:
    """A death soon enough after the other parts were last observed is the event, even of somebody never seen again."""
    of_death = {part.name for part in endpoint.parts if part.record.is_death}
    death = next((part for part in parts if part.name in of_death and part.event), None)
    if death is None or whole.event or whole.reason == "event-before-entry" or rule.observation == "any part":
        return whole
    late = death.exit - whole.exit
    if late <= 0 or (rule.late_death_days is not None and late > rule.late_death_days):
        return whole
    return replace(_caused_by(death, whole), exit=death.exit)


def _stop(part: Decision, first_failure: int) -> Decision:
    if part.exit <= first_failure or not part.followed:
        return part
    free = None if part.last_free is None else min(part.last_free, first_failure)
    left = max(first_failure, part.entry)
    stopped = replace(part, exit=left, event=False, cause=None, reason="first-failure", last_free=free)
    status = "unconfirmed" if part.waiting is not None and part.waiting <= left else None
    return _assessed(replace(stopped, rows=Rows(part.rows.baseline_row), status=status, relation=None))
