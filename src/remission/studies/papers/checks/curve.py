"""Does a curve fall, and can its points come from one course of events?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from remission.stats.consistency.patterns import MOST_KEPT, Search
from remission.studies.papers.paper import Finding, Paper, PrintedNumber
from remission.studies.papers.searches import searched, words

ASKS, PLACE = "Can the points of one curve be true together?", 90
SEARCHED = "every way of rounding"
CHANGED = "People or a rule that changed between two reports would explain it."


def check(paper: Paper) -> Iterator[Finding]:
    """Findings for each two points of one curve that follow each other."""
    curves: dict[str, list[PrintedNumber]] = {}
    for one in paper.of_kind("share over time"):
        if one.curve and one.months is not None and one.value:
            curves.setdefault(one.curve, []).append(one)
    for points in curves.values():
        for earlier, later in pairwise(sorted(points, key=lambda one: one.months or 0)):
            yield _falls(earlier, later)
            yield from _together(earlier, later)


def _falls(earlier: PrintedNumber, later: PrintedNumber) -> Finding:
    falls = later.printed_value.span().low <= earlier.printed_value.span().high
    says = "It does not rise." if falls else "It rises, and a curve of people still free never does."
    printed = f"{earlier.value} at {earlier.months:g} months, {later.value} at {later.months:g}"
    return Finding("curve", (earlier.name, later.name), "adds up" if falls else "does not add up", printed,
                   f"{earlier.value} or less", says, SEARCHED)  # fmt: skip


def _together(earlier: PrintedNumber, later: PrintedNumber) -> Iterator[Finding]:
    """Is a pattern of the earlier point how one of the later point begins?"""
    if earlier.people != later.people or (first := _all(earlier)) is None or (second := _all(later)) is None:
        return
    begin = {one.at_risk for one in first.patterns}
    fits = {one.at_risk for one in second.patterns if any(one.at_risk[: len(each)] == each for each in begin)}
    both = (earlier.name, later.name)
    printed = f"{earlier.text}; {later.text}"
    told = f"{words(first)}; the same for the other"
    if fits:
        one = " or ".join(", ".join(map(str, each)) for each in sorted(fits)[:2])
        says = f"The later point goes on from the earlier one: events with {one} at risk."
        yield Finding("curve", both, "adds up", printed, one, says, told)
    else:
        says = f"No pattern of the later point begins as one of the earlier point does. {CHANGED}"
        yield Finding("curve", both, "not by what was searched", printed, "none", says, told)


def _all(number: PrintedNumber) -> Search | None:
    found = searched(number)
    whole = found is not None and found.is_whole and 0 < len(found.patterns) < MOST_KEPT
    return found if whole else None


def patterns_of(numbers: Sequence[PrintedNumber]) -> list[Search] | None:
    """All patterns of each of some numbers; None where one has none or was not searched whole."""
    found = [_all(one) for one in numbers]
    return None if None in found else [one for one in found if one is not None]
