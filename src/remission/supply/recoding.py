"""Series by today's code: what a merged trust issued under its old codes is counted once, whichever way it is told.

After a merger a series either changes its code at some month, or its history is told again under the new code. Nothing
published says which was done when, so each month is asked: where a trust and those that became part of it both stand,
either both are right and are added up, or the one repeats the others and stands alone. What is left out is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from remission.places.organisations import Organisations

# Equal to what the predecessors issued in at least this share of the medicines that both issued: told again.
REBUILT_SHARE = 0.5
# A trust that was there before has figures of its own, which may equal a predecessor's by chance, so one is too few.
FEWEST_EQUAL = 2
# A part with a smaller share of a merged trust's rows may be silent without the whole being in doubt.
LEAST_PART = 0.2
VERDICTS = ("moved", "rebuilt", "both")
CELL = ["month", "code", "vmp_code"]

RECODING: dict[str, type[pl.DataType]] = {
    "code": pl.String,
    "predecessor": pl.String,
    "month": pl.Date,
    "verdict": pl.String,
    "rows_dropped": pl.Int64,
    "quantity_dropped": pl.Float64,
}


def derive_as_now(issued: pl.DataFrame, organisations: Organisations) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Issued rows with today's `code` beside them, each amount once, and a report of every month of an old code.

    issued: at least month, ods_code, vmp_code, quantity. The rows keep their order; a code in no table stays itself.
    Verdicts of the report: moved (the successor has no row of its own in the month), both (added up), rebuilt (the
    successor's quantities equal the sum of its predecessors' in at least half of the medicines that both issued; of
    those medicines the predecessors' rows are dropped, and their number and quantity stand in the report).

    >>> from datetime import date
    >>> from remission.places.organisations import load_organisations
    >>> names = {"month": date(2019, 5, 1), "vmp_code": "1", "quantity": [3.0, 4.0, 7.0]}
    >>> issued = pl.DataFrame({**names, "ods_code": ["RE9", "RLN", "R0B"]})
    >>> kept, report = derive_as_now(issued, load_organisations())
    >>> kept.select("ods_code", "code", "quantity").rows()
    [('R0B', 'R0B', 7.0)]
    >>> report["verdict"].to_list()
    ['rebuilt', 'rebuilt']
    """
    mapping = organisations.as_now(issued["ods_code"]).select("ods_code", "code")
    # Joins may change the order of rows; the number brings back the one that was given.
    coded = issued.with_row_index("_order").join(mapping, on="ods_code", how="left")
    told = _verdicts(coded, organisations)
    judged = coded.join(told, on=["month", "code"], how="left").join(_cells(coded), on=CELL, how="left")
    # Only rows of a predecessor in medicines that the successor has as well: what was told again is there already,
    # and what was not would be lost.
    judged = judged.sort("_order").with_columns(
        _drop=(pl.col("verdict") == "rebuilt").fill_null(False) & _is_predecessor() & pl.col("_own").is_not_null()
    )
    kept = judged.filter(~pl.col("_drop")).select(*issued.columns, "code")
    return kept, _report(judged)


def derive_submissions_as_now(submissions: pl.DataFrame, organisations: Organisations) -> pl.DataFrame:
    """Rows of any medicine by today's code: month, code, rows (those of predecessors added up), lacking.

    `lacking` is where a part of a merged trust that makes at least a fifth of its rows is silent: a code that reports
    both before and after the month, or that was not closed yet. What the other part sent is then not the whole.

    >>> from datetime import date
    >>> from remission.places.organisations import load_organisations
    >>> sent = pl.DataFrame({"month": date(2019, 5, 1), "ods_code": ["RE9", "RLN"], "rows": [5, 6]})
    >>> derive_submissions_as_now(sent, load_organisations()).rows()
    [(datetime.date(2019, 5, 1), 'R0B', 11, False)]
    """
    mapping = organisations.as_now(submissions["ods_code"]).select("ods_code", "code")
    coded = submissions.join(mapping, on="ods_code", how="left")
    # Added up also where a history was told again: how many rows were sent is asked, never which.
    summed = coded.group_by("month", "code").agg(pl.col("rows").sum())
    lacking = _lacking(coded.filter(pl.col("rows") > 0), organisations).with_columns(lacking=pl.lit(True))
    marked = summed.join(lacking, on=["month", "code"], how="left").with_columns(pl.col("lacking").fill_null(False))
    return marked.sort("month", "code")


