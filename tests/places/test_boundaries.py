"""Boundaries of each vintage: fetched whole or not at all, and areas found by their code."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from made_up.open_data_server import Site, serving
from remission.inputs.download import Patience
from remission.inputs.fetching import Asking
from remission.inputs.problems import InputProblems
from remission.places.sources import boundaries

REAL = Path(__file__).parents[2] / "../shared/atlas/boundaries/Integrated_Care_Boards_April_2023_EN_BSC.geo.json"
RING = [[0.0, 50.0], [1.0, 50.0], [1.0, 51.0], [0.0, 50.0]]


def _collection(*codes: str, kind: str = "Polygon", **more: Any) -> bytes:
    shape = {"type": kind, "coordinates": [RING] if kind == "Polygon" else [[RING], [RING]]}
    features = [{"properties": {"ICB26CD": code, "ICB26NM": f"ICB {code}"}, "geometry": shape} for code in codes]
    return json.dumps({"type": "FeatureCollection", "features": features} | more).encode()


def _site(first: bytes, second: bytes) -> Site:
    paths = (f"/{service}/FeatureServer/0/query" for service in boundaries.SERVICES.values())
    return Site(files=dict(zip(paths, (first, second), strict=True)))


def _fetch(home: Path, site: Site) -> tuple[int, int, list[str]]:
    with serving(site):
        asking = Asking(date(2026, 11, 20), base_url=f"{site.address}/", patience=Patience(5.0, 1, 0.0))
        found = boundaries.fetch(home, asking, lambda _: None)
    return len(found.new), found.unchanged, [problem.found for problem in found.problems]


def test_both_vintages_are_kept_apart(tmp_path: Path) -> None:
    site = _site(_collection("E54000001", "E54000002"), _collection("E54000063", kind="MultiPolygon"))
    assert _fetch(tmp_path, site) == (2, 0, [])
    found = boundaries.tidy(tmp_path)
    assert {vintage: list(areas) for vintage, areas in found.items()} == {
        date(2023, 4, 1): ["E54000001", "E54000002"],
        date(2026, 4, 1): ["E54000063"],
    }
    area = found[date(2026, 4, 1)]["E54000063"]
    assert (area.name, len(area.polygons), area.polygons[0][0][1]) == ("ICB E54000063", 2, (1.0, 50.0))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"{not json", "text that is not JSON (line 1)"),
        (b'{"error": {"code": 400}}', "no features"),
        (_collection("E54000001", exceededTransferLimit=True), "a list that was cut short"),
        (_collection("E54000001", "E54000001"), "E54000001 twice"),
        (_collection("E54000001").replace(b"ICB26CD", b"CODE"), "no code, name or polygon"),
        (b"[" * 100_000, "lists or objects in each other too deep"),
        (_collection("E54000001").replace(b"50.0", b"NaN", 1), "text that is not JSON (JSON has no number NaN)"),
        (b'{"features": {"a": 1}}', "no features"),
        (b'{"features": ["a"], "properties": []}', "no code, name or polygon"),
        (b'{"features": [{"properties": ["a"], "geometry": 1}]}', "no code, name or polygon"),
        (_collection("E54000001").replace(b'"coordinates": [[', b'"coordinates": [["a", '), "no code, name or polygon"),
    ],
)
def test_what_is_no_boundary_is_named_and_not_kept(tmp_path: Path, content: bytes, found: str) -> None:
    assert _fetch(tmp_path, _site(content, _collection("E54000063"))) == (1, 0, [found])
    assert list(boundaries.tidy(tmp_path)) == [date(2026, 4, 1)]


def test_the_same_again_is_unchanged(tmp_path: Path) -> None:
    with serving(_site(_collection("E54000001"), _collection("E54000063"))) as site:
        asking = Asking(date(2026, 11, 20), base_url=f"{site.address}/", patience=Patience(5.0, 1, 0.0))
        once, again = (boundaries.fetch(tmp_path, asking, lambda _: None) for _ in range(2))
    assert (len(once.new), once.unchanged, len(again.new), again.unchanged) == (2, 0, 0, 2)


def test_a_kept_file_that_changed_is_refused(tmp_path: Path) -> None:
    _fetch(tmp_path, _site(_collection("E54000001"), _collection("E54000063")))
    next((tmp_path / "raw/boundaries").rglob("*.geojson")).write_text("{}")
    with pytest.raises(InputProblems):
        boundaries.tidy(tmp_path)


@pytest.mark.skipif(not REAL.exists(), reason="the published boundaries are not here")
def test_the_published_boundaries_are_42_areas_of_england() -> None:
    areas = boundaries.areas_of(json.loads(REAL.read_text("utf-8")), REAL.name)
    points = [point for area in areas.values() for polygon in area.polygons for ring in polygon for point in ring]
    assert len(areas) == 42
    assert all(code.startswith("E54") for code in areas)
    assert all(-6.5 < longitude < 1.8 and 49.8 < latitude < 55.9 for longitude, latitude in points)
