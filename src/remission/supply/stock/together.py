"""Several sources as one stock: their rows one after the other, each accounted for, and nothing counted twice.

Two sources that tell of one cell (month, code as reported, product) may mean the same boxes or different ones, and
nobody can say which; adding up would count the same boxes twice, leaving both out would make a trust that uses a
medicine look as if it did not. So one of them is counted, published before invented and then by name of the source,
the rows of the other are explained in the ledger, and each such file is a Problem.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from remission.inputs.problems import Problem
from remission.supply.rows import ISSUED
from remission.supply.stock.choice import STANDING_ORDER
from remission.supply.stock.extracts import without_whole
from remission.supply.stock.ledger import LEDGER, RowsLost
from remission.supply.stock.names import NAMES
from remission.supply.stock.stock import OF_ONE_FILE, Stock

CELL = ["month", "ods_code", "product"]
ELSEWHERE = "counted from another source"
ORDER = ["month", "ods_code", "product", "vmp_code", "unit", "quantity"]
NAME = ["vmp_code", "vmp_name", "product", "verdict", "reason"]


@dataclass(frozen=True, eq=False)
class Together:
    """The sum of several stocks, and how many counted rows each source has of each standing: source, standing, rows."""

    stock: Stock
    counted: pl.DataFrame


def sum_stocks(stocks: Mapping[str, Stock]) -> Together:
    """The stocks of some sources, by name, as one; the order in which they are given decides nothing.

    The stock of a single source comes out as it went in. RowsLost for a source that counts two files for one month.
    """
    names = sorted(stocks)
    ordered = [stocks[name] for name in names]
    told = _with_first(pl.concat([stocks[name].issued.with_columns(source=pl.lit(name)) for name in names]))
    kept, left = (told.filter(pl.col("source") == pl.col("first")), told.filter(pl.col("source") != pl.col("first")))
    again = {name: _counted_elsewhere(name, stocks[name], left) for name in names}
    stock = Stock(
        issued=kept.select(*ISSUED).sort(ORDER, maintain_order=True),
        apart=pl.concat([one.apart for one in ordered]).sort(ORDER, maintain_order=True),
        submissions=_submissions(pl.concat([one.submissions for one in ordered])),
        names=_names(pl.concat([one.names for one in ordered])),
        ledger=pl.concat([_ledger(stocks[name].ledger, again[name]) for name in names]),
        problems=(
            *(problem for one in ordered for problem in one.problems),
            *(problem for name in names for problem in _overlaps(again[name], kept)),
        ),
        used=tuple(snapshot for one in ordered for snapshot in one.used),
        revised=pl.concat([one.revised for one in ordered]),
        extracts=without_whole({name: stocks[name].extracts for name in names}, _months(stocks)),
    )
    counted = kept.group_by("source", "standing").agg(rows=pl.len().cast(pl.Int64))
    return Together(stock, counted.sort("standing", "source"))


def _months(stocks: Mapping[str, Stock]) -> dict[str, frozenset[object]]:
    """The months that each source has a file of."""
    return {name: frozenset(one.month for one in stock.used) for name, stock in stocks.items()}


def _with_first(issued: pl.DataFrame) -> pl.DataFrame:
    """Rows with the `first` of the sources that tell of their cell."""
    rank = pl.col("standing").replace_strict({name: rank for rank, name in enumerate(STANDING_ORDER)}, default=None)
    return issued.with_columns(first=pl.col("source").sort_by(rank, "source").first().over(CELL))


def _counted_elsewhere(name: str, stock: Stock, left: pl.DataFrame) -> pl.DataFrame:
    """The rows of a source that another one's are counted for, each with the file it lies in."""
    lines = stock.ledger.filter(pl.col("used") == "yes", pl.col("kind") == "counted", pl.col("rows") > 0)
    if twice := lines.filter(pl.struct(OF_ONE_FILE).is_duplicated())["file"].to_list():
        raise RowsLost(f"several files of {name} speak for one month of one series: {', '.join(twice)}")
    own = left.filter(pl.col("source") == name)
    return own.join(lines.select("file", *OF_ONE_FILE), on=OF_ONE_FILE, how="left", maintain_order="left")


def _ledger(ledger: pl.DataFrame, again: pl.DataFrame) -> pl.DataFrame:
    """The ledger of a source with those rows no more among the counted, and a line for each file that had any."""
    moved = again.group_by("file").agg(moved=pl.len().cast(pl.Int64))
    joined = ledger.join(moved, on="file", how="left", maintain_order="left")
    counted = (pl.col("used") == "yes") & (pl.col("kind") == "counted") & (pl.col("rows") > 0)
    lines = joined.filter(counted, pl.col("moved").is_not_null()).with_columns(kind=pl.lit(ELSEWHERE), rows="moved")
    fewer = joined.with_columns(
        rows=pl.when(counted).then(pl.col("rows") - pl.col("moved").fill_null(0)).otherwise("rows")
    )
    return pl.concat([fewer, lines]).select(*LEDGER)


def _overlaps(again: pl.DataFrame, kept: pl.DataFrame) -> Iterator[Problem]:
    """A Problem for each file with cells of another source; its first cell is named with both amounts."""
    for (file, first), rows in again.group_by("file", "first", maintain_order=True):
        month, code, product = rows.select(CELL).sort(CELL).row(0)
        cell = pl.all_horizontal(pl.col("month") == month, pl.col("ods_code") == code, pl.col("product") == product)
        here, there = (one.filter(cell)["units"].sum() for one in (rows, kept))
        yield Problem.at_row(
            str(file),
            None,
            "quantity",
            found=f"{here:g} units of {product} in {code}, {month:%Y-%m}, of which {first} tells {there:g}",
            allowed="one source for a month, trust and product",
            do=f"Counted is what {first} tells. Look which is right, and fetch the other no more.",
            more=rows.height - 1,
        )


def _submissions(sent: pl.DataFrame) -> pl.DataFrame:
    """Rows of any medicine from each code: a row that is not counted is still one that was handed in."""
    summed = sent.group_by("month", "ods_code", maintain_order=True).agg(pl.col("rows").sum())
    return summed.sort("month", "ods_code", maintain_order=True)


def _names(names: pl.DataFrame) -> pl.DataFrame:
    """Each name once, with what all sources issued under it, what was counted from another included."""
    some = [pl.when(pl.col(one).count() > 0).then(pl.col(one).sum()).alias(one) for one in ("units", "cost")]
    summed = names.group_by(NAME, maintain_order=True).agg(
        pl.col("rows", "quantity", "units_priced").sum(), *some, pl.col("list_price").first()
    )
    priced = summed.with_columns(cost_per_list_price=pl.col("cost") / pl.col("list_price"))
    return priced.select(*NAMES).sort("verdict", "product", "vmp_name", maintain_order=True)
