"""The pages of a site made side by side and written, each with what lies beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from markupsafe import Markup

from remission.exhibits.page import Page
from remission.exhibits.site.shell import Files, Later, Making, files_of

if TYPE_CHECKING:
    from remission.engines.engine import Engine
    from remission.inputs.writing import FolderResult

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class PageEntry:
    """What a list of pages says of one: where it lies, its title, and the first sentence on it, without links.

    `found_by` are words by which a search finds it as well.
    """

    path: str
    title: str
    said: str = ""
    found_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class WrittenPages:
    """How many pages were written, and an entry for each that is made of sections."""

    number: int
    entries: tuple[PageEntry, ...]


def write_pages(
    result: FolderResult,
    makings: Sequence[Making],
    render: Callable[[Page], str],
    engine: Engine,
    progress: Progress | None = None,
) -> WrittenPages:
    """Write what some makings make.

    `render` prints a page in the shell of its site; it must be importable by name where the engine has processes. The
    parts of a `Later` are put together when the engine asks for it, and are gone when its page is written. `progress`
    is told how many makings are done, and of how many.
    """
    number, entries = 0, []
    # One after the other as the engine takes them, and no list.
    ready = (making.ready() if isinstance(making, Later) else making for making in makings)
    for done, (files, entry) in enumerate(engine.map(partial(_make, render=render), ready), 1):
        for name, content in files:
            result.write(name, content)
            number += name.endswith(".html")
        entries += [entry] if entry else []
        if progress is not None:
            progress(done, len(makings))
    return WrittenPages(number, tuple(entries))


def entry_of(page: Page) -> PageEntry:
    """The entry of a page.

    >>> from remission.exhibits.tables import OF_THE_LIBRARY
    >>> entry_of(Page(title="A", subtitle="B", provenance=OF_THE_LIBRARY, path="a.html"))
    PageEntry(path='a.html', title='A', said='B', found_by=())
    """
    first = [*page.headlines, *page.in_short, page.subtitle][0]
    said = Markup(first).striptags() if isinstance(first, Markup) else first
    return PageEntry(page.path, page.title, said, tuple(page.found_by))


def _make(making: Making, render: Callable[[Page], str]) -> tuple[Files, PageEntry | None]:
    """What one making writes: the work of a process of its own."""
    made = making()
    return files_of(made, render), entry_of(made) if isinstance(made, Page) else None
