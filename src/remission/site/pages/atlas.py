"""The door to the atlas: which hospital issues what; where it was not built, the command that builds it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from remission.atlas.page_files import page_files as atlas_files
from remission.atlas.place_words import HOMECARE, ISSUED
from remission.exhibits.page import Block, Page, Section
from remission.exhibits.site.page_files import navigation_of
from remission.exhibits.tables import OF_THE_LIBRARY

if TYPE_CHECKING:
    from remission.exhibits.site.shell import Making
    from remission.site.known import Known

PATH, TITLE, PLACE = "atlas.html", "Hospitals", 70

COMMAND = "remission site export DIR --with-atlas"
SAID = {
    "index.html": "A map of which hospital issues which MS medicine, month by month.",
    "deserts.html": "Places where little is issued, and where much is, with what cannot be seen.",
    "find.html": "For a medicine, the hospitals near a place that issued it in the last year.",
}


def pages(known: Known) -> Iterator[Making]:
    """The page, where the atlas itself is not a part of the site."""
    if not known.with_atlas:
        yield partial(atlas_page)


def atlas_page() -> Page:
    """A card for each door of the atlas, with the command that opens it."""
    blocks = [
        Block(link.words, [*filter(None, [SAID.get(link.path, "")]), f"To see it: {COMMAND}"])
        for link in navigation_of(atlas_files())
    ]
    return Page(
        path=PATH,
        title="Which hospital uses what?",
        subtitle="The atlas of MS medicines in England, from open data",
        provenance=OF_THE_LIBRARY,
        headlines=["The atlas takes two minutes more to build, so this site has no copy of it yet."],
        in_short=[f"To build it: {COMMAND}", ISSUED, HOMECARE],
        sections=[Section("doors", "What is in it", blocks)],
    )
