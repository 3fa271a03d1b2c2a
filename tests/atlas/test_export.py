"""The exported site as a reader finds it: links lead somewhere, files say what their rows are, no host but ours."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import polars as pl
import pytest

from remission.atlas.place_words import HOMECARE
from remission.atlas.recipes.export import Export
from remission.supply.measures.definitions import library_measures
from remission.supply.views import AtlasViews

# Facts with sources of their own, which hold no invented row.
LIBRARY = {f"data/{name}.csv" for name in ("therapies", "products", "centres", "sources", "states")}


@pytest.fixture(scope="module")
def site(exported: Export) -> Path:
    return exported.index.parent


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def test_there_is_a_page_for_every_trust_and_measure(site: Path, views: AtlasViews) -> None:
    assert {path.stem for path in (site / "trust").glob("*.html")} == set(views.monthly.codes)
    assert {path.stem for path in (site / "measure").glob("*.html")} == set(library_measures())
    for name in ("index", "deserts", "find", "measures", "therapies", "coverage", "foi", "about"):
        assert (site / f"{name}.html").is_file()


def test_every_link_leads_to_a_file_of_the_site(site: Path) -> None:
    for page in pages(site):
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r'(?:href|src)="([^"#?]+)', text):
            if not target.startswith(("http://www.w3.org", "https://doi.org", "data:")):
                assert (page.parent / unescape(target)).exists(), f"{page.name} leads to {target}"


def test_every_page_says_that_its_rows_are_invented_and_speaks_of_homecare(site: Path) -> None:
    for page in pages(site):
        text = page.read_text(encoding="utf-8")
        assert "SYNTHETIC: invented figures" in text, page
        if page.parent.name in ("trust", "measure") or page.stem in ("index", "deserts", "find"):
            assert HOMECARE in unescape(text), page


def test_every_picture_and_every_csv_says_so_too(site: Path) -> None:
    for picture in (site / "pictures").glob("*.svg"):
        assert "SYNTHETIC" in picture.read_text(encoding="utf-8")
        assert ".synthetic." in picture.name
    tables = list(site.rglob("*.csv"))
    assert tables != []
    library = {table for table in tables if str(table.relative_to(site)) in LIBRARY}
    assert len(library) == len(LIBRARY)
    for table in library:
        frame = pl.read_csv(table, infer_schema=False)
        assert set(frame.select("standing", "cohort").rows()) == {("observed", "library")}
    for table in set(tables) - library:
        assert ".synthetic." in table.name
        assert set(pl.read_csv(table, infer_schema=False)["standing"]) <= {"synthetic"}


def test_no_page_names_another_host_or_runs_a_script_of_one(site: Path) -> None:
    for page in pages(site):
        text = page.read_text(encoding="utf-8")
        assert "Content-Security-Policy" in text
        assert re.findall(r'(?:src|href)="(?:https?:)?//', text) == []


def test_files_of_the_live_map_are_those_that_the_page_can_ask_for(site: Path) -> None:
    text = (site / "index.html").read_text(encoding="utf-8")
    settings = json.loads(re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', text, re.S)[0])
    for name, *_ in settings["choices"]:
        for window in settings["windows"]:
            about = json.loads((site / f"data/{name}.{window}.json").read_text(encoding="utf-8"))
            assert set(about["months"]) <= set(settings["months"])


def test_downloads_hold_every_measure_and_every_counted_row(site: Path, views: AtlasViews) -> None:
    latest = pl.read_parquet(site / "data/estimates.synthetic.parquet")
    assert set(latest["what"]) == set(library_measures())
    assert pl.read_parquet(site / "data/issued.synthetic.parquet").height == views.as_now.height


def test_the_word_is_issued(site: Path) -> None:
    for page in pages(site):
        words = re.sub(r"<[^>]+>|what was prescribed|OpenPrescribing", " ", page.read_text("utf-8"))
        assert re.findall(r"[Pp]rescrib", words) == [], page
