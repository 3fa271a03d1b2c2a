"""One arm against a known history, by the one-sample log-rank test."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from remission.exhibits.wording import NBSP, percent
from remission.simulation.trials.draws import play_one_sample
from remission.stats.sample_size.exposure import Exposure
from remission.stats.sample_size.one_sample import (
    exact_power_for_one_sample,
    people_for_one_sample,
    power_for_one_sample,
)
from remission.trials.design.formulas import Formula
from remission.trials.design.kind import Kind
from remission.trials.design.outlook import Outlook
from remission.trials.design.said import MOST_OF_EXACT, MOST_YEARS
from remission.trials.design.size import Size, whole
from remission.trials.design.truths import Truth, truths_of_numbers

if TYPE_CHECKING:
    from remission.inputs.problems import Problem
    from remission.trials.design.kind import Tell
    from remission.trials.design.records import OneArmTrial
    from remission.trials.design.said import Said


@dataclass(frozen=True)
class PlannedOneArm(Kind):
    """A trial of one arm, worked out."""

    trial: OneArmTrial
    alpha: float

    measure: ClassVar[str] = "hazard ratio to history"
    formulas: ClassVar[tuple[Formula, ...]] = (
        Formula("Power against history", "one-sample log-rank test, normal approximation",
                "Wu 2015, doi:10.1002/pst.1654"),
        Formula("True size and power", "binomial chances and a Fourier series, exact", "computed here; decision 342"),
    )  # fmt: skip

    @property
    def people(self) -> tuple[int]:
        """Of the one arm."""
        return (self.trial.people,)

    @cached_property
    def truths(self) -> list[Truth]:
        """Hazard ratios to history, the one planned for first."""
        return truths_of_numbers(self.measure, self.trial.ratio.value, 1.0, self.trial.truths)

    @property
    def test(self) -> str:
        """With the variance, which makes two tests of one."""
        variance = "E" if self.trial.variance == "expected" else "(O + E) / 2"
        return f"one-sample log-rank, variance of O - E taken as {variance}"

    @property
    def hazard(self) -> float:
        """The cumulative hazard that history has by the end of follow-up."""
        # The share at the end is enough: told in history's own hazard, time passes alike whatever the curve's shape.
        return -math.log(self.trial.history_free.value)

    def foretell(self, truth: Truth) -> Outlook:
        """By formula and exactly."""
        ratio, people, variance = truth.number, self.trial.people, self.trial.variance
        exposure = Exposure.of([self.hazard])
        # Of a ratio of 1 the approximation has no power to tell but what the test was asked for; the exact one has.
        formula = self.alpha if ratio == 1 else power_for_one_sample(
            ratio, exposure, people, alpha=self.alpha, variance=variance)  # fmt: skip
        return Outlook(truth, formula, exact_power_for_one_sample(
            ratio, self.hazard, people, alpha=self.alpha, variance=variance))  # fmt: skip

    def simulate(self, one: Outlook, trials: int, seed: int, tell: Tell) -> Outlook:
        """Everybody's time is drawn."""
        return replace(one, played=play_one_sample(
            one.truth.number, self.hazard, self.trial.people, alpha=self.alpha, trials=trials, seed=seed,
            variance=self.trial.variance, progress=tell))  # fmt: skip

    def size_for(self, power: float, truth: Truth) -> Size | None:
        """Followed as long as designed."""
        # The test is of fewer events than history has: no number of people shows what is not so.
        if truth.number >= 1:
            return None
        exposure = Exposure.of([self.hazard])
        return Size(whole(people_for_one_sample(
            truth.number, exposure, alpha=self.alpha, power=power, variance=self.trial.variance)))  # fmt: skip

    def answer(self, who: str, power: str) -> str:
        """How many people, for how long, what power."""
        trial, history = self.trial, self.trial.history_free.value
        return (
            # With proportional hazards a share that stays free is that of history to the power of the ratio.
            f"{who}, followed for {trial.years:g}{NBSP}years each, of whom {percent(history**trial.ratio.value, 0)} "
            f"stay free of {trial.event} where history has {percent(history, 0)}, show that with a power of {power}."
        )


def wrong_one_arm(trial: OneArmTrial, said: Said) -> Iterator[Problem]:
    """Every problem of a trial of one arm."""
    yield from said.at_least("people", trial.people, 2, MOST_OF_EXACT, "Say how many people are treated.")
    yield from said.between("years", trial.years, 0, MOST_YEARS, "Say how long everybody is followed.")
    yield from said.given(
        "history_free", trial.history_free, 0, 1, "A history without any event leaves nothing to compare."
    )
    yield from said.given("ratio", trial.ratio, 0, 1, "Plan for fewer events than history has.")
    # Up to 1 and no farther: above it the approximation has no answer.
    yield from said.truths(trial.truths, 0.001, 1)
