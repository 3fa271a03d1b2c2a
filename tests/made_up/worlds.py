"""Tiny cohorts written as text: one line a person, for tests of single rules.

small("A | 0:2.0 90:3.0 180:3.0 | relapses 85 | to 360")
"""

from __future__ import annotations

from typing import Any

from made_up.random_worlds import Person, as_cohort
from remission.records.cohort import Cohort

KINDS = ("vital", "clinic", "relapses", "mri")


def person(visits: str, to: int = 360, relapses: tuple[int, ...] = (), **subject: Any) -> Person:
    """A person from visits as `day:edss`; watched from day zero to `to`, lost then unless told otherwise."""
    pairs = (one.split(":") for one in visits.split())
    about = {"entered": "yes", "last_day": to, "end_reason": "lost", "death_day": None, "cut_day": None}
    return {
        "subject": about | subject,
        "visits": [{"day": int(day), "edss": float(edss), "rater": None} for day, edss in pairs],
        "relapses": [{"day": day, "lasted": None, "confirmed": None, "fever": None} for day in relapses],
        "scans": [],
        "treatments": [],
        "courses": [],
        "observed": {kind: [(0, to)] for kind in KINDS},
    }


def small(*people: Person) -> Cohort:
    return as_cohort(list(people))
