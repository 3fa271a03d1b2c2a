"""Codes that stand in the files and in no list of organisations: nobody knows where they are, or what they became."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from remission.places.organisations import Organisations

UNKNOWN: dict[str, type[pl.DataType]] = {
    "code": pl.String,
    "first": pl.Date,
    "last": pl.Date,
    "months": pl.Int64,
    "rows": pl.Int64,
    "counted_rows": pl.Int64,
    "patient_years": pl.Float64,
}


def unknown_codes(issued: pl.DataFrame, submissions: pl.DataFrame, organisations: Organisations) -> pl.DataFrame:
    """A row for each code that no table of organisations knows, in the columns of `UNKNOWN` and in order of code.

    issued: at least ods_code, patient_years. submissions: month, ods_code, rows (of any medicine). `counted_rows` and
    `patient_years` are of MS medicines; they are counted under the code itself and for England, and for no area in it.

    >>> from datetime import date
    >>> from remission.places.organisations import load_organisations
    >>> sent = pl.DataFrame({"month": [date(2026, 1, 1)] * 2, "ods_code": ["RJ1", "X99"], "rows": [5, 6]})
    >>> issued = pl.DataFrame({"ods_code": ["RJ1", "X99"], "patient_years": [2.0, 3.0]})
    >>> unknown_codes(issued, sent, load_organisations()).select("code", "rows", "patient_years").rows()
    [('X99', 6, 3.0)]
    """
    codes = pl.concat([issued["ods_code"], submissions["ods_code"]])
    unknown = organisations.as_now(codes).filter(~pl.col("mapped")).select("ods_code")
    sent = submissions.group_by("ods_code").agg(
        first=pl.col("month").min(), last=pl.col("month").max(), months=pl.col("month").n_unique(), rows=pl.sum("rows")
    )
    counted = issued.group_by("ods_code").agg(counted_rows=pl.len(), patient_years=pl.sum("patient_years"))
    told = unknown.join(sent, on="ods_code", how="left").join(counted, on="ods_code", how="left")
    filled = told.rename({"ods_code": "code"}).with_columns(
        pl.col("rows", "counted_rows", "patient_years").fill_null(0)
    )
    return filled.select(pl.col(name).cast(kind) for name, kind in UNKNOWN.items()).sort("code")
