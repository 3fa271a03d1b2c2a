"""What each person adds to a curve: a number for everybody, also for those who were lost, to be averaged or regressed.

The pseudo-observation of a person is n times the estimate of all less n - 1 times that of all others. Leaving one out
changes a Kaplan-Meier curve only up to that person's exit, where one fewer is at risk; so running products of both
factors give all n curves of the others at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from remission.stats.emulation.clones import Days, Floats
from remission.stats.survival.time_at_risk import TimeAtRisk

FEWEST = 2


@dataclass(frozen=True, eq=False)
class _LeftOut:
    """Curves on every day 0 to the last, shape (days + 1,), and of each person the day and height of leaving.

    every: of everybody; without: of everybody but one who is still at risk. exit, after: of each person, shape (n,),
    the exit and the height of the others' curve at the end of that day.
    """

    every: Floats
    without: Floats
    exit: Days
    after: Floats

    @classmethod
    def of(cls, exit: ArrayLike, event: ArrayLike) -> _LeftOut:
        rows = TimeAtRisk.of(exit, event)
        if rows.n_without_follow_up or rows.n < FEWEST:
            raise ValueError(
                f"{rows.n:,} people with follow-up after day zero and {rows.n_without_follow_up:,} without: leave out "
                f"the latter; at least two are needed"
            )
        died, at_risk = rows.events_by_day(), rows.at_risk_by_day()
        every = _running(1 - died / at_risk)
        # Of one alone at risk there are no others: their curve stays where it is.
        others = np.maximum(at_risk - 1, 1)
        without = _running(np.where(at_risk > 1, np.maximum(at_risk - 1 - died, 0) / others, 1.0))
        last: Days = rows.exit.astype(np.int64)
        # On the day of their own exit a person counts neither among those at risk nor among the events.
        left = died[last] - rows.event
        after = without[last - 1] * (1 - left / others[last])
        return cls(every, without, last, after)

    def beyond(self, numbers: Floats) -> Floats:
        """The numbers, one a person, as shares of the whole curve's height at the exit; 1 where that is at 0."""
        height = self.every[self.exit]
        return np.where(height > 0, numbers / np.where(height > 0, height, 1.0), 1.0)


def _running(factors: Floats) -> Floats:
    return np.cumprod(factors, dtype=np.float64)


def pseudo_survival(exit: ArrayLike, event: ArrayLike, days: ArrayLike) -> Floats:
    """Pseudo-observations of the share free of the event on each of the days, shape (n, days).

    exit: days, shape (n,), from 1 on; event: bool, shape (n,); days: up to the last exit. Exact, and linear in people
    and days. Their mean is near the curve; without censoring they are 1 or 0. A curve of the others ends where they do,
    and is carried on. ValueError for arrays that do not fit and days outside. Censoring must not depend on what they
    are regressed on: else make them in each group by itself.
    Andersen, Klein & Rosthoj 2003, doi:10.1093/biomet/90.1.15. Pinned to `survfit` of R without each person in turn.

    >>> pseudo_survival([2, 3, 3, 5], [True, True, False, False], [3]).round(2).T.tolist()
    [[0.0, 0.0, 1.0, 1.0]]
    """
    left_out, on = _LeftOut.of(exit, event), _within(days, exit)
    n = left_out.exit.size
    before = on[None, :] < left_out.exit[:, None]
    carried = left_out.beyond(left_out.after)[:, None] * left_out.every[on]
    height = left_out.every[left_out.exit] > 0
    carried = np.where(height[:, None], carried, left_out.after[:, None])
    return np.asarray(n * left_out.every[on] - (n - 1) * np.where(before, left_out.without[on], carried))


def pseudo_restricted_mean(exit: ArrayLike, event: ArrayLike, horizon: int) -> Floats:
    """Pseudo-observations of the mean days free of the event up to the horizon, shape (n,); as `pseudo_survival`.

    Andersen, Hansen & Klein 2004, doi:10.1007/s10985-004-4771-0. Pinned to `survfit` of R without each person in turn.

    >>> pseudo_restricted_mean([2, 3, 3, 5], [True, True, False, False], 5).round(2).tolist()
    [2.0, 3.0, 5.0, 5.0]
    """
    left_out, (end,) = _LeftOut.of(exit, event), _within([horizon], exit)
    n, until = left_out.exit.size, np.minimum(left_out.exit, end)
    # The height at the end of a day is that of the day after: areas from 0 to each day.
    every, without = (np.append(0.0, np.cumsum(one)) for one in (left_out.every, left_out.without))
    rest = every[end] - every[until]
    flat = left_out.every[left_out.exit] == 0
    others = without[until] + np.where(flat, left_out.after * (end - until), left_out.beyond(left_out.after) * rest)
    return np.asarray(n * every[end] - (n - 1) * others)


def _within(days: ArrayLike, exit: ArrayLike) -> Days:
    on, last = np.atleast_1d(np.asarray(days)), int(np.max(np.asarray(exit), initial=0))
    if on.dtype.kind not in "iu" or (on < 0).any() or (on > last).any():
        raise ValueError(f"days must be whole, from 0 to the last exit, {last}, found {on.tolist()}")
    return on.astype(np.int64)
