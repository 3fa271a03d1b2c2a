"""A latent course of disease with constant hazards, a schedule of visits and scans, and what those visits would see.

The latent course is the truth: it has a closed form. A relapse is noticed on its day, but progression and lesions are
found only at the next visit or scan that takes place, so what is observed is later than what happened. The functions
`seen_*` say when, for people who are never lost.

Only uniform numbers are drawn and turned into the rest by formula, so that a seed gives the same course with every
version of NumPy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

YEAR_DAYS = 365.25
MOST_RECURRENCES = 12
# Later than any day, so that the earlier of two days is a plain minimum.
NEVER = np.iinfo(np.int64).max

# Every three months for two years, then every six months to six years; a scan at every second of the first eight
# visits and at all later ones. People come up to ten days early or late.
VISIT_DAYS = (91, 183, 274, 365, 457, 548, 639, 731, 913, 1096, 1278, 1461, 1644, 1826, 2009, 2192)
SCANNED_VISITS = (1, 3, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15)
JITTER_DAYS = 10
# Made up, and near enough to trials: the engine has to meet visits without a score and scans that did not take place.
COMES, IS_SCORED, IS_SCANNED = 0.92, 0.98, 0.95


@dataclass(frozen=True)
class Hazards:
    """Constant hazards per year: of lasting progression, of a relapse, of a burst of new lesions."""

    progression: float
    relapse: float
    mri: float

    @property
    def total(self) -> float:
        """Hazard of any of the three."""
        return self.progression + self.relapse + self.mri


@dataclass(frozen=True, eq=False)
class PersonalHazards:
    """The same for each person, shape (n,) each."""

    progression: Floats
    relapse: Floats
    mri: Floats


@dataclass(frozen=True)
class VisitPlan:
    """Planned days of visits, which of them have a scan (by place), and by how many days people come early or late.

    comes, is_scored, is_scanned: how probable it is that a visit, its score and its scan take place.
    """

    days: tuple[int, ...]
    scanned: tuple[int, ...]
    jitter_days: int
    comes: float = COMES
    is_scored: float = IS_SCORED
    is_scanned: float = IS_SCANNED


QUARTERLY = VisitPlan(VISIT_DAYS, SCANNED_VISITS, JITTER_DAYS)


@dataclass(frozen=True)
class Latent:
    """What truly happens, in days after day zero: progression shape (n,); relapses and lesions recur, shape (n, k)."""

    progression: Floats
    relapses: Floats
    lesions: Floats


@dataclass(frozen=True)
class Schedule:
    """Days of visits, shape (n, v), and whether the person came, was scored on the EDSS, and was scanned."""

    days: Days
    came: Flags
    scored: Flags
    scanned: Flags


def generator(seed: int, *purpose: int) -> np.random.Generator:
    """A stream of random numbers of its own for each purpose, so that drawing more for one leaves the others alone."""
    return np.random.Generator(np.random.PCG64([seed, *purpose]))


def draw_latent(random: np.random.Generator, per_year: Hazards | PersonalHazards, n: int) -> Latent:
    """The latent course of n people, with the same hazards or each with their own.

    >>> draw_latent(generator(1, 0), Hazards(0.1, 0.2, 0.3), 5).relapses.shape
    (5, 12)
    """
    progression = draw_waiting_days(random, per_year.progression, (n, 1))[:, 0]
    relapses = draw_waiting_days(random, per_year.relapse, (n, MOST_RECURRENCES)).cumsum(axis=1)
    lesions = draw_waiting_days(random, per_year.mri, (n, MOST_RECURRENCES)).cumsum(axis=1)
    return Latent(progression, relapses, lesions)


def draw_waiting_days(random: np.random.Generator, per_year: float | Floats, shape: tuple[int, int]) -> Floats:
    """Days until something of a constant hazard happens, `per_year` of everybody or of each row, shape (rows, times).

    >>> draw_waiting_days(generator(1, 0), np.array([1.0, 1e9]), (2, 1)).round().tolist()
    [[262.0], [0.0]]
    """
    mean_days = YEAR_DAYS / np.broadcast_to(np.atleast_1d(per_year)[:, None], (shape[0], 1))
    # The inverse of the distribution, by formula: a generator's own exponential numbers may change with a version.
    return np.asarray(-np.log1p(-random.random(shape)) * mean_days)


def draw_schedule(random: np.random.Generator, n: int, plan: VisitPlan = QUARTERLY) -> Schedule:
    """When n people would come, for as long as they are followed."""
    shape, late = (n, len(plan.days)), plan.jitter_days
    jitter = np.floor(random.random(shape) * (2 * late + 1)).astype(np.int64) - late
    # A number is drawn for every visit, also where nobody comes: one that is missed moves none of the numbers after it.
    came = random.random(shape) < plan.comes
    scored = came & (random.random(shape) < plan.is_scored)
    planned = np.isin(np.arange(len(plan.days)), plan.scanned)
    scanned = came & planned & (random.random(shape) < plan.is_scanned)
    return Schedule(np.array(plan.days) + jitter, came, scored, scanned)


def relapse_days(latent: Latent) -> Days:
    """The days on which relapses begin, shape (n, k)."""
    return np.ceil(latent.relapses).astype(np.int64)


def bursts_seen(latent: Latent, schedule: Schedule) -> Days:
    """Bursts of lesions since the scan before, seen at each visit that has a scan, shape (n, v); 0 where there is none.

    >>> latent = Latent(np.array([9e9]), np.array([[9e9]]), np.array([[100.0, 150.0]]))
    >>> yes, no = np.array([[True, True]]), np.array([[False, True]])
    >>> bursts_seen(latent, Schedule(np.array([[91, 183]]), yes, yes, no)).tolist()
    [[0, 2]]
    """
    so_far = (latent.lesions[:, None, :] <= schedule.days[:, :, None]).sum(axis=2)
    # Lesions are counted since the last scan that took place, however many were missed between.
    at_last_scan = np.maximum.accumulate(np.where(schedule.scanned, so_far, 0), axis=1)
    before = np.concatenate([np.zeros_like(at_last_scan[:, :1]), at_last_scan[:, :-1]], axis=1)
    return np.where(schedule.scanned, so_far - before, 0)


def seen_progression(latent: Latent, schedule: Schedule) -> Days:
    """The first scored visit on or after the day of progression, shape (n,); NEVER where there is none."""
    return _first(schedule.days, schedule.scored & (schedule.days >= latent.progression[:, None]))


def seen_mri(latent: Latent, schedule: Schedule, from_day: int) -> Days:
    """The first scan on or after `from_day` with lesions that the scan before did not have, shape (n,)."""
    return _first(schedule.days, (bursts_seen(latent, schedule) > 0) & (schedule.days >= from_day))


def _first(days: Days, wanted: Flags) -> Days:
    first: Days = np.where(wanted, days, NEVER).min(axis=1)
    return first
