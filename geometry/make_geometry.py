"""Computes the shapes of the map, once: coast, cells, London, hexagons. See README.md beside this file.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz     # Node is needed only here
    pip install shapely
    python geometry/make_geometry.py package/countries-10m.json

The same inputs give the same bytes. What is written lies in src/remission/library/geometry/.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from scipy.optimize import linear_sum_assignment
from shapely import MultiPolygon, Polygon, affinity, box
from shapely.geometry.base import BaseGeometry
from short_names import SHORT_NAMES

from remission.library.catalogue import LIBRARY
from remission.places.geography import Place, is_shetland, places_digest, places_with_cells, plane

ORGANISATIONS = LIBRARY / "places" / "organisations.csv"
OUT = LIBRARY / "geometry"
FRAME = box(-475, 60, 720, 1345)  # what is drawn of the neighbours, in km
LONDON = (96.0, 251.0, 166.0, 307.0)
SHETLAND_MOVE = (70.0, -165.0)
SIMPLER, FINER = 1.4, 0.15  # km: an area of this squared may be given up at a corner
UNIT, FINE_UNIT = 0.1, 0.02  # km a step
LEAST_ISLAND = 9.0  # square km
NOTICE = (
    "Coast: Natural Earth, public domain, from the npm package world-atlas 2.0.2 (ISC), countries-10m.json. "
    "Cells, enlargement and hexagons: computed by geometry/make_geometry.py."
)


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of the library's organisations."""
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def countries(path: Path) -> dict[str, MultiPolygon]:
    """The countries of a TopoJSON file in the plane, by name, those near the United Kingdom only."""
    topology = json.loads(path.read_text(encoding="utf-8"))
    arcs = list(_arcs(topology))
    wanted = {"United Kingdom", "Ireland", "Isle of Man", "France", "Belgium", "Netherlands"}
    held = topology["objects"]["countries"]["geometries"]
    return {one["properties"]["name"]: _country(one, arcs) for one in held if one["properties"]["name"] in wanted}


def _arcs(topology: Mapping[str, Any]) -> Iterator[list[tuple[float, float]]]:
    (kx, ky), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        steps = np.cumsum(np.array(arc), axis=0)
        yield [(x * kx + tx, y * ky + ty) for x, y in steps]


def _country(one: Mapping[str, Any], arcs: Sequence[Sequence[tuple[float, float]]]) -> MultiPolygon:
    parts = one["arcs"] if one["type"] == "MultiPolygon" else [one["arcs"]]
    polygons = [Polygon(_ring(part[0], arcs)) for part in parts if _near(_degrees(part[0], arcs))]
    return MultiPolygon([part for whole in map(shapely.make_valid, polygons) for part in _polygons(whole)])


def _degrees(ring: Iterable[int], arcs: Sequence[Sequence[tuple[float, float]]]) -> list[tuple[float, float]]:
    pieces = [arcs[at] if at >= 0 else arcs[~at][::-1] for at in ring]
    return [point for piece in pieces for point in piece]


def _ring(ring: Iterable[int], arcs: Sequence[Sequence[tuple[float, float]]]) -> list[tuple[float, float]]:
    return [plane(latitude, longitude) for longitude, latitude in _degrees(ring, arcs)]


def _near(points: Iterable[tuple[float, float]]) -> bool:
    return all(-12 < longitude < 12 and 40 < latitude < 62 for longitude, latitude in points)


def _polygons(shape: BaseGeometry) -> list[Polygon]:
    """The polygons of a shape, without holes."""
    parts = [part for part in getattr(shape, "geoms", [shape]) if isinstance(part, Polygon) and not part.is_empty]
    return [Polygon(part.exterior) for part in parts]


def voronoi(places: Sequence[Place]) -> list[Polygon]:
    """All that is nearest to each place, in the order of the places."""
    points = [shapely.Point(place.point) for place in places]
    pieces = shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=FRAME.buffer(500))
    tree = shapely.STRtree(points)
    owners = {int(tree.query(piece, predicate="contains")[0]): piece for piece in pieces.geoms}
    return [owners[at] for at in range(len(points))]


def on_land(piece: BaseGeometry, land: BaseGeometry) -> MultiPolygon:
    """The land in a cell without islets, at least its largest part."""
    parts = sorted(_polygons(shapely.intersection(piece, land)), key=lambda part: -part.area)
    return MultiPolygon([part for at, part in enumerate(parts) if at == 0 or part.area >= LEAST_ISLAND])


def simplified(cells: Sequence[BaseGeometry], tolerance: float) -> list[MultiPolygon]:
    """Fewer corners, the same on both sides of every shared border."""
    simpler = shapely.coverage_simplify(list(cells), tolerance)
    return [MultiPolygon(_polygons(shape)) for shape in simpler]


def with_shetland_moved(shape: BaseGeometry) -> MultiPolygon:
    """Shetland brought nearer, as maps of the United Kingdom do, into a frame of its own."""
    parts = [
        affinity.translate(part, *SHETLAND_MOVE) if is_shetland(part.centroid.x, part.centroid.y) else part
        for part in _polygons(shape)
    ]
    return MultiPolygon(parts)


def steps(shape: BaseGeometry, unit: float) -> list[list[int]]:
    """Rings as whole steps; those that shrink to nothing are left out."""
    rings = []
    for part in _polygons(shape):
        whole = np.round(np.array(shapely.geometry.polygon.orient(part).exterior.coords) / unit).astype(int)
        whole = whole[np.append(True, np.any(np.diff(whole, axis=0) != 0, axis=1))][:-1]
        if len(whole) > 2:
            rings.append(np.diff(whole, axis=0, prepend=[[0, 0]]).ravel().tolist())
    return rings


