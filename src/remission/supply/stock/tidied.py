"""All months together: one file for each, their MS rows as patient-years, the names to check, and the whole ledger.

Files are read one at a time and only the rows of MS medicines stay, so that the years since 2019 fit in the memory of
a laptop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from remission.inputs.problems import Problem
from remission.inputs.snapshots import Snapshot, read_snapshots
from remission.supply.medicines import products
from remission.supply.medicines.own import own_products
from remission.supply.rows import ISSUED, SUBMISSIONS
from remission.supply.stock.choice import candidates, months_twice, why_not
from remission.supply.stock.extracts import extracts_of
from remission.supply.stock.ledger import LEDGER, unread_lines
from remission.supply.stock.months import NEAR, MonthFile, Verdicts, read_snapshot
from remission.supply.stock.names import names_of, near_names
from remission.supply.stock.stock import Stock

if TYPE_CHECKING:
    from remission.library.products import Product

ROWS: dict[str, type[pl.DataType]] = {
    "row": pl.UInt32,
    "month": pl.Date,
    **dict.fromkeys(("ods_code", "vmp_code", "vmp_name", "unit"), pl.String),
    "quantity": pl.Float64,
    "cost": pl.Float64,
    **dict.fromkeys(("product", "verdict", "reason", "series", "standing", "file"), pl.String),
}


@dataclass
class _Gathered:
    """What has been read so far."""

    rows: list[pl.DataFrame] = field(default_factory=lambda: [pl.DataFrame(schema=ROWS)])
    submissions: list[pl.DataFrame] = field(default_factory=lambda: [pl.DataFrame(schema=SUBMISSIONS)])
    ledger: list[dict[str, object]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    used: list[Snapshot] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)

    def use(self, snapshot: Snapshot, read: MonthFile, closed: Mapping[str, date]) -> None:
        """This file speaks for its month."""
        about = {"series": snapshot.series, "standing": snapshot.standing, "file": snapshot.file}
        self.rows.append(read.rows.with_columns(pl.lit(value).alias(name) for name, value in about.items()))
        self.submissions.append(read.submissions.drop("row"))
        self.ledger += read.ledger.lines(snapshot)
        self.problems += _closed_before(snapshot.file, read.submissions, closed)
        self.used.append(snapshot)
        self.names[snapshot.file] = read.names


def tidy_snapshots(
    home: Path, source: str, closed: Mapping[str, date], progress: Callable[[int, int], None] | None = None
) -> Stock:
    """The months of a source, each from its best readable file. `closed` says when a code was closed, by its code.

    `progress` is told how many months have been read, and how many there are.
    InputProblems when the list of snapshots itself, or the owner's products, cannot be read; every other trouble is
    among the problems.
    """
    months = candidates(one for one in read_snapshots(home) if one.source == source)
    own = own_products(home)
    gathered, verdicts = _Gathered(), Verdicts(own)
    gathered.problems += months_twice(months)
    for done, ones in enumerate(months.values(), 1):
        _read_month(home, ones, gathered, verdicts, closed)
        if progress is not None:
            progress(done, len(months))
    rows = pl.concat([frame.select(*ROWS) for frame in gathered.rows])
    derived = _with_patient_years(rows, own)
    problems = (*gathered.problems, *_without_units(derived), *_negative_totals(rows), *near_names(rows))
    return Stock(
        _part(derived, "matched"),
        _part(derived, "apart"),
        pl.concat(gathered.submissions),
        names_of(derived),
        pl.DataFrame(gathered.ledger, schema=LEDGER),
        problems,
        tuple(gathered.used),
        extracts=extracts_of(gathered.used, gathered.names, derived.filter(pl.col("verdict") == "matched")),
    )


def _read_month(
    home: Path, ones: tuple[Snapshot, ...], gathered: _Gathered, verdicts: Verdicts, closed: Mapping[str, date]
) -> None:
    """The first of a month's files that can be read is used; each that cannot is named, each other said to be there."""
    used: Snapshot | None = None
    for one in ones:
        if used is not None:
            gathered.ledger += unread_lines(one, why_not(one, used))
            continue
        read, problems = read_snapshot(home, one, verdicts)
        gathered.problems += problems
        if read is None:
            gathered.ledger += unread_lines(one, "no: it cannot be read")
        elif not read.usable:
            gathered.ledger += read.ledger.lines(one)
            gathered.problems.append(_no_row_of_its_month(one))
        else:
            gathered.use(one, read, closed)
            used = one


