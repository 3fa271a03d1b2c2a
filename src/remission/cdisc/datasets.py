"""Datasets as the CDISC standards exchange them: a name, a label, and a table with a label for each variable.

A folder may hold transport files (XPT) and Dataset-JSON (.json, .ndjson); which it was is forgotten here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from remission.inputs.problems import Problem
from remission.inputs.spreadsheets import spreadsheet_csv


@dataclass(frozen=True)
class Dataset:
    """One dataset: `frame` holds texts, numbers, booleans and dates; an empty text is null.

    `notes` are warnings of what was assumed when it was read.
    """

    name: str
    label: str
    frame: pl.DataFrame
    labels: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    notes: tuple[Problem, ...] = ()

    @property
    def domain(self) -> str:
        """The SDTM domain: what DOMAIN says (a split dataset such as QSCO is QS), otherwise the name."""
        if "DOMAIN" in self.frame.columns:
            said = self.frame["DOMAIN"].drop_nulls().unique()
            if len(said) == 1:
                return str(said[0]).upper()
        return self.name.upper()


@dataclass(frozen=True)
class Unread:
    """A dataset that could not be read and why; `name` is what it calls itself, empty where it cannot say so.

    `other` marks a file of the same ending that is no dataset at all.
    """

    file: str
    name: str
    problems: tuple[Problem, ...]
    other: bool = False


def tidy(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with trailing blanks of texts taken off and empty texts as null, for a transport file has no null."""
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    stripped = {name: pl.col(name).str.strip_chars_end(" ") for name in texts}
    return frame.with_columns(**stripped).with_columns(pl.when(pl.col(name) != "").then(pl.col(name)) for name in texts)


def write_list(rows: pl.DataFrame, path: Path) -> None:
    """Write a list that stands beside datasets for people to read, as CSV."""
    path.write_text(spreadsheet_csv(rows), encoding="utf-8")
