"""Starts of therapies: `docs/rules.md`, "Therapy"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from remission.library.catalogue import therapies
from remission.outcomes.reference.trail import Finding, Rows, Step, Watch

if TYPE_CHECKING:
    from remission.outcomes.definitions.rules.therapy import TherapyStart
    from remission.records.people import Row, SubjectRecords


@dataclass
class _Period:
    """Rows of one therapy put together; `end` is None while it has no end."""

    therapy: str
    kind: str | None
    group: str | None
    start: int
    end: int | None
    row_id: str

    def is_on(self, day: int) -> bool:
        return self.start <= day and (self.end is None or self.end >= day)


def find_therapy(person: SubjectRecords, rule: TherapyStart, watch: Watch) -> Finding:
    trail = []
    periods = _periods(person, rule, watch)
    on = {period.therapy for period in periods if period.is_on(watch.origin)}
    for period in periods:
        why_not = _does_not_count(period, rule, watch, on)
        about = {"therapy": period.therapy}
        trail.append(Step(why_not or "therapy-started", period.start, period.row_id, about))
        if why_not is None:
            rows = Rows(treatment_row=period.row_id)
            return Finding(tuple(trail), event=period.start, onset=period.start, rows=rows)
    return Finding((*trail, Step("no-therapy-started")))


def _does_not_count(period: _Period, rule: TherapyStart, watch: Watch, on: set[str]) -> str | None:
    if period.start <= watch.origin:
        return "therapy-before-origin"
    if period.start < rule.counts_from_day + watch.shift:
        return "therapy-too-early"
    if period.kind not in rule.kinds:
        return "therapy-of-another-kind"
    if period.group in rule.leave_out:
        return "therapy-left-out"
    return "therapy-on-at-origin" if rule.which == "new" and period.therapy in on else None


def _periods(person: SubjectRecords, rule: TherapyStart, watch: Watch) -> list[_Period]:
    """Periods in order of first day, then of the file."""
    periods: list[_Period] = []
    rows = [row for row in person.rows("treatments") if row["start_day"] <= watch.last_usable]
    for row in sorted(rows, key=lambda row: row["start_day"]):
        one = _as_period(row)
        last = next((period for period in reversed(periods) if period.therapy == one.therapy), None)
        if last is not None and (last.end is None or one.start - last.end < max(rule.merge_days, 1)):
            last.end = None if last.end is None or one.end is None else max(last.end, one.end)
        else:
            periods.append(one)
    return periods


def _as_period(row: Row) -> _Period:
    known = therapies().get(row["therapy"])
    kind = None if known is None else known.kind
    end = row["start_day"] if row["end_day"] is None and kind == "procedure" else row["end_day"]
    end = None if end is None else max(end, row["start_day"])
    group = None if known is None else known.group
    return _Period(row["therapy"], kind, group, row["start_day"], end, row["row_id"])
