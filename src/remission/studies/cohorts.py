"""The cohorts of a pool as a forest shows them: value, interval and weight, so that no picture computes anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from remission.stats.proportions import estimate_proportion
from remission.studies.estimators import LEVEL
from remission.studies.quantities import quantities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from remission.studies.lines import Line
    from remission.studies.overlap import Entry
    from remission.studies.study import Number


@dataclass(frozen=True)
class Cohort:
    """One cohort of a pool as a forest shows it; value and interval as shares or ratios, exact for counts.

    `group` is the line that it belongs to; empty for the line of everybody.
    """

    entry: Entry
    group: str
    value: float | None
    low: float | None
    high: float | None
    level: float | None
    weight: float | None = None

    @property
    def study(self) -> str:
        """The name of its study."""
        return self.entry.study.name

    @property
    def arm(self) -> str:
        """The name of its arm."""
        return self.entry.number.arm


def make_cohorts(taken: Sequence[Entry], group: str, lines: Sequence[Line]) -> list[Cohort]:
    """Cohorts of one group, with the weights of the first of its pooled numbers that has any."""
    weighted = next((one.pooled.weights for one in lines if one.pooled.weights is not None), None)
    weights = [None] * len(taken) if weighted is None else [float(one) for one in weighted]
    return [_cohort(one, group, weight) for one, weight in zip(taken, weights, strict=True)]


def _cohort(entry: Entry, group: str, weight: float | None) -> Cohort:
    number = entry.number
    # Near 0, where deaths are, only an exact interval holds its level.
    if number.events is not None and entry.people and number.how == "count":
        row = estimate_proportion(number.events, entry.people, LEVEL, "clopper-pearson").rows()[0]
        value, low, high = (row[name] for name in ("value", "low", "high"))
        return Cohort(entry, group, value, low, high, LEVEL, weight)  # type: ignore[arg-type]
    scale = 100 if _is_percentage(number) else 1
    ends = (number.low, number.high) if number.interval == "confidence" else (None, None)
    value, low, high = (None if one is None else one / scale for one in (number.value, *ends))
    return Cohort(entry, group, value, low, high, number.level, weight)


def _is_percentage(number: Number) -> bool:
    """Is a number printed as a percentage?"""
    return quantities()[number.what].is_percentage
