"""People who were looked at and did not enter: their rows are kept and not evaluated, in dates as in days."""

from __future__ import annotations

import warnings
from pathlib import Path

import polars as pl
import pytest

import remission
from made_up.command_line import run
from remission.inputs.problems import MOST_ALIKE, Problem
from remission.outcomes.load import check_cohort
from remission.records.files.write import write_cohort

MANIFEST = """name = "screened"
title = "Screened"
kind = "simulated"
day_zero = "first dose"
time = "{time}"
collected = ["subjects", "visits", "relapses"]
licence = "none"
"""
ALL_ROWS = "Every row of them: remission check {} -o problems.csv\n"
DAYS = {
    "subjects": "subject_id,entered,not_entered_reason,last_day\nA,yes,,365\nB,no,antibodies found,\n",
    "visits": "subject_id,row_id,day,edss\nB,v1,-20,4\nA,v2,0,2.0\nA,v3,365,2.0\n",
    "relapses": "subject_id,row_id,day\nA,r1,100\n",
}
DATES = {
    "subjects": "subject_id,entered,not_entered_reason,day_zero_date,last_day\n"
    "A,yes,,2021-03-01,2022-03-01\nB,no,antibodies found,,\n",
    "visits": "subject_id,row_id,day,edss\nB,v1,2021-02-09,4\nA,v2,2021-03-01,2.0\nA,v3,2022-03-01,2.0\n",
    "relapses": "subject_id,row_id,day\nA,r1,2021-06-09\n",
}


def folder(place: Path, time: str, tables: dict[str, str]) -> Path:
    place.mkdir(parents=True)
    (place / "cohort.toml").write_text(MANIFEST.format(time=time))
    for name, text in tables.items():
        (place / f"{name}.csv").write_text(text)
    return place


@pytest.mark.parametrize(("time", "tables", "day"), [("days", DAYS, -20), ("dates", DATES, None)])
def test_rows_of_who_did_not_enter_are_kept_told_and_not_evaluated(
    tmp_path: Path, time: str, tables: dict[str, str], day: int | None
) -> None:
    place = folder(tmp_path / "c", time, tables)
    (told,) = remission.check_cohort(place)
    assert (told.severity, told.place) == ("warning", "visits.csv, row 2, column subject_id")
    cohort = remission.load_cohort(place)
    # Of a person without day zero no date counts days: the row is there, and its day is not known.
    assert cohort.tables["visits"].select("subject_id", "day").rows() == [("B", day), ("A", 0), ("A", 365)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        outcome = remission.evaluate(cohort, "edss-6")
    assert outcome.spells["subject_id"].to_list() == ["A"]


@pytest.mark.parametrize(("time", "tables"), [("days", DAYS), ("dates", DATES)])
def test_such_a_cohort_comes_back_as_it_was_written(tmp_path: Path, time: str, tables: dict[str, str]) -> None:
    cohort = remission.load_cohort(folder(tmp_path / "c", time, tables))
    write_cohort(cohort, tmp_path / "again")
    assert remission.load_cohort(tmp_path / "again").tables["visits"].equals(cohort.tables["visits"])


@pytest.mark.parametrize(
    ("time", "tables", "found"),
    [
        ("days", DAYS | {"visits": DAYS["visits"].replace("A,v3,365", "A,v3,")}, "visits.csv, row 4, column day"),
        (
            "dates",
            DATES | {"visits": DATES["visits"].replace("A,v3,2022-03-01", "A,v3,")},
            "visits.csv, row 4, column day",
        ),
        (
            "dates",
            DATES | {"subjects": DATES["subjects"].replace("B,no", "B,yes")},
            "subjects.csv, row 3, column day_zero_date",
        ),
        (
            "dates",
            DATES | {"visits": DATES["visits"].replace("2021-02-09", "2021-02-30")},
            "visits.csv, row 2, column day",
        ),
    ],
)
def test_a_day_that_is_missing_of_who_entered_is_still_an_error(
    tmp_path: Path, time: str, tables: dict[str, str], found: str
) -> None:
    problems = remission.check_cohort(folder(tmp_path / "c", time, tables))
    assert found in [problem.place for problem in problems if problem.severity == "error"]


def test_warnings_of_one_kind_stand_on_one_line_and_in_a_file_each(tmp_path: Path) -> None:
    rows = "".join(f"B,w{number},{number - 100},4\n" for number in range(60))
    place = folder(tmp_path / "c", "days", DAYS | {"visits": DAYS["visits"] + rows})
    done = run("check", str(place), "-o", str(tmp_path / "problems.csv"))
    assert done.returncode == 0
    # Row 2, and the sixty that follow row 4.
    assert done.stderr.splitlines() == [
        "warning: visits.csv, column subject_id, 61 rows (2, 5, 6 and 58 more): found B; allowed: rows of subjects who "
        "entered. The row is kept and not evaluated: should entered be yes?",
        "61 problems in all.",
    ]
    assert "61 problems in" in done.stdout
    listed = pl.read_csv(tmp_path / "problems.csv")
    assert listed["row"].to_list() == [2, *range(5, 65)]
    assert listed["more"].sum() == 0
    assert run("check", str(place), "-o", str(tmp_path / "problems.txt")).returncode == 2


def test_a_list_of_all_rows_is_of_one_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def check(place: str, *, named_rows: int = MOST_ALIKE) -> tuple[Problem, ...]:
        asked.append(named_rows)
        return check_cohort(place, named_rows=named_rows)

    monkeypatch.setattr(remission, "check_cohort", check)
    rows = "".join(f"A,w{number},{number},3.3\n" for number in range(1, 61))
    place = folder(tmp_path / "c", "days", DAYS | {"visits": DAYS["visits"] + rows})
    done = run("check", str(place), "-o", str(tmp_path / "problems.csv"))
    assert (done.returncode, len(asked)) == (2, 1)
    # The screen is the same as without a file: fifty rows of a kind, and how many more.
    assert done.stderr == run("check", str(place)).stderr.replace(ALL_ROWS.format(place), "")
    assert done.stderr.count("error: visits.csv, row ") == 50
    assert "And 10 more rows like this one." in done.stderr
    assert pl.read_csv(tmp_path / "problems.csv").filter(severity="error").height == 60


def test_where_rows_are_counted_the_command_that_lists_them_is_named(tmp_path: Path) -> None:
    def told(rows: int, *words: str) -> bool:
        home = tmp_path / f"{rows}-{len(words)}"
        extra = "".join(f"B,w{number},{number - 100},4\n" for number in range(rows))
        place = folder(home / "c", "days", DAYS | {"visits": DAYS["visits"] + extra})
        done = run(*(word.format(place=place, home=home) for word in words))
        return ALL_ROWS.format(place) in done.stderr

    outcomes = ("outcomes", "{place}", "-e", "cdp-12w", "-o", "{home}/rows.csv")
    # Row 2 and the rows behind row 4: a line names three of them.
    assert [told(2, "check", "{place}"), told(2, *outcomes)] == [False, False]
    assert [told(3, "check", "{place}"), told(3, *outcomes)] == [True, True]


def test_errors_are_told_row_by_row(tmp_path: Path) -> None:
    rows = "".join(f"A,w{number},{number},3.3\n" for number in range(1, 4))
    done = run("check", str(folder(tmp_path / "c", "days", DAYS | {"visits": DAYS["visits"] + rows})))
    assert done.returncode == 2
    assert done.stderr.count("error: visits.csv, row ") == 3