def _lacking(coded: pl.DataFrame, organisations: Organisations) -> pl.DataFrame:
    """Months and codes of merged trusts in which a part that should have reported is silent."""
    closed = pl.col("ods_code").replace_strict(organisations.closing_dates(), default=None, return_dtype=pl.Date)
    # The median of its months: one month cut short must not make a part look small.
    parts = coded.group_by("code", "ods_code").agg(
        pl.col("rows").median(), first=pl.col("month").min(), last=pl.col("month").max()
    )
    # A part is due until it last reported or was closed, whichever is later; today's code itself is never closed.
    merged = parts.filter(pl.len().over("code") > 1).with_columns(
        until=pl.max_horizontal("last", pl.when(pl.col("ods_code") != pl.col("code")).then(closed))
    )
    months = coded.select("month", "code").unique()
    due = months.join(merged, on="code").filter(pl.col("month").is_between("first", "until"))
    # Of the parts that are due in this month, not of all there ever were.
    weighed = due.with_columns(share=pl.col("rows") / pl.col("rows").sum().over("month", "code"))
    silent = weighed.join(coded.select("month", "ods_code"), on=["month", "ods_code"], how="anti")
    return silent.filter(pl.col("share") >= LEAST_PART).select("month", "code").unique()


def _is_predecessor() -> pl.Expr:
    return pl.col("ods_code") != pl.col("code")


def _cells(coded: pl.DataFrame) -> pl.DataFrame:
    """Quantity of a medicine in a month: the trust's `_own` and its predecessors' `_before`; null where no row is."""
    return coded.group_by(CELL).agg(
        pl.when((~_is_predecessor()).any()).then(pl.col("quantity").filter(~_is_predecessor()).sum()).alias("_own"),
        pl.when(_is_predecessor().any()).then(pl.col("quantity").filter(_is_predecessor()).sum()).alias("_before"),
    )


def _verdicts(coded: pl.DataFrame, organisations: Organisations) -> pl.DataFrame:
    """One verdict for each month and code that has rows of a predecessor: month, code, verdict."""
    made = organisations.successions.filter(pl.col("kind") == "merger")["successor"].unique().to_list()
    # A trust made by a merger has no figures of its own, so one equal medicine is enough (decision 33).
    fewest = pl.when(pl.col("code").is_in(made)).then(1).otherwise(FEWEST_EQUAL)
    # Nothing equals nothing by chance, so a medicine of which nothing was issued in sum says nothing.
    shared = (pl.col("_own").is_not_null() & (pl.col("_before").round(2) != 0)).fill_null(False)
    counted = (
        _cells(coded)
        .group_by("month", "code")
        .agg(
            own=pl.col("_own").is_not_null().any(),
            before=pl.col("_before").is_not_null().any(),
            shared=shared.sum(),
            # Rounded to hundredths: sums of the same parts in another order differ in their last digits.
            equal=(shared & (pl.col("_own").round(2) == pl.col("_before").round(2)).fill_null(False)).sum(),
        )
    )
    rebuilt = (pl.col("equal") >= REBUILT_SHARE * pl.col("shared")) & (pl.col("equal") >= fewest)
    verdict = (
        # Moved is asked first: without a row of its own the successor cannot have told anything again.
        pl.when(~pl.col("own")).then(pl.lit("moved")).when(rebuilt).then(pl.lit("rebuilt")).otherwise(pl.lit("both"))
    )
    return counted.filter("before").select("month", "code", verdict=verdict)


def _report(judged: pl.DataFrame) -> pl.DataFrame:
    """A row for each month of each old code, in the columns of `RECODING`."""
    dropped = pl.col("_drop")
    report = (
        judged.filter(_is_predecessor())
        .group_by("code", pl.col("ods_code").alias("predecessor"), "month")
        .agg(
            pl.col("verdict").first(),
            rows_dropped=dropped.sum(),
            quantity_dropped=pl.col("quantity").filter(dropped).sum(),
        )
    )
    return report.select(pl.col(name).cast(kind) for name, kind in RECODING.items()).sort(
        "code", "predecessor", "month"
    )
