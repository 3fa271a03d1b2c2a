"""Every problem of an input as a table: what a screen can only count stands here row by row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from remission.inputs.problems import FIRST_ROWS, MOST_ALIKE, kinds_of
from remission.inputs.spreadsheets import spreadsheet_csv
from remission.inputs.writing import check_ending, write_whole

if TYPE_CHECKING:
    from remission.inputs.problems import Problem

COLUMNS = {
    "severity": pl.String,
    "file": pl.String,
    "row": pl.Int64,
    "column": pl.String,
    "found": pl.String,
    "allowed": pl.String,
    "next_step": pl.String,
    "more": pl.Int64,
}


def first_of_each_kind(problems: Iterable[Problem]) -> list[Problem]:
    """Of each kind the first fifty, the last of which counts the others: what a screen shows of a list of all."""
    kept: list[Problem] = []
    for alike in kinds_of(problems):
        others = sum(1 + one.more for one in alike[MOST_ALIKE:])
        last = alike[:MOST_ALIKE][-1]
        kept += [*alike[: MOST_ALIKE - 1], replace(last, more=last.more + others)] if others else alike
    return kept


def leaves_rows_unnamed(problems: Iterable[Problem]) -> bool:
    """Are there rows that no line on a screen names: warnings beyond the first three of a kind, or counted ones?"""
    return any(
        sum(1 + one.more for one in alike) > (FIRST_ROWS if alike[0].severity == "warning" else len(alike))
        for alike in kinds_of(problems)
        if alike[0].row is not None
    )


def write_problems(problems: Sequence[Problem], path: Path) -> None:
    """Write every problem as a line of a CSV; `more` counts those like it that have no line of their own.

    It shows values of persons, as the files do that it is about. Raises InputProblems for another ending than .csv.
    """
    check_ending(path, (".csv",))
    frame = pl.DataFrame([[getattr(one, name) for name in COLUMNS] for one in problems], COLUMNS, orient="row")
    with write_whole(path) as new:
        new.write_text(spreadsheet_csv(frame), encoding="utf-8")
