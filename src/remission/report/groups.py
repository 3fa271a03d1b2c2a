"""Dividing people by a column of the subjects table: the only meaning that an arm has here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from remission.inputs.problems import InputProblems, Problem
from remission.records.checks.absence import advise_absence, looks_absent
from remission.records.files.texts import trimmed
from remission.records.schema import ON_DAY_ZERO

if TYPE_CHECKING:
    from remission.records.cohort import Cohort

GROUP = "group"
# More groups than inks and dashes can keep apart; nearly always a column that was meant otherwise.
MOST_GROUPS = 12


def label_groups(cohort: Cohort, column: str) -> pl.DataFrame:
    """Each subject's group: columns subject_id and group; no value is a group of its own ("arm not recorded").

    Only columns that are known on day zero divide people: study, arm, centre, country, sex, course and covariates.
    Raises InputProblems for any other column, for one that has more than 12 values, and for a text such as NA of which
    nobody has said whether it is a name.
    """
    subjects = cohort.subjects
    allowed = [name for name in subjects.columns if name in ON_DAY_ZERO or name.startswith("x_")]
    if column not in allowed:
        there = column in subjects.columns
        found = f"'{column}' does not divide people as of day zero" if there else f"no column '{column}' to group by"
        raise InputProblems(_problem(column, found, ", ".join(allowed) or "none in this cohort"))
    # No value is a group of its own, and never left out: leaving it out would change who is compared.
    # Trimmed and asked here too, for a cohort may have been made in memory, without a file that was checked.
    named = subjects.select("subject_id", trimmed(pl.col(column).cast(pl.String)).alias(GROUP))
    unclear = named.filter(looks_absent(pl.col(GROUP))) if cohort.manifest.missing is None else named.clear()
    if unclear.height:
        text = unclear[GROUP][0]
        raise InputProblems(
            Problem.at_key("subjects", column, found=text, allowed="a name, or none", do=advise_absence(text))
        )
    filled = pl.when(pl.col(GROUP) != "").then(GROUP).fill_null(not_recorded(column))
    labelled = named.with_columns(filled.alias(GROUP))
    if (found_groups := labelled[GROUP].n_unique()) > MOST_GROUPS:
        allowed_number = f"at most {MOST_GROUPS} to group by"
        raise InputProblems(_problem(column, f"{found_groups} different values", allowed_number))
    return labelled


def natural(name: str) -> tuple[object, ...]:
    """What names of groups are sorted by: numbers in them by their value, the rest as text.

    >>> sorted(["arm 10", "arm 2", "0.5 mg", "0.25 mg"], key=natural)
    ['0.25 mg', '0.5 mg', 'arm 2', 'arm 10']
    """
    parts = re.split(r"([0-9]+(?:\.[0-9]+)?)", name)
    # Texts and numbers take turns, so that each is compared with its like; equal numbers written otherwise by the text.
    return (*(float(part) if place % 2 else part for place, part in enumerate(parts)), name)


def in_order(names: pl.Series) -> list[str]:
    """The names of all groups, each once, in natural order: 1, 2, 10.

    >>> in_order(pl.Series(["10", "2", "1", "2"]))
    ['1', '2', '10']
    """
    return sorted(names.unique().to_list(), key=natural)


def not_recorded(column: str) -> str:
    """The name of the group of those without a value, who are shown and never compared as if they were one.

    >>> not_recorded("x_prior_therapy")
    'prior therapy not recorded'
    """
    return f"{column.removeprefix('x_').replace('_', ' ')} not recorded"


def _problem(column: str, found: str, allowed: str) -> Problem:
    return Problem.at_key("subjects", column, found=found, allowed=allowed, do="Choose another column for --group-by.")
