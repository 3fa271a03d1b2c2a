"""A page of the site is one file: dropped in, it is in the site and every navigation; taken away, it is not."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import remission.site.pages
from remission.site.known import know_site
from remission.site.page_files import page_files
from remission.studies.load import load_studies

# What somebody touches who adds a page: CONTRIBUTING says how many.
TOUCHED = ("src/remission/site/pages/NAME.py", "tests/site/test_NAME.py")
NAME = "dropped_in"
PAGE = '''"""How many studies there are."""

PATH, TITLE, PLACE = "how-many.html", "How many", 15


def pages(known):
    yield from ()
'''


@pytest.fixture
def dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / f"{NAME}.py").write_text(PAGE, encoding="utf-8")
    monkeypatch.setattr(remission.site.pages, "__path__", [*remission.site.pages.__path__, str(tmp_path)])
    yield
    sys.modules.pop(f"remission.site.pages.{NAME}", None)


def words() -> list[str]:
    return [link.words for link in know_site(load_studies(), date(2026, 11, 30)).site.navigation]


@pytest.mark.usefixtures("dropped")
def test_a_file_that_is_dropped_in_is_a_page_in_every_navigation() -> None:
    assert NAME in page_files()
    assert words()[:3] == ["Questions", "How many", "Evidence"]


def test_without_it_there_is_none() -> None:
    assert "How many" not in words()


def test_pages_know_nothing_of_each_other_so_that_any_can_be_taken_away() -> None:
    for path in Path(remission.site.pages.__path__[0]).glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        imported = [one.module or "" for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)]
        assert [one for one in imported if one.startswith("remission.site.pages")] == [], path.name
