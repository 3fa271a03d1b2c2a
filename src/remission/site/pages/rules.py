"""The rules of every outcome, exactly, as the documents have them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from remission.site.documents import document_page, library_document

if TYPE_CHECKING:
    from remission.exhibits.page import Page
    from remission.exhibits.site.shell import Making
    from remission.site.known import Known

PATH, TITLE, PLACE = "rules.html", "Rules", None


def pages(_known: Known) -> Iterator[Making]:
    """The page."""
    yield partial(rules_page)


def rules_page() -> Page:
    """The page with all its sections."""
    said = "How every outcome is decided, rule by rule: what counts, when it is confirmed, when follow-up ends."
    return document_page(library_document("rules"), PATH, said, "What the engine does with every value of a definition")
