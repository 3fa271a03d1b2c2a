"""A trial of time to an event as it is planned: its people, how they are compared, and what the formulas promise."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from remission.inputs.not_a_design import NotADesign, refuse
from remission.simulation.trials.plan import TrialPlan
from remission.simulation.trials.run import simulate_trials
from remission.trials.design.kind import Kind
from remission.trials.design.outlook import Outlook
from remission.trials.design.size import Size, whole
from remission.trials.kinds.time_to_event.comparison import comparison_of
from remission.trials.kinds.time_to_event.enrolled import Enrolled
from remission.trials.kinds.time_to_event.plain import PlainBeside
from remission.trials.kinds.time_to_event.truths import truths_of_effect
from remission.trials.kinds.time_to_event.words import answer_of, compared_of, limits_of

if TYPE_CHECKING:
    from remission.stats.group_sequential.boundaries import Boundaries
    from remission.trials.design.formulas import Formula
    from remission.trials.design.kind import Tell
    from remission.trials.design.records import EventTrial, TrialDesign
    from remission.trials.design.truths import Truth
    from remission.trials.kinds.time_to_event.comparison import Comparison
    from remission.trials.kinds.time_to_event.promise import Promise


@dataclass(frozen=True)
class EventPlan(Kind):
    """A design of time to an event, computed: NotADesign where it cannot be."""

    design: TrialDesign
    trial: EventTrial

    measure: ClassVar[str] = "hazard ratio"

    @classmethod
    def of(cls, design: TrialDesign) -> EventPlan:
        """The plan of a design, with everything computed that may be refused."""
        assert design.time_to_event is not None
        plan = cls(design, design.time_to_event)
        # Asked first: the bounds of weighted tests need the month of their events, and would tell of those expected in
        # the end and not of those by the last month.
        if not plan.comparison.comes(plan.truths[0]):
            # Rounded down: 99.9 expected are not the 100 that are wanted.
            by_end = math.floor(10 * plan.who.by_end(plan.truths[0])) / 10
            found = f"{plan.events} wanted and {by_end:g} expected"
            refuse([f"events must be fewer than come by the last month, found {found}"])
        # Found here and kept, so that bounds that do not exist are refused with the design and not in the midst of its
        # report.
        _ = plan.boundaries
        return plan

    @cached_property
    def truths(self) -> list[Truth]:
        """What is looked at, the truth planned for first."""
        return truths_of_effect(self.trial)

    @cached_property
    def who(self) -> Enrolled:
        """The people, when they enter, and what happens to them."""
        return Enrolled(self.trial)

    @property
    def people(self) -> tuple[int, int]:
        """Of the control and of the treated arm."""
        return self.who.by_arm

    @cached_property
    def comparison(self) -> Comparison:
        """The test."""
        return comparison_of(self.design.alpha, self.who, self.truths[0])

    @property
    def events(self) -> int:
        """Events at the last look, rounded up; expected by the last month where no number of them is waited for."""
        return self.comparison.events

    @property
    def events_by_look(self) -> tuple[int, ...]:
        """Whole events at each look."""
        return self.comparison.events_by_look

    @property
    def boundaries(self) -> Boundaries:
        """Bounds of Z by look."""
        return self.comparison.boundaries

    @property
    def is_plain(self) -> bool:
        """Is it the plain log-rank test: without weights, without strata?"""
        # Strata are asked for besides: a stratified test stands for a ratio too, and is another test.
        return self.comparison.stands_for_ratio and not self.trial.strata

    @cached_property
    def plain(self) -> PlainBeside | None:
        """The plain log-rank test beside it; None where it is that one itself."""
        return None if self.is_plain else PlainBeside(self.design.alpha, self.who, self.comparison)

    @property
    def if_sized(self) -> str:
        """People enter in the same months, only more or fewer of them."""
        return f"If the trial goes on to month {self.trial.last_month:g}"

    @property
    def test(self) -> str:
        """What the arms are compared by."""
        # In the words of the plan that is played, so that the report cannot name another test than the one simulated.
        return self.as_played(self.truths[0]).test

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """What it is computed by."""
        return self.comparison.formulas

    @cached_property
    def first(self) -> Promise:
        """What the formulas say as designed; its looks come in time, or there were no plan."""
        return self.comparison.promise(self.truths[0])

    def promise(self, truth: Truth) -> Promise | None:
        """What the formulas say under a truth; None where its events are not expected by the last month."""
        return self.comparison.promise(truth) if self.comparison.comes(truth) else None

    def foretell(self, truth: Truth) -> Outlook:
        """The same, and what the plain test beside it promises."""
        promise, plain = self.promise(truth), self.plain.power(truth) if self.plain else None
        return Outlook(truth, promise.power if promise else None, promise=promise, plain=plain)

    def size_for(self, power: float, truth: Truth) -> Size | None:
        """Who must enter, and the events that come of them, if the last look comes in the last month."""
        try:
            people = self.comparison.people_for(power, truth)
        # An answer and no fault: under some truths no number of people shows an effect.
        except NotADesign:
            return None
        # More people enter in the same months, so their events grow in proportion (decision 371): of the number before
        # it is rounded, for one that was rounded up could take another event with it.
        return Size(whole(people), events=whole(self.who.by_end(truth) * people / self.trial.people))

    def as_played(self, truth: Truth) -> TrialPlan:
        """The same as a plan that is played."""
        test = self.comparison
        return TrialPlan(
            self.who.arms(truth), self.who.accrual, test.looks, self.trial.last_month,
            # Strata are drawn whatever the test is, for their hazards differ; whether it adds them up is said apart, so
            # that the plain test can be played on the same people.
            self.who.strata, bool(self.trial.strata), test.weightings, test.horizon,
        )  # fmt: skip

    def simulate(self, one: Outlook, trials: int, seed: int, tell: Tell) -> Outlook:
        """Entry, events and losses of everybody are drawn."""
        results = simulate_trials(self.as_played(one.truth), trials, seed, progress=tell)
        return replace(one, played=results.power(), results=results)

    def simulate_plain(self, one: Outlook, trials: int, seed: int, tell: Tell) -> Outlook:
        """The same people by the plain log-rank test."""
        assert self.plain is not None
        plan = self.plain.of(self.as_played(one.truth))
        return replace(one, plain_played=simulate_trials(plan, trials, seed, progress=tell).power())

    def answer(self, who: str, power: str) -> str:
        """How many people, how many events, how long, what power."""
        return answer_of(self, who, self.first, power)

    def compared(self, every: tuple[Outlook, ...]) -> Iterator[str]:
        """What the plain log-rank test of the same people would show."""
        return compared_of(self, every)

    def limits(self, every: tuple[Outlook, ...]) -> Iterator[str]:
        """What of events and hazards limits it."""
        return limits_of(self, every)
