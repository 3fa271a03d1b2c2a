"""MRI activity: `docs/rules.md`, the section of this name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.outcomes.reference.observation import by_day
from remission.outcomes.reference.scans import found_on_scans
from remission.outcomes.reference.trail import Finding, Step, Watch

if TYPE_CHECKING:
    from remission.outcomes.definitions.rules.mri import Mri
    from remission.records.people import Row, SubjectRecords


def find_mri(person: SubjectRecords, rule: Mri, watch: Watch) -> Finding:
    scans = [row for row in by_day(person.rows("scans"), watch) if _is_usable(row, rule)]
    trail = []
    if rule.reference_from_day is not None:
        reference = _reference_scan(scans, rule.reference_from_day + watch.shift)
        trail.append(_reference_step(reference))
        up_to = len(scans) if reference is None else scans.index(reference) + 1
        early, late = scans[:up_to], scans[up_to:]
    else:
        early, late = [], scans
    rated = [(row, _count(row, rule), False) for row in early]
    rated += [(row, _count(row, rule), _is_active(row, rule, watch)) for row in late]
    used = [(row, count, active) for row, count, active in rated if active or _is_counted(row, rule)]
    for row, count, active in used:
        trail.append(Step(f"scan-{'active' if active else 'quiet'}", row["day"], row["row_id"], {"lesions": count}))
    return found_on_scans(trail, [(row, active) for row, _, active in used], recurs=rule.events == "all")


def _is_usable(row: Row, rule: Mri) -> bool:
    return (row["region"] or "not recorded") in rule.regions and row["usable"] != "no"


def _reference_scan(scans: list[Row], from_day: int) -> Row | None:
    return next((row for row in scans if row["day"] >= from_day), None)


def _reference_step(row: Row | None) -> Step:
    return Step("no-reference-scan") if row is None else Step("reference-scan", row["day"], row["row_id"])


def _counts(row: Row, rule: Mri) -> list[int]:
    return [row[name] for name in rule.lesions if row[name] is not None]


def _count(row: Row, rule: Mri) -> int:
    counts = _counts(row, rule)
    return sum(counts) if rule.combine == "sum" else max(counts, default=0)


def _is_counted(row: Row, rule: Mri) -> bool:
    """Can the scan show that there was nothing?"""
    counts = _counts(row, rule)
    return bool(counts) and (len(counts) == len(rule.lesions) or rule.not_counted == "as none")


def _is_active(row: Row, rule: Mri, watch: Watch) -> bool:
    counts = row["day"] >= rule.counts_from_day + watch.shift and row["reference"] != "yes"
    return counts and _count(row, rule) >= rule.minimum
