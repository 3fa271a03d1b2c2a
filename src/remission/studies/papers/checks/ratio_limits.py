"""Is a ratio in the middle of its limits on the scale of logarithms, a difference on the plain one?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remission.stats.consistency.shape import Scale, middle
from remission.stats.rounding import text_half_up
from remission.studies.papers.paper import Finding, Paper, PrintedNumber

if TYPE_CHECKING:
    from remission.stats.consistency.printed import Rounding, Span

ASKS, PLACE = "Is the estimate in the middle of its limits?", 60
SEARCHED = "normal limits, on the scale of logarithms for a ratio, plain for a difference; every way of rounding"
ELSEWHERE = "Limits by likelihood, by resampling or of a count need not have it there: see what the methods say."


def check(paper: Paper) -> Iterator[Finding]:
    """A finding for each ratio or difference with both limits."""
    for one in paper.of_kind("ratio", "difference"):
        if one.has_interval:
            yield _finding(one)


def scale_of(number: PrintedNumber) -> Scale:
    """The scale on which its limits are normal."""
    return "log" if number.kind == "ratio" else "plain"


def _finding(one: PrintedNumber) -> Finding:
    ways: tuple[Rounding | None, ...] = ("halves up", "cut off", None)
    fits = {way: _fits(one, *one.spans(way)) for way in ways}
    found = middle(*one.spans()[1:], scale_of(one))
    digits = one.printed[0].digits + 1
    computed = f"{text_half_up(found.low, digits)} to {text_half_up(found.high, digits)}"
    if any(fits.values()):
        says = "It is." if fits["halves up"] else "It is, if digits were cut off in some of the three."
        return Finding("ratio_limits", (one.name,), "adds up", one.text, computed, says, SEARCHED)
    says = f"The middle of its limits is {computed}. {ELSEWHERE}"
    return Finding("ratio_limits", (one.name,), "not by what was searched", one.text, computed, says, SEARCHED)


def _fits(one: PrintedNumber, value: Span, low: Span, high: Span) -> bool:
    return value.meets(middle(low, high, scale_of(one)))
