"""Are there as many events as so narrow an interval of a ratio needs?"""

from __future__ import annotations

from collections.abc import Iterator

from remission.stats.consistency.errors import error_span, least_error
from remission.stats.rounding import text_half_up
from remission.studies.papers.paper import Finding, Paper, PrintedNumber

ASKS, PLACE = "Do the limits of a hazard ratio fit the events?", 80
SEARCHED = "a Cox model of two groups, standard error by its information; every way of rounding"
ELSEWHERE = "Weights and robust errors can give less: see what the methods say."
# Ties move the bound of a Cox model by less than this share.
TIES = 0.02


def check(paper: Paper) -> Iterator[Finding]:
    """A finding for each ratio with limits and events."""
    for one in paper.of_kind("ratio"):
        least = _least(one)
        if one.has_interval and least is not None:
            yield _finding(one, *least)


def _least(one: PrintedNumber) -> tuple[float, str] | None:
    if one.events is not None and one.other_events is not None:
        if 0 in (one.events, one.other_events):
            return None
        return least_error(one.events, one.other_events), f"{one.events} and {one.other_events} events"
    return (least_error(one.all_events), f"{one.all_events} events") if one.all_events else None


def _finding(one: PrintedNumber, least: float, events: str) -> Finding:
    _, low, high = one.spans()
    found = error_span(low, high, one.level or 0.95, "log")
    computed = f"{text_half_up(least, 2)} or more"
    printed = f"standard error {text_half_up(found.low, 2)} to {text_half_up(found.high, 2)}"
    if found.high >= least * (1 - TIES):
        says = f"They do: {events} allow a standard error of {computed}."
        return Finding("enough_events", (one.name,), "adds up", printed, computed, says, SEARCHED)
    says = f"From {events} the standard error of the logarithm is {computed}; the limits say less. {ELSEWHERE}"
    return Finding("enough_events", (one.name,), "not by what was searched", printed, computed, says, SEARCHED)
