"""Brain volume: `docs/rules.md`, the section of this name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.outcomes.reference.observation import by_day
from remission.outcomes.reference.scans import found_on_scans
from remission.outcomes.reference.trail import Finding, Step, Watch

if TYPE_CHECKING:
    from remission.outcomes.definitions.rules.brain_volume import BrainVolume
    from remission.records.people import Row, SubjectRecords


def find_brain_volume(person: SubjectRecords, rule: BrainVolume, watch: Watch) -> Finding:
    scans = by_day(person.rows("scans"), watch)
    used = [row for row in scans if row["usable"] != "no" and row["brain_volume_change_pct"] is not None]
    references = [row["day"] for row in scans if row["reference"] == "yes"]
    trail, rated = [], []
    for row in used:
        since = max((day for day in references if day <= row["day"]), default=watch.origin)
        active = _is_atrophy(row, rule, since, rule.counts_from_day + watch.shift)
        about = {"change": row["brain_volume_change_pct"], "since": since}
        trail.append(Step(f"volume-{'lost' if active else 'kept'}", row["day"], row["row_id"], about))
        rated.append((row, active))
    return found_on_scans(trail, rated, recurs=False)


def _is_atrophy(row: Row, rule: BrainVolume, since: int, counts_from: int) -> bool:
    days = row["day"] - since
    if days < max(rule.minimum_days, 1) or row["day"] < counts_from or row["reference"] == "yes":
        return False
    # In whole hundred-thousandths of a per cent, and a year in whole hundredths of a day: exact.
    change: float = row["brain_volume_change_pct"]
    lost, allowed = round(change * -100_000), round(rule.loss_percent * 100_000)
    return lost * 36_525 > allowed * 100 * days if rule.per_year else lost > allowed
