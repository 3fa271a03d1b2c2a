"""Do rate ratios hang on how often those on the reference relapse? One slope for every treatment, from arms.

Regression of the observed log ratio on the observed log rate of its own reference arm is biased: the error of that rate
is in both. Here every trial has a latent log rate of the reference, and the likelihood is that of the arms (two arms:
van Houwelingen 2002, doi:10.1002/sim.1040; a network: Achana 2013, doi:10.1002/sim.5539). Latent rates are spread
around one mean, so the effect of a trial with a small reference arm leans on reference arms of other trials: that is
evidence by no lot, and moves such an effect whatever the slope is. Restricted maximum
likelihood; limits of the slope by its profile, with the quantile of F on 1 and `df` degrees of freedom.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import stdtr, stdtrit

from remission.inputs.problems import InputProblems, Problem
from remission.stats.network.arms import Arms
from remission.stats.network.contrasts import Floats
from remission.stats.network.latent import ENOUGH, Latent, Point
from remission.stats.network.pooled import Network, pool_network

FEWEST = 3
# A column that lies this close to the others says nothing new.
ALIKE = 1e-8
# Of a variance below this share of that of all rates no digit is left.
NOTHING = 1e-12
# Where to climb from: of several tops the highest is taken.
SLOPES = (0.0, -1.0)
# A likelihood that has not fallen by a slope so steep puts no end to it: it is level from there on.
STEEPEST, WIDER = 100.0, 1.6


@dataclass(frozen=True, eq=False)
class BaselineRisk:
    """The slope by which the log ratio of every treatment changes with the log rate of the reference, and the effects.

    `effects` are those at the `mean` log rate, with 0 for the reference, in the order of `names`; `spread` is by how
    much the latent log rates of trials differ (their standard deviation), `latent_rates` what each is likely to be.
    `low` and `high` may be infinite: then the trials put no end to the slope. `k` trials tell the slope. `k_alone` hold
    the reference too, beside treatments that no other trial leads to: their effect takes up whatever they say.
    `k_without` have no rate of the reference: they speak on effects only. `off` is the network of the same arms without
    a slope.
    """

    arms: Arms
    reference: str
    slope: float
    error: float
    low: float
    high: float
    level: float
    p: float
    df: int
    mean: float
    spread: float
    tau2: float
    effects: Floats
    covariance: Floats
    latent_rates: Floats
    log_likelihood: float
    k: int
    k_alone: int
    k_without: int
    off: Network

    @property
    def names(self) -> tuple[str, ...]:
        """The treatments."""
        return self.arms.names

    def effects_at(self, rate: float) -> tuple[Floats, Floats]:
        """The log ratio of each treatment against the reference where that has this rate, and its standard error."""
        turn = np.eye(len(self.names))
        turn[:, self.names.index(self.reference)] = 0.0
        weights = (turn.sum(axis=1) > 0).astype(np.float64)
        return self._of(turn, weights, rate)

    def against(self, one: str, other: str, rate: float, level: float = 0.95) -> tuple[float, float, float]:
        """The log ratio of one treatment against another where the reference has this rate, and its limits.

        Between two treatments that are not the reference the rate makes no difference: the slope is common to them.
        """
        turn = np.zeros((1, len(self.names)))
        weight = 0.0
        for name, sign in ((one, 1.0), (other, -1.0)):
            at = self.names.index(name)
            if name != self.reference:
                turn[0, at] += sign
                weight += sign
        values, errors = self._of(turn, np.array([weight]), rate)
        half = float(stdtrit(self.df, (1 + level) / 2)) * float(errors[0])
        return float(values[0]), float(values[0]) - half, float(values[0]) + half

    def _of(self, turn: Floats, weights: Floats, rate: float) -> tuple[Floats, Floats]:
        if not rate > 0:
            raise ValueError(f"a rate must be above 0, found {rate}")
        away = float(np.log(rate)) - self.mean
        values = turn @ self.effects + weights * self.slope * away
        # The mean moves with the effects: what is asked of is a rate, and not the mean.
        full = np.column_stack([-weights * self.slope, np.delete(turn, self.names.index(self.reference), axis=1)])
        variances = np.einsum("ij,jk,ik->i", full, self.covariance, full) + (weights * away * self.error) ** 2
        return values, np.sqrt(np.maximum(variances, 0.0))


def regress_on_baseline(arms: Arms, reference: str, *, level: float = 0.95) -> BaselineRisk:
    """One slope of all log rate ratios on the latent log rate of the reference, and effects at any rate of it.

    Trials without the reference have no slope of their own: it is common to their arms, and falls out. They still speak
    on effects. InputProblems in words where fewer than three trials hold the reference, where no treatment
    met it at two rates, and where its rates differ by no more than chance. ValueError for a level that is no share.

    >>> rates = [(1.3, 0.9), (1.0, 0.72), (0.8, 0.55), (0.5, 0.38), (0.4, 0.27), (0.35, 0.26)]
    >>> studies, names = zip(*[(f"T{at}", name) for at in range(6) for name in ("placebo", "y")])
    >>> found = regress_on_baseline(Arms(studies, names, np.log(rates).ravel(), [0.01] * 12), "placebo")
    >>> round(found.slope, 2), round(found.low, 2), round(found.high, 2), found.k
    (-0.02, -0.36, 0.38, 6)
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, found {level}")
    if problems := list(_problems(arms, reference)):
        raise InputProblems(problems)
    latent = Latent.of(arms, reference)
    tops = (latent.climb(latent.start(slope), arrived=ENOUGH) for slope in SLOPES)
    top = latent.climb(max(tops, key=lambda point: point.log_likelihood).spread)
    if top.spread.latent <= latent.least:
        raise InputProblems([_no_spread(reference)])
    off = pool_network(arms.contrasts(reference), reference=reference)
    # Contrasts less effects and the slope: what tau squared is known from.
    df = off.df - 1
    level_flat = latent.climb(top.spread._replace(slope=0.0), slope_free=False, arrived=ENOUGH)
    root = np.sqrt(max(0.0, 2 * (top.log_likelihood - level_flat.log_likelihood)))
    low, high = _limits(latent, top, float(stdtrit(df, (1 + level) / 2)))
    place = arms.names.index(reference)
    holding, telling = sum(reference in held for held in arms.designs.values()), len(_telling(arms, reference))
    return BaselineRisk(
        arms, reference, top.spread.slope, _error(top), low, high, level, float(2 * stdtr(df, -root)), df,
        float(top.effects[0]), float(np.sqrt(top.spread.latent)), top.spread.tau2,
        np.insert(top.effects[1:], place, 0.0), top.covariance, top.rates, top.log_likelihood,
        telling, holding - telling, arms.k - holding, off,
    )  # fmt: skip


