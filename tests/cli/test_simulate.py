"""`remission simulate cohort`: a cohort like any other, what it is in words, and what is wrong in a design."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from remission.cli import command_line
from remission.failures import say_failure
from remission.inputs.problems import InputProblems
from remission.library.catalogue import LIBRARY
from remission.outcomes.load import load_cohort
from remission.simulation.cohorts.truth import load_truths
from remission.simulation.course import truths
from remission.simulation.course import write as of_write
from remission.simulation.course.load import design_names
from remission.terminal import BAD_INPUT


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """The truth of a few people: what is tested here is what is said of it."""
    monkeypatch.setattr(of_write, "planted_truths", lambda plan: truths.planted_truths(plan, people=2_000))


def run(*words: str) -> tuple[int, list[str]]:
    done = CliRunner().invoke(command_line(), ["simulate", "cohort", *words])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout.splitlines()


@pytest.mark.parametrize("format_", ["csv", "parquet"])
def test_it_writes_a_cohort_with_its_truth_and_says_what_to_do_next(tmp_path: Path, format_: str) -> None:
    home = tmp_path / "a place"
    code, said = run("--design", "hsct-against-therapy", "-n", "40", "-o", str(home), "--format", format_)
    assert code == 0
    assert said[0] == f"SIMULATED: 40 people who do not exist, in {shlex.quote(str(home))}."
    assert "27 are assumed" in said[1]
    assert "as visits see it" in said[2]
    assert "as it happens" in said[2]
    assert "Free of it at 5 years, HSCT: 9" in said[3]
    assert "docs/virtual-cohorts.md" in said[5]
    assert (home / f"visits.{format_}").is_file()
    assert load_cohort(home).manifest.kind == "simulated"
    told = load_truths(home)
    assert {one.endpoint for one in told} == {"relapse-free", "cdp-24w", "neda-3", "death", "relapse-30d"}
    assert all(one.seen_error > 0 for one in told)
    text = (home / "truth.toml").read_text(encoding="utf-8")
    assert text.startswith("# SIMULATED: no real person's data.")
    assert 'relapse_rate = "derived"' in text
    if format_ == "parquet":
        carried_out(said[-1], tmp_path / "report")


def carried_out(line: str, folder: Path) -> None:
    """What it says to do next is done, into another folder."""
    next_command = shlex.split(line.removeprefix("Next: remission "))
    done = CliRunner().invoke(command_line(), [*next_command[:-1], str(folder)])
    assert done.exit_code == 0
    assert "SIMULATED" in (folder / "index.html").read_text(encoding="utf-8")


def test_the_help_names_every_design() -> None:
    text = " ".join(CliRunner().invoke(command_line(), ["simulate", "cohort", "--help"]).stdout.split())
    assert [name for name in design_names() if name not in text] == []


def test_a_wrong_design_ends_with_2_and_every_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (LIBRARY / "cohort_designs" / "placebo-against-drug.toml").read_text(encoding="utf-8")
    path = tmp_path / "mine.toml"
    path.write_text(text.replace("ratio = 0.46", "ratio = -1").replace("jitter_days = 10", "jitter_days = -1"))
    with pytest.raises(InputProblems) as told:
        run("--design", str(path), "-o", str(tmp_path / "out"))
    assert say_failure(told.value) == BAD_INPUT
    said = capsys.readouterr().err
    assert "mine.toml, key arms[2].relapses.ratio: found -1" in said
    assert "mine.toml, key visits.jitter_days: found -1" in said
    assert not (tmp_path / "out").exists()


def test_more_people_than_memory_holds_are_refused(tmp_path: Path) -> None:
    code, _ = run("--design", "placebo-against-drug", "-n", "1000001", "-o", str(tmp_path / "out"))
    assert code == 2
    assert not (tmp_path / "out").exists()
