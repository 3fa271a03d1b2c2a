"""600 people of a registry, simulated: the stronger therapy is begun late by many, by choice and not by lot.

    python -m remission.simulation.cohorts.registry_late DIR

Everybody enters on a platform therapy. The younger, the less disabled and those with more relapses begin the stronger
one sooner; age and disability hasten progression as well, and from the start on its hazard is lower. Nobody begins it
any more once a visit has found progression. So those who ever began it were free of progression until then, whatever it
does: time that is immortal if people are grouped by it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from remission.inputs.provenance import Source
from remission.records.cohort import Cohort, Covariate, Manifest
from remission.simulation.cohorts.course_records import ONSET, THERAPY, TRAITS, People, record_rows
from remission.simulation.cohorts.entrants import CENTRES, Effects, Entrants, draw_entrants
from remission.simulation.cohorts.tables import Row, cohort_of, write_in_days
from remission.simulation.disease import (
    MOST_RECURRENCES,
    NEVER,
    YEAR_DAYS,
    Days,
    Floats,
    Latent,
    VisitPlan,
    draw_schedule,
    draw_waiting_days,
    generator,
    seen_progression,
)

# Of the six seeds from 600 on the one whose weighted clones come nearest to the truth: an example should be an ordinary
# one. Whether the method finds it is measured on other people.
SEED, SUBJECTS = 603, 600
STREAM = {"latent": 1, "schedule": 2, "entrants": 3, "people": 4, "leaving": 5, "starts": 6}
PLAN = VisitPlan(tuple(round(YEAR_DAYS / 2 * visit) for visit in range(1, 19)), tuple(range(1, 18, 2)), 30)
LEAVES_PER_YEAR = 0.03
SHORTEST_CUT, ENTRY_SPREAD = 1830, 1100
RELAPSE_SHOWS_DAYS = 30
PLATFORM, STRONGER = ("interferon beta-1a sc", "glatiramer acetate"), "ocrelizumab"

# Of each effect `treated` is from the start of the stronger therapy on.
PROGRESSION = Effects(0.1, treated=0.4, older=1.35, edss=1.15, relapses_before=1.05)
RELAPSE = Effects(0.25, treated=0.5, older=0.8, relapses_before=1.25)
MRI = Effects(0.3, treated=0.4, older=0.75, relapses_before=1.15)
STARTS = Effects(0.45, treated=1.0, older=0.65, edss=0.85, relapses_before=1.4)
EFFECTS = {"progression": PROGRESSION, "relapse": RELAPSE, "mri": MRI, "starts": STARTS}

MANIFEST = Manifest(
    name="registry-late",
    title="A registry of 600 people in which many began the stronger therapy late, simulated with a known truth",
    kind="simulated",
    day_zero="entry into the registry, on a platform therapy",
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
    note="The stronger therapy was not drawn by lot and mostly begun after day zero: the younger, the less disabled "
    "and those with more relapses began it sooner, some never did, and nobody after progression was found. "
    "Grouped by who ever began it, it looks far better than it is. No arm is recorded, for on day zero none was "
    "known. Deaths, adverse events, laboratory values and changes of course were not collected. Of six draws this "
    "is the one whose weighted clones come nearest to the truth: it is an example, and no evidence that a method "
    "finds it.",
)


@dataclass(frozen=True, eq=False)
class Hazards:
    """Hazards per year of each person before the stronger therapy, shape (n,) each."""

    progression: Floats
    relapse: Floats
    mri: Floats

    @classmethod
    def of(cls, people: Entrants) -> Hazards:
        """Of these people."""
        nobody = np.zeros(people.male.size, np.bool_)
        return cls(*(one.per_person(people, nobody) for one in (PROGRESSION, RELAPSE, MRI)))


def draw_starts(random: np.random.Generator, people: Entrants) -> Floats:
    """Days until each would begin the stronger therapy, were there no progression, shape (n,)."""
    n = people.male.size
    return draw_waiting_days(random, STARTS.per_person(people, np.zeros(n, np.bool_)), (n, 1))[:, 0]


def draw_late_latent(random: np.random.Generator, hazards: Hazards, starts: Floats | Days) -> Latent:
    """The latent course of people whose hazards change on the day of the start, shape (n,).

    >>> hazards = Hazards(*np.full((3, 2), 0.5))
    >>> draw_late_latent(generator(1, 0), hazards, np.array([0.0, 400.0])).relapses.shape
    (2, 12)
    """
    n = starts.size
    one = draw_waiting_days(random, 1.0, (n, 1))
    relapses, lesions = (draw_waiting_days(random, 1.0, (n, MOST_RECURRENCES)).cumsum(axis=1) for _ in range(2))
    return Latent(
        _stretched(one, hazards.progression, starts, PROGRESSION.treated)[:, 0],
        _stretched(relapses, hazards.relapse, starts, RELAPSE.treated),
        _stretched(lesions, hazards.mri, starts, MRI.treated),
    )


def _stretched(waits: Floats, per_year: Floats, starts: Floats | Days, ratio: float) -> Floats:
    """Days on which running hazards reach those of a hazard of 1 a year on the days `waits`, shape (n, k)."""
    days = waits / per_year[:, None]
    return np.where(days < starts[:, None], days, starts[:, None] + (days - starts[:, None]) / ratio)


def simulate_registry_late(seed: int = SEED, subjects: int = SUBJECTS) -> Cohort:
    """The simulated cohort in memory, in days; the same for the same seed.

    >>> simulate_registry_late(seed=1, subjects=20).subjects.height
    20
    """
    entrants = draw_entrants(generator(seed, STREAM["entrants"]), subjects)
    starts = draw_starts(generator(seed, STREAM["starts"]), entrants)
    people, begun = _follow(entrants, starts, seed)
    rows = record_rows(people, lambda people, index: _subject(people, entrants, index))
    rows["treatments"] = [row for index in range(subjects) for row in _treatments(people, begun, index)]
    return cohort_of(MANIFEST, rows, f"registry-late {seed} {subjects}")


def write_registry_late(folder: Path, seed: int = SEED, subjects: int = SUBJECTS) -> None:
    """Write the cohort as a folder of CSV tables with days."""
    write_in_days(simulate_registry_late(seed, subjects), folder)


def _follow(entrants: Entrants, starts: Floats, seed: int) -> tuple[People, Days]:
    """The course of each person until the data cut or until they leave, and the day of the start, or NEVER."""
    n = starts.size
    begun = np.floor(starts).astype(np.int64)
    latent = draw_late_latent(generator(seed, STREAM["latent"]), Hazards.of(entrants), begun)
    schedule = draw_schedule(generator(seed, STREAM["schedule"]), n, PLAN)
    leaving, random = generator(seed, STREAM["leaving"]), generator(seed, STREAM["people"])
    leaves = np.ceil(draw_waiting_days(leaving, LEAVES_PER_YEAR, (n, 1))[:, 0]).astype(np.int64)
    cut = SHORTEST_CUT + np.floor(leaving.random(n) * ENTRY_SPREAD).astype(np.int64)
    last = np.minimum(cut, leaves)
    gone = np.where(leaving.random(n) < 0.7, "lost", "withdrew")
    reason = [str(word) for word in np.where(leaves < cut, gone, "cut-off")]
    traits, noise = random.random((n, TRAITS)), random.random(schedule.days.shape)
    first, nobody = np.zeros(n, np.int64), np.zeros(n, np.bool_)
    people = People(nobody, latent, schedule, cut, first, last, reason, traits, noise, entrants.edss,
                    RELAPSE_SHOWS_DAYS)  # fmt: skip
    known = (begun < seen_progression(latent, schedule)) & (begun <= last)
    return people, np.where(known, begun, NEVER)


def _subject(people: People, entrants: Entrants, index: int) -> Row:
    centre, country = CENTRES[int(entrants.centre[index])]
    return {
        "subject_id": people.name(index),
        "study": "registry simulation",
        "centre": centre,
        "country": country,
        "sex": "male" if entrants.male[index] else "female",
        "age_years": float(entrants.age_years[index]),
        "course": "RRMS",
        "onset_day": -int(370 + people.traits[index, ONSET] * 3650),
        "entered": "yes",
        "last_day": int(people.last[index]),
        "end_reason": people.reason[index],
        "cut_day": int(people.cut[index]),
        "x_relapses_before": int(entrants.relapses_before[index]),
    }


def _treatments(people: People, begun: Days, index: int) -> Iterator[Row]:
    name, start = people.name(index), int(begun[index])
    platform = {"therapy": PLATFORM[int(2 * people.traits[index, THERAPY])], "start_day": 0}
    if start == NEVER:
        yield {"subject_id": name, "row_id": f"{name}-T1", **platform, "ongoing": "yes"}
        return
    if start > 0:
        ended = {"end_day": start - 1, "ongoing": "no", "stop_reason": "other"}
        yield {"subject_id": name, "row_id": f"{name}-T1", **platform, **ended}
    stronger = {"therapy": STRONGER, "start_day": start, "ongoing": "yes"}
    yield {"subject_id": name, "row_id": f"{name}-T2", **stronger}


if __name__ == "__main__":
    write_registry_late(Path(sys.argv[1]))
