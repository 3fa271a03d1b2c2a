"""Which numbers at risk at the events give a printed Kaplan-Meier estimate with its interval: every one is tried.

An estimate at a time and Greenwood's variance depend on the numbers at risk just before each event and on nothing
else; two events on one day are two events, one at risk fewer. So a small study has a list of all that can have
happened, and printed digits can be looked up in it. Branches that cannot arrive are cut by bounds that hold for
certain; what was not looked at is counted and told.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from remission.stats.consistency.printed import TOUCHING, Printed, Rounding, Span
from remission.stats.consistency.shape import fitting_shapes
from remission.stats.intervals import INTERVALS, Interval, confidence_limits
from remission.stats.survival.time_at_risk import Floats

PERCENT = 0.01
# Branches followed at one time, and in all before a search ends unfinished: some seconds and 100 MB.
BLOCK = 100_000
BUDGET = 4_000_000
# More patterns than these identify nothing: the search stops.
MOST_KEPT = 500


@dataclass(frozen=True)
class Pattern:
    """Numbers at risk at each event, by which interval and ways of rounding they give what was printed."""

    at_risk: tuple[int, ...]
    interval: Interval
    roundings: tuple[Rounding, ...]

    @property
    def estimate(self) -> Fraction:
        """The estimate, exactly."""
        return math.prod((Fraction(n - 1, n) for n in self.at_risk), start=Fraction(1))

    @property
    def log_variance(self) -> Fraction:
        """Greenwood's variance of its logarithm."""
        return sum((Fraction(1, n * (n - 1)) for n in self.at_risk), start=Fraction(0))


@dataclass(frozen=True)
class Search:
    """What was found, and how much of all there is was searched.

    `events` is the largest number of events of which every pattern was tried; `searched` of `of` patterns.
    """

    patterns: tuple[Pattern, ...]
    people: int
    events: int
    searched: int
    of: int

    @property
    def is_whole(self) -> bool:
        """Was every pattern tried?"""
        return self.searched == self.of


def search_patterns(
    value: Printed,
    low: Printed,
    high: Printed,
    people: int,
    level: float,
    *,
    at_risk: int = 0,
    events: int | None = None,
    most_events: int | None = None,
    kinds: Sequence[Interval] = INTERVALS,
    budget: int = BUDGET,
    most_kept: int = MOST_KEPT,
) -> Search:
    """Every pattern of numbers at risk of so many people that is printed as these percentages, by any kind of interval.

    value, low, high: percentages as printed; people: at the start; at_risk: as printed for that time, so that no fewer
    were left after the last event; events: as printed, if they were. Numbers of events are tried upwards until
    `budget` branches were followed or `most_events` is reached, and no further where more than
    `most_kept` patterns fit.
    Estimates of 0 or 100 have no pattern with an interval. All three numbers are rounded one way. Pinned to `survfit`
    of R over every pattern of 12 people.

    >>> found = search_patterns(Printed.of("90.9"), Printed.of("73.7"), Printed.of("97.1"), 24, 0.90)
    >>> [(one.at_risk, one.interval) for one in found.patterns], found.is_whole
    ([((22, 21), 'log-log')], True)
    """
    lowest = max(2, at_risk + 1)
    numbers = max(people - lowest + 1, 0)
    asked = range(1, numbers + 1) if events is None else range(events, events + 1)
    wanted = _Wanted.of(value, low, high, level, kinds)
    of = sum(math.comb(numbers, k) for k in asked)
    found: list[Pattern] = []
    searched, done, left = 0, 0, budget
    for k in asked:
        if most_events is not None and k > most_events:
            break
        for rows, spent in () if wanted is None else _walk(wanted, people, lowest, k):
            left -= spent
            found += islice(_printed_so(rows, (value, low, high), level, kinds), most_kept + 1)
            if left < 0 or len(found) > most_kept:
                return Search(tuple(found[:most_kept]), people, done, searched, of)
        searched, done = searched + math.comb(numbers, k), k
    return Search(tuple(found), people, done, searched, of)


def printed_by(at_risk: Sequence[int], printed: tuple[Printed, Printed, Printed], level: float) -> set[Interval]:
    """The kinds of interval by which one pattern of numbers at risk gives an estimate and its limits as printed.

    printed: estimate, lower and upper limit in per cent. Without an event there is no interval, and the set is empty.
    Pinned to `survfit_confint` of R.

    >>> printed_by((22, 21), (Printed.of("90.9"), Printed.of("73.7"), Printed.of("97.1")), 0.90)
    {'log-log'}
    """
    rows = np.array([at_risk], dtype=np.int16)
    return {one.interval for one in _printed_so(rows, printed, level, INTERVALS)} if len(at_risk) else set()


@dataclass(frozen=True)
class _Wanted:
    """Where the logarithm of the estimate and its variance must arrive."""

    fall: Span
    variance: Span

    @classmethod
    def of(cls, value: Printed, low: Printed, high: Printed, level: float, kinds: Sequence[Interval]) -> _Wanted | None:
        spans = [one.span().times(PERCENT) for one in (value, low, high)]
        shapes = fitting_shapes(spans[0], spans[1], spans[2], level, kinds)
        if not shapes:
            return None
        p = spans[0].within(TOUCHING, 1 - TOUCHING)
        # Of n people without losses the variance is (1 / p - 1) / n: see `fitting_shapes`.
        least = min((1 / p.high - 1) / one.people.high for one in shapes)
        most = max((1 / p.low - 1) / max(one.people.low, 1e-12) for one in shapes)
        return cls(Span(-math.log(p.high) - TOUCHING, -math.log(p.low) + TOUCHING), Span(least, most))


