"""What was printed of B cells, one row for each drug, subset, gate, denominator, time and statistic.

A row is a number, or a direction ("down") where no number was read, or it says that nothing was found. What a cell was
counted against is part of every row: per cent of B cells and cells per microlitre are two things, however alike their
names are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from remission.inputs.declared import key

Status = Literal["verified", "secondary", "derived", "unverified", "not found"]
Direction = Literal["down", "up", "no change", ""]
Denominator = Literal["count", "B cells", "lymphocytes", "PBMC", "serum", "a share", "not told"]
Statistic = Literal[
    "change", "left of baseline", "level", "people at 1 %", "people who kept them", "months until back",
    "months until treated again",
]  # fmt: skip
Compartment = Literal["blood", "tissue"]

DENOMINATORS: Mapping[str, str] = {
    "count": "as a number of cells",
    "B cells": "as a share of B cells",
    "lymphocytes": "as a share of lymphocytes",
    "PBMC": "as a share of PBMC (white cells with one nucleus)",
    "serum": "as an amount in blood serum",
    "a share": "as a share, of what is not told",
    "not told": "how it was counted is not told",
}
# Of these nobody knows what they are shares of, or whether they are shares: they stand beside nothing, themselves too.
UNKNOWN_DENOMINATORS = ("a share", "not told")
STATISTICS: Mapping[str, str] = {
    "change": "only the direction",
    "left of baseline": "per cent of its own number before",
    "level": "per cent",
    "people at 1 %": "per cent of people with B cells at 1 % of lymphocytes or more",
    "people who kept them": "per cent of people whose B cells stayed normal",
    "months until back": "months until they were back",
    "months until treated again": "months until treated again",
}
MEMORY = "memory B"


@dataclass(frozen=True)
class Drug:
    """A drug of the page, in the order of the file: by what it is, then by name; never by effect."""

    name: str = key("Short name, as in the other tables")
    title: str = key("Name as it stands on pages")
    kind: str = key("What it is")
    seen_in: str = key("Whom it is for here")


@dataclass(frozen=True)
class Counted:
    """One row: `value` with `low` and `high` is per cent or months, by `statistic`; a direction has none."""

    drug: str = key("Name of drugs.csv")
    subset: str = key("Which cells")
    gate: str = key("By which signs they were told, as printed")
    compartment: Compartment = key("Where they were counted")
    whom: str = key("In whom", example='"MS"')
    denominator: Denominator = key("What they were counted against")
    statistic: Statistic = key("What the number is")
    months: float | None = key("Months after the start, or after the last dose where `at` says so", low=0)
    at: str = key("When, in words, where it is not so many months after the start")
    against: Literal["before", "healthy people", "controls", "normal range", "not told"] = key(
        "With what it was compared"
    )
    direction: Direction = key("The direction, where no number was read")
    value: float | None = key("The number", low=0)
    low: float | None = key("Its lower end: of a range or spread that was printed", low=0)
    high: float | None = key("Its upper end", low=0)
    bound: Literal["", "at most", "at least"] = key("Whether the number is a bound")
    people: int | None = key("How many people", low=1)
    source: str = key("Where it was read")
    locus: str = key("Where in it")
    status: Status = key("How far it was checked")
    date_read: date | None = key("The day on which it was read; empty where nobody noted it")
    says: str = key("What else a reader must know")

    @property
    def is_number(self) -> bool:
        """Does it hold a number, be it a range?"""
        return self.value is not None or self.low is not None

    @property
    def identity(self) -> tuple[object, ...]:
        """What no two rows may share."""
        return (self.drug, self.subset, self.gate, self.compartment, self.whom, self.denominator, self.statistic,
                self.months, self.at, self.source)  # fmt: skip


@dataclass(frozen=True)
class Threshold:
    """A published rule: at which count somebody is treated again, or is said to have responded."""

    protocol: str = key("Whose rule")
    kind: Literal["treat again", "response"] = key("What happens there")
    drug: str = key("Name of drugs.csv")
    whom: str = key("In whom")
    subset: str = key("Which cells")
    gate: str = key("By which signs they are told")
    operator: Literal["at least", "at most"] = key("On which side of the number")
    value: float = key("The number, in per cent", low=0)
    denominator: Denominator = key("What they are counted against")
    statistic: Statistic = key("What the number is")
    when: str = key("When the rule holds")
    source: str = key("Where it was read")
    locus: str = key("Where in it")
    status: Status = key("How far it was checked")
    date_read: date | None = key("The day on which it was read")
    says: str = key("What else a reader must know")


@dataclass(frozen=True)
class Beside:
    """Evidence that stands beside any axis: it speaks against a simple reading, fits one, or tells neither."""

    name: str = key("Short name")
    title: str = key("A few words")
    drugs: tuple[str, ...] = key("Names of drugs.csv that it is about")
    speaks: Literal["against", "fits", "neither"] = key("What it does to 'more memory B cells gone, fewer relapses'")
    says: str = key("What was seen, in plain sentences")
    people: int | None = key("How many people", low=1)
    whom: str = key("In whom")
    source: str = key("Where it was read")
    locus: str = key("Where in it")
    status: Status = key("How far it was checked")
    date_read: date | None = key("The day on which it was read")


@dataclass(frozen=True)
class Unread:
    """A paper that is known to hold what is missing here."""

    source: str = key("The paper")
    drugs: tuple[str, ...] = key("Names of drugs.csv that it is about")
    why: str = key("Why it is needed")
    where: str = key("What of it to read")


def unit_words(denominator: str, statistic: str) -> str:
    """What a number is, in words: the statistic, and what was counted against.

    >>> unit_words("B cells", "level"), unit_words("not told", "left of baseline")
    ('per cent of B cells', 'per cent of its own number before; how it was counted is not told')
    """
    if statistic == "level":
        return f"per cent of {denominator}"
    if statistic in ("people at 1 %", "people who kept them", "months until back", "months until treated again"):
        return STATISTICS[statistic]
    return f"{STATISTICS[statistic]}; {DENOMINATORS[denominator]}"
