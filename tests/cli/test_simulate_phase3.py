"""`remission simulate phase3`: the page with its steps, from a ratio and from a cohort."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from remission.cli import command_line
from remission.inputs.problems import InputProblems


def run(*words: str) -> str:
    done = CliRunner().invoke(command_line(), ["simulate", "phase3", *words])
    if done.exception:
        raise done.exception
    return done.stdout


def test_it_writes_the_page_the_steps_and_the_numbers(tmp_path: Path) -> None:
    said = run("--hr", "0.07", "--interval", "0.02,0.24", "--size", "500", "-o", str(tmp_path / "out"))
    assert "SIMULATED: a what-if and no forecast." in said
    told = json.loads((tmp_path / "out" / "phase3.json").read_text(encoding="utf-8"))
    assert told["standing"] == "simulated"
    assert [one["name"] for one in told["steps"]][:2] == ["power", "error"]
    assert "what-remains" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert (tmp_path / "out" / "steps.csv").read_text(encoding="utf-8").count("\n") >= 9


def test_without_a_folder_it_answers_alike_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = ("--hr", "0.07", "--interval", "0.02,0.24", "--size", "500")
    said, written = run(*words), run(*words, "-o", "out")
    assert written == said + f"Page: {Path('out/index.html')}.\n"
    assert [one.name for one in tmp_path.iterdir()] == ["out"]
    assert json.loads(run(*words, "--json"))["answer"] == said.splitlines()[0]


def test_a_cohort_gives_its_own_ratio_and_says_what_it_is(tmp_path: Path) -> None:
    said = run("--from", "two-arm", "--endpoint", "neda-3", "-o", str(tmp_path / "out"))
    assert "SIMULATED: no real person's data" in said
    told = json.loads((tmp_path / "out" / "phase3.json").read_text(encoding="utf-8"))
    assert told["phase2"]["ratio"] == pytest.approx(0.31, abs=0.005)
    assert "two-arm" in told["trial"]["control_hazard_from"]


def test_a_cohort_that_is_wrong_is_told_with_everything_else(tmp_path: Path) -> None:
    def problems(*words: str) -> str:
        with pytest.raises(InputProblems) as refused:
            run(*words, "-o", str(tmp_path / "out"))
        return "\n".join(map(str, refused.value.problems))

    wrong = problems("--from", "no-such-cohort", "--endpoint", "neda-3", "--size", "x")
    assert "found no such folder" in wrong
    assert "argument size: found x" in wrong
    wrong = problems("--from", "two-arm", "--size", "x")
    assert "argument endpoint: found nothing; allowed: one, with --from" in wrong
    assert "argument size: found x" in wrong
    assert not (tmp_path / "out").exists()
