"""The page from 24 to 500: it says that nobody has tried it, what was seen, and what is only reckoned."""

from __future__ import annotations

from datetime import date

import pytest

from remission.exhibits.page import Page
from remission.site.cards import cards_of
from remission.site.known import know_site
from remission.site.pages import from_24_to_500
from remission.site.shell import render_site_page
from remission.studies.load import load_studies
from remission.trials.phase3 import foretold

KNOWN = know_site(load_studies(), date(2026, 11, 30))


@pytest.fixture(scope="module")
def page() -> Page:
    made = next(iter(from_24_to_500.pages(KNOWN)))()
    assert isinstance(made, Page)
    return made


def test_the_front_page_asks_it_and_leads_here() -> None:
    card = next(one for one in cards_of(KNOWN) if one.name == "in-500-people")
    assert card.door == from_24_to_500.PATH
    assert "A trial of 500 has not been done" in card.answer


def test_it_says_what_the_united_kingdom_saw(page: Page) -> None:
    (seen,) = (one for one in page.in_short if one.startswith("What was seen: "))
    assert "364 people" in seen
    assert "Of the 271" in seen
    assert "72.3 % showed no sign of disease at two years, and 46.2 % at five" in seen


def test_it_is_marked_as_reckoned_and_leads_on(page: Page) -> None:
    text = render_site_page(page, KNOWN.site)
    assert page.provenance.kind == "simulated"
    assert "SIMULATED: a what-if and no forecast" in text
    for path in ("evidence/500-people.html", foretold.PATH):
        assert path in text
    assert "remission simulate phase3 --hr 0.07 --interval 0.02,0.24 --size 500" in text
