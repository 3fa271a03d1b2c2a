"""Where places lie on the map: the plane they are drawn in, the cell nearest to each, London enlarged, and hexagons.

The shapes were computed once by `geometry/make_geometry.py` and are only read here. Everything is in kilometres east
and north of 49° N, 2° W; Shetland is drawn in a frame nearer to the mainland.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from remission.library.catalogue import LIBRARY

Point = tuple[float, float]
Ring = tuple[Point, ...]
Box = tuple[float, float, float, float]

ORIGIN_LATITUDE, ORIGIN_LONGITUDE = 49.0, -2.0
EARTH_RADIUS_KM = 6371.0088
FOLDER = LIBRARY / "geometry"


@dataclass(frozen=True)
class Place:
    """A trust or a board with its coordinates in degrees; `publishes`: does its nation publish what is issued?"""

    code: str
    publishes: bool
    latitude: float
    longitude: float

    @property
    def point(self) -> Point:
        """Kilometres east and north."""
        return plane(self.latitude, self.longitude)


@dataclass(frozen=True)
class Cell:
    """All points nearer to one place than to any other; `publishes`: does its nation publish what is issued?"""

    code: str
    publishes: bool
    rings: tuple[Ring, ...]


@dataclass(frozen=True)
class Hexagon:
    """One integrated care board in a honeycomb: its place there, and a name short enough to be written in it."""

    code: str
    label: str
    x: float
    y: float


@dataclass(frozen=True, eq=False)
class Geography:
    """All shapes of the map.

    `cells` cover the United Kingdom and `coast` is its outline; `neighbours` are the coasts of other countries.
    `london` has the parts of cells inside `london_box`, finer than the whole. `shetland_box` frames what was moved.
    `hexagons` holds one layout for each vintage of ICBs by its first day; `digest` is that of the places used.
    """

    cells: tuple[Cell, ...]
    coast: tuple[Ring, ...]
    neighbours: tuple[Ring, ...]
    london: tuple[Cell, ...]
    london_box: Box
    shetland_box: Box
    shetland_move: Point
    hexagons: Mapping[str, tuple[Hexagon, ...]]
    digest: str

    @property
    def codes(self) -> frozenset[str]:
        """Every place that has a cell."""
        return frozenset(cell.code for cell in self.cells)

    def place(self, latitude: float, longitude: float) -> Point:
        """Where a place stands on the map, Shetland moved with its frame."""
        x, y = plane(latitude, longitude)
        return moved((x, y), self.shetland_move) if is_shetland(x, y) else (x, y)

    def layout(self, day: str) -> tuple[Hexagon, ...]:
        """The honeycomb of the ICBs of a day (YYYY-MM-DD); before the first vintage, the first."""
        starts = sorted(self.hexagons)
        return self.hexagons[max((start for start in starts if start <= day), default=starts[0])]


def plane(latitude: float, longitude: float) -> Point:
    """Degrees to kilometres east and north of 49° N, 2° W: transverse Mercator of a sphere, good to half a per cent.

    >>> plane(49.0, -2.0)
    (0.0, 0.0)
    >>> [round(part) for part in plane(51.5, 0.0)]
    [138, 280]
    """
    north, east = math.radians(latitude), math.radians(longitude - ORIGIN_LONGITUDE)
    x = math.atanh(math.cos(north) * math.sin(east))
    y = math.atan2(math.tan(north), math.cos(east)) - math.radians(ORIGIN_LATITUDE)
    return EARTH_RADIUS_KM * x, EARTH_RADIUS_KM * y


def is_shetland(x: float, y: float) -> bool:
    """Does a point of the plane belong to the islands that are drawn in a frame of their own?"""
    return y > 1185 and x > -10


def moved(point: Point, by: Point) -> Point:
    """A point moved."""
    return point[0] + by[0], point[1] + by[1]


def places_with_cells(rows: Iterable[Mapping[str, str]]) -> list[Place]:
    """Acute trusts and boards that are open and have coordinates, by code, from rows of the library's organisations."""
    wanted = [
        Place(row["code"], row["publishes"] == "yes", float(row["latitude"]), float(row["longitude"]))
        for row in rows
        if row["latitude"] and not row["closed"] and (row["level"] == "board" or row["acute"] == "yes")
    ]
    return sorted(wanted, key=lambda place: place.code)


def places_digest(places: Iterable[Place]) -> str:
    """SHA-256 of what the cells depend on: when that of the library differs, the cells must be computed anew."""
    lines = [f"{one.code},{one.publishes},{one.latitude},{one.longitude}\n" for one in places]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


@cache
def load_geography() -> Geography:
    """The committed shapes; read once."""
    whole, london, honeycomb = (_read(name) for name in ("cells.json", "london.json", "hexagons.json"))
    return Geography(
        cells=_cells(whole),
        coast=_rings(whole["coast"], whole["unit_km"]),
        neighbours=_rings(whole["neighbours"], whole["unit_km"]),
        london=_cells(london),
        london_box=_box(london["box"]),
        shetland_box=_box(whole["shetland_box"]),
        shetland_move=(whole["shetland_move"][0], whole["shetland_move"][1]),
        hexagons={
            start: tuple(Hexagon(code, label, x, y) for code, label, x, y in rows)
            for start, rows in honeycomb["layouts"].items()
        },
        digest=whole["places_sha256"],
    )


def _read(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return read


def _box(numbers: Sequence[float]) -> Box:
    left, bottom, right, top = numbers
    return left, bottom, right, top


def _cells(held: Mapping[str, Any]) -> tuple[Cell, ...]:
    unit = held["unit_km"]
    return tuple(Cell(code, publishes, _rings(rings, unit)) for code, publishes, rings in held["cells"])


def _rings(held: Sequence[Sequence[int]], unit: float) -> tuple[Ring, ...]:
    return tuple(_ring(numbers, unit) for numbers in held)


def _ring(numbers: Sequence[int], unit: float) -> Ring:
    """A ring from whole steps: the first pair is where it begins, each further pair how far to go from there."""
    x = y = 0
    points = []
    for east, north in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + east, y + north
        points.append((round(x * unit, 6), round(y * unit, 6)))
    return (*points, points[0])
