"""Studies by year and people: a dot for each, which opens its card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from remission.exhibits.figure import Figure, Spec, layer, name, number
from remission.exhibits.rendering import Finishing
from remission.exhibits.theme import PAPER, SIZES, Size, line_of
from remission.exhibits.wording import count

if TYPE_CHECKING:
    from remission.exhibits.synthesis.lines import Line
    from remission.exhibits.tables import Table
    from remission.inputs.provenance import Provenance

SHAPES = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down")


def draw_studies_by_year(
    figure_name: str, title: str, lines: Sequence[Line], table: Table, provenance: Provenance
) -> Figure:
    """Dots of the studies whose people are known, in ink and shape of their `group`; `table` has all of them."""
    shown = [line for line in lines if line.year and line.n]
    groups = sorted({line.group for line in lines})
    without = len(lines) - len(shown)
    lost = f" Not drawn, people not known: {without}." if without else ""
    years = [line.year or 0 for line in shown] or [2000]
    said = f"{count(len(shown), 'study', 'studies')} of {min(years)} to {max(years)}.{lost}"
    return Figure(
        name=figure_name,
        title=title,
        subtitle=f"{said} Across: year of publication. Up: people, each step ten times as many.",
        description=f"Studies by year and number of people. {said} The table has every study.",
        specs={width: _spec(shown, groups, SIZES[width]) for width in SIZES},
        table=table,
        provenance=provenance,
        finishing=Finishing(linked=True),
    )


def _spec(lines: Sequence[Line], groups: list[str], size: Size) -> Spec:
    years = [line.year or 0 for line in lines] or [2000]
    most = max((line.n or 1 for line in lines), default=1000)
    looks = {group: (line_of(at).ink, SHAPES[at % len(SHAPES)]) for at, group in enumerate(groups)}
    x = number("year", axis={"title": None, "format": "d", "tickMinStep": 1, "tickCount": 6},
               scale={"domain": [min(years) - 1, max(years) + 1], "nice": False})  # fmt: skip
    y = number("n", axis={"title": None, "grid": True, "values": [10, 100, 1000, 10000], "format": ",d"},
               scale={"type": "log", "domain": [8, max(most * 1.3, 100)], "nice": False})  # fmt: skip
    rows = [{"year": line.year, "n": line.n, "ink": looks[line.group][0], "shape": looks[line.group][1],
             "href": line.href, "group": line.group, "words": f"{line.name}: {line.n:,} people"}
            for line in sorted(lines, key=lambda line: -(line.n or 0))]  # fmt: skip
    colour = {
        "field": "group",
        "type": "nominal",
        "scale": {"domain": groups, "range": [looks[one][0] for one in groups]},
    }
    legend = {"title": None, "orient": "bottom", "columns": 3 if size.wide else 2}
    shape = {**colour, "scale": {"domain": groups, "range": [looks[one][1] for one in groups]}, "legend": legend}
    point = {
        "type": "point",
        "filled": True,
        "size": 80,
        "opacity": 0.9,
        "stroke": PAPER,
        "strokeWidth": 0.7,
        "aria": True,
    }
    layers = [
        layer("studies", point, x=x, y=y, color={**colour, "legend": legend}, shape=shape,
              href={"field": "href", "type": "nominal"}, description=name("words"), tooltip=name("words")),
    ]  # fmt: skip
    return {"datasets": {"studies": rows}, "layer": layers, "width": size.plot + (210 if size.wide else 15),
            "height": 300 if size.wide else 260}  # fmt: skip
