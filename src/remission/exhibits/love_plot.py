"""How alike two groups are, before and after: the difference of each column in standard deviations, as two points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.figure import Figure, Spec, layer, name, number
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.theme import BLUE, HAIRLINE, INK, MUTED, PALE, SIZES, VERMILION, Size
from remission.exhibits.wording import wrapped
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

# Within a tenth of a standard deviation two groups are called alike.
ALIKE = 0.1
MEANS = ("treated", "others", "before", "after_treated", "after_others", "after")
SCHEMA: dict[str, type[pl.DataType]] = {"column": pl.String, **dict.fromkeys(MEANS, pl.Float64)}
LEADING = 17


@dataclass(frozen=True)
class Alike:
    """One column: means of both groups and their difference in standard deviations, before and after."""

    column: str
    treated: float
    others: float
    before: float
    after_treated: float
    after_others: float
    after: float


def draw_love_plot(rows: Sequence[Alike], names: tuple[str, str], provenance: Provenance) -> Figure:
    """The picture in two widths, with the table of means. NaN where nothing varies: no point, and a dash."""
    worst_before, worst_after = (
        max((abs(one) for one in told if not math.isnan(one)), default=0.0)
        for told in ([row.before for row in rows], [row.after for row in rows])
    )
    return Figure(
        name="balance",
        title="How alike the two groups are",
        subtitle="Open: as treated. Filled: after people are made alike. In the shaded band they are called alike.",
        description=f"Differences in standard deviations of {len(rows)} columns: the largest is {worst_before:.2f} as "
        f"treated, and {worst_after:.2f} after.",
        specs={width: _spec(rows, names, SIZES[width]) for width in SIZES},
        table=balance_table(rows, names, provenance),
        provenance=provenance,
    )


def balance_table(rows: Sequence[Alike], names: tuple[str, str], provenance: Provenance) -> Table:
    """A row for each column: means or shares of both groups, and their difference, before and after."""
    frame = pl.DataFrame([vars(row) for row in rows], SCHEMA)
    before, after = "As treated", "Made alike"
    columns = (
        shows("column", "What was known on day zero", words=True),
        Shown(names[0], _digits("treated"), group=before),
        Shown(names[1], _digits("others"), group=before),
        Shown("Apart", _digits("before"), group=before),
        Shown(names[0], _digits("after_treated"), group=after),
        Shown(names[1], _digits("after_others"), group=after),
        Shown("Apart", _digits("after"), group=after),
    )
    note = "Means; of a category the share. Apart: difference in standard deviations of both groups as treated."
    return Table("balance", "How alike the two groups are.", frame, columns, provenance, note)


def _digits(field: str) -> Any:
    return lambda row: _said(row, field)


def _said(row: Row, field: str) -> str:
    value = row[field]
    # No minus before a zero: it would read as a direction.
    words = "–" if value is None or math.isnan(value) else text_half_up(value, 2)
    return "0.00" if words == "-0.00" else words.replace("-", "−")


def _spec(rows: Sequence[Alike], names: tuple[str, str], size: Size) -> Spec:
    points, labels, top = _laid_out(rows, size)
    most = max([0.2, *(abs(one["x"]) for one in points)]) * 1.1
    title = f"← higher in {names[1]}   |   higher in {names[0]} →" if size.wide else "standard deviations apart"
    x = number("x", axis={"title": title, "grid": True, "tickCount": 5},
               scale={"domain": [-most, most], "nice": False})  # fmt: skip
    y = number("y", axis=None, scale={"domain": [0, top], "range": [0, top]})
    text = {"type": "text", "align": "left", "baseline": "middle", "fontSize": size.words, "color": INK}
    point = {"type": "point", "size": 90, "opacity": 1, "strokeWidth": 2}
    left = -size.margin if size.wide else 0
    layers = [
        layer("band", {"type": "rect", "color": PALE}, x=x, x2={"field": "x2"}),
        layer("none", {"type": "rule", "color": MUTED}, x=x),
        layer("ways", {"type": "rule", "color": HAIRLINE, "strokeWidth": 3}, x=x, x2={"field": "x2"}, y=y),
        layer("before", {**point, "filled": False, "color": VERMILION, "shape": "diamond"}, x=x, y=y),
        layer("after", {**point, "filled": True, "color": BLUE, "shape": "circle"}, x=x, y=y),
        layer("labels", text, x={"value": left}, y=y, text=name("words")),
    ]
    data = {
        "band": [{"x": -ALIKE, "x2": ALIKE}],
        "none": [{"x": 0}],
        "before": [one for one in points if one["when"] == "before"],
        "after": [one for one in points if one["when"] == "after"],
        "ways": _ways(points),
        "labels": labels,
    }
    return {"datasets": data, "layer": layers, "width": size.plot, "height": top}


def _laid_out(rows: Sequence[Alike], size: Size) -> tuple[list[dict[str, Any]], list[dict[str, Any]], float]:
    """Points and labels from top to bottom: beside their row on a page, above it on a phone."""
    points: list[dict[str, Any]] = []
    labels: list[dict[str, Any]] = []
    top = 4.0
    for row in rows:
        said = wrapped(row.column, 30 if size.wide else 40)
        middle = top + len(said) * LEADING / 2 if size.wide else top + len(said) * LEADING + 9
        labels += [{"words": words, "y": top + LEADING * (at + 0.5)} for at, words in enumerate(said)]
        told = {"before": row.before, "after": row.after}
        points += [{"x": x, "y": middle, "when": when} for when, x in told.items() if not math.isnan(x)]
        top = max(top + len(said) * LEADING + 7, middle + 13)
    return points, labels, top


def _ways(points: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """From before to after, where both are."""
    by_row: dict[float, list[float]] = {}
    for one in points:
        by_row.setdefault(one["y"], []).append(one["x"])
    return [{"x": both[0], "x2": both[1], "y": y} for y, both in by_row.items() if len(both) == 2]
