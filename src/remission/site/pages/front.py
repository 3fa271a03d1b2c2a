"""The front page: the questions from which the project began, each with its answer and the door to the page behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from remission.exhibits.page import Page
from remission.site.cards import cards_of
from remission.site.search import SCRIPT
from remission.site.shell import render_site_template

if TYPE_CHECKING:
    from remission.exhibits.site.shell import Files, Making, Site
    from remission.inputs.provenance import Provenance
    from remission.site.known import Known
    from remission.site.questions import Card

PATH, TITLE, PLACE = "index.html", "Questions", 10

SUBTITLE = "Stem-cell transplants (HSCT) and other treatments, question by question, each with its number"
ORIGIN = (
    "In 2017 a blog told of a small trial of stem-cell transplants for MS. People asked these questions under it.",
    "Each answer is worked out from numbers that were published. When a study is added, sentence and number change.",
    "An interval says how sure a number is: the wider, the less is known.",
)


def pages(known: Known) -> Iterator[Making]:
    """The page."""
    yield partial(front_files, cards_of(known), known.site, known.evidence.provenance)


def front_files(cards: Sequence[Card], site: Site, provenance: Provenance) -> Files:
    """The page as the site prints it."""
    page = Page(
        path=PATH,
        title="What is known about treating MS?",
        subtitle=SUBTITLE,
        provenance=provenance,
        in_short=ORIGIN,
        script=SCRIPT,
    )
    return [(PATH, render_site_template("front.html.jinja", page, site, cards=cards))]
