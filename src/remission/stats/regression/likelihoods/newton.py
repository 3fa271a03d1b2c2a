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
# Of a likelihood whose curvature is learnt, gains fall less evenly: one that is larger than this may still fall.
SMALL_GAIN_LEARNT = 1e-16
MOST_STEPS = 60
# Where curvature is learnt, it is learnt along the way.
MOST_LEARNING = 300
MOST_HALVINGS = 40
# A change of the slope that is all across the step tells nothing of the curvature along it.
ORTHOGONAL = 1e-8


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
        learns: bool = False,
    ) -> Maximum:
        """Newton's steps from `beta`, over the coefficients that `free` (shape (p,)) leaves to move.

        check: asked of the information at the start, before any step. learns: the likelihood bends otherwise than its
        information says, as a penalised one does; how, is learnt from the slopes along the way.
        """
        moving = np.ones(beta.size, np.bool_) if free is None else free
        slopes = start = likelihood.at(beta)
        if check is not None:
            check(start.information)
        step, last_gain, bend = np.zeros(beta.size), np.inf, np.zeros((beta.size, beta.size))
        small, most = (SMALL_GAIN_LEARNT, MOST_LEARNING) if learns else (SMALL_GAIN, MOST_STEPS)
        for steps in range(most):
            # Where the information has no inverse left, the last step that had one says where it vanished.
            following, bend = _step(slopes, moving, bend)
            gain = float(following @ slopes.score)
            if not np.isfinite(gain):
                return cls(beta, slopes, start, step, steps, False)
            step = following
            if gain < NO_GAIN or last_gain <= gain < small:
                return cls(beta + step, slopes, start, step, steps, True)
            last_gain = gain
            moved, reached = _taken(likelihood, beta, step, slopes)
            if reached is slopes and not bend.any():
                return cls(beta, slopes, start, step, steps, False)
            bend = _learnt(bend, moved - beta, slopes, reached, moving) if learns else bend
            beta, slopes = moved, reached
        return cls(beta, slopes, start, step, most, False)


def _step(slopes: Slopes, moving: Flags, bend: Floats) -> tuple[Floats, Floats]:
    """The step to the top as the information and what was learnt beside it see it, and what of that is kept."""
    step = np.zeros(slopes.score.size)
    chosen = np.ix_(moving, moving)
    bends = (slopes.information + bend)[chosen]
    if bend.any() and not np.linalg.eigvalsh(bends)[0] > 0:  # no top lies that way
        bends, bend = slopes.information[chosen], np.zeros_like(bend)
    try:
        step[moving] = np.linalg.solve(bends, slopes.score[moving])
    except np.linalg.LinAlgError:
        step[moving] = np.nan
    return step, bend


def _learnt(bend: Floats, step: Floats, before: Slopes, after: Slopes, moving: Flags) -> Floats:
    """What the curvature is beside the information, so that it explains the last change of the slope.

    The symmetric update of rank one (Broyden 1967, doi:10.1090/S0025-5718-1967-0224273-2). A step that went nowhere
    teaches that what was learnt is wrong.
    """
    left = before.score - after.score - (after.information + bend) @ step
    left[~moving] = 0.0
    along = float(left @ step)
    if not step.any():
        return np.zeros_like(bend)
    if abs(along) <= ORTHOGONAL * float(np.linalg.norm(left) * np.linalg.norm(step)):
        return bend
    return np.asarray(bend + np.outer(left, left) / along)


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
