"""Who is in a trial of time to an event under each truth: when they enter, in which arm and stratum, and what happens.

Also who of them is at risk, how many events come, and which hazard ratio a log-rank test would see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from remission.simulation.trials.plan import TrialArm, TrialStratum, two_arms
from remission.stats.sample_size.at_risk import expect_at_risk
from remission.stats.sample_size.average_ratio import AverageRatio, average_ratios
from remission.stats.sample_size.calendar import Accrual, Arm, Calendar, expected_events
from remission.stats.sample_size.weighted import Stratum, Weighting
from remission.trials.kinds.time_to_event.strata import ratio_over_strata
from remission.trials.kinds.time_to_event.truths import hazard_of, treated_hazard

if TYPE_CHECKING:
    from remission.trials.design.records import EventTrial
    from remission.trials.design.truths import Truth


@dataclass(frozen=True)
class Enrolled:
    """The people of a trial as designed."""

    trial: EventTrial

    @cached_property
    def by_arm(self) -> tuple[int, int]:
        """Of the control and of the treated arm."""
        # Rounded to whole people once, here: formulas and played trials must have the same arms.
        return two_arms(self.trial.people, self.trial.allocation)

    @cached_property
    def weightings(self) -> tuple[Weighting, ...]:
        """What a log-rank test of them weighs by."""
        return tuple(Weighting(rho, gamma) for rho, gamma in self.trial.weights)

    @cached_property
    def strata(self) -> tuple[TrialStratum, ...]:
        """Shares and factors of the strata; one of everybody where none are written."""
        told = tuple(TrialStratum(one.name, one.share, one.factor) for one in self.trial.strata)
        # One of everybody, so that what runs over strata has no branch for a trial without any.
        return told or (TrialStratum("all", 1.0, 1.0),)

    def calendar(self, truth: Truth, factor: float = 1.0) -> Calendar:
        """Who enters when and what happens to them, the treated arm first, as average hazard ratios want it.

        factor: as if everybody were of a stratum whose hazards are so many times those that are written.
        """
        return Calendar(float(sum(self.by_arm)), self.accrual, self._arms(truth, 1.0, factor))

    def everybody(self, truth: Truth) -> Calendar:
        """The same with the arms of every stratum, each with its share: for what is counted of all."""
        # Shares of a stratum and of an arm multiply, for each arm has the same share of each stratum.
        arms = tuple(arm for one in self.strata for arm in self._arms(truth, one.share, one.factor))
        return Calendar(float(sum(self.by_arm)), self.accrual, arms)

    def _arms(self, truth: Truth, share: float, factor: float) -> tuple[Arm, Arm]:
        control, dropout = hazard_of(self.trial.control), hazard_of(self.trial.dropout)
        total = sum(self.by_arm)
        treated = treated_hazard(control, truth.effect)
        return (
            # The treated come first, for an average ratio is of the first arm to the second. The factor is on the event
            # alone: people of every stratum are lost alike.
            Arm(treated.times(factor), share * self.by_arm[1] / total, dropout),
            Arm(control.times(factor), share * self.by_arm[0] / total, dropout),
        )

    def by_end(self, truth: Truth) -> float:
        """Events expected by the last month."""
        return float(expected_events([self.trial.last_month], self.everybody(truth)).sum())

    def ratios(self, months: Sequence[float], truth: Truth) -> tuple[AverageRatio, ...]:
        """The average hazard ratio at each of these months, and the events of all by then."""
        # Not as one stratum of everybody: over strata the mean of Z is not told, and the log-rank test needs it.
        if not self.trial.strata:
            return average_ratios(months, self.calendar(truth))
        # Each stratum is asked as if everybody were in it: a ratio hangs on hazards alone, and shares weigh it
        # afterwards.
        by_stratum = [average_ratios(months, self.calendar(truth, one.factor)) for one in self.strata]
        shares = [one.share for one in self.strata]
        return tuple(ratio_over_strata(shares, at_once) for at_once in zip(*by_stratum, strict=True))

    @cached_property
    def accrual(self) -> Accrual:
        """People who enter per month."""
        pieces = self.trial.accrual
        return Accrual(tuple(one.from_month for one in pieces), tuple(one.people_per_month for one in pieces))

    def seen(self, truth: Truth, at: float) -> list[Stratum]:
        """Who is expected at risk in each stratum when one looks in this month."""
        return [
            # Of everybody too: `Stratum` has the share, by which scores are weighed when they are added up.
            Stratum(one.share, expect_at_risk(at, control_first(self.calendar(truth, one.factor))))
            for one in self.strata
        ]

    def arms(self, truth: Truth) -> tuple[TrialArm, TrialArm]:
        """Control and treated as they are played."""
        control, dropout = hazard_of(self.trial.control), hazard_of(self.trial.dropout)
        return (
            # Without factors of strata: the plan that is played has these from its strata, and would count them twice.
            TrialArm("control", self.by_arm[0], control, dropout),
            TrialArm("treated", self.by_arm[1], treated_hazard(control, truth.effect), dropout),
        )


def control_first(calendar: Calendar) -> Calendar:
    """The same with the control in column 0, as weighted tests and restricted means have it."""
    return replace(calendar, arms=calendar.arms[::-1])
