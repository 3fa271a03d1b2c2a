"""Ways in which an answer can be broken: each is named by its place, with what was expected and what to do."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from made_up.answers import ABOUT, TABLE, Cells, write_csv, write_xlsx
from remission.foi.answers.answer import import_answer

HEADER = ["Brand", "Patients"]
GOOD = ["Tysabri", "25"]

# What is in the sheet, the row and column that must be named, and words of what was expected and of the next step.
BROKEN: dict[str, tuple[Cells, int, str, str, str]] = {
    "negative": ([HEADER, GOOD, ["Ocrevus", "-3"]], 3, "B (Patients)", "0 or more", "cannot be negative"),
    "decimal": ([HEADER, GOOD, ["Ocrevus", "12.5"]], 3, "B (Patients)", "whole number of people", "no counts"),
    "share": ([HEADER, GOOD, ["Ocrevus", "12%"]], 3, "B (Patients)", "a count", "numbers behind it"),
    "date": ([HEADER, GOOD, ["Ocrevus", "2026-04-01"]], 3, "B (Patients)", "a range (1-4)", "into a date"),
    "reversed": ([HEADER, GOOD, ["Ocrevus", "9-5"]], 3, "B (Patients)", "the smaller one", "as it came"),
    "formula": ([HEADER, GOOD, ["Ocrevus", "#REF!"]], 3, "B (Patients)", "a whole number", "formula"),
    "prose": ([HEADER, GOOD, ["Ocrevus", "see letter"]], 3, "B (Patients)", "a limit (<5)", "is not counted"),
    "separators": ([HEADER, GOOD, ["Ocrevus", "1,20"]], 3, "B (Patients)", "commas between thousands", "belong"),
    "misspelt": ([HEADER, GOOD, ["Tecfidara", "4"]], 3, "B (Patients)", "one medicine", "Did you mean tecfidera?"),
    "nameless": ([HEADER, GOOD, ["", "4"]], 3, "B (Patients)", "one medicine", "beside the count"),
    "together": ([HEADER, GOOD, ["Avonex/Rebif", "4"]], 3, "B (Patients)", "one count a therapy", "count of each"),
    "contrary": (
        [["Brand", "Drug", "Patients"], ["Gilenya", "natalizumab", "4"], ["Ocrevus", "ocrelizumab", "n/a"]],
        *(2, "C (Patients)", "one medicine", "beside"),
    ),
    "twice": ([HEADER, GOOD, ["Tysabri", "26"]], 3, "B (Patients)", "one row a medicine", "Ask which is right"),
    "unexplained": ([HEADER, GOOD, ["Ocrevus", "*"]], 3, "B (Patients)", "a limit (<5)", "never taken for zero"),
    "other code": ([["Code", *HEADER], ["RJ1", *GOOD]], 2, "A (Code)", "RTK, who answered", "under its own code"),
    "bad day": ([[*HEADER, "Period end"], [*GOOD, "31/31/2026"]], 2, "C (Period end)", "2026-03-31", "Write the day"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_named_with_its_place_and_the_rest_is_read(tmp_path: Path, name: str) -> None:
    cells, row, column, allowed, next_step = BROKEN[name]
    found = import_answer(write_csv(tmp_path / "answer.csv", cells), ABOUT)
    problem = found.problems[0]
    assert (problem.file, problem.row, problem.column) == ("answer.csv", row, column)
    assert allowed in problem.allowed
    assert next_step in problem.next_step
    assert problem.found
    assert len(found.problems) == sum(one.kind in ("unread", "unknown", "twice") for one in found.explained)
    assert found.answers["brand_as_written"].to_list() == (["Tysabri"] if cells[0] is HEADER else [])


def test_a_problem_in_a_workbook_names_its_sheet(tmp_path: Path) -> None:
    found = import_answer(write_xlsx(tmp_path / "a.xlsx", [*TABLE, ["Ocrevus", -2]]), ABOUT)
    assert str(found.problems[-1]).startswith(
        "a.xlsx, sheet Answer, row 8, column B (Patients): found -2; allowed: 0 or"
    )


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty file"),
        (b"<!DOCTYPE html><html></html>", "a web page"),
        (b"%PDF-1.7", "a PDF"),
        (b"\xd0\xcf\x11\xe0rest", "an old .xls file, or one that is locked by a password"),
        (b"PK\x03\x04cut off", "a spreadsheet that is cut off or damaged"),
        (b"a\0b", "bytes that are no text"),
        (b"Dear Sir,\nnothing here", "no name of a medicine (it begins: Dear Sir)"),
        (b"\n\n", "no cell with a value"),
    ],
)
def test_a_file_that_is_no_answer_is_named_and_raises_nothing(tmp_path: Path, content: bytes, found: str) -> None:
    path = tmp_path / "answer.xlsx"
    path.write_bytes(content)
    imported = import_answer(path, ABOUT)
    assert [problem.found for problem in imported.problems] == [found]
    assert all(problem.next_step and problem.allowed for problem in imported.problems)
    assert imported.cells == 0


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    assert import_answer(tmp_path / "none.csv", ABOUT).problems[0].found == "no such file"


def test_a_workbook_cut_in_the_middle_is_named(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", TABLE)
    path.write_bytes(path.read_bytes()[:-200])
    assert import_answer(path, ABOUT).problems[0].found == "a spreadsheet that is cut off or damaged"


def test_a_column_of_wrong_cells_is_fifty_problems_and_all_cells_are_explained(tmp_path: Path) -> None:
    rows = [["Ocrevus", f"site {number}", "-1"] for number in range(120)]
    found = import_answer(write_csv(tmp_path / "a.csv", [["Brand", "Site", "Patients"], *rows]), ABOUT)
    assert (len(found.problems), found.problems[-1].more) == (50, 70)
    assert len(found.explained) == found.cells == 120


def test_no_damage_to_a_workbook_raises(tmp_path: Path) -> None:
    chance = random.Random(1)
    whole = write_xlsx(tmp_path / "a.xlsx", TABLE).read_bytes()
    for _ in range(40):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 20)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        (tmp_path / "b.xlsx").write_bytes(bytes(damaged))
        found = import_answer(tmp_path / "b.xlsx", ABOUT)
        assert found.answers.height or found.problems
