"""Lines and points over one axis: bounds over information, power over what is true, a hazard ratio over months.

Each line has its name beside it in the key and its own dashes; points have their Monte-Carlo error as a bar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from remission.exhibits.figure import PER_CENT, Figure, Spec, layer, name, number, own_ink, pixels
from remission.exhibits.theme import INK, MUTED, SIZES, Size, line_of
from remission.exhibits.wording import wrapped

if TYPE_CHECKING:
    from remission.exhibits.tables import Table
    from remission.inputs.provenance import Provenance

HEIGHT = {True: 340, False: 260}
# Bars reach so many Monte-Carlo errors either way.
ERRORS = 1.96
# Numbers as people write them: 120 and 0.65, never 1.2e+2.
PLAIN = ",.4~r"


@dataclass(frozen=True)
class Trace:
    """One line of (x, y) through its points; with `errors` it is points alone, each with its Monte-Carlo error."""

    title: str
    points: Sequence[tuple[float, float]]
    errors: Sequence[float] = ()
    marked: bool = False


@dataclass(frozen=True)
class Traces:
    """The picture's data; `x_per_cent` and `y_per_cent` say that an axis is a share. `level` is a line across, or none.

    ValueError where nothing can be drawn.
    """

    name: str
    title: str
    subtitle: str
    description: str
    x_title: str
    traces: Sequence[Trace]
    x_per_cent: bool = False
    y_per_cent: bool = False
    level: float | None = None
    from_zero: bool = True

    def __post_init__(self) -> None:
        """Refuse a picture of nothing."""
        if not any(one.points for one in self.traces):
            raise ValueError("a picture needs a point: give a trace that has one")


def draw_traces(shown: Traces, table: Table, provenance: Provenance) -> Figure:
    """The picture in two widths; `table` is its text twin."""
    return Figure(
        name=shown.name,
        title=shown.title,
        subtitle=shown.subtitle,
        description=shown.description,
        specs={width: _spec(shown, SIZES[width]) for width in SIZES},
        table=table,
        provenance=provenance,
        upright=shown.title,
    )


def _spec(shown: Traces, size: Size) -> Spec:
    width = 520 if size.wide else size.plot + 20
    plot = {"layer": _layers(shown, size), "width": width, "height": HEIGHT[size.wide]}
    key, tall = _key(shown, size)
    beside = {"layer": key, "width": 290 if size.wide else width, "height": tall}
    joined = {"hconcat" if size.wide else "vconcat": [plot, beside], "spacing": 20}
    rows = [row for at, one in enumerate(shown.traces) for row in _rows(at, one)]
    level = [] if shown.level is None else [{"y": shown.level}]
    data = {"points": rows, "level": level, "key": _key_rows(shown, size)}
    return {"datasets": data, **joined, "resolve": {"scale": {"x": "independent", "y": "independent"}}}


def _rows(at: int, trace: Trace) -> list[dict[str, Any]]:
    errors = trace.errors or [0.0] * len(trace.points)
    return [
        {"at": at, "x": x, "y": y, "low": y - ERRORS * error, "high": y + ERRORS * error, "ink": line_of(at).ink}
        for (x, y), error in zip(trace.points, errors, strict=True)
    ]


def _layers(shown: Traces, size: Size) -> list[Spec]:
    xs = [x for one in shown.traces for x, _ in one.points]
    few: dict[str, Any] = {"title": shown.x_title, "tickCount": 6 if size.wide else 4, "grid": False}
    x_axis = few | ({"labelExpr": PER_CENT} if shown.x_per_cent else {"format": PLAIN})
    spare = (max(xs) - min(xs)) * 0.04 or 0.1
    x = number("x", axis=x_axis, scale={"domain": [min(xs) - spare, max(xs) + spare], "nice": False})
    ticks = {"title": None, "grid": True} | ({"labelExpr": PER_CENT} if shown.y_per_cent else {"format": PLAIN})
    scale = {"domain": [0, 1]} if shown.y_per_cent else {"zero": shown.from_zero}
    y = number("y", axis=ticks, scale=scale)
    layers = (
        [] if shown.level is None else [layer("level", {"type": "rule", "color": MUTED, "strokeDash": [2, 2]}, y=y)]
    )
    for at, one in enumerate(shown.traces):
        only = {"transform": [{"filter": f"datum.at == {at}"}]}
        ink = line_of(at).ink
        if one.errors:
            bar = layer("points", {"type": "rule", "color": ink, "strokeWidth": 2}, x=x,
                        y=number("low", scale=scale, axis=ticks), y2={"field": "high"})  # fmt: skip
            layers += [
                bar | only,
                layer("points", {"type": "point", "filled": True, "color": ink, "size": 50}, x=x, y=y) | only,
            ]
            continue
        line = {"type": "line", "color": ink, "strokeWidth": 2, "strokeDash": list(line_of(at).dash) or [1, 0]}
        layers.append(layer("points", line, x=x, y=y) | only)
        if one.marked:
            layers.append(layer("points", {"type": "point", "filled": True, "color": ink, "size": 45}, x=x, y=y) | only)
    return layers


def _key_rows(shown: Traces, size: Size) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    top = 10.0
    for at, one in enumerate(shown.traces):
        for place, words in enumerate(wrapped(one.title, 36 if size.wide else 34)):
            rows.append({"words": words, "y": top, "at": at, "first": int(not place), "x": 0, "x2": 26,
                         "points": int(bool(one.errors)), "ink": line_of(at).ink})  # fmt: skip
            top += size.words + 3
        top += 4
    return rows


def _key(shown: Traces, size: Size) -> tuple[list[Spec], float]:
    tall = max(row["y"] for row in _key_rows(shown, size)) + 14
    y = number("y", axis=None, scale={"domain": [0, tall], "range": [0, tall]})
    layers = []
    for at, one in enumerate(shown.traces):
        only = {"transform": [{"filter": f"datum.at == {at} && datum.first == 1"}]}
        if one.errors:
            mark = layer("key", {"type": "point", "filled": True, "size": 50}, x=pixels(13), y=y, color=own_ink())
        else:
            dash = list(line_of(at).dash) or [1, 0]
            mark = layer("key", {"type": "rule", "strokeWidth": 2, "strokeDash": dash}, x=pixels(0), x2=pixels(26), y=y,
                         color=own_ink())  # fmt: skip
        layers.append(mark | only)
    text = {"type": "text", "fontSize": size.words, "baseline": "middle", "align": "left", "color": INK}
    return [*layers, layer("key", text, x=pixels(34), y=y, text=name("words"))], tall
