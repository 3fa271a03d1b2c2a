"""Cells against effect on two axes, where numbers were counted in one way: points and ranges, and no line through them.

A line would say how much effect goes with how many cells; the order of a few drugs does not tell that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from remission.exhibits.figure import Figure, Spec, layer, name, number
from remission.exhibits.synthesis.canvas import only
from remission.exhibits.theme import BLUE, INK, PAPER, SIZES, Size
from remission.exhibits.wording import count

if TYPE_CHECKING:
    from remission.exhibits.tables import Table
    from remission.inputs.provenance import Provenance

HEIGHT = {True: 340, False: 300}
# What a range has at its open end, in per cent of before.
FARTHEST = 200.0
# Beyond this part of the axis a name would run out of the picture, and stands on the other side of its point.
TURNED = 0.6


@dataclass(frozen=True)
class OnAxis:
    """A drug: between what per cent of before its cells lie (a number has both ends alike), and its effect."""

    name: str
    low: float
    high: float
    effect: float
    effect_low: float | None = None
    effect_high: float | None = None


@dataclass(frozen=True)
class Axis:
    """The drugs of one denominator, with the words of both axes and of the range of the correlation."""

    name: str
    title: str
    subtitle: str
    denominator: str
    drugs: Sequence[OnAxis]
    x_title: str
    y_title: str
    table: Table


def draw_axis(shown: Axis, provenance: Provenance) -> Figure:
    """The points in two widths; a drug of which a direction is known is a level line over all that it allows."""
    said = "; ".join(f"{one.name} {_between(one)}, effect {one.effect:g}" for one in shown.drugs)
    return Figure(
        name=shown.name,
        title=shown.title,
        subtitle=shown.subtitle,
        description=f"{count(len(shown.drugs), 'drug')}, {shown.denominator}: {said}.",
        specs={width: _spec(shown, SIZES[width]) for width in SIZES},
        table=shown.table,
        provenance=provenance,
        upright=shown.y_title,
    )


def _between(one: OnAxis) -> str:
    high = "no end" if math.isinf(one.high) else f"{one.high:g}"
    return f"{one.low:g}" if one.low == one.high else f"{one.low:g} to {high}"


def _spec(shown: Axis, size: Size) -> Spec:
    most = min(max([100.0, *(one.high for one in shown.drugs)]), FARTHEST)
    rows = [
        {"words": one.name, "low": one.low, "high": min(one.high, most), "effect": one.effect,
         "effect_low": one.effect_low, "effect_high": one.effect_high, "known": one.low == one.high,
         "align": "left" if one.low < TURNED * most else "right"} for one in shown.drugs
    ]  # fmt: skip
    x = number("low", axis={"title": shown.x_title}, scale={"domain": [0, most]})
    effects = [end for one in shown.drugs for end in (one.effect, one.effect_low, one.effect_high) if end is not None]
    y = number("effect", axis={"title": None, "grid": True}, scale={"domain": [min(0.2, *effects), max(1.0, *effects)]})
    point = {"type": "point", "opacity": 1, "size": 80, "stroke": BLUE, "fill": BLUE}
    sides = ({"align": "left", "dx": 9}, {"align": "right", "dx": -9})
    text = {"type": "text", "dy": -9, "fontSize": size.words}
    interval = {"type": "rule", "strokeWidth": 1.4, "color": BLUE}
    layers = [
        only(layer("drugs", interval, x=x, y={**y, "field": "effect_low"}, y2={"field": "effect_high"}),
             "isValid(datum.effect_low) && datum.known"),
        only(layer("drugs", {"type": "rule", "strokeWidth": 3, "color": BLUE, "opacity": 0.5}, x=x, y=y,
                   x2={"field": "high"}), "!datum.known"),
        only(layer("drugs", point, x=x, y=y), "datum.known"),
        *(only(layer("drugs", text | side | look, x=x, y=y, text=name("words")), f"datum.align == '{side['align']}'")
          for side in sides for look in ({"stroke": PAPER, "strokeWidth": 3}, {"color": INK})),
    ]  # fmt: skip
    return {"datasets": {"drugs": rows}, "layer": layers, "width": size.plot + (160 if size.wide else 10),
            "height": HEIGHT[size.wide]}  # fmt: skip
