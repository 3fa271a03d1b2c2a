"""When was somebody looking, and what ended it: the first two sections of `docs/rules.md`."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from remission.library.catalogue import therapies_of
from remission.outcomes.definitions.records import Censoring, Endpoint
from remission.outcomes.reference.trail import Finding, Watch

if TYPE_CHECKING:
    from remission.records.people import Row, SubjectRecords


def watch_of(person: SubjectRecords, endpoint: Endpoint, origin: int, shift: int) -> Watch | None:
    """When somebody looked for this endpoint; None when nobody did."""
    entry, last_usable = origin, person.subject["cut_day"]
    for kind in endpoint.observed_kinds:
        stretches = _stretches(person, kind)
        if not stretches:
            return None
        start, stop = next((one for one in stretches if one[1] > origin), stretches[-1])
        entry, last_usable = max(entry, start), stop if last_usable is None else min(stop, last_usable)
    return Watch(entry, last_usable, origin, shift)


def _stretches(person: SubjectRecords, kind: str) -> list[tuple[int, int]]:
    rows = sorted((row["from_day"], row["to_day"]) for row in person.rows("observed") if row["kind"] == kind)
    merged: list[tuple[int, int]] = []
    for start, stop in rows:
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], stop))
        else:
            merged.append((start, stop))
    return merged


def by_day(rows: tuple[Row, ...], watch: Watch) -> list[Row]:
    """The rows that are used, in order of day and then of the file."""
    return sorted((row for row in rows if row["day"] <= watch.last_usable), key=lambda row: row["day"])


def end_of(person: SubjectRecords, endpoint: Endpoint, watch: Watch, finding: Finding) -> tuple[int, str]:
    """The day on which observation ends, and why."""
    subject, censoring = person.subject, endpoint.censoring or Censoring()
    kind_end = watch.last_usable
    if endpoint.record.asked_at == "assessments":  # without a score or a scan nobody knows
        kind_end = max(finding.assessments, default=watch.entry)
    whole = subject["last_day"] is None or kind_end >= subject["last_day"]
    candidates = [
        (subject["cut_day"], "data-cut"),
        (None if endpoint.record.is_death else subject["death_day"], "died"),
        (_new_therapy(person, watch.origin, censoring) if censoring.new_therapy == "censors" else None, "new-therapy"),
        (_gap(person, endpoint, watch, finding, kind_end), "gap"),
        (kind_end, (subject["end_reason"] or "unknown") if whole else "not-observed"),
    ]
    known = [(day, why) for day, why in candidates if day is not None]
    return min(known, key=lambda one: one[0])  # min keeps the first of equals: the order above decides ties


def _new_therapy(person: SubjectRecords, origin: int, censoring: Censoring) -> int | None:
    left_out = therapies_of(censoring.leave_out)
    rows = [row for row in person.rows("treatments") if row["therapy"] not in left_out]
    earlier = [row for row in rows if row["start_day"] <= origin]
    # One that ended before it began (its end was completed from a month or a year) was on the day it began.
    on = {
        row["therapy"] for row in earlier if row["end_day"] is None or max(row["end_day"], row["start_day"]) >= origin
    }
    return min(
        (row["start_day"] for row in rows if row["start_day"] > origin and row["therapy"] not in on), default=None
    )


def _gap(person: SubjectRecords, endpoint: Endpoint, watch: Watch, finding: Finding, end: int) -> int | None:
    longest = (endpoint.censoring or Censoring()).gap_days
    if longest is None or endpoint.record.asked_at == "no day":
        return None
    days = list(finding.assessments)
    if endpoint.record.asked_at == "visits":
        if "visits" not in person.tables:
            return None
        days = [row["day"] for row in person.rows("visits")]
    looked = [watch.entry, *sorted(day for day in days if watch.entry < day <= end), max(end, watch.entry)]
    return next((before for before, after in pairwise(looked) if after - before > longest), None)
