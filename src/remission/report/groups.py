"""Dividing people by a column of the subjects table: the only meaning that an arm has here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from remission.inputs.problems import InputProblems, Problem
from remission.records.checks.absence import advise_absence, looks_absent
from remission.records.files.texts import trimmed
from remission.records.schema import ON_DAY_ZERO

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from remission.records.cohort import Cohort

GROUP = "group"
# More groups than inks and dashes can keep apart; nearly always a column that was meant otherwise.
MOST_GROUPS = 12


@dataclass(frozen=True)
class Grouping:
    """How people are divided: by which column, in which order groups stand, and which one is compared with.

    Groups that `order` does not name follow in natural order. Without a `reference` each group is compared with the
    first one of those that can be compared.

    >>> Grouping("arm", reference="Standard").column
    'arm'
    """

    column: str
    order: tuple[str, ...] = ()
    reference: str | None = None

    @classmethod
    def of(cls, group_by: GroupBy) -> Grouping | None:
        """The same, from a name of a column too."""
        return cls(group_by) if isinstance(group_by, str) else group_by

    def first_of(self, names: Sequence[str]) -> str | None:
        """Which of the groups that can be compared the others are compared with; None where that one cannot be."""
        if self.reference is None:
            return names[0] if names else None
        return self.reference if self.reference in names else None


GroupBy = Grouping | str | None


def names_of(columns: Sequence[str]) -> tuple[str, ...]:
    """The names of columns: one alone is a name too, and no list of letters.

    >>> names_of("age_years"), names_of(["age_years", "sex"])
    (('age_years',), ('age_years', 'sex'))
    """
    return (columns,) if isinstance(columns, str) else tuple(columns)


def label_groups(cohort: Cohort, group_by: Grouping | str) -> pl.DataFrame:
    """Each subject's group: columns subject_id and group; no value is a group of its own ("arm not recorded").

    Only columns that are known on day zero divide people: study, arm, centre, country, sex, course and covariates.
    Raises InputProblems for any other column, for one that has more than 12 values, for a text such as NA of which
    nobody has said whether it is a name, and for an order or a reference that names no group.
    """
    grouping = Grouping.of(group_by)
    assert grouping is not None
    labelled = _labelled(cohort, grouping.column)
    _check_names(grouping, in_order(labelled[GROUP]))
    return labelled


def _check_names(grouping: Grouping, known: Sequence[str]) -> None:
    """Order and reference name groups that there are, each once: else a comparison would be another than was asked."""
    # Whoever has no value is no group to compare with.
    allowed = [name for name in known if name != not_recorded(grouping)]
    asked = [("--order", name, known) for name in dict.fromkeys(grouping.order)]
    asked += [] if grouping.reference is None else [("--reference", grouping.reference, allowed)]
    do = "Name a group as it is written."
    problems = [
        Problem.at_key(option, grouping.column, found=f"'{name}'", allowed=", ".join(names) or "none", do=do)
        for option, name, names in asked
        if name not in names
    ]
    twice = [name for name in dict.fromkeys(grouping.order) if grouping.order.count(name) > 1]
    if twice:
        found = f"{', '.join(twice)} more than once"
        problems.append(
            Problem.at_key("--order", grouping.column, found=found, allowed="each once", do="Name each group once.")
        )
    if problems:
        raise InputProblems(problems)


def _labelled(cohort: Cohort, column: str) -> pl.DataFrame:
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


def check_no_single_person(cohort: Cohort, group_by: Grouping | str) -> None:
    """InputProblems for a group in which one person entered: its curve and its row of each table are that person's."""
    column = group_by if isinstance(group_by, str) else group_by.column
    entered = cohort.subjects.filter(entered="yes")
    sizes = label_groups(cohort, group_by).join(entered, on="subject_id", how="semi").group_by(GROUP).len()
    single = sizes.filter(pl.col("len") == 1).height
    if single:
        # Not by their names, which may be those of persons.
        found = "a group of one person" if single == 1 else f"{single} groups of one person"
        allowed, advice = (
            "groups of two or more with --aggregates-only",
            "Choose another column for --group-by, or none.",
        )
        raise InputProblems(Problem.at_key("subjects", column, found=found, allowed=allowed, do=advice))


def natural(name: str) -> tuple[object, ...]:
    """What names of groups are sorted by: numbers in them by their value, the rest as text.

    >>> sorted(["arm 10", "arm 2", "0.5 mg", "0.25 mg"], key=natural)
    ['0.25 mg', '0.5 mg', 'arm 2', 'arm 10']
    """
    parts = re.split(r"([0-9]+(?:\.[0-9]+)?)", name)
    # Texts and numbers take turns, so that each is compared with its like; equal numbers written otherwise by the text.
    return (*(float(part) if place % 2 else part for place, part in enumerate(parts)), name)


def in_order(names: pl.Series, group_by: GroupBy = None) -> list[str]:
    """The names of all groups, each once: those that an order names as it names them, then the others as 1, 2, 10.

    >>> in_order(pl.Series(["10", "2", "1", "2"])), in_order(pl.Series(["a", "b", "c"]), Grouping("arm", ("c",)))
    (['1', '2', '10'], ['c', 'a', 'b'])
    """
    return sorted(names.unique().to_list(), key=place_of(group_by))


def place_of(group_by: GroupBy) -> Callable[[str], tuple[object, ...]]:
    """What names of groups are sorted by."""
    order = grouping.order if (grouping := Grouping.of(group_by)) else ()
    return lambda name: (order.index(name) if name in order else len(order), *natural(name))


def not_recorded(group_by: Grouping | str) -> str:
    """The name of the group of those without a value, who are shown and never compared as if they were one.

    >>> not_recorded("x_prior_therapy")
    'prior therapy not recorded'
    """
    column = group_by if isinstance(group_by, str) else group_by.column
    return f"{column.removeprefix('x_').replace('_', ' ')} not recorded"


def _problem(column: str, found: str, allowed: str) -> Problem:
    return Problem.at_key("subjects", column, found=found, allowed=allowed, do="Choose another column for --group-by.")
