"""Bars from left to right, each with its words: beside it on a page, above it on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from remission.exhibits.figure import Spec, layer, name, number, own_ink, pixels
from remission.exhibits.theme import BLUE, HAIRLINE, MUTED, SIZES, Size, Width
from remission.exhibits.wording import LABEL_LETTERS, wrapped

# Width of a letter in pixels, a little more than the average one: text is not measured, and must never run into a
# bar.
LETTER = 7.3
BAR = 15


@dataclass(frozen=True)
class Bar:
    """One bar: its words, its length, and what stands at its end."""

    label: str
    length: float
    words: str
    ink: str = BLUE


def draw_bars(bars: Sequence[Bar]) -> dict[Width, Spec]:
    """The drawings of both widths; the longest bar takes the room that its words leave."""
    return {width: _spec(bars, SIZES[width]) for width in SIZES}


def _spec(bars: Sequence[Bar], size: Size) -> Spec:
    rows: list[dict[str, object]] = []
    top = 0.0
    # All lengths 0, or no bar at all: a division by 1 leaves them at 0.
    longest = max((bar.length for bar in bars), default=0) or 1
    words = max((len(bar.words) for bar in bars), default=0)
    # The words at the end belong to the bar: the longest one leaves room for them, or they would leave the picture.
    room = size.plot - LETTER * words - 8
    lines: list[tuple[str, float]] = []
    leading = size.words + 3
    for bar in bars:
        # A phone has no margin, so there the label stands above its bar, over the whole width.
        said = wrapped(bar.label, LABEL_LETTERS if size.wide else size.letters - 8)
        # 22 pixels at least for one line of words, so that bars of short labels do not touch.
        middle = top + max(len(said) * leading, 22) / 2 if size.wide else top + len(said) * leading + BAR / 2 + 1
        first = middle - (len(said) - 1) * leading / 2 if size.wide else top + leading / 2
        lines += [(line, first + at * leading) for at, line in enumerate(said)]
        end = room * bar.length / longest
        rows.append({"left": 0, "right": end, "y": middle - BAR / 2, "y2": middle + BAR / 2, "middle": middle,
                     "words": bar.words, "ink": bar.ink, "end": end + 6})  # fmt: skip
        top = top + max(len(said) * leading, 22) + 4 if size.wide else middle + BAR / 2 + 9
    # A domain that is its own range: everything here is laid out in pixels already.
    scale = {"domain": [0, top], "range": [0, top]}
    across = {"axis": None, "scale": {"domain": [0, size.plot], "range": [0, size.plot]}}
    text = {"type": "text", "align": "left", "baseline": "middle", "fontSize": size.words}
    # Labels are aligned left at the width of the longest, so that they begin under each other.
    width = LETTER * max((len(line) for line, _ in lines), default=0)
    layers = [
        layer("bars", {"type": "rect", "stroke": None}, x=number("left", **across), x2={"field": "right"},
              y=number("y", axis=None, scale=scale), y2={"field": "y2"}, color=own_ink()),
        layer("bars", {"type": "rule", "color": HAIRLINE, "strokeWidth": 1}, x=number("left", **across),
              y=number("y", axis=None, scale=scale), y2={"field": "y2"}),
        layer("bars", text | {"color": MUTED}, x=number("end", **across),
              y=number("middle", axis=None, scale=scale), text=name("words")),
        layer("lines", text, x=pixels(-width - 4 if size.wide else 0),
              y=number("y", axis=None, scale=scale), text=name("words")),
    ]  # fmt: skip
    return {
        "datasets": {"bars": rows, "lines": [{"words": line, "y": y} for line, y in lines]},
        "layer": layers,
        "width": size.plot,
        "height": top,
    }
