"""What lies on the table before the walk begins: usable visits, relapses, and what both say about a visit.

`docs/rules.md`, "Progression", 2, 4 (baseline, local extremes) and the windows of 5.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from remission.outcomes.definitions.rules.progression import Progression
from remission.outcomes.reference.measures import UNABLE, Value, Visit, differs, is_change, usable_visits
from remission.outcomes.reference.trail import Rows, Step, Watch

if TYPE_CHECKING:
    from remission.outcomes.definitions.changes import Baseline, Confirmation, Direction, Onset, Window
    from remission.records.people import Row, SubjectRecords

NO_END = float("inf")


@dataclass(frozen=True)
class Spell:
    """A relapse: its first day, and the day from which the days after it count (its first or its last)."""

    first: int
    last: int
    row_id: str

    def days_after(self, day: int) -> int | None:
        """How many days the day is after the relapse; None when it is before."""
        return None if day < self.first else max(0, day - self.last)

    def days_before(self, day: int) -> int | None:
        """How many days the day is before the relapse; None when it is after its first day."""
        return None if day > self.first else self.first - day


@dataclass(frozen=True)
class Chart:
    """One person's usable visits and relapses, with the rule by which they are read."""

    rule: Progression
    visits: list[Visit]
    relapses: list[Spell]
    shift: int
    trail: list[Step]

    def note(self, code: str, visit: Visit, **about: object) -> None:
        """Leave a step about one visit on the trail."""
        what = {"measure": self.rule.measure, "value": as_number(visit.value), **about}
        self.trail.append(Step(code, visit.day, visit.row["row_id"], what))

    def changed(self, value: Value, base: Value, direction: Direction) -> bool:
        return is_change(self.rule, value, base, direction)

    def is_blocked(self, visit: Visit, window: Baseline | Onset | Confirmation) -> bool:
        """Is the visit too close to a relapse for this role?"""
        return any(
            _fewer(relapse.days_after(visit.day), window.after_relapse_days)
            or _fewer(relapse.days_before(visit.day), window.before_relapse_days)
            for relapse in self.relapses
        )

    def is_extreme(self, visit: Visit) -> bool:
        """Is the visit a peak or a dip of which a baseline should not be made?"""
        place = visit.place
        if self.rule.baseline.local_extremes == "kept" or not 0 < place < len(self.visits) - 1:
            return False
        if place > 1 and visit.value == self.visits[place - 2].value:
            return False
        beyond = is_change if self.rule.baseline.local_extremes == "skipped beyond threshold" else differs
        neighbours = (self.visits[place - 1], self.visits[place + 1])
        directions: tuple[Direction, ...] = ("worsening", "improvement")
        return any(all(beyond(self.rule, one.value, visit.value, way) for one in neighbours) for way in directions)

    def is_unfit(self, visit: Visit) -> bool:
        """Can the visit not be a baseline?"""
        return self.is_blocked(visit, self.rule.baseline) or self.is_extreme(visit)

    def first_baseline(self) -> Visit | None:
        window, usable = self.rule.baseline, []
        for visit in self.visits:
            if visit.day > window.to_day + self.shift:
                continue
            if window.from_day is not None and visit.day < window.from_day + self.shift:
                continue
            if self.is_blocked(visit, window):
                self.note("baseline-blocked", visit)
            elif self.is_extreme(visit):
                self.note("baseline-extreme", visit)
            else:
                usable.append(visit)
        if not usable:
            self.trail.append(Step("no-baseline"))
            return None
        if window.choose == "last by day 0, else first":
            by_zero = [visit for visit in usable if visit.day <= self.shift]
            return by_zero[-1] if by_zero else usable[0]
        return usable[-1] if window.choose == "last" else usable[0]

    def confirming(self, onset: Visit) -> list[Visit]:
        """The visits that can confirm a change which begins at the onset, in order; the first of them decides."""
        window = self.rule.confirmation
        if window.days is None:
            return [onset]
        return [visit for visit in self.visits[onset.place + 1 :] if self._can_confirm(onset, visit)]

    def _can_confirm(self, onset: Visit, visit: Visit) -> bool:
        window = self.rule.confirmation
        if window.scheduled_only and visit.row["scheduled"] == "no":
            return False
        inside = any(opens <= visit.day <= closes for opens, closes in self._windows(onset.day))
        return inside and not self.is_blocked(visit, window)

    def _windows(self, onset: int) -> list[tuple[int, float]]:
        windows: tuple[Confirmation | Window, ...] = (self.rule.confirmation, *self.rule.confirmation.further)
        return [_around(onset, window) for window in windows]

    def last_close(self, onset: int) -> float:
        """The day after which no visit can confirm a change that began at this onset."""
        return max(closes for _, closes in self._windows(onset))

    def asked(self, onset: Visit, confirming: Visit) -> list[Visit]:
        """The visits at which a change must show, from its onset to the confirming visit."""
        if self.rule.confirmation.visits == "last":
            return [onset, confirming]
        return self.visits[onset.place : confirming.place + 1]


def chart_of(person: SubjectRecords, rule: Progression, watch: Watch) -> Chart:
    visits = usable_visits(person, rule, watch)
    rows = sorted(person.tables.get("relapses", ()), key=lambda row: row["day"])  # file order within a day
    relapses = [_spell(row, rule) for row in rows if row["day"] <= watch.last_usable]
    return Chart(rule, visits, relapses, watch.shift, [])


def rows_of(baseline: Visit, onset: Visit, confirming: Visit | None = None, relapse: Spell | None = None) -> Rows:
    """The names of the rows that decided."""
    return Rows(
        baseline.row["row_id"],
        onset.row["row_id"],
        None if confirming is None or confirming is onset else confirming.row["row_id"],
        None if relapse is None else relapse.row_id,
    )


def _spell(row: Row, rule: Progression) -> Spell:
    to_its_end = rule.relapses_last == "to their end" and row["end_day"] is not None
    return Spell(row["day"], max(row["day"], row["end_day"]) if to_its_end else row["day"], row["row_id"])


def _fewer(days: int | None, than: int) -> bool:
    return days is not None and days < than


def _around(onset: int, window: Confirmation | Window) -> tuple[int, float]:
    assert window.days is not None
    opens = onset + window.days - window.tolerance_before_days
    return opens, NO_END if window.tolerance_after_days is None else onset + window.days + window.tolerance_after_days


def as_number(value: Value | None) -> float | None:
    """A value as narrations tell it: None for a test that could not be done."""
    return None if value is None or value == UNABLE else float(value)
