"""The curve that was seen, and beside each other what several shapes say of the years that nobody has seen.

What was seen is one thick line; what was not is dashed, on a shaded ground, and never one line alone: how far the lines
lie apart is what the picture is for. Each has a letter, and in the key what it takes for granted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.figure import PER_CENT, Figure, Spec, layer, name, number, own_ink, pixels, year_axis
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.theme import INK, MUTED, PALE, PAPER, SIZES, Size, line_of
from remission.exhibits.wording import NBSP, percent, wrapped

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

HEIGHT = {True: 400, False: 280}
# A letter is as high as that part of the plot.
APART = 0.04
# Letters stand at these shares of the years beyond, in turn, so that neighbours do not cover each other.
PLACES = (0.97, 0.8, 0.63)
SCHEMA: dict[str, type[pl.DataType]] = {
    "letter": pl.String,
    "shape": pl.String,
    "year": pl.Float64,
    **dict.fromkeys(("share", "low", "high", "aic"), pl.Float64),
    "assumes": pl.String,
}


@dataclass(frozen=True)
class ShapeLine:
    """What one shape says: (years, share) points, and (year, share, low, high) at the years that are told of."""

    title: str
    assumes: str
    points: Sequence[tuple[float, float]]
    told: Sequence[tuple[float, float, float | None, float | None]]
    aic: float | None = None


@dataclass(frozen=True)
class BeyondFollowUp:
    """The picture's data: steps of the curve seen (years, share), until when anybody was seen, and the shapes.

    ValueError for fewer than two shapes: one line alone would look like knowledge.
    """

    name: str
    title: str
    subtitle: str
    clock: str
    seen: Sequence[tuple[float, float]]
    seen_until: float
    last_year: float
    shapes: Sequence[ShapeLine]
    level: float

    def __post_init__(self) -> None:
        """Refuse one line alone."""
        if len(self.shapes) < 2:
            raise ValueError("what nobody has seen is never one line alone: give two shapes or more")


def draw_beyond(shown: BeyondFollowUp, provenance: Provenance) -> Figure:
    """The picture in two widths, with a table of what each shape says of which year."""
    year, low, high = _spread(shown)
    return Figure(
        name=shown.name,
        title=shown.title,
        subtitle=shown.subtitle,
        description=f"The curve seen up to {shown.seen_until:.1f}{NBSP}years, and {len(shown.shapes)} shapes beyond. "
        f"At {year:g}{NBSP}years they lie between {percent(low, 0)} and {percent(high, 0)}.",
        specs={width: _spec(shown, SIZES[width]) for width in SIZES},
        table=shapes_table(shown, provenance),
        provenance=provenance,
        upright=shown.title,
    )


def _spread(shown: BeyondFollowUp) -> tuple[float, float, float]:
    year = max(row[0] for row in shown.shapes[0].told)
    shares = [row[1] for one in shown.shapes for row in one.told if row[0] == year]
    return year, min(shares), max(shares)


def shapes_table(shown: BeyondFollowUp, provenance: Provenance) -> Table:
    """A row for each shape and year."""
    rows = [
        {"letter": _letter(at), "shape": one.title, "year": year, "share": share, "low": low, "high": high,
         "aic": one.aic, "assumes": one.assumes}
        for at, one in enumerate(shown.shapes) for year, share, low, high in one.told
    ]  # fmt: skip
    columns = (
        Shown("Shape", lambda row: f"{row['letter']} {row['shape']}", words=True),
        Shown("Years", lambda row: f"{row['year']:g}"),
        Shown("Still free", _share_words),
        Shown("AIC", lambda row: "–" if row["aic"] is None else f"{row['aic']:.1f}"),
        shows("assumes", "What it takes for granted", words=True),
    )
    note = (
        "AIC says how well a shape fits the years seen (lower is better), and nothing of the others. Limits hold if "
        "the shape is right, which nobody can know."
    )
    return Table(shown.name, f"{shown.title}: what each shape says.", pl.DataFrame(rows, SCHEMA), columns, provenance,
                 note)  # fmt: skip


def _share_words(row: Row) -> str:
    if row["low"] is None:
        return percent(row["share"], 0)
    return f"{percent(row['share'], 0)} ({100 * row['low']:.0f} to {100 * row['high']:.0f})"


def _spec(shown: BeyondFollowUp, size: Size) -> Spec:
    width = 500 if size.wide else size.plot + 20
    key, tall = _key(shown, size)
    plot = {"layer": _layers(shown, size), "width": width, "height": HEIGHT[size.wide]}
    beside = {"layer": key, "width": 320 if size.wide else width, "height": tall}
    joined = {"hconcat" if size.wide else "vconcat": [plot, beside], "spacing": 24}
    data = {
        "seen": [{"x": x, "y": y} for x, y in shown.seen],
        "shapes": _lines(shown),
        "ends": _ends(shown),
        "key": _key_rows(shown, size),
        "unseen": [{"x": shown.seen_until, "x2": shown.last_year, "words": "nobody seen here"}],
    }
    return {"datasets": data, **joined, "resolve": {"scale": {"x": "independent", "y": "independent"}}}


def _layers(shown: BeyondFollowUp, size: Size) -> list[Spec]:
    x = number("x", axis=year_axis(shown.last_year, shown.clock), scale={"domain": [0, shown.last_year], "nice": False})
    ticks = {"title": None, "labelExpr": PER_CENT, "grid": True, "values": [0, 0.2, 0.4, 0.6, 0.8, 1]}
    y = number("y", axis=ticks, scale={"domain": [0, 1]})
    words = {"type": "text", "fontSize": size.words, "baseline": "middle"}
    ground = layer("unseen", {"type": "rect", "color": PALE}, x=x, x2={"field": "x2"})
    border = layer("unseen", {"type": "rule", "color": MUTED, "strokeDash": [2, 2]}, x=x)
    said = layer("unseen", {**words, "align": "left", "dx": 6, "color": MUTED}, x=x, y=pixels(10), text=name("words"))
    letter = {"x": x, "y": y, "text": name("letter")}
    lines = [
        layer("shapes", _line(at, beyond=beyond), x=x, y=y)
        | {"transform": [{"filter": f"datum.at == {at} && datum.beyond == {int(beyond)}"}]}
        for at in range(len(shown.shapes)) for beyond in (False, True)
    ]  # fmt: skip
    seen = layer("seen", {"type": "line", "interpolate": "step-after", "strokeWidth": 3, "color": INK}, x=x, y=y)
    halo = layer("ends", {**words, "fontWeight": "bold", "stroke": PAPER, "strokeWidth": 3}, **letter)
    inked = layer("ends", {**words, "fontWeight": "bold"}, **letter, color=own_ink())
    return [ground, border, *lines, seen, said, halo, inked]


def _line(at: int, *, beyond: bool) -> dict[str, Any]:
    # Within the years seen the curve itself is what counts: a shape is only hinted at there.
    dash = {"strokeDash": [5, 3], "strokeWidth": 1.8} if beyond else {"strokeWidth": 0.8, "opacity": 0.45}
    return {"type": "line", "color": line_of(at).ink, **dash}


def _lines(shown: BeyondFollowUp) -> list[dict[str, Any]]:
    rows = []
    for at, one in enumerate(shown.shapes):
        # The last point seen is the first beyond, or there would be a gap at the border.
        near = max((x for x, _ in one.points if x <= shown.seen_until), default=0.0)
        for x, y in one.points:
            if x <= shown.seen_until:
                rows.append({"at": at, "beyond": 0, "x": x, "y": y})
            if x >= near:
                rows.append({"at": at, "beyond": 1, "x": x, "y": y})
    return rows


def _ends(shown: BeyondFollowUp) -> list[dict[str, Any]]:
    """Where the letters stand: on their lines, at three places in turn by height, moved up where two would meet."""
    beyond = shown.last_year - shown.seen_until
    order = sorted(range(len(shown.shapes)), key=lambda at: shown.shapes[at].points[-1][1])
    placed: list[dict[str, Any]] = []
    for turn, at in enumerate(order):
        wanted = shown.seen_until + PLACES[turn % len(PLACES)] * beyond
        x, y = min(shown.shapes[at].points, key=lambda point: abs(point[0] - wanted))
        same = [row["y"] for row in placed if row["turn"] == turn % len(PLACES)]
        y = max([y, *(one + APART for one in same)])
        placed.append({"letter": _letter(at), "x": x, "y": y, "ink": line_of(at).ink, "turn": turn % len(PLACES)})
    return placed


def _letter(at: int) -> str:
    return chr(ord("A") + at)


def _key_rows(shown: BeyondFollowUp, size: Size) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    top, leading = 10.0, size.words + 3
    for at, one in enumerate(shown.shapes):
        rows.append({"letter": _letter(at), "words": one.title, "y": top, "ink": line_of(at).ink, "bold": 1})
        for words in wrapped(one.assumes, 50 if size.wide else 44):
            top += leading
            rows.append({"letter": "", "words": words, "y": top, "ink": INK, "bold": 0})
        top += leading + 4
    return rows


def _key(shown: BeyondFollowUp, size: Size) -> tuple[list[Spec], float]:
    tall = max(row["y"] for row in _key_rows(shown, size)) + 14
    y = number("y", axis=None, scale={"domain": [0, tall], "range": [0, tall]})
    text = {"type": "text", "fontSize": size.words, "baseline": "middle", "align": "left"}
    title = layer("key", text | {"color": INK, "fontWeight": "bold"}, x=pixels(20), y=y, text=name("words"))
    plain = layer("key", text | {"color": MUTED}, x=pixels(20), y=y, text=name("words"))
    return [
        layer("key", text | {"fontWeight": "bold"}, x=pixels(0), y=y, text=name("letter"), color=own_ink()),
        title | {"transform": [{"filter": "datum.bold == 1"}]},
        plain | {"transform": [{"filter": "datum.bold == 0"}]},
    ], tall
