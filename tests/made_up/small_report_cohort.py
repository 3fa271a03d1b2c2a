"""A cohort small enough to count by hand, written to a folder so that tests go the way of users."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from remission.outcomes.load import load_cohort
from remission.records.cohort import Cohort
from remission.records.schema import OBSERVED_KINDS

MANIFEST = """\
name = "tiny"
title = "Tiny"
kind = "simulated"
day_zero = "start"
time = "days"
collected = [{collected}]
licence = "MIT"
"""
SUBJECTS = "subject_id,arm,entered,last_day,end_reason,death_day\n"
TABLES = {
    "visits": "subject_id,row_id,day,edss\n",
    "relapses": "subject_id,row_id,day\n",
    "scans": "subject_id,row_id,day,new_t2\n",
    "adverse_events": "subject_id,row_id,day,category,ctcae_grade\n",
}


def _looked_at(subjects: str) -> Iterator[str]:
    for subject, _, entered, last_day, *_ in (row.split(",") for row in subjects.splitlines()):
        if entered == "yes":
            yield from (f"{subject},{subject}-{kind},{kind},0,{last_day}\n" for kind in OBSERVED_KINDS)


def tiny(folder: Path, subjects: str, **tables: str) -> Cohort:
    """A cohort of these rows (without their headers); a table that is not named was not collected.

    Everyone who entered was looked at in every way from day zero to their last day.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = ", ".join(f'"{name}"' for name in ("subjects", "observed", *tables))
    (folder / "cohort.toml").write_text(MANIFEST.format(collected=names))
    (folder / "subjects.csv").write_text(SUBJECTS + subjects)
    (folder / "observed.csv").write_text("subject_id,row_id,kind,from_day,to_day\n" + "".join(_looked_at(subjects)))
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_text(TABLES[name] + rows)
    return load_cohort(folder)
