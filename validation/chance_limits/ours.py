"""Limits of chance: the shares between which studies of a size lie if nothing but chance makes them differ."""

from __future__ import annotations

from pins import ROUNDING, Answer, Inputs
from remission.stats.chance_limits import chance_limits

TOLERANCE = ROUNDING


def ours(_inputs: Inputs, share: str, people: str, level: str) -> Answer:
    """Our answer, as to `0.006|364|0.95`."""
    ((_, low, high),) = chance_limits(float(share), [int(people)], float(level))
    return [low, high]
