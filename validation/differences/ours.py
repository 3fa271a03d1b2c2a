"""The difference of two proportions from their Wilson limits: Newcombe's method 10."""

from __future__ import annotations

from pins import ROUNDING, Answer, Inputs, numbers
from remission.stats.differences import Limits, estimate_difference
from remission.stats.proportions import estimate_proportion

TOLERANCE = ROUNDING


def ours(_inputs: Inputs, events: str, people: str, other_events: str, other_people: str, level: str) -> Answer:
    """Our answer, as to `56|70|48|80|0.95`."""
    pair = [(events, people), (other_events, other_people)]
    first, second = (wilson(int(x), int(n), float(level)) for x, n in pair)
    return numbers(estimate_difference(first, second, float(level)), "low", "high")


def wilson(events: int, people: int, level: float) -> Limits:
    """A proportion with Wilson's limits."""
    row = estimate_proportion(events, people, level).rows()[0]
    value, low, high = (float(str(row[name])) for name in ("value", "low", "high"))
    return Limits(value, low, high)
