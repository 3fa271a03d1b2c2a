"""Which kind of interval a program gives where nobody chooses: from a table of the library."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from remission.inputs.declared import key
from remission.inputs.provenance import STATUSES
from remission.library.catalogue import table
from remission.stats.intervals import INTERVALS


@dataclass(frozen=True)
class Default:
    """What one program gives around a Kaplan-Meier estimate if it is not told otherwise."""

    software: str = key("The program, and from which version on")
    interval: str = key("The kind of interval", choices=INTERVALS)
    source: str = key("Where this was read")
    locus: str = key("Page or section")
    status: str = key("How far it was checked", choices=STATUSES)
    date_read: str = key("The day on which it was read")


@cache
def defaults() -> tuple[Default, ...]:
    """Every program of the table."""
    return table("software_intervals", Default)


def software_words(kinds: Iterable[str]) -> str:
    """Which programs give one of some kinds where nobody chooses.

    >>> software_words(["log"])
    'Where nobody chooses, R survival gives log.'
    """
    chosen = set(kinds)
    said = [f"{one.software} gives {one.interval}" for one in defaults() if one.interval in chosen]
    return (
        f"Where nobody chooses, {'; '.join(said)}."
        if said
        else "No program of our table gives that unless it is told to."
    )
