"""Two arms compared by the share of people who have something at one landmark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from remission.exhibits.wording import NBSP, percent
from remission.simulation.trials.draws import play_shares
from remission.simulation.trials.plan import two_arms
from remission.stats.sample_size.proportions import exact_power_for_shares, people_for_shares, power_for_shares
from remission.trials.design.formulas import Formula
from remission.trials.design.kind import Kind
from remission.trials.design.outlook import Outlook
from remission.trials.design.said import MOST_MONTHS, MOST_OF_EXACT
from remission.trials.design.size import Size, whole
from remission.trials.design.truths import Truth, truths_of_numbers

if TYPE_CHECKING:
    from remission.inputs.problems import Problem
    from remission.trials.design.kind import Tell
    from remission.trials.design.records import ShareTrial
    from remission.trials.design.said import Said


@dataclass(frozen=True)
class PlannedShares(Kind):
    """A trial of shares, worked out."""

    trial: ShareTrial
    alpha: float

    measure: ClassVar[str] = "share of the treated"
    of_shares: ClassVar[bool] = True
    formulas: ClassVar[tuple[Formula, ...]] = (
        Formula("Power of two shares", "normal approximation", "Fleiss, Levin & Paik 2003, chapter 4"),
        Formula("True size and power", "summed over every pair of counts, exact", "computed here"),
    )

    @cached_property
    def people(self) -> tuple[int, int]:
        """Of the control and of the treated arm, of those who are seen."""
        return two_arms(self.trial.people, self.trial.allocation)

    @cached_property
    def truths(self) -> list[Truth]:
        """Shares of the treated, the one planned for first."""
        trial = self.trial
        return truths_of_numbers(self.measure, trial.treated.value, trial.control.value, trial.truths)

    @property
    def test(self) -> str:
        """With the variance, which makes two tests of one."""
        return f"difference of two shares, {self.trial.test} variance"

    @property
    def gains(self) -> bool:
        """Are more better? A matter of the plan: also where another truth lies on the other side of control."""
        return self.trial.treated.value > self.trial.control.value

    def foretell(self, truth: Truth) -> Outlook:
        """By formula, where the effect is in the direction planned for, and exactly."""
        control, treated, test = self.trial.control.value, truth.number, self.trial.test
        # The formula takes the size of a difference and not its side: the wrong way round it would tell a power that
        # the test, which is one-sided, does not have. Of no difference it is alpha.
        formula: float | None = self.alpha
        if treated != control:
            formula = power_for_shares(control, treated, self.people, alpha=self.alpha, test=test)
        if treated != control and (treated > control) != self.gains:
            formula = None
        # Exact power is that of saying more; where fewer are better, both arms are counted by those who have it not.
        one, other = (control, treated) if self.gains else (1 - control, 1 - treated)
        return Outlook(truth, formula, exact_power_for_shares(one, other, self.people, alpha=self.alpha, test=test))

    def simulate(self, one: Outlook, trials: int, seed: int, tell: Tell) -> Outlook:
        """Counts of both arms are drawn."""
        return replace(one, played=play_shares(
            self.trial.control.value, one.truth.number, self.people, alpha=self.alpha, trials=trials, seed=seed,
            test=self.trial.test, fewer=not self.gains, progress=tell))  # fmt: skip

    @property
    def if_sized(self) -> str:
        """Who is lost is not seen."""
        return "With as large a share lost"

    def size_for(self, power: float, truth: Truth) -> Size | None:
        """Those who must be seen, and enter, for an effect in the direction planned for."""
        control, treated = self.trial.control.value, truth.number
        # In the other direction people are no help: the test looks to the side planned for, whatever is true.
        if treated == control or (treated > control) != self.gains:
            return None
        # Up in each arm (decision 341), and then once more for those lost, who are lost as people and not as parts of
        # them.
        seen = sum(map(whole, people_for_shares(
            control, treated, alpha=self.alpha, power=power, allocation=self.trial.allocation,
            test=self.trial.test)))  # fmt: skip
        return Size(seen, enter=self.entering(seen))

    def entering(self, seen: float) -> int:
        """How many must enter for so many to be seen, rounded up: one person short is short."""
        return whole(seen / (1 - self.trial.lost.value))

    def answer(self, who: str, power: str) -> str:
        """How many people, seen when, what power."""
        trial = self.trial
        return (
            f"{who} seen at {trial.landmark_months:g}{NBSP}months (so {self.entering(sum(self.people)):,} must enter) "
            f"show that {percent(trial.treated.value, 0)} and not {percent(trial.control.value, 0)} have "
            f"{trial.event}, with a power of {power}."
        )

    def limits(self, every: tuple[Outlook, ...]) -> Iterator[str]:  # noqa: ARG002 - they limit every truth
        """What those who are lost may be like."""
        if self.trial.lost.value > 0:
            yield "Power holds if those not seen at the landmark are like those who are."


def wrong_shares(trial: ShareTrial, said: Said) -> Iterator[Problem]:
    """Every problem of a trial of shares."""
    yield from said.at_least("people", trial.people, 4, MOST_OF_EXACT, "Say how many are seen in both arms together.")
    yield from said.at_least("allocation", trial.allocation, 0.05, 20, "Say how many are treated for each control.")
    yield from said.between("landmark_months", trial.landmark_months, 0, MOST_MONTHS, "Say when that is seen.")
    for key, one in (("control", trial.control), ("treated", trial.treated)):
        yield from said.given(key, one, 0, 1, "Correct the share.")
    # Refused here, for nothing later would: equal shares are a truth to look at, only none to plan for.
    if trial.control.value == trial.treated.value:
        yield said.problem("treated.value", f"{trial.treated.value:g}", "another share than the control's",
                           "No number of people tells equal shares apart.")  # fmt: skip
    yield from said.at_least("lost.value", trial.lost.value, 0, 0.9, "Correct the share of people not seen.")
    yield from said.truths(trial.truths, 0.001, 0.999)
