"""Records from which the published HALT-MS estimates come out: a reconstruction, not the trial's data.

`library/cohorts/halt-ms/source/layout.csv` says when what happens to whom, and its README what of that the published
estimates identify. Here the layout is written out as visits, relapses, scans and treatments, always the same way.
No event is planted as such: whoever reads the records must find them by the definition of the endpoint.

    python -m remission.simulation.cohorts.reconstruct_halt_ms DIR
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from remission.inputs.declared import key
from remission.inputs.typed_rows import load_rows
from remission.library.catalogue import cohort_folder
from remission.simulation.cohorts.tables import Row, table_frame, write_tables
from remission.simulation.months import day_of

VISIT_EVERY_MONTHS = 6
BEFORE_TRANSPLANT_DAY = -30
OBSERVED_KINDS = ("vital", "clinic", "relapses", "mri")
NEW_LESIONS = 2  # the fewest that count
RELAPSE_DAYS = 30
EXAMINED_AFTER_DAYS = 7
RECOVERS_WITHIN_DAYS = 92
# Progression is a rise of 1.0 or more with no confirmation asked for, so nobody else may ever reach it.
PROGRESSION_RISE = 1.0
LARGEST_OTHER_RISE = 0.5
IMPROVEMENT_MONTHS = 12.0
SEED = 288626


@dataclass(frozen=True)
class Course:
    """What the layout says of one subject: months since transplant, EDSS points."""

    subject_id: str
    follow_up: int = key("Months of follow-up", name="follow_up_months", low=0)
    end_reason: str = key("Why it ended")
    progression: int | None = key("Month of progression", name="progression_month")
    relapse: int | None = key("Month of relapse", name="relapse_month")
    mri: int | None = key("Month of new lesions", name="mri_month")
    edss_before: float = key("EDSS before the transplant", low=0, high=10)
    edss_change: float = key("Change of the EDSS at the end", low=-10, high=10)

    @property
    def last_day(self) -> int:
        """Last day of follow-up."""
        return day_of(self.follow_up)

    @property
    def grid(self) -> tuple[int, ...]:
        """Months with a visit and a scan: every six, and the end of follow-up."""
        regular = range(VISIT_EVERY_MONTHS, self.follow_up + 1, VISIT_EVERY_MONTHS)
        return tuple(sorted({*regular, self.follow_up}))


def read_layout() -> tuple[Course, ...]:
    """The rows of `layout.csv`."""
    path = cohort_folder("halt-ms") / "source" / "layout.csv"
    return load_rows(path, Course)


def reconstruct_halt_ms() -> dict[str, pl.DataFrame]:
    """The tables of the reconstructed cohort, time in days since transplant.

    >>> {name: frame.height for name, frame in reconstruct_halt_ms().items()}["subjects"]
    25
    """
    courses, noise = read_layout(), random.Random(SEED)
    rows: dict[str, list[Row]] = {
        "subjects": [*map(_subject, courses), _not_treated()],
        "observed": [row for course in courses for row in _observed(course)],
        "visits": [row for course in courses for row in _visits(course, noise)],
        "relapses": [row for course in courses for row in _relapses(course)],
        "scans": [row for course in courses for row in _scans(course)],
        "treatments": [_transplant(course) for course in courses],
    }
    return {name: table_frame(name, table) for name, table in rows.items()}


def _subject(course: Course) -> Row:
    end = {"last_day": course.last_day, "end_reason": course.end_reason}
    return {"subject_id": course.subject_id, "study": "HALT-MS", "course": "RRMS", "entered": "yes"} | end


def _not_treated() -> Row:
    """The 25th was evaluated and not transplanted; no source that was read says why."""
    why = {"not_entered_reason": None, "not_entered_reason_absent": "unknown"}
    return {"subject_id": "R25", "study": "HALT-MS", "course": "RRMS", "entered": "no"} | why


def _observed(course: Course) -> Iterator[Row]:
    for kind in OBSERVED_KINDS:
        yield {**_named(course, f"observed-{kind}"), "kind": kind, "from_day": 0, "to_day": course.last_day}


def _named(course: Course, row: str) -> dict[str, object]:
    return {"subject_id": course.subject_id, "row_id": f"{course.subject_id}-{row}"}


def _visits(course: Course, noise: random.Random) -> Iterator[Row]:
    before = {"day": BEFORE_TRANSPLANT_DAY, "edss": course.edss_before, "scheduled": "yes"}
    yield {**_named(course, "visit-00"), **before}
    for month in course.grid:
        edss = course.edss_before + _change(course, month, noise)
        yield {**_named(course, f"visit-{month:02d}"), "day": day_of(month), "edss": edss, "scheduled": "yes"}
        if course.relapse is not None and month <= course.relapse < month + VISIT_EVERY_MONTHS:
            yield _relapse_visit(course, course.relapse)


def _relapse_visit(course: Course, month: int) -> Row:
    seen = {"day": day_of(month) + EXAMINED_AFTER_DAYS, "edss": course.edss_before + LARGEST_OTHER_RISE}
    return {**_named(course, f"visit-{month:02d}-relapse"), **seen, "scheduled": "no"}


def _change(course: Course, month: int, noise: random.Random) -> float:
    """Points above the score before transplant: gradual improvement with a little noise, and what was planted.

    The last visit has the change of the layout. Noise is drawn for every visit, used or not, so that a change to one
    visit leaves the others as they are.
    """
    # Drawn on every visit, used or not: a change of one course leaves the others as they were.
    draw = noise.random()
    if course.progression is not None and month >= course.progression:
        lasting = max(course.edss_change, PROGRESSION_RISE)
        # Held for a year and a half, which is three visits; after that the published change holds.
        return lasting if month < course.progression + 18 else course.edss_change
    if month == course.follow_up:
        return course.edss_change
    so_far = course.edss_change * (1 - math.exp(-month / IMPROVEMENT_MONTHS))
    step = 0.5 if draw < 0.15 or _recovering(course, month) else -0.5 if draw > 0.85 else 0.0
    return min(_half_points(so_far) + step, LARGEST_OTHER_RISE)


def _recovering(course: Course, month: int) -> bool:
    return course.relapse is not None and 0 <= day_of(month) - day_of(course.relapse) < RECOVERS_WITHIN_DAYS


def _half_points(score: float) -> float:
    return math.floor(2 * score + 0.5) / 2


def _relapses(course: Course) -> Iterator[Row]:
    if course.relapse is not None:
        day = day_of(course.relapse)
        yield {**_named(course, f"relapse-{course.relapse:02d}"), "day": day, "end_day": day + RELAPSE_DAYS}


def _scans(course: Course) -> Iterator[Row]:
    first = {"day": BEFORE_TRANSPLANT_DAY, "region": "brain", "reference": "yes"}
    yield {**_named(course, "scan-00"), **first, "new_t2": None, "new_t2_absent": "not_applicable"}
    for month in course.grid:
        seen = {"day": day_of(month), "region": "brain", "new_t2": NEW_LESIONS if month == course.mri else 0}
        yield {**_named(course, f"scan-{month:02d}"), **seen, "reference": "no"}


def _transplant(course: Course) -> Row:
    agents = {"mobilisation": "G-CSF + prednisone", "conditioning": "BEAM", "serotherapy": "ATG"}
    return {**_named(course, "transplant"), "therapy": "hsct", "start_day": 0, **agents, "graft": "CD34-selected"}


if __name__ == "__main__":
    write_tables(reconstruct_halt_ms(), Path(sys.argv[1]))
