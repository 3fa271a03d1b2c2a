"""Do the parts of one whole add up to it?"""

from __future__ import annotations

from collections.abc import Iterator

from remission.stats.consistency.printed import Printed
from remission.stats.rounding import text_half_up
from remission.studies.papers.paper import Finding, Paper, PrintedNumber

ASKS, PLACE = "Do the parts add up to the whole?", 110
SEARCHED = "every way of rounding"


def check(paper: Paper) -> Iterator[Finding]:
    """Findings for each group of shares that are said to be all parts of one whole."""
    groups: dict[str, list[PrintedNumber]] = {}
    for one in paper.of_kind("share"):
        if one.whole:
            groups.setdefault(one.whole, []).append(one)
    for parts in groups.values():
        if len(parts) > 1:
            yield from _people(parts)
            yield from _percentages(parts)


def _people(parts: list[PrintedNumber]) -> Iterator[Finding]:
    counts, people = [one.events for one in parts], {one.people for one in parts}
    if None in counts or len(people) != 1 or None in people:
        return
    total, of = sum(one or 0 for one in counts), people.pop()
    printed = " + ".join(map(str, counts))
    fits = total == of
    says = f"They are {total} of {of}."
    yield Finding("wholes", tuple(one.name for one in parts), "adds up" if fits else "does not add up", printed,
                  str(of), says, "plain addition")  # fmt: skip


def _percentages(parts: list[PrintedNumber]) -> Iterator[Finding]:
    if not all(one.value for one in parts):
        return
    spans = [Printed.of(one.value).span() for one in parts]
    low, high = sum(one.low for one in spans), sum(one.high for one in spans)
    fits = low <= 100 <= high
    computed = f"{text_half_up(low, 1)} to {text_half_up(high, 1)}"
    says = f"What was rounded adds up to {computed} %."
    printed = " + ".join(one.value for one in parts)
    yield Finding("wholes", tuple(one.name for one in parts), "adds up" if fits else "does not add up", printed,
                  computed, says, SEARCHED)  # fmt: skip
