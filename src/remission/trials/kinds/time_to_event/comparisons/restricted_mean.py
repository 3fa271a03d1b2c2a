"""The difference of mean months free of the event up to a month, looked at once, when the trial ends."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from remission.simulation.trials.plan import Look
from remission.stats.group_sequential.crossing import Crossing
from remission.stats.sample_size.duration import Duration
from remission.stats.sample_size.restricted_mean import (
    expected_gain,
    people_for_restricted_mean,
    power_for_restricted_mean,
)
from remission.stats.sample_size.weighted import LOG_RANK, Weighting
from remission.trials.design.formulas import Formula
from remission.trials.kinds.time_to_event.bounds import bounds_at
from remission.trials.kinds.time_to_event.comparisons.log_rank import CALENDAR
from remission.trials.kinds.time_to_event.enrolled import control_first
from remission.trials.kinds.time_to_event.promise import Promise

if TYPE_CHECKING:
    from remission.stats.group_sequential.boundaries import Boundaries
    from remission.trials.design.truths import Truth
    from remission.trials.kinds.time_to_event.enrolled import Enrolled


@dataclass(frozen=True)
class RestrictedMean:
    """Restricted means of these people, compared in the last month, whatever has happened by then."""

    alpha: float
    who: Enrolled
    planned: Truth
    horizon: float

    # Weighed by nothing; a plan that is played has weights all the same, and refuses any others with a horizon.
    weightings: ClassVar[tuple[Weighting, ...]] = (LOG_RANK,)
    stands_for_ratio: ClassVar[bool] = False
    formulas: ClassVar[tuple[Formula, ...]] = (
        Formula("Difference of restricted means", "areas under the curves, and the variance of their estimates",
                "Uno and others 2014, doi:10.1200/JCO.2014.55.2208"),
        CALENDAR,
    )  # fmt: skip

    @property
    def of_bounds(self) -> str:
        """What Z is of."""
        return (
            f"Z is the difference of mean months free of {self.who.trial.event} up to month {self.horizon:g} over its "
            "standard error; it stands for no hazard ratio."
        )

    @cached_property
    def events(self) -> int:
        """Those expected by the last month, as designed."""
        # Told and not waited for, so it is the nearest number and is not rounded up.
        return round(self.who.by_end(self.planned))

    @property
    def events_by_look(self) -> tuple[int]:
        """All of them, at its one look."""
        return (self.events,)

    @cached_property
    def boundaries(self) -> Boundaries:
        """One bound, at which all of alpha is spent."""
        # At one look whatever the file says: shares of events are not the information of restricted means (decision
        # 368).
        return bounds_at((1.0,), self.who.trial, self.alpha)

    @property
    def looks(self) -> tuple[Look, ...]:
        """One, in the last month."""
        return (Look(self.boundaries.upper[-1], month=self.who.trial.last_month),)

    def comes(self, truth: Truth) -> bool:  # noqa: ARG002 - other tests ask it
        """It waits for nothing."""
        return True

    def months(self, truth: Truth) -> list[float]:  # noqa: ARG002 - other tests ask it
        """The last one."""
        return [self.who.trial.last_month]

    def promise(self, truth: Truth) -> Promise:
        """By areas under the curves that are expected."""
        last, calendar = self.who.trial.last_month, control_first(self.who.calendar(truth))
        # Of everybody at once: strata are refused beside a restricted mean.
        gain, _ = expected_gain(last, calendar, self.horizon)
        power = power_for_restricted_mean(last, calendar, self.horizon, alpha=self.alpha)
        events, people = self.who.by_end(truth), float(sum(self.who.by_arm))
        # No event ends it and no look comes before, so that what is expected of its end is what its one look has.
        duration = Duration((last,), (events,), (people,), last, events, people)
        return Promise(self.who.ratios([last], truth), Crossing((1.0,), (power,), (1 - power,)), duration, gain)

    def people_for(self, power: float, truth: Truth) -> float:
        """By the variance of the gain, which falls as people grow."""
        calendar = control_first(self.who.calendar(truth))
        last = self.who.trial.last_month
        return people_for_restricted_mean(last, calendar, self.horizon, alpha=self.alpha, power=power)
