"""What many played trials say: how often an arm was better, at which look, after how long. All of it is simulated."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remission.simulation.trials.plan import TrialPlan
from remission.simulation.trials.tally import BINS, STEPS, Moments, Tally, effect_span
from remission.stats.horizons import MONTH_DAYS


@dataclass(frozen=True)
class Share:
    """A share of simulated trials, with its Monte-Carlo error.

    >>> str(Share(862, 1000))
    '86.2 % (Monte-Carlo error 1.1)'
    """

    count: int
    trials: int

    @property
    def value(self) -> float:
        """As a proportion; NaN of no trial."""
        return self.count / self.trials if self.trials else math.nan

    @property
    def error(self) -> float:
        """The standard error by chance of the draws; NaN where none or all of the trials count, which says no error."""
        p = self.value
        # By the formula the error of none or all is 0, as if no further trial could come out otherwise.
        return math.sqrt(p * (1 - p) / self.trials) if 0 < self.count < self.trials else math.nan

    def __str__(self) -> str:
        if not self.trials:
            return "not estimable: no trial"
        if math.isnan(self.error):
            return f"{'all' if self.count else 'none'} of {self.trials:,} trials"
        return f"{100 * self.value:.1f} % (Monte-Carlo error {100 * self.error:.2g})"


@dataclass(frozen=True)
class Mean:
    """A mean over simulated trials, how the trials spread around it, and its Monte-Carlo error; NaN of no trial."""

    value: float
    spread: float
    trials: int

    @property
    def error(self) -> float:
        """The standard error by chance of the draws."""
        return self.spread / math.sqrt(self.trials) if self.trials > 1 else math.nan


@dataclass(frozen=True)
class LookSummary:
    """One arm against control at one look, or at its last one (`look` None): shares are of all trials.

    months, events, people: of the trial at this look; at its end.
    effect: of the trials that made this look; a log hazard ratio by one step, or months of restricted mean gained.
    """

    arm: str
    look: int | None
    made: Share
    rejected: Share
    futile: Share
    not_estimable: Share
    months: Mean
    events: Mean
    people: Mean
    effect: Mean


@dataclass(frozen=True, eq=False)
class TrialResults:
    """Trials played by a plan: `tally` has every number, and the rest reads it.

    asked: how many trials were asked for; fewer were played where somebody ended the run.
    """

    plan: TrialPlan
    seed: int
    asked: int
    tally: Tally

    @property
    def trials(self) -> int:
        """How many were played."""
        return self.tally.trials

    @property
    def is_partial(self) -> bool:
        """Was the run ended before all were played?"""
        return self.trials < self.asked

    @property
    def said(self) -> str:
        """What this is, in a line to print beside every number.

        A run that was ended early says so.
        """
        played = (
            f"{self.trials:,} of {self.asked:,} trials, ended early" if self.is_partial else f"{self.trials:,} trials"
        )
        return f"Simulated: {played} (seed {self.seed}), {self.plan.test}."

    def power(self, arm: int = 1) -> Share:
        """How often this arm (1 is the first after control) was better than control, at any look."""
        # Looks add up, for an arm is done with at the first look that finds it better.
        return Share(int(self.tally.rejected[arm - 1].sum()), self.trials)

    @property
    def any_better(self) -> Share:
        """How often any arm was."""
        # Counted trial by trial: arms share one control and tend to be better together, so their shares do not add up.
        return Share(self.tally.any_rejected, self.trials)

    @property
    def short_of_events(self) -> Share:
        """How often the end came before the events of the last look."""
        return Share(self.tally.short, self.trials)

    def by_look(self) -> list[LookSummary]:
        """Each arm at each look, and at its last one."""
        return list(self._summaries())

    def _summaries(self) -> Iterator[LookSummary]:
        tally, looks = self.tally, len(self.plan.looks)
        unit = effect_unit(self.plan)
        for place, arm in enumerate(self.plan.arms[1:]):
            for look in (*range(looks), None):
                at = looks if look is None else look
                # At its last look an arm is once, whichever look that was.
                own = slice(None) if look is None else slice(look, look + 1)
                yield LookSummary(
                    arm=arm.name,
                    look=None if look is None else look + 1,
                    made=Share(self.trials if look is None else int(tally.made[place, at]), self.trials),
                    rejected=Share(int(tally.rejected[place, own].sum()), self.trials),
                    futile=Share(int(tally.futile[place, own].sum()), self.trials),
                    not_estimable=Share(int(tally.not_estimable[place, own].sum()), self.trials),
                    # Of the whole trial, also where this arm was done with earlier and another went on.
                    months=_mean(tally.days, (at,), 1 / MONTH_DAYS),
                    events=_mean(tally.events, (at,)),
                    people=_mean(tally.people, (at,)),
                    effect=_mean(tally.effects, (place, at), unit),
                )

    def effect_quantiles(self, shares: tuple[float, ...] = (0.05, 0.5, 0.95), arm: int = 1) -> NDArray[np.float64]:
        """Quantiles of the effect at the arm's last look, to the width of a bin (a hundredth of a log hazard ratio).

        NaN where no trial has an effect. Of a log hazard ratio; of restricted means in months.
        """
        # From counts in bins, because values that are not kept cannot be sorted; within a bin they are taken to lie
        # evenly.
        below = np.concatenate(([0], np.cumsum(self.tally.bins[arm - 1, -1])))
        if not below[-1]:
            return np.full(len(shares), np.nan)
        edges = np.linspace(-1, 1, BINS + 1) * effect_span(self.plan) * _months_of_effect(self.plan)
        return np.asarray(np.interp(np.asarray(shares) * below[-1], below, edges))


def effect_unit(plan: TrialPlan) -> float:
    """What one step of a kept effect is: of log hazard ratio, or of months."""
    return effect_span(plan) / STEPS * _months_of_effect(plan)


def _months_of_effect(plan: TrialPlan) -> float:
    return 1.0 if plan.restricted_mean_month is None else 1 / MONTH_DAYS


def _mean(moments: Moments, at: tuple[int, ...], scale: float = 1.0) -> Mean:
    return Mean(float(moments.mean(scale)[at]), float(moments.spread(scale)[at]), int(moments.count[at]))
