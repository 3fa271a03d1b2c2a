"""Everybody in both strategies, until what they do fits only one: clones, and the day on which each of them departs.

Who starts later than day zero was free of the event until then. Grouped by what came later, that time is given to those
who started, though nobody can have the event in it and be one of them: immortal time. A clone in each strategy gives it
to both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remission.stats.regression.refusals import NotEstimable

Days = NDArray[np.int64]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

# The day of the start of those who never started.
NEVER_STARTED = -1
TWO = 2


@dataclass(frozen=True)
class Grace:
    """Up to which day a start still is one in time, and how long the periods are in which starts are looked at.

    ValueError unless both are at least one day, and a period no longer than the whole.
    """

    days: int
    period_days: int = 30

    def __post_init__(self) -> None:
        if self.days < 1 or not 1 <= self.period_days <= self.days:
            raise ValueError(
                f"a grace of at least one day, and periods of one day up to all of it, found {self.days} days in "
                f"periods of {self.period_days}"
            )

    @property
    def rule(self) -> str:
        """What is done with whom, in words.

        >>> Grace(180).rule[:76]
        'both strategies hold everybody from day zero: who has not started by day 180'
        """
        return (
            f"both strategies hold everybody from day zero: who has not started by day {self.days} leaves the strategy "
            f"of starting on that day, who starts by then leaves the other on the day of the start; events of the same "
            f"day still count, and a start after day {self.days} changes nothing"
        )

    @property
    def bounds(self) -> Days:
        """The days on which periods begin, and the last day of the grace, ascending, shape (periods + 1,).

        >>> Grace(70).bounds.tolist()
        [0, 30, 60, 70]
        """
        return np.append(np.arange(0, self.days, self.period_days), self.days)


@dataclass(frozen=True, eq=False)
class Clones:
    """Two clones a person: first all who should start within the grace, then all who should not, shape (2n,) each.

    person: row of the person; starts: is the strategy to start; exit, event: until the clone departs, is lost or has
    the event; departed: did it end because the person left the strategy. start: of each person, shape (n,).
    """

    person: Days
    starts: Flags
    exit: Days
    event: Flags
    departed: Flags
    start: Days
    grace: Grace

    @property
    def n(self) -> int:
        """People, of whom each is two clones."""
        return self.start.size

    @property
    def method(self) -> str:
        """How many clones departed from each strategy."""
        started, not_started = (int(self.departed[self.starts == one].sum()) for one in (False, True))
        return (
            f"clones of {self.n:,} people, {not_started:,} censored for no start by day {self.grace.days}, {started:,} "
            f"for a start"
        )


def clone(exit: ArrayLike, event: ArrayLike, start: ArrayLike, grace: Grace) -> Clones:
    """Each person in both strategies, "start within the grace" and "do not start within it".

    exit: days since day zero, shape (n,), at least 1; event: bool, shape (n,); start: the day of the start, from 0 on,
    -1 where there was none. A start after the exit is not known of, and counts as none.
    ValueError for arrays that do not fit; NotEstimable for a grace that nobody's follow-up outlasts.
    Hernan 2018, doi:10.1136/bmj.k182; Maringe and others 2020, doi:10.1093/ije/dyaa057. The plain twin is in the tests.

    >>> found = clone([400, 400, 100], [True, False, True], [30, -1, -1], Grace(180))
    >>> found.exit.tolist(), found.event.tolist()
    ([400, 180, 100, 30, 400, 100], [True, False, True, False, False, True])
    >>> found.departed.tolist()
    [False, True, False, True, False, False]
    """
    last, happened, began = _checked(exit, event, start)
    if last.size and last.max() <= grace.days:
        raise NotEstimable([f"nobody was followed beyond the grace of {grace.days} days: name a shorter one"])
    began = np.where(began > last, NEVER_STARTED, began)
    in_time = (began >= 0) & (began <= grace.days)
    # Who starts after the grace left this strategy when it ended, and the start changes nothing any more.
    until = np.where(in_time, last, np.minimum(last, grace.days))
    before = np.where(in_time, began, last)
    both, everybody = np.concatenate((until, before)), np.tile(last, TWO)
    person = np.tile(np.arange(last.size), TWO)
    # Nobody who had the event, or was lost, on the very day departs on it.
    departed = both < everybody
    starts = np.repeat([True, False], last.size)
    return Clones(person, starts, both, np.tile(happened, TWO) & ~departed, departed, began, grace)


def _checked(exit: ArrayLike, event: ArrayLike, start: ArrayLike) -> tuple[Days, Flags, Days]:
    last, happened, began = np.asarray(exit), np.asarray(event), np.asarray(start)
    wrong = [f"{name} must be whole days, found {one.dtype}" for name, one in (("exit", last), ("start", began))
             if not _is_whole(one)]  # fmt: skip
    if happened.dtype != np.bool_:
        wrong.append(f"event must be true or false, found {happened.dtype}")
    if not last.shape == happened.shape == began.shape or last.ndim != 1:
        wrong.append(f"exit, event and start must have one value a person, found {last.size}, {happened.size} and "
                     f"{began.size}")  # fmt: skip
    if not wrong and (last < 1).any():
        wrong.append(f"{(last < 1).sum():,} people have no follow-up after day zero: leave them out, and say so")
    if not wrong and (began < NEVER_STARTED).any():
        wrong.append(f"{(began < NEVER_STARTED).sum():,} people started before day zero: they are not of this trial")
    if wrong:
        raise ValueError("; ".join(wrong))
    return last.astype(np.int64), happened, began.astype(np.int64)


def _is_whole(array: NDArray[Any]) -> bool:
    # An empty list is one of floats to numpy, and nothing in it is not whole.
    return array.dtype.kind in "iu" or array.size == 0
