"""Pages made and written side by side: each with its tables, and an entry for the lists of pages."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import polars as pl
from markupsafe import Markup

from remission.engines.serial import SerialEngine
from remission.exhibits.page import Block, Page, Section
from remission.exhibits.site.shell import Files, Later
from remission.exhibits.site.write import PageEntry, entry_of, write_pages
from remission.exhibits.tables import OF_THE_LIBRARY, Table, shows
from remission.inputs.writing import write_into


def page(path: str) -> Page:
    table = Table("rows", "Rows.", pl.DataFrame({"n": [1]}), (shows("n"),), OF_THE_LIBRARY)
    return Page(path=path, title="A", subtitle="B", provenance=OF_THE_LIBRARY, data_folder="data",
                headlines=[Markup("One <a href='x'>link</a>.")],
                sections=[Section("s", "S", [Block(tables=[table])])])  # fmt: skip


def loose() -> Files:
    return [("front.html", "front"), ("note.txt", "note")]


def test_pages_lie_with_their_tables_and_are_counted_and_listed(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    with write_into(tmp_path) as result:
        written = write_pages(result, [partial(page, "a/b.html"), loose], lambda one: one.title, SerialEngine(),
                              lambda done, of: told.append((done, of)))  # fmt: skip
    assert written.number == 2
    assert written.entries == (PageEntry("a/b.html", "A", "One link."),)
    assert told == [(1, 2), (2, 2)]
    assert (tmp_path / "a/b.html").read_text() == "A"
    assert (tmp_path / "a/data/rows.csv").is_file()
    assert (tmp_path / "note.txt").is_file()


def test_an_entry_says_the_first_sentence_without_its_links() -> None:
    assert entry_of(page("a.html")).said == "One link."


def test_parts_that_weigh_are_put_together_one_page_after_the_other(tmp_path: Path) -> None:
    told: list[str] = []

    def parts(path: str) -> str:
        told.append(f"parts of {path}")
        return path

    def make(path: str) -> Page:
        told.append(f"page {path}")
        return page(path)

    makings = [Later(make, partial(parts, path)) for path in ("a.html", "b.html")]
    with write_into(tmp_path) as result:
        assert write_pages(result, makings, lambda one: one.path, SerialEngine()).number == 2
    assert told == ["parts of a.html", "page a.html", "parts of b.html", "page b.html"]


def test_a_later_making_can_be_called_like_any_other() -> None:
    assert getattr(Later(page, lambda: "a.html")(), "path", "") == "a.html"
