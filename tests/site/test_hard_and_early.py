"""The page of hard and early treatment: it answers nothing that nobody knows, and marks what is made up."""

from __future__ import annotations

import html
from datetime import date

import pytest

from made_up.reading import grade, paragraphs_of
from remission.exhibits.page import Page, tables_of
from remission.inputs.provenance import STANDING_WORDS
from remission.site.cards import cards_of
from remission.site.known import know_site
from remission.site.pages import hard_and_early
from remission.site.pages.hard_and_early import ANOTHER_QUESTION, Worked, ways_table, work_example
from remission.site.shell import render_site_page
from remission.studies.load import load_studies

KNOWN = know_site(load_studies(), date(2026, 11, 30))


@pytest.fixture(scope="module")
def page() -> Page:
    (making,) = hard_and_early.pages(KNOWN)
    made = making()
    assert isinstance(made, Page)
    return made


@pytest.fixture(scope="module")
def worked() -> Worked:
    return work_example()


def test_the_door_says_first_that_it_is_not_known_and_no_number_of_made_up_people() -> None:
    card = next(one for one in cards_of(KNOWN) if one.name == "hard-and-early")
    assert card.answer.startswith("Not known here. No registry's own records are in this library.")
    assert card.door == hard_and_early.PATH
    assert not card.number
    assert "0." not in card.answer


def test_every_study_that_compares_was_looked_at() -> None:
    # Fails when one is added: read it, and see whether the sentence still holds.
    assert {one.name for one in load_studies().every if one.kind == "comparison"} == ANOTHER_QUESTION


def test_what_is_made_up_says_so_on_the_page_its_picture_and_its_tables(page: Page) -> None:
    text = html.unescape(render_site_page(page, KNOWN.site))
    assert page.provenance.kind == "simulated"
    assert STANDING_WORDS["simulated"] in text
    assert page.headlines[0].startswith("Not known here.")
    assert page.in_short[0].startswith("SIMULATED: ")
    standing = {table.name: table.provenance.kind for table in tables_of(page.sections)}
    assert standing.pop("published-comparisons") == "published"
    assert set(standing.values()) == {"simulated"}


def test_the_fair_way_comes_nearer_to_what_was_put_in_than_the_way_as_it_came(worked: Worked) -> None:
    crude, fair, truth = ways_table(worked).frame["ratio"]
    assert crude == pytest.approx(0.46, abs=0.005)
    assert truth == pytest.approx(0.673, abs=0.001)
    assert abs(fair - truth) < abs(crude - truth) / 4


def test_immortal_time_is_that_of_those_who_began_in_the_year_and_not_at_once(worked: Worked) -> None:
    people, days = worked.immortal
    table = worked.trial.emulated.cohort.tables["treatments"]
    strong = worked.trial.emulated.design.strategies[0].starts
    there = set(worked.trial.emulated.people["subject_id"])
    first: dict[str, int] = {}
    for subject, therapy, start in table.select("subject_id", "therapy", "start_day").iter_rows():
        if subject in there and therapy in strong and start >= 0:
            first[subject] = min(start, first.get(subject, start))
    within = [day for day in first.values() if 0 < day <= 365]
    assert (people, days) == (len(within), sum(within))


def test_no_number_that_may_not_be_shown_is_in_the_table_of_published_ones(page: Page) -> None:
    table = next(one for one in tables_of(page.sections) if one.name == "published-comparisons")
    assert table.frame.height > 0
    assert "unverified" not in set(table.frame["status"])


def test_the_page_is_read_with_ease(page: Page) -> None:
    assert grade(paragraphs_of(render_site_page(page, KNOWN.site))) <= 8.0
