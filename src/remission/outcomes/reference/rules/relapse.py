"""Relapses: `docs/rules.md`, the section of this name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.outcomes.reference.observation import by_day
from remission.outcomes.reference.trail import Event, Finding, Rows, Step, Watch

if TYPE_CHECKING:
    from remission.outcomes.definitions.rules.relapse import Relapse
    from remission.records.people import Row, SubjectRecords


def find_relapse(person: SubjectRecords, rule: Relapse, watch: Watch) -> Finding:
    trail, events, last = [], [], None
    for row in by_day(person.rows("relapses"), watch):
        why_not = _relapse_does_not_qualify(row, rule)
        if why_not is None and last is not None and row["day"] - last < rule.merge_days:
            why_not = "relapse-merged"
        elif why_not is None:
            last = row["day"]  # what began too early to count may still take others in
            why_not = "relapse-too-early" if row["day"] < rule.counts_from_day + watch.shift else None
        trail.append(Step(why_not or "relapse", row["day"], row["row_id"]))
        if why_not is None:
            events.append(Event(row["day"], row["day"], Rows(relapse_row=row["row_id"])))
            if rule.events == "first":
                break
    if not events:
        trail.append(Step("no-relapse"))
    return _found(trail, events, recurs=rule.events == "all")


def _found(trail: list[Step], events: list[Event], *, recurs: bool) -> Finding:
    finding = Finding(tuple(trail), events=tuple(events) if recurs else None)
    if not events:
        return finding
    first = events[0]
    return Finding(tuple(trail), event=first.day, onset=first.onset, rows=first.rows, events=finding.events)


def _relapse_does_not_qualify(row: Row, rule: Relapse) -> str | None:
    end_day, precisions = row["end_day"], (row["day_precision"], row["end_day_precision"])
    if rule.confirmed == "confirmed only" and row["confirmed"] != "yes":
        return "relapse-not-confirmed"
    if rule.fever == "without fever" and row["fever"] == "yes":
        return "relapse-with-fever"
    if rule.minimum_days == 0:
        return None
    # A day that was completed from a month or a year may be any day of it, so no length follows from it.
    if end_day is None or "month" in precisions or "year" in precisions:
        return "relapse-duration-unknown" if rule.duration_unknown == "does not count" else None
    return "relapse-too-short" if end_day - row["day"] < rule.minimum_days else None
