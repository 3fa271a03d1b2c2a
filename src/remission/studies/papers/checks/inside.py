"""Does the estimate lie inside its own limits?"""

from __future__ import annotations

from collections.abc import Iterator

from remission.studies.papers.paper import Finding, Paper

ASKS, PLACE = "Does the estimate lie inside its limits?", 10


def check(paper: Paper) -> Iterator[Finding]:
    """A finding for each number with both limits."""
    for one in paper.read:
        if not one.has_interval:
            continue
        value, low, high = one.printed
        inside = low.span().low <= value.span().high and value.span().low <= high.span().high
        says = "It does." if inside else "It lies outside them, however the three were rounded."
        computed = f"{low.text} to {high.text}"
        yield Finding("inside", (one.name,), "adds up" if inside else "does not add up", value.text, computed, says,
                      "every way of rounding")  # fmt: skip
