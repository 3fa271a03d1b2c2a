"""A trial of time to an event as it is planned: looks, bounds, events, calendar, and what the formulas promise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from remission.inputs.not_a_design import NotADesign, refuse, spending_named
from remission.simulation.trials.plan import Look, TrialPlan
from remission.stats.group_sequential.boundaries import Boundaries, Futility, find_boundaries
from remission.stats.group_sequential.crossing import Crossing, crossing_probabilities
from remission.stats.group_sequential.drift import find_drift
from remission.stats.sample_size.average_ratio import AverageRatio
from remission.stats.sample_size.calendar import time_of_events
from remission.stats.sample_size.duration import Duration, expected_duration
from remission.stats.sample_size.events import events_needed
from remission.stats.sample_size.max_combo import bound_of_largest, power_for_max_combo
from remission.stats.sample_size.restricted_mean import expected_gain, power_for_restricted_mean
from remission.stats.sample_size.weighted import LOG_RANK, Weighting, expected_scores, power_for_weighted
from remission.trials.design.enrolled import Enrolled, control_first
from remission.trials.design.strata import mean_of_z, mixed, spread_of_plain_z
from remission.trials.design.truths import Truth, truths_of

if TYPE_CHECKING:
    from remission.trials.design.records import EventTrial, TrialDesign


@dataclass(frozen=True)
class Promise:
    """What the formulas say under one truth: average hazard ratio by look, where it ends, and when.

    gain: months free of the event that the treated gain, where restricted means are compared.
    """

    ratios: tuple[AverageRatio, ...]
    crossing: Crossing
    duration: Duration
    gain: float | None = None

    @property
    def power(self) -> float:
        """The chance ever to end for effect."""
        return self.crossing.power


@dataclass(frozen=True)
class EventPlan:
    """A design of time to an event, computed: NotADesign where it cannot be."""

    design: TrialDesign
    trial: EventTrial

    @classmethod
    def of(cls, design: TrialDesign) -> EventPlan:
        """The plan of a design, with everything computed that may be refused."""
        assert design.time_to_event is not None
        plan = cls(design, design.time_to_event)
        by_end = plan.who.by_end(plan.truths[0])
        if plan.horizon is None and by_end < plan.events:
            # Rounded down: 99.9 expected are not the 100 that are wanted.
            found = f"{plan.events} wanted and {math.floor(10 * by_end) / 10:g} expected"
            refuse([f"events must be fewer than come by the last month, found {found}"])
        _ = plan.boundaries
        return plan

    @cached_property
    def truths(self) -> list[Truth]:
        """What is looked at, the truth planned for first."""
        return truths_of(self.design)

    @cached_property
    def who(self) -> Enrolled:
        """The people, when they enter, and what happens to them."""
        return Enrolled(self.trial)

    @property
    def people(self) -> tuple[int, int]:
        """Of the control and of the treated arm."""
        return self.who.by_arm

    @cached_property
    def weightings(self) -> tuple[Weighting, ...]:
        """What the test weighs by."""
        return tuple(Weighting(rho, gamma) for rho, gamma in self.trial.weights)

    @property
    def is_log_rank(self) -> bool:
        """Is it the log-rank test without weights, stratified or not, which may be looked at more than once?"""
        return self.weightings == (LOG_RANK,) and self.horizon is None

    @property
    def is_plain(self) -> bool:
        """Is it the plain log-rank test: without weights, without strata?"""
        return self.is_log_rank and not self.trial.strata

    @property
    def horizon(self) -> float | None:
        """The month up to which mean months free of the event are compared; None: hazards are."""
        return self.trial.restricted_mean_month

    @cached_property
    def events(self) -> int:
        """Events at the last look, rounded up; expected by the last month where no number of them is waited for."""
        if self.horizon is not None:
            return max(1, round(self.who.by_end(self.truths[0])))
        if self.trial.events is not None:
            return self.trial.events
        assert self.trial.power is not None
        drift = find_drift(self._bounds(self.trial.fractions), self.trial.power)
        wanted = events_needed(self.trial.effect[0].ratio, drift=drift, allocation=self.people[1] / self.people[0])
        return math.ceil(wanted - 1e-9)

    @cached_property
    def events_by_look(self) -> tuple[int, ...]:
        """Whole events at each look."""
        # 100 x 0.07 is a hair above 7 to a computer, and would be rounded up to 8.
        return tuple(math.ceil(self.events * fraction - 1e-9) for fraction in self.trial.fractions)

    @cached_property
    def boundaries(self) -> Boundaries:
        """Bounds of Z at the shares of information that whole events make; of the largest test where there are more."""
        if self.is_log_rank:
            by_look = self.events_by_look
            if len(set(by_look)) < len(by_look):
                found = ", ".join(map(str, by_look))
                refuse([f"looks must come after different numbers of events, found {found}"])
            return self._bounds(tuple(one / self.events for one in by_look))
        if self.horizon is not None:
            return self._bounds((1.0,))
        bound = self._bound_of_weighted()
        return Boundaries((1.0,), (bound,), None, (self.design.alpha,))

    def _bounds(self, fractions: tuple[float, ...]) -> Boundaries:
        trial, alpha = self.trial, self.design.alpha
        futility = None
        if trial.futility is not None and len(fractions) > 1:
            said = trial.futility
            beta = 1 - trial.power if trial.power is not None and not said.bounds else None
            kind = spending_named(said.spending or "obrien-fleming")
            futility = Futility(beta, kind, said.gamma, said.bounds or None, said.binding)
        spending = trial.spent or spending_named(trial.spending)
        return find_boundaries(alpha, fractions, spending, futility, gamma=trial.gamma)

    def _bound_of_weighted(self) -> float:
        """Under no effect, for then it must hold."""
        null = Truth("", 1.0, effect=((0.0, 1.0),))
        _, covariance = expected_scores(self.weightings, self.who.seen(null, self._times(null)[-1]))
        size = np.sqrt(np.diag(covariance))
        return bound_of_largest(covariance / np.outer(size, size), alpha=self.design.alpha)

    def _times(self, truth: Truth) -> list[float]:
        """The month in which each look is expected."""
        if self.horizon is not None:
            return [self.trial.last_month]
        everybody = self.who.everybody(truth)
        return [time_of_events(one, everybody) for one in self.events_by_look]

    def promise(self, truth: Truth) -> Promise | None:
        """What the formulas say under a truth; None where its events are not expected by the last month."""
        if self._too_late(truth):
            return None
        times = self._times(truth)
        ratios = self.who.ratios(times, truth)
        if self.trial.strata and self.is_log_rank:
            ratios = tuple(
                replace(one, drift=mean_of_z(self.who.seen(truth, one.at), float(self.trial.people))) for one in ratios
            )
        crossing = self._crossing(ratios, truth)
        if self.horizon is None:
            return Promise(
                ratios, crossing, expected_duration(self.boundaries, crossing, self.events, self.who.everybody(truth))
            )
        gain, _ = expected_gain(times[-1], control_first(self.who.calendar(truth)), self.horizon)
        return Promise(ratios, crossing, self._at_the_end(truth), gain)

    def _too_late(self, truth: Truth) -> bool:
        """Is a look waited for that is not expected by the last month?"""
        return self.horizon is None and self.who.by_end(truth) < self.events

    def _at_the_end(self, truth: Truth) -> Duration:
        """A trial that is looked at in its last month, whatever happens."""
        last, events, people = self.trial.last_month, self.who.by_end(truth), float(sum(self.people))
        return Duration((last,), (events,), (people,), last, events, people)

    def _crossing(self, ratios: tuple[AverageRatio, ...], truth: Truth) -> Crossing:
        if self.is_log_rank:
            return crossing_probabilities(self.boundaries, drifts_of(ratios))
        at, people, alpha = ratios[-1].at, float(self.trial.people), self.design.alpha
        if self.horizon is not None:
            power = power_for_restricted_mean(at, control_first(self.who.calendar(truth)), self.horizon, alpha=alpha)
        elif len(self.weightings) == 1:
            power = power_for_weighted(self.weightings[0], self.who.seen(truth, at), people, alpha=alpha)
        else:
            power = power_for_max_combo(self.who.seen(truth, at), people, alpha=alpha, weightings=self.weightings)
        return Crossing((1.0,), (power,), (1 - power,))

    def plain_power(self, truth: Truth) -> float | None:
        """Power of the plain log-rank test where another is planned, by formula.

        None where none other is, where the events are not expected by the last month, or where there is no formula.
        """
        if self.is_plain or self._too_late(truth):
            return None
        people, treated = float(self.trial.people), self.people[1] / sum(self.people)
        seen = [self.who.seen(truth, at) for at in self._times(truth)]
        try:
            spreads = [spread_of_plain_z(one, treated) for one in seen]
        except NotADesign:
            return None
        drifts = [mean_of_z([mixed(one)], people) / spread for one, spread in zip(seen, spreads, strict=True)]
        return crossing_probabilities(_narrowed(self.plain_boundaries, spreads), drifts).power

    @cached_property
    def plain_boundaries(self) -> Boundaries:
        """The bounds of the plain log-rank test beside the one that is planned: its own, where that is another one."""
        return self.boundaries if self.is_log_rank else self._bounds((1.0,))

    def play_plain(self, truth: Truth) -> TrialPlan:
        """The same trials, of the same people, compared by the plain log-rank test."""
        played = replace(self.play(truth), stratified=False, restricted_mean_month=None)
        if self.is_log_rank:
            return played
        look = replace(played.looks[-1], upper=self.plain_boundaries.upper[-1])
        return replace(played, looks=(look,), weights=(LOG_RANK,))

    def play(self, truth: Truth) -> TrialPlan:
        """The same as a plan that is played."""
        futility = (*(self.boundaries.futility or (None,) * (self.boundaries.looks - 1)), None)
        looks = tuple(
            Look(upper, events=events, futility=low)
            for upper, events, low in zip(self.boundaries.upper, self.events_by_look, futility, strict=True)
        )
        if self.horizon is not None:
            looks = (Look(self.boundaries.upper[-1], month=self.trial.last_month),)
        return TrialPlan(
            self.who.arms(truth), self.who.accrual, looks, self.trial.last_month,
            self.who.strata, bool(self.trial.strata), self.weightings, self.horizon,
        )  # fmt: skip


def _narrowed(bounds: Boundaries, spreads: Sequence[float]) -> Boundaries:
    """Bounds of a Z that spreads by less than 1, in units of its spread."""
    upper = tuple(one / spread for one, spread in zip(bounds.upper, spreads, strict=True))
    low = bounds.futility and tuple(one / spread for one, spread in zip(bounds.futility, spreads, strict=False))
    return replace(bounds, upper=upper, futility=low)


def drifts_of(ratios: tuple[AverageRatio, ...]) -> tuple[float, ...]:
    """The mean of Z at each look; NotADesign where one has none."""
    drifts = tuple(one.drift for one in ratios if one.drift is not None)
    if len(drifts) < len(ratios):
        refuse(["hazards must be above 0 where there are events, found an arm without any"])
    return drifts
