"""Shares over years: what each study printed at one, two or ten years, as points joined where they are of one study.

Only what was printed is drawn: no curve is guessed between two points, the line between them is there for the eye.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING, Any

from remission.exhibits.figure import PER_CENT, Figure, Spec, layer, name, number, own_ink, pixels
from remission.exhibits.rendering import Finishing
from remission.exhibits.synthesis.canvas import only, point_layer
from remission.exhibits.synthesis.lines import Line, lines_table, spoken
from remission.exhibits.synthesis.scales import Scale
from remission.exhibits.theme import INK, PAPER, SIZES, Size, line_of
from remission.exhibits.wording import NBSP, count, wrapped

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
# A letter is as high as that part of the plot.
APART = 0.045
HEIGHT = {True: 380, False: 300}


@dataclass(frozen=True)
class Series:
    """One group of one study: its name and its printed points, each (years, line)."""

    name: str
    points: Sequence[tuple[float, Line]]


@dataclass(frozen=True)
class OverYears:
    """Series of shares and the words around them."""

    name: str
    title: str
    subtitle: str
    series: Sequence[Series]
    last_year: float
    note: str = ""

    @property
    def lines(self) -> list[Line]:
        """Every point as a line."""
        return [line for one in self.series for _, line in one.points]


SCALE = Scale("Share", "share", (0, 1), 1)


def draw_over_years(shown: OverYears, provenance: Provenance) -> Figure:
    """The series in two widths; each has a letter, an ink, a dash and a shape, and a key beside or below."""
    spans = [max(years for years, _ in one.points) for one in shown.series]
    longest = f" The longest follow-up printed is {max(spans):g}{NBSP}years." if spans else ""
    return Figure(
        name=shown.name,
        title=shown.title,
        subtitle=shown.subtitle,
        description=f"Printed shares over years in {count(len(shown.series), 'group')}.{longest} "
        + " ".join(f"{spoken(line, SCALE)}." for line in shown.lines),
        specs={width: _spec(shown, SIZES[width]) for width in SIZES},
        table=lines_table(shown.name, f"{shown.title}.", shown.lines, SCALE, provenance, counted="People",
                          note=shown.note),
        provenance=provenance,
        finishing=Finishing(linked=True),
    )  # fmt: skip


def _spec(shown: OverYears, size: Size) -> Spec:
    width = 470 if size.wide else size.plot + 20
    rows = [row for at, one in enumerate(shown.series) for row in _points(at, one)]
    ends = _ends([[row for row in rows if row["at"] == at][-1] for at, _ in enumerate(shown.series)])
    key, tall = _key(shown, size)
    plot = {"layer": _layers(shown, size), "width": width, "height": HEIGHT[size.wide]}
    beside = {"layer": key, "width": 330 if size.wide else width, "height": tall}
    joined = {"hconcat" if size.wide else "vconcat": [plot, beside], "spacing": 24}
    data = {"points": rows, "ends": ends, "key": _key_rows(shown, size)}
    return {"datasets": data, **joined, "resolve": {"scale": {"x": "independent", "y": "independent"}}}


def _layers(shown: OverYears, size: Size) -> list[Spec]:
    x = number("x", axis={"title": "Years after transplant", "tickMinStep": 1}, scale={"domain": [0, shown.last_year]})
    ticks = {"title": None, "labelExpr": PER_CENT, "grid": True, "values": [0, 0.2, 0.4, 0.6, 0.8, 1]}
    y = number("y", axis=ticks, scale={"domain": [0, 1]})
    rule = {"type": "rule", "strokeWidth": 1.2, "opacity": 0.55}
    intervals = layer("points", rule, x=x, y={**y, "field": "low"}, y2={"field": "high"}, color=own_ink())
    text = {"type": "text", "fontSize": size.words, "baseline": "middle", "align": "left", "dx": 8,
            "fontWeight": "bold"}  # fmt: skip
    letter = {"x": x, "y": y, "text": name("letter")}
    return [
        only(intervals, "isValid(datum.low)"),
        *(only(layer("points", _line(at), x=x, y=y), f"datum.at == {at}") for at, _ in enumerate(shown.series)),
        point_layer("points", x, y, size=80, strokeWidth=1.6),
        layer("ends", text | {"stroke": PAPER, "strokeWidth": 3}, **letter),
        layer("ends", text, **letter, color=own_ink()),
    ]


def _line(at: int) -> dict[str, Any]:
    look = line_of(at)
    return {"type": "line", "strokeWidth": 1.8, "strokeDash": list(look.dash) or [1, 0], "color": look.ink}


def _points(at: int, one: Series) -> list[dict[str, Any]]:
    ink, shapes = line_of(at).ink, cycle(SHAPES)
    shape = [next(shapes) for _ in range(at + 1)][-1]
    return [
        {"at": at, "x": years, "y": line.value, "low": line.low, "high": line.high, "ink": ink, "shape": shape,
         "fill": ink if line.status == "verified" else PAPER, "letter": _letter(at), "href": line.href,
         "words": spoken(line, SCALE)}
        for years, line in sorted(one.points, key=lambda point: point[0])
    ]  # fmt: skip


def _ends(last: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where the letters stand: at the last points, moved up where two of one time would cover each other."""
    placed: list[dict[str, Any]] = []
    for row in sorted(last, key=lambda row: row["y"]):
        below = [one["y"] for one in placed if abs(one["x"] - row["x"]) < 0.8]
        placed.append({**row, "y": max([row["y"], *(y + APART for y in below)])})
    return placed


def _letter(at: int) -> str:
    return chr(ord("A") + at)


def _key_rows(shown: OverYears, size: Size) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    top, leading = 10.0, size.words + 4
    for at, one in enumerate(shown.series):
        for place, words in enumerate(wrapped(one.name, 40 if size.wide else 38)):
            letter = _letter(at) if not place else ""
            rows.append({"letter": letter, "words": words, "y": top, "ink": line_of(at).ink})
            top += leading
        top += 3
    return rows


def _key(shown: OverYears, size: Size) -> tuple[list[Spec], float]:
    tall = max((row["y"] for row in _key_rows(shown, size)), default=0) + 14
    y = number("y", axis=None, scale={"domain": [0, tall], "range": [0, tall]})
    text = {"type": "text", "fontSize": size.words, "baseline": "middle", "align": "left"}
    return [
        layer("key", text | {"fontWeight": "bold"}, x=pixels(0), y=y, text=name("letter"), color=own_ink()),
        layer("key", text | {"color": INK}, x=pixels(20), y=y, text=name("words")),
    ], tall
