"""Which numbers at risk at the events give a printed curve: every one that fits all readings is found.

A curve falls at an event by one n-th of where it is, n being the number at risk. In a small study these steps are high
beside the error of reading, so each of them tells its n, and the gaps between them tell who was lost. From reading to
reading every pattern goes on with no event, with one, with two; what is farther from a reading than reading can be off
is cut, and so is what contradicts a printed number at risk.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remission.stats.consistency.patterns import printed_by
from remission.stats.consistency.printed import TOUCHING, Printed
from remission.stats.intervals import INTERVALS, Interval, normal_quantile
from remission.stats.survival.time_at_risk import Floats

# A pattern is cut where any of its readings would be off as far as one of all is in one curve of a hundred.
CURVES_LOST = 0.01
# A reading is written with four digits at most: half a unit of the last.
FINEST = 0.00005
# Patterns followed from reading to reading before a search ends unfinished: some seconds.
BRANCHES = 3_000_000
# The nearest of those that fit are kept; all are counted.
MOST_FITTING = 1000


@dataclass(frozen=True)
class PrintedShare:
    """An estimate with its limits as printed for one time of the curve, in per cent."""

    time: float
    value: Printed
    low: Printed
    high: Printed
    level: float


@dataclass(frozen=True)
class CurvePattern:
    """Numbers at risk at each event, between which times each happened, and how far the readings are from them.

    `spans`: after the first time and by the second; `misfit`: squared distances in squared errors of reading, summed.
    """

    at_risk: tuple[int, ...]
    spans: tuple[tuple[float, float], ...]
    misfit: float


@dataclass(frozen=True)
class CurveSearch:
    """The nearest patterns that fit, how many fit in all, and how many of all there are were searched.

    `stopped` is the time up to which the curve was followed where a search ended unfinished: then no pattern was
    searched to its end, and none is given.
    """

    patterns: tuple[CurvePattern, ...]
    fitting: int
    people: int
    searched: int
    of: int
    stopped: float | None = None

    @property
    def is_whole(self) -> bool:
        """Was every pattern tried?"""
        return self.stopped is None


def search_curve(
    times: ArrayLike,
    survival: ArrayLike,
    risk_times: ArrayLike,
    at_risk: ArrayLike,
    error: float,
    *,
    events: int | None = None,
    printed: Sequence[PrintedShare] = (),
    branches: int = BRANCHES,
) -> CurveSearch:
    """Every pattern of numbers at risk whose Kaplan-Meier curve is within the error of reading of all points.

    times, survival: shape (k,), points of one curve, times rising, shares from 0 to 1; risk_times, at_risk: shape (m,),
    the printed table from time 0 on, people still there just before that time; error: standard deviation of a reading,
    as a share, readings being off independently; events: all there were, if printed; printed: estimates with limits
    that must come out, all by one kind of interval. No event is taken to come after the last point. A pattern fits
    where no reading, and no mean of the readings of one level, is farther off than chance has it in one curve of a
    hundred. Patterns are sorted by their misfit. Pinned to R over every pattern of 9 people.

    >>> found = search_curve([1, 2, 3, 4], [1, 0.9, 0.9, 0.787], [0, 4], [10, 6], 0.003)
    >>> [one.at_risk for one in found.patterns], found.fitting, found.of
    ([(10, 8)], 1, 1024)
    """
    t, s = np.asarray(times, dtype=np.float64), np.asarray(survival, dtype=np.float64)
    grid, numbers = np.asarray(risk_times, dtype=np.float64), np.asarray(at_risk, dtype=np.int64)
    people = int(numbers[0])
    of = sum(math.comb(people, k) for k in (range(people + 1) if events is None else [events]))
    reading = _Reading.of(error, t.size)
    states, followed = _States.at_start(people), 0
    for stretch in _stretches(t, s, grid, numbers, [one.time for one in printed], reading.farthest):
        states = _through(states, stretch, reading, events)
        followed += states.survival.size
        if followed > branches:
            return CurveSearch((), 0, people, 0, of, stretch.by)
    kept = states.take(_level_fits(states, reading))
    if events is not None:
        kept = kept.take(kept.count == events)
    kept = _as_printed(kept, printed)
    order = np.lexsort((*kept.rows.T[::-1], kept.misfit))[:MOST_FITTING]
    return CurveSearch(tuple(kept.pattern(place) for place in order), kept.survival.size, people, of, of)


class _Stretch(NamedTuple):
    """From one time that something is known of to the next: what a number at risk and the curve may be in it."""

    since: float
    by: float
    reading: float
    floor: float
    ceiling: float
    most: int
    least: int
    # People there just before its end, where that is printed; -1 elsewhere.
    left: int


class _Reading(NamedTuple):
    """How far readings can be off: one standard deviation, how many of them, and the product."""

    error: float
    reach: float
    farthest: float

    @classmethod
    def of(cls, error: float, many: int) -> _Reading:
        reach = normal_quantile(1 - CURVES_LOST / many)
        error = max(error, FINEST / reach)
        return cls(error, reach, reach * error)


def _stretches(
    t: Floats, s: Floats, grid: Floats, numbers: NDArray[np.int64], others: Sequence[float], farthest: float
) -> Iterator[_Stretch]:
    last = float(t[-1])
    known = [one for one in (*grid.tolist(), *others) if 0 < one < last]
    edges = sorted({*(float(one) for one in t if one > 0), *known})
    read, table = (
        dict(zip(t.tolist(), s.tolist(), strict=True)),
        dict(zip(grid.tolist(), numbers.tolist(), strict=True)),
    )
    since = 0.0
    for by in edges:
        # Between readings the curve may be anywhere above the next one.
        coming = float(s[np.searchsorted(t, by, side="left")])
        later = numbers[grid > by]
        yield _Stretch(
            since, by, read.get(by, math.nan), coming - farthest, read[by] + farthest if by in read else math.inf,
            most=int(numbers[grid <= since].min()), least=int(later[0]) + 1 if later.size else 1,
            left=int(table.get(by, -1)),
        )  # fmt: skip
        since = by


@dataclass(frozen=True)
class _States:
    """Patterns begun: shape (patterns, events) with zeros after the last event, and where each curve is.

    `sum_off` and `level_of` are of the readings since the last event: their distances summed, and how many they are.
    """

    rows: NDArray[np.int16]
    starts: Floats
    ends: Floats
    count: NDArray[np.int64]
    last: NDArray[np.int64]
    survival: Floats
    misfit: Floats
    sum_off: Floats
    level_of: Floats

    @classmethod
    def at_start(cls, people: int) -> _States:
        none, zero = np.zeros((1, 0)), np.zeros(1)
        whole = np.zeros(1, dtype=np.int64)
        return cls(none.astype(np.int16), none, none, whole, whole + people + 1, zero + 1, zero, zero, zero)

    def take(self, kept: NDArray[np.bool_] | NDArray[np.int64]) -> _States:
        return _States(*(getattr(self, name)[kept] for name in self.__dataclass_fields__))

    def pattern(self, place: int) -> CurvePattern:
        many = int(self.count[place])
        spans = zip(self.starts[place, :many].tolist(), self.ends[place, :many].tolist(), strict=True)
        return CurvePattern(tuple(self.rows[place, :many].tolist()), tuple(spans), float(self.misfit[place]))


def _through(states: _States, stretch: _Stretch, reading: _Reading, events: int | None) -> _States:
    """All that can become of patterns in one stretch: no event more, one, two and so on, and then its reading."""
    reached = [states]
    while reached[-1].survival.size:
        begun = reached[-1] if events is None else reached[-1].take(reached[-1].count < events)
        reached.append(_with_event(begun, stretch, reading))
    together = _joined([one.take((one.survival <= stretch.ceiling) & (one.survival >= stretch.floor))
                        for one in reached])  # fmt: skip
    if not math.isnan(stretch.reading):
        off = together.survival - stretch.reading
        misfit = together.misfit + (off / reading.error) ** 2
        together = replace(
            together, misfit=misfit, sum_off=together.sum_off + off, level_of=together.level_of + 1
        )  # fmt: skip
    # Without an event every pattern is still alone.
    return together if len(reached) == 2 else _nearest_of_each(together)


def _with_event(states: _States, stretch: _Stretch, reading: _Reading) -> _States:
    """Every pattern that goes on with one event more whose curve stays above the floor."""
    states = states.take(_level_fits(states, reading))
    room = np.maximum(1 - stretch.floor / np.maximum(states.survival, TOUCHING), TOUCHING)
    first = np.maximum(np.ceil(1 / room - TOUCHING), stretch.least).astype(np.int64)
    first = np.where(states.survival > max(stretch.floor, 0), first, np.iinfo(np.int16).max)
    end = np.minimum(states.last - 1, stretch.most)
    many = np.maximum(end - first + 1, 0)
    parent = np.repeat(np.arange(many.size), many)
    at_risk = np.arange(parent.size) - np.repeat(np.cumsum(many) - many, many) + first[parent]
    if stretch.left >= 0:
        # At the time of a printed number all of them are at risk: the first event then has that number, each next one
        # fewer. Events before it have more.
        last = states.last[parent]
        there = (at_risk > stretch.left) | (at_risk == stretch.left)
        there |= (last <= stretch.left) & (at_risk == last - 1)
        parent, at_risk = parent[there], at_risk[there]
    old = states.take(parent)
    zero = np.zeros(parent.size)
    return _States(
        _set(old.rows, old.count, at_risk), _set(old.starts, old.count, stretch.since),
        _set(old.ends, old.count, stretch.by), old.count + 1, at_risk, old.survival * (1 - 1 / at_risk),
        old.misfit, zero, zero,
    )  # fmt: skip


def _set(table: NDArray[Any], count: NDArray[np.int64], value: NDArray[np.int64] | float) -> NDArray[Any]:
    wide = np.pad(table, ((0, 0), (0, max(int(count.max(initial=-1)) + 1 - table.shape[1], 0))))
    wide[np.arange(count.size), count] = value
    return wide


def _joined(parts: Sequence[_States]) -> _States:
    width = max(one.rows.shape[1] for one in parts)
    wide = {"rows", "starts", "ends"}
    return _States(*(
        np.concatenate([np.pad(getattr(one, name), ((0, 0), (0, width - one.rows.shape[1]))) if name in wide
                        else getattr(one, name) for one in parts])
        for name in _States.__dataclass_fields__
    ))  # fmt: skip


def _nearest_of_each(states: _States) -> _States:
    """Of patterns with the same numbers, whose events were put between other readings, the one that is nearest."""
    if not states.survival.size or not states.rows.shape[1]:
        return states
    order = np.lexsort((states.misfit, *states.rows.T))
    rows = states.rows[order]
    return states.take(order[np.append(True, (rows[1:] != rows[:-1]).any(axis=1))])


def _level_fits(states: _States, reading: _Reading) -> NDArray[np.bool_]:
    """Is the mean of the readings since the last event as near as that of so many can be?

    A curve at 1 or 0 has no other value to be confused with, and readings beyond are never written.
    """
    near = np.abs(states.sum_off) <= reading.farthest * np.sqrt(states.level_of) + TOUCHING
    return np.asarray(near | (states.survival >= 1) | (states.survival <= 0))


def _as_printed(states: _States, printed: Sequence[PrintedShare]) -> _States:
    """Those that give all printed estimates with their limits by some one kind of interval."""
    if not printed:
        return states
    kept = []
    for place in range(states.survival.size):
        ways: set[Interval] = set(INTERVALS)
        for one in printed:
            both = zip(states.rows[place], states.ends[place], strict=True)
            by = tuple(int(n) for n, end in both if n and end <= one.time)
            ways &= printed_by(by, (one.value, one.low, one.high), one.level)
        kept.append(bool(ways))
    return states.take(np.array(kept, dtype=bool))
