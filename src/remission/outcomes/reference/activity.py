"""Relapses, MRI activity, brain volume and death: `docs/rules.md`, the sections of these names."""

from __future__ import annotations

from remission.outcomes.definitions.records import BrainVolume, Mri, Relapse
from remission.outcomes.reference.trail import Event, Finding, Rows, Step, Watch
from remission.records.people import Row, SubjectRecords


def find_relapse(person: SubjectRecords, rule: Relapse, watch: Watch) -> Finding:
    trail, events, last = [], [], None
    for row in _by_day(person.rows("relapses"), watch):
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


def _by_day(rows: tuple[Row, ...], watch: Watch) -> list[Row]:
    """The rows that are used, in order of day and then of the file."""
    return sorted((row for row in rows if row["day"] <= watch.last_usable), key=lambda row: row["day"])


def _found(trail: list[Step], events: list[Event], recurs: bool) -> Finding:
    finding = Finding(tuple(trail), events=tuple(events) if recurs else None)
    if not events:
        return finding
    first = events[0]
    return Finding(tuple(trail), event=first.day, onset=first.onset, rows=first.rows, events=finding.events)


def _relapse_does_not_qualify(row: Row, rule: Relapse) -> str | None:
    end_day = row["end_day"]
    if rule.confirmed == "confirmed only" and row["confirmed"] != "yes":
        return "relapse-not-confirmed"
    if rule.fever == "without fever" and row["fever"] == "yes":
        return "relapse-with-fever"
    if end_day is None:
        unknown = rule.minimum_days > 0 and rule.duration_unknown == "does not count"
        return "relapse-duration-unknown" if unknown else None
    return "relapse-too-short" if end_day - row["day"] < rule.minimum_days else None


def find_mri(person: SubjectRecords, rule: Mri, watch: Watch) -> Finding:
    scans = [row for row in _by_day(person.rows("scans"), watch) if _is_usable(row, rule)]
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
    return _found_on_scans(trail, [(row, active) for row, _, active in used], recurs=rule.events == "all")


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


def _found_on_scans(trail: list[Step], used: list[tuple[Row, bool]], recurs: bool) -> Finding:
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


def find_brain_volume(person: SubjectRecords, rule: BrainVolume, watch: Watch) -> Finding:
    scans = _by_day(person.rows("scans"), watch)
    used = [row for row in scans if row["usable"] != "no" and row["brain_volume_change_pct"] is not None]
    references = [row["day"] for row in scans if row["reference"] == "yes"]
    trail, rated = [], []
    for row in used:
        since = max((day for day in references if day <= row["day"]), default=watch.origin)
        active = _is_atrophy(row, rule, since, rule.counts_from_day + watch.shift)
        about = {"change": row["brain_volume_change_pct"], "since": since}
        trail.append(Step(f"volume-{'lost' if active else 'kept'}", row["day"], row["row_id"], about))
        rated.append((row, active))
    return _found_on_scans(trail, rated, recurs=False)


def _is_atrophy(row: Row, rule: BrainVolume, since: int, counts_from: int) -> bool:
    days = row["day"] - since
    if days < max(rule.minimum_days, 1) or row["day"] < counts_from or row["reference"] == "yes":
        return False
    # In whole hundred-thousandths of a per cent, and a year in whole hundredths of a day: exact.
    change: float = row["brain_volume_change_pct"]
    lost, allowed = round(change * -100_000), round(rule.loss_percent * 100_000)
    return lost * 36_525 > allowed * 100 * days if rule.per_year else lost > allowed


def find_death(person: SubjectRecords) -> Finding:
    death = person.subject["death_day"]
    step = Step("alive") if death is None else Step("death", death)
    return Finding((step,), event=death, onset=death)
