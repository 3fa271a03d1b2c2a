"""Was anybody followed for long enough to tell those who never have the event from those who have not had it yet?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from remission.stats.estimates import TestResult
from remission.stats.survival.time_at_risk import TimeAtRisk

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

METHOD = "Maller-Zhou alpha: are there events as late as the plateau is long?"


def sufficient_follow_up(exit: ArrayLike, event: ArrayLike, *, entry: ArrayLike | None = None) -> TestResult:
    """Is insufficient follow-up rejected? The statistic counts events in the last stretch before the last event.

    With t the last follow-up, t* the last event, and N the events after 2 t* - t up to t*, p = (1 - N / n)^n: small
    where many events lie in a stretch as long as the plateau after them, so that a later one would have been seen.
    Not a number where the last follow-up ends with an event (there is no plateau) or nobody had one. Of heavy tails it
    rejects too often. Weights are not used.

    Maller & Zhou 1992, doi:10.1093/biomet/79.4.731. Pinned to the formula written out in R.

    >>> round(sufficient_follow_up([100, 200, 250, 300, 320, 900], [True, True, True, True, True, False]).p, 4)
    0.0
    >>> round(sufficient_follow_up([100, 200, 300, 310], [True, True, True, False]).p, 3)
    0.316
    """
    rows = TimeAtRisk.of(exit, event, entry)
    last_event = int(rows.exit[rows.event].max()) if rows.event.any() else 0
    if not last_event or last_event >= rows.last_day:
        return TestResult(float("nan"), None, float("nan"), f"{METHOD} No plateau to ask about.")
    late = int(np.count_nonzero(rows.event & (rows.exit > 2 * last_event - rows.last_day)))
    return TestResult(float(late), None, float((1 - late / rows.n) ** rows.n), METHOD)
