"""People in answers beside issued patient-years: what agrees, what hides, and that no zero is made of a silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from made_up.answers import ABOUT, DAY, Cells, write_csv
from remission.foi.answers.answer import import_answer, together
from remission.foi.answers.beside import FAR_BELOW_WORDS, beside_issued, people_counted
from remission.supply.coverage.reasons import Supply
from remission.supply.coverage.rule import load_coverage_rule
from remission.supply.coverage.states import derive_coverage

MONTHS = [date(2026 + month // 12, month % 12 + 1, 1) for month in range(15)]


def answers(tmp_path: Path, *rows: tuple[str, object]) -> pl.DataFrame:
    cells: Cells = [["Brand", "Patients"], *rows]
    return import_answer(write_csv(tmp_path / "a.csv", cells), ABOUT).answers


def issued(therapy: str, a_year: float) -> pl.DataFrame:
    return pl.DataFrame(
        {"month": MONTHS, "code": "RTK", "therapy": therapy, "units": 1.0, "patient_years": a_year / 12}
    )


SUBMISSIONS = pl.DataFrame({"month": MONTHS, "code": "RTK", "rows": 900})


@pytest.mark.parametrize(
    ("written", "a_year", "words"),
    [
        (25, 24.0, "issued and patients agree"),
        (25, 6.0, FAR_BELOW_WORDS),
        (25, 60.0, "issued is far above patients: other uses, or fewer people were counted"),
        ("<5", 1.5, "the counts are too wide to tell"),
        (0, 0.0, "the counts are too wide to tell"),
        ("<5", 90.0, "issued is far above patients: other uses, or fewer people were counted"),
    ],
)
def test_the_words_follow_from_the_whole_interval(tmp_path: Path, written: object, a_year: float, words: str) -> None:
    found = beside_issued(answers(tmp_path, ("Tysabri", written)), issued("natalizumab", a_year), SUBMISSIONS)
    assert found["words"].to_list() == [words]


def test_the_ratio_has_the_ends_that_the_interval_of_people_gives(tmp_path: Path) -> None:
    found = beside_issued(answers(tmp_path, ("Tysabri", "5-10")), issued("natalizumab", 6.0), SUBMISSIONS).to_dicts()[0]
    assert found["issued_per_year"] == pytest.approx(6.0)
    assert (found["ratio_low"], found["ratio_high"]) == pytest.approx((0.6, 1.2))
    assert (found["months_reported"], found["standing"]) == (13, "synthetic")


def test_months_whose_file_cannot_show_the_therapy_are_unknown_and_not_none(tmp_path: Path) -> None:
    told, none = answers(tmp_path, ("Tysabri", 12)), issued("ocrelizumab", 24.0)
    held = dict.fromkeys(MONTHS, frozenset({"ocrelizumab"}))
    assert beside_issued(told, none, SUBMISSIONS)["issued_per_year"].to_list() == [0.0]
    assert beside_issued(told, none, SUBMISSIONS, held)["issued_per_year"].to_list() == [None]
    shown = dict.fromkeys(MONTHS, frozenset({"natalizumab"}))
    assert beside_issued(told, none, SUBMISSIONS, shown)["issued_per_year"].to_list() == [0.0]


def test_months_nobody_reported_are_unknown_and_not_none(tmp_path: Path) -> None:
    some = issued("natalizumab", 24.0).filter(pl.col("month") < date(2026, 10, 1))
    reported = SUBMISSIONS.filter(pl.col("month") < date(2026, 10, 1))
    found = beside_issued(answers(tmp_path, ("Tysabri", 24)), some, reported).to_dicts()[0]
    assert found["issued_per_year"] == pytest.approx(24.0)
    none = beside_issued(answers(tmp_path, ("Tysabri", 24)), some, reported.head(3)).to_dicts()[0]
    assert none["issued_per_year"] is None
    assert none["ratio_high"] is None
    assert "too few months" in none["words"]


def test_brands_of_one_therapy_are_added_up(tmp_path: Path) -> None:
    found = people_counted(answers(tmp_path, ("Copaxone", 7), ("Brabio", "<5"), ("Tysabri", 3)))
    assert found.select("therapy", "low", "high").rows() == [("glatiramer acetate", 7, 11), ("natalizumab", 3, 3)]
    assert found["on"].to_list() == [DAY, DAY]


@pytest.mark.parametrize(
    ("rows", "high"),
    [
        ([("Copaxone", 0)], None),
        ([("Copaxone", 0), ("Brabio", 0)], 0),
        ([("Copaxone 40 mg", 0), ("Brabio", 0)], None),
        ([("glatiramer acetate", 0)], 0),
        ([("Gilenya", 0)], None),
        ([("fingolimod", 0)], 0),
    ],
)
def test_none_of_a_brand_is_none_of_the_therapy_only_when_nothing_else_is_sold(
    tmp_path: Path, rows: list[tuple[str, object]], high: int | None
) -> None:
    assert people_counted(answers(tmp_path, *rows))["high"].to_list() == [high]


def test_two_tables_may_be_two_hospitals_or_the_same_people_twice(tmp_path: Path) -> None:
    tables = [answers(tmp_path, ("Tysabri", number)).with_columns(file=pl.lit(str(number))) for number in (10, 12)]
    found = people_counted(pl.concat(tables))
    assert found.select("low", "high").rows() == [(12, 22)]


def test_a_newer_answer_of_the_same_day_stands_in_place_of_the_older(tmp_path: Path) -> None:
    old = answers(tmp_path, ("Tysabri", 10))
    path = write_csv(tmp_path / "b.csv", [["Brand", "Patients"], ["Tysabri", 12]])
    new = import_answer(path, replace(ABOUT, answered=date(2026, 11, 27)))
    assert people_counted(pl.concat([old, new.answers]))["low"].to_list() == [12]


def test_packs_are_not_set_beside_people(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [["Brand", "Packs"], ["Tysabri", 12]])
    assert people_counted(import_answer(path, ABOUT).answers).height == 0
    assert people_counted(together([]).answers).height == 0


def test_the_rule_of_coverage_takes_them(tmp_path: Path) -> None:
    people = people_counted(answers(tmp_path, ("ocrelizumab", 0), ("Kesimpta", 8)))
    none = issued("natalizumab", 12.0)
    supplies = [Supply("natalizumab"), Supply("ocrelizumab"), Supply("ofatumumab", homecare="yes")]
    found = derive_coverage(none, SUBMISSIONS, supplies, load_coverage_rule(), people).frame
    at = found.filter(pl.col("month") == date(2026, 9, 1)).select("therapy", "state", "reason").rows()
    assert [state for _, state, _ in at] == ["used", "not used", "not visible"]
    assert "answered" in at[1][2]
    assert "answered" in at[2][2]
