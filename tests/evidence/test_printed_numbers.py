"""The page of printed numbers: how many fit, which do not come out, and what was searched."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from remission.evidence.pages.printed_numbers import printed_page
from remission.evidence.recipes.known import Known, know
from remission.evidence.recipes.printed.rows import (
    answer,
    check_rows,
    checked,
    interval_rows,
    open_rows,
    pattern_rows,
    publication_rows,
    unchecked_rows,
)
from remission.exhibits.page import tables_of
from remission.studies.load import Studies, load_studies

DAY = date(2026, 11, 30)


@cache
def known() -> Known:
    return know(DAY)


def moved(**changes: Any) -> Studies:
    """The library with Atkins's event-free share otherwise."""
    found = load_studies().of_name("atkins-2016")
    numbers = [replace(one, **changes) if one.what == "event-free" else one for one in found.numbers]
    return load_studies().with_study(replace(found, numbers=tuple(numbers)))


def test_every_publication_is_among_those_that_can_be_checked_or_those_that_cannot() -> None:
    found = checked(known().studies)
    able, unable = publication_rows(found), unchecked_rows(found)
    assert able.height >= 10
    assert able.height + unable.height == len(known().studies.every)
    assert set(able["study"]) & set(unable["study"]) == set()


def test_nearly_all_come_out_as_the_front_page_says() -> None:
    rows = check_rows(checked(known().studies))
    assert float(rows["comes_out"].sum()) > 0.9 * float(rows["put"].sum())
    one = pattern_rows(checked(known().studies))
    assert "event-free at 5 years" in one.filter(one["study"] == "halt-ms")["number"].to_list()


def test_a_number_that_does_not_fit_changes_the_answer_and_stands_in_the_table() -> None:
    before, after = (printed_page(know(DAY, one)) for one in (load_studies(), moved(low=40.0)))
    assert before.headlines != after.headlines
    rows = open_rows(checked(moved(low=40.0)))
    row = rows.filter(rows["study"] == "atkins-2016").row(0, named=True)
    assert row["printed"].startswith("69.6 (40.0 to 84.2)")
    assert row["searched"] != ""


def test_a_number_that_nobody_read_is_nowhere_on_the_page() -> None:
    page = printed_page(know(DAY, moved(status="unverified", value=69.7)))
    said = " ".join(table.csv() for table in tables_of(page.sections))
    assert "69.7" not in said
    assert "69.6" in " ".join(table.csv() for table in tables_of(printed_page(known()).sections))


def test_what_was_read_second_hand_says_so() -> None:
    rows = interval_rows(checked(known().studies))
    assert rows.filter(rows["number"] == "event-free at 3 years")["read"].to_list() == ["read second-hand"]


def test_without_a_publication_that_can_be_checked_the_answer_says_so() -> None:
    assert answer(()) == "No publication here prints enough to be checked."
