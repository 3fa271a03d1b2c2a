"""Is a month of a merged trust told twice? What its new code and its old codes say is compared, month beside month.

Amounts are often small and round, so two of them are equal by chance in many a month. A history that was told again
agrees in month after month and in nearly all medicines, which chance does not.
"""

from __future__ import annotations

import polars as pl

# A month speaks for a history told again when at least this share of the medicines that both issued agree.
MONTH_SHARE = 0.5
# Such months in a row prove one together: so many months, so many equal amounts, and this share of all of them. Three
# medicines that are equal by chance one time in ten pass this once in some ten million runs; one medicine alone
# needs six months.
FEWEST_MONTHS, FEWEST_EQUAL, RUN_SHARE = 3, 6, 0.8
# In words where they are shown. In doubt: too few months to prove a history told again, or a jump.
VERDICTS = ("moved", "rebuilt", "both", "in doubt")
CELL = ["month", "code", "vmp_code"]


def cells_of(coded: pl.DataFrame) -> pl.DataFrame:
    """Quantity of a medicine in a month: the trust's `_own` and its predecessors' `_before`; null where no row is.

    coded: month, code (today's), ods_code (as reported), vmp_code, quantity.
    """
    return coded.group_by(CELL).agg(
        pl.when((~is_predecessor()).any()).then(pl.col("quantity").filter(~is_predecessor()).sum()).alias("_own"),
        pl.when(is_predecessor().any()).then(pl.col("quantity").filter(is_predecessor()).sum()).alias("_before"),
    )


def verdicts_of(cells: pl.DataFrame) -> pl.DataFrame:
    """One verdict (of `VERDICTS`) for each month and code that has rows of a predecessor: month, code, verdict.

    cells: as `cells_of` gives them. Totals are not looked at here: a month called both may still be in doubt.
    """
    months = cells.group_by("month", "code").agg(
        own=pl.col("_own").is_not_null().any(),
        before=pl.col("_before").is_not_null().any(),
        shared=is_shared().sum(),
        equal=(is_shared() & is_equal()).sum(),
    )
    judged = months.join(_runs(months), on=["month", "code"], how="left")
    verdict = (
        # Moved is asked first: without a row of its own the successor cannot have told anything again.
        pl.when(~pl.col("own"))
        .then(pl.lit("moved"))
        .when(pl.col("proven"))
        .then(pl.lit("rebuilt"))
        .when(pl.col("unproven"))
        .then(pl.lit("in doubt"))
        .otherwise(pl.lit("both"))
    )
    return judged.filter("before").select("month", "code", verdict=verdict)


def _runs(months: pl.DataFrame) -> pl.DataFrame:
    """Months that can be compared: month, code, and whether the run that each lies in proves a history told again.

    `unproven` where everything that can be compared agrees, and is too little to prove anything.
    """
    agrees = pl.col("equal") >= MONTH_SHARE * pl.col("shared")
    ordered = months.filter(pl.col("shared") > 0).sort("code", "month").with_columns(_agrees=agrees)
    run = ordered.with_columns(_run=pl.struct("code", "_agrees").rle_id())
    length, equal = pl.len().over("_run"), pl.col("equal").sum().over("_run")
    alike = pl.col("_agrees") & (equal >= RUN_SHARE * pl.col("shared").sum().over("_run"))
    enough = (length >= FEWEST_MONTHS) & (equal >= FEWEST_EQUAL)
    whole = length == pl.len().over("code")
    return run.select("month", "code", proven=alike & enough, unproven=alike & ~enough & whole)


def is_predecessor() -> pl.Expr:
    """Whether a row stands under a code that became part of today's."""
    return pl.col("ods_code") != pl.col("code")


def is_shared() -> pl.Expr:
    """Whether trust and predecessors both issued the medicine."""
    # Nothing equals nothing by chance, so a medicine of which nothing was issued in sum says nothing.
    return (pl.col("_own").is_not_null() & (pl.col("_before").round(2) != 0)).fill_null(False)


def is_equal() -> pl.Expr:
    """Whether the trust's amount is the sum of its predecessors'."""
    # Rounded to hundredths: sums of the same parts in another order differ in their last digits.
    return (pl.col("_own").round(2) == pl.col("_before").round(2)).fill_null(False)
