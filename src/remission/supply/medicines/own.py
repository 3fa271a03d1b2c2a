"""The products that the owner of an atlas adds in a file of its folder, for names that the library cannot tell.

Some names of the dictionary fit two products, and new ones come every year. Whoever has the file at hand can look: a
row of `products.csv` names a product of a therapy of the library by its codes, or by how its names begin, and says what
a year of it takes and who says so. It is read as strictly as the library, and told wherever it counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from remission.inputs.declared import key
from remission.inputs.problems import InputProblems, Problem, nearest, shown
from remission.inputs.typed_rows import load_rows
from remission.library.catalogue import therapies
from remission.library.products import Product, Use, products
from remission.supply.medicines.products import codes, has_check_digit

FILE = Path("products.csv")
STATUS = "as the owner of this atlas states"
# Matches no name: a row that is told by its codes alone.
NOTHING = "(?!)"
# Names without anything in common: a pattern that fits one of them would take other medicines for the owner's.
STRANGERS = ("", "Paracetamol 500mg tablets", "Zinc sulfate 1g")
RouteGroup = Literal["injectable_self", "injection_hcp", "infusion", "oral"]


@dataclass(frozen=True)
class _Row:
    """A row as it is written."""

    product: str = key("A name of its own for the strength and form")
    therapy: str = key("A therapy of the library")
    vmp_codes: tuple[str, ...] = key("Its codes, with a semicolon and a space between them")
    pattern: str = key("How names of it begin: a regular expression; may be empty where there are codes")
    route_group: RouteGroup = key("How it is given")
    use: Use = key("What it is for in a treatment")
    udfs_unit: str = key("What amounts of it are counted in; may be empty")
    udfs_size: float | None = key("How much of it one unit holds", low=0)
    units_per_patient_year: float | None = key("Units that treat a person for a year", low=0)
    units_low: float | None = key("The fewest that are plausible", low=0)
    units_high: float | None = key("The most that are plausible", low=0)
    source: str = key("Who says so")
    note: str = key("What else is to be known; may be empty")


def own_products(home: Path) -> tuple[Product, ...]:
    """The products of `products.csv` in a folder; none without that file. InputProblems, all at once, for a wrong row.

    >>> own_products(Path("a folder without any"))
    ()
    """
    path = home / FILE
    if not path.is_file():
        return ()
    rows = load_rows(path, _Row)
    numbered = list(enumerate(rows, 2))
    problems = [*_twice(rows), *(problem for number, row in numbered for problem in _wrong(row, number))]
    if problems:
        raise InputProblems(problems)
    return tuple(_product(row) for row in rows)


def _product(row: _Row) -> Product:
    return Product(
        name=row.product,
        therapy=row.therapy,
        written=row.pattern or NOTHING,
        route_group=row.route_group,
        ms="yes",
        use=row.use,
        udfs_unit=row.udfs_unit.lower(),
        udfs_size=row.udfs_size,
        units_per_patient_year=row.units_per_patient_year,
        units_low=row.units_low,
        units_high=row.units_high,
        arithmetic="",
        dose_source=row.source,
        dose_status=STATUS,
        homecare=therapies()[row.therapy].homecare,
        codes=row.vmp_codes,
        codes_status=STATUS,
        list_price_gbp=None,
        note=row.note,
    )


def _wrong(row: _Row, number: int) -> Iterator[Problem]:
    yield from _wrong_names(row, number)
    for code in row.vmp_codes:
        yield from _wrong_code(code, number)
    yield from _wrong_units(row, number)
    if not row.source.strip():
        yield _at(number, "source", "nothing", "who says what a year of it takes", "Write where the figures are from.")


def _at(number: int, column: str, found: str, allowed: str, do: str) -> Problem:
    return Problem.at_row(FILE.name, number, column, found=found, allowed=allowed, do=do)


def _wrong_names(row: _Row, number: int) -> Iterator[Problem]:
    if row.product in products() or not row.product.strip():
        do = "Give it another name: what the library counts is not replaced, but a code that you list goes before it."
        yield _at(number, "product", shown(row.product) or "nothing", "a name that no product of the library has", do)
    counted = {one.therapy for one in products().values() if one.ms == "yes"}
    if row.therapy not in counted:
        do = nearest(row.therapy, counted) or "Use the name of its therapy in the library."
        yield _at(number, "therapy", shown(row.therapy) or "nothing", ", ".join(sorted(counted)), do)
    if not row.pattern and not row.vmp_codes:
        do = "List its codes, or say how its names begin."
        yield _at(number, "pattern", "neither codes nor a pattern", "at least one of them", do)
    try:
        fits = re.compile(row.pattern, re.IGNORECASE).match
        everything = bool(row.pattern) and any(map(fits, STRANGERS))
    except re.error as error:
        yield _at(number, "pattern", f"{shown(row.pattern)} ({error})", "a regular expression", "Mend it.")
    else:
        if everything:
            do = "Write the letters that its names begin with."
            yield _at(number, "pattern", f"{shown(row.pattern)}, which fits every name", "how its names begin", do)


def _wrong_code(code: str, number: int) -> Iterator[Problem]:
    if not has_check_digit(code):
        do = "Copy it again; a spreadsheet rounds so long a number, so keep the column as text."
        yield _at(number, "vmp_codes", shown(code), "a code whose last digit is its check digit", do)
    verified = [one.name for one in codes().get(code, ()) if one.codes_status == "verified"]
    if verified:
        found = f"{code}, which is known to be {verified[0]}"
        yield _at(number, "vmp_codes", found, "a code of which that is not verified", "Take it out.")


def _wrong_units(row: _Row, number: int) -> Iterator[Problem]:
    if (row.udfs_size or 0) <= 0 and row.udfs_unit:
        found = "nothing" if row.udfs_size is None else f"{row.udfs_size:g}"
        yield _at(number, "udfs_size", found, f"how much {row.udfs_unit} one unit holds", "Write a number above 0.")
    # Packs of the first weeks treat nobody for a year.
    if row.use == "titration":
        return
    low, main, high = row.units_low, row.units_per_patient_year, row.units_high
    if low is None or main is None or high is None or not 0 < low <= main <= high:
        found = " to ".join("nothing" if one is None else f"{one:g}" for one in (low, main, high))
        do = "Where only one number is known, write it into all three."
        yield _at(number, "units_per_patient_year", found, "units_low, it and units_high in order, above 0", do)


def _twice(rows: Sequence[_Row]) -> Iterator[Problem]:
    """Names and codes that several rows claim."""
    named = Counter(row.product for row in rows)
    coded = Counter(code for row in rows for code in set(row.vmp_codes))
    for number, row in enumerate(rows, 2):
        if named[row.product] > 1:
            yield _at(number, "product", shown(row.product), "a name once", "Rename it, or leave one of them out.")
        for code in sorted(set(row.vmp_codes)):
            if coded[code] > 1:
                yield _at(number, "vmp_codes", code, "a code in one row", "Leave it in the row that it belongs to.")
