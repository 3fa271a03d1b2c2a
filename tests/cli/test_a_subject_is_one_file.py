"""A subject of the command line is one file: dropped in, its commands are there; taken away, they are gone."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import remission
from remission import cli

# What somebody touches who adds a subject: CONTRIBUTING says how many.
TOUCHED = ("src/remission/cli/NAME.py", "tests/cli/test_NAME.py")
SUBJECT = """\
\"\"\"A subject that only this test has.\"\"\"

import typer

PLACE = 99
app = typer.Typer()


@app.command()
def greet(name: str) -> None:
    \"\"\"Say hello. Example: remission greet you\"\"\"
    print(f"hello {name}")
"""


def said(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli.command_line(), list(words))
    return done.exit_code, done.output


def test_a_file_dropped_in_is_a_command_and_taken_away_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert said("greet", "you")[0] == 2
    (tmp_path / "greeting.py").write_text(SUBJECT, encoding="utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(cli, "__path__", [*cli.__path__, str(tmp_path)])
        assert said("greet", "you") == (0, "hello you\n")
        assert "greet" in said("--help")[1]
    assert "greet" not in said("--help")[1]


def test_every_file_of_the_folder_is_a_subject_with_a_place_of_its_own() -> None:
    places = [subject.PLACE for subject in cli.subjects()]
    assert len(places) == len(list(Path(cli.__file__).parent.glob("[a-z]*.py")))
    assert places == sorted(set(places))


def test_the_version_is_said() -> None:
    assert said("--version") == (0, f"remission {remission.__version__}\n")