def cells_file(places: Sequence[Place], land: Mapping[str, MultiPolygon], source: Path) -> dict[str, Any]:
    """All cells, the coast around them, and the neighbours."""
    pieces = voronoi(places)
    whole = simplified([on_land(piece, land["United Kingdom"]) for piece in pieces], SIMPLER)
    shetland = [part for shape in whole for part in _polygons(shape) if is_shetland(part.centroid.x, part.centroid.y)]
    frame = affinity.translate(MultiPolygon(shetland), *SHETLAND_MOVE).buffer(8).bounds
    others = [shape for name, shape in land.items() if name != "United Kingdom"]
    beside = shapely.intersection(shapely.union_all(others), FRAME).simplify(1.2)
    beside = MultiPolygon([part for part in _polygons(beside) if part.area > 40])
    return {
        "notice": NOTICE,
        "countries_sha256": hashlib.sha256(source.read_bytes()).hexdigest(),
        "places_sha256": places_digest(places),
        "unit_km": UNIT,
        "shetland_box": [round(number, 1) for number in frame],
        "shetland_move": SHETLAND_MOVE,
        "cells": _cell_rows(places, [with_shetland_moved(shape) for shape in whole], UNIT),
        "coast": steps(with_shetland_moved(shapely.coverage_union_all(whole)), UNIT),
        "neighbours": steps(beside, UNIT),
    }


def _cell_rows(places: Sequence[Place], shapes: Sequence[BaseGeometry], unit: float) -> list[list[Any]]:
    rows = [[one.code, one.publishes, steps(shape, unit)] for one, shape in zip(places, shapes, strict=True)]
    return [row for row in rows if row[2]]


def london_file(places: Sequence[Place], land: BaseGeometry) -> dict[str, Any]:
    """The parts of cells in a box around London, finer."""
    frame = box(*LONDON)
    pieces = [shapely.intersection(piece, frame) for piece in voronoi(places)]
    parts = [MultiPolygon(_polygons(shapely.intersection(piece, land))) for piece in pieces]
    inside = [(place, part) for place, part in zip(places, parts, strict=True) if not part.is_empty]
    simpler = simplified([part for _, part in inside], FINER)
    rows = _cell_rows([place for place, _ in inside], simpler, FINE_UNIT)
    return {"notice": NOTICE, "unit_km": FINE_UNIT, "box": LONDON, "cells": rows}


def honeycomb(areas: Sequence[Mapping[str, str]]) -> list[list[Any]]:
    """A hexagon for each area, as near to where it lies as a tight honeycomb allows.

    Areas and hexagons are matched so that the sum of squared distances is least; hexagons far from the middle of the
    country cost a little more, so that the comb has no holes.
    """
    points = np.array([plane(float(row["latitude"]), float(row["longitude"])) for row in areas])
    pitch = 370 / np.sqrt(len(areas)) * 1.02
    slots = _slots(points, pitch)
    away = ((points[:, None, :] - slots[None, :, :]) ** 2).sum(axis=2)
    middle = ((slots - points.mean(axis=0)) ** 2 * [1.0, 0.45]).sum(axis=1)
    _, chosen = linear_sum_assignment(away + 0.5 * middle[None, :])
    placed = slots[chosen] / pitch
    placed -= placed.min(axis=0)
    rows = [
        [row["code"], SHORT_NAMES[row["code"]], round(float(x), 3), round(float(y), 3)]
        for row, (x, y) in zip(areas, placed, strict=True)
    ]
    return sorted(rows)


def _slots(points: np.ndarray[Any, Any], pitch: float) -> np.ndarray[Any, Any]:
    (left, bottom), (right, top) = points.min(axis=0) - 2 * pitch, points.max(axis=0) + 2 * pitch
    rise = pitch * np.sqrt(3) / 2
    return np.array([
        (left + pitch * (column + (row % 2) / 2), bottom + rise * row)
        for row in range(int((top - bottom) / rise))
        for column in range(int((right - left) / pitch))
    ])  # fmt: skip


def hexagons_file(rows: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """One layout for each vintage of ICBs, by its first day."""
    boards = [row for row in rows if row["level"] == "icb"]
    layouts = {
        start: honeycomb(
            [row for row in boards if row["opened"] <= start and (not row["closed"] or row["closed"] >= start)]
        )
        for start in ("2022-07-01", "2026-04-01")
    }
    return {"notice": NOTICE, "layouts": layouts}


def write(name: str, held: Mapping[str, Any]) -> None:
    """One file, without spaces, one key a line."""
    lines = [f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'))}" for key, value in held.items()]
    path = OUT / name
    path.write_text("{" + ",\n".join(lines) + "}\n", encoding="utf-8")
    print(f"{name}: {path.stat().st_size / 1000:.0f} kB")


def main() -> None:
    """Read, compute, write."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("countries", type=Path)
    asked.add_argument("--organisations", type=Path, default=ORGANISATIONS)
    options = asked.parse_args()
    rows = read_rows(options.organisations)
    places, land = places_with_cells(rows), countries(options.countries)
    OUT.mkdir(exist_ok=True)
    write("cells.json", cells_file(places, land, options.countries))
    write("london.json", london_file(places, land["United Kingdom"]))
    write("hexagons.json", hexagons_file(rows))
    print(f"{len(places)} places; digest of places {places_digest(places)}")


if __name__ == "__main__":
    main()
