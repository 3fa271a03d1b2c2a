"""A trial of time to an event as it is planned: looks, bounds, events, calendar, and what the formulas promise."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from remission.inputs.not_a_design import refuse, spending_named
from remission.simulation.trials.plan import Look, TrialArm, TrialPlan, people_by_arm
from remission.stats.group_sequential.boundaries import Boundaries, Futility, find_boundaries
from remission.stats.group_sequential.crossing import Crossing, crossing_probabilities
from remission.stats.group_sequential.drift import find_drift
from remission.stats.sample_size.at_risk import expect_at_risk
from remission.stats.sample_size.average_ratio import AverageRatio, average_ratios
from remission.stats.sample_size.calendar import Accrual, Arm, Calendar, expected_events, time_of_events
from remission.stats.sample_size.duration import Duration, expected_duration
from remission.stats.sample_size.events import events_needed
from remission.stats.sample_size.max_combo import bound_of_largest, power_for_max_combo
from remission.stats.sample_size.weighted import LOG_RANK, Stratum, Weighting, expected_scores, power_for_weighted
from remission.trials.design.truths import Truth, hazard_of, treated_hazard, truths_of

if TYPE_CHECKING:
    from remission.trials.design.records import EventTrial, TrialDesign


@dataclass(frozen=True)
class Promise:
    """What the formulas say under one truth: average hazard ratio by look, where it ends, and when."""

    ratios: tuple[AverageRatio, ...]
    crossing: Crossing
    duration: Duration

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
        planned = plan.calendar(plan.truths[0])
        by_end = float(expected_events([plan.trial.last_month], planned).sum())
        if by_end < plan.events:
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
    def people(self) -> tuple[int, int]:
        """Of the control and of the treated arm."""
        control, treated = people_by_arm(self.trial.people, (1.0, self.trial.allocation))
        return control, treated

    @cached_property
    def weightings(self) -> tuple[Weighting, ...]:
        """What the test weighs by."""
        return tuple(Weighting(rho, gamma) for rho, gamma in self.trial.weights)

    @property
    def is_log_rank(self) -> bool:
        """Is it the plain log-rank test, which may be looked at more than once?"""
        return self.weightings == (LOG_RANK,)

    @cached_property
    def events(self) -> int:
        """Events at the last look, rounded up."""
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
        null = self.calendar(Truth("", 1.0, effect=((0.0, 1.0),)))
        _, covariance = expected_scores(self.weightings, [self._seen(null)])
        size = np.sqrt(np.diag(covariance))
        return bound_of_largest(covariance / np.outer(size, size), alpha=self.design.alpha)

    def _seen(self, calendar: Calendar) -> Stratum:
        # The statistics of weighted tests have the control first.
        turned = Calendar(calendar.people, calendar.accrual, calendar.arms[::-1], calendar.followed_for)
        return Stratum(1.0, expect_at_risk(time_of_events(self.events, calendar), turned))

    def calendar(self, truth: Truth) -> Calendar:
        """Who enters when and what happens to them, the treated arm first, as average hazard ratios want it."""
        control, dropout = hazard_of(self.trial.control), hazard_of(self.trial.dropout)
        total = sum(self.people)
        arms = (
            Arm(treated_hazard(control, truth.effect), self.people[1] / total, dropout),
            Arm(control, self.people[0] / total, dropout),
        )
        return Calendar(float(total), self.accrual, arms)

    @cached_property
    def accrual(self) -> Accrual:
        """People who enter per month."""
        pieces = self.trial.accrual
        return Accrual(tuple(one.from_month for one in pieces), tuple(one.people_per_month for one in pieces))

    def promise(self, truth: Truth) -> Promise | None:
        """What the formulas say under a truth; None where its events are not expected by the last month."""
        calendar = self.calendar(truth)
        if float(expected_events([self.trial.last_month], calendar).sum()) < self.events:
            return None
        times = [time_of_events(one, calendar) for one in self.events_by_look]
        ratios = average_ratios(times, calendar)
        crossing = self._crossing(ratios, calendar)
        return Promise(ratios, crossing, expected_duration(self.boundaries, crossing, self.events, calendar))

    def _crossing(self, ratios: tuple[AverageRatio, ...], calendar: Calendar) -> Crossing:
        if self.is_log_rank:
            return crossing_probabilities(self.boundaries, drifts_of(ratios))
        seen, people, alpha = [self._seen(calendar)], float(self.trial.people), self.design.alpha
        power = (
            power_for_weighted(self.weightings[0], seen, people, alpha=alpha)
            if len(self.weightings) == 1
            else power_for_max_combo(seen, people, alpha=alpha, weightings=self.weightings)
        )
        return Crossing((1.0,), (power,), (1 - power,))

    def plain_power(self, truth: Truth) -> float | None:
        """Power of the plain log-rank test where another is planned, by formula.

        None where none other is, or where the events are not expected by the last month.
        """
        calendar = self.calendar(truth)
        if self.is_log_rank or float(expected_events([self.trial.last_month], calendar).sum()) < self.events:
            return None
        return power_for_weighted(
            LOG_RANK, [self._seen(calendar)], float(self.trial.people), alpha=self.design.alpha
        )  # fmt: skip

    def play_plain(self, truth: Truth) -> TrialPlan:
        """The same trials, of the same people, compared by the plain log-rank test."""
        look = Look(float(-ndtri(self.design.alpha)), events=self.events)
        return replace(self.play(truth), looks=(look,), weights=(LOG_RANK,))

    def play(self, truth: Truth) -> TrialPlan:
        """The same as a plan that is played."""
        control, dropout = hazard_of(self.trial.control), hazard_of(self.trial.dropout)
        arms = (
            TrialArm("control", self.people[0], control, dropout),
            TrialArm("treated", self.people[1], treated_hazard(control, truth.effect), dropout),
        )
        futility = (*(self.boundaries.futility or (None,) * (self.boundaries.looks - 1)), None)
        looks = tuple(
            Look(upper, events=events, futility=low)
            for upper, events, low in zip(self.boundaries.upper, self.events_by_look, futility, strict=True)
        )
        return TrialPlan(arms, self.accrual, looks, self.trial.last_month, weights=self.weightings)


def drifts_of(ratios: tuple[AverageRatio, ...]) -> tuple[float, ...]:
    """The mean of Z at each look; NotADesign where one has none."""
    drifts = tuple(one.drift for one in ratios if one.drift is not None)
    if len(drifts) < len(ratios):
        refuse(["hazards must be above 0 where there are events, found an arm without any"])
    return drifts
