"""`remission check-published` as somebody meets it."""

from __future__ import annotations

import json
from pathlib import Path

from made_up.command_line import run


def test_a_paper_of_the_library_is_told_check_by_check() -> None:
    done = run("check-published", "halt-ms")
    assert done.returncode == 0
    assert done.stdout.startswith("HALT-MS, reports of 2015 and 2017\n")
    assert "Everything that could be checked adds up." in done.stdout
    assert "log-log, halves up" in done.stdout


def test_a_file_to_start_from_is_one_that_can_be_checked_and_one_digit_tells(tmp_path: Path) -> None:
    path, text = tmp_path / "halt-ms.toml", run("check-published", "--template").stdout
    path.write_text(text, encoding="utf-8")
    assert run("check-published", str(path)).returncode == 0
    path.write_text(text.replace('"82.1"', '"82.5"'), encoding="utf-8")
    done = run("check-published", str(path), "--json")
    assert done.returncode == 1
    data = json.loads(done.stdout)
    assert data["verdict"] == "not by what was searched"
    assert data["where_to_look"][0].startswith("1. The digits as they were typed in")


def test_bad_input_ends_with_two_and_all_problems(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\n[[numbers]]\nname = "a"\nkind = "ratio"\nstatus = "memory"\nlow = "x"\n', "utf-8")
    done = run("check-published", str(path))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    for said in ("key title", "key citation", "numbers[1].status", "numbers[1].low", "numbers[1].high"):
        assert said in done.stderr


def test_no_name_and_a_name_that_is_none_are_told() -> None:
    assert run("check-published").returncode == 2
    done = run("check-published", "halt-mss")
    assert done.returncode == 2
    assert "Did you mean halt-ms?" in done.stderr
    assert run("check-published", "nowhere.toml").returncode == 2
