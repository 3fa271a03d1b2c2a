"""Pages of the evidence in a browser: nothing breaks, and the keyboard opens the card of a study in the picture."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import pytest

from made_up.headless_chromium import CHROMIUM, Tab, headless_chromium
from remission.evidence.page_files import page_files
from remission.evidence.pages.five_hundred import five_hundred_page
from remission.evidence.recipes.known import know
from remission.exhibits.page import Page, render_report

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
KNOWN = know(date(2026, 11, 30))


def write(folder: Path, page: Page) -> Path:
    path = folder / page.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render_report(page), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    for making in page_files()["study"].pages(KNOWN):
        assert isinstance(making, partial)
        if making.args[0].study.name == "halt-ms":
            made = making()
            assert isinstance(made, Page)
            write(folder, made)
    return write(folder, five_hundred_page(KNOWN))


def in_picture(tab: Tab) -> bool:
    return bool(tab.run("Boolean(document.activeElement.closest('figure svg'))"))


@pytest.mark.parametrize("width", [1200, 390])
def test_it_breaks_nothing_and_is_not_moved_sideways(page: Path, width: int) -> None:
    with headless_chromium() as tab:
        tab.open(page.as_uri(), width=width)
        tab.wait_for("document.readyState == 'complete'")
        assert tab.troubles() == []
        assert tab.run("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_keyboard_opens_the_card_of_the_first_study_in_the_picture(page: Path) -> None:
    with headless_chromium() as tab:
        tab.open(page.as_uri())
        tab.wait_for("document.readyState == 'complete'")
        for _ in range(30):
            tab.press("Tab")
            if in_picture(tab):
                break
        assert in_picture(tab)
        assert tab.run("document.activeElement.querySelector('title').textContent").startswith("HALT-MS")
        tab.press("Enter")
        tab.wait_for("location.pathname.endsWith('study/halt-ms.html') && document.readyState == 'complete'")
        assert "HALT-MS 2017" in tab.run("document.querySelector('h1').textContent")
