"""Dividing people by a column of the subjects table: the only meaning that an arm has here."""

from __future__ import annotations

import polars as pl

from remission.records.cohort import Cohort
from remission.records.problems import InputProblems, Problem

GROUP = "group"
MOST_GROUPS = 12


def label_groups(cohort: Cohort, column: str) -> pl.DataFrame:
    """Each subject's group: columns subject_id and group; no value is a group of its own ("arm not recorded").

    Raises InputProblems for a column that subjects do not have, or that has more than 12 values.
    """
    subjects = cohort.subjects
    allowed = [name for name in subjects.columns if name not in ("subject_id", "row_id") and not name.endswith("_day")]
    if column not in allowed:
        raise InputProblems([_problem(column, f"no column '{column}' to group by", ", ".join(allowed))])
    unknown = f"{column.removeprefix('x_').replace('_', ' ')} not recorded"
    labelled = subjects.select("subject_id", pl.col(column).cast(pl.String).fill_null(unknown).alias(GROUP))
    if (found := labelled[GROUP].n_unique()) > MOST_GROUPS:
        raise InputProblems([_problem(column, f"{found} different values", f"at most {MOST_GROUPS} to group by")])
    return labelled


def _problem(column: str, found: str, allowed: str) -> Problem:
    return Problem("subjects", None, column, found, allowed, "Choose another column for --group-by.")
