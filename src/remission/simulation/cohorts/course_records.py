"""What visits, scans and people would have noted of a latent course: the rows of a simulated cohort."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from remission.simulation.disease import (
    MOST_RECURRENCES,
    Days,
    Flags,
    Floats,
    Latent,
    Schedule,
    bursts_seen,
    relapse_days,
)

if TYPE_CHECKING:
    from remission.simulation.cohorts.tables import Row

ARM_NAMES = ("Best available therapy", "HSCT")
FIRST_THERAPIES = ("fingolimod", "natalizumab", "ocrelizumab")
NEXT_THERAPY = {"fingolimod": "natalizumab", "natalizumab": "ocrelizumab", "ocrelizumab": "natalizumab"}
STOPS_AFTER_DAYS, SWITCHES_AFTER_DAYS = 45, 60

# Columns of the traits drawn once a person; those from RELAPSE on are for the relapses.
EDSS, MORE_EDSS, CENTRE, SEX, AGE, MORE_AGE, COURSE, ONSET, BEFORE, GAIN, THERAPY, RELAPSE = range(12)
TRAITS = RELAPSE + MOST_RECURRENCES

PROGRESSION_RISE, RELAPSE_RISE = 1.0, 1.0
# From a score of 6.0 on, half a point is progression by the usual thresholds: no noise upwards there.
NOISE_UP_BELOW = 6.0


@dataclass(frozen=True)
class People:
    """The people of the simulation, arrays of shape (n,) unless said otherwise.

    cut, first, last: days since day zero of the data cut and of the beginning and end of what is known.
    traits, shape (n, TRAITS): numbers between 0 and 1, one column for each trait. noise, shape (n, v): one a visit.
    baseline_edss: the score before day zero. relapse_shows_days: how long a relapse raises the score.
    restarts: indices of those who start another therapy after the transplant.
    """

    treated: Flags
    latent: Latent
    schedule: Schedule
    cut: Days
    first: Days
    last: Days
    reason: list[str]
    traits: Floats
    noise: Floats
    baseline_edss: Floats
    relapse_shows_days: int = 60
    restarts: frozenset[int] = frozenset()

    @cached_property
    def attended(self) -> Flags:
        """Visits that took place and are known of, shape (n, v)."""
        days = self.schedule.days
        return self.schedule.came & (days <= self.last[:, None]) & (days >= self.first[:, None])

    @cached_property
    def scanned(self) -> Flags:
        """Visits with a scan, shape (n, v)."""
        return self.attended & self.schedule.scanned

    @cached_property
    def relapse_days(self) -> Days:
        """Days on which relapses begin, known of or not, shape (n, k)."""
        return relapse_days(self.latent)

    def before_day_zero(self, index: int) -> int:
        """Day of the visit and scan before day zero."""
        return -int(self.traits[index, BEFORE] * 14)

    def name(self, index: int) -> str:
        """The pseudonym."""
        return f"S{index + 1:03d}"

    def known_relapses(self, index: int) -> list[int]:
        """Days of the relapses of one person that are known of."""
        return [int(day) for day in self.relapse_days[index] if max(self.first[index], 1) <= day <= self.last[index]]


def record_rows(people: People, subject: Callable[[People, int], Row]) -> dict[str, list[Row]]:
    """The rows of every table but the adverse events; `subject` says what a person's row of subjects holds."""
    everybody = range(people.treated.size)
    return {
        "subjects": [subject(people, index) for index in everybody],
        "observed": [row for index in everybody for row in _observed(people, index)],
        "visits": list(_visits(people)),
        "relapses": [row for index in everybody for row in _relapses(people, index)],
        "scans": list(_scans(people)),
        "treatments": [row for index in everybody for row in _treatments(people, index)],
    }


def _observed(people: People, index: int) -> Iterator[Row]:
    first, last = int(people.first[index]), int(people.last[index])
    scans = people.schedule.days[index][people.scanned[index]]
    to_day = {"vital": last, "clinic": last, "relapses": last, "mri": int(scans.max(initial=first))}
    for kind, end in to_day.items():
        named = {"subject_id": people.name(index), "row_id": f"{people.name(index)}-O{kind[0]}"}
        yield {**named, "kind": kind, "from_day": first, "to_day": end}


def _visits(people: People) -> Iterator[Row]:
    scores, scored = edss_at_visits(people), people.schedule.scored
    for index in range(people.treated.size):
        name = people.name(index)
        before = {"day": people.before_day_zero(index), "edss": float(people.baseline_edss[index])}
        yield {"subject_id": name, "row_id": f"{name}-V00", **before, "rater": "clinician"}
        for visit in np.flatnonzero(people.attended[index]):
            seen: Row = {"edss": float(scores[index, visit])}
            if not scored[index, visit]:
                seen = {"edss": None, "edss_absent": "not_asked"}
            seen = {"day": int(people.schedule.days[index, visit]), **seen}
            yield {"subject_id": name, "row_id": f"{name}-V{visit + 1:02d}", **seen, "rater": "clinician"}


