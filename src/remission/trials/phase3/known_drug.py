"""A drug whose phase II and phase III are both known: a file of the library, each number with where it is from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from remission.inputs.declared import key
from remission.inputs.provenance import STATUSES, Source
from remission.inputs.strict_records import read_record, read_toml
from remission.library.catalogue import library_files
from remission.stats.assurance.future import EventDriven


@dataclass(frozen=True)
class Earlier:
    """The phase II trial: its ratio, and the events of either group that its error is made of."""

    trial: str = key("What it is called")
    ratio: float = key("The hazard ratio that it found", low=0.01, high=100)
    ratio_status: str = key("How far that was checked", choices=STATUSES)
    ratio_citation: str = key("Where that is from")
    treated_events: int = key("People of the treated who had the event", low=1)
    other_events: int = key("People of the others who had it", low=1)
    events_status: str = key("How far these were checked", choices=STATUSES)
    events_citation: str = key("Where they are from")
    events_say: str = key("The rounded shares that they were made from")

    @property
    def events(self) -> tuple[int, int]:
        """Of the treated and of the others."""
        return self.treated_events, self.other_events


@dataclass(frozen=True)
class Later:
    """A phase III trial: its people, its events by rounded shares and as counted, and what it found."""

    trial: str = key("What it is called")
    treated: int = key("People treated", low=1)
    controls: int = key("People in the control arm", low=1)
    events: int = key("Events of both, by the shares that were printed first", low=1)
    events_status: str = key("How far these were checked", choices=STATUSES)
    events_say: str = key("How they were made")
    counted: int = key("Events of both, as they were counted later", low=1)
    counted_status: str = key("How far these were checked", choices=STATUSES)
    counted_say: str = key("What was printed")
    found: float = key("The hazard ratio that it found", low=0.01, high=100)
    low: float = key("The lower end of its 95 % interval", low=0.01, high=100)
    high: float = key("The upper end", low=0.01, high=100)
    status: str = key("How far ratio and interval were checked", choices=STATUSES)
    citation: str = key("Where they are from, and the counts")

    @property
    def succeeded(self) -> bool:
        """Did its interval leave out 1?"""
        # By the 95 % limits: below 1 with the upper one is one-sided significance at 2.5 %, of which the chances are.
        return self.high < 1

    def with_events(self, events: int) -> EventDriven:
        """The trial with so many events."""
        # By events and not by people and time: a trial that is over has its events, whatever brought them.
        return EventDriven(events, self.treated / (self.treated + self.controls))


@dataclass(frozen=True)
class KnownDrug:
    """One drug on one outcome: its phase II, and the phase III trials that came."""

    name: str = key("Short name: the name of the file")
    title: str = key("Outcome and comparison, of a line")
    phase2: Earlier = key("The phase II trial")
    phase3: tuple[Later, ...] = key("The phase III trials", least=1)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where its numbers are from, each with how far it was checked; what was worked out is a source of its own."""
        first = self.phase2
        return (
            Source(first.ratio_citation, first.ratio_status, says=f"hazard ratio {first.ratio:g}"),
            Source(first.events_citation, first.events_status, says=first.events_say),
            *(Source(one.citation, one.status, says=f"hazard ratio {one.found:g} ({one.low:g} to {one.high:g}); "
                     f"{one.counted_say} had the event") for one in self.phase3),
        )  # fmt: skip


@cache
def load_known_drug(name: str = "alemtuzumab") -> KnownDrug:
    """The bundled drug; InputProblems with everything that is wrong in its file.

    >>> load_known_drug().phase2.events
    (20, 29)
    """
    # The folder holds the assumptions too, so the one is taken by its name and not as all there is.
    (path,) = (one for one in library_files("phase3", ".toml") if one.stem == name)
    return read_record(KnownDrug, read_toml(path), path.name)
