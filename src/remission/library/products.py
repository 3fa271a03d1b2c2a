"""The products of each therapy: how their names begin in the national dictionary of medicines, and what a year takes.

A therapy is issued as products: strengths and forms with a name and a code. Most codes are unknown to us, so the name
decides and the code is a check. Products of the same substance that belong to other diseases are listed too, so that
they can be kept apart and said so.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from remission.library.catalogue import LIBRARY

Ms = Literal["yes", "no", "ambiguous"]
Use = Literal["maintenance", "titration", "course", "both"]


@dataclass(frozen=True)
class Product:
    """One strength and form. `pattern` is searched for in a name from its beginning, whatever the case.

    `udfs_size` is how much of `udfs_unit` one unit (vial, syringe, tablet) holds, `units_per_patient_year` how many
    units treat a person for a year on the licensed dose; `units_low` and `units_high` are the fewest and the most that
    are plausible. They are None where amounts are not counted in patient-years (titration packs, other diseases).
    """

    name: str
    therapy: str
    pattern: re.Pattern[str]
    route_group: str
    ms: Ms
    use: Use
    udfs_unit: str
    udfs_size: float | None
    units_per_patient_year: float | None
    units_low: float | None
    units_high: float | None
    arithmetic: str
    dose_source: str
    dose_status: str
    homecare: str
    codes: tuple[str, ...]
    codes_status: str
    list_price_gbp: float | None
    note: str


@cache
def products() -> dict[str, Product]:
    """Every product by its name.

    >>> products()["ocrelizumab-300-infusion"].units_per_patient_year
    4.0
    """
    with (LIBRARY / "products.csv").open(encoding="utf-8", newline="") as opened:
        return {row["product"]: _product(row) for row in csv.DictReader(opened)}


def _product(row: dict[str, str]) -> Product:
    def number(key: str) -> float | None:
        return float(row[key]) if row[key] else None

    return Product(
        name=row["product"],
        therapy=row["therapy"],
        pattern=re.compile(row["pattern"], re.IGNORECASE),
        route_group=row["route_group"],
        ms=cast(Ms, row["ms"]),
        use=cast(Use, row["use"]),
        udfs_unit=row["udfs_unit"],
        udfs_size=number("udfs_size"),
        units_per_patient_year=number("units_per_patient_year"),
        units_low=number("units_low"),
        units_high=number("units_high"),
        arithmetic=row["arithmetic"],
        dose_source=row["dose_source"],
        dose_status=row["dose_status"],
        homecare=row["homecare"],
        codes=tuple(row["vmp_codes"].split("; ")) if row["vmp_codes"] else (),
        codes_status=row["codes_status"],
        list_price_gbp=number("list_price_gbp"),
        note=row["note"],
    )
