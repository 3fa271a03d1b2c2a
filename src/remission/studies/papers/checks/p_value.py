"""Does p fit the estimate and its limits?"""

from __future__ import annotations

from collections.abc import Iterator

from remission.stats.consistency.errors import p_span
from remission.stats.consistency.printed import Printed, Span
from remission.studies.papers.checks.ratio_limits import scale_of
from remission.studies.papers.paper import Finding, Paper, PrintedNumber

ASKS, PLACE = "Does p fit the interval?", 70
SEARCHED = "a test by the estimate and its standard error (Wald); every way of rounding"
ELSEWHERE = (
    "A test of ranks or of likelihoods, or an adjusted model beside an interval that is not, gives another p: see what "
    "the methods say."
)


def check(paper: Paper) -> Iterator[Finding]:
    """A finding for each ratio or difference with limits and p."""
    for one in paper.of_kind("ratio", "difference"):
        if one.has_interval and one.p:
            yield _finding(one)


def p_as_printed(text: str) -> Span:
    """All p that can be printed so.

    >>> p_as_printed("<0.001"), [round(end, 4) for end in p_as_printed("0.005")]
    (Span(low=0.0, high=0.001), [0.0045, 0.006])
    """
    number = Printed.of(f"0{digits}" if (digits := text.lstrip("<= ")).startswith(".") else digits)
    if text.startswith("<"):
        return Span(0.0, number.value)
    return number.span().within(0, 1)


def _finding(one: PrintedNumber) -> Finding:
    value, low, high = one.spans()
    found = p_span(value, low, high, one.level or 0.95, scale_of(one))
    computed = f"{found.low:.2g} to {found.high:.2g}"
    if found.meets(p_as_printed(one.p)):
        return Finding("p_value", (one.name,), "adds up", f"p {one.p}", computed, "It does.", SEARCHED)
    says = f"The estimate and its limits give p from {computed}. {ELSEWHERE}"
    return Finding("p_value", (one.name,), "not by what was searched", f"p {one.p}", computed, says, SEARCHED)
