"""Which pages the evidence has: one file each in `evidence/pages/`, found by walking the folder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import remission.evidence.pages
from remission.exhibits.page import Page
from remission.exhibits.site.page_files import PageFile, page_files_in

if TYPE_CHECKING:
    from remission.evidence.recipes.known import Known


def page_files() -> dict[str, PageFile[Known]]:
    """Every kind of page by the name of its file; ValueError when two lie at one address or place.

    >>> "mortality" in page_files()
    True
    """
    return page_files_in(remission.evidence.pages)


def make_pages(known: Known) -> Iterator[tuple[str, Page]]:
    """Every page with its address from the root of the site, one after the other."""
    for kind in page_files().values():
        for making in kind.pages(known):
            made = making()
            if isinstance(made, Page):
                yield made.path, made
