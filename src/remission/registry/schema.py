"""What a person can tell of themselves: fields of the Cohort's tables, and the tables that the Cohort has no place for.

A field of the Cohort is the very column that `records.schema` declares. Where that holds any text the registry takes
words of a list (`library/registry_words.csv`), so that nothing in own words ever stands in a cohort. What is in own
words is in `OWN` alone, beside the Cohort, for the person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Literal, get_args

from remission.library.catalogue import table, therapies
from remission.records.schema import PRECISIONS, TABLES, YES_NO, Column, Kind, Table

DAY_ZERO_IS = ("transplant", "start of therapy", "registration")
Teller = Literal["self", "delegate"]
TELLERS: tuple[Teller, ...] = get_args(Teller)
TELLERS_OF_ROWS = (*TELLERS, "both")
WHO_PAID = (
    "public health service",
    "insurance",
    "own money",
    "family or friends",
    "fundraising",
    "a trial",
    "other",
)
REFUSED_REASONS = (
    "not offered there",
    "outside the criteria",
    "disability too high",
    "MS not active enough",
    "another therapy first",
    "age",
    "another illness",
    "cost",
    "no reason given",
    "other",
)
OLDEST_BIRTH_YEAR, LATEST_BIRTH_YEAR = 1900, 2100
LONGEST_STAY_DAYS = 730
# Ten steps of the registry's own ladder, from no limit to bed; it is no EDSS, and none is made of it.
HIGHEST_STEP = 9

_SUBJECT = TABLES["visits"].column("subject_id")
_ROW = TABLES["visits"].column("row_id")

OWN = Table(
    "registry",
    "one person, with the transplant or therapy that is their day zero",
    (
        TABLES["subjects"].column("subject_id"),
        Column("birth_year", "integer", "Year of birth", low=OLDEST_BIRTH_YEAR, high=LATEST_BIRTH_YEAR),
        Column("registered_day", "day", "Day of registering, from which on somebody asked", unit="days since day zero"),
        Column("day_zero_is", "choice", "What day zero is of this person", choices=DAY_ZERO_IS),
        Column("day_zero_precision", "choice", "How exactly day zero was told", choices=PRECISIONS),
        Column("home_country", "choice", "Country of living, by its code of two letters", vocabulary="countries"),
        Column("treatment_country", "choice", "Country of the transplant or therapy", vocabulary="countries"),
        Column("centre_words", "text", "The centre in own words"),
        Column(
            "hospital_days", "integer", "Days in hospital for the transplant", "days", low=0, high=LONGEST_STAY_DAYS
        ),
        Column("who_paid", "choice", "Who paid for the transplant (the largest part)", choices=WHO_PAID),
        Column("refused_before", "choice", "Was a transplant refused before?", choices=YES_NO),
        Column("refused_reason", "choice", "The reason that was given", choices=REFUSED_REASONS),
        Column("refused_words", "text", "The reason in own words"),
        Column("own_words", "text", "Anything else in own words"),
        Column("death_day", "day", "Day of death, told by a delegate", unit="days since day zero"),
        Column("told_by", "choice", "Who told what is in the record", choices=TELLERS_OF_ROWS),
    ),
    unique=("subject_id",),
)
WALKING = Table(
    "walking",
    "one time somebody told how they walk",
    (
        _SUBJECT,
        _ROW,
        Column("day", "day", "Day for which it holds", unit="days since day zero", required=True),
        Column("step", "integer", "Step of the registry's own ladder (0: no limit); no EDSS", low=0, high=HIGHEST_STEP),
        Column("told_by", "choice", "Who told", choices=TELLERS),
        TABLES["visits"].column("recorded_day"),
    ),
)
# A relapse that nobody asked about is not absent: only these answers make time under observation.
ASKED = Table(
    "asked",
    "one time somebody was asked what happened since the last time",
    (
        _SUBJECT,
        _ROW,
        Column("day", "day", "Day on which it was told", unit="days since day zero"),
        Column("relapses", "choice", "Any relapse since the last time somebody asked?", choices=YES_NO),
        Column("scans", "choice", "Any MRI scan since the last time somebody asked?", choices=YES_NO),
        Column("told_by", "choice", "Who told", choices=TELLERS),
    ),
)
OWN_TABLES: Mapping[str, Table] = MappingProxyType({one.name: one for one in (OWN, WALKING, ASKED)})

# What a person can tell; the rest of a table is derived, or is for who examined the person to say.
ANSWERABLE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "subjects": ("sex", "course", "onset_day"),
        "treatments": (
            "therapy", "start_day", "end_day", "ongoing", "stop_reason",
            "mobilisation", "conditioning", "serotherapy", "graft",
        ),
        "visits": ("day", "edss"),
        "relapses": ("day", "end_day", "severity", "steroids", "fever", "recovery", "confirmed"),
        "scans": ("day", "region", "new_t2", "enlarging_t2", "gd_lesions", "contrast_given"),
        "adverse_events": ("day", "end_day", "ongoing", "term", "ctcae_grade"),
        "labs": ("day", "analyte", "value", "qualifier", "unit", "denominator"),
        "registry": (
            "birth_year", "home_country", "treatment_country", "centre_words", "hospital_days", "who_paid",
            "refused_before", "refused_reason", "refused_words", "own_words", "death_day",
        ),
        "walking": ("day", "step"),
        "asked": ("relapses", "scans"),
    }
)  # fmt: skip
# Tables of one row a person; of the others each row is an episode with a name of its own.
ONE_ROW = ("subjects", "registry")
# How many there were of something, so that none of them is 0; of a score or a value of the laboratory it is not.
COUNTED = ("scans.new_t2", "scans.enlarging_t2", "scans.gd_lesions", "registry.hospital_days")
# A person who is dead tells nothing.
OF_A_DELEGATE = ("registry.death_day",)


@dataclass(frozen=True)
class Word:
    """One word that a field takes, with what it means in plain words."""

    field: str
    word: str
    means: str


@dataclass(frozen=True)
class Country:
    """A country and its code of two letters (ISO 3166-1)."""

    code: str
    name: str


@dataclass(frozen=True)
class Field:
    """One thing that a person can tell: the table it belongs to, and its column with the words allowed there."""

    table: str
    column: Column

    @property
    def name(self) -> str:
        """Table and column, as answers and forms name the field."""
        return f"{self.table}.{self.column.name}"

    @property
    def kind(self) -> Kind:
        """What it holds: choice, day, integer, number or text."""
        return self.column.kind

    @property
    def unit(self) -> str:
        """The unit of a number; empty where there is none."""
        return self.column.unit

    @property
    def choices(self) -> tuple[str, ...]:
        """The allowed words, those of the library among them; empty where numbers, days or any text are told."""
        return self.column.choices

    @property
    def meaning(self) -> str:
        """What is told, in words."""
        return self.column.meaning

    @property
    def allowed(self) -> str:
        """The allowed values in words; a day is told as a date, exactly or not.

        >>> fields()["relapses.day"].allowed
        'a date as YYYY-MM-DD, YYYY-MM or YYYY'
        """
        return "a date as YYYY-MM-DD, YYYY-MM or YYYY" if self.kind == "day" else self.column.allowed

    @property
    def repeats(self) -> bool:
        """Is it told once for each episode (a relapse, a scan), and not once for each person?"""
        return self.table not in ONE_ROW

    @property
    def in_own_words(self) -> bool:
        """Is it free text, which no cohort may carry?"""
        return self.kind == "text" and not self.choices

    @property
    def counts(self) -> bool:
        """Does it say how many there were, so that "none" is 0?"""
        return self.name in COUNTED

    @property
    def of_delegate(self) -> bool:
        """May only a delegate tell it?"""
        return self.name in OF_A_DELEGATE


@cache
def fields() -> Mapping[str, Field]:
    """Every field that can be told, by its name "table.column", in the order of the tables.

    >>> fields()["treatments.graft"].choices
    ('unmanipulated', 'CD34 selected', 'other')
    """
    every = (
        Field(name, _with_words(name, _table(name).column(column)))
        for name, columns in ANSWERABLE.items()
        for column in columns
    )
    return MappingProxyType({one.name: one for one in every})


@cache
def words() -> Mapping[str, tuple[Word, ...]]:
    """The words of each field that has a list of its own in the library, by the name of the field."""
    listed: dict[str, tuple[Word, ...]] = {}
    for one in table("registry_words", Word):
        listed[one.field] = (*listed.get(one.field, ()), one)
    return MappingProxyType(listed)


@cache
def countries() -> Mapping[str, str]:
    """The name of each country by its code.

    >>> countries()["MX"]
    'Mexico'
    """
    return MappingProxyType({one.code: one.name for one in table("countries", Country)})


def _table(name: str) -> Table:
    return OWN_TABLES[name] if name in OWN_TABLES else TABLES[name]


def _with_words(name: str, column: Column) -> Column:
    """The column with its words spelt out: those of a vocabulary, or the registry's list where any text is allowed."""
    vocabularies = {"therapies": therapies, "countries": countries}
    if column.vocabulary:
        return replace(column, choices=tuple(vocabularies[column.vocabulary]()))
    listed = words().get(f"{name}.{column.name}", ())
    return replace(column, choices=tuple(one.word for one in listed)) if listed else column
