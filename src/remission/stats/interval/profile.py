"""How likely the observations can be at most, if a given share is free of the event after a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from remission.stats.interval.climbing import Peak
from remission.stats.interval.innermost import Innermost

if TYPE_CHECKING:
    from remission.stats.interval.rows import IntervalRows


@dataclass(frozen=True, eq=False)
class FreeProfile:
    """The log likelihood of a share free after a day, the rest of the curve being what makes it largest.

    inner: where mass may lie, and who covers it; border: how many of those intervals are up to the day.

    >>> from remission.stats.interval.rows import IntervalRows
    >>> profile = FreeProfile.of(IntervalRows.of([0, 4, 8, 2], [6, 8, float("inf"), 5]), 8)
    >>> round(profile.at(0.25).value, 4), round(float(3 * np.log(0.75) + np.log(0.25)), 4)
    (-2.2493, -2.2493)
    """

    inner: Innermost
    border: int

    @classmethod
    def of(cls, rows: IntervalRows, day: float) -> FreeProfile:
        """Mass up to the day lies where those parts of the observations are innermost, and so after it.

        Such an interval need not be innermost among whole observations: the held share has to lie somewhere.
        """
        before, after = rows.last_free < day, rows.seen > day
        left, right = Innermost.between(rows.last_free[before], np.minimum(rows.seen[before], day))
        later, end = Innermost.between(np.maximum(rows.last_free[after], day), rows.seen[after])
        # Where nobody can have had the event, or nobody be free: mass that is held there explains nothing.
        left, right = (left, right) if left.size else (np.array([day - 1.0]), np.array([day]))
        later, end = (later, end) if later.size else (np.array([day]), np.array([np.inf]))
        return cls(Innermost.on(rows, np.append(left, later), np.append(right, end)), left.size)

    def possible(self, share: float) -> bool:
        """May this share be free? Between 0 and 1 any; none where somebody is free for certain, and so all."""
        if share == 0:
            return bool((self.inner.first < self.border).all())
        return 0 < share < 1 or bool((self.inner.last >= self.border).all())

    def at(self, share: float, near: Peak | None = None) -> Peak:
        """The largest log likelihood with this share free, beginning near another; ValueError if it is not reached."""
        peak = Peak.of(self.inner, self.border, share, None if near is None else near.spread)
        return peak.certain()
