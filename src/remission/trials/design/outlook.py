"""What a design promises under one truth: by formula, exactly where that can be, and by simulation with its error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from remission.trials.design.phrases import power_in_words

if TYPE_CHECKING:
    from remission.simulation.trials.results import Share, TrialResults
    from remission.trials.design.size import Size
    from remission.trials.design.truths import Truth
    from remission.trials.kinds.time_to_event.promise import Promise

# Beyond so many Monte-Carlo errors chance does not explain a difference.
MANY_ERRORS = 3.0


@dataclass(frozen=True)
class Outlook:
    """Under one truth: power by `formula`, `exact` and `played`; None where it cannot be told, or was not reached.

    Powers are from 0 to 1. plain: that of the plain log-rank test by formula, where the design has another;
    plain_played: simulated. sizes: how many people each of `POWERS` takes; None where there is no gain to show.
    """

    truth: Truth
    formula: float | None
    exact: float | None = None
    played: Share | None = None
    promise: Promise | None = None
    results: TrialResults | None = None
    plain: float | None = None
    plain_played: Share | None = None
    sizes: tuple[Size | None, ...] = ()

    @property
    def differs(self) -> bool:
        """Is the simulation farther from the formula than chance explains?"""
        if self.formula is None or self.played is None or not self.played.trials:
            return False
        # Of the formula's power and not of the simulated share, whose own error is unknown where none or all of the
        # trials say so. The floor keeps a power that integration leaves a hair above 1 out of the root.
        error = math.sqrt(max(self.formula * (1 - self.formula), 1e-9) / self.played.trials)
        return abs(self.played.value - self.formula) > MANY_ERRORS * error

    @property
    def power(self) -> str:
        """Its power in words, as far as it is known."""
        return power_in_words(self.formula, self.exact, self.played)

    @property
    def plain_power(self) -> str:
        """That of the plain log-rank test in words."""
        return power_in_words(self.plain, None, self.plain_played)