def _no_row_of_its_month(one: Snapshot) -> Problem:
    allowed, advice = (
        f"rows of {one.month:%Y-%m}",
        "It is left out. Look whether the file was put up under another name.",
    )
    return Problem.of_file(one.file, found="no row of its month", allowed=allowed, do=advice)


def _closed_before(file: str, submissions: pl.DataFrame, closed: Mapping[str, date]) -> Iterator[Problem]:
    """Codes of organisations that were closed before the month in which they report: told and kept."""
    for month, code, rows, row in submissions.select("month", "ods_code", "rows", "row").iter_rows():
        if code in closed and closed[code] < month:
            found = f"{code}, closed on {closed[code]}"
            advice = "Its rows are kept under this code; the view as now adds them to its successor."
            allowed = "an organisation that is open in the month"
            yield Problem.at_row(
                file, row, "ODS_CODE", found=found, allowed=allowed, do=advice, severity="warning", more=rows - 1
            )


def _with_patient_years(rows: pl.DataFrame, own: tuple[Product, ...]) -> pl.DataFrame:
    """Rows of a product in patient-years; rows of a near name have no product, and so none."""
    named = rows.filter(pl.col("product").is_not_null() & (pl.col("verdict") != NEAR))
    known = products.derive_patient_years(named, own)
    rest = rows.filter(pl.col("product").is_null() | (pl.col("verdict") == NEAR))
    return pl.concat([known, rest], how="diagonal_relaxed")


def _part(derived: pl.DataFrame, verdict: str) -> pl.DataFrame:
    part = derived.filter(pl.col("verdict") == verdict)
    columns = [pl.col(name).cast(kind) for name, kind in ISSUED.items()]
    return part.select(columns).sort("month", "ods_code", "product", "vmp_code", "unit", "quantity")


def _without_units(derived: pl.DataFrame) -> Iterator[Problem]:
    """Amounts in another unit than their product's: kept, and in no patient-years, for nothing is guessed."""
    unknown = derived.filter((pl.col("verdict") == "matched") & pl.col("units").is_null())
    once = unknown.group_by("file", "product", "unit").agg(pl.col("row").min(), pl.len().alias("rows"))
    for file, product, unit, row, rows in once.sort("file", "row").iter_rows():
        found = f"{product} in {unit or 'no unit'}"
        advice = "The amounts are kept and count for no patient-years. Look what the unit means for this product."
        yield Problem.at_row(
            file,
            row,
            "unit",
            found=found,
            allowed="the unit of the product",
            do=advice,
            severity="warning",
            more=rows - 1,
        )


def _negative_totals(rows: pl.DataFrame) -> Iterator[Problem]:
    """More came back than went out, for a trust and product in a month: told and kept."""
    matched = rows.filter(pl.col("verdict") == "matched")
    totals = matched.group_by("file", "month", "ods_code", "product").agg(
        pl.col("quantity").sum(), pl.col("row").sort_by("quantity").first()
    )
    negative = totals.filter(pl.col("quantity") < 0).sort("file", "row")
    for file, month, code, product, quantity, row in negative.iter_rows():
        found = f"{quantity:g} of {product} in {code}, {month:%Y-%m}"
        advice = "More was returned than issued. It is kept as it is; use windows of several months."
        yield Problem.at_row(
            file, row, "quantity", found=found, allowed="a total of 0 or more", do=advice, severity="warning"
        )
