"""Invented months as files: the headers of both generations, dated names, and a list that calls them synthetic."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from remission.simulation.stock.supply import UNITS, Line

if TYPE_CHECKING:
    from remission.inputs.writing import FolderResult
    from remission.simulation.stock.troubles import Rows

STANDING = "synthetic"
OLD_HEADER = {
    "YEAR_MONTH": "month",
    "ODS_CODE": "ods_code",
    "VMP_SNOMED_CODE": "vmp_code",
    "VMP_PRODUCT_NAME": "vmp_name",
    "UNIT_OF_MEASURE_IDENTIFIER": "unit_code",
    "UNIT_OF_MEASURE_NAME": "unit",
    "TOTAL_QUANITY_IN_VMP_UNIT": "quantity",  # spelt so in the published files
    "INDICATIVE_COST": "cost",
}
NEW_HEADER = {
    "YEAR_MONTH": "month",
    "ODS_CODE": "ods_code",
    "VMP_SNOMED_CODE": "vmp_code",
    "VMP_PRODUCT_NAME": "vmp_name",
    "VMP_UDFS_UNIT_OF_MEASURE_IDENTIFIER": "unit_code",
    "VMP_UDFS_UNIT_OF_MEASURE_NAME": "unit",
    "TOTAL_QUANTITY_IN_VMP_UDFS_UNIT_OF_MEASURE": "quantity",
    "VMP_UNIT_DOSE_UNIT_OF_MEASURE_NAME": "dose_unit",
    "TOTAL_QUANTITY_IN_VMP_UNIT_DOSE_UNIT_OF_MEASURE": "doses",
    "INDICATIVE_COST": "cost",
}


@dataclass(frozen=True)
class Version:
    """One file: a month of a series as it stood at one time; `age_months` counts from the newest month then out.

    series: old, final or provisional; `called`: the word in the file's name (final, provisional, wip, old).
    """

    month: date
    series: str
    called: str
    fetched: date
    age_months: int
    new_header: bool

    @property
    def name(self) -> str:
        """Name under which it would be published."""
        return f"scmd_{STANDING}_{self.called}_{self.month:%Y%m}.csv"


class Listed(NamedTuple):
    """A line of the list of snapshots; its fields are the columns."""

    source: str
    series: str
    month: str
    file: str
    url: str
    fetched: str
    bytes: int
    sha256: str
    standing: str


@dataclass(frozen=True)
class Names:
    """Every reporter and product as the columns of a file: gathered by place."""

    reporters: pl.Series
    products: pl.DataFrame

    @classmethod
    def of(cls, reporters: tuple[str, ...], lines: tuple[Line, ...]) -> Names:
        """Names of these reporters and lines."""
        columns: dict[str, list[object]] = {
            "vmp_code": [line.code for line in lines],
            "vmp_name": [line.name for line in lines],
            "unit_code": [UNITS[line.unit] for line in lines],
            "unit": [line.unit for line in lines],
            "dose_unit": [line.unit_dose or None for line in lines],
            "udfs_size": [line.udfs_size for line in lines],
            "price": [line.price for line in lines],
        }
        return cls(pl.Series("ods_code", reporters), pl.DataFrame(columns))


def csv_frame(rows: Rows, version: Version, names: Names) -> pl.DataFrame:
    """The rows with the header of the file's generation, in order of code and product."""
    month = version.month.strftime("%Y-%m" if version.new_header or version.series == "old" else "%Y%m")
    units = pl.col("quantity") / pl.col("udfs_size")
    frame = names.products[rows.product].with_columns(
        names.reporters[rows.reporter],
        pl.Series("quantity", rows.quantity),
        pl.Series("null_cost", rows.null_cost),
        month=pl.lit(month),
    )
    frame = frame.with_columns(
        cost=pl.when(~pl.col("null_cost")).then((units * pl.col("price")).round(2)),
        doses=pl.when(pl.col("dose_unit").is_not_null()).then(units.round(2)),
    )
    header = dict(NEW_HEADER if version.new_header else OLD_HEADER)
    if version.series == "old":
        del header["INDICATIVE_COST"]
    return frame.select(pl.col(column).alias(title) for title, column in header.items())


def write_version(result: FolderResult, frame: pl.DataFrame, version: Version) -> Listed:
    """Write one file under its dated name; its line for `snapshots.csv`."""
    content = frame.write_csv().encode()
    digest = hashlib.sha256(content).hexdigest()
    stem = version.name.removesuffix(".csv")
    file = Path("raw", "scmd", version.series, f"{stem}_{version.fetched}_{digest[:8]}.csv")
    result.write(file.as_posix(), content)
    url = f"{STANDING}:{version.name}"
    month, fetched = version.month.isoformat(), version.fetched.isoformat()
    return Listed("scmd", version.series, month, file.as_posix(), url, fetched, len(content), digest, STANDING)


def write_snapshots(result: FolderResult, lines: list[Listed]) -> None:
    """Write the list of snapshots."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Listed._fields)
    writer.writerows(lines)
    result.write("raw/snapshots.csv", text.getvalue())
