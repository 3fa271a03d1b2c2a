"""Maps by integrated care board: a honeycomb in which every board is as large as any other, and fetched boundaries.

In a honeycomb London is not small and Cumbria not large; how many people live where is no more to be seen in it than
on a map, but nobody is hidden.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from remission.atlas.map.drawing import FINISHING, lookup, place_channels, shown_row
from remission.atlas.map.legend import Legend, at_pixel, legend_layers, legend_rows
from remission.atlas.map.scale import look_words
from remission.atlas.map.shown import MapShown, map_title, places_table
from remission.exhibits.figure import Figure, Spec, layer, name, own_ink
from remission.exhibits.theme import CELL_EDGE, HEXAGON_WORDS, SIZES, WHITE, Width
from remission.exhibits.wording import count
from remission.places.geography import Hexagon, Point, load_geography, plane

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

EQUAL = "Each hexagon is one integrated care board, near to where it lies and as large as any other."
BY_BOARD = "by care board"
SUPPLY = "Figures are of the trusts in a board's area, by place of supply and not of residence."


@dataclass(frozen=True)
class Comb:
    """Sizes of a picture of areas in pixels: `pitch` from one hexagon to the next, `width` of the drawing."""

    width: float
    pitch: float
    words: float
    legend: Point
    absent: float | None
    top: float


COMBS: dict[Width, Comb] = {
    "wide": Comb(840, 80, HEXAGON_WORDS["wide"], (600, 8), None, 4),
    "narrow": Comb(354, 53, HEXAGON_WORDS["narrow"], (0, 0), 150, 194),
}


def draw_hexagons(shown: MapShown, provenance: Provenance) -> Figure:
    """One hexagon a board of the window's last month (36 since April 2026, 42 before); takes the boards' estimates."""
    # Boards of the window's last month: a board that was made later has no hexagon in it.
    hexagons = load_geography().layout(shown.last_day)
    rows = shown.rows(one.code for one in hexagons)
    return _figure("hexagons", rows, shown, provenance, EQUAL, {
        width: _spec(_comb_shapes(hexagons, comb), rows, shown, comb) for width, comb in COMBS.items()
    })  # fmt: skip


def draw_choropleth(shown: MapShown, boundaries: Mapping[str, Mapping[str, Any]], provenance: Provenance) -> Figure:
    """Boards in fetched boundaries: a GeoJSON Polygon or MultiPolygon in degrees by code.

    ValueError for a geometry of another type.
    """
    rows = shown.rows(boundaries)
    planes = {code: list(_plane_rings(code, shape)) for code, shape in boundaries.items()}
    source = "Boundaries: Office for National Statistics, Open Government Licence v3.0; contains OS data."
    return _figure("icbs", rows, shown, provenance, source, {
        width: _spec(_boundary_shapes(planes, comb), rows, shown, comb) for width, comb in COMBS.items()
    })  # fmt: skip


def _figure(
    kind: str,
    rows: Sequence[dict[str, Any]],
    shown: MapShown,
    provenance: Provenance,
    says: str,
    specs: Mapping[Width, Spec],
) -> Figure:
    keys = [row["look"] for row in rows]
    parts = "; ".join(f"{look_words(key, shown.scale)}: {keys.count(key)}" for key in sorted(set(keys)))
    return Figure(
        name=kind,
        title=map_title(shown.words.title, BY_BOARD, shown.window),
        subtitle=" ".join([says, SUPPLY, shown.intervals, *shown.notes]),
        description=f"{count(len(rows), 'integrated care board')} by what they show: {parts}.",
        specs=specs,
        table=places_table(kind, rows, shown, provenance),
        provenance=provenance,
        finishing=FINISHING,
    )


@dataclass(frozen=True)
class _Shapes:
    """Areas in pixels, their words, and how high the drawing is."""

    areas: list[dict[str, Any]]
    labels: list[dict[str, Any]]
    height: float


def _comb_shapes(hexagons: Sequence[Hexagon], comb: Comb) -> _Shapes:
    most = max(one.y for one in hexagons)
    # Hexagons with a point on top: neighbours in a row stand one pitch apart, which is the root of three radii.
    radius = comb.pitch / math.sqrt(3)
    centres = {
        one.code: (comb.pitch * (one.x + 0.5), comb.top + radius + comb.pitch * (most - one.y)) for one in hexagons
    }
    areas = [_feature(one.code, [[_corners(centres[one.code], radius)]]) for one in hexagons]
    labels = [label for one in hexagons for label in _labels(one, centres[one.code], comb.words)]
    return _Shapes(areas, labels, comb.top + 2 * radius + comb.pitch * most + 2)


def _corners(centre: Point, radius: float) -> list[list[float]]:
    # Seven corners, the last on the first: an outline has to be closed.
    turns = [math.pi / 6 + math.pi / 3 * at for at in range(7)]
    return [[round(centre[at] + radius * part(turn), 1) for at, part in enumerate((math.cos, math.sin))]
            for turn in turns]  # fmt: skip


def _labels(one: Hexagon, centre: Point, words: float) -> Iterable[dict[str, Any]]:
    lines = one.label.split("/")
    for at, line in enumerate(lines):
        y = centre[1] + (at - (len(lines) - 1) / 2) * words * 1.15
        yield {"code": one.code, "x": round(centre[0], 1), "y": round(y, 1), "label": line}


def _feature(code: str, polygons: list[Any]) -> dict[str, Any]:
    return {"type": "Feature", "code": code, "geometry": {"type": "MultiPolygon", "coordinates": polygons}}


def _plane_rings(code: str, shape: Mapping[str, Any]) -> Iterable[list[Point]]:
    if shape["type"] not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"the boundary of {code} is a {shape['type']}, not a Polygon or MultiPolygon")
    polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    # Only the outer ring: holes of boards are lakes, and too small to be seen.
    for polygon in polygons:
        yield [plane(point[1], point[0]) for point in polygon[0]]


def _boundary_shapes(planes: Mapping[str, list[list[Point]]], comb: Comb) -> _Shapes:
    every = [point for rings in planes.values() for ring in rings for point in ring]
    left, right = min(x for x, _ in every), max(x for x, _ in every)
    bottom, top = min(y for _, y in every), max(y for _, y in every)
    # On paper the legend stands beside the map and on a phone above it.
    room = comb.legend[0] - 20 if comb.absent is None else comb.width
    per_km = room / (right - left)

    def pixels(ring: Sequence[Point]) -> list[list[float]]:
        drawn = [[round((x - left) * per_km, 1), round(comb.top + (top - y) * per_km, 1)] for x, y in ring]
        # Corners nearer than half a pixel to the one before are not seen, and weigh.
        kept = [drawn[0]]
        kept += [
            corner for corner in drawn[1:-1] if max(abs(corner[0] - kept[-1][0]), abs(corner[1] - kept[-1][1])) >= 0.5
        ]
        return [*kept, drawn[0]]

    # Islets that have become a point or a line are left out.
    areas = [_feature(code, [[ring] for ring in map(pixels, rings) if len(ring) > 3]) for code, rings in planes.items()]
    return _Shapes(areas, [], comb.top + (top - bottom) * per_km + 2)


def _spec(shapes: _Shapes, rows: Sequence[Mapping[str, Any]], shown: MapShown, comb: Comb) -> Spec:
    legend = areas_legend(comb)
    held = legend_rows(legend, shown.scale, {row["look"] for row in rows}, shown.words.title)
    data = {
        "areas": shapes.areas,
        "labels": shapes.labels,
        "shown": [shown_row(row, shown.scale) for row in rows],
        **held,
    }
    return {
        "datasets": data,
        "width": comb.width,
        "height": max(shapes.height, *(row["y2"] + 2 for row in held["legend"])),
        # Outlines are in pixels already: what a projection would do to degrees was done when the geography was made.
        "projection": {"type": "identity", "scale": 1, "translate": [0, 0]},
        "layer": [*_layers(comb), *legend_layers(legend)],
    }


def areas_legend(comb: Comb) -> Legend:
    """The legend of a picture of areas; it has no circles."""
    wide = comb.absent is None
    words = SIZES["wide" if wide else "narrow"].words
    return Legend(comb.legend, comb.absent, (0, 0), words, 0, 0, 28 if wide else 46, 1)


def _layers(comb: Comb) -> list[Spec]:
    mark = {"type": "geoshape", "stroke": CELL_EDGE, "strokeWidth": 0.7, "aria": True}
    text = {"type": "text", "align": "center", "baseline": "middle", "fontSize": comb.words, "aria": False}
    at = {"x": at_pixel("x"), "y": at_pixel("y"), "text": name("label")}
    # Words on a pattern need a ground of their own to be read.
    ground = text | {"stroke": WHITE, "strokeWidth": 4, "strokeJoin": "round"}
    patterned = [lookup(), {"filter": "isValid(datum.fill) && indexof(datum.fill, 'url') == 0"}]
    return [
        layer("areas", mark, **place_channels()) | {"transform": [lookup()]},
        layer("labels", ground, **at, color={"value": WHITE}) | {"transform": patterned},
        layer("labels", text, **at, color=own_ink()) | {"transform": [lookup()]},
    ]
