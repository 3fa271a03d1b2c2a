"""Every page: the answer first, its numbers from the library, published, every link there, and light enough."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from functools import cache, partial

import pytest

from remission.evidence.page_files import page_files
from remission.evidence.recipes.known import Known, know
from remission.exhibits.page import Page, render_report, tables_of
from remission.exhibits.site.shell import Site
from remission.inputs.provenance import STANDING_WORDS
from remission.site.shell import render_site_page
from remission.studies.load import load_studies

DAY = date(2026, 11, 30)
KINDS = ("index", "mortality", "regimen", "beyond_five_years", "five_hundred", "progressive", "studies", "study",
         "risk_of_bias", "library", "unknown", "changes")  # fmt: skip
SOME = ("halt-ms", "mist", "kalincik-2023", "boffa-2021", "sormani-2017", "starms", "oratorio", "hamerschlak-2010")
MOST_BYTES = 450_000


@cache
def known() -> Known:
    return know(DAY)


def made(of: Known, cards: Collection[str]) -> dict[str, Page]:
    """Every page but the cards, and the cards of some studies."""
    found: dict[str, Page] = {}
    for name, kind in page_files().items():
        for making in kind.pages(of):
            if name != "study" or study_of(making) in cards:
                page = making()
                # What is no page lies beside one: the script of a form.
                found |= {page.path: page} if isinstance(page, Page) else {}
    return found


def study_of(making: object) -> str:
    assert isinstance(making, partial)
    return str(making.args[0].study.name)


@cache
def cards() -> set[str]:
    return {f"study/{study_of(making)}.html" for making in page_files()["study"].pages(known())}


@cache
def pages() -> dict[str, Page]:
    # Drawing a hundred cards takes half a minute: some of every kind, and every ninth.
    return made(known(), {*SOME, *(study.name for study in load_studies().every[::9])})


@cache
def printed() -> dict[str, str]:
    return {path: render_site_page(page, Site((), DAY)) for path, page in pages().items()}


def text_of(page: str) -> str:
    seen = re.sub(r"<(style|script).*?</\1>", "", page, flags=re.S)
    return html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?(a|strong|em|span)\b[^>]*>", "", seen)))


def links_of(path: str, page: str) -> set[str]:
    """Where the links of a page lead, from the root of the site."""
    found = set(re.findall(r'<a [^>]*href="([^"#]+)"', page))
    return {posixpath.normpath(posixpath.join(posixpath.dirname(path), address)) for address in found}


def test_every_kind_of_page_is_found_by_walking() -> None:
    assert set(KINDS) <= set(page_files())


def test_every_study_has_a_card() -> None:
    assert cards() == {f"study/{study.name}.html" for study in load_studies().every}


def test_every_page_says_its_numbers_are_published() -> None:
    for path, page in printed().items():
        assert STANDING_WORDS["published"] in text_of(page), path


def test_every_page_begins_with_one_answer_that_is_a_sentence() -> None:
    for path, page in pages().items():
        assert len(page.headlines) == 1, path
        assert page.headlines[0].strip().endswith((".", ")", "?")), path


def test_every_page_is_light_enough() -> None:
    assert {path: len(page) for path, page in printed().items() if len(page.encode()) > MOST_BYTES} == {}


def test_every_link_leads_to_a_page_or_a_table_that_is_written() -> None:
    there = set(pages()) | cards() | {"index.html"}
    for path, page in pages().items():
        there |= {posixpath.join(posixpath.dirname(path), page.data_folder, table.file_name)
                  for table in tables_of(page.sections)}  # fmt: skip
    lost = {f"{path}: {address}" for path, page in printed().items() for address in links_of(path, page) - there}
    # The front page is the site's.
    assert lost == set()


def test_every_picture_but_bars_leads_to_cards() -> None:
    for path, page in pages().items():
        for section in page.sections:
            for block in section.blocks:
                if block.picture and not path.startswith("study/") and block.picture.figure.finishing.linked:
                    cards = re.findall(r'<a href="([^"]*(?:study|claim)/[^"]+)"', block.picture.wide)
                    roles = set(block.picture.figure.table.frame.to_dict().get("role", ["study"]))
                    assert cards or roles <= {"pooled", "prediction"}, (path, block.picture.figure.name)


@pytest.mark.parametrize("word", [r"None \(", r"\bnan\b", r"\bNaN\b", r"[{}]", r"\binf\b", r"\(\)", r" ,", r"\.\."])
def test_no_page_prints_what_is_no_word(word: str) -> None:
    assert [path for path, page in printed().items() if re.search(word, text_of(page))] == []


def test_nothing_that_is_only_remembered_is_shown() -> None:
    study = load_studies().of_name("halt-ms")
    remembered = tuple(replace(one, value=13.579, status="unverified") if one.what == "event-free" else one
                       for one in study.numbers)  # fmt: skip
    changed = know(DAY, load_studies().with_study(replace(study, numbers=remembered)))
    found = made(changed, {"halt-ms"})
    # Whole numbers and digits of others aside, nothing else on these pages is written so.
    for written in ("13.579", "13.58", "13.6"):
        assert not any(written in text_of(page) for page in printed().values())
        assert [path for path, page in found.items() if written in text_of(render_report(page))] == []
    assert any("remembered and not read" in text_of(render_report(page)) for page in found.values())


def test_pages_have_a_picture_before_anything_else() -> None:
    # Who can be answered at once is shown the form before any picture.
    late = {path for path, page in pages().items() if not path.startswith(("study/", "claim/")) and not page.form
            and not (page.sections and page.sections[0].blocks[0].picture)}  # fmt: skip
    # Lists of questions and of claims are answers in words.
    assert late <= {"evidence/index.html", "claims.html"}


def test_every_picture_fits_a_phone_and_a_page() -> None:
    wide = {}
    for path, page in pages().items():
        for section in page.sections:
            for block in section.blocks:
                if block.picture:
                    for drawn, most in ((block.picture.wide, 900), (block.picture.narrow, 366)):
                        size = re.search(r'viewBox="0 0 (\d+)', drawn)
                        if size is None or int(size[1]) > most:
                            wide[path, block.picture.figure.name, most] = size and size[1]
    assert wide == {}
