"""Measures of disability and changes of them: `docs/rules.md`, "Progression", 1 and 3.

Values are exact fractions, because a change is counted "from 20 per cent on" and 20 per cent of 5.5 is no float.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from remission.inputs.problems import InputProblems, Problem
from remission.records.people import Row, SubjectRecords

if TYPE_CHECKING:
    from remission.outcomes.definitions.changes import Direction, Threshold
    from remission.outcomes.definitions.rules.progression import Progression
    from remission.outcomes.definitions.units import Measure
    from remission.outcomes.reference.trail import Watch

Value = Fraction | float
UNABLE = float("inf")
"""Worse than any time: only timed tests can be recorded as unable, and of those more is worse."""

_SECONDS = {
    "t25fw": ("t25fw_seconds",),
    "nhpt": ("nhpt_dominant_seconds", "nhpt_other_seconds"),
    "nhpt_dominant": ("nhpt_dominant_seconds",),
    "nhpt_other": ("nhpt_other_seconds",),
}


@dataclass(frozen=True)
class Visit:
    """A usable visit: its place among the usable visits of the person, and its value of the measure."""

    place: int
    day: int
    value: Value
    row: Row


def exact(number: float) -> Fraction:
    """A number as it is written in decimals: 0.1 is a tenth."""
    return Fraction(str(number))


def value_of(row: Row, measure: Measure) -> Value | None:
    if measure == "edss":
        return None if row["edss"] is None else Fraction(round(2 * row["edss"]), 2)
    if measure == "sdmt":
        return None if row["sdmt_correct"] is None else Fraction(row["sdmt_correct"])
    if row["t25fw_unable" if measure == "t25fw" else "nhpt_unable"] == "yes":
        return UNABLE
    seconds = [row[name] for name in _SECONDS[measure]]
    if None in seconds:
        return None
    return sum((Fraction(round(one * 1000), 1000) for one in seconds), Fraction(0)) / len(seconds)


def badness(measure: Measure, value: Value) -> Value:
    """The value turned so that more is worse."""
    return -value if measure == "sdmt" else value


def is_change(rule: Progression, value: Value, base: Value, direction: Direction) -> bool:
    """Does the value differ from the baseline value by enough, in this direction?"""
    if rule.reaches is not None:
        return direction == "worsening" and not differs(rule, value, exact(rule.reaches), "improvement")
    if not differs(rule, value, base, direction):
        return False
    if UNABLE in (value, base):
        return True
    amount = value - base if goes_up(rule, direction) else base - value
    return amount >= threshold(rule, base, direction)


def differs(rule: Progression, value: Value, base: Value, direction: Direction) -> bool:
    """Is the value at all worse, or at all better, than the baseline value?"""
    return value > base if goes_up(rule, direction) else value < base


def threshold(rule: Progression, base: Value, direction: Direction) -> Fraction:
    """The smallest change that counts from this baseline value."""
    row = _row_for(rule.improvement if direction == "improvement" and rule.improvement else rule.thresholds, base)
    if row.change is not None:
        return exact(row.change)
    assert row.percent is not None
    assert isinstance(base, Fraction)
    return base * exact(row.percent) / 100


def _row_for(rows: Sequence[Threshold], base: Value) -> Threshold:
    return next(row for row in reversed(rows) if base >= exact(row.baseline_from))


def smallest_event(rule: Progression, base: Value) -> Value | None:
    """The value from which on a change from this baseline is the event; None from a test that could not be done."""
    if rule.reaches is not None:
        return exact(rule.reaches)
    if base == UNABLE:
        return None
    needed = threshold(rule, base, rule.direction)
    return base + needed if goes_up(rule, rule.direction) else base - needed


def goes_up(rule: Progression, direction: Direction) -> bool:
    """Is a change in this direction a rise of the value? A worsening is, but not of the SDMT."""
    return (direction == "worsening") != (rule.measure == "sdmt")


def usable_visits(person: SubjectRecords, rule: Progression, watch: Watch) -> list[Visit]:
    """The visits with a value, one a day, in order of day."""
    by_day: dict[int, list[tuple[Value, Row]]] = {}
    for row in person.rows("visits"):
        value = value_of(row, rule.measure)
        rater = row["rater"] or "not recorded"
        if value is not None and rater in rule.raters and row["day"] <= watch.last_usable:
            by_day.setdefault(row["day"], []).append((value, row))
    kept = [(day, *_one_of_day(by_day[day], rule)) for day in sorted(by_day)]
    return [Visit(place, day, value, row) for place, (day, value, row) in enumerate(kept)]


def _one_of_day(found: list[tuple[Value, Row]], rule: Progression) -> tuple[Value, Row]:
    if len(found) > 1 and rule.same_day == "error":
        raise InputProblems([_same_day_problem(row) for _, row in found])
    if rule.same_day == "worst":
        return max(found, key=lambda one: badness(rule.measure, one[0]))
    if rule.same_day == "best":
        return min(found, key=lambda one: badness(rule.measure, one[0]))
    return found[-1] if rule.same_day == "last" else found[0]


def _same_day_problem(row: Row) -> Problem:
    return Problem.at_key(
        "visits",
        "day",
        found=f"row_id {row['row_id']} shares its day with another score",
        allowed="one score a day",
        do="Correct the records, or choose a same_day rule in the endpoint.",
    )
