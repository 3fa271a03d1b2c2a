"""The last day on which anything is known of each person: recorded, or else shown by the records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl

from remission.records.schema import TABLES

if TYPE_CHECKING:
    from remission.records.cohort import Cohort

LAST_KNOWN = "last_known"
# When something was written down says nothing of when somebody was seen.
WRITTEN_DOWN = "recorded_day"


def last_known_days(cohort: Cohort) -> pl.DataFrame:
    """Columns subject_id and last_known (whole days), a row for each of the subjects table, in its order.

    It is the day of death, otherwise `last_day`, or where that is empty too the latest day of any record from day zero
    on (observation included), and never after the data cut. Null where nothing of this is known: the data cut alone is
    no knowledge.

    >>> from remission.outcomes.load import load_cohort
    >>> last_known_days(load_cohort("halt-ms"))["last_known"].max()
    2192
    """
    subjects = cohort.select("subjects", "subject_id", "last_day", "death_day").with_columns(_cut(cohort))
    # From day zero on: a record before it does not show that somebody was seen after it.
    shown = pl.concat(_evidence(cohort)).filter(pl.col("day") >= 0).group_by("subject_id").agg(pl.col("day").max())
    known = subjects.join(shown, on="subject_id", how="left", maintain_order="left")
    # The death first: it may be told long after the last day alive, and what is written after it shows nobody.
    last = pl.coalesce("death_day", "last_day", "day")
    # Never after the data cut, and never the cut by itself: that a file was closed is no knowledge of a person.
    until = pl.when(last.is_not_null()).then(pl.min_horizontal(last, "cut_day"))
    return known.select("subject_id", until.cast(pl.Int32).alias(LAST_KNOWN))


def _cut(cohort: Cohort) -> pl.Series:
    """The data cut of each subject; a cohort that was not read from files may not have the column."""
    if "cut_day" in cohort.subjects.columns:
        return cohort.subjects["cut_day"]
    return pl.Series("cut_day", [None] * cohort.subjects.height, pl.Int32)


def _evidence(cohort: Cohort) -> Iterator[pl.DataFrame]:
    """Every day of every record, one row each."""
    yield pl.DataFrame(schema={"subject_id": pl.String, "day": pl.Int32})
    for name, frame in cohort.tables.items():
        days = [day for day in TABLES[name].named("day") if day in frame.columns and day != WRITTEN_DOWN]
        for day in days if name != "subjects" else ():
            yield frame.select("subject_id", pl.col(day).cast(pl.Int32).alias("day")).drop_nulls()
