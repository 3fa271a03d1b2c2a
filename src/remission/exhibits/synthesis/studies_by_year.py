"""Studies by year and people: a dot for each, which opens its card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from remission.exhibits.figure import Figure, Spec, layer, number
from remission.exhibits.rendering import Finishing
from remission.exhibits.synthesis.canvas import linked_channels
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
    x = number("year", axis={"title": None, "format": "d", "tickMinStep": 1, "tickCount": 6},
               scale={"domain": [min(years) - 1, max(years) + 1], "nice": False})  # fmt: skip
    y = number("n", axis={"title": None, "grid": True, "values": [10, 100, 1000, 10000], "format": ",d"},
               scale={"type": "log", "domain": [8, max(most * 1.3, 100)], "nice": False})  # fmt: skip
    rows = [{"year": line.year, "n": line.n, "href": line.href, "group": line.group,
             "words": f"{line.name}: {line.n:,} people"}
            for line in sorted(lines, key=lambda line: -(line.n or 0))]  # fmt: skip
    point = {"type": "point", "filled": True, "size": 80, "opacity": 0.9, "stroke": PAPER, "strokeWidth": 0.7}
    dots = layer("studies", point | {"aria": True}, x=x, y=y, **_looks(groups, size), **linked_channels())
    width, height = (size.plot + 210, 300) if size.wide else (size.plot + 15, 260)
    return {"datasets": {"studies": rows}, "layer": [dots], "width": width, "height": height}


def _looks(groups: list[str], size: Size) -> dict[str, Spec]:
    """Ink and shape of each group, in one legend."""
    legend = {"title": None, "orient": "bottom", "columns": 3 if size.wide else 2}
    inks = [line_of(at).ink for at, _ in enumerate(groups)]
    shapes = [SHAPES[at % len(SHAPES)] for at, _ in enumerate(groups)]
    return {channel: {"field": "group", "type": "nominal", "scale": {"domain": groups, "range": looks},
                      "legend": legend} for channel, looks in (("color", inks), ("shape", shapes))}  # fmt: skip
