"""A confirmed worsening, by a rule of its own: what the library's `cdp-12w` and `cdp-24w` say, in whole arrays.

The engine of outcomes is not asked: the truth of a simulated cohort would otherwise be what the engine makes of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from remission.simulation.course.disability import is_worse
from remission.simulation.disease import NEVER, Days, Flags, Floats

WEEK_DAYS = 7
# Both as in the endpoints of the library, and written here again, so that a slip there is no truth here.
EARLY_DAYS = 7
AFTER_RELAPSE_DAYS = 30


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores of people at visits, shape (n, v), and the one before day zero, shape (n,).

    scored: was there a score? relapsing: is the visit within 30 days of the beginning of a relapse? Such a visit may
    begin a worsening, and confirms none.
    """

    days: Days
    scored: Flags
    score: Floats
    baseline: Floats
    relapsing: Flags

    @property
    def worse(self) -> Flags:
        """Visits whose score is a worsening, shape (n, v)."""
        return np.asarray(self.scored & is_worse(self.score, self.baseline[:, None]))

    @property
    def last_day(self) -> Days:
        """The last visit with a score, shape (n,); day 0 where there is none."""
        return np.asarray(np.where(self.scored, self.days, 0).max(axis=1))

    def first_worse(self) -> Days:
        """The first visit whose score is a worsening, confirmed or not, shape (n,); NEVER where there is none."""
        return np.asarray(np.where(self.worse, self.days, NEVER).min(axis=1))


def confirmed(scores: Scores, weeks: int) -> tuple[Days, Days]:
    """The visit at which a worsening began that a later one confirmed, and that later one, shape (n,); NEVER without.

    The first visit at least so many weeks later (up to a week early) and not in a relapse decides, and every visit
    between must show the worsening.

    >>> days, yes = np.array([[90, 180, 270]]), np.ones((1, 3), dtype=np.bool_)
    >>> scores = Scores(days, yes, np.array([[3.0, 3.0, 2.0]]), np.array([2.0]), ~yes)
    >>> [int(day[0]) for day in confirmed(scores, 12)]
    [90, 180]
    """
    n, visits = scores.days.shape
    began, told = np.full(n, NEVER), np.full(n, NEVER)
    worse = scores.worse
    # Only those with any worse score can have a confirmed one: in most cohorts they are the fewer.
    who = np.flatnonzero(worse.any(axis=1))
    days, scored, worse = scores.days[who], scores.scored[who], worse[who]
    decides = scored & ~scores.relapsing[who]
    # A visit without a score neither shows nor refutes a worsening, so it is passed over.
    refutes = scored & ~worse
    least = weeks * WEEK_DAYS - EARLY_DAYS
    for onset in range(visits):
        # Onsets in order of time: the first that is confirmed is the one that counts.
        open_ = np.flatnonzero(worse[:, onset] & (began[who] == NEVER))
        for later in range(onset + 1, visits):
            open_ = open_[~refutes[open_, later]]
            now = decides[open_, later] & (days[open_, later] - days[open_, onset] >= least)
            found, open_ = open_[now], open_[~now]
            began[who[found]], told[who[found]] = days[found, onset], days[found, later]
    return began, told