@dataclass(frozen=True)
class _Block:
    """Patterns begun: numbers at risk so far, shape (rows, events so far), with the fall and variance they make."""

    rows: NDArray[np.int16]
    fall: Floats
    variance: Floats

    def take(self, kept: NDArray[np.bool_] | NDArray[np.int64]) -> _Block:
        return _Block(self.rows[kept], self.fall[kept], self.variance[kept])

    def parts(self) -> Iterator[_Block]:
        for start in range(0, self.fall.size, BLOCK):
            yield self.take(np.arange(start, min(start + BLOCK, self.fall.size)))


def _walk(wanted: _Wanted, people: int, lowest: int, events: int) -> Iterator[tuple[NDArray[np.int16], int]]:
    """Patterns of so many events that arrive, block by block, each with how many branches were followed for it."""
    begun = [_Block(np.empty((1, 0), dtype=np.int16), np.zeros(1), np.zeros(1))]
    while begun:
        block = begun.pop()
        remaining = events - block.rows.shape[1]
        block = _continued(block, wanted, people, lowest, remaining)
        if remaining == 1:
            kept = (block.variance >= wanted.variance.low) & (block.variance <= wanted.variance.high)
            yield block.rows[kept], block.fall.size
        else:
            yield block.rows[:0], block.fall.size
            begun += _can_arrive(block, wanted, lowest, remaining - 1).parts()


def _continued(block: _Block, wanted: _Wanted, people: int, lowest: int, remaining: int) -> _Block:
    """Every pattern that goes on with one event more."""
    last = block.rows[:, -1].astype(np.int64) if block.rows.shape[1] else np.full(block.fall.size, people + 1)
    # Of those that remain the next falls least: no more than an equal share of what is still to fall.
    share = np.maximum(wanted.fall.high - block.fall, TOUCHING) / remaining
    first = np.maximum(np.ceil(1 / -np.expm1(-share) - TOUCHING).astype(np.int64), lowest + remaining - 1)
    end = last - 1
    if remaining == 1:
        rest = np.maximum(wanted.fall.low - block.fall, TOUCHING)
        end = np.minimum(end, np.floor(np.minimum(1 / -np.expm1(-rest), 1e9) + TOUCHING).astype(np.int64))
    count = np.maximum(end - first + 1, 0)
    parent = np.repeat(np.arange(count.size), count)
    at_risk = np.arange(parent.size) - np.repeat(np.cumsum(count) - count, count) + first[parent]
    step = -np.log1p(-1 / at_risk)
    rows = np.column_stack([block.rows[parent], at_risk.astype(np.int16)])
    return _Block(rows, block.fall[parent] + step, block.variance[parent] + 1 / (at_risk * (at_risk - 1.0)))


def _can_arrive(block: _Block, wanted: _Wanted, lowest: int, remaining: int) -> _Block:
    """Those for which so many events more can still make the fall and the variance; what is cut off never could."""
    last = block.rows[:, -1].astype(np.float64)
    low, high = wanted.fall.low - block.fall, wanted.fall.high - block.fall
    least, most = wanted.variance.low - block.variance, wanted.variance.high - block.variance
    enough = (last - 1 - remaining > 0) & (most > 0)
    block, last = block.take(enough), last[enough]
    low, high, least, most = (one[enough] for one in (low, high, least, most))
    # The largest numbers left make the least fall, the smallest make the most.
    possible = (np.log((last - 1) / (last - 1 - remaining)) <= high) & (
        math.log((lowest + remaining - 1) / (lowest - 1)) >= low
    )
    # A variance is convex in the fall: least where all fall alike, most where all but one fall as little as they can.
    possible &= remaining * _variance(np.maximum(low, 0) / remaining) <= most * (1 + TOUCHING)
    little = -np.log1p(-1 / (last - 1))
    steepest = np.minimum(high - (remaining - 1) * little, 700)
    possible &= (remaining - 1) * _variance(little) + _variance(np.maximum(steepest, 0)) >= least * (1 - TOUCHING)
    return block.take(possible)


def _variance(fall: Floats) -> Floats:
    """What an event adds to the variance where it makes the curve fall so far on the scale of logarithms."""
    return np.asarray(2 * np.cosh(fall) - 2)


def _printed_so(
    rows: NDArray[np.int16], printed: tuple[Printed, Printed, Printed], level: float, kinds: Sequence[Interval]
) -> Iterator[Pattern]:
    if not len(rows):
        return
    at_risk = rows.astype(np.float64)
    survival = np.prod(1 - 1 / at_risk, axis=1)
    variance = np.sum(1 / (at_risk * (at_risk - 1)), axis=1)
    wide = [one.span().times(PERCENT) for one in printed[1:]]
    for kind in kinds:
        ends = confidence_limits(survival, variance, level, kind)
        near = [(end >= span.low - TOUCHING) & (end <= span.high + TOUCHING)
                for end, span in zip(ends, wide, strict=True)]  # fmt: skip
        for place in np.flatnonzero(near[0] & near[1]):
            one = Pattern(tuple(map(int, rows[place])), kind, ())
            if ways := _ways(one, [float(end[place]) for end in ends], printed):
                yield Pattern(one.at_risk, kind, ways)


def _ways(pattern: Pattern, limits: Sequence[float], printed: Sequence[Printed]) -> tuple[Rounding, ...]:
    """The ways of rounding by which all three numbers are printed so."""
    value, low, high = printed
    ways = [set(value.fits(100 * pattern.estimate))]
    ways += [set(one.fits(100 * end)) for one, end in zip((low, high), limits, strict=True)]
    return tuple(way for way in value.fits(100 * pattern.estimate) if all(way in one for one in ways))
