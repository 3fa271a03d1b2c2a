"""Can so many people of so many be printed as this percentage?"""

from __future__ import annotations

from collections.abc import Iterator

from remission.stats.consistency.counts import counts_printed_so, ways_of_printing
from remission.stats.consistency.printed import Printed
from remission.stats.rounding import text_half_up
from remission.studies.papers.paper import Finding, Paper, PrintedNumber

ASKS, PLACE = "Is the percentage one of so many people?", 50
SEARCHED = "every count; rounded with halves up, halves to even, or cut off"


def check(paper: Paper) -> Iterator[Finding]:
    """A finding for each share of a count that has its people."""
    for one in paper.of_kind("share"):
        if one.value and one.people:
            yield _of_count(one, one.events, one.people) if one.events is not None else _of_any(one, one.people)


def _of_count(one: PrintedNumber, count: int, people: int) -> Finding:
    percent = Printed.of(one.value)
    ways = ways_of_printing(percent, count, people)
    computed = f"{text_half_up(100 * count / people, percent.digits + 1)} % ({count} of {people})"
    others = counts_printed_so(percent, people)
    if ways:
        says = "It is." if "halves up" in ways or "halves to even" in ways else "It is, with digits cut off."
        return Finding("percentage", (one.name,), "adds up", f"{one.value} %", computed, says, SEARCHED)
    near = f" Of {people} people {' or '.join(map(str, others))} would be printed so." if others else ""
    says = f"It is not, by any way of rounding.{near}"
    return Finding("percentage", (one.name,), "does not add up", f"{one.value} %", computed, says, SEARCHED)


def _of_any(one: PrintedNumber, people: int) -> Finding:
    counts = counts_printed_so(Printed.of(one.value), people)
    if not counts:
        says = f"No whole number of {people} people is printed so, by any way of rounding."
        return Finding("percentage", (one.name,), "does not add up", f"{one.value} %", "none", says, SEARCHED)
    said = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    says = f"It can be {said} of {people}."
    return Finding("percentage", (one.name,), "adds up", f"{one.value} %", said, says, SEARCHED)
