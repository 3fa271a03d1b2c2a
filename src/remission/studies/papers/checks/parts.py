"""Is a share free of several things no larger than the share free of each?"""

from __future__ import annotations

from collections.abc import Iterator

from remission.studies.papers.checks.curve import patterns_of
from remission.studies.papers.paper import Finding, Paper, PrintedNumber, Verdict

ASKS, PLACE = "Is the whole no better than each of its parts?", 100
SEARCHED = "every way of rounding"
LOST = "Curves from which people are lost can do that."
BY_MUCH = ", beyond the limits of that part"


def check(paper: Paper) -> Iterator[Finding]:
    """Findings for each number that is said to be a part of another."""
    for whole in paper.read:
        parts = [one for one in paper.read if one.part_of and _is_part(one, whole)]
        for part in parts:
            yield _no_better(whole, part)
        if len(parts) > 1:
            yield from _events(whole, parts)


def _is_part(part: PrintedNumber, whole: PrintedNumber) -> bool:
    named = part.part_of in (whole.name, whole.curve)
    return named and part is not whole and part.months == whole.months and bool(part.value and whole.value)


def _no_better(whole: PrintedNumber, part: PrintedNumber) -> Finding:
    fits = whole.printed_value.span().low <= part.printed_value.span().high
    of, printed = (whole.name, part.name), f"{whole.value} and {part.value}"
    if fits:
        return Finding("parts", of, "adds up", printed, f"{part.value} or less", "It is not.", SEARCHED)
    if "share over time" in (whole.kind, part.kind):
        # Those lost after one event still count for the other: in small studies a point or two, measured on true ones.
        far = part.has_interval and whole.printed_value.span().low > part.printed[2].span().high
        says = f"More are free of all than of one part{BY_MUCH if far else ''}. {LOST}"
        verdict: Verdict = "not by what was searched" if far else "cannot be checked"
        return Finding("parts", of, verdict, printed, f"{part.value} or less", says, SEARCHED)
    says = "More are free of all than of one part, and they are the same people."
    return Finding("parts", of, "does not add up", printed, f"{part.value} or less", says, SEARCHED)


def _events(whole: PrintedNumber, parts: list[PrintedNumber]) -> Iterator[Finding]:
    """Each first event is one of a part: no more of the whole than of the parts together."""
    found = patterns_of([whole, *parts])
    if found is None:
        return
    least = min(len(one.at_risk) for one in found[0].patterns)
    most = sum(max(len(one.at_risk) for one in each.patterns) for each in found[1:])
    of, printed = (whole.name, *(one.name for one in parts)), f"{least} events, parts with {most}"
    if least <= most:
        says = f"{least} events of the whole, {most} of its parts together."
        yield Finding("parts", of, "adds up", printed, f"{most} or fewer", says, "the patterns found for each")
    else:
        says = (
            f"{least} events of the whole, but only {most} of the parts. A part that is not printed would explain it."
        )
        yield Finding("parts", of, "not by what was searched", printed, f"{most} or fewer", says, "the patterns found")
