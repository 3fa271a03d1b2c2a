"""What is asked of every way to compare two arms by the time to an event, and which way a design names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from remission.trials.kinds.time_to_event.comparisons.log_rank import LogRank
from remission.trials.kinds.time_to_event.comparisons.restricted_mean import RestrictedMean
from remission.trials.kinds.time_to_event.comparisons.weighted import Weighted

if TYPE_CHECKING:
    from remission.simulation.trials.plan import Look
    from remission.stats.group_sequential.boundaries import Boundaries
    from remission.stats.sample_size.weighted import Weighting
    from remission.trials.design.formulas import Formula
    from remission.trials.design.truths import Truth
    from remission.trials.kinds.time_to_event.enrolled import Enrolled
    from remission.trials.kinds.time_to_event.promise import Promise


class Comparison(Protocol):
    """A test of two arms, worked out for the people of one trial."""

    @property
    def events(self) -> int:
        """Events at the last look; those expected by then where no number of them is waited for."""

    @property
    def events_by_look(self) -> tuple[int, ...]:
        """Whole events at each look."""

    @property
    def boundaries(self) -> Boundaries:
        """Bounds of Z by look."""

    @property
    def looks(self) -> tuple[Look, ...]:
        """The same, with what each look waits for, as they are played."""

    @property
    def weightings(self) -> tuple[Weighting, ...]:
        """What a log-rank test weighs by."""

    @property
    def horizon(self) -> float | None:
        """The month up to which means are compared; None where hazards are."""

    @property
    def stands_for_ratio(self) -> bool:
        """Does one Z stand for one hazard ratio?"""

    @property
    def of_bounds(self) -> str:
        """What the bounds are bounds of, in a sentence or two."""

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """What it is computed by."""

    def comes(self, truth: Truth) -> bool:
        """Is its last look expected by the last month?"""

    def months(self, truth: Truth) -> list[float]:
        """The month in which each look is expected."""

    def promise(self, truth: Truth) -> Promise:
        """What the formulas say under a truth under which its looks come."""

    def people_for(self, power: float, truth: Truth) -> float:
        """How many have this power if the last look comes in the last month, not rounded; NotADesign where none do.

        More people enter at a rate as much larger in the same months, so a trial of more lasts as long.
        """


def comparison_of(alpha: float, who: Enrolled, planned: Truth) -> Comparison:
    """How a trial of these people is compared, under the truth that is planned for."""
    # Asked first: a design of restricted means keeps the default weights, and would pass for a log-rank test.
    if who.trial.restricted_mean_month is not None:
        return RestrictedMean(alpha, who, planned, who.trial.restricted_mean_month)
    log_rank = LogRank(alpha, who, planned)
    # Asked of the weights, for no key of its own names the test: (0, 0) alone is the log-rank test, whose looks can be
    # bounded and whose Z stands for a ratio.
    return log_rank if log_rank.weightings == who.weightings else Weighted(alpha, who)
