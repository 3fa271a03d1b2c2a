"""`remission evidence`: the example of each command runs, a program can read the answers, bad input ends with 2."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from made_up.studies import write_series
from remission.cli import command_line
from remission.inputs.problems import InputProblems
from remission.library.catalogue import LIBRARY, NotInLibrary

SHARES = '\n[[overlaps]]\nstudy = "halt-ms"\nrelation = "may share people with"\nwhy = "invented"\n'


def said(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(command_line(), ["evidence", *words])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def read(*words: str) -> Any:
    code, text = said(*words, "--json")
    assert code == 0
    return json.loads(text)


def test_a_program_reads_the_five_estimators_with_k_and_what_each_is_of() -> None:
    told = read("pool", "hsct-mortality")
    of_all = [one for one in told["estimates"] if not one["group"]]
    assert [(one["estimator"], one["k"], round(100 * one["value"], 2)) for one in of_all] == [
        ("crude", 19, 0.60),
        ("binomial-normal", 19, 0.38),
        ("beta-binomial", 19, 1.11),
        ("half added to zeros", 19, 1.59),
        ("half added to all", 19, 1.81),
    ]
    assert all(one["estimates"] and one["method"] for one in of_all)
    assert len(told["cohorts"]) == 19
    assert all(one["why"] for one in told["left_out"])
    assert len(told["could_not_be_read"]["sormani-2017"]) == 8
    assert told["certainty"]["sure"] == "not judged"


def test_a_person_reads_the_answer_first() -> None:
    code, text = said("pool", "hsct-mortality")
    assert code == 0
    lines = text.splitlines()
    assert lines[1].startswith("15 of 2,509 people in 19 groups")
    assert "  Sormani 2017, 15 studies: 2.1 % (1.3 to 3.4) [verified]" in lines
    assert "Certainty: not judged." in lines


def test_second_looks_are_told_too() -> None:
    lines = said("pool", "hsct-mortality", "--look", "slopes")[1].splitlines()
    assert any(line.startswith("  EDSS at the start: not estimable") for line in lines)
    assert lines[-1].startswith("What differs between studies need not differ between the people")
    rows = read("pool", "hsct-mortality", "--look", "by-year")
    assert {row["k"] for row in rows} == set(range(2, 20))
    assert "crude, Moore 2019, Australia (2019): " in said("pool", "hsct-mortality", "--look", "without-each")[1]


def test_questions_and_studies_are_listed() -> None:
    assert "hsct-mortality: How many people die of a stem-cell transplant for MS?" in said("pool")[1]
    assert "halt-ms: HALT-MS 2017, United States (single arm)" in said("studies")[1]
    assert read("studies")["halt-ms"]["kind"] == "single arm"
    assert read("studies", "halt-ms")["registry"] == "NCT00288626"
    assert "Event" not in said("studies", "halt-ms")[1].splitlines()[0]


def test_names_that_are_not_there_are_answered_with_the_nearest() -> None:
    for words in (("pool", "hsct-mortalty"), ("studies", "halt-mz")):
        with pytest.raises(NotInLibrary, match="Did you mean"):
            said(*words)


def test_the_library_is_checked() -> None:
    code, text = said("check")
    assert code == 0
    assert text.startswith("Nothing wrong in ")


def test_files_with_mistakes_end_with_2_and_all_of_them(tmp_path: Path) -> None:
    bad = write_series(tmp_path, "bad", 10, deaths=11)
    code, text = said("check", str(bad))
    assert code == 2
    assert "bad.toml, key numbers[2].events: found 11 of 10" in text
    assert said("check", str(write_series(tmp_path, "good", 10, more=SHARES))) == (0, "Nothing wrong in 1 file.\n")
    assert said("check", str(tmp_path))[0] == 2


def test_a_new_study_shows_what_it_would_change(tmp_path: Path) -> None:
    file = write_series(tmp_path, "lee-2027", 400, deaths=4, year=2027)
    code, text = said("add", str(file), "--on", "2026-11-30")
    assert code == 0
    assert text.startswith("New: lee-2027.")
    assert "hsct-mortality, crude: 0.60 % (0.33 to 0.98) of 19 cohorts -> 0.65 %" in text
    told = read("add", str(file))
    assert told["studies"]["added"] == ["lee-2027"]


def test_a_new_state_of_a_study_takes_the_place_of_the_old(tmp_path: Path) -> None:
    text = (LIBRARY / "studies/halt-ms.toml").read_text(encoding="utf-8")
    (tmp_path / "halt-ms.toml").write_text(text.replace("events = 0", "events = 1"), encoding="utf-8")
    told = said("add", str(tmp_path / "halt-ms.toml"))[1]
    assert told.startswith("Changed: halt-ms.\n")
    assert "hsct-mortality, crude: 0.60 % (0.33 to 0.98) of 19 cohorts -> 0.64 %" in told


def test_a_new_study_with_mistakes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputProblems):
        said("add", str(write_series(tmp_path, "bad", 10, deaths=11)))


def test_two_states_of_the_library_are_compared(tmp_path: Path) -> None:
    for path in (LIBRARY / "studies").glob("*.toml"):
        if path.stem != "uk-2025":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    told = read("diff", str(tmp_path), str(LIBRARY / "studies"), "--on", "2026-11-30")
    assert told["studies"]["added"] == ["uk-2025"]
    assert told["on"] == "2026-11-30"
    assert "hsct-mortality" in {one["name"] for one in told["changes"]}


def test_a_day_that_is_none_is_refused(tmp_path: Path) -> None:
    file = write_series(tmp_path, "a", 10)
    assert said("add", str(file), "--on", "soon")[0] == 2


def test_a_claim_of_ones_own_is_checked_and_all_its_mistakes_are_told(tmp_path: Path) -> None:
    code, text = said("claims", "frozen-46", "--toml")
    assert code == 0
    mine = tmp_path / "mine.toml"
    mine.write_text(text.replace('"frozen-46"', '"mine"'), encoding="utf-8")
    assert said("claims", str(mine))[0] == 0
    wrong = text.replace('"frozen-46"', '"mine"').replace('"muraro-2017"', '"muraro-2071"').replace("{1}", "{9}")
    mine.write_text(wrong, encoding="utf-8")
    # The command line ends with 2 on InputProblems, whichever command raises them.
    with pytest.raises(InputProblems) as found:
        said("claims", str(mine))
    assert [one.column for one in found.value.problems] == ["answer", "conditions[1].number.study"]
    assert "Did you mean muraro-2017?" in found.value.report()
