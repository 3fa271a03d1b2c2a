"""The log-rank test, plain or stratified, looked at once or more often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from remission.inputs.not_a_design import refuse
from remission.simulation.trials.plan import Look
from remission.stats.group_sequential.crossing import crossing_probabilities
from remission.stats.group_sequential.drift import find_drift, scale_of_drifts
from remission.stats.sample_size.calendar import time_of_events
from remission.stats.sample_size.duration import expected_duration
from remission.stats.sample_size.events import events_needed
from remission.stats.sample_size.weighted import LOG_RANK, Weighting
from remission.trials.design.formulas import Formula
from remission.trials.design.size import whole
from remission.trials.kinds.time_to_event.bounds import bounds_at
from remission.trials.kinds.time_to_event.promise import Promise, drifts_of
from remission.trials.kinds.time_to_event.strata import FORMULAS as OF_STRATA
from remission.trials.kinds.time_to_event.strata import mean_of_z

if TYPE_CHECKING:
    from remission.stats.group_sequential.boundaries import Boundaries
    from remission.stats.sample_size.average_ratio import AverageRatio
    from remission.trials.design.truths import Truth
    from remission.trials.kinds.time_to_event.enrolled import Enrolled

LOOKS = (
    Formula("Alpha spent", "a spending function of the share of events",
            "Lan & DeMets 1983, doi:10.1093/biomet/70.3.659"),
    Formula("Bounds, and where trials end", "recursive numerical integration of the canonical joint distribution",
            "Armitage, McPherson & Rowe 1969, doi:10.2307/2343787; "
            "Jennison & Turnbull 2000, doi:10.1201/9780367805326"),
    Formula("Conditional power", "the same integration from the look that was seen",
            "Lan & Wittes 1988, Biometrics 44:579"),
    Formula("Predictive power",
            "conditional power averaged over drifts N(Z / sqrt t, 1 / t), as a flat prior leaves them after a share t",
            "Spiegelhalter, Freedman & Blackburn 1986, Controlled Clinical Trials 7:8"),
)  # fmt: skip
EVENTS = Formula("Events, and the mean of Z", "(drift / log HR)^2 (1 + r)^2 / r",
                 "Schoenfeld 1981, doi:10.1093/biomet/68.1.316")  # fmt: skip
CALENDAR = Formula("Calendar", "expected events under accrual, hazards and losses by pieces",
                   "Lachin & Foulkes 1986, doi:10.2307/2531201")  # fmt: skip


@dataclass(frozen=True)
class LogRank:
    """The log-rank test of these people, at the looks of their trial."""

    alpha: float
    who: Enrolled
    planned: Truth

    weightings: ClassVar[tuple[Weighting, ...]] = (LOG_RANK,)
    horizon: ClassVar[None] = None
    stands_for_ratio: ClassVar[bool] = True
    of_bounds: ClassVar[str] = (
        "Stop for effect where Z is at least the bound. The hazard ratio at the bound is by Schoenfeld's formula."
    )

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """Of its looks, of its strata where it has any, and of its events."""
        return (*LOOKS, *(OF_STRATA if self.who.trial.strata else ()), EVENTS, CALENDAR)

    @cached_property
    def _bounds_as_written(self) -> Boundaries:
        # Whole events, and the fractions that they make, are of one number of people; these are of any.
        return bounds_at(self.who.trial.fractions, self.who.trial, self.alpha)

    @cached_property
    def events(self) -> int:
        """Those that are written, or as many as the power takes that is written, rounded up."""
        trial = self.who.trial
        if trial.events is not None:
            return trial.events
        assert trial.power is not None
        drift = find_drift(self._bounds_as_written, trial.power)
        control, treated = self.who.by_arm
        # The first piece is the whole effect: a power is refused where the ratio changes.
        wanted = events_needed(trial.effect[0].ratio, drift=drift, allocation=treated / control)
        return whole(wanted)

    @cached_property
    def events_by_look(self) -> tuple[int, ...]:
        """Whole events at each look."""
        # 100 x 0.07 is a hair above 7 to a computer, and would be rounded up to 8.
        return tuple(whole(self.events * fraction) for fraction in self.who.trial.fractions)

    @cached_property
    def boundaries(self) -> Boundaries:
        """At the shares of information that whole events make."""
        by_look = self.events_by_look
        # Of few events two fractions are rounded up to the same one: then it is one look, and its alpha cannot be spent
        # twice.
        if len(set(by_look)) < len(by_look):
            refuse([f"looks must come after different numbers of events, found {', '.join(map(str, by_look))}"])
        # Looks come at whole events, so a little later than they are written; alpha is spent by what is there then.
        return bounds_at(tuple(one / self.events for one in by_look), self.who.trial, self.alpha)

    @property
    def looks(self) -> tuple[Look, ...]:
        """Each waits for its events; at the last one nobody gives up."""
        bounds = self.boundaries
        # A bound for every look, as looks are played; the last has none, for there the trial ends anyhow.
        futility = (*(bounds.futility or (None,) * (bounds.looks - 1)), None)
        return tuple(
            Look(upper, events=events, futility=low)
            for upper, events, low in zip(bounds.upper, self.events_by_look, futility, strict=True)
        )

    def comes(self, truth: Truth) -> bool:
        """Are its events expected by the last month?"""
        return self.who.by_end(truth) >= self.events

    def months(self, truth: Truth) -> list[float]:
        """When the events of each look are expected."""
        everybody = self.who.everybody(truth)
        return [time_of_events(one, everybody) for one in self.events_by_look]

    def promise(self, truth: Truth) -> Promise:
        """By the mean of Z at each look; with strata that is the mean of their scores added up."""
        ratios = self._ratios(self.months(truth), truth)
        # Futility is taken to be kept, whether it binds or not, as played trials keep it (decision 323).
        crossing = crossing_probabilities(self.boundaries, drifts_of(ratios))
        duration = expected_duration(self.boundaries, crossing, self.events, self.who.everybody(truth))
        return Promise(ratios, crossing, duration)

    def people_for(self, power: float, truth: Truth) -> float:
        """By the mean of Z at each look, which grows with the root of the people."""
        trial, everybody, by_end = self.who.trial, self.who.everybody(truth), self.who.by_end(truth)
        # Of the events that come by the last month, and not of those of the design: the size is of a trial that goes on
        # until then, and must not hang on how many people the design has (decision 371).
        months = [time_of_events(by_end * fraction, everybody) for fraction in trial.fractions[:-1]]
        drifts = drifts_of(self._ratios([*months, trial.last_month], truth))
        return trial.people * scale_of_drifts(self._bounds_as_written, drifts, power) ** 2

    def _ratios(self, months: Sequence[float], truth: Truth) -> tuple[AverageRatio, ...]:
        ratios, people = self.who.ratios(months, truth), float(self.who.trial.people)
        if not self.who.trial.strata:
            return ratios
        # Strata change the mean of Z, not the ratio, which is shown as it is (decision 366).
        return tuple(replace(one, drift=mean_of_z(self.who.seen(truth, one.at), people)) for one in ratios)
