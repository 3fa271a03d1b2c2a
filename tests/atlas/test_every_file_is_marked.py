"""Every file of an export of invented rows says so: in its name, or inside where a program looks."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from remission.atlas.recipes.export import Export

WORD = "synthetic"
# No row of an atlas is in them: style, programs, the list of what was written, and facts with sources of their own.
PROGRAMS = (".css", ".js")
LISTS = ("written.json",)
LIBRARY = tuple(f"data/{name}.csv" for name in ("therapies", "products", "centres", "sources", "states"))


def unmarked(folder: Path) -> Iterator[str]:
    """Every file that holds something of the atlas and does not say that it is invented."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if path.suffix not in PROGRAMS and name not in (*LISTS, *LIBRARY) and not says_so(path):
            yield name


def says_so(path: Path) -> bool:
    content = path.read_bytes()
    if path.suffix == ".json":
        found = json.loads(content)
        return found.get("standing") == WORD and "SYNTHETIC" in found.get("warning", "")
    if path.suffix in (".html", ".svg"):
        return b"SYNTHETIC" in content
    if f".{WORD}." not in path.name:
        return False
    if path.suffix == ".csv":
        return set(pl.read_csv(content, infer_schema=False)["standing"]) <= {WORD}
    if path.suffix == ".parquet":
        return set(pl.read_parquet(io.BytesIO(content))["standing"]) == {WORD}
    return path.suffix == ".png"  # its words are drawn


@pytest.fixture(scope="module")
def site(exported: Export) -> Path:
    return exported.index.parent


def test_every_file_of_an_export_is_marked(site: Path) -> None:
    assert list(unmarked(site)) == []


def test_the_check_meets_every_kind_of_file(site: Path) -> None:
    kinds = {path.suffix for path in site.rglob("*") if path.is_file()} - set(PROGRAMS)
    assert kinds == {".html", ".svg", ".png", ".csv", ".parquet", ".json"}


@pytest.mark.parametrize(
    ("name", "without"),
    [
        ("data/places.json", lambda text: text.replace('"standing":"synthetic"', '"standing":"observed"')),
        ("data/cells.wide.json", lambda text: text.replace("SYNTHETIC", "")),
        ("trust/RJ1.html", lambda text: text.replace("SYNTHETIC", "")),
        ("data/estimates.synthetic.csv", lambda text: text.replace("synthetic", "published")),
    ],
)
def test_a_file_without_its_mark_is_found(site: Path, tmp_path: Path, name: str, without: object) -> None:
    copied = tmp_path / name
    copied.parent.mkdir()
    shutil.copy(site / name, copied)
    assert list(unmarked(tmp_path)) == []
    text = copied.read_text(encoding="utf-8")
    copied.write_text(without(text), encoding="utf-8")  # type: ignore[operator]  # one of the functions above
    assert list(unmarked(tmp_path)) == [name]


def test_a_table_whose_name_lost_the_word_is_found(site: Path, tmp_path: Path) -> None:
    shutil.copy(site / "data/issued.synthetic.parquet", tmp_path / "issued.parquet")
    assert list(unmarked(tmp_path)) == ["issued.parquet"]
