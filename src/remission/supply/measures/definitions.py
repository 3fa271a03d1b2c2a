"""Measures of the atlas, as data: which medicines are counted, over which, for what question, from a TOML file each.

A file with `each = "therapy"` is one measure for every therapy that it fits. Nothing here computes: numbers are made in
`measure_estimates.py`. A measure says neither that more is better nor that less is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from remission.inputs.problems import InputProblems, Problem
from remission.inputs.toml import TableReader, read_toml
from remission.library.catalogue import NotInLibrary, library_files
from remission.library.products import Use
from remission.supply.medicines.medicines import Medicine, library_medicines

Kind = Literal["share", "growth", "starts", "uptake", "diversity", "per_expected", "volume"]
KINDS: tuple[Kind, ...] = get_args(Kind)
STATUSES = ("verified", "secondary", "derived", "unverified")
PARTS: tuple[Kind, ...] = ("share", "uptake")
# The unit follows from the kind, so a file that states another has misunderstood its measure.
UNITS: dict[Kind, str] = {
    "share": "proportion",
    "uptake": "proportion",
    "growth": "patient-years a year",
    "volume": "patient-years a year",
    "starts": "units of starting packs a year",
    "diversity": "equally common therapies",
    "per_expected": "patient-years a year per person expected to have MS",
}


@dataclass(frozen=True)
class Selection:
    """Medicines with one of the values of every list that is not empty; an empty selection is all of them."""

    therapy: tuple[str, ...] = ()
    route_group: tuple[str, ...] = ()
    tier: tuple[str, ...] = ()
    use: tuple[str, ...] = ()

    def covers(self, medicine: Medicine) -> bool:
        """Is a medicine one of them?

        >>> Selection(tier=("high",)).covers(Medicine("tablet", "x", "oral", "moderate", "maintenance"))
        False
        """
        asked = (self.therapy, self.route_group, self.tier, self.use)
        own = (medicine.therapy, medicine.route_group, medicine.tier, medicine.use)
        return all(not values or value in values for values, value in zip(asked, own, strict=True))


@dataclass(frozen=True)
class MeasureSource:
    """Where a number or a grouping of a measure comes from, and how far that was checked."""

    citation: str
    status: str
    says: str


@dataclass(frozen=True)
class Expected:
    """Persons with MS in England, as published, and the population over which they are spread."""

    people: float
    people_low: float
    people_high: float
    population: float
    population_kind: str


@dataclass(frozen=True)
class Measure:
    """One measure; `therapy` is set where a file makes one measure for each."""

    name: str
    title: str
    question: str
    kind: Kind
    numerator: Selection
    denominator: Selection
    unit: str
    least_patient_years: float
    note: str
    why: str
    direction: str = "neither"
    sources: tuple[MeasureSource, ...] = ()
    therapy: str | None = None
    nice_date: date | None = None
    expected: Expected | None = None


@cache
def library_measures() -> dict[str, Measure]:
    """Every measure of the library by its name, those made for each therapy included.

    >>> library_measures()["injectables"].numerator.tier
    ('moderate',)
    """
    found = [one for path in library_files("measures", ".toml") for one in load_measures(path)]
    return {measure.name: measure for measure in found}


def load_measure(name: str) -> Measure:
    """A measure of the library; NotInLibrary when there is none of that name."""
    if name not in library_measures():
        raise NotInLibrary("measure", name, tuple(library_measures()))
    return library_measures()[name]


def load_measures(path: Path, medicines: Sequence[Medicine] | None = None) -> tuple[Measure, ...]:
    """The measures of one file, one or one for each therapy; InputProblems with everything wrong in it."""
    return read_measures(read_toml(path), path.name, library_medicines() if medicines is None else medicines)


def read_measures(written: dict[str, Any], file: str, medicines: Sequence[Medicine]) -> tuple[Measure, ...]:
    """The measures of a file from its plain data; InputProblems with everything wrong in it.

    A numerator that is not part of its denominator is refused: a share beyond 1 is no share.
    """
    problems: list[Problem] = []
    reader = TableReader(file, written, "", problems)
    each = reader.text("each", "", ("", "therapy"))
    measure = _read(reader, medicines)
    reader.done()
    # Which medicines are covered can be asked only of selections that could be read.
    if not problems:
        _check_parts(reader, measure, medicines, each)
    if problems:
        raise InputProblems(problems)
    return _for_each(measure, medicines) if each else (measure,)


def _read(reader: TableReader, medicines: Sequence[Medicine]) -> Measure:
    kind: Kind = reader.text("kind", allowed=KINDS)  # type: ignore[assignment]
    numerator = _selection(reader.inner("numerator", required=False), medicines)
    # A total has no other part: its denominator is itself.
    whole = _selection(reader.inner("denominator", required=False), medicines) if kind in PARTS else numerator
    return Measure(
        name=reader.text("name"),
        title=reader.text("title"),
        question=reader.text("question"),
        kind=kind,
        numerator=numerator,
        denominator=whole,
        unit=reader.text("unit", UNITS.get(kind, ""), (UNITS.get(kind, ""),)),
        least_patient_years=reader.number("least_patient_years", 0, 10_000),
        note=reader.text("note"),
        why=reader.text("why"),
        # The one word allowed: no measure of the atlas says that more is better.
        direction=reader.text("direction", "neither", ("neither",)),
        sources=tuple(_source(one) for one in reader.each("sources")),
        expected=_expected(reader.inner("expected")) if kind == "per_expected" else None,
    )


def _selection(reader: TableReader, medicines: Sequence[Medicine]) -> Selection:
    known = {key: {str(getattr(one, key)) for one in medicines} for key in ("therapy", "route_group", "tier")}
    known["use"] = set(get_args(Use))
    found = Selection(**{key: reader.names(key, values) for key, values in known.items()})
    reader.done()
    return found


def _source(reader: TableReader) -> MeasureSource:
    source = MeasureSource(reader.text("citation"), reader.text("status", allowed=STATUSES), reader.text("says"))
    reader.done()
    return source


def _expected(reader: TableReader) -> Expected:
    low, people, high = (reader.number(key, 1, 1e9) for key in ("people_low", "people", "people_high"))
    expected = Expected(people, low, high, reader.number("population", 1, 1e9), reader.text("population_kind"))
    if not low <= people <= high:
        reader.complain("people", f"{people:g}", f"{low:g} to {high:g}", "Order the three numbers.")
    reader.done()
    return expected


def _check_parts(reader: TableReader, measure: Measure, medicines: Sequence[Medicine], each: str) -> None:
    counted = [one for one in medicines if measure.numerator.covers(one)]
    if not counted:
        reader.complain("numerator", "no medicine", "a selection of at least one", "Widen it.")
    outside = sorted({one.product for one in counted if not measure.denominator.covers(one)})
    if outside:
        reader.complain(
            "numerator", ", ".join(outside[:5]), "medicines of the denominator", "Narrow it, or widen that."
        )
    # Without the placeholder in its name, all measures of the file would have one name, and the last would win.
    if bool(each) != (measure.kind in ("uptake",) or "{therapy}" in measure.name):
        reader.complain("each", each or "nothing", "therapy, with {therapy} in the name", "Give both, or neither.")


def _for_each(measure: Measure, medicines: Sequence[Medicine]) -> tuple[Measure, ...]:
    """One measure for each therapy of its numerator not withdrawn since; uptake only for those with a NICE date."""
    counted = {one.therapy: one for one in medicines if measure.numerator.covers(one)}
    # A withdrawn therapy has rows in old months and no question left to ask of it.
    there = [one for one in counted.values() if one.withdrawn is None]
    fitting = [one for one in there if measure.kind != "uptake" or one.nice_date is not None]
    return tuple(_of_therapy(measure, one) for one in fitting)


def _of_therapy(measure: Measure, medicine: Medicine) -> Measure:
    therapy = medicine.therapy
    numerator = replace(measure.numerator, therapy=(therapy,))
    texts = {key: getattr(measure, key).replace("{therapy}", therapy) for key in ("title", "question", "note", "why")}
    return replace(
        measure,
        name=measure.name.replace("{therapy}", therapy.replace(" ", "-")),
        numerator=numerator,
        denominator=measure.denominator if measure.kind in PARTS else numerator,
        therapy=therapy,
        nice_date=medicine.nice_date,
        # A therapy may begin a sentence of the file, and its name is in small letters.
        **{key: text[:1].upper() + text[1:] for key, text in texts.items()},
    )
