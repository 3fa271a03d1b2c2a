"""The outlines of the map in pixels: the one place that knows where things stand in a picture of either width."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from remission.exhibits.theme import COASTLINE, INK, MUTED, SIZES, Width
from remission.places.geography import Box, Geography, Point, Ring


@dataclass(frozen=True)
class Layout:
    """Where things stand in a picture, in pixels: `per_km` is the scale, `origin` the plane's point at the top left.

    `london` is the frame of the enlargement as left, top, width; `legend` and `circles` are the top left corners of
    the two legends; `words` says how large the words are.
    """

    width: float
    height: float
    per_km: float
    origin: Point
    london: tuple[float, float, float]
    legend: Point
    circles: Point
    largest_area: float
    words: float
    letters: int
    circle_letters: int
    absent: float | None = None
    grid: float = 0.2


LAYOUTS: dict[Width, Layout] = {
    "wide": Layout(
        880, 866, 0.8, (-415, 1160), (575, 580, 305), (575, 8), (575, 350), 1300, SIZES["wide"].words, 38, 24
    ),
    "narrow": Layout(
        *(354, 1086, 0.535, (-402, 1530), (0, 796, 354), (0, 0), (246, 316), 600, SIZES["narrow"].words, 46, 16),
        absent=150,
        grid=0.5,
    ),
}


def shapes(geography: Geography, layout: Layout) -> dict[str, list[dict[str, Any]]]:
    """All outlines in pixels: neighbours, cells, coast, the parts of cells in London, frames and leaders."""
    main, london = _main(layout), _london(layout, geography.london_box)
    return {
        "neighbours": [_feature("", geography.neighbours, main)],
        "cells": [_feature(cell.code, cell.rings, main) for cell in geography.cells],
        "coast": [_feature("", geography.coast, main)],
        "london": [_feature(cell.code, cell.rings, london) for cell in geography.london],
        "frames": frames(geography, layout),
        "leaders": leaders(geography, layout),
        "names": _names(geography, layout),
    }


@dataclass(frozen=True)
class Drawn:
    """From the plane to pixels: `per_km` pixels a km, the plane's `corner` (left, top) at the pixel `at`.

    Corners stand on a `grid` of so many pixels: those that neighbours share stay shared, and fewer digits weigh less.
    """

    per_km: float
    corner: Point
    at: Point
    grid: float

    def __call__(self, point: Point) -> Point:
        """The pixel of a point."""
        x = self.at[0] + (point[0] - self.corner[0]) * self.per_km
        y = self.at[1] + (self.corner[1] - point[1]) * self.per_km
        return round(round(x / self.grid) * self.grid, 1), round(round(y / self.grid) * self.grid, 1)


def _main(layout: Layout) -> Drawn:
    return Drawn(layout.per_km, layout.origin, (0, 0), layout.grid)


def _london(layout: Layout, box: Box) -> Drawn:
    left, top, width = layout.london
    return Drawn(width / (box[2] - box[0]), (box[0], box[3]), (left, top), layout.grid)


def _feature(code: str, rings: Iterable[Ring], drawn: Drawn) -> dict[str, Any]:
    corners = ([list(drawn(point)) for point in ring] for ring in rings)
    # On the grid some corners coincide; an islet of fewer than three is not seen.
    polygons = [[ring] for ring in ([point for point, _ in groupby(ring)] for ring in corners) if len(ring) > 3]
    return {"type": "Feature", "code": code, "geometry": {"type": "MultiPolygon", "coordinates": polygons}}


def _rectangle(box: Box, drawn: Drawn) -> dict[str, float]:
    (x, y), (x2, y2) = drawn((box[0], box[3])), drawn((box[2], box[1]))
    return {"x": x, "y": y, "x2": x2, "y2": y2}


def frames(geography: Geography, layout: Layout) -> list[dict[str, Any]]:
    """The frames of Shetland, of London on the map and of London enlarged."""
    main, london = _main(layout), _london(layout, geography.london_box)
    return [
        _rectangle(geography.shetland_box, main) | {"ink": COASTLINE, "frame": "shetland"},
        _rectangle(geography.london_box, main) | {"ink": INK, "frame": "london-here"},
        _rectangle(geography.london_box, london) | {"ink": INK, "frame": "london"},
    ]


def leaders(geography: Geography, layout: Layout) -> list[dict[str, float]]:
    """Two lines from London on the map to London enlarged."""
    _, small, large = frames(geography, layout)
    # Beside the map its corners are joined sideways, below the map downwards, so that the lines never cross it.
    if layout.london[0] > 0:
        return [_line(small["x2"], small[side], large["x"], large[side]) for side in ("y", "y2")]
    return [_line(small[side], small["y2"], large[side], large["y"]) for side in ("x", "x2")]


def _line(x: float, y: float, x2: float, y2: float) -> dict[str, float]:
    return {"x": x, "y": y, "x2": x2, "y2": y2}


def _names(geography: Geography, layout: Layout) -> list[dict[str, Any]]:
    shetland, small, large = frames(geography, layout)
    times = (large["x2"] - large["x"]) / (small["x2"] - small["x"])
    return [
        {
            "x": large["x"] + (0 if layout.london[0] else 70),
            "y": large["y"] - 8,
            "words": f"London, enlarged {times:.0f} times",
            "ink": INK,
        },
        {"x": shetland["x"] + 3, "y": shetland["y2"] + layout.words - 1, "words": "Shetland", "ink": MUTED},
    ]


def circles(points: Mapping[str, Point], geography: Geography, layout: Layout) -> list[dict[str, Any]]:
    """Where each trust stands, on the map those of London in its enlargement; whatever its volume is."""
    main, london = _main(layout), _london(layout, geography.london_box)
    left, bottom, right, top = geography.london_box
    drawn = []
    for code in sorted(points):
        place = geography.place(*points[code])
        inside = left < place[0] < right and bottom < place[1] < top
        # Those of London stand in its enlargement only, where they do not hide each other.
        x, y = (london if inside else main)(place)
        drawn.append({"code": code, "x": x, "y": y, "inset": inside})
    return drawn
