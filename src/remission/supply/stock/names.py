"""Every name that was matched, kept apart or nearly matched, with what was issued under it: to be read by somebody.

Most names are in no list of ours. So a load prints them all, and holds what they cost against the list price of the
product they were matched to: cost over list price is a number of units too, and should agree with the quantity.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import polars as pl

from remission.inputs.problems import Problem
from remission.library.products import products
from remission.supply.stock.headers import printable
from remission.supply.stock.months import NEAR

NAMES: dict[str, type[pl.DataType]] = {
    "vmp_code": pl.String,
    "vmp_name": pl.String,
    "product": pl.String,
    "verdict": pl.String,
    "reason": pl.String,
    "rows": pl.Int64,
    "quantity": pl.Float64,
    "units": pl.Float64,
    "units_priced": pl.Float64,
    "cost": pl.Float64,
    "list_price": pl.Float64,
    "cost_per_list_price": pl.Float64,
}


@cache
def list_prices() -> dict[str, float]:
    """List price in pounds of one unit of a product, for those whose price the library knows.

    >>> "ocrelizumab-300-infusion" in list_prices()
    True
    """
    return {one.name: one.list_price_gbp for one in products().values() if one.list_price_gbp is not None}


def names_of(derived: pl.DataFrame) -> pl.DataFrame:
    """The names of rows, in the columns of `NAMES`; `cost_per_list_price` is to be compared with `units_priced`.

    Indicative cost is at list prices, so the two differ where the price has changed or the name is matched wrongly.
    """
    told = derived.group_by("vmp_code", "vmp_name", "product", "verdict", "reason").agg(
        pl.len().cast(pl.Int64).alias("rows"),
        pl.col("quantity").sum(),
        # The sum of nothing is 0; where no row has units the number of them is not known.
        pl.when(pl.col("units").count() > 0).then(pl.col("units").sum()),
        pl.when(pl.col("cost").count() > 0).then(pl.col("cost").sum()),
        # Some rows have no cost: their units can be held against none.
        units_priced=pl.col("units").filter(pl.col("cost").is_not_null()).sum(),
    )
    priced = told.with_columns(
        list_price=pl.col("product").replace_strict(list_prices(), default=None, return_dtype=pl.Float64)
    ).with_columns(cost_per_list_price=pl.col("cost") / pl.col("list_price"))
    return priced.select(pl.col(name).cast(kind) for name, kind in NAMES.items()).sort("verdict", "product", "vmp_name")


def near_names(rows: pl.DataFrame) -> Iterator[Problem]:
    """Names that look like an MS medicine and are matched by none: told once each, and how many rows they have."""
    # By month and row, so that the place that is named is the first at which somebody can look.
    near = rows.filter(pl.col("verdict") == NEAR).sort("month", "row")
    once = near.group_by("vmp_code", "vmp_name", "reason", maintain_order=True).agg(
        pl.first("file", "row"), pl.len().alias("rows")
    )
    for code, name, reason, file, row, count in once.sort("vmp_name", "vmp_code").iter_rows():
        advice = f"{reason or 'It resembles a product.'} Its rows are not counted; add a pattern to products.csv."
        allowed = "a name of products.csv"
        yield Problem.at_row(
            file,
            row,
            "VMP_PRODUCT_NAME",
            found=printable(f"{name} ({code})", 200),
            allowed=allowed,
            do=advice,
            severity="warning",
            more=count - 1,
        )
