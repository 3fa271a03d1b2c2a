"""A simulated cohort as files with calendar dates, some of them partial: what `records` turns back into days."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from remission.inputs.writing import write_whole
from remission.records.files.manifest import manifest_text
from remission.records.schema import TABLES
from remission.simulation.cohorts.tables import write_tables

if TYPE_CHECKING:
    from remission.records.cohort import Cohort

# A column of dates and how many rows of it keep only the month: one in so many.
KEEP_MONTH = {"relapses": ("day", 9), "adverse_events": ("day", 11)}
KEEP_YEAR = ("subjects", "onset_day")


def write_dated(cohort: Cohort, folder: Path) -> None:
    """Write the tables with dates for days, and the manifest.

    Day zero of a person is the data cut of the manifest less their `cut_day`. In some rows the day of a relapse or an
    adverse event is known by its month only (then the end is not known), and the onset of MS by its year.
    """
    # Every subject's own cut counts back to day zero: so each has a calendar of its own.
    cut = date.fromisoformat(str(cohort.manifest.data_cut))
    zero = cohort.subjects.select("subject_id", zero=pl.lit(cut) - pl.duration(days="cut_day"), last="last_day")
    tables = {name: _dated(name, frame, zero) for name, frame in cohort.tables.items()}
    tables["subjects"] = tables["subjects"].join(
        zero.select("subject_id", pl.col("zero").alias("day_zero_date")), on="subject_id", maintain_order="left"
    )
    write_tables({name: _filled(frame) for name, frame in tables.items()}, folder)
    with write_whole(folder / "cohort.toml") as new:
        new.write_text(manifest_text(cohort.manifest), encoding="utf-8")


def _dated(name: str, frame: pl.DataFrame, zero: pl.DataFrame) -> pl.DataFrame:
    days = [column for column in TABLES[name].named("day") if column in frame.columns]
    joined = frame.join(zero, on="subject_id", maintain_order="left").with_row_index("place")
    month = _month_only(name)
    written = {column: (pl.col("zero") + pl.duration(days=column)).dt.to_string("%Y-%m-%d") for column in days}
    if name in KEEP_MONTH:
        column = KEEP_MONTH[name][0]
        written[column] = pl.when(month).then(written[column].str.slice(0, 7)).otherwise(written[column])
        # A month and a day would contradict each other where the month is completed later.
        written["end_day"] = pl.when(~month).then(written["end_day"])
    if name == KEEP_YEAR[0]:
        written[KEEP_YEAR[1]] = written[KEEP_YEAR[1]].str.slice(0, 4)
    return joined.with_columns(**written).select(frame.drop("cut_day", strict=False).columns)


def _month_only(name: str) -> pl.Expr:
    """Every so many rows; never in the month of day zero or of the last day, where the middle might lie outside."""
    column, every = KEEP_MONTH.get(name, ("place", 0))
    if not every:
        return pl.lit(False)
    month = (pl.col("zero") + pl.duration(days=column)).dt.strftime("%Y-%m")
    ends = [pl.col("zero").dt.strftime("%Y-%m"), (pl.col("zero") + pl.duration(days="last")).dt.strftime("%Y-%m")]
    return (pl.col("place") % every == every - 1) & (month != ends[0]) & (month != ends[1])


def _filled(frame: pl.DataFrame) -> pl.DataFrame:
    """Without the columns in which nothing is written."""
    return frame.select(name for name in frame.columns if frame[name].null_count() < frame.height)
