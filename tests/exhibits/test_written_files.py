"""What is written beside a page: lists that were tampered with harm nobody, and no command names a folder."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.exhibits.figure import Figure
from remission.exhibits.files.figures import DIGESTS, FigureFolder
from remission.exhibits.files.pages import without_folders, write_page
from remission.exhibits.page import TABLES, Block, Section
from remission.exhibits.tables import Table, shows
from remission.inputs.provenance import Provenance
from remission.inputs.writing import LIST, write_into

MADE_UP = Provenance("made-up", "simulated", "0" * 64)
SECRET = "anna"
OPTION = st.sampled_from(["", "-o", "-o ", "--output ", "--output=", "--cohort="])
FOLDER = st.lists(st.sampled_from([SECRET, "..", "a b", "x"]), max_size=4).map("/".join)


def table(name: str) -> Table:
    return Table(name, f"{name}.", pl.DataFrame({"x": [1]}), (shows("x"),), MADE_UP)


def section(*names: str) -> Section:
    return Section("s", "S", [Block(tables=[table(name) for name in names])])


def write(folder: Path, *sections: Section) -> None:
    with write_page(folder) as files:
        files.write("", sections)


def dots() -> Figure:
    spec = {"data": {"values": [{"x": 1}]}, "mark": "point", "encoding": {"x": {"field": "x", "type": "quantitative"}}}
    return Figure("dots", "Dots", "", "Dots.", {"wide": spec, "narrow": spec}, table("dots"), MADE_UP)


@pytest.mark.parametrize("record", ["text", ["a list"], 7, None])
def test_a_digest_that_is_no_digest_is_as_good_as_none(tmp_path: Path, record: object) -> None:
    (tmp_path / DIGESTS).write_text(json.dumps({"dots.svg": record}))
    with write_into(tmp_path) as result:
        folder = FigureFolder(result, "")
        folder.write(dots())
        folder.save_digests()
    assert "dots.svg" in folder.drawn
    assert set(json.loads((tmp_path / DIGESTS).read_text())["dots.svg"]) == {"source", "file"}


def test_the_next_page_takes_away_the_tables_of_the_last_one_and_nothing_else(tmp_path: Path) -> None:
    write(tmp_path, section("a", "b"))
    (tmp_path / TABLES / "mine.csv").write_text("mine")
    write(tmp_path, section("b", "c"), section("c"))
    there = {path.name for path in (tmp_path / TABLES).iterdir()}
    assert there == {"b.simulated.csv", "c.simulated.csv", "mine.csv"}
    listed = {"index.html", "figures/digests.json", "tables/b.simulated.csv", "tables/c.simulated.csv"}
    assert set(json.loads((tmp_path / LIST).read_text())) == listed


def test_what_an_earlier_version_listed_otherwise_goes_too(tmp_path: Path) -> None:
    for name in ("tables/old.csv", "figures/old.svg", "index.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("old")
    (tmp_path / LIST).write_text('["old.csv"]')
    (tmp_path / "figures" / DIGESTS).write_text('{"old.svg": {}}')
    write(tmp_path, section("a"))
    assert [path.name for path in tmp_path.rglob("old.*")] == []


@given(OPTION, FOLDER, st.sampled_from(["'", '"']))
def test_no_folder_of_whoever_made_a_page_stands_in_its_command(option: str, folder: str, quote: str) -> None:
    said = without_folders(f"remission report {option}{quote}/home/{folder}/out{quote} --level 0.9")
    assert SECRET not in said
    assert "home" not in said
    assert said.startswith("remission report ")
    assert said.endswith("out --level 0.9")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("remission report -o/home/anna/out", "remission report -oout"),
        ("remission report 'C:\\Users\\anna\\my cohort'", "remission report 'my cohort'"),
        ("remission report /home/anna/it's", "remission report 'it'\"'\"'s'"),
        ("remission report halt-ms --group-by x_arm -n4", "remission report halt-ms --group-by x_arm -n4"),
        ("", ""),
    ],
)
def test_what_is_no_folder_stays_as_it_was_typed(command: str, said: str) -> None:
    assert without_folders(command) == said
