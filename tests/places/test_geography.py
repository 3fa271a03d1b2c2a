"""The committed shapes belong to the places of today, cover the country once, and every place is in its own cell."""

from __future__ import annotations

import csv
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.library.catalogue import LIBRARY
from remission.places.geography import (
    FOLDER,
    ORIGIN_LONGITUDE,
    Ring,
    is_shetland,
    load_geography,
    places_digest,
    places_with_cells,
    plane,
)

README = Path(__file__).parents[2] / "geometry" / "README.md"


def library_rows() -> list[dict[str, str]]:
    with (LIBRARY / "places" / "organisations.csv").open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


PLACES = places_with_cells(library_rows())


def test_every_acute_trust_and_board_with_coordinates_has_a_cell() -> None:
    assert {place.code for place in PLACES} == load_geography().codes
    assert len(PLACES) > 140


def test_the_cells_were_computed_from_the_places_of_today() -> None:
    again = "the library's places changed: run geometry/make_geometry.py and put both digests into its README"
    assert places_digest(PLACES) == load_geography().digest, again


def test_the_readme_names_the_inputs_by_digest() -> None:
    held = (FOLDER / "cells.json").read_text(encoding="utf-8")
    said = README.read_text(encoding="utf-8")
    assert load_geography().digest in said
    countries = held.split('"countries_sha256":"')[1][:64]
    assert f"`{countries}`" in said
    assert "Natural Earth" in held
    assert "public domain" in held


def test_only_nations_that_publish_are_marked_so() -> None:
    publishes = {row["code"]: row["publishes"] == "yes" for row in library_rows()}
    assert all(cell.publishes == publishes[cell.code] for cell in load_geography().cells)


def test_the_shapes_are_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.glob("*.json")) < 150_000


def test_cells_neither_overlap_nor_leave_gaps() -> None:
    geography = load_geography()
    of_cells = sum(area(ring) for cell in geography.cells for ring in cell.rings)
    of_coast = sum(area(ring) for ring in geography.coast)
    assert of_cells == pytest.approx(of_coast, rel=1e-4)
    assert 220_000 < of_cells < 260_000  # square km; the United Kingdom has about 244,000


def test_what_lies_in_a_cell_is_nearest_to_its_place() -> None:
    geography = load_geography()
    near = other = 0
    for x in range(-400, 260, 17):
        for y in range(100, 1020, 17):
            inside = [cell.code for cell in geography.cells if any(contains(ring, x, y) for ring in cell.rings)]
            if not inside:
                continue
            closest = min(PLACES, key=lambda place: (place.point[0] - x) ** 2 + (place.point[1] - y) ** 2)
            near, other = near + (inside == [closest.code]), other + (inside != [closest.code])
    # Borders are simplified, so a point beside one may fall on its other side.
    assert near > 500
    assert other / (near + other) < 0.01


def test_london_is_enlarged_with_the_cells_that_it_has_on_the_map() -> None:
    geography = load_geography()
    left, bottom, right, top = geography.london_box
    inside = {place.code for place in PLACES if left < place.point[0] < right and bottom < place.point[1] < top}
    assert inside <= {cell.code for cell in geography.london} <= geography.codes
    assert len(inside) > 15


def test_shetland_is_moved_with_its_islands_and_its_points() -> None:
    geography = load_geography()
    left, bottom, right, top = geography.shetland_box
    x, y = geography.place(60.15, -1.15)
    assert left < x < right
    assert bottom < y < top
    assert not any(is_shetland(x, y) for ring in geography.coast for x, y in ring)
    assert geography.place(51.5, 0) == plane(51.5, 0)


@pytest.mark.parametrize(
    ("day", "number"),
    [(date(2019, 1, 31), 42), (date(2026, 3, 31), 42), (date(2026, 4, 30), 36)],
)
def test_every_board_of_its_day_has_one_hexagon(day: date, number: int) -> None:
    layout = load_geography().layout(day.isoformat())
    at = max(day, date(2022, 7, 1)).isoformat()
    open_then = {row["code"] for row in library_rows() if row["level"] == "icb" and row["opened"] <= at
                 and (not row["closed"] or row["closed"] >= at)}  # fmt: skip
    assert {one.code for one in layout} == open_then
    assert len({(one.x, one.y) for one in layout}) == len(layout) == number


@given(st.floats(50, 60), st.floats(-8, 2))
def test_north_is_up_and_the_plane_keeps_distances(latitude: float, longitude: float) -> None:
    x, y = plane(latitude, longitude)
    further, higher = plane(latitude + 0.1, longitude)
    assert higher > y
    # A tenth of a degree of latitude is 11.1 km, and the scale grows by under half a per cent away from 2° W.
    assert ((further - x) ** 2 + (higher - y) ** 2) ** 0.5 == pytest.approx(11.12, rel=0.006)
    assert (x > 0) == (longitude > ORIGIN_LONGITUDE) or abs(longitude - ORIGIN_LONGITUDE) < 1e-9


def area(ring: Ring) -> float:
    return abs(sum(x * y2 - x2 * y for (x, y), (x2, y2) in pairwise(ring))) / 2


def contains(ring: Ring, x: float, y: float) -> bool:
    inside = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside
