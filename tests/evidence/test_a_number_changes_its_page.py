"""One number of the library is moved, and the sentence, the picture and the table of each page move with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from remission.evidence.pages.beyond_five_years import beyond_page
from remission.evidence.pages.five_hundred import five_hundred_page
from remission.evidence.pages.mortality import mortality_page
from remission.evidence.pages.progressive import progressive_page
from remission.evidence.pages.regimen import regimen_page
from remission.evidence.recipes.known import Known, know
from remission.exhibits.page import Page
from remission.studies.load import Studies, load_studies
from remission.studies.study import Number

DAY = date(2026, 11, 30)
Make = Callable[[Known], Page]


def moved(study: str, fits: Callable[[Number], bool], **changes: object) -> Studies:
    """The library with the numbers of one study that fit changed."""
    found = load_studies().of_name(study)
    numbers = tuple(replace(one, **changes) if fits(one) else one for one in found.numbers)  # type: ignore[arg-type]
    assert numbers != found.numbers, "no number fits"
    return load_studies().with_study(replace(found, numbers=numbers))


@cache
def as_it_is(make: Make) -> Page:
    return make(know(DAY))


def pictures(page: Page) -> list[str]:
    return [block.picture.wide for section in page.sections for block in section.blocks if block.picture]


CASES: list[tuple[Make, str, Callable[[Number], bool], dict[str, object], str]] = [
    (mortality_page, "uk-2025", lambda one: one.what == "transplant-deaths", {"events": 9}, "19 died"),
    (regimen_page, "hamerschlak-2010", lambda one: one.what == "transplant-deaths" and bool(one.events),
     {"events": 6}, ""),
    (beyond_page, "silfverberg-2023", lambda one: one.what == "neda" and one.months == 120, {"value": 61.0},
     "61\u00a0%"),
    (five_hundred_page, "halt-ms", lambda one: one.what == "event-free", {"value": 64.0}, "64\u00a0%"),
    (progressive_page, "oratorio", lambda one: one.what == "progression-12w-hazard-ratio", {"value": 0.71},
     "hazard ratio 0.71"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "study", "fits", "changes", "said"), CASES)
def test_sentence_and_picture_move_with_the_number(
    make: Make, study: str, fits: Callable[[Number], bool], changes: dict[str, object], said: str
) -> None:
    before, after = as_it_is(make), make(know(DAY, moved(study, fits, **changes)))
    assert before.headlines != after.headlines
    assert said in after.headlines[0]
    assert said not in before.headlines[0] or not said
    assert pictures(before) != pictures(after)


def test_a_number_that_is_marked_unverified_leaves_the_pool_and_the_page_says_so() -> None:
    studies = moved("uk-2025", lambda one: one.what == "transplant-deaths", status="unverified")
    page = mortality_page(know(DAY, studies))
    # The London series, which is a part of the national one, takes its place.
    assert "2,265 people in 19 cohorts" in page.headlines[0]
    left_out = page.sections[-1].blocks[0].tables[0].frame
    assert "its number was not checked" in left_out.filter(left_out["study"] == "uk-2025")["why"].to_list()


def test_the_date_of_the_answer_is_the_last_day_of_reading() -> None:
    studies = moved("uk-2025", lambda one: one.what == "transplant-deaths", date_read=date(2027, 1, 2))
    assert "2 January 2027" in mortality_page(know(DAY, studies)).headlines[0]
