"""A report's folder for a paper: there when asked for, gone when not, and without single persons."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl

from made_up.command_line import run
from made_up.small_report_cohort import tiny
from remission.exhibits.files.paper import Paper
from remission.report.write import write_report

PEOPLE = "".join(f"S{n},{arm},yes,1200,completed,\n" for n, arm in enumerate("AABB"))


def test_the_folder_comes_and_goes_with_the_asking(tmp_path: Path) -> None:
    cohort, out = tiny(tmp_path / "cohort", PEOPLE, relapses="S0,R1,100\nS2,R2,300\n"), tmp_path / "out"
    asked = Paper(figure_mm=84.0, xlsx=True)
    write_report(cohort, "relapse-free", out, group_by="arm", aggregates_only=True, paper=asked)
    names = {path.name for path in (out / "paper").iterdir()}
    assert {"curve-relapse-free.pdf", "curve-relapse-free.png", "curve-relapse-free.svg", "tables.xlsx"} <= names
    # A picture and a table of single persons stay out here too.
    assert not any(name.startswith("timelines") for name in names)
    book = openpyxl.load_workbook(io.BytesIO((out / "paper" / "tables.xlsx").read_bytes()))
    assert "timelines" not in book.sheetnames
    assert len(book.sheetnames) == 1 + len(list((out / "tables").iterdir()))
    write_report(cohort, "relapse-free", out, group_by="arm", aggregates_only=True)
    assert list((out / "paper").iterdir()) == []


def test_it_holds_nobody_also_where_the_page_shows_everyone(tmp_path: Path) -> None:
    cohort, out = tiny(tmp_path / "cohort", PEOPLE, relapses="S0,R1,100\nS2,R2,300\n"), tmp_path / "out"
    write_report(cohort, "relapse-free", out, group_by="arm", paper=Paper(figure_mm=84.0, xlsx=True))
    assert (out / "figures" / "timelines.svg").exists()
    paper = {path.name: path.read_bytes() for path in (out / "paper").iterdir()}
    assert not any(name.startswith("timelines") for name in paper)
    assert b"timelines" not in paper["legends.txt"]
    book = openpyxl.load_workbook(io.BytesIO(paper["tables.xlsx"]))
    cells = {cell for sheet in book for row in sheet.values for cell in row if isinstance(cell, str)}
    assert not cells & {"S0", "S1", "S2", "S3", "R1", "R2"}
    # What is left out is named: a sheet that is missing must not look like a table that there is not.
    left = [row[1] for row in book["Contents"].values if row[0] == "not here"]
    assert any("each person" in str(caption) or "person" in str(caption) for caption in left)


def test_a_width_that_is_none_leaves_nothing_behind(tmp_path: Path) -> None:
    done = run("report", "two-arm", "-e", "death", "-o", str(tmp_path / "out"), "--figure-width", "2mm")
    assert done.returncode == 2
    assert "60 to 300 mm" in done.stderr
    assert not (tmp_path / "out").exists()
