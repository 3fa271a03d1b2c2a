"""The page of a change: written beside its tables and pictures, as text and JSON say it too."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from made_up.studies import series, together, write_series
from remission.cli import command_line
from remission.evidence.difference_folder import write_difference
from remission.evidence.pages.changes import difference_page
from remission.evidence.recipes.known import know
from remission.studies.difference import Change, Difference, Told, difference

DAY = date(2026, 12, 1)


def test_the_page_has_its_picture_and_its_table_with_before_and_after(tmp_path: Path) -> None:
    old = together(*(series(name, 100, 1, 2020) for name in "abcd"))
    new = old.with_study(series("e", 100, 5, 2021))
    page = write_difference(difference(old, new, DAY), know(DAY, new).provenance, tmp_path / "change")
    text = page.read_text(encoding="utf-8")
    assert "1 study was added" in text
    assert "PUBLISHED" in text
    assert {path.name for path in (page.parent / "figures").glob("*.svg")} == {"moved.svg", "moved.narrow.svg"}
    rows = pl.read_csv(io.StringIO((page.parent / "tables" / "changes.published.csv").read_text(encoding="utf-8")))
    crude = rows.filter((pl.col("name") == "Deaths of the transplant") & (pl.col("line") == "crude"))
    assert crude["before"].item().startswith("1.00 %")
    assert crude["after"].item().startswith("1.80 %")


def test_where_nothing_can_be_drawn_the_page_says_so_and_has_its_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("remission.exhibits.files.figures.undrawable", lambda: "too little of everything")
    old = together(*(series(name, 100, 1, 2020) for name in "abcd"))
    new = old.with_study(series("e", 100, 5, 2021))
    page = write_difference(difference(old, new, DAY), know(DAY, new).provenance, tmp_path / "change")
    assert "Tables only: this report was made with too little of everything." in page.read_text(encoding="utf-8")
    assert (page.parent / "tables" / "changes.published.csv").is_file()


def test_before_is_drawn_open_and_after_black() -> None:
    old = together(*(series(name, 100, 1, 2020) for name in "abcd"))
    new = old.with_study(series("e", 100, 5, 2021))
    page = difference_page(difference(old, new, DAY), know(DAY, new).provenance)
    (picture,) = (block.picture for section in page.sections for block in section.blocks if block.picture)
    before, after = picture.figure.table.frame.head(2).to_dicts()
    assert (before["name"], before["role"], before["value"]) == ("before", "before", 0.01)
    assert (after["name"], after["role"], after["value"]) == ("after", "pooled", 0.018)


def test_a_ratio_that_moved_is_drawn_as_a_ratio_and_not_in_per_cent() -> None:
    old, new = (Told("verdict", "a-claim", "", "supported", value, 0.6, 1.2, 1, "ratio") for value in (0.76, 0.81))
    share = Told("pooled number", "deaths", "crude", "1 %", 0.01, 0.0, 0.02, 4, "proportion")
    moved = (Change(old, new), Change(share, replace(share, value=0.02)))
    page = difference_page(Difference(DAY, (), (), ("a",), moved, 3), know(DAY).provenance)
    shares, ratios = (block.picture.figure for block in page.sections[0].blocks if block.picture)
    assert (ratios.name, shares.name) == ("moved-ratios", "moved")
    assert "%" not in ratios.description
    assert "0.81" in ratios.description
    assert "%" in shares.description


def test_nothing_that_changed_is_a_page_too(tmp_path: Path) -> None:
    same = together(series("a", 100))
    page = write_difference(difference(same, same, DAY), know(DAY, same).provenance, tmp_path / "change")
    assert "no study was added, taken out or changed" in page.read_text(encoding="utf-8")


def test_the_command_writes_it(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        folder.mkdir()
        for name in ("a", "b", "c"):
            write_series(folder, name, 50)
    write_series(new, "d", 50, 2)
    done = CliRunner().invoke(
        command_line(), ["evidence", "diff", str(old), str(new), "-o", str(tmp_path / "page"), "--on", "2026-12-01"]
    )
    assert done.exit_code == 0
    assert "1 study was added" in (tmp_path / "page" / "index.html").read_text(encoding="utf-8")
