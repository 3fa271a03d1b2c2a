"""The flow of people from everyone evaluated to those whose follow-up is counted, as a picture and as a table."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.figure import Figure, Spec, layer, name, number, own_ink
from remission.exhibits.tables import Table, shows
from remission.exhibits.theme import FLOW_ASIDE, FLOW_BOX, FLOW_EDGE, INK, MUTED, SIZES, Size

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

LINE = 19


@dataclass(frozen=True)
class FlowStep:
    """One box: who, how many, and lines of detail; `aside` boxes leave the main line."""

    label: str
    persons: int
    details: tuple[str, ...] = ()
    aside: bool = False


def draw_flow(steps: Sequence[FlowStep], provenance: Provenance) -> Figure:
    """Boxes from top to bottom; those who leave stand to the right. Empty boxes on the side are left out."""
    # A box that nobody left by says nothing; a box of the main line says that nobody was left.
    shown = [step for step in steps if step.persons or not step.aside]
    said = ", ".join(f"{step.label.lower()} {step.persons:,}" for step in shown)
    return Figure(
        name="flow",
        title="Flow of persons",
        subtitle="",
        description=f"Flow of persons: {said}.",
        specs={width: _spec(shown, SIZES[width]) for width in SIZES},
        table=flow_table(steps, provenance),
        provenance=provenance,
    )


def flow_table(steps: Sequence[FlowStep], provenance: Provenance) -> Table:
    """The flow as rows: population, persons, details."""
    rows = [{"population": step.label, "persons": step.persons, "details": "; ".join(step.details)} for step in steps]
    frame = pl.DataFrame(rows, schema={"population": pl.String, "persons": pl.Int64, "details": pl.String})
    columns = (shows("population", "Population"), shows("persons", "Persons"), shows("details", "Of whom", words=True))
    return Table("flow", "Flow of persons and the populations named in this report.", frame, columns, provenance)


def _spec(steps: Sequence[FlowStep], size: Size) -> Spec:
    boxes, words, height = _lay_out(steps, size)
    scale = {"domain": [0, height], "range": [0, height]}
    y, y2 = number("top", axis=None, scale=scale), {"field": "bottom"}
    width = size.plot + size.margin - 40 if size.wide else size.plot + 30
    across = {"axis": None, "scale": {"domain": [0, width], "range": [0, width]}}
    x, x2 = number("left", **across), {"field": "right"}
    text = {"type": "text", "align": "left", "baseline": "middle"}
    line = {"type": "rule", "strokeWidth": 1.4, "color": MUTED}
    arrows = _arrows(boxes)
    layers = [
        layer("arrows", line, x=x, x2=x2, y=y, y2=y2),
        layer(
            "boxes",
            {"type": "rect", "cornerRadius": 4, "stroke": FLOW_EDGE},
            x=x,
            x2=x2,
            y=y,
            y2=y2,
            fill=own_ink("fill"),
        ),
        layer("bold", {**text, "fontWeight": "bold"}, x=x, y=y, text=name("words")),
        layer("plain", {**text, "fontSize": size.words - 1, "color": INK}, x=x, y=y, text=name("words")),
    ]
    data = {"boxes": boxes, "arrows": arrows, **words}
    return {"datasets": data, "width": width, "height": height, "layer": layers, "view": {"stroke": None}}


def _lay_out(
    steps: Sequence[FlowStep], size: Size
) -> tuple[list[dict[str, Any]], dict[str, list[dict[str, Any]]], int]:
    """Boxes and their words from top to bottom, in pixels."""
    boxes: list[dict[str, Any]] = []
    bold: list[dict[str, Any]] = []
    plain: list[dict[str, Any]] = []
    # On paper the boxes aside stand right of the main line; on a phone there is only room for an indent.
    wide, indent = (330, 370) if size.wide else (size.plot - 10, 50)
    top = 0
    for step in steps:
        left = indent if step.aside else 0
        room = wide if size.wide or not step.aside else wide - 10
        # A letter takes some 8 pixels, so that wrapped words stay inside their box.
        details = [part for detail in step.details for part in textwrap.wrap(detail, room // 8)]
        bottom = top + 16 + LINE * (1 + len(details))
        boxes.append({"left": left, "right": left + room, "top": top, "bottom": bottom, "aside": step.aside,
                      "fill": FLOW_ASIDE if step.aside else FLOW_BOX})  # fmt: skip
        bold.append({"left": left + 12, "top": top + 18, "words": f"{step.label}: {step.persons:,}"})
        plain += [
            {"left": left + 12, "top": top + 18 + LINE * (at + 1), "words": words} for at, words in enumerate(details)
        ]
        # Between two boxes there is room for the stem, by which one sees that they follow each other.
        top = bottom + 22
    return boxes, {"bold": bold, "plain": plain}, max(40, top - 22)


def _arrows(boxes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A stem down the main line, and a branch to each box beside it."""
    # At the left, where boxes of the main line and the indented ones both let it be seen.
    stem = 24
    main = [box for box in boxes if not box["aside"]]
    lines = [{"left": stem, "right": stem, "top": main[0]["top"], "bottom": main[-1]["top"]}]
    for box in boxes:
        if box["aside"]:
            middle = (box["top"] + box["bottom"]) / 2
            lines.append({"left": stem, "right": box["left"], "top": middle, "bottom": middle})
    return lines
