"""Confirmed change of a measure: `docs/rules.md`, "Progression", what the walk's findings come to (7 to 9)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from remission.outcomes.reference.chart import chart_of, rows_of
from remission.outcomes.reference.relations import relapse_at_onset
from remission.outcomes.reference.trail import Event, Finding, Rows, Step, Watch
from remission.outcomes.reference.walk import Pending, Walk

if TYPE_CHECKING:
    from remission.outcomes.definitions.rules.progression import Progression
    from remission.outcomes.reference.measures import Visit
    from remission.records.people import SubjectRecords


def find_progression(person: SubjectRecords, rule: Progression, watch: Watch) -> Finding:
    chart = chart_of(person, rule, watch)
    days = tuple(visit.day for visit in chart.visits)
    recurs: tuple[Event, ...] | None = () if rule.events == "all" else None
    first = chart.first_baseline()
    if first is None:
        return Finding(tuple(chart.trail), days, no_baseline=True, events=recurs)
    walk = Walk(chart, first, first, first.place if rule.reaches is not None else first.place + 1)
    walk.go()
    baseline = Rows(baseline_row=first.row["row_id"])
    finding = Finding((), days, free=_free_days(walk), rows=baseline, baseline_row=baseline.baseline_row, events=recurs)
    events = [walk.events[place] for place in sorted(walk.events)]
    if walk.pending is not None:
        finding, events = _resolve(walk, walk.pending, _treatment(person, walk, walk.pending), finding, events)
    return replace(_with_events(finding, events), trail=tuple(chart.trail))


def _with_events(finding: Finding, events: list[Event]) -> Finding:
    if finding.events is not None:
        finding = replace(finding, events=tuple(events))
    if not events:
        return finding
    one = events[0]
    found = replace(finding, event=one.day, onset=one.onset, rows=one.rows)
    return replace(found, relation=one.relation, confirmed=one.confirmed)


def _treatment(person: SubjectRecords, walk: Walk, pending: Pending) -> str:
    """What the definition makes of a change that nobody could confirm or refute."""
    death, cut = person.subject["death_day"], person.subject["cut_day"]
    known = death is not None and (cut is None or death <= cut)
    died = known and death <= walk.chart.last_close(pending.onset.day)
    treated_as = walk.rule.unconfirmed_before_death if died else walk.rule.unconfirmed_at_end
    about = {"because": "died" if died else "ended"}
    walk.chart.trail.append(Step(f"pending-{treated_as}", pending.onset.day, about=about))
    return treated_as


def _resolve(
    walk: Walk, pending: Pending, treated_as: str, finding: Finding, events: list[Event]
) -> tuple[Finding, list[Event]]:
    onset = pending.onset
    finding = replace(finding, waiting=onset.day)
    if treated_as == "event":
        return finding, sorted([*events, _unconfirmed_event(walk, pending)], key=lambda event: event.onset)
    if treated_as == "censored":
        rows = Rows(baseline_row=pending.baseline.row["row_id"])
        finding = replace(finding, pending=onset.day, pending_rows=rows)
    return finding, events


def _unconfirmed_event(walk: Walk, pending: Pending) -> Event:
    association = walk.rule.relapse_association
    asked = association is not None and walk.rule.direction == "worsening"
    near = relapse_at_onset(walk.chart, association, pending.onset) if association is not None and asked else None
    rows = rows_of(pending.baseline, pending.onset, relapse=near)
    day = pending.onset.day
    return Event(day, day, rows, None if near is None else "RAW", confirmed=False)


def _free_days(walk: Walk) -> tuple[int, ...]:
    """Days of the visits that show no change in the direction of the event from the baseline of their time."""
    return tuple(visit.day for visit in walk.chart.visits[walk.first.place :] if _is_free(walk, visit))


def _is_free(walk: Walk, visit: Visit) -> bool:
    value = next(value for baseline, value in reversed(walk.had) if baseline.place <= visit.place)
    return not walk.chart.changed(visit.value, value, walk.rule.direction)
