"""`remission evidence league`: words and JSON, options, a file of nodes of one's own, and every mistake at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from made_up.command_line import run
from remission.library.catalogue import LIBRARY


def read(*words: str) -> Any:
    done = run("evidence", "league", *words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_person_reads_the_answer_first_then_what_to_know_then_how() -> None:
    done = run("evidence", "league", "--what", "relapse")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "Relapses (coarse, main analysis)"
    assert lines[1].startswith("The trials cannot name one: 5 treatments may each be first. Of 14 treatments 11 had ")
    assert "18 of 73 comparisons" in lines[2]
    assert "A rank is not an effect" in lines[2]
    assert lines[3].startswith("Network meta-analysis of contrasts by generalised least squares")
    assert "Beside the network, never in it:" in lines


def test_a_program_reads_all_three_outcomes_or_one() -> None:
    every = read()
    assert [one["what"] for one in every] == [
        "relapse-rate-ratio", "progression-12w-hazard-ratio", "progression-24w-hazard-ratio"
    ]  # fmt: skip
    one = read("--what", "disability-24w", "--nodes", "fine", "--analysis", "sensitivity")
    assert (one["what"], one["nodes"]["name"], one["analysis"]) == (
        "progression-24w-hazard-ratio", "fine", "sensitivity"
    )  # fmt: skip
    assert [part["reference"] for part in one["parts"]] == [
        "placebo", "interferon beta-1a IM 30", "interferon beta-1a SC 44"
    ]  # fmt: skip


def test_another_reference_is_taken() -> None:
    (part,) = read("--what", "relapse", "--reference", "interferon beta")["parts"]
    assert part["reference"] == "interferon beta"
    assert {one["against"] for one in part["effects"]} == {"interferon beta"}


def test_a_file_of_nodes_of_ones_own_is_used(tmp_path: Path) -> None:
    text = (LIBRARY / "nodes" / "coarse.toml").read_text(encoding="utf-8")
    mine = tmp_path / "mine.toml"
    mine.write_text(
        text.replace('name = "coarse"', 'name = "mine"').replace('"ocrelizumab"\nshort', '"OCR 600"\nshort')
    )
    (part,) = read("--what", "relapse", "--nodes", str(mine))["parts"]
    assert "OCR 600" in part["treatments"]


def test_bad_input_ends_with_2_and_all_that_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (LIBRARY / "nodes" / "coarse.toml").read_text(encoding="utf-8")
    mine = tmp_path / "mine.toml"
    mine.write_text(text.replace('name = "coarse"', 'name = "mine"').replace("ponesimod 20 mg", "ponesimod 200 mg"))
    done = run("evidence", "league", "--nodes", str(mine), "--reference", "placbo")
    assert done.returncode == 2
    assert "Did you mean ponesimod 20 mg?" in done.stderr
    assert "Did you mean placebo?" in done.stderr
    assert "Traceback" not in done.stderr
    for words in (("--nodes", "finest"), ("--nodes", "nowhere.toml"), ("--what", "cure")):
        done = run("evidence", "league", *words)
        assert done.returncode == 2
        assert done.stderr
        assert "Traceback" not in done.stderr
