"""Options that contradict each other are refused before any work is done, in the words of whoever typed them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from remission.cli import command_line, subjects


def typed(*words: str) -> Result:
    return CliRunner().invoke(command_line(), list(words))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["partition", "halt-ms", "-n", "0", "-o", "parts"], "'--parts'"),
        (["report", "halt-ms", "-e", "death", "-o", "out", "--level", "1"], "less than or equal to 0.999"),
        (["report", "halt-ms", "-e", "death", "-o", "out", "--conf-type", "wald"], "'wald' is not one of"),
        (["outcomes", "halt-ms", "-e", "death", "-o", "a.csv", "--what", "rows"], "'rows' is not one of"),
        (["outcomes", "halt-ms", "-e", "death"], "Missing option '-o'"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = typed(*words)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.replace("'--output' / ", "").split())
    assert list(tmp_path.iterdir()) == []


def test_every_subject_has_a_place_of_its_own_in_the_help() -> None:
    places = [subject.PLACE for subject in subjects()]
    assert places == sorted(set(places))


def test_no_two_commands_have_one_name_and_each_shows_an_example() -> None:
    commands = [one.callback for subject in subjects() if not hasattr(subject, "NAME")
                for one in subject.app.registered_commands]  # fmt: skip
    names = [command.__name__ for command in commands]
    assert len(names) == len(set(names))
    assert [name for name, command in zip(names, commands, strict=True) if "Example: " not in command.__doc__] == []
