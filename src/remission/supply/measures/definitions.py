"""Measures of the atlas, as data: which medicines are counted, over which, for what question, from a TOML file each.

A file with `each = "therapy"` is one measure for every therapy that it fits. Nothing here computes: numbers are made in
`estimates.py`. A measure says neither that more is better nor that less is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from remission.inputs.declared import key
from remission.inputs.problems import InputProblems, nearest, shown
from remission.inputs.provenance import Status
from remission.inputs.strict_records import RecordReader, read_toml
from remission.library.catalogue import NotInLibrary, library_files
from remission.library.products import Use
from remission.supply.medicines.medicines import Medicine, library_medicines

Kind = Literal["share", "growth", "starts", "uptake", "diversity", "per_expected", "volume"]
KINDS: tuple[Kind, ...] = get_args(Kind)
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

    therapy: tuple[str, ...] = key("Names of therapies", ())
    route_group: tuple[str, ...] = key("How they are given", ())
    tier: tuple[str, ...] = key("How strong they are held to be", ())
    use: tuple[str, ...] = key("What a product of them is for", ())

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
    status: Status
    says: str


@dataclass(frozen=True)
class Expected:
    """Persons with MS in England, as published, and the population over which they are spread."""

    people: float = key("Persons with MS", low=1, high=1e9)
    people_low: float = key("The fewest that are plausible", low=1, high=1e9)
    people_high: float = key("The most that are plausible", low=1, high=1e9)
    population: float = key("Inhabitants over whom they are spread", low=1, high=1e9)
    population_kind: str = key("What kind of count the population is")


@dataclass(frozen=True)
class Measure:
    """One measure; `therapy` is set where a file makes one measure for each.

    A share that is `only_seen` is one of what hospital stock shows: what may be hidden is in neither part of it.
    """

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
    only_seen: bool = False


@dataclass(frozen=True)
class _MeasureFile:
    """A file of measures as it is written."""

    name: str = key("Short name, used in addresses; with {therapy} when there is one for each")
    title: str = key("Title as it stands on pages")
    question: str = key("The question that it answers")
    kind: Kind = key("What is computed")
    least_patient_years: float = key("The fewest patient-years for which it is shown", low=0, high=10_000)
    note: str = key("What a reader should know")
    why: str = key("Why it is looked at")
    each: Literal["", "therapy"] = key("Whether there is one measure for each therapy", "")
    numerator: Selection = key("Medicines that are counted", Selection())
    denominator: Selection | None = key("Medicines over which they are counted: of shares and uptake only", None)
    unit: str = key("The unit of its kind", "")
    direction: Literal["neither"] = key("A measure says neither that more is better nor that less is", "neither")
    sources: tuple[MeasureSource, ...] = key("Where a number or a grouping comes from", ())
    expected: Expected | None = key("Persons expected to have MS: of the kind per_expected only", None)
    only_seen: bool = key("Whether it is a share of what is seen alone: of shares only", default=False)


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
    reader = RecordReader(file)
    said = reader.record(_MeasureFile, written)
    _check_kind(reader, written)
    for selection in ("numerator", "denominator"):
        _check_names(reader, selection, written.get(selection), medicines)
    # Which medicines are covered can be asked only of selections that could be read.
    if said is not None and not reader.problems:
        measure = _measure(said)
        _check_parts(reader, measure, medicines, said.each)
        if not reader.problems:
            return _for_each(measure, medicines) if said.each else (measure,)
    raise InputProblems(reader.problems)


def _measure(said: _MeasureFile) -> Measure:
    return Measure(
        name=said.name,
        title=said.title,
        question=said.question,
        kind=said.kind,
        numerator=said.numerator,
        # A total has no other part: its denominator is itself.
        denominator=(said.denominator or Selection()) if said.kind in PARTS else said.numerator,
        unit=said.unit or UNITS[said.kind],
        least_patient_years=said.least_patient_years,
        note=said.note,
        why=said.why,
        direction=said.direction,
        sources=said.sources,
        expected=said.expected,
        only_seen=said.only_seen,
    )


def _check_kind(reader: RecordReader, written: dict[str, Any]) -> None:
    """What one kind of measure has and another has not."""
    kind = written.get("kind")
    if kind not in KINDS:
        return
    if kind not in PARTS and "denominator" in written:
        only = f"none for {kind}"
        reader.complain("denominator", found="a table", allowed=only, do="Take it out: a total is its own whole.")
    if (kind == "per_expected") != ("expected" in written):
        found = "a table" if "expected" in written else "no such key"
        reader.complain(
            "expected", found=found, allowed="a table for per_expected, and for no other kind", do="Mend it."
        )
    if written.get("only_seen") is True and kind != "share":
        reader.complain("only_seen", found="true", allowed="false, or a share", do="Take it out.")
    unit = written.get("unit", UNITS[kind])
    if unit != UNITS[kind]:
        reader.complain("unit", found=shown(str(unit)), allowed=UNITS[kind], do="Take it out, or correct the kind.")


def _check_names(reader: RecordReader, selection: str, written: object, medicines: Sequence[Medicine]) -> None:
    """Names of what no medicine is would select nothing, in silence."""
    known = {one: {str(getattr(medicine, one)) for medicine in medicines} for one in ("therapy", "route_group", "tier")}
    known["use"] = set(get_args(Use))
    for one, names in written.items() if isinstance(written, dict) else ():
        for name in names if isinstance(names, list) and one in known else ():
            if name not in known[one]:
                do = nearest(str(name), known[one]) or "Use one of those."
                allowed = ", ".join(sorted(known[one]))
                reader.complain(f"{selection}.{one}", found=shown(str(name)), allowed=allowed, do=do)


def _check_parts(reader: RecordReader, measure: Measure, medicines: Sequence[Medicine], each: str) -> None:
    counted = [one for one in medicines if measure.numerator.covers(one)]
    if not counted:
        reader.complain("numerator", found="no medicine", allowed="a selection of at least one", do="Widen it.")
    if outside := sorted({one.product for one in counted if not measure.denominator.covers(one)}):
        allowed, do = "medicines of the denominator", "Narrow it, or widen that."
        reader.complain("numerator", found=", ".join(outside[:5]), allowed=allowed, do=do)
    # Without the placeholder in its name, all measures of the file would have one name, and the last would win.
    if bool(each) != (measure.kind in ("uptake",) or "{therapy}" in measure.name):
        allowed = "therapy, with {therapy} in the name"
        reader.complain("each", found=each or "nothing", allowed=allowed, do="Give both, or neither.")
    spread = measure.expected
    if spread is not None and not spread.people_low <= spread.people <= spread.people_high:
        allowed = f"{spread.people_low:g} to {spread.people_high:g}"
        reader.complain("expected.people", found=f"{spread.people:g}", allowed=allowed, do="Order the three numbers.")


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
