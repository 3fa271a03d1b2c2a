"""Dates as people write them: a year, a month, a day, as far as they know it, and a question where two are meant.

What is read comes out as YYYY, YYYY-MM or YYYY-MM-DD: as exact as it was told, and never more.
"""

from __future__ import annotations

import re
from calendar import month_name, monthrange
from datetime import date

from remission.records.files.dates import YEARS
from remission.registry.forms.unclear import Unclear
from remission.registry.values import told

NAMES = tuple(month_name)[1:]
MONTHS = {
    **{name[:3].casefold(): number for number, name in enumerate(NAMES, 1)},
    **{name.casefold(): number for number, name in enumerate(NAMES, 1)},
    "sept": 9,
}
BETWEEN = re.compile(r"[\s,/.\-]+")
ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)", re.ASCII)
YEAR, PART = re.compile(r"\d{4}", re.ASCII), re.compile(r"\d{1,2}", re.ASCII)
MONTHS_OF_A_YEAR = 12
# Longer than any date that anybody writes; more of it is not looked at.
LONGEST_DATE = 60

UNREADABLE = "We could not read this date. Please write it like one of these: 2019, or May 2019, or 3 May 2019."
SHORT_YEAR = "Please write the year with all four digits, such as 2019."
NOT_YET = "This day has not come yet. Please look at the year again."
BEFORE_BIRTH = "This is before the year of birth that you gave. Please look at both again."


def read_date(text: str) -> str:
    """A date as somebody wrote it, as YYYY, YYYY-MM or YYYY-MM-DD; Unclear where it is none, or could be two.

    >>> [read_date(text) for text in ("2019", "May 2019", "3rd of May, 2019", "5/2019", "25/12/2019")]
    ['2019', '2019-05', '2019-05-03', '2019-05', '2019-12-25']
    """
    plain = ORDINAL.sub(r"\1", text.strip().casefold()) if len(text) <= LONGEST_DATE else ""
    parts = [part for part in BETWEEN.split(plain) if part not in ("", "of", "the")]
    named = [part for part in parts if part in MONTHS]
    numbers = [part for part in parts if part not in MONTHS]
    years = [part for part in numbers if YEAR.fullmatch(part)]
    others = [part for part in numbers if PART.fullmatch(part)]
    if len(years) + len(others) != len(numbers) or not 1 <= len(parts) <= 3 or len(named) > 1:
        raise Unclear(UNREADABLE)
    if len(years) != 1:
        raise Unclear(SHORT_YEAR if not years and len(parts) > 1 else UNREADABLE)
    if named:
        return _date(int(years[0]), MONTHS[named[0]], *map(int, others))
    return _of_numbers(int(years[0]), [int(part) for part in others], year_first=numbers[0] == years[0])


def date_words(value: str) -> str:
    """A date as it is kept, as somebody would write it; `read_date` reads it back.

    >>> [date_words(value) for value in ("2019", "2019-05", "2019-05-03")]
    ['2019', 'May 2019', '3 May 2019']
    """
    days = told(value)
    if days.precision == "year":
        return f"{days.first.year}"
    month = f"{NAMES[days.first.month - 1]} {days.first.year}"
    return month if days.precision == "month" else f"{days.first.day} {month}"


def check_date(value: str, today: date, birth_year: int | None) -> None:
    """Refuse a date that has not come, or lies before a birth; Unclear with words for the person.

    A month or a year that has begun is taken: part of it is past.

    >>> check_date("2026", date(2026, 3, 1), 1980)
    """
    days = told(value)
    if days.first > today:
        raise Unclear(NOT_YET)
    if birth_year is not None and days.last.year < birth_year:
        raise Unclear(BEFORE_BIRTH)


def _of_numbers(year: int, parts: list[int], *, year_first: bool) -> str:
    if len(parts) < 2 or year_first:
        return _date(year, *parts)
    first, second = parts
    if first <= MONTHS_OF_A_YEAR and second <= MONTHS_OF_A_YEAR and first != second:
        # Half of the world writes the day first and the other half the month: guessing moves people by months.
        raise Unclear(
            f"Is this {first} {NAMES[second - 1]} {year} or {second} {NAMES[first - 1]} {year}? "
            "Please write the month as a word."
        )
    return _date(year, second, first) if second <= MONTHS_OF_A_YEAR else _date(year, first, second)


def _date(year: int, month: int | None = None, day: int | None = None) -> str:
    if not YEARS[0] <= year <= YEARS[1]:
        raise Unclear("Please look at the year again.")
    if month is None:
        return f"{year}"
    if not 1 <= month <= MONTHS_OF_A_YEAR:
        raise Unclear(UNREADABLE)
    if day is None:
        return f"{year}-{month:02}"
    longest = monthrange(year, month)[1]
    if not 1 <= day <= longest:
        raise Unclear(f"There is no day {day} in {NAMES[month - 1]} {year}: it had {longest} days.")
    return f"{year}-{month:02}-{day:02}"
