"""A funnel: each trust by how much it issued and its value, between limits that widen where little was issued.

The limits are those of the statistics room, with over-dispersion; a trust outside them differs more than the trusts
differ among each other, which is a question and not an answer. Trusts are not ranked.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from remission.atlas.place_words import MeasureWords, amount_words, estimate_words, number_words, of_words
from remission.exhibits.figure import PER_CENT, Figure, Spec, layer, name, number, own_ink
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.theme import BLUE, INK, MUTED, PAPER, SIZES, VERMILION, Size
from remission.exhibits.wording import count, listed
from remission.stats.estimates import Estimates
from remission.stats.months.funnel import ALARM, WARNING, Funnel

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

HEIGHT = {True: 340, False: 280}
# More names than that would cover dots and each other; the table has them all.
MOST_NAMED = 8
# Points of a limit: smooth to the eye at this width.
STEPS = 80


@dataclass(frozen=True, eq=False)
class FunnelPlot:
    """A measure's trusts and the funnel that the statistics made of them.

    `estimates` has one row a trust, with denominators in patient-years, and `codes` are those of `funnel`, in its
    order. `names` gives names by code, `highlight` a code to be drawn larger.
    """

    words: MeasureWords
    estimates: Estimates
    funnel: Funnel
    codes: Sequence[str]
    names: Mapping[str, str]
    highlight: str = ""

    def rows(self) -> list[dict[str, Any]]:
        """Trusts with a value and a place in the funnel, in order of name; never in order of value."""
        every: list[dict[str, Any]] = self.estimates.rows()
        known = [row for row in every if row["what"] == self.words.name and row["population"] == "trust"]
        places = dict(zip(self.codes, zip(self.funnel.position, self.funnel.size.tolist(), strict=True), strict=True))
        shown = [row for row in known if row["value"] is not None and row["group"] in places]
        rows = [{**row, "name": self.names.get(row["group"], row["group"]), "position": places[row["group"]][0],
                 "size": places[row["group"]][1]} for row in shown]  # fmt: skip
        return sorted(rows, key=lambda row: (row["name"], row["group"]))


def draw_funnel(plot: FunnelPlot, provenance: Provenance) -> Figure:
    """Dots, centre and two pairs of limits; trusts beyond the outer pair have another shape and, if few, their name."""
    said = funnel_words(plot)
    return Figure(
        name=f"funnel-{plot.words.name}",
        title=f"{plot.words.title}: every trust by how much it issued",
        subtitle=f"{said} Level line: all together. Curves: limits that 95 and 99.8 in 100 trusts keep if they "
        "differ as trusts do. "
        "Diamonds: beyond the outer limits, by themselves neither better nor worse.",
        description=f"Funnel plot of {plot.words.title}. {said}",
        specs={width: _spec(plot, SIZES[width]) for width in SIZES},
        table=_table(plot, provenance),
        provenance=provenance,
    )


def funnel_words(plot: FunnelPlot) -> str:
    """How many trusts lie beyond the outer limits."""
    rows = plot.rows()
    above, below = (sum(row["position"] == f"{way} 99.8 %" for row in rows) for way in ("above", "below"))
    unit = rows[0]["unit"] if rows else None
    sides = listed([f"{number} {way}" for number, way in ((above, "above"), (below, "below")) if number])
    beyond = f"{sides} the outer limits" if sides else "none beyond the outer limits"
    centre = "not estimable" if math.isnan(plot.funnel.target) else number_words(plot.funnel.target, unit)
    return f"{count(len(rows), 'trust')}, {beyond}; all together {centre}."


def _spec(plot: FunnelPlot, size: Size) -> Spec:
    rows = plot.rows()
    most = 1.05 * max((row["size"] for row in rows), default=1)
    proportion = any(row["unit"] == "proportion" for row in rows)
    # A share is cut at 0 and 1; growth in per cent is no share.
    share = proportion and all(0 <= row["value"] <= 1 for row in rows)
    # A root: most trusts are small, and on a plain axis they would lie on one another at the left edge.
    x = number("x", axis={"title": "Patient-years issued (the denominator)", "tickCount": 5},
               scale={"type": "sqrt", "domain": [0, most], "nice": False})  # fmt: skip
    y = number("y", axis={"title": None, "tickCount": 5, **({"labelExpr": PER_CENT} if proportion else {})},
               scale={"zero": True, **({"domain": [0, 1]} if share else {})})  # fmt: skip
    data = {
        "limits": list(_limits(plot.funnel, most, share=share)),
        "centre": [] if math.isnan(plot.funnel.target) else [{"y": plot.funnel.target}],
        "dots": [_dot(plot, row) for row in rows],
        "names": list(_names(plot, rows, size)),
    }
    return {"datasets": data, "width": size.plot + (120 if size.wide else 20), "height": HEIGHT[size.wide],
            "layer": _layers(x, y, size)}  # fmt: skip


def _layers(x: Spec, y: Spec, size: Size) -> list[Spec]:
    dash = {"field": "dash", "type": "nominal", "scale": None, "legend": None}
    shape = {"field": "shape", "type": "nominal", "scale": None, "legend": None}
    size_of = {"field": "size", "type": "quantitative", "scale": None, "legend": None}
    text = {"type": "text", "align": "left", "baseline": "middle", "dx": 8, "fontSize": size.words - 1}
    return [
        layer("limits", {"type": "line", "color": MUTED, "strokeWidth": 1.4, "clip": True}, x=x, y=y, strokeDash=dash,
              detail=name("which")),
        layer("centre", {"type": "rule", "color": INK, "strokeWidth": 1.4}, y=y),
        layer("dots", {"type": "point", "filled": True, "opacity": 0.85, "stroke": PAPER, "strokeWidth": 0.6},
              x=x, y=y, shape=shape, color=own_ink(), size=size_of),
        layer("names", text | {"color": INK}, x=x, y=y, text=name("words")),
    ]  # fmt: skip


def _limits(funnel: Funnel, most: float, *, share: bool) -> Iterator[dict[str, Any]]:
    """The limits at sizes that lie evenly along the axis; a share is cut at what is possible, 0 and 1."""
    # Squares of even steps: even along an axis of roots, where the limits bend most at the small sizes.
    sizes = most * (np.arange(1, STEPS + 1) / STEPS) ** 2
    for level, dash in ((WARNING, [4, 3]), (ALARM, [1, 0])):
        for way, values in zip(("low", "high"), funnel.limits(sizes, level), strict=True):
            for size, value in zip(sizes.tolist(), values.tolist(), strict=True):
                if not math.isnan(value):
                    held = min(max(value, 0.0), 1.0) if share else value
                    yield {"which": f"{way} {level}", "x": size, "y": held, "dash": dash}


def _beyond(row: Mapping[str, Any]) -> bool:
    return str(row["position"]).endswith("99.8 %")


def _dot(plot: FunnelPlot, row: dict[str, Any]) -> dict[str, Any]:
    beyond, here = _beyond(row), row["group"] == plot.highlight
    look = {"shape": "diamond" if beyond else "circle", "ink": VERMILION if here else INK if beyond else BLUE}
    # The highlighted trust is largest, those beyond the limits next: they are looked for first.
    return {"x": row["size"], "y": row["value"], **look, "size": 160 if here else 90 if beyond else 42}


def _names(plot: FunnelPlot, rows: Sequence[dict[str, Any]], size: Size) -> Iterator[dict[str, Any]]:
    """Codes of the trusts beyond the limits while they are few, and of the one highlighted; names are in the table."""
    beyond = [row for row in rows if _beyond(row)]
    few = beyond if len(beyond) <= MOST_NAMED and size.wide else []
    for row in rows:
        if row["group"] == plot.highlight or row in few:
            yield {"x": row["size"], "y": row["value"], "words": row["group"]}


def _table(plot: FunnelPlot, provenance: Provenance) -> Table:
    numbers = ("value", "low", "high", "level", "numerator", "denominator")
    schema = {"name": pl.String, "group": pl.String, **dict.fromkeys(numbers, pl.Float64), "unit": pl.String,
              "position": pl.String, "absent_reason": pl.String}  # fmt: skip
    frame = pl.DataFrame([{field: row[field] for field in schema} for row in plot.rows()], schema=schema)
    columns = (
        shows("name", "Trust"),
        shows("group", "Code", words=True),
        Shown("Value (interval)", estimate_words),
        Shown("From", lambda row: of_words(row, plot.words.made_from), words=True),
        Shown("Denominator", lambda row: amount_words(row["denominator"])),
        shows("position", "Limits", words=True),
    )
    caption = f"{plot.words.title}: trusts in the funnel, by name."
    return Table(f"funnel-{plot.words.name}", caption, frame, columns, provenance, f"Limits: {plot.funnel.method}.")
