"""Rows of made-up records into tables of the schema, and tables into CSV files that are the same every time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import polars as pl

from remission.inputs.writing import write_into, write_whole
from remission.records.cohort import DTYPES, Cohort, Manifest
from remission.records.files.manifest import manifest_text
from remission.records.schema import TABLES, Column

Row = Mapping[str, object]


def table_frame(table: str, rows: Iterable[Row], covariates: Sequence[Column] = ()) -> pl.DataFrame:
    """The rows as a frame in the order and types of the schema, with just the columns that some row fills.

    A column's absence code (`<column>_absent`) stands beside it; covariates come last. KeyError for a column
    that is none of these.

    >>> table_frame("relapses", [{"subject_id": "A", "row_id": "1", "day": 90}]).columns
    ['subject_id', 'row_id', 'day']
    """
    rows = list(rows)
    filled = {name for row in rows for name in row}
    types: dict[str, type[pl.DataType]] = {}
    for column in (*TABLES[table].columns, *covariates):
        known: dict[str, type[pl.DataType]] = {column.name: DTYPES[column.kind], f"{column.name}_absent": pl.String}
        types |= {name: kind for name, kind in known.items() if name in filled}
    if unknown := filled - types.keys():
        raise KeyError(f"table {table} has no column {sorted(unknown)}")
    return pl.DataFrame([{name: row.get(name) for name in types} for row in rows], schema=types)


def complete(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with every column of the schema, those that are not there as nulls: what a loaded cohort holds."""
    columns = TABLES[table].columns
    missing = [pl.lit(None, DTYPES[column.kind]).alias(column.name) for column in columns if column.name not in frame]
    return frame.with_columns(missing)


def cohort_of(manifest: Manifest, rows: Mapping[str, Iterable[Row]], made_by: str) -> Cohort:
    """The cohort of a manifest from its rows; `made_by` names what made it, seed and size, and is its digest."""
    covariates = [covariate.column for covariate in manifest.covariates]
    tables = {
        name: complete(name, table_frame(name, rows[name], covariates if name == "subjects" else ()))
        for name in manifest.collected
    }
    return Cohort(manifest, tables, digest_of_words(made_by))


def digest_of_words(made_by: str) -> str:
    """The digest of a cohort that is in no file yet: that of what made it."""
    return hashlib.sha256(made_by.encode()).hexdigest()


def write_in_days(cohort: Cohort, folder: Path) -> None:
    """Write a cohort as a folder of CSV tables with days, each with the columns that some row fills."""
    filled = {
        name: frame.select(column for column in frame.columns if frame[column].null_count() < frame.height)
        for name, frame in cohort.tables.items()
    }
    write_tables(filled, folder)
    with write_whole(folder / "cohort.toml") as new:
        new.write_text(manifest_text(cohort.manifest), encoding="utf-8")


def write_tables(tables: Mapping[str, pl.DataFrame], folder: Path) -> None:
    """Write each table as CSV; the same tables give the same bytes."""
    with write_into(folder, listed=False) as result:
        for name, frame in tables.items():
            result.write(f"{name}.csv", frame.write_csv())
