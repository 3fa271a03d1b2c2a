"""The documents keep their word: the ten lines run, every command is named, every sabotage still applies."""

from __future__ import annotations

import ast
import re
import runpy
import tomllib
from pathlib import Path

import pytest

from remission._version import __version__
from remission.cli import subjects

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_the_ten_lines_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code = BLOCKS[0]
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "69.2" in printed
    assert (tmp_path / "out" / "readme" / "index.html").is_file()
    assert len([line for line in code.splitlines() if line.strip()]) == 10


@pytest.mark.parametrize("library", ["polars", "pandas"])
def test_the_lines_from_a_frame_run(library: str, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip(library)
    code = BLOCKS[1].replace("import polars as pl", f"import {library} as pl")
    assert f"import {library} as pl" in code
    exec(compile(code, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    # Worse from day 90 on, confirmed at day 180.
    assert '"cdp-12w"' in printed
    assert "│ 1          ┆ 90       ┆ true  │" in printed
    assert "In all: Disability progression confirmed after 12 weeks on day 90" in printed
    assert len([line for line in code.splitlines() if line.strip()]) <= 10


def test_trials_are_planned_and_people_made_up_from_python_as_the_guide_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/trials.md").read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "docs/trials.md", "exec"), {})
    printed = capsys.readouterr().out
    assert printed.startswith("0.887")
    assert "('power', 1.0)" in printed
    assert sorted(one.parent.name for one in (tmp_path / "out").glob("*/index.html")) == ["phase3", "plan"]


def test_no_block_of_the_readme_is_left_unrun() -> None:
    assert len(BLOCKS) == 2


def test_every_command_is_in_the_readme() -> None:
    commands = [
        command.name or command.callback.__name__
        for subject in subjects()
        if not hasattr(subject, "NAME")
        for command in subject.app.registered_commands
    ]
    assert len(commands) == 19
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


# The test that drops each thing in and takes it away again, and names the files it takes in its TOUCHED.
DROPS_IN = {
    "a rule": "outcomes/test_a_rule_is_one_place.py",
    "a source of hospital stock": "supply/test_a_source_is_one_file.py",
    "a section of the report": "report/test_a_section_is_one_file.py",
    "a page of the atlas": "atlas/test_a_page_is_one_file.py",
    "a page of the site": "site/test_a_page_is_one_file.py",
    "a statistic": "stats/test_pins.py",
    "a colour": "exhibits/test_theme.py",
    "a subject of the command line": "cli/test_a_subject_is_one_file.py",
}


def touched(test: str) -> tuple[str, ...]:
    """What the test of this file says that somebody touches."""
    text = (ROOT / "tests" / test).read_text(encoding="utf-8")
    (line,) = re.findall(r"^TOUCHED = (\([^)]*\))$", text, re.MULTILINE)
    return tuple(ast.literal_eval(line))


def test_what_is_said_to_take_so_many_files_is_held_by_a_test_that_drops_them_in() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for thing, test in DROPS_IN.items():
        row = re.search(rf"^\| {thing}[^|]*\| (\d) \|(.*)", text, re.MULTILINE)
        assert row, thing
        assert int(row[1]) == len(touched(test)), thing
        assert Path(touched(test)[0]).parent.name in row[2], thing
