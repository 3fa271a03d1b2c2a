"""One rule set as it was printed: its criteria, each as an expression over facts, with source, date and history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from remission.inputs.declared import key
from remission.inputs.provenance import STATUSES, Status
from remission.studies.study import SOURCE

Kind = Literal["guidance", "centre", "clinic abroad", "trial"]
KINDS: tuple[Kind, ...] = get_args(Kind)
UNDATED = "undated"


@dataclass(frozen=True)
class Every:
    """All of its parts."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True)
class Either:
    """One of its parts, or more."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True)
class Not:
    """Its part is not so."""

    part: Expr


@dataclass(frozen=True)
class Bound:
    """A fact lies within bounds; a bound that is absent is no bound."""

    fact: str
    at_least: float | None = None
    at_most: float | None = None
    above: float | None = None
    below: float | None = None


@dataclass(frozen=True)
class OneOf:
    """A fact is one of some choices."""

    fact: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Is:
    """A fact that is answered by yes or no is that."""

    fact: str
    value: bool


@dataclass(frozen=True)
class NotDecided:
    """What a source asks and no fact of the vocabulary decides: always unknown."""

    says: str


Expr = Every | Either | Not | Bound | OneOf | Is | NotDecided
Atom = Bound | OneOf | Is


def atoms(expr: Expr) -> Iterator[Atom | NotDecided]:
    """Everything in an expression that has no parts, from left to right.

    >>> [one.fact for one in atoms(Every((Bound("age", at_least=18), Not(Is("can_transfer", False)))))]
    ['age', 'can_transfer']
    """
    match expr:
        case Every(parts) | Either(parts):
            for part in parts:
                yield from atoms(part)
        case Not(part):
            yield from atoms(part)
        case _:
            yield expr


@dataclass(frozen=True)
class Criterion:
    """One thing that a rule set asks. Text that can be read in several ways has several readings."""

    name: str = key("Its name in the set")
    says: str = key("What is asked, in our own words")
    readings_said: tuple[object, ...] = key(
        "Expressions over facts, one for each way to read it", name="readings", least=1
    )
    strength: Literal["hard", "ideal"] = key("Must it be so, or is it ideal?", "hard")
    raw: str = key("The text in which its logic is ambiguous, as near to the source as our own words are", "")
    status: Status = key("How far it was checked; that of the set where it is left out", "", choices=STATUSES)
    source: str = key(f"{SOURCE}; that of the set where it is left out", "")
    locus: str = key("Page, table or section", "")
    readings: tuple[Expr, ...] = field(default=(), metadata={"resolved": True})


@dataclass(frozen=True)
class Note:
    """What a source says beside its criteria: how many, which regimen, who decides, what happens before."""

    name: str = key("Its name in the set")
    says: str = key("What is said, in our own words")
    status: Status = key("How far it was checked; that of the set where it is left out", "", choices=STATUSES)
    source: str = key(f"{SOURCE}; that of the set where it is left out", "")


@dataclass(frozen=True)
class Change:
    """What was otherwise before."""

    when: str = key("When it changed, as far as is known")
    says: str = key("What was before, and what since")
    source: str = key(SOURCE)
    status: Status = key("How far it was checked; that of the set where it is left out", "", choices=STATUSES)


@dataclass(frozen=True)
class RuleSet:
    """The rules of one guidance, centre, clinic or trial, as they were read."""

    name: str = key("Short name: the name of the file")
    title: str = key("Name as it stands on pages")
    kind: Kind = key("Whose rules they are")
    dated: str = key("The year, month or years whose rules they are, or undated", example='"2016-01"')
    open: Literal["yes", "no", "not known"] = key(
        "Does it take people today, as last read? For guidance: is it in force?"
    )
    source: str = key(SOURCE)
    status: Status = key("How far it was checked", choices=STATUSES)
    criteria: tuple[Criterion, ...] = key("What is asked")
    locus: str = key("Page, table or section", "")
    last_confirmed: date | None = key(
        "The day on which the rules were last read; left out where that was not noted", None
    )
    state: str = key("How it stands, as last read, in a sentence", "")
    study: str = key("The study of the library that is this trial", "")
    notes: tuple[Note, ...] = key("What is said beside", ())
    history: tuple[Change, ...] = key("What was otherwise before", ())

    @property
    def hard(self) -> tuple[Criterion, ...]:
        """What must be so."""
        return tuple(one for one in self.criteria if one.strength == "hard")

    @property
    def as_of(self) -> str:
        """Of when its rules are, and whether that is today."""
        of = "Its rules bear no date." if self.dated == UNDATED else f"Rules of {self.dated}."
        today = {"yes": "", "no": " It takes nobody now.", "not known": " Whether it takes people today is not known."}
        return of + (
            today[self.open] if self.kind != "guidance" else " Newer ones took their place." * (self.open == "no")
        )
