"""Published files in small: rows under any of the known headers, and three products to match them with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import polars as pl
import pytest

from remission.inputs.snapshots import Arrival, Snapshot, keep
from remission.library.products import Product
from remission.supply.medicines import products
from remission.supply.stock import names as scmd_names
from remission.supply.stock.headers import HEADERS

MAY = date(2025, 5, 1)
NATALIZUMAB = ("36030311000001108", "Natalizumab 300mg/15ml solution for infusion vials")
OCRELIZUMAB = ("35058211000001100", "Ocrelizumab 300mg/10ml solution for infusion vials")
ONCOLOGY = ("7693411000001106", "Alemtuzumab 30mg/1ml solution for injection vials")
NEAR = ("40000011000001104", "Natalizumab 600mg/30ml solution for infusion vials")
OTHER = ("16101911000001101", "Tocilizumab 200mg/10ml solution for infusion vials")
PRODUCTS = {NATALIZUMAB[1]: "natalizumab-iv", OCRELIZUMAB[1]: "ocrelizumab-iv", ONCOLOGY[1]: "alemtuzumab-30mg"}
UDFS = {"natalizumab-iv": 15.0, "ocrelizumab-iv": 10.0, "alemtuzumab-30mg": 1.0}

Values = dict[str, str]


def row(code: str = "RA2", medicine: tuple[str, str] = NATALIZUMAB, quantity: str = "150", **other: str) -> Values:
    """One row as published, in May 2025; `other` replaces any of its values."""
    values = {"month": "202505", "ods_code": code, "vmp_code": medicine[0], "vmp_name": medicine[1]}
    values |= {"unit_code": "258773002", "unit": "ml", "quantity": quantity, "cost": "11300"}
    return values | other


GOOD = (row(), row("RA3", OCRELIZUMAB, "40"), row("RA3", OTHER, "20"), row("RA4", ONCOLOGY, "3"))


def csv_of(rows: Iterable[Values], header: int = 0, order: Sequence[str] | None = None) -> bytes:
    """A file of rows under one of the known headers, its columns in any order."""
    columns = HEADERS[header].columns
    ours = list(order or columns)
    lines = [[columns[name] for name in ours], *([one[name] for name in ours] for one in rows)]
    return "".join(",".join(_quoted(value) for value in line) + "\n" for line in lines).encode()


def _quoted(value: str) -> str:
    return f'"{value}"' if "," in value else value


def store(
    home: Path,
    content: bytes,
    series: str = "final",
    month: date = MAY,
    *,
    standing: Literal["published", "synthetic"] = "published",
    fetched: date = date(2026, 9, 1),
    url: str = "",
) -> Snapshot:
    """A file as if it had been fetched."""
    home.mkdir(exist_ok=True)
    path = home / "arrived"
    path.write_bytes(content)
    name = f"scmd_{series}_{month:%Y%m}.csv"
    kept = keep(home, path, Arrival("scmd", series, month, name, url or f"http://x/{name}", fetched, standing))
    assert kept is not None
    return kept


def match_names(names: pl.DataFrame, own: tuple[Product, ...] = ()) -> pl.DataFrame:
    """The verdicts of three products, one of them of another disease."""
    product = pl.col("vmp_name").replace_strict(PRODUCTS, default=None, return_dtype=pl.String)
    verdict = (
        pl.when(product == "alemtuzumab-30mg")
        .then(pl.lit("apart"))
        .when(product.is_not_null())
        .then(pl.lit("matched"))
        .when(pl.col("vmp_name").str.starts_with("Natalizumab"))
        .then(pl.lit("near miss"))
        .otherwise(pl.lit("other"))
    )
    return names.with_columns(product=product, verdict=verdict, reason=pl.lit(None, pl.String))


def derive_patient_years(rows: pl.DataFrame, own: tuple[Product, ...] = ()) -> pl.DataFrame:
    """Units and patient-years at 13 units a year."""
    size = pl.when(pl.col("unit") != "vial").then(1.0)
    units = size * pl.col("quantity") / pl.col("product").replace_strict(UDFS, default=None, return_dtype=pl.Float64)
    words = {"therapy": pl.col("product").str.split("-").list.first()}
    words |= {"route_group": pl.lit("infusion"), "use": pl.lit("maintenance")}
    years = {f"patient_years{end}": units / 13 for end in ("", "_low", "_high")}
    return rows.with_columns(units=units, **words, **years)


@pytest.fixture
def small_products(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of the library's products, these three."""
    monkeypatch.setattr(products, "match_names", match_names)
    monkeypatch.setattr(products, "derive_patient_years", derive_patient_years)
    monkeypatch.setattr(scmd_names, "list_prices", lambda: {"natalizumab-iv": 1130.0})
