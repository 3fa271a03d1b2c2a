"""Is there one kind of interval and one way of rounding that gives every share over time of the paper?"""

from __future__ import annotations

from collections.abc import Iterator

from remission.stats.consistency.patterns import MOST_KEPT
from remission.stats.consistency.printed import ROUNDINGS
from remission.studies.papers.checks.interval_kind import SEARCHED, shapes_of
from remission.studies.papers.paper import Finding, Paper, PrintedNumber
from remission.studies.papers.searches import searched
from remission.studies.papers.software import software_words

ASKS, PLACE = "Is one method behind them all?", 120
Method = tuple[str, str]


def check(paper: Paper) -> Iterator[Finding]:
    """One finding for a paper with two shares over time that can be checked by themselves."""
    methods = {one.name: found for one in paper.of_kind("share over time") if (found := methods_of(one))}
    if len(methods) < 2:
        return
    common = set.intersection(*methods.values())
    printed = f"{len(methods)} shares over time"
    if common:
        kinds = sorted({kind for kind, _ in common})
        ways = [way for way in ROUNDINGS if any(each == way for _, each in common)]
        said = f"{' or '.join(kinds)}, {' or '.join(ways)}"
        says = f"All {len(methods)} can come from {said}. {software_words(kinds)}"
        yield Finding("one_method", tuple(methods), "adds up", printed, said, says, SEARCHED)
    else:
        says = "No one kind of interval with one way of rounding gives all of them. Each by itself has one."
        yield Finding("one_method", tuple(methods), "not by what was searched", printed, "none", says, SEARCHED)


def methods_of(number: PrintedNumber) -> set[Method]:
    """Kinds of interval with ways of rounding that can give it: by its patterns where all were found, or its shape."""
    if not number.has_interval or not 0 < float(number.value) < 100:
        return set()
    found = searched(number)
    if found is not None and found.is_whole and 0 < len(found.patterns) < MOST_KEPT:
        return {(one.interval, way) for one in found.patterns for way in one.roundings}
    return {(one.interval, way) for way in ROUNDINGS for one in shapes_of(number, way)}
