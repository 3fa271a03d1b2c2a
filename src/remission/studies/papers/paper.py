"""What one paper printed, number by number, as text: a zero at the end says how it was rounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from remission.inputs.declared import key
from remission.stats.consistency.printed import Printed, Rounding, Span
from remission.studies.study import READ, SOURCE

Kind = Literal["share over time", "share", "ratio", "difference"]
Verdict = Literal["adds up", "not by what was searched", "does not add up", "cannot be checked"]
# What was read where it was printed, or where somebody else prints it. What was worked out was not printed.
READ_SOMEWHERE = ("verified", "secondary")


@dataclass(frozen=True)
class PrintedNumber:
    """One estimate with what was printed around it; every number is text, in its own digits."""

    name: str = key("What it is, unique in the file", example='"event-free at 5 years"')
    kind: Kind = key("What it is: a share over time (Kaplan-Meier), of a count, a ratio or a difference",
                     example='"share over time"')  # fmt: skip
    value: str = key("The estimate as printed, in per cent for a share", "", example='"69.2"')
    low: str = key("Lower limit as printed", "", example='"50.2"')
    high: str = key("Upper limit as printed", "", example='"82.1"')
    level: float | None = key("Level of the interval", None, low=0.5, high=0.999, example="0.90")
    p: str = key("p as printed, with its sign if it has one", "", example='"<0.001"')
    people: int | None = key("People at the start", None, low=1, high=100_000, example="24")
    events: int | None = key(
        "Events by that time, or people counted; of a ratio those in the first group", None, low=0, example="7"
    )
    other_events: int | None = key("Events in the group that it is compared with", None, low=0)
    all_events: int | None = key("Events in both groups together, where each is not printed", None, low=0)
    at_risk: int | None = key("People still at risk at that time", None, low=0)
    months: float | None = key("Months after the start", None, low=0, example="60")
    curve: str = key("Shares with the same word here are points of one curve", "", example='"event-free"')
    part_of: str = key("The curve (or name of a share) that counts this and more as an event", "")
    whole: str = key("Shares with the same word here are all parts of one whole", "")
    status: str = key("How far it was checked: verified or secondary", "verified")
    source: str = key(SOURCE, "")
    locus: str = key("Page, table or section", "", example='"abstract"')
    date_read: date | None = key(READ, None, example="2026-11-22")

    @property
    def is_read(self) -> bool:
        """Was it read where somebody printed it?"""
        return self.status in READ_SOMEWHERE

    @property
    def text(self) -> str:
        """It as papers print it."""
        if not self.value:
            return f"{self.events} of {self.people}" if self.events is not None and self.people else ""
        return self.value + (f" ({self.low} to {self.high})" if self.has_interval else "")

    @property
    def has_interval(self) -> bool:
        """Is there an estimate with both limits and their level?"""
        return bool(self.value and self.low and self.high and self.level)

    @property
    def printed_value(self) -> Printed:
        """The estimate; ValueError where it was not printed."""
        return Printed.of(self.value)

    @property
    def printed(self) -> tuple[Printed, Printed, Printed]:
        """The estimate and its limits; ValueError where one was not printed."""
        return Printed.of(self.value), Printed.of(self.low), Printed.of(self.high)

    def spans(self, rounding: Rounding | None = None) -> tuple[Span, Span, Span]:
        """All that the three can stand for: shares from 0 to 1, others in their own unit."""
        factor = 0.01 if self.is_share else 1.0
        value, low, high = (one.span(rounding).times(factor) for one in self.printed)
        return value, low, high

    @property
    def is_share(self) -> bool:
        """Is it a percentage?"""
        return self.kind in ("share over time", "share")


@dataclass(frozen=True)
class Paper:
    """One publication with those of its numbers that are to be held against each other."""

    name: str = key("Short name", example='"halt-ms"')
    title: str = key("Name as it stands on pages", example='"HALT-MS 2015 and 2017"')
    citation: str = key("Authors, year, journal, DOI")
    numbers: tuple[PrintedNumber, ...] = key("What was printed", least=1)
    note: str = key("What else is to be known", "")

    @cached_property
    def read(self) -> tuple[PrintedNumber, ...]:
        """Those that were read where somebody printed them."""
        return tuple(one for one in self.numbers if one.is_read)

    def of_kind(self, *kinds: Kind) -> tuple[PrintedNumber, ...]:
        """Those of some kinds that were read."""
        return tuple(one for one in self.read if one.kind in kinds)


@dataclass(frozen=True)
class Finding:
    """What one check says of one number or of several."""

    check: str
    of: tuple[str, ...]
    verdict: Verdict
    printed: str
    computed: str
    says: str
    searched: str = ""


def worst(findings: Sequence[Finding]) -> Verdict:
    """The verdict of the whole: the worst that any check came to; of nothing checked that it cannot be.

    >>> worst([])
    'cannot be checked'
    """
    said = {one.verdict for one in findings}
    order: tuple[Verdict, ...] = ("does not add up", "not by what was searched", "adds up")
    return next((one for one in order if one in said), "cannot be checked")
