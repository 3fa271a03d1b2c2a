"""Scans that were looked at, one after another: what MRI activity and brain volume have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.outcomes.reference.trail import Event, Finding, Rows, Step

if TYPE_CHECKING:
    from remission.records.people import Row


def found_on_scans(trail: list[Step], used: list[tuple[Row, bool]], *, recurs: bool) -> Finding:
    """What the scans come to that were used, each with whether it is an event."""
    days = tuple(row["day"] for row, _ in used)
    free = tuple(row["day"] for row, active in used if not active)
    events = [Event(row["day"], row["day"], Rows(scan_row=row["row_id"])) for row, active in used if active]
    all_events = tuple(events) if recurs else None
    if not events:
        return Finding(tuple(trail), days, free=free, events=all_events)
    first = events[0]
    if not recurs:  # what came after the event decided nothing
        trail = [step for step in trail if step.day is None or step.day <= first.day]
    return Finding(tuple(trail), days, event=first.day, onset=first.day, free=free, rows=first.rows, events=all_events)
