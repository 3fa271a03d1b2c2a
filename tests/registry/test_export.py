"""One person's data, for the person: whole, readable by the library itself, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from made_up.command_line import run
from made_up.registry_people import Somebody, day
from remission.inputs.problems import InputProblems
from remission.registry.export import write_own_data

ON = day(900)
FORMULAS = ["=1+1", "@SUM(A1)", "+1+1", "-1+cmd|' /C calc'!A0", "\t=1", " =1", "\uff1d1+1", "\ufeff=1", "\u2003@a"]


def somebody() -> Somebody:
    one = Somebody.of("P1", 465, scopes=[])
    one.transplanted(465, day(100).isoformat())
    one.tells(465, "registry.hospital_days", "28")
    one.tells(465, "walking.day", day(465).isoformat(), "visit-465")
    one.tells(465, "walking.step", "3", "visit-465")
    first = one.tells(465, "registry.own_words", 'Line one\nwith "quotes", and a comma')
    one.tells(470, "registry.own_words", "A second thought", replaces=first.answer_id)
    for on in (465, 650, 830):
        one.is_asked(on)
    return one


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_export_is_a_cohort_that_check_accepts_and_explain_narrates(form: str, tmp_path: Path) -> None:
    one = somebody()
    write_own_data(one.person, one.answers, tmp_path / "mine", on=ON)
    checked = run("check", str(tmp_path / "mine" / form))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    told = run("explain", str(tmp_path / "mine" / form), "P1", "--endpoint", "relapse-free")
    assert told.returncode == 0
    assert "Day 730" in told.stdout


def test_the_own_tables_and_every_answer_are_there(tmp_path: Path) -> None:
    one = somebody()
    write_own_data(one.person, one.answers, tmp_path / "mine", on=ON)
    registry = pl.read_parquet(tmp_path / "mine" / "registry.parquet").row(0, named=True)
    assert (registry["hospital_days"], registry["own_words"]) == (28, "A second thought")
    assert pl.read_csv(tmp_path / "mine" / "walking.csv")["step"].to_list() == [3]
    told = json.loads((tmp_path / "mine" / "answers.json").read_text(encoding="utf-8"))
    assert [answer["answer_id"] for answer in told["answers"]] == [answer.answer_id for answer in one.answers]
    assert told["answers"][5]["value"].startswith("Line one\n")
    assert [left["why"] for left in told["in_no_table"]] == ["replaced, or told again later"]


@pytest.mark.parametrize("text", FORMULAS)
def test_own_words_are_no_formula_in_the_csv_and_themselves_elsewhere(text: str, tmp_path: Path) -> None:
    one = Somebody.of("P1")
    one.tells(0, "registry.own_words", text)
    write_own_data(one.person, one.answers, tmp_path / "mine", on=ON)
    with (tmp_path / "mine" / "registry.csv").open(encoding="utf-8", newline="") as opened:
        assert next(csv.DictReader(opened))["own_words"] == f"'{text}"
    assert pl.read_parquet(tmp_path / "mine" / "registry.parquet")["own_words"].to_list() == [text]
    assert json.loads((tmp_path / "mine" / "answers.json").read_text(encoding="utf-8"))["answers"][0]["value"] == text


def test_another_persons_answers_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    one = somebody()
    with pytest.raises(InputProblems, match="write_own_data"):
        write_own_data(one.person, [*one.answers, replace(one.answers[0], person_id="P2")], tmp_path / "mine", on=ON)
    assert list(tmp_path.iterdir()) == []


def test_what_was_stopped_is_still_the_persons_own_and_what_was_erased_is_nobodys(tmp_path: Path) -> None:
    one = somebody()
    one.stops(840)
    assert write_own_data(one.person, one.answers, tmp_path / "mine", on=ON).cohort.subjects.height == 1
    gone = somebody()
    gone.stops(840, erase=True)
    with pytest.raises(InputProblems, match="people"):
        write_own_data(gone.person, gone.answers, tmp_path / "gone", on=ON)
    assert not (tmp_path / "gone").exists()
