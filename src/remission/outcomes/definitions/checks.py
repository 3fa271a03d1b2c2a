"""What no single value of a progression can tell: thresholds in order and on a grid, options that fit together."""

from __future__ import annotations

from collections.abc import Iterator

from remission.inputs.problems import Problem
from remission.outcomes.definitions.records import Measure, Progression, RelapseAssociation, Threshold
from remission.outcomes.definitions.units import MEASURES

_PERCENT_STEP = 0.001


def progression_problems(file: str, rule: Progression) -> list[Problem]:
    """Everything that is wrong with a progression whose values are each allowed."""
    found = [
        *_window(rule),
        *_tables(rule),
        *_milestone(rule),
        *_improvement(rule),
        *_relation(rule.relapse_association),
    ]
    return [
        Problem.at_key(file, f"progression.{key}", found=said, allowed=allowed, do=advice)
        for key, said, allowed, advice in found
    ]


_Found = tuple[str, str, str, str]


def _window(rule: Progression) -> Iterator[_Found]:
    window = rule.baseline
    if window.from_day is not None and window.from_day > window.to_day:
        found = f"from {window.from_day} to {window.to_day}"
        yield "baseline.from_day", found, "a day on or before to_day", "Nobody would have a baseline: correct it."


def _tables(rule: Progression) -> Iterator[_Found]:
    if rule.reaches is None or rule.thresholds:
        yield from _rows("thresholds", rule.measure, rule.thresholds)
    if rule.improvement:
        yield from _rows("improvement", rule.measure, rule.improvement)
    for key, value in (("reaches", rule.reaches), ("minimum_value", rule.minimum_value)):
        if value is not None:
            yield from _amount(key, rule.measure, value)


def _amount(key: str, measure: Measure, value: float) -> Iterator[_Found]:
    """What is wrong with a value of a measure: it must be one that can be recorded."""
    unit = MEASURES[measure]
    if not _on_grid(value, 1 / unit.steps):
        yield key, f"{value:g}", f"steps of {1 / unit.steps:g}", "Values of this measure lie on such steps."
    if value > unit.highest:
        yield key, f"{value:g}", f"at most {unit.highest:g}", "Nobody could reach it: correct the value."


def _rows(key: str, measure: Measure, rows: tuple[Threshold, ...]) -> Iterator[_Found]:
    starts = [row.baseline_from for row in rows]
    if starts != sorted(set(starts)) or not starts or starts[0] != 0:
        yield key, f"rows from {starts}", "rows from 0 on, each later than the one before", "Order them."
    for row in rows:
        if (row.change is None) == (row.percent is None):
            yield key, f"the row from {row.baseline_from:g}", "just one of change and percent", "Write one of them."
        for value in (row.baseline_from, row.change):
            if value is not None:
                yield from _amount(key, measure, value)
        if row.change == 0 or row.percent == 0:
            yield key, "0", "more than 0", "A change is a difference."
        if row.percent is not None and not (_on_grid(row.percent, _PERCENT_STEP) and row.percent <= 1000):
            yield key, f"{row.percent:g} %", "up to 1000, in thousandths", "Correct the percentage."


def _on_grid(value: float, step: float) -> bool:
    return abs(value / step - round(value / step)) < 1e-6


def _milestone(rule: Progression) -> Iterator[_Found]:
    if rule.reaches is None:
        return
    baseline = rule.baseline
    plain = {
        "direction": rule.direction == "worsening",
        "baseline.moves": baseline.moves == "fixed",
        "baseline.sub_threshold": baseline.sub_threshold == "none",
        "baseline.moves_after_relapse_days": baseline.moves_after_relapse_days is None,
        "baseline.local_extremes": baseline.local_extremes == "kept",
        "relapse_association": rule.relapse_association is None,
    }
    for key, is_plain in plain.items():
        if not is_plain:
            yield key, "an option of changes beside 'reaches'", "its default", "A value is reached, not changed to."


def _improvement(rule: Progression) -> Iterator[_Found]:
    if rule.direction == "worsening":
        return
    asked = {
        "relapse_association": rule.relapse_association,
        "minimum_value": rule.minimum_value,
        "minimum_pyramidal": rule.minimum_pyramidal,
        "leading_system": None if rule.leading_system == "not asked" else rule.leading_system,
    }
    for key, value in asked.items():
        if value is not None:
            yield key, "asked of an improvement", "nothing", "It is a question to a worsening: take it out."


def _relation(rule: RelapseAssociation | None) -> Iterator[_Found]:
    if rule is None:
        return
    pairs = (
        ("preceding_after_days", rule.preceding_after_days, "onset_before_days", rule.onset_before_days),
        ("onset_after_days", rule.onset_after_days, "confirmation_before_days", rule.confirmation_before_days),
    )
    for one, end, other, start in pairs:
        if (end is None) != (start is None):
            key, said = f"relapse_association.{one}", f"an open end of {one if end is None else other} only"
            yield key, said, f"both {one} and {other} open, or neither", "Windows are joined or apart."
