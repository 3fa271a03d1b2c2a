"""Chance: events of a Poisson process, personal rates and traits, each a uniform number turned by a formula.

A generator's own gamma or normal numbers may change with a version of NumPy; a formula does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, log_ndtr, ndtr, ndtri, ndtri_exp

from remission.simulation.disease import NEVER, Days, Flags, Floats

Places = NDArray[np.int64]
# Apart from each other by more than any follow-up, so that one sorted array holds the days of everybody.
APART = 1 << 20


@dataclass(frozen=True, eq=False)
class Events:
    """What happens to people: `person` (index) and `day` (since day zero), shape (m,), by person and then by day.

    mark, shape (m,): a number between 0 and 1 that goes with each event; it decides what an effect prevents.
    """

    person: Places
    day: Floats
    mark: Floats

    def where(self, kept: Flags) -> Events:
        """Only these."""
        return Events(self.person[kept], self.day[kept], self.mark[kept])

    def of_people(self, who: Places, n: int) -> tuple[Events, Flags]:
        """Those of some of n people, numbered anew in that order (rising), and which events they are.

        >>> some, kept = Events(np.array([0, 2]), np.array([5.0, 9.0]), np.zeros(2)).of_people(np.array([1, 2]), 3)
        >>> some.person.tolist(), kept.tolist()
        ([1], [False, True])
        """
        place = np.full(n, -1)
        place[who] = np.arange(who.size)
        kept = place[self.person] >= 0
        return Events(place[self.person[kept]], self.day[kept], self.mark[kept]), kept

    @cached_property
    def whole_days(self) -> Days:
        """The calendar day of each: the first is day 1."""
        return np.maximum(np.ceil(self.day), 1).astype(np.int64)

    @cached_property
    def _keys(self) -> Days:
        return self.person * APART + self.whole_days

    def until(self, days: Days) -> Places:
        """How many of each person's events came by each of their days, shape (n, v) as `days`.

        >>> Events(np.array([0, 0, 1]), np.array([5.0, 9.0, 2.0]), np.zeros(3)).until(np.array([[6, 9], [1, 2]]))
        array([[1, 2],
               [0, 1]])
        """
        first, last = days.min(axis=0), days.max(axis=0)
        if not (last[:-1] < first[1:]).all():
            return self.counted(everybody(days), days)
        # Visits of a plan keep apart: its day says between which two visits an event came, but for the one that some
        # people had by then and others had not. Many times as fast as a search for each visit.
        (n, visits), end = days.shape, max(int(last[-1]), 0) + 1
        place = np.searchsorted(last, np.arange(end + 1))[np.minimum(self.whole_days, end)]
        # After the last visit this reads the next person's first one, or NEVER behind the last person: the line after
        # it throws both away.
        over = np.append(days.ravel(), NEVER)[self.person * visits + place] < self.whole_days
        after = np.where(place < visits, place + over, visits)
        counts = np.bincount(self.person * (visits + 1) + after, minlength=n * (visits + 1))
        return np.cumsum(counts.reshape(n, visits + 1)[:, :visits], axis=1)

    def counted(self, person: Places, day: Days) -> Places:
        """How many events of a person came by a day; any shape."""
        return self.place_after(person, day) - self.place_before(person)

    def place_after(self, person: Places, day: Days) -> Places:
        """How many events, of all people, stand before the first one of this person after that day."""
        return np.searchsorted(self._keys, person * APART + day, side="right")

    def place_before(self, person: Places) -> Places:
        """How many events stand before the first one of this person."""
        return self._starts[np.minimum(person, self._starts.size - 1)]

    @cached_property
    def _starts(self) -> Places:
        """The same by person; the last entry holds for everybody after the last who has an event."""
        return np.concatenate([[0], np.cumsum(np.bincount(self.person))]).astype(np.int64)

    def first(self, n: int) -> Days:
        """The day of each person's first event, shape (n,); NEVER where there is none."""
        days = np.full(n, NEVER)
        who, place = np.unique(self.person, return_index=True)
        days[who] = self.whole_days[place]
        return days


def everybody(days: Days) -> Places:
    """The person of each day, of days of shape (n, v)."""
    return np.broadcast_to(np.arange(days.shape[0])[:, None], days.shape)


def draw_events(random: np.random.Generator, mass: Floats) -> Events:
    """Events of Poisson processes, `mass` of them expected of each person, shape (n,); their days are counted in mass.

    Waiting times are drawn until everybody has passed their mass, so that no number of events is too large.

    >>> draw_events(np.random.Generator(np.random.PCG64(1)), np.array([2.0, 0.0])).day.round(2).tolist()
    [0.72]
    """
    person, at, count = (
        np.flatnonzero(mass > 0),
        np.zeros(np.count_nonzero(mass > 0)),
        np.zeros(mass.size, dtype=np.int64),
    )
    rounds: list[tuple[Places, Floats]] = []
    while person.size:
        at = at - np.log1p(-random.random(person.size))
        inside = at <= mass[person]
        person, at = person[inside], at[inside]
        count[person] += 1
        rounds.append((person, at))
    # The first event of everybody was drawn first, then the second ones: each has its place without sorting.
    start, day = np.cumsum(count) - count, np.empty(count.sum())
    for before, (person, at) in enumerate(rounds):
        day[start[person] + before] = at
    return Events(np.repeat(np.arange(mass.size), count), day, random.random(day.size))


def gamma_of(uniform: Floats, spread: float) -> Floats:
    """Gamma numbers with mean 1 and variance `spread` (1 for everybody where it is 0).

    >>> gamma_of(np.array([0.5]), 1.0).round(4).tolist()
    [0.6931]
    """
    # The shape of the distribution would be 1 / 0.
    if spread == 0:
        return np.ones_like(uniform)
    return np.asarray(gammaincinv(1 / spread, uniform) * spread)


def correlated(uniform: Floats, other: Floats, correlation: float) -> Floats:
    """Uniform numbers whose normal scores have this correlation with those of `uniform`."""
    return np.asarray(ndtr(correlation * normal_of(uniform) + np.sqrt(1 - correlation**2) * normal_of(other)))


def normal_of(uniform: Floats) -> Floats:
    """Normal numbers: the inverse of the distribution."""
    # 0 is among the uniform numbers, and would be infinite.
    return np.asarray(ndtri(np.maximum(uniform, 2.0**-54)))


def bounded_normal_of(uniform: Floats, mean: float, sd: float, low: float, high: float) -> Floats:
    """Normal numbers cut to a range, by the inverse of the distribution between both ends.

    >>> bounded_normal_of(np.array([0.0, 0.5, 0.999999]), 40.0, 10.0, 18.0, 62.0).round(1).tolist()
    [18.0, 40.0, 62.0]
    """
    # Far above the mean the distribution is 1 to a computer; far below it keeps its digits, so the range is turned.
    if mean < low:
        return np.asarray(-bounded_normal_of(1 - uniform, -mean, sd, -high, -low))
    below, above = (low - mean) / sd, (high - mean) / sd
    if mean > high:
        # By logarithms, for of a range far out there is less than the least number.
        down, up = log_ndtr(below), log_ndtr(above)
        standard = ndtri_exp(up + np.log(np.maximum(uniform, 2.0**-54) + (1 - uniform) * np.exp(down - up)))
    else:
        standard = normal_of(ndtr(below) + uniform * (ndtr(above) - ndtr(below)))
    return np.asarray(np.clip(mean + sd * standard, low, high))