def edss_at_visits(people: People) -> Floats:
    """Scores on the half-point scale, shape (n, v).

    A lasting progression is a rise of 1.0 or 1.5 over the score before day zero; without it, noise stays below every
    threshold. A relapse shows as a rise for some weeks and then recovers. The transplanted improve a little on average.
    """
    days, before = people.schedule.days, people.baseline_edss[:, None]
    # Noise of half a point in three visits of ten: confirmation has to have something to refuse.
    step = np.where(people.noise < 0.15, 0.5, np.where(people.noise > 0.85, -0.5, 0.0))
    gain = np.where(people.treated, 1.5, 0.5) * people.traits[:, GAIN]
    drift = -np.floor(2 * gain[:, None] * -np.expm1(-days / 365.0) + 0.5) / 2
    free = np.minimum(drift + step, np.where(before < NOISE_UP_BELOW, 0.5, 0.0))
    progressed = days >= people.latent.progression[:, None]
    # After progression no noise downwards: what was planted as lasting must last.
    change = np.where(progressed, PROGRESSION_RISE + np.maximum(step, 0.0), free)
    since = days[:, :, None] - people.relapse_days[:, None, :]
    relapsing = ((since >= 0) & (since < people.relapse_shows_days)).any(axis=2)
    return np.asarray(np.maximum(before + change + np.where(relapsing, RELAPSE_RISE, 0.0), 1.0), dtype=np.float64)


def _relapses(people: People, index: int) -> Iterator[Row]:
    name = people.name(index)
    for number, day in enumerate(people.known_relapses(index)):
        draw = people.traits[index, RELAPSE + number]
        yield {
            "subject_id": name,
            "row_id": f"{name}-R{number + 1}",
            "day": day,
            "end_day": min(day + 14 + int(40 * draw), max(int(people.last[index]), day + 3)),
            "severity": ("mild", "moderate", "severe")[int(3 * draw)],
            "steroids": "yes" if draw < 0.6 else "no",
            "fever": "no",
            "confirmed": "yes" if draw < 0.8 else "no",
        }


def _scans(people: People) -> Iterator[Row]:
    bursts = bursts_seen(people.latent, people.schedule)
    for index in range(people.treated.size):
        name = people.name(index)
        first = {"day": people.before_day_zero(index), "region": "brain", "reference": "yes"}
        yield {"subject_id": name, "row_id": f"{name}-M00", **first, "new_t2_absent": "not_applicable"}
        for visit in np.flatnonzero(people.scanned[index]):
            day, seen = int(people.schedule.days[index, visit]), int(bursts[index, visit])
            fresh = (day - 45 < people.latent.lesions[index]) & (people.latent.lesions[index] <= day)
            counts = {"new_t2": 2 * seen + (seen > 1), "enlarging_t2": int(seen > 2), "gd_lesions": int(fresh.sum())}
            row = {"day": day, "region": "brain", "reference": "no", **counts}
            yield {"subject_id": name, "row_id": f"{name}-M{visit + 1:02d}", **row}


def _treatments(people: People, index: int) -> Iterator[Row]:
    relapses, last = people.known_relapses(index), int(people.last[index])
    switch = relapses[0] + SWITCHES_AFTER_DAYS if relapses else None
    if people.treated[index]:
        agents = {"mobilisation": "cyclophosphamide + G-CSF", "conditioning": "cyclophosphamide", "serotherapy": "ATG"}
        yield _therapy(people, index, 1, {"therapy": "hsct", "start_day": 0, **agents, "graft": "unmanipulated"})
        if index in people.restarts and switch is not None:
            yield _therapy(people, index, 2, {"therapy": "ocrelizumab", "start_day": switch, "ongoing": "yes"})
        return
    first = FIRST_THERAPIES[int(people.traits[index, THERAPY] * len(FIRST_THERAPIES))]
    if switch is None or switch > last:
        yield _therapy(people, index, 1, {"therapy": first, "start_day": 0, "ongoing": "yes"})
        return
    stopped = {"end_day": switch - SWITCHES_AFTER_DAYS + STOPS_AFTER_DAYS, "stop_reason": "lack of effect"}
    yield _therapy(people, index, 1, {"therapy": first, "start_day": 0, "ongoing": "no", **stopped})
    yield _therapy(people, index, 2, {"therapy": NEXT_THERAPY[first], "start_day": switch, "ongoing": "yes"})


def _therapy(people: People, index: int, number: int, about: Row) -> Row:
    name = people.name(index)
    return {"subject_id": name, "row_id": f"{name}-T{number}", **about}
