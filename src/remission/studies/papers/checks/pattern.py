"""Which numbers at risk at the events give the three printed numbers?"""

from __future__ import annotations

from collections.abc import Iterator

from remission.stats.consistency.patterns import MOST_KEPT, Search
from remission.studies.papers.paper import Finding, Paper, PrintedNumber
from remission.studies.papers.searches import MOST_PEOPLE, searched, words

ASKS, PLACE = "Which numbers at risk give it?", 40


def check(paper: Paper) -> Iterator[Finding]:
    """A finding for each share over time that has an interval and its people."""
    for one in paper.of_kind("share over time"):
        if not one.has_interval or one.people is None or not 0 < float(one.value) < 100:
            continue
        found = searched(one)
        if found is None:
            says = (
                f"With more than {MOST_PEOPLE} people no pattern is tried; the kind of interval says what can be said."
            )
            yield Finding("pattern", (one.name,), "cannot be checked", one.text, "", says, "0 patterns")
        else:
            yield _finding(one, found)


def _finding(one: PrintedNumber, found: Search) -> Finding:
    if len(found.patterns) >= MOST_KEPT:
        says = f"{MOST_KEPT} or more patterns give it, so it says little of what happened."
        return Finding("pattern", (one.name,), "adds up", one.text, f"{MOST_KEPT} or more patterns", says, words(found))
    if found.patterns:
        first = found.patterns[0]
        ways = sorted({(each.interval, *each.roundings) for each in found.patterns})
        kinds = ", ".join(dict.fromkeys(each[0] for each in ways))
        at_risk = ", ".join(map(str, first.at_risk))
        many = {each.at_risk for each in found.patterns}
        if len(many) == 1:
            rounded = " or ".join(dict.fromkeys(way for each in found.patterns for way in each.roundings))
            only = "Exactly one does" if found.is_whole else "Of those searched one does"
            says = f"{only}: events with {at_risk} at risk. The interval is {kinds}, rounded {rounded}."
            return Finding("pattern", (one.name,), "adds up", one.text, at_risk, says, words(found))
        says = f"{len(many)} do, with {kinds} intervals; the first has {at_risk} at risk at its events."
        return Finding("pattern", (one.name,), "adds up", one.text, f"{len(many)} patterns", says, words(found))
    if found.is_whole:
        says = "Nothing that was searched gives it."
        return Finding("pattern", (one.name,), "not by what was searched", one.text, "none", says, words(found))
    says = "Of those searched none gives it; the others were not looked at."
    return Finding("pattern", (one.name,), "cannot be checked", one.text, "", says, words(found))
