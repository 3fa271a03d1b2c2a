"""What the formulas say of a trial of time to an event under one truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from remission.inputs.not_a_design import refuse

if TYPE_CHECKING:
    from remission.stats.group_sequential.crossing import Crossing
    from remission.stats.sample_size.average_ratio import AverageRatio
    from remission.stats.sample_size.duration import Duration


@dataclass(frozen=True)
class Promise:
    """Under one truth: average hazard ratio by look, where the trial ends, and when.

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


def drifts_of(ratios: tuple[AverageRatio, ...]) -> tuple[float, ...]:
    """The mean of Z at each look; NotADesign where one has none."""
    drifts = tuple(one.drift for one in ratios if one.drift is not None)
    # Left out, a look without a mean would hold later means against earlier bounds: so all are refused.
    if len(drifts) < len(ratios):
        refuse(["hazards must be above 0 where there are events, found an arm without any"])
    return drifts