def _telling(arms: Arms, reference: str) -> tuple[str, ...]:
    """The trials of the reference whose rate of it is not taken up by an effect that only they lead to."""
    trials = arms.contrasts(reference)
    design = np.delete(trials.design(), trials.names.index(reference), axis=1)
    # What effects leave of a column that is 1 on the rows of one trial.
    left = np.eye(len(design)) - design @ np.linalg.pinv(design)
    return tuple(
        study for study, rows in trials.of_study.items()
        if trials.bases[rows[0]] == reference and np.abs(left[:, rows].sum(axis=1)).max() > ALIKE
    )  # fmt: skip


def _problems(arms: Arms, reference: str) -> Iterator[Problem]:
    if reference not in arms.names:
        do = "Name one of the treatments."
        yield Problem.at_key(
            "regress_on_baseline()", "reference", found=reference, allowed=", ".join(arms.names), do=do
        )
        return
    holding = [study for study, held in arms.designs.items() if reference in held]
    if len(holding) < FEWEST:
        found = f"{len(holding)} trials with {reference}" if len(holding) != 1 else f"1 trial with {reference}"
        yield _problem(found, f"{FEWEST} or more", "Leave the slope out, and say so.")
    elif arms.variances.min() < NOTHING * np.var(arms.log_rates):
        found = "an arm whose variance is next to nothing beside how far rates differ"
        yield _problem(found, "errors that differ less", "Look its interval up again.")
    elif len(arms.studies) - arms.k - len(arms.names) < 1 or _alike(arms, reference):
        found = f"no treatment that met {reference} at rates that differ, more often than it has numbers to spend"
        allowed = "two trials or more of a treatment, at two rates of the reference, and one more contrast beside"
        yield _problem(found, allowed, "Leave the slope out, and say so.")


def _alike(arms: Arms, reference: str) -> bool:
    """Do effects take up all that the rates of the reference say, so that nothing is left for a slope?"""
    trials = arms.contrasts(reference)
    held = np.array([base == reference for base in trials.bases])
    bases = {study: rate for study, one, rate in zip(arms.studies, arms.treatments, arms.log_rates, strict=True)
             if one == reference}  # fmt: skip
    # A trial without the reference has no slope of its own: 0 here.
    rate = np.array([bases[study] if there else 0.0 for study, there in zip(trials.studies, held, strict=True)])
    design = np.delete(trials.design(), trials.names.index(reference), axis=1)
    left = rate - design @ np.linalg.lstsq(design, rate, rcond=None)[0]
    return bool(np.abs(left).max() <= ALIKE * max(1.0, float(np.abs(rate).max())))


def _no_spread(reference: str) -> Problem:
    found = f"rates of {reference} that differ by no more than chance"
    return _problem(found, "rates that differ between trials", "Leave the slope out, and say so.")


def _problem(found: str, allowed: str, do: str) -> Problem:
    return Problem.of_file("regress_on_baseline()", found=found, allowed=allowed, do=do)


def _error(top: Point) -> float:
    """The standard error of the slope by the expected information; of tau squared at 0 nothing is to be known."""
    free = [0, 1, 2] if top.spread.tau2 > 0 else [0, 1]
    return float(np.sqrt(np.linalg.inv(top.information[np.ix_(free, free)])[0, 0]))


def _limits(latent: Latent, top: Point, quantile: float) -> tuple[float, float]:
    """Where the profile of the restricted likelihood has fallen by as much as the quantile allows."""
    return _limit(latent, top, quantile, -1.0), _limit(latent, top, quantile, 1.0)


def _limit(latent: Latent, top: Point, quantile: float, sign: float) -> float:
    here = top

    def fallen(slope: float) -> float:
        nonlocal here
        here = latent.climb(here.spread._replace(slope=slope), slope_free=False, arrived=ENOUGH)
        return 2 * (top.log_likelihood - here.log_likelihood) - quantile**2

    near, width = top.spread.slope, quantile * _error(top)
    while sign * near < STEEPEST:
        far = sign * min(sign * near + width, STEEPEST)
        if fallen(far) > 0:
            return float(brentq(fallen, near, far, xtol=1e-9))
        near, width = far, width * WIDER
    return sign * float("inf")
