"""The top of a likelihood of two numbers, a middle and a spread, and how far from it a profile stays near.

The likelihoods are even in the spread, so a spread of 0 needs no border: the slope is 0 there by symmetry, and it is a
top or a saddle. That is why a climb starts from the best of several spreads, and never from 0.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from scipy.optimize import brentq

from remission.stats.pooling.scales import Floats

if TYPE_CHECKING:
    from remission.stats.pooling.quadrature import Height

MOST_TURNS, MOST_HALVINGS, FIRST_TURNS = 200, 50, 6
NEAR_ENOUGH = 0.1
# Newton's next step would be about the square of it.
STILL = 1e-7
# A spread of nothing, but for what the last step leaves of it.
NO_SPREAD = 1e-6
# Where a likelihood that still rises is taken to rise without end, and a profile never to fall.
WIDEST, FARTHEST = 60.0, 60.0


class Hill(Protocol):
    """A log likelihood of middle and spread, even in the spread, asked at n pairs at once."""

    def at(self, middle: Floats, spread: Floats) -> Height:
        """Value, gradient and Hessian; shapes (n,), (n, 2), (n, 2, 2)."""


class Spot(NamedTuple):
    """One pair, and the likelihood, its gradient and its Hessian there."""

    middle: float
    spread: float
    value: float
    gradient: Floats
    hessian: Floats

    @property
    def error(self) -> float:
        """Standard error of the middle, the spread being estimated beside it."""
        (a, b), (_, d) = (-self.hessian).tolist()
        information = a - b * b / d if d > 0 else a
        return 1 / math.sqrt(information) if information > 0 else math.nan

    @property
    def rises_without_end(self) -> bool:
        """Was the spread still growing where nothing differs so much?"""
        return self.spread >= WIDEST


class Ascent(NamedTuple):
    """Ways to the top of a hill."""

    hill: Hill

    def spot(self, middle: float, spread: float) -> Spot:
        """What is at one pair."""
        here = self.hill.at(np.array([middle]), np.array([spread]))
        return Spot(middle, spread, float(here.value[0]), here.gradient[0], here.hessian[0])

    def bends(self, at: Spot, step: float = 1e-4) -> Floats:
        """The Hessian by differences of gradients: of the sum over few points itself, not of the integral."""
        columns = []
        for side in ((step, 0.0), (0.0, step)):
            ahead, behind = (self.spot(at.middle + by * side[0], at.spread + by * side[1]) for by in (1, -1))
            columns.append((ahead.gradient - behind.gradient) / (2 * step))
        hessian = np.stack(columns)
        symmetric: Floats = (hessian + hessian.T) / 2
        return symmetric

    def begin(self, middle: float, spreads: Floats) -> tuple[float, float]:
        """The best of several spreads, each with a middle that suits it."""
        middles = np.full(spreads.shape, middle)
        for _ in range(FIRST_TURNS):
            here = self.hill.at(middles, spreads)
            # For one spread the normal model is concave in the middle (Prekopa), and the beta-binomial nearly so.
            step = np.clip(here.gradient[:, 0] / np.abs(here.hessian[:, 0, 0]), -1, 1)
            if np.abs(step).max() < NEAR_ENOUGH:
                break
            middles = middles + step
        best = int(here.value.argmax())
        return float(middles[best]), float(spreads[best])

    def top(self, middle: float, spread: float) -> Spot:
        """The nearest top: Newton's steps, shortened until they rise."""
        here = self.spot(middle, spread)
        for _ in range(MOST_TURNS):
            step = _uphill(here)
            new = self._walk(here, step)
            moved = max(abs(new.middle - here.middle), abs(new.spread - here.spread))
            here = new
            if moved <= STILL * (1 + abs(here.middle)) or here.spread >= WIDEST:
                break
        if abs(here.spread) < NO_SPREAD:
            return self.spot(here.middle, 0.0)
        return here._replace(spread=abs(here.spread))

    def _walk(self, here: Spot, step: Floats) -> Spot:
        for _ in range(MOST_HALVINGS):
            new = self.spot(here.middle + float(step[0]), here.spread + float(step[1]))
            if new.value >= here.value - 1e-13 * abs(here.value):
                return new
            step = step / 2
        return here

    def limits(self, top: Spot, drop: float) -> tuple[float | None, float | None]:
        """The middles on both sides at which the highest likelihood is `drop` below the top; None where it never is."""
        return self._limit(top, drop, -1), self._limit(top, drop, 1)

    def _limit(self, top: Spot, drop: float, side: int) -> float | None:
        at = top

        def above(middle: float) -> float:
            nonlocal at
            at = self._along(middle, at.spread)
            return at.value - (top.value - drop)

        near, reach = top.middle, top.error * math.sqrt(2 * drop)
        while above(near + side * reach) > 0:
            near += side * reach
            reach *= 1.5
            if abs(near - top.middle) > FARTHEST:
                return None
        return float(brentq(above, near, near + side * reach, xtol=1e-11, rtol=1e-12))

    def _along(self, middle: float, spread: float) -> Spot:
        """The top of those with this middle; from a little spread, since the slope at none is 0 whatever is beyond."""
        here = self.spot(middle, max(spread, 0.05))
        for _ in range(MOST_TURNS):
            slope, bend = float(here.gradient[1]), float(here.hessian[1, 1])
            step = -slope / bend if bend < 0 else math.copysign(here.spread / 2 + 0.1, slope)
            new = self._walk(here, np.array([0.0, np.clip(step, -abs(here.spread), 1 + abs(here.spread))]))
            moved = abs(new.spread - here.spread)
            here = new
            if moved <= STILL or here.spread >= WIDEST:
                break
        return here


def _uphill(here: Spot) -> Floats:
    """Newton's step where the hill is rounded, else one up the slope that a shifted Hessian makes; none too long."""
    bends = np.linalg.eigvalsh(here.hessian)
    shift = max(0.0, float(bends[-1]) + 1e-3 * float(np.abs(bends).max())) if bends[-1] >= 0 else 0.0
    step = np.asarray(np.linalg.solve(here.hessian - shift * np.eye(2), -here.gradient), np.float64)
    longest = max(abs(float(step[0])) / 2, abs(float(step[1])) / (1 + abs(here.spread)), 1.0)
    return step / longest
