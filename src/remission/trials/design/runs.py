"""How long all runs of a plan will take, told while one of them is played."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from remission.simulation.trials.run import Standing
    from remission.trials.design.kind import Tell
    from remission.trials.design.outlook import Outlook

    Progress = Callable[[str, Standing], object]


class Runs:
    """Tells whoever waits which truth is played, and how long all that are still to come will take."""

    def __init__(self, runs: int, progress: Progress | None) -> None:
        self.to_come, self.progress = runs, progress

    def next(self, one: Outlook, which: str) -> Tell:
        """What is told by the next run; None where nobody asked."""
        self.to_come -= 1
        progress, further = self.progress, self.to_come
        if progress is None:
            return None

        def tell(standing: Standing) -> None:
            left = standing.trials - standing.done
            # A whole run takes as much longer than what is left of this one; at its end nothing is left to measure by,
            # and the next one tells anew.
            each = standing.seconds_left * standing.trials / left if left else 0.0
            progress(
                f"{one.truth.title} ({which})",
                replace(standing, seconds_left=standing.seconds_left + further * each),
            )

        return tell
