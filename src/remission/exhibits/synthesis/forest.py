"""A forest: each study a square with its interval, each pooled line a diamond, with people, weights and numbers beside.

Everything is laid out in pixels here, so that a row of the plot and its words cannot drift apart. Squares are as large
as the study's weight in the pool (or its people, where there is no pool); a study that stands in the picture and not in
the pool is hollow; lines that others pooled and printed have diamonds of their own. A row is one link to the card of
its study.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from remission.exhibits.figure import Figure, Spec, layer, name, number, own_ink
from remission.exhibits.rendering import Finishing
from remission.exhibits.synthesis.canvas import OWN, link_layer, only, pixel_axes
from remission.exhibits.synthesis.forest_rows import ForestRows
from remission.exhibits.synthesis.lines import OF_MANY, Line, lines_table, pool_words, signs_words, spoken
from remission.exhibits.theme import HAIRLINE, MUTED, SIZES, Size

if TYPE_CHECKING:
    from remission.exhibits.synthesis.scales import Scale
    from remission.inputs.provenance import Provenance

LINKED = Finishing(linked=True)


@dataclass(frozen=True)
class Forest:
    """What a forest shows: its lines in order, the scale, and what is counted ("Deaths / people")."""

    name: str
    title: str
    subtitle: str
    lines: Sequence[Line]
    scale: Scale
    counted: str = "People"
    note: str = ""


def draw_forest(forest: Forest, provenance: Provenance) -> Figure:
    """The forest in two widths; its table has every number, and the method of each line."""
    caption = f"{forest.title}."
    table = lines_table(forest.name, caption, forest.lines, forest.scale, provenance, counted=forest.counted,
                        note=forest.note)  # fmt: skip
    return Figure(
        name=forest.name,
        title=forest.title,
        subtitle=" ".join(filter(None, [forest.subtitle, signs_words(forest.lines)])),
        description=description(forest),
        specs={width: _spec(forest, SIZES[width]) for width in SIZES},
        table=table,
        provenance=provenance,
        finishing=LINKED,
    )


def description(forest: Forest) -> str:
    """What is seen: how many studies, and every pooled line in words."""
    pooled = [spoken(line, forest.scale) for line in forest.lines if line.role in (*OF_MANY, "prediction")]
    return (
        f"Forest plot. {pool_words(forest.lines)}. {'. '.join(pooled)}{'.' if pooled else ''} The table has every line."
    )


def _spec(forest: Forest, size: Size) -> Spec:
    rows = ForestRows(forest, size)
    for line in forest.lines:
        rows.add(line)
    tall = rows.top + 4
    width = rows.columns.width
    return {"datasets": {**rows.layers, **rows.axis_rows(tall)}, "width": width, "height": tall,
            "layer": _layers(*pixel_axes(width, tall), size)}  # fmt: skip


def _layers(x: Spec, y: Spec, size: Size) -> list[Spec]:
    at, down = {"x": x, "y": y}, {"x": x, "y": y, "y2": {"field": "y2"}}
    text = {"type": "text", "baseline": "middle", "fontSize": size.words}
    return [
        layer("grid", {"type": "rule", "color": HAIRLINE}, **down),
        layer("reference", {"type": "rule", "color": MUTED, "strokeDash": [4, 3]}, **down),
        layer("ticks", text | {"align": "center", "color": MUTED}, **at, text=name("words")),
        *_mark_layers(x, y),
        *(only(layer("words", text | {"align": align, "fontWeight": weight}, **at, text=name("words"), color=own_ink()),
               f"datum.align == '{align}' && datum.weight == '{weight}'")
          for align in ("left", "right") for weight in ("normal", "bold")),
        link_layer(x, y),
    ]  # fmt: skip


def _mark_layers(x: Spec, y: Spec) -> list[Spec]:
    point = {"type": "point", "opacity": 1, "strokeWidth": 1.6}
    shape, fill = {"field": "shape", **OWN}, {"field": "fill", **OWN}
    area = {"type": "area", "opacity": 1, "strokeWidth": 1.4, "line": False}
    return [
        layer("intervals", {"type": "rule", "strokeWidth": 1.8}, x=x, y=y, x2={"field": "x2"}, color=own_ink(),
              strokeDash={"field": "dash", **OWN}),
        layer("arrows", point | {"filled": True, "size": 60}, x=x, y=y, shape=shape, color=own_ink()),
        layer("squares", point, x=x, y=y, size=number("size", scale=None, legend=None), stroke=own_ink(), fill=fill,
              shape=shape),
        # A diamond is an area, because it is as wide as its interval.
        layer("diamonds", area, x=x, y=y, y2={"field": "y2"}, detail=name("line"), stroke=own_ink(), fill=fill),
    ]  # fmt: skip
