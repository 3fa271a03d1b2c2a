"""The numbers that a design takes for true, one by one, with how far each was checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from remission.trials.design.records import Effect, Entry, Given, PartOfPeople, Piece

if TYPE_CHECKING:
    from remission.trials.design.records import Trial, TrialDesign


@dataclass(frozen=True)
class Taken:
    """One number: its key in the file, what it is in words, its value, how far it was checked, and where it is from."""

    key: str
    what: str
    value: float
    status: str
    source: str


WORDS = {
    "control": "Control arm",
    "effect": "Hazard ratio",
    "accrual": "People who enter a month",
    "dropout": "Lost per year",
    "ratio": "Ratio",
    "dispersion": "Dispersion of counts",
    "dropout_per_year": "Leave per year",
    "history_free": "Free of the event in history",
    "treated": "Treated arm",
    "lost": "Not seen at the landmark",
}


def taken_for_true(design: TrialDesign) -> list[Taken]:
    """Every number with a status, in the order of its file.

    >>> from remission.trials.design.load import load_trial_design
    >>> [one.what for one in taken_for_true(load_trial_design("one-arm-24"))]
    ['Free of the event in history', 'Ratio']
    """
    return [one for kind, trial in design.kinds.items() for one in _of(trial, kind)]


def told_with_a_status(design: TrialDesign) -> list[Taken]:
    """The same, and what is only looked at: it is not taken for true, but says as well how far it was checked."""
    trial = design.time_to_event
    others = [
        one
        for at, other in enumerate(trial.others if trial else (), 1)
        for place, piece in enumerate(other.effect, 1)
        for one in _of_piece(f"time_to_event.others[{at}].effect[{place}]", "effect", piece)
    ]
    return taken_for_true(design) + others


def _of(trial: Trial, kind: str) -> Iterator[Taken]:
    for field in fields(trial):
        said = getattr(trial, field.name)
        if isinstance(said, Given):
            # A field without words fails here: left out, it would be a number that nobody is told of.
            yield Taken(f"{kind}.{field.name}", WORDS[field.name], said.value, said.status, said.source)
        elif isinstance(said, tuple):
            for at, one in enumerate(said, 1):
                yield from _of_piece(f"{kind}.{field.name}[{at}]", field.name, one)


def _of_piece(key: str, name: str, one: object) -> Iterator[Taken]:
    match one:
        case Piece():
            what = WORDS[name] if name == "dropout" else f"{WORDS[name]}, events a year"
            yield Taken(key, f"{what}, {_since(one.from_month)}", one.per_year, one.status, one.source)
        case Effect():
            yield Taken(key, f"{WORDS[name]}, {_since(one.from_month)}", one.ratio, one.status, one.source)
        case Entry():
            yield Taken(key, f"{WORDS[name]}, {_since(one.from_month)}", one.people_per_month, one.status, one.source)
        case PartOfPeople():
            # Two numbers with one key: both have the status and the source of their stratum.
            yield Taken(key, f"Share of each arm, {one.name}", one.share, one.status, one.source)
            yield Taken(key, f"Times the hazard, {one.name}", one.factor, one.status, one.source)


def _since(month: float) -> str:
    return f"from month {month:g}"
