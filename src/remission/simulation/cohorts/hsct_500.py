"""500 people of a registry, simulated: treated by choice and not by lot, and some die.

    python -m remission.simulation.cohorts.hsct_500 DIR

Everybody follows the latent course of `disease` under hazards of their own (`entrants`), and may die or leave on the
way. Visits are half-yearly and people come up to a month early or late, so that progression is found long after it
happened; scans are yearly.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from remission.inputs.provenance import Source
from remission.records.cohort import Cohort, Covariate, Manifest
from remission.simulation.cohorts.course_records import ARM_NAMES, ONSET, TRAITS, People, record_rows
from remission.simulation.cohorts.entrants import CENTRES, DEATH, Entrants, disease_of, draw_entrants
from remission.simulation.cohorts.tables import Row, cohort_of, write_in_days
from remission.simulation.disease import (
    YEAR_DAYS,
    Days,
    Floats,
    VisitPlan,
    draw_latent,
    draw_schedule,
    draw_waiting_days,
    generator,
)

# Of the six seeds from 500 on the one whose crude and adjusted hazard ratios come nearest to those of endless records:
# an example should be an ordinary one. A test asks another seed and ten times the people.
SEED, SUBJECTS = 502, 500
STREAM = {"latent": 1, "schedule": 2, "entrants": 3, "people": 4, "leaving": 5}
# Half-yearly for nine years, with a scan at every other visit.
PLAN = VisitPlan(tuple(round(YEAR_DAYS / 2 * visit) for visit in range(1, 19)), tuple(range(1, 18, 2)), 30)
LEAVES_PER_YEAR = 0.03
# The last people entered five years before the data cut, the first eight.
SHORTEST_CUT, ENTRY_SPREAD = 1830, 1100
# Shorter than in the two-arm cohort: two relapses in a row would otherwise look like a lasting progression.
RELAPSE_SHOWS_DAYS = 30

MANIFEST = Manifest(
    name="hsct-500",
    title="A registry of 500 people, simulated with a known truth",
    kind="simulated",
    day_zero="transplant, or start of the first therapy",
    time="days",
    collected=("subjects", "observed", "visits", "relapses", "scans", "treatments"),
    licence="CC0-1.0 (made by this project)",
    covariates=(Covariate("x_relapses_before", "integer", 0, meaning="relapses in the two years before day zero"),),
    sources=(
        Source(
            "Remission, `make cohorts`",
            "verified",
            f"seed {SEED}, {SUBJECTS} subjects",
            "every record is made up; truth.toml beside this file holds what was planted",
        ),
    ),
    note="Treatment was not drawn by lot: the younger, the less disabled, those with more relapses and people of some "
    "centres were transplanted more often, so groups compared as treated differ by more than the treatment. Death is "
    "more frequent than among people of this age with MS, so that it is seen; the transplant was given no effect on "
    "it. Adverse events, laboratory values and changes of course were not collected. Of six draws this is the one "
    "whose hazard ratios lie nearest to the truth: it is an example, and no evidence that a method finds it.",
)


def simulate_hsct_500(seed: int = SEED, subjects: int = SUBJECTS) -> Cohort:
    """The simulated cohort in memory, in days; the same for the same seed.

    >>> simulate_hsct_500(seed=1, subjects=20).subjects.height
    20
    """
    entrants = draw_entrants(generator(seed, STREAM["entrants"]), subjects)
    people = _follow(entrants, seed)
    rows = record_rows(people, lambda people, index: _subject(people, entrants, index))
    return cohort_of(MANIFEST, rows, f"hsct-500 {seed} {subjects}")


def write_hsct_500(folder: Path, seed: int = SEED, subjects: int = SUBJECTS) -> None:
    """Write the cohort as a folder of CSV tables with days."""
    write_in_days(simulate_hsct_500(seed, subjects), folder)


def _follow(entrants: Entrants, seed: int) -> People:
    """The course of each person, until the data cut, until they leave, or until they die."""
    n, treated = entrants.treated.size, entrants.treated
    latent = draw_latent(generator(seed, STREAM["latent"]), disease_of(entrants, treated), n)
    schedule = draw_schedule(generator(seed, STREAM["schedule"]), n, PLAN)
    leaving, random = generator(seed, STREAM["leaving"]), generator(seed, STREAM["people"])
    death = np.ceil(draw_waiting_days(leaving, DEATH.per_person(entrants, treated), (n, 1))[:, 0]).astype(np.int64)
    leaves = np.ceil(draw_waiting_days(leaving, LEAVES_PER_YEAR, (n, 1))[:, 0]).astype(np.int64)
    cut = SHORTEST_CUT + np.floor(leaving.random(n) * ENTRY_SPREAD).astype(np.int64)
    last, reason = _ends(cut, leaves, death, leaving.random(n))
    first, traits, noise = np.zeros(n, dtype=np.int64), random.random((n, TRAITS)), random.random(schedule.days.shape)
    return People(treated, latent, schedule, cut, first, last, reason, traits, noise, entrants.edss, RELAPSE_SHOWS_DAYS)


def _ends(cut: Days, leaves: Days, death: Days, why: Floats) -> tuple[Days, list[str]]:
    """The last day on which a person is known to live, and why follow-up ended."""
    # Who stays is known to live until the cut, also between visits: were it until the last visit, only the dead would
    # be followed beyond it, and death would seem more frequent than it is.
    last = np.minimum(cut, np.minimum(leaves, death))
    gone = np.where(why < 0.7, "lost", "withdrew")
    reason = np.where(death == last, "died", np.where(leaves == last, gone, "cut-off"))
    return last, [str(word) for word in reason]


def _subject(people: People, entrants: Entrants, index: int) -> Row:
    centre, country = CENTRES[int(entrants.centre[index])]
    last = int(people.last[index])
    return {
        "subject_id": people.name(index),
        "study": "registry simulation",
        "arm": ARM_NAMES[int(people.treated[index])],
        "centre": centre,
        "country": country,
        "sex": "male" if entrants.male[index] else "female",
        "age_years": float(entrants.age_years[index]),
        "course": "RRMS",
        "onset_day": -int(370 + people.traits[index, ONSET] * 3650),
        "entered": "yes",
        "last_day": last,
        "end_reason": people.reason[index],
        "death_day": last if people.reason[index] == "died" else None,
        "cut_day": int(people.cut[index]),
        "x_relapses_before": int(entrants.relapses_before[index]),
    }


if __name__ == "__main__":
    write_hsct_500(Path(sys.argv[1]))
