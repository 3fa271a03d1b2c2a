"""Individual times behind a printed curve: points read off it and the numbers at risk printed below.

Written from Guyot and others 2012, doi:10.1186/1471-2288-12-9. Between two printed numbers at risk nobody knows when
people were lost: they are spread evenly, as many as make the later number. What comes out are not the study's data.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remission.stats.survival.time_at_risk import Floats

Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Rebuilt:
    """Times with their events, one a person; `at_risk` is what the rebuilt people are at the printed times."""

    exit: Floats
    event: NDArray[np.bool_]
    at_risk: Counts


def rebuild_times(
    times: ArrayLike, survival: ArrayLike, risk_times: ArrayLike, at_risk: ArrayLike, events: int | None = None
) -> Rebuilt:
    """Times and events of as many people as are at risk at the start, whose curve goes through these points.

    times, survival: shape (k,), points of one curve, times rising, shares from 0 to 1; readings that rise are levelled.
    risk_times, at_risk: shape (m,), the printed table from time 0 on, numbers never rising. events: all there were, if
    printed: then losses after the last printed number make them come out, else losses go on as before. The curve is
    taken to fall at the points alone. ValueError for arrays that are not so. Guyot 2012, doi:10.1186/1471-2288-12-9.
    Held to Cox's hazard ratio by `coxph` of R from the true data.

    >>> found = rebuild_times([1, 2, 3], [0.9, 0.8, 0.8], [0, 2.5], [10, 8])
    >>> found.exit.tolist(), int(found.event.sum())
    ([1.0, 2.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0], 2)
    """
    t, s = np.asarray(times, dtype=np.float64), np.asarray(survival, dtype=np.float64)
    grid, numbers = np.asarray(risk_times, dtype=np.float64), np.asarray(at_risk, dtype=np.int64)
    _check(t, s, grid, numbers)
    walk = _Walk(t, levelled(s))
    for start, end, first, later in zip(grid[:-1], grid[1:], numbers[:-1], numbers[1:], strict=True):
        walk.between(float(start), float(end), int(first), int(later))
    walk.to_the_end(float(grid[-1]), int(numbers[-1]), events)
    return walk.rebuilt(grid)


def levelled(survival: Floats) -> Floats:
    """The nearest curve that never rises (least squares), kept between 0 and 1. Pinned to `isoreg` of R.

    >>> levelled(np.array([0.9, 0.7, 0.8])).tolist()
    [0.9, 0.75, 0.75]
    """
    blocks: list[list[float]] = []
    for value in survival:
        blocks.append([float(value), 1.0])
        while len(blocks) > 1 and blocks[-2][0] < blocks[-1][0]:
            (one, many), (before, more) = blocks.pop(), blocks.pop()
            blocks.append([(one * many + before * more) / (many + more), many + more])
    level = np.repeat([one for one, _ in blocks], [int(many) for _, many in blocks])
    return np.asarray(np.clip(level, 0, 1))


def _check(t: Floats, s: Floats, grid: Floats, numbers: Counts) -> None:
    if t.shape != s.shape or t.ndim != 1 or not t.size or grid.shape != numbers.shape or not grid.size:
        raise ValueError("points and risk table must be two columns of one length each, with a row at least")
    if (np.diff(t) <= 0).any() or t[0] < 0 or not ((s >= 0) & (s <= 1)).all():
        raise ValueError("times of points must rise from 0 on, and shares lie between 0 and 1")
    if (np.diff(grid) <= 0).any() or grid[0] != 0 or (np.diff(numbers) > 0).any() or numbers.min() < 0:
        raise ValueError("the risk table must begin at time 0, its times rise and its numbers not")


class _Walk:
    """Goes along the curve from one printed number at risk to the next; keeps who had the event and who was lost."""

    def __init__(self, times: Floats, survival: Floats) -> None:
        self.times, self.survival = times, survival
        self.reached = 1.0
        self.events: list[tuple[float, int]] = []
        self.lost: list[Floats] = []
        self.lost_rate = 0.0

    def between(self, start: float, end: float, first: int, later: int) -> None:
        """One stretch: as many losses as leave `later` people at its end."""
        inside = (self.times > start) & (self.times <= end) if start else self.times <= end
        low, high = 0, first - later
        best: tuple[int, list[tuple[float, int]], Floats, float] | None = None
        # More losses leave fewer at the end, so the number that fits is found by halving.
        while low <= high:
            many = (low + high) // 2
            lost = start + (end - start) * (np.arange(many) + 0.5) / max(many, 1)
            found, left, reached = self._fall(inside, first, lost)
            if best is None or abs(left - later) < abs(best[0] - later):
                best = (left, found, lost, reached)
            if left == later:
                break
            low, high = (many + 1, high) if left > later else (low, many - 1)
        if best is None:
            return
        left, found, lost, self.reached = best
        # Who is still too many was lost just before the end.
        self.events += found
        self.lost.append(np.append(lost, np.full(max(left - later, 0), end - (end - start) / 1000)))
        self.lost_rate = (lost.size / first / (end - start)) if first else 0.0

    def _fall(self, inside: NDArray[np.bool_], first: int, lost: Floats) -> tuple[list[tuple[float, int]], int, float]:
        """Events at the points of a stretch, how many are left at its end, and where the curve is then."""
        reached, found, gone = self.reached, [], 0
        for t, s in zip(self.times[inside], self.survival[inside], strict=True):
            at_risk = first - gone - int(np.searchsorted(lost, t, side="left"))
            if at_risk <= 0 or reached <= 0:
                continue
            many = min(int(np.floor(at_risk * (1 - s / reached) + 0.5)), at_risk)
            if many > 0:
                found.append((float(t), many))
                gone += many
                reached *= 1 - many / at_risk
        return found, first - gone - lost.size, reached

    def to_the_end(self, start: float, first: int, events: int | None) -> None:
        """After the last printed number: losses go on as before, or as many as make all events come out."""
        end = float(max(self.times[-1], start))
        inside = (self.times > start) if start else self.times >= 0
        so_far = sum(many for _, many in self.events)
        tries = range(first + 1) if events is not None else [round(min(self.lost_rate * (end - start), 1) * first)]
        best: tuple[int, list[tuple[float, int]], Floats] | None = None
        for many in tries:
            lost = start + (end - start) * (np.arange(many) + 0.5) / max(many, 1)
            found, _, _ = self._fall(inside, first, lost)
            apart = 0 if events is None else abs(so_far + sum(each for _, each in found) - events)
            if best is None or apart < best[0]:
                best = (apart, found, lost)
        if best is not None:
            gone = sum(each for _, each in best[1])
            kept = best[2][: first - gone]
            self.events += best[1]
            self.lost.append(np.append(kept, np.full(first - gone - kept.size, end)))

    def rebuilt(self, grid: Floats) -> Rebuilt:
        at = np.repeat([t for t, _ in self.events], [many for _, many in self.events]) if self.events else np.empty(0)
        lost = np.concatenate(self.lost) if self.lost else np.empty(0)
        exit = np.concatenate([at, lost])
        event = np.concatenate([np.ones(at.size, dtype=bool), np.zeros(lost.size, dtype=bool)])
        order = np.lexsort((~event, exit))
        # An event read at a point happened by then, and who was lost on that day was still there.
        there = [(exit > one) | ((exit == one) & ~event) for one in grid]
        left = np.array([exit.size if not one else each.sum() for one, each in zip(grid, there, strict=True)])
        return Rebuilt(exit[order], event[order], left)
