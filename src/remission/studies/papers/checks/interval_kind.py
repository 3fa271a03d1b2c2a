"""Which of the five kinds of interval can have these limits around this share, for any number of people?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from remission.stats.consistency.shape import Shape, fitting_shapes
from remission.studies.papers.paper import Finding, Paper, PrintedNumber
from remission.studies.papers.software import software_words

if TYPE_CHECKING:
    from remission.stats.consistency.printed import Rounding

ASKS, PLACE = "Which kind of interval can it be?", 20
SEARCHED = "plain, log, log-log, logit and arcsine intervals; rounded to the nearest digit, or cut off"


def check(paper: Paper) -> Iterator[Finding]:
    """A finding for each share over time that has an interval."""
    for one in paper.of_kind("share over time"):
        if one.has_interval:
            yield _finding(one)


def shapes_of(number: PrintedNumber, rounding: Rounding | None) -> tuple[Shape, ...]:
    """The kinds that fit where all three numbers are rounded one way; with None, each in whatever way."""
    value, low, high = number.spans(rounding)
    return fitting_shapes(value, low, high, number.level or 0.95)


def _finding(one: PrintedNumber) -> Finding:
    if not 0 < float(one.value) < 100:
        says = "At 0 or 100 % four of the five have no answer."
        return Finding("interval_kind", (one.name,), "cannot be checked", one.text, "", says)
    rounded, cut = ([each.interval for each in shapes_of(one, way)] for way in ("halves up", "cut off"))
    mixed = [each.interval for each in shapes_of(one, None)]
    if rounded:
        says = f"Rounded to the nearest digit it can be {_or(rounded)}. {software_words(rounded)}"
    elif cut:
        says = f"Only with digits cut off, and then {_or(cut)}."
    elif mixed:
        says = f"Only where one number was rounded and another cut off, and then {_or(mixed)}."
    else:
        says = "The estimate is in the middle on none of the five scales, however the three were rounded."
    verdict = "adds up" if rounded or cut or mixed else "not by what was searched"
    return Finding("interval_kind", (one.name,), verdict, one.text, ", ".join(rounded or cut or mixed), says, SEARCHED)  # type: ignore[arg-type]


def _or(kinds: Sequence[str]) -> str:
    return kinds[0] if len(kinds) == 1 else f"{', '.join(kinds[:-1])} or {kinds[-1]}"
