"""Printed numbers over months, one panel for each unit: no line between two points, for nothing is known there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from remission.exhibits.figure import Figure, Spec, layer, name, number, own_ink
from remission.exhibits.synthesis.canvas import OWN, only
from remission.exhibits.theme import INK, PAPER, SIZES, Size, line_of
from remission.exhibits.wording import count, wrapped

if TYPE_CHECKING:
    from remission.exhibits.tables import Table
    from remission.inputs.provenance import Provenance

SHAPES = ("circle", "square", "diamond", "triangle-up", "cross")
HEIGHT = {True: 190, False: 200}
# Beyond this part of the axis words would run out of the panel, and stand on the other side of their point.
TURNED = {True: 0.75, False: 0.65}


@dataclass(frozen=True)
class Dot:
    """One printed number: when, the value or the ends of a range, whether it is only a bound, and its words."""

    months: float
    value: float | None
    low: float | None
    high: float | None
    series: str
    words: str
    bound: bool = False
    second_hand: bool = False


@dataclass(frozen=True)
class UnitPanel:
    """Numbers of one unit, which its title names; `unit` tells one from another and is shown nowhere."""

    unit: str
    title: str
    dots: Sequence[Dot]


@dataclass(frozen=True)
class Courses:
    """The panels, from the top down, with their text twin."""

    name: str
    title: str
    subtitle: str
    panels: Sequence[UnitPanel]
    table: Table

    def __post_init__(self) -> None:
        """ValueError where two panels are of one unit: then one of them is not what its title says."""
        units = [panel.unit for panel in self.panels]
        if len(set(units)) < len(units):
            raise ValueError(f"each unit has one panel; found {units}")


def draw_courses(shown: Courses, provenance: Provenance) -> Figure:
    """The panels in two widths, each with its own axis."""
    said = " ".join(f"{panel.title}: {'; '.join(_said(dot) for dot in panel.dots)}." for panel in shown.panels)
    return Figure(
        name=shown.name,
        title=shown.title,
        subtitle=shown.subtitle,
        description=f"{count(len(shown.panels), 'panel')}, each of one unit. {said}",
        specs={width: _spec(shown, SIZES[width]) for width in SIZES},
        table=shown.table,
        provenance=provenance,
    )


def _said(dot: Dot) -> str:
    return f"{dot.words} at {dot.months:g} months"


def _spec(shown: Courses, size: Size) -> Spec:
    last = max((dot.months for panel in shown.panels for dot in panel.dots), default=12)
    panels = [_panel(at, panel, size, last) for at, panel in enumerate(shown.panels)]
    data = {f"dots{at}": _dots(panel, last, size) for at, panel in enumerate(shown.panels)}
    apart = {"scale": {"x": "independent", "y": "independent"}}
    return {"datasets": data, "vconcat": panels, "spacing": 26, "resolve": apart}


def _panel(at: int, panel: UnitPanel, size: Size, last: float) -> Spec:
    most = max((end for dot in panel.dots for end in (dot.value, dot.high) if end is not None), default=100)
    x = number("x", axis={"title": "Months", "tickMinStep": 3, "grid": False}, scale={"domain": [0, 1.12 * last]})
    y = number("y", axis={"title": None, "grid": True, "tickCount": 5}, scale={"domain": [0, 1.15 * most]})
    rows = f"dots{at}"
    point = {"type": "point", "opacity": 1, "strokeWidth": 1.6, "size": 80}
    look = {"stroke": own_ink(), "fill": {"field": "fill", **OWN}, "shape": {"field": "shape", **OWN}}
    text = {"type": "text", "baseline": "middle", "fontSize": size.words}
    # Words stand on lines of the grid, so each is written twice, first as wide as the paper around it.
    inks = ({"stroke": PAPER, "strokeWidth": 4}, {"color": INK})
    bar = {"type": "rule", "strokeWidth": 8}
    title = {"text": wrapped(panel.title, 90 if size.wide else 40), "fontSize": size.words, "anchor": "start",
             "offset": 8}  # fmt: skip
    layers = [
        only(layer(rows, bar, x=x, y={**y, "field": "low"}, y2={"field": "high"}, color=own_ink()),
             "isValid(datum.low)"),
        only(layer(rows, point, x=x, y=y, **look), "isValid(datum.dot)"),
        *(only(layer(rows, text | ink | _beside(align, size), x=x, y=y, text=name("words")),
               f"datum.align == '{align}'") for align in ("left", "right") for ink in inks),
    ]  # fmt: skip
    return {"title": title, "layer": layers, "width": 780 if size.wide else 290, "height": HEIGHT[size.wide]}


def _beside(align: str, size: Size) -> Spec:
    """Where words stand by their point: beside it, and on a phone above it, or two of them would meet."""
    away = 10 if size.wide else -6
    return {"align": align, "dx": away if align == "left" else -away, "dy": 0 if size.wide else -14}


def _dots(panel: UnitPanel, last: float, size: Size) -> list[dict[str, Any]]:
    series = list(dict.fromkeys(dot.series for dot in panel.dots))
    rows = []
    for dot in panel.dots:
        at = series.index(dot.series)
        ink = line_of(at).ink
        middle = dot.value if dot.value is not None else ((dot.low or 0) + (dot.high or 0)) / 2
        # A bound points to where the number lies.
        shape = "triangle-down" if dot.bound else SHAPES[at % len(SHAPES)]
        turned = dot.months > TURNED[size.wide] * last
        rows.append({
            "x": dot.months, "y": middle, "dot": dot.value, "low": dot.low, "high": dot.high, "words": dot.words,
            "ink": ink, "fill": PAPER if dot.second_hand else ink, "shape": shape,
            "align": "right" if turned else "left",
        })  # fmt: skip
    return rows
