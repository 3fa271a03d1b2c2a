"""People as they enter a registry: what is known of them on day zero, who is treated, and what each fares by it.

Treatment is not drawn by lot. The younger, the less disabled and those with more relapses are transplanted more often,
and some centres do it more than others; the same things change how the disease goes on. So people compared as treated
differ by more than the treatment, and a model that holds these columns alike finds the planted effect again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from remission.simulation.disease import Days, Flags, Floats, PersonalHazards

CENTRES = (("Centre A", "GB"), ("Centre B", "IT"), ("Centre C", "SE"), ("Centre D", "CZ"), ("Centre E", "GB"))
# By how much hazards of progression at each centre differ, and how readily it transplants (log odds): a centre that
# sees graver courses transplants less, so it has to be held alike too.
CENTRE_RATIO = np.array([0.7, 0.85, 1.0, 1.2, 1.5])
CENTRE_LOG_ODDS = np.array([0.6, 0.3, 0.0, -0.3, -0.6])
# The person at whom hazards are told: each effect counts from here.
USUAL_AGE_YEARS, USUAL_EDSS, USUAL_RELAPSES = 42, 4.0, 1
YOUNGEST_YEARS, OLDEST_YEARS = 20, 65
LOWEST_EDSS, HIGHEST_EDSS = 2.0, 6.5
# Shares of people with at most none, one, two and three relapses in the two years before; the rest had four.
AT_MOST_RELAPSES = (0.3, 0.65, 0.87, 0.97)
FEMALE = 0.7
ADJUSTED_FOR = ("age_years", "sex", "baseline_edss", "x_relapses_before")
STRATA = ("centre",)


@dataclass(frozen=True, eq=False)
class Entrants:
    """What is known on day zero, shape (n,) each: `centre` is the place in CENTRES."""

    age_years: Floats
    male: Flags
    edss: Floats
    relapses_before: Floats
    centre: Days
    treated: Flags

    @property
    def columns(self) -> dict[str, Floats]:
        """The columns that a model has to hold alike, by the names of ADJUSTED_FOR."""
        return {
            "age_years": self.age_years,
            "sex": self.male.astype(np.float64),
            "baseline_edss": self.edss,
            "x_relapses_before": self.relapses_before,
        }


@dataclass(frozen=True)
class Effects:
    """A hazard per year of the usual person untreated in Centre C, and what multiplies it (hazard ratios).

    older: by ten years of age; edss: by a point; relapses_before: by each; by_centre: does the centre matter.
    """

    per_year: float
    treated: float
    older: float = 1.0
    male: float = 1.0
    edss: float = 1.0
    relapses_before: float = 1.0
    by_centre: bool = False

    def per_person(self, people: Entrants, treated: Flags) -> Floats:
        """The hazard per year of each person, were they treated or not as said, shape (n,).

        >>> people = draw_entrants(np.random.default_rng(1), 3)
        >>> everybody = np.ones(3, dtype=bool)
        >>> (Effects(0.1, treated=0.5).per_person(people, everybody)).tolist()
        [0.05, 0.05, 0.05]
        """
        decades = (people.age_years - USUAL_AGE_YEARS) / 10
        ratio = self.treated**treated * self.older**decades * self.male**people.male
        ratio = ratio * self.edss ** (people.edss - USUAL_EDSS)
        ratio = ratio * self.relapses_before ** (people.relapses_before - USUAL_RELAPSES)
        return np.asarray(self.per_year * ratio * (CENTRE_RATIO[people.centre] if self.by_centre else 1.0))


PROGRESSION = Effects(0.07, treated=0.45, older=1.4, male=1.25, edss=1.15, relapses_before=1.1, by_centre=True)
RELAPSE = Effects(0.22, treated=0.3, older=0.8, relapses_before=1.25)
MRI = Effects(0.3, treated=0.25, older=0.75, relapses_before=1.15)
# Treatment does nothing to death, so what a crude comparison finds there is who was chosen. Rarer among people of 42
# with MS; so that 500 people show it within six years, age and disability raise it steeply.
DEATH = Effects(0.005, treated=1.0, older=2.2, edss=1.2)
EFFECTS = {"progression": PROGRESSION, "relapse": RELAPSE, "mri": MRI, "death": DEATH}


def disease_of(people: Entrants, treated: Flags) -> PersonalHazards:
    """The hazards of the disease of each person, were they treated or not as said."""
    return PersonalHazards(*(one.per_person(people, treated) for one in (PROGRESSION, RELAPSE, MRI)))


def draw_entrants(random: np.random.Generator, n: int) -> Entrants:
    """n people and whether they are transplanted.

    >>> draw_entrants(np.random.default_rng(1), 4).age_years.tolist()
    [53.0, 33.0, 32.0, 58.0]
    """
    draw = random.random((n, 8))
    age = YOUNGEST_YEARS + np.floor((draw[:, 0] + draw[:, 1]) / 2 * (OLDEST_YEARS - YOUNGEST_YEARS + 1))
    # The older are the more disabled: half a point by ten years.
    points = LOWEST_EDSS + (draw[:, 2] + draw[:, 3]) / 2 * 4.5 + (age - USUAL_AGE_YEARS) / 20
    edss = np.clip(np.floor(2 * points) / 2, LOWEST_EDSS, HIGHEST_EDSS)
    relapses = np.searchsorted(AT_MOST_RELAPSES, draw[:, 4], side="right").astype(np.float64)
    centre = np.floor(draw[:, 5] * len(CENTRES)).astype(np.int64)
    return Entrants(
        age, draw[:, 6] >= FEMALE, edss, relapses, centre, _treated(age, edss, relapses, centre, draw[:, 7])
    )


def _treated(age: Floats, edss: Floats, relapses: Floats, centre: Days, draw: Floats) -> Flags:
    odds = -0.08 * (age - USUAL_AGE_YEARS) - 0.3 * (edss - USUAL_EDSS) + 0.4 * (relapses - USUAL_RELAPSES)
    return np.asarray(draw < 1 / (1 + np.exp(-(odds + CENTRE_LOG_ODDS[centre]))))
