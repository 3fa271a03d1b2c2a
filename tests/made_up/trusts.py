"""A small made-up England: trusts A to L in two ICBs, five therapies (one never issued) and three years."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import polars as pl

from remission.library.catalogue import library_files
from remission.places.areas import Areas
from remission.supply.coverage.month_arrays import months_between
from remission.supply.coverage.reasons import Supply
from remission.supply.coverage.rule import load_coverage_rule
from remission.supply.coverage.states import Coverage, derive_coverage
from remission.supply.measures.definitions import load_measures
from remission.supply.measures.estimates import Level, estimate_measure
from remission.supply.measures.monthly import FACTORS, Monthly, prepare_monthly
from remission.supply.medicines.medicines import Medicine

MONTHS = months_between(date(2022, 1, 1), date(2024, 12, 1))
MEDICINES = (
    Medicine("ocrelizumab-vial", "ocrelizumab", "infusion", "high", "maintenance", date(2018, 7, 25)),
    Medicine("natalizumab-vial", "natalizumab", "infusion", "high", "maintenance", date(2007, 8, 22)),
    Medicine("natalizumab-syringe", "natalizumab", "injection_hcp", "high", "maintenance", date(2007, 8, 22)),
    Medicine(
        "glatiramer-syringe", "glatiramer acetate", "injectable_self", "moderate", "maintenance", date(2018, 6, 27)
    ),
    Medicine("fumarate-capsule", "dimethyl fumarate", "oral", "moderate", "maintenance", date(2014, 8, 27)),
    Medicine("ublituximab-vial", "ublituximab", "infusion", "high", "maintenance", date(2024, 12, 18)),
    Medicine("fumarate-start", "dimethyl fumarate", "oral", "moderate", "titration", date(2014, 8, 27)),
)
SUPPLIES = (
    Supply("ublituximab", "continuous", "no", date(2024, 12, 18)),
    Supply("ocrelizumab", "continuous", "no", date(2018, 7, 25)),
    Supply("natalizumab", "continuous", "no", date(2007, 8, 22)),
    Supply("glatiramer acetate", "continuous", "yes", date(2018, 6, 27)),
    Supply("dimethyl fumarate", "continuous", "yes", date(2014, 8, 27)),
)
CODES = tuple("ABCDEFGHIJKL")
AREAS = {
    "icb": Areas(("QN", "QS"), (frozenset("ABCDEF"), frozenset("GHIJKL")), (400_000.0, 600_000.0)),
    "nation": Areas(("E92",), (frozenset(CODES),)),
}
MEASURES = {
    measure.name: measure for path in library_files("measures", ".toml") for measure in load_measures(path, MEDICINES)
}
LAST = MONTHS[-1]
Rows = list[dict[str, Any]]


def issue(code: str, month: date, product: str, years: float, units: float | None = None) -> dict[str, Any]:
    """One row of what was issued; its factor may be a tenth less or more."""
    therapy = next(one.therapy for one in MEDICINES if one.product == product)
    low, high = years * 0.9, years * 1.1
    row = {"month": month, "code": code, "product": product, "therapy": therapy, "units": units or years * 10}
    return row | {"patient_years": years, "patient_years_low": low, "patient_years_high": high, "standing": "synthetic"}


def everyday_rows(codes: tuple[str, ...] = CODES, seed: int = 1) -> Rows:
    """Every trust issues all products in every month, about 4, 2, 1, 2 and 3 patient-years."""
    dice = Random(seed)
    levels = {"ocrelizumab-vial": 4, "natalizumab-vial": 2, "natalizumab-syringe": 1, "glatiramer-syringe": 2}
    levels |= {"fumarate-capsule": 3}
    rows: Rows = []
    for code in codes:
        for month in MONTHS:
            rows += [issue(code, month, name, dice.uniform(0.8, 1.2) * level) for name, level in levels.items()]
            rows.append(issue(code, month, "fumarate-start", 0.0, 14.0))
    return rows


def submitted(codes: tuple[str, ...] = CODES, silent: tuple[tuple[str, date], ...] = ()) -> pl.DataFrame:
    rows = [(month, code, 0 if (code, month) in silent else 900) for code in codes for month in MONTHS]
    return pl.DataFrame(rows, schema={"month": pl.Date, "code": pl.String, "rows": pl.Int64}, orient="row")


def made_monthly(rows: Rows, silent: tuple[tuple[str, date], ...] = (), codes: tuple[str, ...] = CODES) -> Monthly:
    issued = pl.DataFrame([row for row in rows if (row["code"], row["month"]) not in silent])
    return prepare_monthly(issued, made_coverage(issued, silent, codes), MEDICINES, SUPPLIES, AREAS)


def made_coverage(issued: pl.DataFrame, silent: tuple[tuple[str, date], ...], codes: tuple[str, ...]) -> Coverage:
    return derive_coverage(issued, submitted(codes, silent), SUPPLIES, load_coverage_rule())


def without(rows: Rows, code: str, *products: str) -> Rows:
    return [row for row in rows if row["code"] != code or row["product"] not in products]


def more(row: dict[str, Any], times: float) -> dict[str, Any]:
    return row | {name: row[name] * times for name in FACTORS}


def changed(
    rows: Rows, codes: tuple[str, ...], products: tuple[str, ...], times: float, since: date = MONTHS[0]
) -> Rows:
    """Rows of which some products of some trusts are issued so many times as much from a month on; 0: no row."""
    found = []
    for row in rows:
        of_them = row["code"] in codes and row["product"] in products and row["month"] >= since
        found += [more(row, times) if of_them else row] if times or not of_them else []
    return found


def said(monthly: Monthly, name: str, group: str, level: Level = "trust", window: int = 12) -> dict[str, Any]:
    """The row of one group, for the newest window."""
    frame = estimate_measure(monthly, MEASURES[name], level, window, at=LAST).frame
    return frame.filter(pl.col("group") == group).row(0, named=True)
