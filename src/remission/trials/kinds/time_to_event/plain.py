"""The plain log-rank test of the same people, beside another test that is planned: what does the other one gain?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from remission.inputs.not_a_design import NotADesign
from remission.simulation.trials.plan import LOG_RANK
from remission.stats.group_sequential.crossing import crossing_probabilities
from remission.trials.kinds.time_to_event.bounds import bounds_at
from remission.trials.kinds.time_to_event.strata import mean_of_z, mixed, spread_of_plain_z

if TYPE_CHECKING:
    from remission.simulation.trials.plan import TrialPlan
    from remission.stats.group_sequential.boundaries import Boundaries
    from remission.trials.design.truths import Truth
    from remission.trials.kinds.time_to_event.comparison import Comparison
    from remission.trials.kinds.time_to_event.enrolled import Enrolled


@dataclass(frozen=True)
class PlainBeside:
    """The plain log-rank test at the looks of `other`."""

    alpha: float
    who: Enrolled
    other: Comparison

    @cached_property
    def boundaries(self) -> Boundaries:
        """The same as those of a stratified log-rank test; else its own."""
        if self.other.stands_for_ratio:
            # Strata change the test and neither its looks nor what is spent, so the plain test is held against the same
            # bounds.
            return self.other.boundaries
        # A bound of its own at the whole alpha: nobody may look at both tests and take the better (decision 361).
        return bounds_at((1.0,), self.who.trial, self.alpha)

    def power(self, truth: Truth) -> float | None:
        """By formula; None where the looks are not expected in time, or where there is no formula."""
        if not self.other.comes(truth):
            return None
        control, treated = self.who.by_arm
        seen = [self.who.seen(truth, at) for at in self.other.months(truth)]
        # That there is no formula for the plain test is no fault of the design: its own power is told all the same.
        try:
            spreads = [spread_of_plain_z(one, treated / (control + treated)) for one in seen]
        except NotADesign:
            return None
        people = float(self.who.trial.people)
        # Over its spread, for the integration over looks takes every Z to have variance 1. The bounds are put into the
        # same unit, or the test would claim what it does not.
        drifts = [mean_of_z([mixed(one)], people) / spread for one, spread in zip(seen, spreads, strict=True)]
        return crossing_probabilities(_narrowed(self.boundaries, spreads), drifts).power

    def of(self, played: TrialPlan) -> TrialPlan:
        """The same trials, of the same people, compared by the plain log-rank test."""
        # All but the test stays as it is, so that the same people are drawn and only the test can make a difference.
        plain = replace(played, stratified=False, restricted_mean_month=None)
        if self.other.stands_for_ratio:
            return plain
        # Other tests than log-rank tests have one look; this one is made at the same time, by its own bound.
        look = replace(plain.looks[-1], upper=self.boundaries.upper[-1])
        return replace(plain, looks=(look,), weights=LOG_RANK)


def _narrowed(bounds: Boundaries, spreads: Sequence[float]) -> Boundaries:
    """Bounds of a Z that spreads by less than 1, in units of its spread."""
    upper = tuple(one / spread for one, spread in zip(bounds.upper, spreads, strict=True))
    # Not strict: futility has no bound at the last look.
    low = bounds.futility and tuple(one / spread for one, spread in zip(bounds.futility, spreads, strict=False))
    return replace(bounds, upper=upper, futility=low)
