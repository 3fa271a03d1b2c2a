"""Series by today's code: what a merged trust issued under its old codes is counted once, whichever way it is told.

After a merger a series either changes its code at some month, or its history is told again under the new code. Nothing
published says which was done when, so the months are asked (`verdicts.py`, `counted_twice.py`): where a trust and those
that became part of it both stand, either both are right and are added up, or the one repeats the others and stands
alone. What is left out is told, and so is what may be there twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from remission.supply.counted_twice import months_in_doubt
from remission.supply.verdicts import CELL, cells_of, is_equal, is_predecessor, is_shared, verdicts_of

if TYPE_CHECKING:
    from remission.places.organisations import Organisations

# A part with a smaller share of a merged trust's rows may be silent without the whole being in doubt.
LEAST_PART = 0.2

RECODING: dict[str, type[pl.DataType]] = {
    "code": pl.String,
    "predecessor": pl.String,
    "month": pl.Date,
    "verdict": pl.String,
    "rows_dropped": pl.Int64,
    "quantity_dropped": pl.Float64,
    "rows_in_doubt": pl.Int64,
}


def derive_as_now(issued: pl.DataFrame, organisations: Organisations) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Issued rows with today's `code` beside them, each amount once, and a report of every month of an old code.

    issued: at least month, ods_code, vmp_code, quantity. The rows keep their order; a code in no table stays itself.
    The report's `verdict` is one of `VERDICTS`. In a rebuilt month those rows of predecessors are dropped whose sum is
    the successor's amount; their number and quantity stand in the report. `rows_in_doubt` of the predecessor may be
    counted twice: they are kept, because what is dropped by mistake is lost without a trace.

    >>> from datetime import date
    >>> from remission.places.organisations import load_organisations
    >>> cells = [(date(2019, month, 1), vmp) for month in (5, 6, 7) for vmp in "xy"]
    >>> told = [(*cell, ods, amount) for cell in cells for ods, amount in (("RE9", 3.0), ("RLN", 4.0), ("R0B", 7.0))]
    >>> issued = pl.DataFrame(told, schema=["month", "vmp_code", "ods_code", "quantity"], orient="row")
    >>> kept, report = derive_as_now(issued, load_organisations())
    >>> kept["ods_code"].unique().to_list(), report["verdict"].unique().to_list()
    (['R0B'], ['rebuilt'])
    """
    mapping = organisations.as_now(issued["ods_code"]).select("ods_code", "code")
    # Joins may change the order of rows; the number brings back the one that was given.
    coded = issued.with_row_index("_order").join(mapping, on="ods_code", how="left")
    cells = cells_of(coded)
    told = verdicts_of(cells)
    judged = coded.join(told, on=["month", "code"], how="left").join(cells, on=CELL, how="left").sort("_order")
    # Only what agrees: another amount of a history told again may be the predecessor's own, and would be lost.
    again = (pl.col("verdict") == "rebuilt").fill_null(False) & is_predecessor()
    judged = judged.with_columns(_drop=again & is_shared() & is_equal(), _doubt=again & is_shared() & ~is_equal())
    judged = _with_jumps(judged)
    kept = judged.filter(~pl.col("_drop")).select(*issued.columns, "code")
    return kept, _report(judged)


def _with_jumps(judged: pl.DataFrame) -> pl.DataFrame:
    """Months called both in which the totals say otherwise are in doubt, and so is each shared row of such a month."""
    jumped = months_in_doubt(cells_of(judged.filter(~pl.col("_drop")))).with_columns(_jumped=pl.lit(True))
    marked = judged.join(jumped, on=["month", "code"], how="left", maintain_order="left")
    verdict = pl.when(pl.col("_jumped") & (pl.col("verdict") == "both")).then(pl.lit("in doubt"))
    marked = marked.with_columns(verdict=verdict.otherwise("verdict"))
    unsure = (pl.col("verdict") == "in doubt").fill_null(False) & is_predecessor() & is_shared()
    return marked.with_columns(_doubt=pl.col("_doubt") | unsure)


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


def _report(judged: pl.DataFrame) -> pl.DataFrame:
    """A row for each month of each old code, in the columns of `RECODING`."""
    dropped = pl.col("_drop")
    report = (
        judged.filter(is_predecessor())
        .group_by("code", pl.col("ods_code").alias("predecessor"), "month")
        .agg(
            pl.col("verdict").first(),
            rows_dropped=dropped.sum(),
            quantity_dropped=pl.col("quantity").filter(dropped).sum(),
            rows_in_doubt=pl.col("_doubt").sum(),
        )
    )
    return report.select(pl.col(name).cast(kind) for name, kind in RECODING.items()).sort(
        "code", "predecessor", "month"
    )
