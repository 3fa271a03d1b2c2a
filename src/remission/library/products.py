"""The products of each therapy: how their names begin in the national dictionary of medicines, and what a year takes.

A therapy is issued as products: strengths and forms with a name and a code. Most codes are unknown to us, so the name
decides and the code is a check. Products of the same substance that belong to other diseases are listed too, so that
they can be kept apart and said so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

from remission.inputs.declared import key
from remission.library.catalogue import table

Ms = Literal["yes", "no", "ambiguous"]
Use = Literal["maintenance", "titration", "course", "both"]


@dataclass(frozen=True)
class Product:
    """One strength and form; `pattern` is searched for in a name from its beginning, whatever the case.

    `udfs_size` is how much of `udfs_unit` one unit (vial, syringe, tablet) holds, `units_per_patient_year` how many
    units treat a person for a year on the licensed dose; `units_low` and `units_high` are the fewest and the most that
    are plausible. They are None where amounts are not counted in patient-years (titration packs, other diseases).
    """

    name: str = key("Name of the strength and form", name="product")
    therapy: str = key("A name of therapies.csv")
    written: str = key("How names of it begin: a regular expression", name="pattern")
    route_group: str = key("How it is given")
    ms: Ms = key("Is it for MS?")
    use: Use = key("What it is for in a treatment")
    udfs_unit: str = key("What amounts of it are counted in")
    udfs_size: float | None = key("How much of it one unit holds", low=0)
    units_per_patient_year: float | None = key("Units that treat a person for a year", low=0)
    units_low: float | None = key("The fewest that are plausible", low=0)
    units_high: float | None = key("The most that are plausible", low=0)
    arithmetic: str = key("How the units of a year follow from the dose")
    dose_source: str = key("Where the dose is from")
    dose_status: str = key("How far that was checked")
    homecare: str = key("Whether it is brought home")
    codes: tuple[str, ...] = key("Its codes, as far as known", name="vmp_codes")
    codes_status: str = key("How far they were checked")
    list_price_gbp: float | None = key("List price of one unit", low=0)
    note: str = key("What else is to be known")

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What names of it begin with, whatever the case."""
        return re.compile(self.written, re.IGNORECASE)


@cache
def products() -> dict[str, Product]:
    """Every product by its name.

    >>> products()["ocrelizumab-300-infusion"].units_per_patient_year
    4.0
    """
    return {one.name: one for one in table("products", Product)}
