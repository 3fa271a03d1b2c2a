"""Dates as people write them: as exact as they are known, asked again where two are meant, never guessed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.registry.forms.dates import MONTHS, NAMES, NOT_YET, SHORT_YEAR, UNREADABLE, check_date, read_date
from remission.registry.forms.unclear import Unclear
from remission.registry.values import told

TODAY = date(2026, 11, 30)
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2019", "2019"),
        (" 2019 ", "2019"),
        ("May 2019", "2019-05"),
        ("may, 2019", "2019-05"),
        ("2019 May", "2019-05"),
        ("sept. 2019", "2019-09"),
        ("Sep 2019", "2019-09"),
        ("5/2019", "2019-05"),
        ("05.2019", "2019-05"),
        ("2019-05", "2019-05"),
        ("2019/5", "2019-05"),
        ("3 May 2019", "2019-05-03"),
        ("3-May-2019", "2019-05-03"),
        ("3rd May 2019", "2019-05-03"),
        ("the 3rd of May, 2019", "2019-05-03"),
        ("May 3, 2019", "2019-05-03"),
        ("MAY 22nd 2019", "2019-05-22"),
        ("2019-05-03", "2019-05-03"),
        ("2019/5/3", "2019-05-03"),
        ("25/12/2019", "2019-12-25"),
        ("12/25/2019", "2019-12-25"),
        ("05/05/2019", "2019-05-05"),
        ("29 February 2020", "2020-02-29"),
    ],
)
def test_a_date_is_read_as_exactly_as_it_is_told(text: str, value: str) -> None:
    assert read_date(text) == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("03/05/2019", "Is this 3 May 2019 or 5 March 2019? Please write the month as a word."),
        ("3.5.2019", "Is this 3 May 2019 or 5 March 2019? Please write the month as a word."),
        ("31 June 2019", "There is no day 31 in June 2019: it had 30 days."),
        ("29 February 2019", "There is no day 29 in February 2019: it had 28 days."),
        ("2019-02-30", "There is no day 30 in February 2019: it had 28 days."),
        ("31/06/2019", "There is no day 31 in June 2019: it had 30 days."),
        ("0 May 2019", "There is no day 0 in May 2019: it had 31 days."),
        ("3/5/19", SHORT_YEAR),
        ("May 19", SHORT_YEAR),
        ("13/2019", UNREADABLE),
        ("2019-13", UNREADABLE),
        ("2019-13-01", UNREADABLE),
        ("30/31/2019", UNREADABLE),
        ("1880", "Please look at the year again."),
        ("0000", "Please look at the year again."),
        ("3 May 0000", "Please look at the year again."),
        ("spring 2019", UNREADABLE),
        ("2018 2019", UNREADABLE),
        ("May June 2019", UNREADABLE),
        ("3 May", SHORT_YEAR),
        ("1 2 3 2019", UNREADABLE),
        ("٣ May 2019", UNREADABLE),
        ("12345678901234567890", UNREADABLE),
        ("9" * 10_000, UNREADABLE),
        ("-", UNREADABLE),
        ("", UNREADABLE),
    ],
)
def test_what_is_no_date_or_two_is_asked_again_in_words(text: str, words: str) -> None:
    with pytest.raises(Unclear) as unclear:
        read_date(text)
    assert unclear.value.words == words
    # What a log shows of it holds nothing that was typed.
    assert str(unclear.value) == "an answer that has to be asked again"


@given(DAYS, st.sampled_from(["{d} {name} {y}", "{name} {d}, {y}", "{y}-{m:02}-{d:02}", "{d}{th} of {short} {y}"]))
def test_every_day_is_read_back_from_every_way_to_write_it(day: date, shape: str) -> None:
    name, th = NAMES[day.month - 1], {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    text = shape.format(d=day.day, m=day.month, y=day.year, name=name, short=name[:3], th=th)
    assert read_date(text) == day.isoformat()


@given(DAYS, st.sampled_from("/.- "))
def test_numbers_alone_are_taken_only_where_one_day_can_be_meant(day: date, between: str) -> None:
    text = between.join((str(day.day), str(day.month), str(day.year)))
    if day.day <= 12 and day.day != day.month:
        with pytest.raises(Unclear, match="asked again"):
            read_date(text)
    else:
        assert read_date(text) == day.isoformat()


@given(st.text() | st.from_regex(r"[0-9a-z/ .-]{1,20}", fullmatch=True))
def test_any_text_is_a_date_of_the_calendar_or_is_asked_again(text: str) -> None:
    value = reading(text)
    assert value is None or reading(value) == value
    assert value is None or told(value).first <= told(value).last


def reading(text: str) -> str | None:
    try:
        return read_date(text)
    except Unclear:
        return None


@pytest.mark.parametrize("value", ["2026-11-30", "2026-11", "2026", "2025-12-31"])
def test_a_month_or_year_that_has_begun_is_not_the_future(value: str) -> None:
    check_date(value, TODAY, None)


@pytest.mark.parametrize("value", ["2026-12-01", "2026-12", "2027", "2027-01-01"])
def test_what_has_not_come_is_asked_again(value: str) -> None:
    with pytest.raises(Unclear) as unclear:
        check_date(value, TODAY, None)
    assert unclear.value.words == NOT_YET


def test_the_29th_of_february_is_past_on_the_day_after() -> None:
    day = date(2024, 2, 29)
    check_date("2024-02-29", day, None)
    with pytest.raises(Unclear):
        check_date("2024-02-29", day - timedelta(1), None)


def test_nothing_lies_before_the_year_of_birth() -> None:
    check_date("1980-01-01", TODAY, 1980)
    check_date("1980", TODAY, 1980)
    with pytest.raises(Unclear, match="again"):
        check_date("1979-12-31", TODAY, 1980)


def test_months_are_known_by_name_and_short() -> None:
    assert len(set(MONTHS.values())) == 12
    assert len(MONTHS) == 24  # May is as long as its short form, and September has two
