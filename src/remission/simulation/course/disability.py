"""Disability: a latent course in steps, and what raters write of it on the half-point scale of the EDSS.

A step is one point of the EDSS below 5.5, and half a point from there on: so trials count a worsening, and so the same
worsening counts the same for everybody here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from remission.simulation.course.chance import Events, Places
from remission.simulation.course.design import Plan
from remission.simulation.course.entrants import GAIN, Entrants
from remission.simulation.disease import NEVER, YEAR_DAYS, Days, Flags, Floats

TURNS_AT = 5.5
# 10 is death due to MS and no score.
HIGHEST = 9.5


def steps_of(points: Floats) -> Floats:
    """A score in steps.

    >>> steps_of(np.array([2.0, 5.5, 6.5])).tolist()
    [2.0, 5.5, 7.5]
    """
    return np.where(points <= TURNS_AT, points, TURNS_AT + 2 * (points - TURNS_AT))


def points_of(steps: Floats) -> Floats:
    """The score that so many steps are: the way back from `steps_of`."""
    return np.where(steps <= TURNS_AT, steps, TURNS_AT + (steps - TURNS_AT) / 2)


def rated(steps: Floats) -> Floats:
    """The score on the half-point scale, which has no 0.5.

    >>> rated(np.array([-1.0, 0.4, 0.6, 2.3, 7.1, 40.0])).tolist()
    [0.0, 0.0, 1.0, 2.5, 6.5, 9.5]
    """
    points = points_of(steps)
    # Halves up: `round` goes to the even one, and scores in the middle would go up or down by their place on the scale.
    halves = np.clip(np.floor(2 * points + 0.5) / 2, 0.0, HIGHEST)
    return np.where(halves == 0.5, np.where(points < 0.5, 0.0, 1.0), halves)


def is_worse(score: Floats, baseline: Floats) -> Flags:
    """Is the score a worsening from the baseline: 1.5 from 0, 1.0 from 1.0 to 5.5, 0.5 from 6.0 on?

    The thresholds of the library's `cdp-12w` and `cdp-24w`.

    >>> is_worse(np.array([1.0, 1.5, 5.0, 6.5]), np.array([0.0, 0.0, 4.0, 6.0])).tolist()
    [False, True, True, True]
    """
    step = np.where(baseline < 1.0, 1.5, np.where(baseline < 6.0, 1.0, 0.5))
    return np.asarray(score - baseline >= step)


@dataclass(frozen=True, eq=False)
class Disability:
    """What makes the score of people: steps without a relapse, and relapses, with what each does.

    rise, lasting: steps by which each relapse raises the score at first, and for good, shape (relapses,).
    """

    plan: Plan
    people: Entrants
    steps: Events
    relapses: Events
    rise: Floats
    lasting: Floats

    @classmethod
    def of(cls, plan: Plan, people: Entrants, steps: Events, relapses: Events, fate: Floats) -> Disability:
        """Of what happened; `fate` is a number between 0 and 1 for each relapse, which says how it heals."""
        course = plan.course
        # Half to one and a half times the mean: mild and severe relapses.
        rise = course["relapse_rise"] * (0.5 + severity_of(fate))
        lasting = np.where(fate < course["lasting_share"], course["lasting_points"], 0.0)
        return cls(plan, people, steps, relapses, rise, lasting)

    def before(self) -> Floats:
        """The score in steps before day zero, when nothing has happened yet, shape (n,)."""
        return steps_of(self.people.edss)

    def lasting_steps(self, person: Places, day: Days, steps: Places, relapses: Places) -> Floats:
        """The score of people on days in steps, without relapses that heal; shapes that go together.

        steps, relapses: how many of each a person has had by then.
        """
        own = self.plan.course["step_points"] * steps
        lasting, start = np.concatenate([[0.0], np.cumsum(self.lasting)]), self.relapses.place_before(person)
        left = lasting[start + relapses] - lasting[start]
        return np.asarray(self.before()[person] + own + left - self._gained(person, day))

    def at(self, days: Days, so_far: Places | None = None) -> Floats:
        """The score in steps at each day of each person, shape (n, v).

        The rise of the last relapse is added, which goes down in a line until it has healed. so_far: the relapses of
        each person by each day, counted where they are not given.
        """
        so_far = self.relapses.until(days) if so_far is None else so_far
        person = np.arange(days.shape[0])[:, None]
        lasting = self.lasting_steps(person, days, self.steps.until(days), so_far)
        # An empty array cannot be indexed below, not even where the answer is thrown away.
        if self.relapses.day.size == 0:
            return lasting
        # Of who has had no relapse this is the place of somebody else's, and what is read there is left out at the end.
        last = self.relapses.place_before(person) + so_far - 1
        since = days - self.relapses.whole_days[last]
        left = np.maximum(1 - since / self.plan.course["relapse_recovery_days"], 0.0)
        return lasting + np.where(so_far > 0, self.rise[last] * left, 0.0)

    @cached_property
    def first_worsening(self) -> Days:
        """The day from which the lasting part is a worsening, shape (n,); NEVER where it never is."""
        n, kept = self.people.edss.size, self.lasting > 0
        person = np.concatenate([self.steps.person, self.relapses.person[kept]])
        day = np.concatenate([self.steps.whole_days, self.relapses.whole_days[kept]])
        order = np.lexsort((day, person))
        person, day = person[order], day[order]
        # Asked only where it can rise: between these days the lasting part stays, or falls.
        score = rated(
            self.lasting_steps(person, day, *(one.counted(person, day) for one in (self.steps, self.relapses)))
        )
        # Against the score that would be rated without error: the thresholds are of the half-point scale, which the
        # true score is not on.
        worse = is_worse(score, rated(steps_of(self.people.edss))[person])
        first = np.full(n, NEVER)
        who, place = np.unique(person[worse], return_index=True)
        first[who] = day[worse][place]
        return first

    def _gained(self, person: Days, day: Days) -> Floats:
        gains = np.array([arm.share("gain") for arm in self.plan.design.arms])
        # Anything from nothing to twice the mean, each as likely: people do not all gain the same.
        whole = 2 * gains[self.people.arm] * self.people.traits[:, GAIN]
        return whole[person] * np.clip(day / YEAR_DAYS, 0.0, 1.0)


def severity_of(fate: Floats) -> Floats:
    """How severe a relapse is, between 0 and 1: those that leave something are the severe ones."""
    return 1 - fate


def ratings(steps: Floats, noise: Floats, sd: float) -> Floats:
    """What raters write: the score in steps with the error of one rating, on the scale; `noise` is standard normal."""
    return rated(steps + sd * noise)
