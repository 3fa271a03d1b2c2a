"""Two arms compared by the rate of an event that comes again, followed for unequal times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from remission.exhibits.wording import NBSP
from remission.simulation.trials.draws import play_rates
from remission.simulation.trials.plan import MOST_PEOPLE, two_arms
from remission.stats.sample_size.counts import people_for_rates, power_for_rates
from remission.stats.sample_size.exposure import Exposure
from remission.trials.design.formulas import Formula
from remission.trials.design.kind import Kind
from remission.trials.design.outlook import Outlook
from remission.trials.design.phrases import rounded, short_ratio, shown
from remission.trials.design.said import MOST_YEARS
from remission.trials.design.size import Size, whole
from remission.trials.design.truths import Truth, truths_of_numbers

if TYPE_CHECKING:
    from remission.inputs.problems import Problem
    from remission.trials.design.kind import Tell
    from remission.trials.design.records import RateTrial
    from remission.trials.design.said import Said


@dataclass(frozen=True)
class PlannedRates(Kind):
    """A trial of rates, worked out."""

    trial: RateTrial
    alpha: float

    measure: ClassVar[str] = "rate ratio"
    test: ClassVar[str] = "Wald test of a negative binomial rate ratio, dispersion by moments"
    formulas: ClassVar[tuple[Formula, ...]] = (
        Formula("Power of two rates", "negative binomial, information of each follow-up summed up",
                "Zhu & Lakkis 2014, doi:10.1002/sim.5947; Tang 2017, arXiv:1704.04415"),
    )  # fmt: skip

    @cached_property
    def people(self) -> tuple[int, int]:
        """Of the control and of the treated arm."""
        return two_arms(self.trial.people, self.trial.allocation)

    @cached_property
    def truths(self) -> list[Truth]:
        """Rate ratios, the one planned for first."""
        return truths_of_numbers(self.measure, self.trial.ratio.value, 1.0, self.trial.truths)

    @cached_property
    def exposure(self) -> Exposure:
        """How long people are followed."""
        trial = self.trial
        return Exposure.planned(trial.least_years, trial.most_years, trial.dropout_per_year.value)

    def foretell(self, truth: Truth) -> Outlook:
        """By formula, whose power is in the direction of the effect: one-sided, the other way there is next to none."""
        if truth.number == 1:
            return Outlook(truth, self.alpha)
        # The formula takes the size of an effect and not its side, so it would tell the power to find harm as one to
        # find a gain.
        if truth.number > 1:
            return Outlook(truth, None)
        rate, people = self.trial.control.value, (float(self.people[0]), float(self.people[1]))
        # Information of each follow-up is summed up, for people enter one after the other: by the average of their
        # times power would be told too high.
        return Outlook(truth, power_for_rates(
            rate, rate * truth.number, self.trial.dispersion.value, self.exposure, people,
            alpha=self.alpha, followed="each"))  # fmt: skip

    def simulate(self, one: Outlook, trials: int, seed: int, tell: Tell) -> Outlook:
        """Counts and follow-up of everybody are drawn."""
        rate = self.trial.control.value
        return replace(one, played=play_rates(
            rate, rate * one.truth.number, self.trial.dispersion.value, self.exposure, self.people,
            alpha=self.alpha, trials=trials, seed=seed, progress=tell))  # fmt: skip

    def size_for(self, power: float, truth: Truth) -> Size | None:
        """Followed as long as designed."""
        if truth.number >= 1:
            return None
        rate = self.trial.control.value
        arms = people_for_rates(
            rate, rate * truth.number, self.trial.dispersion.value, self.exposure,
            alpha=self.alpha, power=power, allocation=self.trial.allocation, followed="each")  # fmt: skip
        # Up in each arm, and not the sum: one person short in an arm is short (decision 341).
        return Size(sum(map(whole, arms)))

    def answer(self, who: str, power: str) -> str:
        """How many people, how many events, what power."""
        rate, ratio, years = self.trial.control.value, self.trial.ratio.value, self.exposure.mean
        control, treated = self.people
        # By the mean of follow-up, in which those who leave count for as long as they stay.
        events = (control + treated * ratio) * rate * years
        effect = f"a rate ratio of {short_ratio(ratio)}"
        return (
            f"{who}, followed for {rounded(years)}{NBSP}years each on average, have about {rounded(events)} "
            f"{self.trial.event} and {shown(effect, ratio, power)}."
        )


def wrong_rates(trial: RateTrial, said: Said) -> Iterator[Problem]:
    """Every problem of a trial of rates."""
    yield from said.at_least("people", trial.people, 4, MOST_PEOPLE, "Say how many people are in both arms together.")
    yield from said.at_least("allocation", trial.allocation, 0.05, 20, "Say how many are treated for each control.")
    # Only of numbers that are right: else one wrong key would be told as two.
    if trial.people >= 4 and 0.05 <= trial.allocation <= 20:
        arms = two_arms(trial.people, trial.allocation)
        # The dispersion by moments divides by the people of an arm less one.
        if min(arms) < 2:
            yield said.problem("allocation", f"{arms[0]} control and {arms[1]} treated", "2 people or more in either "
                               "arm", "Nothing is known of how people differ from one: take more people.")  # fmt: skip
    yield from said.given("control", trial.control, 0, 1000, "Without events there is nothing to compare.")
    yield from said.given("ratio", trial.ratio, 0, 1000, "Correct the rate ratio, treated to control.")
    for key, one in (("dispersion", trial.dispersion), ("dropout_per_year", trial.dropout_per_year)):
        yield from said.at_least(f"{key}.value", one.value, 0, 1000, "Correct it: 0 or more.")
    yield from said.between("most_years", trial.most_years, 0, MOST_YEARS, "Say how long the first are followed.")
    # A longest follow-up that is wrong is told by its own key: the range named here must not be upside down.
    yield from said.at_least("least_years", trial.least_years, 0.01, max(trial.most_years, 0.01),
                             "Who enters last is followed no longer than who enters first.")  # fmt: skip
    yield from said.truths(trial.truths, 0.001, 1000)
