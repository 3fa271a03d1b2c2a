"""A page of the evidence is one file: dropped in, it is found, in the navigation and among the questions."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import remission.evidence.pages
from remission.evidence.page_files import make_pages, page_files
from remission.evidence.pages.index import questions
from remission.evidence.recipes.known import know
from remission.exhibits.site.page_files import navigation_of

NAME = "dropped_in"
PAGE = '''"""How many studies have one arm."""

from functools import partial

from remission.exhibits.page import Page

PATH, TITLE, PLACE = "evidence/one-arm.html", "One arm", 65
QUESTION = "How many have one arm?"


def pages(known):
    yield partial(one_arm_page, known)


def lead(known):
    number = sum(len(study.arms) == 1 for study in known.studies.every)
    return f"{number} studies have one arm."


def one_arm_page(known):
    return Page(path=PATH, title=QUESTION, subtitle="", provenance=known.provenance, headlines=[lead(known)])
'''


@pytest.fixture
def dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of the page in the walked folder, as far as this test can see."""
    (tmp_path / f"{NAME}.py").write_text(PAGE, encoding="utf-8")
    monkeypatch.setattr(remission.evidence.pages, "__path__", [*remission.evidence.pages.__path__, str(tmp_path)])
    yield tmp_path / f"{NAME}.py"
    sys.modules.pop(f"remission.evidence.pages.{NAME}", None)


def test_a_file_that_is_dropped_in_is_a_page_and_a_question(dropped: Path) -> None:
    kinds = page_files()
    assert "One arm" in [link.words for link in navigation_of(kinds)]
    known = know(date(2026, 11, 30))
    (made,) = (making() for making in kinds[NAME].pages(known))
    assert made.path == "evidence/one-arm.html"
    rows = questions(known).to_dicts()
    assert ("How many have one arm?", made.headlines[0]) in [(row["question"], row["answer"]) for row in rows]


def test_without_it_it_is_gone() -> None:
    assert NAME not in page_files()
    assert "evidence/one-arm.html" not in [kind.PATH for kind in page_files().values()]


def test_two_pages_of_one_place_are_refused(dropped: Path) -> None:
    dropped.write_text(PAGE.replace("65", "10"), encoding="utf-8")
    with pytest.raises(ValueError, match="mortality"):
        page_files()


def test_pages_are_made_with_their_addresses() -> None:
    path, page = next(iter(make_pages(know(date(2026, 11, 30)))))
    assert path == page.path
