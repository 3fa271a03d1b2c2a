"""The coefficients at which a likelihood is largest, by Newton's steps, halved where a step goes too far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from remission.stats.regression.likelihoods.slopes import Likelihood, Slopes
from remission.stats.survival.time_at_risk import Flags, Floats

# A step that would gain so little leaves the coefficients within 1e-9 of a standard error; the one after, nowhere.
NO_GAIN = 1e-18
# Each step's gain is about the square of the one before, until rounding is all that is left of it: of a million rows
# that is more than the above. So a gain that was this small and no longer falls has arrived too.
SMALL_GAIN = 1e-12
MOST_STEPS = 60
# Of a penalised likelihood, whose steps come closer by a share at a time: of the plain one each doubles the digits.
MOST_PENALISED = 2_000
MOST_HALVINGS = 40


@dataclass(frozen=True, eq=False)
class Maximum:
    """Where the search ended: coefficients, slopes there and at the start, the last step, and whether it arrived."""

    beta: Floats
    slopes: Slopes
    start: Slopes
    step: Floats
    steps: int
    arrived: bool

    @classmethod
    def of(
        cls,
        likelihood: Likelihood,
        beta: Floats,
        *,
        free: Flags | None = None,
        check: Callable[[Floats], None] | None = None,
        most: int = MOST_STEPS,
    ) -> Maximum:
        """Newton's steps from `beta`, over the coefficients that `free` (shape (p,)) leaves to move.

        check: asked of the information at the start, before any step. most: after so many steps it has not arrived.
        """
        moving = np.ones(beta.size, np.bool_) if free is None else free
        slopes = start = likelihood.at(beta)
        if check is not None:
            check(start.information)
        step, last_gain = np.zeros(beta.size), np.inf
        for steps in range(most):
            # Where the information has no inverse left, the last step that had one says where it vanished.
            following = _step(slopes, moving)
            gain = float(following @ slopes.score)
            if not np.isfinite(gain):
                return cls(beta, slopes, start, step, steps, False)
            step = following
            if gain < NO_GAIN or last_gain <= gain < SMALL_GAIN:
                return cls(beta + step, slopes, start, step, steps, True)
            last_gain = gain
            beta, reached = _taken(likelihood, beta, step, slopes)
            if reached is slopes:
                return cls(beta, slopes, start, step, steps, False)
            slopes = reached
        return cls(beta, slopes, start, step, most, False)


def _step(slopes: Slopes, moving: Flags) -> Floats:
    step = np.zeros(slopes.score.size)
    chosen = np.ix_(moving, moving)
    try:
        step[moving] = np.linalg.solve(slopes.information[chosen], slopes.score[moving])
    except np.linalg.LinAlgError:
        step[moving] = np.nan
    return step


def _taken(likelihood: Likelihood, beta: Floats, step: Floats, before: Slopes) -> tuple[Floats, Slopes]:
    """The step, or half of it, or a quarter, until the likelihood is no smaller; the start where none is."""
    # Near the top the likelihood is flat: what it loses to rounding is no reason to halve.
    enough = before.value - 1e-12 * abs(before.value)
    for halving in range(MOST_HALVINGS):
        moved = beta + step / 2**halving
        reached = likelihood.at(moved)
        if reached.known and reached.value >= enough:
            return moved, reached
    return beta, before
