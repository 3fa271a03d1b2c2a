"""Two arms, simulated, with a planted truth and the untidiness of real records.

    python -m remission.simulation.cohorts.two_arm DIR

Everybody follows the latent course of `disease` under the hazards of their arm. Their records are what visits and
scans would have noted. Five people are then changed by hand, because a report must cope with them: one dies early, one
never has a visit after day zero, one's scans stop early, one starts another therapy after the transplant, and one
registers late.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from remission.inputs.provenance import Source
from remission.records.cohort import Cohort, Manifest
from remission.simulation.cohorts.adverse_events import adverse_event_rows
from remission.simulation.cohorts.calendar_files import write_dated
from remission.simulation.cohorts.course_records import (
    AGE,
    ARM_NAMES,
    CENTRE,
    COURSE,
    EDSS,
    MORE_AGE,
    MORE_EDSS,
    ONSET,
    SEX,
    TRAITS,
    People,
    record_rows,
)
from remission.simulation.cohorts.tables import Row, cohort_of
from remission.simulation.cohorts.two_arm_truth import HAZARDS
from remission.simulation.disease import (
    YEAR_DAYS,
    Days,
    Flags,
    Floats,
    Latent,
    Schedule,
    draw_latent,
    draw_schedule,
    generator,
    relapse_days,
)

SEED, SUBJECTS = 1982, 200
STREAM = {"latent": 1, "schedule": 2, "people": 3, "adverse events": 4}
LEAVES_PER_YEAR = 0.03
# The last people entered five years before the data cut, the first seven and a half: not all reach the last visit.
SHORTEST_CUT, ENTRY_SPREAD = 1840, 900
DATA_CUT = "2019-06-30"
CENTRES = (("Centre A", "GB"), ("Centre B", "GB"), ("Centre C", "IT"), ("Centre D", "SE"), ("Centre E", "CZ"))
EARLY_DEATH_DAY, LATE_BY_DAYS, LAST_SCANNED_VISITS = 41, 400, 4

MANIFEST = Manifest(
    name="two-arm",
    title="Two arms, simulated with a known truth",
    kind="simulated",
    day_zero="transplant, or start of the first therapy",
    time="dates",
    collected=("subjects", "observed", "visits", "relapses", "scans", "treatments", "adverse_events"),
    licence="CC0-1.0 (made by this project)",
    data_cut=DATA_CUT,
    partial_dates="middle",
    sources=(
        Source(
            "Remission, `make cohorts`",
            "verified",
            f"seed {SEED}, {SUBJECTS} subjects",
            "every record is made up; truth.toml beside this file holds what was planted",
        ),
    ),
    note="Laboratory values and changes of course were not collected. Some dates are partial. "
    "Placed by hand: one person dies early, one never has a visit after day zero, one's scans stop early, one starts "
    "another therapy after the transplant, one registers late.",
)


def simulate_two_arm(seed: int = SEED, subjects: int = SUBJECTS) -> Cohort:
    """The simulated cohort in memory, in days; the same for the same seed.

    >>> simulate_two_arm(seed=1, subjects=20).subjects.height
    20
    """
    people = _place_by_hand(_simulate_people(seed, subjects))
    rows = record_rows(people, _subject)
    rows["adverse_events"] = list(adverse_event_rows(people, generator(seed, STREAM["adverse events"])))
    return cohort_of(MANIFEST, rows, f"two-arm {seed} {subjects}")


def write_two_arm(folder: Path, seed: int = SEED, subjects: int = SUBJECTS) -> None:
    """Write the cohort as a folder of CSV tables with calendar dates, some of them partial."""
    write_dated(simulate_two_arm(seed, subjects), folder)


def _simulate_people(seed: int, n: int) -> People:
    random = generator(seed, STREAM["people"])
    treated = _assign(random, n)
    schedule = draw_schedule(generator(seed, STREAM["schedule"]), n)
    cut = SHORTEST_CUT + np.floor(random.random(n) * ENTRY_SPREAD).astype(np.int64)
    leaves = np.ceil(-np.log1p(-random.random(n)) * (YEAR_DAYS / LEAVES_PER_YEAR)).astype(np.int64)
    last, reason = _follow(schedule, cut, leaves, random.random(n))
    latent = _latent_by_arm(generator(seed, STREAM["latent"]), treated)
    first, traits, noise = np.zeros(n, dtype=np.int64), random.random((n, TRAITS)), random.random(schedule.days.shape)
    # 2.0 to 6.5, mostly in the middle.
    edss = 2.0 + np.floor((traits[:, EDSS] + traits[:, MORE_EDSS]) / 2 * 10) / 2
    return People(treated, latent, schedule, cut, first, last, reason, traits, noise, edss)


def _subject(people: People, index: int) -> Row:
    draw = people.traits[index]
    centre, country = CENTRES[int(draw[CENTRE] * len(CENTRES))]
    died, last = people.reason[index] == "died", int(people.last[index])
    return {
        "subject_id": people.name(index),
        "study": "two-arm simulation",
        "arm": ARM_NAMES[int(people.treated[index])],
        "centre": centre,
        "country": country,
        "sex": "female" if draw[SEX] < 0.7 else "male",
        "age_years": float(20 + int((draw[AGE] + draw[MORE_AGE]) / 2 * 35)),
        "course": "RRMS" if draw[COURSE] < 0.92 else "SPMS",
        "onset_day": -int(370 + draw[ONSET] * 3650),
        "entered": "yes",
        "last_day": last,
        "end_reason": people.reason[index],
        "death_day": last if died else None,
        "cut_day": int(people.cut[index]),
    }


def _assign(random: np.random.Generator, n: int) -> Flags:
    """Who is transplanted, in blocks of two."""
    # Blocks of two, so that the arms are equally large at any number of people.
    first = random.random((n + 1) // 2) < 0.5
    return np.stack([first, ~first], axis=1).reshape(-1)[:n]


def _latent_by_arm(random: np.random.Generator, treated: Flags) -> Latent:
    hsct, best = (draw_latent(random, hazards, treated.size) for hazards in HAZARDS.values())
    return Latent(
        np.where(treated, hsct.progression, best.progression),
        np.where(treated[:, None], hsct.relapses, best.relapses),
        np.where(treated[:, None], hsct.lesions, best.lesions),
    )


def _follow(schedule: Schedule, cut: Days, leaves: Days, why: Floats) -> tuple[Days, list[str]]:
    """Last day (the last visit before the person left or the data were cut) and why follow-up ended."""
    until = np.minimum(cut, leaves)
    seen = schedule.came & (schedule.days <= until[:, None])
    gone = np.where(why < 0.7, "lost", "withdrew")
    reason = np.where(schedule.days[:, -1] <= until, "completed", np.where(leaves < cut, gone, "cut-off"))
    return np.where(seen, schedule.days, 0).max(axis=1), [str(word) for word in reason]


def _place_by_hand(people: People) -> People:
    """Change five people, each found where the change does not contradict the course of their disease."""
    treated, relapse = people.treated, relapse_days(people.latent)[:, 0]
    first_event = np.minimum(relapse, np.minimum(people.latent.progression, people.latent.lesions[:, 0]))
    long, quiet = people.last > 1500, first_event > 1500
    dies = _third(treated & long)
    gone = _third(~treated & long)
    unscanned = _third(~treated & long & quiet)
    restarts = _third(treated & long & (relapse > 200) & (relapse < 1200))
    late = _third(treated & long & quiet & ~np.isin(np.arange(treated.size), dies))
    people.last[dies], people.last[gone], people.first[late] = EARLY_DEATH_DAY, 0, LATE_BY_DAYS
    people.schedule.scanned[unscanned, LAST_SCANNED_VISITS:] = False
    changed = dict.fromkeys(dies.tolist(), "died") | dict.fromkeys(gone.tolist(), "lost")
    reason = [changed.get(index, word) for index, word in enumerate(people.reason)]
    return replace(people, reason=reason, restarts=frozenset(restarts.tolist()))


def _third(fits: Flags) -> Days:
    """The third who fits, so that the people placed by hand are not all at the top of the tables; nobody in a few."""
    return np.flatnonzero(fits)[2:3]


if __name__ == "__main__":
    write_two_arm(Path(sys.argv[1]))
