"""Who enters a virtual cohort: traits, personal rates, and the arm they are allocated to."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from remission.simulation.course.chance import Places, bounded_normal_of, correlated, gamma_of
from remission.simulation.disease import YEAR_DAYS, Days, Flags, Floats

if TYPE_CHECKING:
    from remission.simulation.course.design import CohortDesign, Plan

# One column of uniform numbers for each trait. Another one makes every cohort another, wherever it is put: the numbers
# of a person follow those of the person before.
AGE, SEX, ONSET, EDSS, RELAPSES, LESIONS, STEPS, BEFORE, QUIET, EARLY, EARLY_DAY, GAIN, WHY, SWITCHES = range(14)
TRAITS = 14


@dataclass(frozen=True, eq=False)
class Entrants:
    """People on day zero, arrays of shape (n,) unless said otherwise.

    arm: place of the arm in the design. edss: the true score, not on the half-point scale. relapsing, lesion_making,
    stepping: their rates over those of the course. before: day of the visit before day zero. traits, shape (n, TRAITS).
    """

    arm: Places
    age_years: Floats
    female: Flags
    onset_day: Days
    edss: Floats
    relapsing: Floats
    lesion_making: Floats
    stepping: Floats
    before: Days
    traits: Floats

    def of(self, who: Places) -> Entrants:
        """Only these people."""
        return Entrants(*(getattr(self, one.name)[who] for one in fields(self)))


def draw_entrants(random: np.random.Generator, plan: Plan, n: int) -> Entrants:
    """So many people of the course, allocated in blocks."""
    course, traits = plan.course, random.random((n, TRAITS))
    bounds = (course["age_lowest"], course["age_highest"])
    # The true score lies anywhere on the scale; only what is rated is in half points.
    edss = (course["edss_mean"], course["edss_sd"], course["edss_lowest"], course["edss_highest"])
    lesions = correlated(traits[:, RELAPSES], traits[:, LESIONS], course["lesion_with_relapses"])
    since = -np.log1p(-traits[:, ONSET]) * course["years_since_onset"] * YEAR_DAYS
    age = np.floor(bounded_normal_of(traits[:, AGE], course["age_mean"], course["age_sd"], *bounds))
    return Entrants(
        # Drawn after the traits, so that the same people enter whatever the arms are.
        allocate(random, plan.design, n),
        age,
        traits[:, SEX] < course["female_share"],
        # Nobody's first symptom comes before birth, or in the month of day zero.
        -np.floor(np.clip(since, 30, np.maximum(age * YEAR_DAYS, 30))).astype(np.int64),
        bounded_normal_of(traits[:, EDSS], *edss),
        gamma_of(traits[:, RELAPSES], course["relapse_spread"]),
        gamma_of(lesions, course["lesion_spread"]),
        gamma_of(traits[:, STEPS], course["step_spread"]),
        -np.floor(traits[:, BEFORE] * 14).astype(np.int64),
        traits,
    )


def allocate(random: np.random.Generator, design: CohortDesign, n: int) -> Places:
    """The arm of each person, in permuted blocks.

    >>> from remission.simulation.course.load import load_cohort_design
    >>> design = load_cohort_design("placebo-against-drug").design
    >>> np.bincount(allocate(np.random.Generator(np.random.PCG64(1)), design, 10)).tolist()
    [5, 5]
    """
    one = np.repeat(np.arange(len(design.arms)), [arm.weight for arm in design.arms])
    order = np.argsort(random.random((-(-n // one.size), one.size)), axis=1, kind="stable")
    return one[order].reshape(-1)[:n]
