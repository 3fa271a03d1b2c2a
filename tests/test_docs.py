"""The documents keep their word: the ten lines run, every command is named, every sabotage still applies."""

from __future__ import annotations

import re
import runpy
import tomllib
from pathlib import Path

import pytest

from remission._version import __version__
from remission.cli import subjects

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_ten_lines_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "69.2" in printed
    assert (tmp_path / "out" / "readme" / "index.html").is_file()
    assert len([line for line in code.splitlines() if line.strip()]) == 10


def test_every_command_is_in_the_readme() -> None:
    commands = [
        command.name or command.callback.__name__
        for subject in subjects()
        if not hasattr(subject, "NAME")
        for command in subject.app.registered_commands
    ]
    assert len(commands) == 10
    assert [command for command in commands if f"`remission {command}" not in README] == []


def test_every_link_in_the_documents_leads_somewhere() -> None:
    for document in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_pages_made_from_the_library_are_not_behind_it() -> None:
    pages = runpy.run_path(str(ROOT / "docs/write.py"))["PAGES"]
    behind = [name for name, page in pages.items() if page() != (ROOT / "docs" / name).read_text(encoding="utf-8")]
    assert behind == [], "write them anew: make docs"


def test_no_committed_file_names_a_registry_host() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8"), name


def test_every_sabotage_names_a_line_that_is_there_once_and_a_test_that_exists() -> None:
    sabotages = tomllib.loads((ROOT / "tests/sabotages.toml").read_text(encoding="utf-8"))["sabotage"]
    assert len(sabotages) >= 30
    for one in sabotages:
        assert (ROOT / one["file"]).read_text(encoding="utf-8").count(one["old"]) == 1, one
        file, _, name = one["test"].partition("::")
        assert f"def {name.partition('[')[0]}(" in (ROOT / file).read_text(encoding="utf-8"), one


def test_the_version_is_the_same_wherever_a_person_reads_it() -> None:
    said = re.findall(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.M)
    assert said == [__version__]
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_checks_before_a_commit_are_those_of_make_check() -> None:
    hooks = re.findall(r"entry: \.venv/bin/([\w-]+)", (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    check = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\ncheck:")[2].partition("\n\n")[0]
    assert set(hooks) == set(re.findall(r"bin/([\w-]+)", check))


# How many files each thing takes, and the test that drops them in and takes them away again.
TOUCHED = {
    "a rule": (4, "outcomes/test_a_rule_is_one_place.py", "test_four_files_are_the_whole_rule"),
    "a source of hospital stock": (2, "supply/test_a_source_is_one_file.py", "TOUCHED = 2"),
    "a section of the report": (2, "report/test_a_section_is_one_file.py", "assert len(TOUCHED) == 2"),
    "a page of the atlas": (2, "atlas/test_a_page_is_one_file.py", "page 2, the file and its test"),
    "a statistic": (3, "stats/test_pins.py", "OURS).write_text"),
    "a colour": (1, "exhibits/test_theme.py", "colour 1"),
    "a subject of the command line": (2, "cli/test_a_subject_is_one_file.py", "greeting.py"),
}


def test_what_is_said_to_take_so_many_files_is_held_by_a_test_that_drops_them_in() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for thing, (files, test, says) in TOUCHED.items():
        assert re.search(rf"^\| {thing}[^|]*\| {files} \|", text, re.MULTILINE), thing
        assert says in (ROOT / "tests" / test).read_text(encoding="utf-8"), test
