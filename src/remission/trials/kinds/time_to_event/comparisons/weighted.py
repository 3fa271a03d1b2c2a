"""One weighted log-rank test, or the largest of several, stratified or not, looked at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from remission.simulation.trials.plan import Look
from remission.stats.group_sequential.boundaries import Boundaries
from remission.stats.group_sequential.crossing import Crossing
from remission.stats.sample_size.calendar import time_of_events
from remission.stats.sample_size.duration import expected_duration
from remission.stats.sample_size.max_combo import bound_of_largest, people_for_max_combo, power_for_max_combo
from remission.stats.sample_size.weighted import Weighting, expected_scores, people_for_weighted, power_for_weighted
from remission.trials.design.formulas import Formula
from remission.trials.design.truths import Truth
from remission.trials.kinds.time_to_event.comparisons.log_rank import CALENDAR, EVENTS
from remission.trials.kinds.time_to_event.promise import Promise
from remission.trials.kinds.time_to_event.strata import FORMULAS as OF_STRATA

if TYPE_CHECKING:
    from remission.trials.kinds.time_to_event.enrolled import Enrolled

TESTS = (
    Formula("Weighted log-rank tests", "expected scores under accrual, hazards and losses",
            "Fleming & Harrington 1981, doi:10.1080/03610928108828073; Lakatos 1988, doi:10.2307/2531910"),
    Formula("Largest of several tests", "a bound from their joint normal distribution",
            "Lin and others 2020, doi:10.1080/19466315.2019.1697738"),
)  # fmt: skip


@dataclass(frozen=True)
class Weighted:
    """The weighted tests of these people, once their events have happened."""

    alpha: float
    who: Enrolled

    horizon: ClassVar[None] = None
    stands_for_ratio: ClassVar[bool] = False
    of_bounds: ClassVar[str] = "The largest Z of the weighted tests counts; it stands for no single hazard ratio."

    @property
    def weightings(self) -> tuple[Weighting, ...]:
        """As they are written."""
        return self.who.weightings

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """Of the tests, of their strata where there are any, and of their events."""
        return (*TESTS, *(OF_STRATA if self.who.trial.strata else ()), EVENTS, CALENDAR)

    @property
    def events(self) -> int:
        """As they are written: for a power they cannot be computed."""
        # A power in the place of events is refused with the file, where there are weights.
        assert self.who.trial.events is not None
        return self.who.trial.events

    @property
    def events_by_look(self) -> tuple[int]:
        """All of them, at its one look."""
        return (self.events,)

    @cached_property
    def boundaries(self) -> Boundaries:
        """One bound, of the largest of the tests where there are more; under no effect, for then it must hold."""
        # Weights follow the pooled curve, so that how tests hang together is another matter under each truth; the month
        # too is that in which the events come without an effect.
        null = Truth("", 1.0, effect=((0.0, 1.0),))
        _, covariance = expected_scores(self.weightings, self.who.seen(null, self.months(null)[-1]))
        size = np.sqrt(np.diag(covariance))
        # Of their correlation, and not of their number alone: Bonferroni's bound is too high for tests that see the
        # same events.
        bound = bound_of_largest(covariance / np.outer(size, size), alpha=self.alpha)
        return Boundaries((1.0,), (bound,), None, (self.alpha,))

    @property
    def looks(self) -> tuple[Look, ...]:
        """One, which waits for all events."""
        return (Look(self.boundaries.upper[-1], events=self.events),)

    def comes(self, truth: Truth) -> bool:
        """Are its events expected by the last month?"""
        return self.who.by_end(truth) >= self.events

    def months(self, truth: Truth) -> list[float]:
        """When its events are expected."""
        return [time_of_events(self.events, self.who.everybody(truth))]

    def promise(self, truth: Truth) -> Promise:
        """By expected scores."""
        ratios = self.who.ratios(self.months(truth), truth)
        seen, people = self.who.seen(truth, ratios[-1].at), float(self.who.trial.people)
        if len(self.weightings) == 1:
            # In closed form; of several it is an integral over all of their directions.
            power = power_for_weighted(self.weightings[0], seen, people, alpha=self.alpha)
        else:
            power = power_for_max_combo(seen, people, alpha=self.alpha, weightings=self.weightings)
        crossing = Crossing((1.0,), (power,), (1 - power,))
        duration = expected_duration(self.boundaries, crossing, self.events, self.who.everybody(truth))
        return Promise(ratios, crossing, duration)

    def people_for(self, power: float, truth: Truth) -> float:
        """By expected scores, which grow with the people."""
        # At the end of the trial and not when the events of the design come, for these come the earlier the more people
        # it has (decision 371).
        seen = self.who.seen(truth, self.who.trial.last_month)
        if len(self.weightings) == 1:
            return people_for_weighted(self.weightings[0], seen, alpha=self.alpha, power=power)
        return people_for_max_combo(seen, alpha=self.alpha, power=power, weightings=self.weightings)
