"""What is written beside a page: lists that were tampered with harm nobody, and no command names a folder."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.exhibits.figure import Figure
from remission.exhibits.files.figures import DIGESTS, FigureFolder, delete_stale, read_listed
from remission.exhibits.files.pages import WRITTEN, without_folders, write_tables
from remission.exhibits.files.site import SiteFolder
from remission.exhibits.page import TABLES, Block, Section
from remission.exhibits.tables import Table, shows
from remission.inputs.provenance import Provenance

MADE_UP = Provenance("made-up", "simulated", "0" * 64)
SECRET = "anna"
OPTION = st.sampled_from(["", "-o", "-o ", "--output ", "--output=", "--cohort="])
FOLDER = st.lists(st.sampled_from([SECRET, "..", "a b", "x"]), max_size=4).map("/".join)


def table(name: str) -> Table:
    return Table(name, f"{name}.", pl.DataFrame({"x": [1]}), (shows("x"),), MADE_UP)


def section(*names: str) -> Section:
    return Section("s", "S", [Block(tables=[table(name) for name in names])])


def dots() -> Figure:
    spec = {"data": {"values": [{"x": 1}]}, "mark": "point", "encoding": {"x": {"field": "x", "type": "quantitative"}}}
    return Figure("dots", "Dots", "", "Dots.", {"wide": spec, "narrow": spec}, table("dots"), MADE_UP)


@pytest.mark.parametrize("record", ["text", ["a list"], 7, None])
def test_a_digest_that_is_no_digest_is_as_good_as_none(tmp_path: Path, record: object) -> None:
    (tmp_path / DIGESTS).write_text(json.dumps({"dots.svg": record}))
    folder = FigureFolder(tmp_path)
    folder.write(dots())
    folder.save_digests()
    assert "dots.svg" in folder.drawn
    assert set(json.loads((tmp_path / DIGESTS).read_text())["dots.svg"]) == {"source", "file"}


@pytest.mark.parametrize("name", ["../kept.csv", "deep/kept.csv", "", ".", ".."])
def test_a_name_that_leads_out_of_the_folder_deletes_nothing(tmp_path: Path, name: str) -> None:
    for place in (tmp_path, tmp_path / "tables/deep"):
        place.mkdir(parents=True, exist_ok=True)
        (place / "kept.csv").write_text("kept")
    delete_stale(tmp_path / "tables", [name, str(tmp_path / "kept.csv")])
    assert (tmp_path / "kept.csv").read_text() == (tmp_path / "tables/deep/kept.csv").read_text() == "kept"


def test_a_link_out_of_a_site_is_not_followed(tmp_path: Path) -> None:
    outside, site = tmp_path / "outside", tmp_path / "site"
    outside.mkdir()
    site.mkdir()
    (outside / "kept.txt").write_text("kept")
    (site / "door").symlink_to(outside, target_is_directory=True)
    (site / "written.json").write_text(json.dumps(["door/kept.txt", str(outside / "kept.txt")]))
    SiteFolder(site).finish()
    assert (outside / "kept.txt").read_text() == "kept"


def test_the_next_page_takes_away_the_tables_of_the_last_one_and_nothing_else(tmp_path: Path) -> None:
    write_tables([section("a", "b")], tmp_path)
    (tmp_path / TABLES / "mine.csv").write_text("mine")
    write_tables([section("b", "c"), section("c")], tmp_path)
    there = {path.name for path in (tmp_path / TABLES).iterdir()}
    assert there == {"b.simulated.csv", "c.simulated.csv", "mine.csv"}
    assert read_listed(tmp_path / WRITTEN) == {"b.simulated.csv", "c.simulated.csv"}


@pytest.mark.parametrize("text", ["{", '{"a.csv": 1}', "7", '"a.csv"'])
def test_a_list_that_is_no_list_lists_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / WRITTEN).write_text(text)
    assert read_listed(tmp_path / WRITTEN) == set()


def test_what_is_no_name_in_a_list_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / WRITTEN).write_text('["a.csv", 7, null, ["b.csv"]]')
    assert read_listed(tmp_path / WRITTEN) == {"a.csv"}


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
