"""How likely the first strategy was, in those who followed it and in the others: where they overlap, both are seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import polars as pl

from remission.exhibits.figure import PER_CENT, Figure, Spec, layer, name, number
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.theme import BLUE, INK, SIZES, VERMILION, Size
from remission.exhibits.wording import percent

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

# What is counted: in a sequence of trials a person counts in each trial of theirs.
Unit = Literal["people", "trials"]
BINS = 20
HEIGHT = 110


@dataclass(frozen=True)
class Overlap:
    """Numbers of people, or of trials, by chance of the first strategy, in 20 bins from 0 to 1, of each strategy."""

    names: tuple[str, str]
    treated: tuple[int, ...]
    others: tuple[int, ...]
    unit: Unit = "people"

    @classmethod
    def of(
        cls, names: tuple[str, str], scores: Sequence[float], treated: Sequence[bool], unit: Unit = "people"
    ) -> Overlap:
        """Chances counted, shape (n,) each; `unit` says what has them.

        >>> Overlap.of(("A", "B"), [0.02, 0.51, 0.52, 1.0], [False, True, False, True]).treated[10]
        1
        """
        place, group = np.minimum((np.asarray(scores) * BINS).astype(int), BINS - 1), np.asarray(treated, dtype=bool)
        both = (np.bincount(place[part], minlength=BINS) for part in (group, ~group))
        one, other = (tuple(int(number) for number in told) for told in both)
        return cls(names, one, other, unit)


def draw_overlap(shown: Overlap, provenance: Provenance) -> Figure:
    """Bars up for the first strategy, down for the second, in two widths, with the numbers as a table.

    Bars are shares of each strategy: of a few beside thousands, as in a sequence of trials, counts would show nothing.
    """
    shared = sum(1 for one, other in zip(shown.treated, shown.others, strict=True) if one and other)
    seen = sum(1 for one, other in zip(shown.treated, shown.others, strict=True) if one or other)
    who, nobody, anybody = (
        ("people who followed", "nobody is", "anybody")
        if shown.unit == "people"
        else ("trials on", "there is no trial", "any")
    )
    return Figure(
        name="overlap",
        title=f"How likely {shown.names[0]} was",
        subtitle=f"Up: {who} {shown.names[0]}. Down: {shown.names[1]}. Each as a share of its own. Where one side is "
        f"empty, {nobody} there to compare with.",
        description=f"Chances of {shown.names[0]} in 20 bins: {shared} of the {seen} that hold {anybody} hold "
        f"{shown.unit} of both strategies.",
        specs={width: _spec(shown, SIZES[width]) for width in SIZES},
        table=overlap_table(shown, provenance),
        provenance=provenance,
    )


def overlap_table(shown: Overlap, provenance: Provenance) -> Table:
    """A row a bin that holds anybody."""
    rows = [
        {"low": at / BINS, "high": (at + 1) / BINS, "treated": one, "others": other}
        for at, (one, other) in enumerate(zip(shown.treated, shown.others, strict=True)) if one or other
    ]  # fmt: skip
    schema = {"low": pl.Float64, "high": pl.Float64, "treated": pl.Int64, "others": pl.Int64}
    columns = (
        Shown("Chance", lambda row: f"{percent(row['low'], 0)} to {percent(row['high'], 0)}", words=True),
        shows("treated", shown.names[0]),
        shows("others", shown.names[1]),
    )
    caption = f"{shown.unit.capitalize()} by their chance of {shown.names[0]}."
    return Table("overlap", caption, pl.DataFrame(rows, schema), columns, provenance)


def _spec(shown: Overlap, size: Size) -> Spec:
    both = [[one / max(sum(counts), 1) for one in counts] for counts in (shown.treated, shown.others)]
    most = max(map(max, both)) or 1.0
    width = size.plot + (40 if size.wide else 20)
    rows: list[dict[str, Any]] = []
    for at in range(BINS):
        for sign, shares in zip((1, -1), both, strict=True):
            if shares[at]:
                rows.append({"x": (at + 0.06) / BINS, "x2": (at + 0.94) / BINS, "y": 0, "y2": sign * shares[at],
                             "up": int(sign > 0)})  # fmt: skip
    x = number("x", axis={"title": f"chance of {shown.names[0]}", "labelExpr": PER_CENT, "tickCount": 5},
               scale={"domain": [0, 1]})  # fmt: skip
    y = number("y", scale={"domain": [-most * 1.25, most * 1.25]},
               axis={"title": f"share of {shown.unit}", "labelExpr": "format(abs(datum.value) * 100, '~r') + ' %'",
                     "tickCount": 5})  # fmt: skip
    bar, x2, y2 = {"type": "rect", "stroke": None}, {"field": "x2"}, {"field": "y2"}
    text = {"type": "text", "align": "left", "baseline": "middle", "fontSize": size.words, "fontWeight": "bold"}
    layers = [
        layer("bars", {**bar, "color": BLUE}, x=x, x2=x2, y=y, y2=y2) | {"transform": [{"filter": "datum.up == 1"}]},
        layer("bars", {**bar, "color": VERMILION, "fillOpacity": 0.75}, x=x, x2=x2, y=y, y2=y2)
        | {"transform": [{"filter": "datum.up == 0"}]},
        layer("none", {"type": "rule", "color": INK}, y=y),
        layer("up", {**text, "color": BLUE}, x=x, y=y, text=name("words")),
        layer("down", {**text, "color": VERMILION}, x=x, y=y, text=name("words")),
    ]
    data = {
        "bars": rows,
        "none": [{"y": 0}],
        "up": [{"x": 0.01, "y": most * 1.12, "words": shown.names[0]}],
        "down": [{"x": 0.01, "y": -most * 1.12, "words": shown.names[1]}],
    }
    return {"datasets": data, "layer": layers, "width": width, "height": 2 * HEIGHT}
