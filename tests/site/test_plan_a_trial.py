"""The page of planned trials: it says that nobody took part, and its numbers are those of the designs."""

from __future__ import annotations

import html
from datetime import date

import pytest

from remission.exhibits.page import Page, tables_of
from remission.inputs.provenance import STANDING_WORDS
from remission.site.bundled import BUNDLED, PLANNED
from remission.site.cards import cards_of
from remission.site.known import know_site
from remission.site.pages import plan_a_trial
from remission.site.shell import render_site_page
from remission.studies.load import load_studies
from remission.trials.design.load import trial_design_names
from remission.trials.pages.plan_a_trial import WORKED, lead_words

KNOWN = know_site(load_studies(), date(2026, 11, 30))


@pytest.fixture(scope="module")
def page() -> Page:
    (making,) = plan_a_trial.pages(KNOWN)
    made = making()
    assert isinstance(made, Page)
    return made


def test_the_door_says_that_it_depends_and_that_nobody_knows() -> None:
    card = next(one for one in cards_of(KNOWN) if one.name == "plan-a-trial")
    assert card.answer == lead_words()
    assert card.answer.startswith("It depends on the effect.")
    assert card.answer.endswith("Nobody knows whether it does.")
    assert card.door == plan_a_trial.PATH
    assert not card.open


def test_every_design_of_the_library_has_its_row_and_its_section(page: Page) -> None:
    table = next(one for one in tables_of(page.sections) if one.name == "plans")
    assert set(table.frame["design"]) == set(trial_design_names())
    assert {one.name for one in page.sections} >= set(trial_design_names())
    for row in table.frame.iter_rows(named=True):
        # One look at a thousand trials: the formula of rates is off by two points itself.
        assert abs(row["formula"] - row["simulated"]) < 4 * row["error"] + 0.02, row["design"]


def test_the_table_answers_the_question_of_the_page_for_two_powers(page: Page) -> None:
    table = next(one for one in tables_of(page.sections) if one.name == "plans")
    heads = [one.full_header for one in table.columns]
    assert heads[-2:] == [f"People for a power of: {power}\N{NO-BREAK SPACE}%" for power in (80, 90)]
    # The one arm of 24 is between them: it has a power of 87 %.
    (arm,) = table.frame.filter(design="one-arm-24").iter_rows(named=True)
    assert arm["people_for_80"] < 24 < arm["people_for_90"]


def test_what_is_simulated_says_so_on_the_page_its_picture_and_its_table(page: Page) -> None:
    text = html.unescape(render_site_page(page, KNOWN.site))
    assert page.provenance.kind == "simulated"
    assert STANDING_WORDS["simulated"] in text
    assert {table.provenance.kind for table in tables_of(page.sections)} == {"simulated"}
    assert "Nobody took part in these trials." in text


def test_the_page_leads_to_the_plan_that_is_shown_whole(page: Page) -> None:
    assert PLANNED in BUNDLED
    assert PLANNED.design == WORKED
    assert any(f'href="{PLANNED.path}"' in one for one in page.sections[0].blocks[0].sentences)
    assert PLANNED.command.startswith(f"remission simulate trial --design {WORKED} --trials")
