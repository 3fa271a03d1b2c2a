"""Times of people behind a pattern of numbers at risk: one of the many sets of records that have its curve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from remission.stats.survival.from_points import Rebuilt

if TYPE_CHECKING:
    from remission.stats.consistency.curve_patterns import CurvePattern


def times_of_pattern(pattern: CurvePattern, risk_times: ArrayLike, at_risk: ArrayLike, end: float) -> Rebuilt:
    """Times and events of as many people as are at risk at the start, with exactly these numbers at risk.

    risk_times, at_risk: shape (m,), the printed table from time 0 on; end: until when those without an event are
    followed, not before the last event and the last printed time. An event stands at the last time by which it can have
    come; between two numbers people are lost evenly. Pinned to `survfit` of R, whose `n.risk` at the events are the
    pattern.

    >>> from remission.stats.consistency.curve_patterns import CurvePattern
    >>> found = times_of_pattern(CurvePattern((5, 3), ((0, 1), (2, 3)), 0.0), [0], [5], 6)
    >>> found.exit.tolist(), found.event.tolist()
    ([1.0, 2.0, 3.0, 6.0, 6.0], [True, False, True, False, False])
    """
    grid, numbers = np.asarray(risk_times, dtype=np.float64), np.asarray(at_risk, dtype=np.int64)
    table = dict(zip(grid.tolist(), numbers.tolist(), strict=True))
    happened = list(_event_times(pattern, table))
    # What is known: how many are there just before a time, and just after it. A printed number counts those who have
    # the event at its time, so it comes before them.
    known = [(time, n, n - 1) for time, n in happened] + [(time, n, n) for time, n in table.items()]
    at, left, lost = 0.0, int(numbers[0]), []
    for time, before, after in sorted(known, key=lambda one: (one[0], -one[1], -one[2])):
        gone = left - before
        lost += [at + (time - at) * (each + 0.5) / gone for each in range(gone)]
        at, left = time, after
    exit = np.array([*(time for time, _ in happened), *lost, *[float(end)] * left])
    event = np.arange(exit.size) < len(happened)
    order = np.lexsort((~event, exit))
    there = np.array([int((exit >= one).sum()) for one in grid])
    return Rebuilt(exit[order], event[order], there)


def _event_times(pattern: CurvePattern, table: Mapping[float, int]) -> Iterator[tuple[float, int]]:
    both = zip(pattern.spans, pattern.at_risk, strict=True)
    for (since, by), run in groupby(both, key=lambda one: one[0]):
        numbers = [n for _, n in run]
        left = table.get(by)
        early = numbers if left is None else [n for n in numbers if n > left]
        days = _days(early)
        # Whoever had the event before a printed number is not in it, so its own time is kept free.
        of = len(days) + (left is not None)
        for place, day in enumerate(days, 1):
            yield from ((since + (by - since) * place / of, n) for n in day)
        yield from ((by, n) for n in numbers[len(early) :])


def _days(numbers: Sequence[int]) -> list[list[int]]:
    """Numbers that follow each other by one can be of one day; a gap means that somebody was lost between."""
    if not numbers:
        return []
    days = [[numbers[0]]]
    for before, n in pairwise(numbers):
        if n == before - 1:
            days[-1].append(n)
        else:
            days.append([n])
    return days
