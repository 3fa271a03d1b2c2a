"""What remains of a chance as doubts come in: a bar for each step, what it takes pale behind, and its formula."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.figure import Figure, Spec, layer, name
from remission.exhibits.synthesis.canvas import pixel_axes
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.theme import BLUE, HAIRLINE, INK, MUTED, NOT_FREE, SIZES, VERMILION, Size
from remission.exhibits.wording import percent, wrapped
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

LEADING, BAR, AIR = 17.0, 16.0, 14.0
# Room at the right for "100 %".
FOR_NUMBER = 58
NEARLY = 0.9999
QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Fall:
    """One step: the chance after it and before it, with this doubt alone, the ratio believed, formula and source."""

    title: str
    chance: float
    before: float
    alone: float
    ratio: float
    formula: str
    says: str


def draw_waterfall(
    falls: Sequence[Fall], title: str, subtitle: str, provenance: Provenance, table: Table | None = None
) -> Figure:
    """The picture in two widths, with a table that says the same: of steps, unless it is given another."""
    told = "; ".join(f"{one.title}: {percent(one.chance, 0)}" for one in falls)
    shown = table or steps_table(falls, provenance)
    return Figure(
        name=shown.name,
        title=title,
        subtitle=subtitle,
        description=f"A bar for each step, from top to bottom. {told}.",
        specs={width: _spec(falls, SIZES[width]) for width in SIZES},
        table=shown,
        provenance=provenance,
    )


def steps_table(falls: Sequence[Fall], provenance: Provenance) -> Table:
    """A row for each step."""
    frame = pl.DataFrame([vars(one) for one in falls])
    columns = (
        shows("title", "Step", words=True),
        Shown("Chance of success after it", lambda row: percent(row["chance"], 1)),
        Shown("With this doubt alone", lambda row: percent(row["alone"], 1)),
        Shown("Hazard ratio believed", lambda row: text_half_up(row["ratio"], 2)),
        shows("formula", "Formula", words=True),
        Shown("From", lambda row: row["says"] or "–", words=True),
    )
    note = (
        "Chances are of a significant result in favour of the treatment. Each step is taken on top of those above it."
    )
    return Table("what-remains", "What remains of the chance of success.", frame, columns, provenance, note)


def _spoken(chance: float) -> str:
    """The chance at its bar; no trial is certain, however near to 1 a formula comes."""
    return percent(min(chance, NEARLY), 0)


def _spec(falls: Sequence[Fall], size: Size) -> Spec:
    width = size.plot + size.margin
    across = width - FOR_NUMBER
    rows = _laid_out(falls, size, across)
    tall = rows["formulas"][-1]["y"] + LEADING
    x, y = pixel_axes(width, tall)
    x2, y2 = {"field": "x2"}, {"field": "y2"}
    text: dict[str, Any] = {"type": "text", "align": "left", "baseline": "middle", "fontSize": size.words}
    grid = [{"x": share * across, "y": 0, "y2": tall} for share in QUARTERS]
    layers = [
        layer("grid", {"type": "rule", "color": HAIRLINE}, x=x, y=y, y2=y2),
        layer(
            "lost", {"type": "rect", "color": NOT_FREE, "stroke": VERMILION, "strokeWidth": 1}, x=x, x2=x2, y=y, y2=y2
        ),
        layer("kept", {"type": "rect", "color": BLUE}, x=x, x2=x2, y=y, y2=y2),
        layer("labels", {**text, "color": INK, "fontWeight": "bold"}, x=x, y=y, text=name("words")),
        layer("formulas", {**text, "color": MUTED, "fontSize": size.words - 1}, x=x, y=y, text=name("words")),
        layer("numbers", {**text, "color": INK}, x=x, y=y, text=name("words")),
    ]
    return {"datasets": {**rows, "grid": grid}, "layer": layers, "width": width, "height": tall}


def _laid_out(falls: Sequence[Fall], size: Size, across: float) -> dict[str, list[dict[str, Any]]]:
    """From top to bottom, for each step: its title, its bar with the number at the right, its formula."""
    rows: dict[str, list[dict[str, Any]]] = {kind: [] for kind in ("labels", "lost", "kept", "numbers", "formulas")}
    top, letters = 2.0, 100 if size.wide else 40
    for one in falls:
        for kind, words in (("labels", one.title), ("formulas", one.formula)):
            for line in wrapped(words, letters):
                rows[kind].append({"words": line, "x": 0, "y": top + LEADING / 2})
                top += LEADING
            if kind == "labels":
                # A bar of nothing is a line: something must be seen where next to nothing is left.
                kept = max(one.chance * across, 1.5)
                rows["kept"].append({"x": 0, "x2": kept, "y": top + 2, "y2": top + 2 + BAR})
                if one.before - one.chance > 0.0005:
                    rows["lost"].append({"x": kept, "x2": one.before * across, "y": top + 2, "y2": top + 2 + BAR})
                rows["numbers"].append({"words": _spoken(one.chance), "x": across + 8, "y": top + 2 + BAR / 2})
                top += BAR + 4
        top += AIR
    return rows
