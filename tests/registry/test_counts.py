"""Three counts: nothing below ten, nothing finer than five, nothing to take a difference of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_up.registry_people import Somebody, day, everything
from remission.registry.counts import FEWEST, QuarterCounts, count_last_quarter, last_quarter_end, shown

ON = date(2020, 5, 20)
COUNTRIES = ("GB", "MX", "RU", "SE", "DE", "FR", "IT", "ES", "PL", "NO", "DK", "IN", "US")


def crowd(people: int, transplants: int) -> list[Somebody]:
    """So many people, the first of whom had a transplant, who live in as many countries as there are."""
    made = []
    for number in range(people):
        one = Somebody.of(f"P{number}")
        one.tells(1, "registry.home_country", COUNTRIES[number % len(COUNTRIES)])
        if number < transplants:
            one.transplanted(1, "2019")
        made.append(one)
    return made


def counted(people: list[Somebody], on: date = ON, *kept: QuarterCounts) -> QuarterCounts:
    return count_last_quarter(*everything(people), on=on, kept=kept)


def test_the_last_quarter_ends_before_the_day() -> None:
    days = [date(2020, 1, 1), date(2020, 3, 31), date(2020, 4, 1), date(2020, 12, 31)]
    ends = [date(2019, 12, 31), date(2019, 12, 31), date(2020, 3, 31), date(2020, 9, 30)]
    assert [last_quarter_end(one) for one in days] == ends


@given(st.integers(0, 10_000))
def test_a_shown_count_is_none_or_within_two_of_the_true_one(count: int) -> None:
    seen = shown(count)
    assert (seen is None) == (count < FEWEST)
    assert seen is None or (seen % 5 == 0 and abs(seen - count) <= 2)


def test_people_transplants_and_countries_are_counted() -> None:
    assert counted(crowd(38, 21)) == QuarterCounts(date(2020, 3, 31), 40, 20, 15)


def test_nothing_is_said_of_nine() -> None:
    assert counted(crowd(9, 9)) == QuarterCounts(date(2020, 3, 31), None, None, None)


def test_a_small_rest_withholds_the_transplants_too() -> None:
    assert counted(crowd(30, 22)).transplants is None
    assert counted(crowd(30, 20)).transplants == 20
    assert counted(crowd(30, 30)).transplants == 30


@settings(max_examples=40, deadline=None)
@given(st.integers(8, 16), st.integers(0, 16))
def test_no_shown_pair_lets_a_small_group_be_told(people: int, transplants: int) -> None:
    found = counted(crowd(people, min(people, transplants)))
    rest = people - min(people, transplants)
    if found.people is not None and found.transplants is not None:
        assert rest == 0 or rest >= FEWEST
        assert transplants >= FEWEST


def test_a_quarter_is_counted_once_whoever_leaves_or_comes() -> None:
    people = crowd(38, 21)
    first = counted(people)
    for one in people[:20]:
        one.stops(130)
    assert counted(people, ON, first) == first
    # Of the next quarter they are gone.
    assert counted(people, date(2020, 7, 1), first).people == 20


def test_who_stopped_since_the_quarter_ended_is_not_in_a_count_made_now() -> None:
    people = crowd(38, 21)
    for one in people[:20]:
        one.stops(130)
    assert counted(people).people == 20


def test_who_stopped_and_came_back_is_counted_by_what_they_tell_then() -> None:
    people = crowd(38, 21)
    for one in people[:20]:
        one.stops(120)
        one.agrees_again(125)
    assert counted(people).people == 20


def test_what_was_told_after_the_quarter_is_of_the_next() -> None:
    people = crowd(38, 0)
    for one in people[:15]:
        one.transplanted(110, "2019")
    assert counted(people).transplants is None
    assert counted(people, date(2020, 7, 1)).transplants == 15


def test_only_the_scope_of_aggregates_is_counted() -> None:
    people = crowd(38, 0)
    for one in people[:13]:
        consent = replace(one.person.consents[0], scopes=("research",))
        one.person = replace(one.person, consents=(consent,))
    assert counted(people).people == 25
    assert people[0].person.registered_on == day(0)


def test_what_was_told_under_no_consent_is_not_counted_and_breaks_nothing() -> None:
    people = crowd(38, 0)
    for one in people[:15]:
        one.transplanted(50, "2019")
        one.answers = [replace(told, consent_version="7") if told.episode else told for told in one.answers]
    nobodys = Somebody.of("P99")
    nobodys.tells(1, "registry.home_country", "GB", version="7")
    assert counted([*people, nobodys]) == counted(people)
    assert counted(people).transplants is None
    # What corrects a consented answer outside of any consent takes it out, and is not counted in its place.
    for one in people[:15]:
        first = one.transplanted(1, "2019", "transplant-2")
        one.tells(60, "treatments.therapy", "hsct", "transplant-2", version="7", replaces=first.answer_id)
    assert counted(people).transplants is None


@pytest.mark.parametrize(
    ("first", "second", "transplants"),
    [("2019", "2019-05", 20), ("2019-05", "2019-05-03", 20), ("2019-05-03", "2019-05-03", 20), ("2018", "2019", 40)],
)
def test_a_transplant_that_is_told_twice_counts_once(first: str, second: str, transplants: int) -> None:
    people = crowd(38, 0)
    for one in people[:20]:
        one.transplanted(1, first, "transplant-1")
        one.transplanted(1, second, "therapies-1")
    assert counted(people).transplants == transplants


def test_a_transplant_without_a_day_counts_once_and_not_beside_a_dated_one() -> None:
    people = crowd(38, 0)
    for one in people[:20]:
        one.tells(1, "treatments.therapy", "hsct", "transplant-1")
    assert counted(people).transplants == 20
    for one in people[:20]:
        one.transplanted(2, "2019-05", "therapies-1")
    assert counted(people).transplants == 20


def test_the_transplants_of_fewer_than_ten_people_are_withheld() -> None:
    people = crowd(38, 9)
    for one in people[:9]:
        one.transplanted(1, "2010", "transplant-2")
    assert counted(people).transplants is None
    people = crowd(38, 10)
    for one in people[:10]:
        one.transplanted(1, "2010", "transplant-2")
    assert counted(people).transplants == 20
