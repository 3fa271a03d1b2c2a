"""One subject's records as plain rows: what the plain twin reads and a narration quotes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.records.schema import TABLES

if TYPE_CHECKING:
    from remission.records.cohort import Cohort

Row = Mapping[str, Any]


@dataclass(frozen=True)
class SubjectRecords:
    """A subject's row and the rows of every collected event table, in file order; each row has every column.

    So has each day its companion `<day>_precision`: a rule may ask whether the day was completed.
    """

    subject: Row
    tables: Mapping[str, tuple[Row, ...]]

    def rows(self, table: str) -> tuple[Row, ...]:
        """Rows of one table; KeyError when the table was not collected."""
        return self.tables[table]


def subject_records(cohort: Cohort, subject_ids: list[str] | None = None) -> Iterator[SubjectRecords]:
    """The records of each subject (or of those named), in the order of the subjects table.

    Simple rather than fast: for explanations and tests. The engine never goes through here.
    """
    subjects = _complete(cohort.subjects, "subjects")
    wanted = None
    if subject_ids is not None:
        subjects = subjects.filter(pl.col("subject_id").is_in(subject_ids))
        wanted = subjects["subject_id"]
    # Each table is split once for all who are asked; a filter for each subject would read every table again.
    tables = {
        name: _by_subject(_complete(frame, name), wanted) for name, frame in cohort.tables.items() if name != "subjects"
    }
    for subject in subjects.to_dicts():
        mine = {name: tuple(rows[subject["subject_id"]]) for name, rows in tables.items()}
        yield SubjectRecords(subject, mine)


def _complete(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """The frame with every column of the schema, empty where the source has none."""
    # The twin reads cells by name and must find each, also where the source never had the column.
    absent = [column.name for column in TABLES[table].with_precisions if column.name not in frame.columns]
    return frame.with_columns(pl.lit(None).alias(name) for name in absent)


def _by_subject(frame: pl.DataFrame, wanted: pl.Series | None) -> defaultdict[str, list[Row]]:
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    # Of everybody no row is left out, and each search for them would be a query.
    asked = frame if wanted is None else frame.filter(pl.col("subject_id").is_in(wanted.implode()))
    for row in asked.to_dicts():
        rows[row["subject_id"]].append(row)
    return rows
