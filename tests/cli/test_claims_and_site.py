"""Claims and the site as a user of the command line meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from made_up.command_line import run


def test_claims_as_json_have_verdict_date_and_how_many_studies() -> None:
    rows = json.loads(run("evidence", "claims", "--json").stdout)
    assert len(rows) == 24
    assert {"claim", "verdict", "as_of", "k", "studies_left_out", "value", "low", "high", "last_true"} <= set(rows[0])
    assert sum(row["low"] is not None for row in rows) >= 10
    assert all(row["low"] is not None or row["no_number"] for row in rows)


def test_one_claim_is_told_in_words() -> None:
    said = run("evidence", "claims", "mortality-5-10").stdout
    assert said.startswith("mortality-5-10: “5 to 10% mortality rate!”\n  Outdated. ")
    assert "Last true: 2010" in said


def test_a_claim_of_your_own_begins_as_one_of_the_library_and_is_decided(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    text = run("evidence", "claims", "frozen-46", "--toml").stdout
    mine.write_text(text.replace('"frozen-46"', '"mine"').replace("0.455", "0.6").replace("0.465", "0.7"), "utf-8")
    said = run("evidence", "claims", str(mine))
    assert said.returncode == 0
    assert said.stdout.splitlines()[1].startswith("  Contradicted. ")


def test_a_claim_without_a_rule_is_refused_in_words(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('name = "mine"\nkind = "claim"\n', encoding="utf-8")
    done = run("evidence", "claims", str(mine))
    assert done.returncode == 2
    assert "key words: found no such key" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        (("claims", "mortality-5-1"), "mortality-5-10"),
        (("claims", "mortality-5-1", "--toml"), "mortality-5-10"),
        (("studies", "halt-mss"), "halt-ms"),
        (("pool", "hsct-mortalty"), "hsct-mortality"),
    ],
)
def test_a_name_that_is_not_in_the_library_is_told_in_words_with_the_nearest(
    words: tuple[str, ...], nearest: str
) -> None:
    done = run("evidence", *words)
    assert done.returncode == 2
    assert f"Did you mean {nearest}?" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [("evidence", "claims"), ("site", "export"), ("site", "open")])
def test_every_command_shows_an_example(command: tuple[str, str]) -> None:
    done = run(*command, "--help")
    assert done.returncode == 0
    assert f"Example: remission {' '.join(command)}" in " ".join(done.stdout.split())


def test_a_day_that_is_none_and_a_folder_without_a_site_are_refused(tmp_path: Path) -> None:
    done = run("site", "export", str(tmp_path / "out"), "--on", "yesterday")
    assert done.returncode == 2
    assert "a day is written YYYY-MM-DD" in done.stderr
    assert not (tmp_path / "out").exists()
    done = run("site", "open", str(tmp_path), "--no-browser", "--port", "0")
    assert done.returncode == 2
    assert "remission site export" in done.stderr
