"""What the marks of a person's timeline mean: only those that are in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remission.exhibits.theme import INK, MUTED, PAPER, PURPLE, SIZES, VERMILION
from remission.registry.day_zero import HSCT
from remission.web.journey.sheet import MARK, Shape

if TYPE_CHECKING:
    from remission.web.journey.timeline import Timeline

WORDS = SIZES["narrow"].words


def explained(timeline: Timeline) -> Iterator[tuple[Shape, str]]:
    """Each mark that is there, drawn around the point 0, with what it means."""
    looks = {one.look for one in timeline.scans}
    said = {"no" if one.said == "no" else "?" for one in timeline.asked if one.said != "yes"}
    bars = [one for one in (*timeline.treatments, *timeline.harms) if one.what != HSCT]
    if timeline.relapses:
        yield _mark(VERMILION, VERMILION, rx=MARK / 2), "A relapse"
    if "new activity" in looks:
        yield _mark(PURPLE, PURPLE), "A scan with new activity"
    if "no new activity" in looks:
        yield _mark(PAPER, PURPLE), "A scan; I told of no new activity"
    if "not known" in looks:
        yield _mark(PAPER, PURPLE, stroke_dasharray="2 2"), "A scan; what it showed is not known"
    if "no" in said:
        yield _shape("line", x1=0, y1=-5, x2=0, y2=5, stroke=MUTED, stroke_width=2), "I was asked: none since last time"
    if "?" in said:
        yield _unknown(), "I was asked: not known, or not said"
    if any(one.lasts for one in bars):
        yield _shape("path", d="M-3,-5l7,5l-7,5Z", fill=INK), "It still went on when I last told"
    if any(one.ends is None and one.lasts is None for one in bars):
        yield _unknown(), "After a bar: when it ended is not known"
    if any(end.precision != "day" for one in bars for end in (one.begins, one.ends) if end is not None):
        yield _mark(PAPER, INK, stroke_dasharray="3 2"), "It may have begun or ended in this time"


def _mark(fill: str, ink: str, rx: float = 0, **about: str) -> Shape:
    half = MARK / 2
    return _shape(
        "rect", x=-half, y=-half, width=MARK, height=MARK, rx=rx, fill=fill, stroke=ink, stroke_width=1.8, **about
    )


def _unknown() -> Shape:
    return Shape("text", {"y": 5, "text-anchor": "middle", "font-size": WORDS, "fill": MUTED}, "?")


def _shape(name: str, **about: str | float) -> Shape:
    return Shape(name, {one.replace("_", "-"): value for one, value in about.items()})
