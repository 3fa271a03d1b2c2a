"""Care boards in fetched boundaries: the boards of the boundaries' day, and no page without boundaries."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from made_up.atlas import SITE
from remission.atlas.pages import boards
from remission.atlas.recipes.known import Known
from remission.exhibits.page import Page
from remission.foi.answers.ledger import read_answers
from remission.inputs.snapshots import Arrival, keep
from remission.supply.build import BUILT, Built
from remission.supply.views import AtlasViews

OLD, NEW = date(2023, 4, 1), date(2026, 4, 1)
NORTH_CENTRAL_LONDON, WEST_AND_NORTH = ("E54000028", "QMJ"), ("E54000071", "Z9B2Z")


def page(built: Built, views: AtlasViews, home: Path, gss: str, vintage: date) -> Page:
    shutil.copytree(built.home / BUILT, home / BUILT)
    ring = [[-0.3, 51.5], [0.0, 51.5], [0.0, 51.7], [-0.3, 51.7], [-0.3, 51.5]]
    name = "ICB23" if vintage == OLD else "ICB26"
    feature = {"properties": {f"{name}CD": gss, f"{name}NM": "A board"},
               "geometry": {"type": "Polygon", "coordinates": [ring]}}  # fmt: skip
    part = home / "part"
    part.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    keep(home, part, Arrival("boundaries", "icb", vintage, "icb.geojson", "https://a", date(2026, 9, 1), "published"))
    (making,) = boards.pages(known(home, views))
    made = making()
    assert isinstance(made, Page)
    return made


def known(home: Path, views: AtlasViews) -> Known:
    return Known(home, views, read_answers(home), (), SITE)


@pytest.mark.parametrize(("board", "vintage"), [(NORTH_CENTRAL_LONDON, OLD), (WEST_AND_NORTH, NEW)])
def test_a_board_of_either_vintage_has_its_own_figure(
    built: Built, views: AtlasViews, tmp_path: Path, board: tuple[str, str], vintage: date
) -> None:
    made = page(built, views, tmp_path, board[0], vintage)
    (table,) = [one.picture.figure.table for one in made.sections[0].blocks if one.picture]
    row = table.frame.filter(pl.col("code") == board[1]).to_dicts()[0]
    assert row["denominator"] is not None
    assert f"{vintage:%B %Y}" in made.subtitle


def test_without_boundaries_there_is_no_page(views: AtlasViews, tmp_path: Path) -> None:
    assert list(boards.pages(known(tmp_path, views))) == []
