"""The restricted likelihood of arms in which every trial has a latent log rate of the reference.

The latent rates are normal; the log rate ratio of a treatment is its effect, plus a slope times how far the trial's
latent rate lies from their mean, plus what trials differ by beside. All of that is one multivariate normal
distribution of the observed log rates, whose covariance holds the slope: no observed rate stands on the right.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from remission.stats.network.contrasts import Floats

if TYPE_CHECKING:
    from remission.stats.network.arms import Arms

# Below this share of the variance of the observed rates, latent ones are all the same and a slope on them is nothing.
SAME = 1e-4
# For a given slope they may come closer: a steep one needs little to stand on.
FLOOR = 1e-8
MOST_STEPS, MOST_HALVINGS = 200, 40
# A log likelihood is known to so many digits; for a profile that is enough, for the top its slope leads further.
ROUNDED, ENOUGH, CLOSE = 1e-9, 1e-9, 1e-22


class Spread(NamedTuple):
    """What the covariance hangs on: the slope, the variance of latent log rates, and tau squared."""

    slope: float
    latent: float
    tau2: float


class Point(NamedTuple):
    """The likelihood at one spread: its log, its slope by each part of the spread, and the expected information.

    `rates` is what each trial is likely to have as its latent log rate; of one without the reference, the mean.
    """

    spread: Spread
    log_likelihood: float
    score: Floats
    information: Floats
    effects: Floats
    covariance: Floats
    rates: Floats


@dataclass(frozen=True, eq=False)
class Latent:
    """A block a trial, all of one size (k, a): the arms of a trial that holds the reference, the contrasts of another.

    What a trial has less is filled with rows that say nothing. The first column of `design` (k, a, q) is the mean of
    the latent rates; then one a treatment but the reference. `held` is 1 on rows of the reference, `treated` on
    other arms beside it.
    """

    values: Floats
    design: Floats
    within: Floats
    between: Floats
    held: Floats
    treated: Floats

    @classmethod
    def of(cls, arms: Arms, reference: str) -> Latent:
        """The model of these arms."""
        others = [name for name in arms.names if name != reference]
        held = np.array([one == reference for one in arms.treatments], np.float64)
        given = np.array([[one == name for name in others] for one in arms.treatments], np.float64)
        most = max(map(len, arms.of_study.values()))
        blocks = [
            _Block.of(arms.log_rates[rows], given[rows], arms.variances[rows], held[rows]).filled(most)
            for rows in arms.of_study.values()
        ]
        return cls(*(np.stack(column) for column in zip(*blocks, strict=True)))

    @property
    def least(self) -> float:
        """The variance of latent rates below which they do not differ."""
        return SAME * self._seen

    @cached_property
    def _seen(self) -> float:
        return float(np.var(self.values[self.held > 0]))

    @property
    def _lowest(self) -> Floats:
        return np.array([-np.inf, FLOOR * self._seen, 0.0])

    def start(self, slope: float) -> Spread:
        """Somewhere to climb from: the variance of observed rates less that of chance."""
        seen = float(np.var(self.values[self.held > 0], ddof=1))
        chance = float(np.diagonal(self.within, axis1=1, axis2=2)[self.held > 0].mean())
        return Spread(slope, max(seen - chance, 0.1 * seen), chance / 2)

    def at(self, spread: Spread) -> Point:
        """The restricted likelihood there."""
        load = self.held + (1 + spread.slope) * self.treated
        outer = load[:, :, None] * load[:, None, :]
        turned = spread.latent * self.treated[:, :, None] * load[:, None, :]
        covariance = self.within + spread.latent * outer + spread.tau2 * self.between
        weights: Floats = np.asarray(np.linalg.inv(covariance), np.float64)
        weighted = weights @ self.design
        inner = np.tensordot(self.design, weighted, axes=([0, 1], [0, 1]))
        of_effects: Floats = np.asarray(np.linalg.inv(inner), np.float64)
        effects: Floats = of_effects @ np.tensordot(weighted, self.values, axes=([0, 1], [0, 1]))
        residual = self.values - self.design @ effects
        pulled = (weights @ residual[:, :, None])[:, :, 0]
        score, information = _slopes(
            (turned + turned.swapaxes(1, 2), outer, self.between), weights, weighted, of_effects, pulled
        )
        spreads = np.linalg.slogdet(covariance)[1].sum() + np.linalg.slogdet(inner)[1]
        rates = effects[0] + spread.latent * (load * pulled).sum(axis=1)
        log_likelihood = -float(spreads + (residual * pulled).sum()) / 2
        return Point(spread, log_likelihood, score, information, effects, of_effects, rates)

    def climb(self, start: Spread, *, slope_free: bool = True, arrived: float = CLOSE) -> Point:
        """The top above `start` by Fisher's scoring; variances stay at or above their least.

        It has arrived where the next step promises less than `arrived` of log likelihood, and with a free slope where
        latent rates that are all the same would be better still.
        """
        free = np.array([slope_free, True, True])
        here = self.at(start)
        step, promised = self._step(here, free)
        for _ in range(MOST_STEPS):
            same = slope_free and here.spread.latent <= self.least and here.score[1] < 0
            there = self._higher(here, step, promised, free) if promised >= arrived and not same else None
            if there is None:
                break
            here = there
            step, promised = self._step(here, free)
        return here

    def _step(self, here: Point, free: Floats) -> tuple[Floats, float]:
        """Where to go, and what it promises; what rests at its least and would fall below it stays."""
        stuck = (np.array(here.spread) <= self._lowest) & (here.score <= 0)
        moving = np.flatnonzero(~stuck & (free > 0))
        step = np.zeros(3)
        if moving.size:
            step[moving] = np.linalg.lstsq(here.information[np.ix_(moving, moving)], here.score[moving], rcond=1e-13)[0]
        return step, float(step @ here.score) / 2

    def _higher(self, here: Point, step: Floats, promised: float, free: Floats) -> Point | None:
        """The first of ever shorter steps that leads up; None where none does.

        Where a step promises no more than rounding, what it leads to must promise less still.
        """
        for halving in range(MOST_HALVINGS):
            moved = np.maximum(np.array(here.spread) + step * 0.5**halving, self._lowest)
            there = self.at(Spread(*moved.tolist()))
            if promised > ROUNDED and there.log_likelihood > here.log_likelihood:
                return there
            if promised <= ROUNDED and self._step(there, free)[1] < promised:
                return there
        return None


class _Block(NamedTuple):
    """One trial, in the order of the fields of Latent."""

    values: Floats
    design: Floats
    within: Floats
    between: Floats
    held: Floats
    treated: Floats

    @classmethod
    def of(cls, values: Floats, given: Floats, variances: Floats, held: Floats) -> _Block:
        if held.any():
            treated = 1 - held
            between = np.outer(treated, treated) * (np.eye(len(held)) + 1) / 2
            return cls(values, np.column_stack([held + treated, given]), np.diag(variances), between, held, treated)
        # Each arm less the first: the latent rate falls out, and the slope with it.
        turn = np.eye(len(values))[1:]
        turn[:, 0] = -1.0
        none = np.zeros(len(turn))
        between = turn @ turn.T / 2
        within = turn @ np.diag(variances) @ turn.T
        return cls(turn @ values, np.column_stack([none, turn @ given]), within, between, none, none)

    def filled(self, size: int) -> _Block:
        """With rows of 0 and a variance of 1, which add nothing to any sum here."""
        more = size - len(self.values)
        within = np.pad(self.within, (0, more))
        within[range(len(self.values), size), range(len(self.values), size)] = 1.0
        return _Block(
            np.pad(self.values, (0, more)), np.pad(self.design, ((0, more), (0, 0))), within,
            np.pad(self.between, (0, more)), np.pad(self.held, (0, more)), np.pad(self.treated, (0, more)),
        )  # fmt: skip


def _slopes(
    by: tuple[Floats, ...], weights: Floats, weighted: Floats, of_effects: Floats, pulled: Floats
) -> tuple[Floats, Floats]:
    """The score and the expected information, of how the covariance changes `by` each part of the spread."""
    moved = [weights @ one for one in by]
    turned = [one @ weighted for one in by]
    crossed = [of_effects @ np.tensordot(weighted, one, axes=([0, 1], [0, 1])) for one in turned]
    score, information = np.zeros(3), np.zeros((3, 3))
    for i in range(3):
        drawn = (by[i] @ pulled[:, :, None])[:, :, 0]
        chance = np.trace(moved[i], axis1=1, axis2=2).sum() - np.trace(crossed[i])
        score[i] = ((pulled * drawn).sum() - chance) / 2
        for j in range(i + 1):
            twice = np.tensordot(turned[i], weights @ turned[j], axes=([0, 1], [0, 1]))
            both = (moved[i] * moved[j].swapaxes(1, 2)).sum() - 2 * np.trace(of_effects @ twice)
            information[i, j] = information[j, i] = (both + (crossed[i] * crossed[j].T).sum()) / 2
    return score, information
