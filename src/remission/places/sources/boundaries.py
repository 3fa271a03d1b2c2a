"""Boundaries of England's integrated care boards, fetched by whoever wants a choropleth and never kept in this project.

The Office for National Statistics publishes each vintage as a service of its own on the Open Geography Portal; the
atlas needs the one of April 2023 for months until March 2026 and that of April 2026 after.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from remission.inputs.download import ADVICE, DownloadFailed, Progress, download
from remission.inputs.fetching import Asking, Fetched, Say
from remission.inputs.notations import parse_json
from remission.inputs.problems import InputProblems, Problem
from remission.inputs.snapshots import Arrival, Snapshot, bytes_of, keep, read_snapshots

TITLE = "Boundaries of integrated care boards (Office for National Statistics, Open Geography Portal)"
LICENCE = (
    "Source: Office for National Statistics licensed under the Open Government Licence v3.0. "
    "Contains OS data © Crown copyright and database right."
)

SOURCE, SERIES = "boundaries", "icb"
BASE_URL = "https://services1.arcgis.com/ESMARspQHYMw9BZ9/arcgis/rest/services/"
# By the first day of each vintage. Names of services as used in public code; status: secondary.
SERVICES = {
    date(2023, 4, 1): "Integrated_Care_Boards_April_2023_EN_BSC",
    date(2026, 4, 1): "Integrated_Care_Boards_April_2026_Boundaries_EN_BSC",
}
QUERY = "/FeatureServer/0/query?outFields=*&where=1%3D1&outSR=4326&f=geojson"
CODE, NAME = re.compile(r"ICB\d\dCD"), re.compile(r"ICB\d\dNM")

Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Area:
    """One area: GSS code, name, and polygons of rings of (longitude, latitude); the first ring is the outer one."""

    code: str
    name: str
    polygons: tuple[tuple[Ring, ...], ...]


def fetch(home: Path, asking: Asking, say: Say) -> Fetched:
    """Bring the boundaries of every vintage; one that cannot be had does not stop the other."""
    new, problems = [], []
    for number, (vintage, service) in enumerate(SERVICES.items(), 1):
        url = f"{asking.base_url or BASE_URL}{service}{QUERY}"
        part = home / "raw" / SOURCE / f"{service}.part"
        try:
            found = download(url, part, asking.patience)
            areas_of(parse_json(part.read_bytes(), service), service)
        except DownloadFailed as failed:
            problems.append(_problem(service, failed.detail, ADVICE[failed.why]))
            continue
        except InputProblems as error:
            part.unlink()
            problems += error.problems
            continue
        assert found is not None  # no tag was given, so there is content
        say(Progress(service, found.bytes, found.bytes, number, len(SERVICES)))
        new.append(
            keep(
                home,
                part,
                Arrival(SOURCE, SERIES, vintage, f"icb_{vintage:%Y-%m}.geojson", url, asking.today, "published"),
            )
        )
    return Fetched(tuple(one for one in new if one), sum(one is None for one in new), tuple(problems))


def tidy(home: Path) -> dict[date, dict[str, Area]]:
    """Areas by GSS code for each vintage that was fetched; InputProblems for a file that changed."""
    newest = {one.month: one for one in read_snapshots(home) if one.source == SOURCE}
    return {vintage: _read(home, snapshot) for vintage, snapshot in sorted(newest.items())}


def _read(home: Path, snapshot: Snapshot) -> dict[str, Area]:
    content, problems = bytes_of(home, snapshot)
    if content is None:
        raise InputProblems(problems)
    return areas_of(parse_json(content, snapshot.file), snapshot.file)


def areas_of(geojson: Any, file: str) -> dict[str, Area]:
    """Areas of a GeoJSON feature collection by code; InputProblems, all at once, for features that are no area.

    >>> square = [[[0, 50], [1, 50], [1, 51], [0, 50]]]
    >>> shape = {"type": "Polygon", "coordinates": square}
    >>> one = {"properties": {"ICB26CD": "E54000001", "ICB26NM": "A"}, "geometry": shape}
    >>> list(areas_of({"type": "FeatureCollection", "features": [one]}, "a.geojson"))
    ['E54000001']
    """
    features = geojson.get("features") if isinstance(geojson, dict) else None
    about = geojson.get("properties") if isinstance(geojson, dict) else None
    cut = any(isinstance(one, dict) and one.get("exceededTransferLimit") for one in (geojson, about))
    if not features or not isinstance(features, list) or cut:
        raise InputProblems(_problem(file, "a list that was cut short" if cut else "no features"))
    areas, problems = {}, []
    for number, feature in enumerate(features, 1):
        try:
            area = _area(feature)
        # Lists and texts where objects and numbers belong break it in many ways, and are all no area.
        except (AttributeError, TypeError, ValueError, IndexError):
            area = None
        if area is None or area.code in areas:
            found = "no code, name or polygon" if area is None else f"{area.code} twice"
            problems.append(_problem(file, found, row=number))
        else:
            areas[area.code] = area
    if problems:
        raise InputProblems(problems)
    return areas


def _area(feature: Mapping[str, Any]) -> Area | None:
    properties, shape = feature.get("properties") or {}, feature.get("geometry") or {}
    codes = [str(value) for key, value in properties.items() if CODE.fullmatch(key)]
    names = [str(value) for key, value in properties.items() if NAME.fullmatch(key)]
    kind, coordinates = shape.get("type"), shape.get("coordinates")
    if not codes or not names or kind not in ("Polygon", "MultiPolygon") or not coordinates:
        return None
    polygons = [coordinates] if kind == "Polygon" else coordinates
    return Area(codes[0], names[0], tuple(tuple(_ring(ring) for ring in polygon) for polygon in polygons))


def _ring(points: list[list[float]]) -> Ring:
    return tuple((float(point[0]), float(point[1])) for point in points)


def _problem(
    file: str,
    found: str,
    advice: str = "It is not used; fetch again, or tell us of the new form.",
    row: int | None = None,
) -> Problem:
    return Problem.at_row(
        file, row, found=found, allowed="GeoJSON of areas, each with an ICB code, a name and a polygon", do=advice
    )
