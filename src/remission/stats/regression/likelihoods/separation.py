"""Is there no largest likelihood, because a coefficient can grow without end? And whose is it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from remission.stats.regression.refusals import NotEstimable

if TYPE_CHECKING:
    from remission.stats.regression.covariates import Covariates
    from remission.stats.regression.likelihoods.newton import Maximum
    from remission.stats.regression.likelihoods.slopes import Likelihood
    from remission.stats.survival.time_at_risk import Floats

# Near a maximum the last step moves nobody's log hazard; without one it moves somebody's by about 1 for ever.
STILL_MOVING = 1e-4
# So much further in log hazard, a likelihood that has a maximum has fallen, and one that has none has not.
FAR = 30.0
NOT_FALLEN = 1e-9
# Least information, as a share of that at no effect, below which it is asked whether there is a top at all.
VANISHED = 1e-6


class Arrival:
    """That a search for the largest likelihood has ended at one."""

    @staticmethod
    def check(likelihood: Likelihood, x: Floats, covariates: Covariates, found: Maximum) -> None:
        """NotEstimable names the columns that separate those with the event from the others, or says what else."""
        for direction in _directions(found):
            moved = x @ direction
            span = float(np.ptp(moved)) if np.isfinite(moved).all() else 0.0
            if span <= STILL_MOVING:
                continue
            further = likelihood.at(found.beta + direction * (FAR / span))
            if further.known and further.value >= found.slopes.value - NOT_FALLEN * (1 + abs(found.slopes.value)):
                raise _separated(covariates, direction)
        if not found.arrived:
            raise NotEstimable(["the search for the largest likelihood did not end: try fewer columns"])


def _directions(found: Maximum) -> list[Floats]:
    """Ways in which the likelihood may go on: that of the last step, and of the least information if that vanished.

    Far out the slope can round to exactly 0, and the last step with it.
    """
    least, directions = np.linalg.eigh(found.slopes.information)
    if found.arrived and least[0] > VANISHED * np.linalg.eigvalsh(found.start.information)[0]:
        return [found.step]
    return [found.step, directions[:, 0], -directions[:, 0], found.beta]


def _separated(covariates: Covariates, direction: Floats) -> NotEstimable:
    share = np.abs(direction) / np.abs(direction).max()
    names = [covariates.names[place] for place in np.flatnonzero(share > 1e-3)]
    alone = [name for name in names if _of_one(covariates.values[:, covariates.names.index(name)])]
    said = f"{', '.join(names)} {'tells' if len(names) == 1 else 'tell'} on every event day who has the event"
    lone = f" ({', '.join(alone)} marks a single row)" if alone else ""
    advice = "so the hazard ratio has no finite estimate: use Firth's penalised likelihood, or merge levels"
    return NotEstimable([f"{said}{lone}, {advice}"], names)


def _of_one(column: Floats) -> bool:
    values, counts = np.unique(column, return_counts=True)
    return values.size == 2 and counts.min() == 1
