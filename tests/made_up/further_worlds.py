"""Random small cohorts for the rules beside progression: relapses, scans, volumes, courses and therapies that collide.

Days lie between -12 and 60, so that windows of a few days are met at both ends; rows of the event tables are shuffled.
"""

from __future__ import annotations

import random
from typing import Any

import polars as pl

from remission.records.cohort import DTYPES, Cohort, Manifest
from remission.records.schema import COURSES, TABLES

THERAPIES = ("natalizumab", "natalizumab", "ocrelizumab", "cladribine", "hsct")
TABLE_NAMES = ("subjects", "observed", "visits", "relapses", "scans", "treatments", "courses")
Rows = dict[str, list[dict[str, Any]]]


def random_cohort(dice: random.Random, count: int = 20) -> Cohort:
    """A cohort of some people, one in twelve of whom did not enter."""
    tables: Rows = {name: [] for name in TABLE_NAMES}
    for number in range(count):
        for table, rows in _person(dice, f"S{number}").items():
            tables[table] += rows
    for name in TABLE_NAMES[1:]:
        dice.shuffle(tables[name])
    return cohort_of(tables)


def cohort_of(tables: Rows) -> Cohort:
    """A cohort from rows as plain data, each given its row_id; a table that is not named was collected and is empty."""
    frames = {}
    for name in TABLE_NAMES:
        schema = {column.name: DTYPES[column.kind] for column in TABLES[name].columns}
        rows = [{"row_id": f"{name}-{place}", **row} for place, row in enumerate(tables.get(name, []))]
        frames[name] = pl.DataFrame([{key: row.get(key) for key in schema} for row in rows], schema=schema)
    manifest = Manifest("random", "Random world", "simulated", "start", "days", TABLE_NAMES, "CC0-1.0")
    return Cohort(manifest, frames, "")


def someone(to: int = 400, **subject: Any) -> Rows:
    """One person, watched from day zero for everything, of whom nothing else is recorded."""
    about = {"subject_id": "A", "entered": "yes", "last_day": to, "end_reason": "completed"}
    kinds = ("vital", "clinic", "relapses", "mri")
    observed = [{"subject_id": "A", "kind": kind, "from_day": 0, "to_day": to} for kind in kinds]
    return {"subjects": [about | subject], "observed": observed}


def _person(dice: random.Random, name: str) -> Rows:
    def some(most: int, draw: Any) -> list[dict[str, Any]]:
        return [{"subject_id": name, **draw(dice)} for _ in range(dice.randint(0, most))]

    subject = {
        "subject_id": name,
        "entered": "no" if dice.random() < 0.08 else "yes",
        "course": dice.choice((None, None, "CIS", "RRMS", "SPMS")),
        "last_day": dice.choice((None, 33, 45, 45)),
        "end_reason": dice.choice((None, "completed", "lost")),
        "death_day": dice.randint(5, 45) if dice.random() < 0.1 else None,
        "cut_day": dice.choice((6, 20, 33)) if dice.random() < 0.15 else None,
    }
    observed = [
        {"subject_id": name, "kind": kind, "from_day": start, "to_day": stop}
        for kind in ("vital", "clinic", "relapses", "mri")
        for start, stop in dice.choice([[(0, 45)]] * 8 + [[(0, 20)], [(5, 33)], [(0, 9), (20, 45)], []])
    ]
    return {
        "subjects": [subject],
        "observed": observed,
        "visits": some(5, _visit),
        "relapses": some(5, _relapse),
        "scans": some(6, _scan),
        "treatments": some(7, _treatment),
        "courses": some(3, _course),
    }


def _day(dice: random.Random) -> int:
    return dice.choice((8, 12, 20)) if dice.random() < 0.3 else dice.randint(-12, 48)


def _visit(dice: random.Random) -> dict[str, Any]:
    return {"day": _day(dice)}


def _relapse(dice: random.Random) -> dict[str, Any]:
    day, lasted = _day(dice), dice.choice((None, 0, 1, 2, 5))
    answers = {name: dice.choice(("yes", "no", None)) for name in ("confirmed", "fever")}
    return {"day": day, "end_day": None if lasted is None else day + lasted, **answers}


def _scan(dice: random.Random) -> dict[str, Any]:
    return {
        "day": _day(dice),
        "region": dice.choice((None, "brain", "brain", "cord", "both")),
        **{name: dice.choice((None, 0, 0, 1, 2)) for name in ("new_t2", "enlarging_t2", "gd_lesions")},
        "usable": dice.choice((None, None, "yes", "no")),
        "reference": dice.choice((None, None, None, "no", "yes")),
        # Losses of 0.4 % a year are a few thousandths of a per cent in these few days.
        "brain_volume_change_pct": dice.choice((None, 0.1, -0.01, -0.02, -0.4, -0.5, -30 * 0.4 / 365.25)),
    }


def _treatment(dice: random.Random) -> dict[str, Any]:
    start, lasted = _day(dice), dice.choice((None, 0, 4, 7, 15))
    return {
        "therapy": dice.choice(THERAPIES),
        "start_day": start,
        "end_day": None if lasted is None else start + lasted,
    }


def _course(dice: random.Random) -> dict[str, Any]:
    return {"day": _day(dice), "course": dice.choice(COURSES)}
