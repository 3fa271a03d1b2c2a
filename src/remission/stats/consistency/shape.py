"""Where an estimate lies in its interval tells by which kind of interval it was made, for any number of people.

Each of the five kinds puts the estimate in the middle on a scale of its own. How wide the interval is there tells of
how many people it could be: those who were followed to then, had nobody been lost.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from remission.stats.consistency.printed import TOUCHING, Span
from remission.stats.intervals import INTERVALS, Interval, normal_quantile
from remission.stats.survival.time_at_risk import Floats

Scale = Literal["plain", "log"]
# Points at which the width is asked for between the least and the most that the estimate can be.
POINTS = 101
# What is left between those points, as a share.
BETWEEN = 1e-3


@dataclass(frozen=True)
class Shape:
    """A kind of interval that can have these limits, and of how many people without losses it would be so wide."""

    interval: Interval
    estimate: Span
    people: Span


def fitting_shapes(
    value: Span, low: Span, high: Span, level: float, kinds: Sequence[Interval] = INTERVALS
) -> tuple[Shape, ...]:
    """The kinds of interval in whose middle the estimate can lie, given what rounding leaves open.

    value, low, high: spans of a share between 0 and 1 and of its limits. An estimate of 0 or 1 has no middle, and fits
    none. `people` of a shape is from (1 - p) / (p g), g being the variance of log p that the width asks for: without
    losses that is the number at the start, and Greenwood's variance with losses is never less, so the number at the
    start must be as large or larger. Greenwood 1926; Kalbfleisch & Prentice 2002, doi:10.1002/9781118032985. Pinned to
    `survfit(conf.type = )` of R.

    >>> by = fitting_shapes(Span(0.645, 0.655), Span(0.565, 0.575), Span(0.745, 0.755), 0.95)
    >>> [shape.interval for shape in by]
    ['log']
    """
    if value.high <= 0 or value.low >= 1:
        return ()
    value = value.within(1e-12, 1 - 1e-12)
    return tuple(found for kind in kinds for found in _shape(kind, value, low, high, normal_quantile(level)))


def middle(low: Span, high: Span, scale: Scale) -> Span:
    """What lies in the middle between two limits, on the plain scale or on that of logarithms (for ratios).

    Pinned to `exp(mean(log(confint())))` of R.

    >>> [round(end, 3) for end in middle(Span(0.375, 0.385), Span(0.865, 0.875), "log")]
    [0.57, 0.58]
    """
    if scale == "plain":
        return Span((low.low + high.low) / 2, (low.high + high.high) / 2)
    return Span(math.sqrt(max(low.low, 0) * high.low), math.sqrt(max(low.high, 0) * high.high))


def _shape(kind: Interval, value: Span, low: Span, high: Span, z: float) -> Iterator[Shape]:
    scale = _SCALES[kind]
    ends = low.within(0, 1), high.within(0, 1)
    # A limit that was cut at 0 or 1 may have been anything beyond.
    cut = scale.cut_below and ends[0].low <= 0, scale.cut_above and ends[1].high >= 1
    below = Span(-math.inf if cut[0] else scale.at(ends[0].low), scale.at(ends[0].high))
    above = Span(scale.at(ends[1].low), math.inf if cut[1] else scale.at(ends[1].high))
    # Twice the middle is the sum of the limits.
    estimate = Span(
        max(value.low, _between(scale, below.low, above.low, 0.0)),
        min(value.high, _between(scale, below.high, above.high, 1.0)),
    )
    # Where they only touch, a half would have to be rounded up in one number and down in another.
    if estimate.high - estimate.low < TOUCHING:
        return
    p = np.linspace(estimate.low, estimate.high, POINTS)
    at = np.array([scale.at(float(one)) for one in p])
    widest = np.minimum(at - below.low, above.high - at)
    narrowest = np.maximum(np.maximum(at - below.high, above.low - at), 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        most, least = (_people(p, reach / z / scale.slope(p)) for reach in (narrowest, widest))
    possible = widest >= narrowest - 1e-12
    if possible.any():
        people = Span(float(least[possible].min()) * (1 - BETWEEN), float(most[possible].max()) * (1 + BETWEEN))
        yield Shape(kind, estimate, people)


def _between(scale: _Of, below: float, above: float, anywhere: float) -> float:
    """The share in the middle; `anywhere` where both limits were cut and may have been anything."""
    half = (below + above) / 2
    return anywhere if math.isnan(half) else scale.back(half)


def _people(p: Floats, error: Floats) -> Floats:
    return np.asarray((1 - p) / p / error**2)


@dataclass(frozen=True)
class _Of:
    """A scale: a share on it, the way back, how much longer an error of log p is there, and which limits are cut."""

    at: Callable[[float], float]
    back: Callable[[float], float]
    slope: Callable[[Floats], Floats]
    cut_below: bool = False
    cut_above: bool = False


def _endless(at: Callable[[float], float], *, above: bool = True) -> Callable[[float], float]:
    """A scale that goes on for ever below a share of 0 and, as most do, above one of 1."""
    return lambda p: -math.inf if p <= 0 else math.inf if above and p >= 1 else at(p)


def _held(back: Callable[[float], float]) -> Callable[[float], float]:
    """The way back from a scale, whose two ends may lie infinitely far."""
    return lambda y: 0.0 if y == -math.inf else 1.0 if y == math.inf else min(max(back(y), 0.0), 1.0)


_SCALES: dict[Interval, _Of] = {
    "plain": _Of(lambda p: p, _held(lambda y: y), lambda p: p, cut_below=True, cut_above=True),
    "log": _Of(
        _endless(math.log, above=False),
        _held(lambda y: math.exp(min(y, 0))),
        lambda p: np.ones_like(p),
        cut_above=True,
    ),
    "log-log": _Of(
        _endless(lambda p: -math.log(-math.log(p))),
        _held(lambda y: math.exp(-math.exp(min(-y, 700)))),
        lambda p: 1 / np.abs(np.log(p)),
    ),
    "logit": _Of(
        _endless(lambda p: math.log(p / (1 - p))),
        _held(lambda y: 1 / (1 + math.exp(min(-y, 700)))),
        lambda p: 1 / (1 - p),
    ),
    "arcsin": _Of(
        lambda p: math.asin(math.sqrt(p)),
        _held(lambda y: math.sin(min(max(y, 0), math.pi / 2)) ** 2),
        lambda p: np.sqrt(p / (1 - p)) / 2,
        cut_below=True,
        cut_above=True,
    ),
}
