"""Every problem of an input as a table: what a screen can only count stands here row by row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

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


def write_problems(problems: Sequence[Problem], path: Path) -> None:
    """Write every problem as a line of a CSV; `more` counts those like it that have no line of their own.

    It shows values of persons, as the files do that it is about. Raises InputProblems for another ending than .csv.
    """
    check_ending(path, (".csv",))
    frame = pl.DataFrame([[getattr(one, name) for name in COLUMNS] for one in problems], COLUMNS, orient="row")
    with write_whole(path) as new:
        new.write_text(spreadsheet_csv(frame), encoding="utf-8")
