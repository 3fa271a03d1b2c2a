"""The rules on a few visits each, worked by hand."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from remission.report.definitions.worlds import worlds_page
from remission.site.documents import document_page

if TYPE_CHECKING:
    from remission.exhibits.page import Page
    from remission.exhibits.site.shell import Making
    from remission.site.known import Known

PATH, TITLE, PLACE = "worlds.html", "Worked by hand", None


def pages(_known: Known) -> Iterator[Making]:
    """The page."""
    yield partial(examples_page)


def examples_page() -> Page:
    """The page with a section for each chapter."""
    said = "Each rule is shown on the visits of one made-up person, with the arithmetic."
    return document_page(worlds_page(), PATH, said, "Small examples of every rule, on both sides of every boundary")
