"""Which days a count is about, from the words above it or from a column of dates."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

Counted = Literal["current", "ever in period", "packs"]
COUNTED: tuple[Counted, ...] = ("current", "ever in period", "packs")


class Period(NamedTuple):
    """First and last day of what is counted; the same day twice for a count on one day, None where nothing is said."""

    start: date | None = None
    end: date | None = None


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY = r"\d{4}-\d{2}-\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{4}|\d{1,2}(?:st|nd|rd|th)?\s+[a-z]{3,9}\s+\d{4}"
_SPAN = re.compile(rf"({_DAY})\s*(?:-|–|to|until|and)\s*({_DAY})")
_ONE = re.compile(_DAY)
_FINANCIAL = re.compile(r"\b(20\d\d)\s*[/-]\s*(?:20)?(\d\d)\b(?![/.-]\d)")
_NAME = rf"\b({'|'.join(_MONTHS)})[a-z]{{0,6}}\b\.?"
_YEAR_OF = r"(?:\s*,?\s*(20\d\d)\b|\s?[-'’](\d\d)\b)"
_MONTH = re.compile(rf"{_NAME}{_YEAR_OF}")
_MONTHS_SPAN = re.compile(rf"{_NAME}{_YEAR_OF}?\s*(?:-|–|/|to|until|and)\s*{_NAME}{_YEAR_OF}?")
_QUARTER = re.compile(
    r"\b(?:q|qtr|quarter)\s?([1-4])\b|\b(?:([1-4])(?:st|nd|rd|th)|(first|second|third|fourth)) quarter\b"
)
_YEARS_SPAN = re.compile(r"(?<![\d/.-])(20\d\d)\s*(?:-|–|to|until|and)\s*(20\d\d)(?![\d/.-])")
_PAST = re.compile(
    r"\b(?:last|past|previous|preceding|prior|recent|rolling)\s+"
    r"(?:(\d{1,2})\s*-?\s*)?(month|year|quarter)s?\b"
)
_PAST_TO = re.compile(r"\b(?:(\d{1,2})\s+)?(month|year)s?\s+(?:up\s+)?(?:to|ending|ended|until)\b")
_ORDINALS = ("first", "second", "third", "fourth")
# A header that is nothing else, or ends in it: "6 months", "Patients (12 months)".
_BARE_MONTHS = re.compile(r"(?:^|\()\W*(?:in |for )?(\d{1,2})\s*-?\s*(month|year)s?\W*$")
_MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}
_COUNTING = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_YEAR = re.compile(r"(?<![\d/.-])(20\d\d)(?![\d/.-])")
_PACKS = re.compile(
    r"\b(?:packs?|vials?|syringes?|items?|issue[sd]?|units?|quantit(?:y|ies)|tablets|box(?:es)?|dispens\w*)\b"
)
_EVER = re.compile(
    r"\b(?:last|past|previous|preceding|rolling|during|ever|between|period|over the|treated in|to date)\b"
)
_CURRENT = re.compile(r"\b(?:current(?:ly)?|as at|as of|on treatment|snapshot|at present|active|people on it on)\b")


def read_day(text: str) -> date | None:
    """A day as people write one, day before month; None for what is no day.

    >>> read_day("31/03/2026"), read_day("3rd March 2026"), read_day("31/31/2026")
    (datetime.date(2026, 3, 31), datetime.date(2026, 3, 3), None)
    """
    plain = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", " ".join(text.casefold().split())).replace(".", "/")
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d %b %Y"):
        try:
            return datetime.strptime(plain, form).date()
        except ValueError:
            continue
    return None


def period_in(text: str) -> Period:
    """The period that a text speaks of; an empty one when it speaks of none.

    >>> period_in("Patients as at 31 March 2026").end
    datetime.date(2026, 3, 31)
    >>> period_in("2024/25")
    Period(start=datetime.date(2024, 4, 1), end=datetime.date(2025, 3, 31))
    >>> period_in("Q1 2026 (Jan - Mar)"), period_in("Q1 2025/26") == period_in("Apr to Jun 2025")
    (Period(start=datetime.date(2026, 1, 1), end=datetime.date(2026, 3, 31)), True)
    """
    plain = " ".join(text.casefold().split())
    # What names most goes first: a span of days before one of them, months before the year that they lie in.
    named = next((found for find in _FINDERS if (found := find(plain))), Period())
    months = past_months(text)
    return past_period(months, named.end) if months and named.end else named


def past_months(text: str) -> int | None:
    """How many months back a text counts, from a day that it need not name; None when it counts none back.

    >>> past_months("Past 3 months"), past_months("in the last year"), past_months("Twelve months to March 2026")
    (3, 12, 12)
    """
    plain = " ".join(text.casefold().split())
    digits = re.sub(r"\b[a-z]+\b", lambda word: _AS_DIGITS.get(word.group(), word.group()), plain)
    found = _PAST_TO.search(digits) or _PAST.search(digits) or _BARE_MONTHS.search(digits)
    return int(found.group(1) or 1) * _MONTHS_OF[found.group(2)] if found else None


_AS_DIGITS = {word: str(number) for number, word in enumerate(_COUNTING, 1)}


def past_period(months: int, end: date) -> Period:
    """So many months up to a day, which is the last one of them.

    >>> past_period(3, date(2026, 5, 31)), past_period(12, date(2026, 9, 30)).start
    (Period(start=datetime.date(2026, 3, 1), end=datetime.date(2026, 5, 31)), datetime.date(2025, 10, 1))
    """
    after = end + timedelta(days=1)
    year, month = divmod(after.year * 12 + after.month - 1 - months, 12)
    return Period(date(year, month + 1, min(after.day, monthrange(year, month + 1)[1])), end)


def is_doubtful_quarter(text: str) -> bool:
    """Does a text name a quarter that may be one of the calendar's or one of the financial year, which begins in April?

    >>> is_doubtful_quarter("Q1 2026"), is_doubtful_quarter("Q1 2026 (Jan - Mar)"), is_doubtful_quarter("Q1 2025/26")
    (True, False, False)
    """
    plain = " ".join(text.casefold().split())
    return bool(_QUARTER.search(plain)) and not (_days(plain) or _months_span(plain) or _financial_year(plain))


def _days(plain: str) -> Period | None:
    span = _SPAN.search(plain)
    if span:
        return Period(read_day(span.group(1)), read_day(span.group(2)))
    # Not all that looks like a day is one: "1st quarter 2026".
    day = next((day for found in _ONE.findall(plain) if (day := read_day(found))), None)
    return Period(day, day) if day else None


def _months_span(plain: str) -> Period | None:
    """From one month to another; a year that stands beside one of them, or elsewhere in the text, holds for both."""
    found = _MONTHS_SPAN.search(plain)
    if not found:
        return None
    first, _, _, last, _, _ = found.groups()
    elsewhere = _YEAR.search(plain[: found.start()] + " " + plain[found.end() :])
    own = [_full_year(*found.group(at, at + 1)) for at in (2, 5)]
    years = [own[0] or own[1], own[1] or own[0]]
    if not any(years):
        years = [int(elsewhere.group(1))] * 2 if elsewhere else [None, None]
    if years[0] is None or years[1] is None:
        return None
    begin, end = _MONTHS.index(first) + 1, _MONTHS.index(last) + 1
    # "October to March 2026" begins in the year before.
    years[0] -= years[0] == years[1] and begin > end
    return Period(_month_of(years[0], begin).start, _month_of(years[1], end).end)


def _quarter(plain: str) -> Period | None:
    found, financial = _QUARTER.search(plain), _financial_year(plain)
    year = _YEAR.search(plain)
    if not found or not (financial or year):
        return None
    number = int(found.group(1) or found.group(2) or 1 + _ORDINALS.index(found.group(3)))
    # Of a financial year the first quarter begins in April and the fourth in January of the next year.
    months = (financial * 12 + 3 if financial else int(year.group(1)) * 12 if year else 0) + 3 * (number - 1)
    first, last = divmod(months, 12), divmod(months + 2, 12)
    return Period(_month_of(first[0], first[1] + 1).start, _month_of(last[0], last[1] + 1).end)


def _financial(plain: str) -> Period | None:
    first = _financial_year(plain)
    return Period(date(first, 4, 1), date(first + 1, 3, 31)) if first else None


def _financial_year(plain: str) -> int | None:
    found = _FINANCIAL.search(plain)
    is_one = found and (int(found.group(1)) + 1) % 100 == int(found.group(2))
    return int(found.group(1)) if found and is_one else None


def _month(plain: str) -> Period | None:
    found = _MONTH.search(plain)
    year = _full_year(*found.group(2, 3)) if found else None
    return _month_of(year, _MONTHS.index(found.group(1)) + 1) if found and year else None


def _full_year(long: str | None, short: str | None) -> int | None:
    return int(long) if long else 2000 + int(short) if short else None


def _month_of(year: int, month: int) -> Period:
    return Period(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _years_span(plain: str) -> Period | None:
    found = _YEARS_SPAN.search(plain)
    return Period(date(int(found.group(1)), 1, 1), date(int(found.group(2)), 12, 31)) if found else None


def _year(plain: str) -> Period | None:
    found = _YEAR.search(plain)
    return Period(date(int(found.group(1)), 1, 1), date(int(found.group(1)), 12, 31)) if found else None


_FINDERS: tuple[Callable[[str], Period | None], ...] = (
    *(_days, _months_span, _quarter, _financial, _month, _years_span, _year),
)


def counted_in(text: str, period: Period) -> Counted | None:
    """What is counted, by the words above the counts or the length of the period; None when neither says.

    >>> counted_in("Patients treated in the last 12 months", Period()), counted_in("Vials", Period())
    ('ever in period', 'packs')
    """
    plain = text.casefold()
    if _PACKS.search(plain):
        return "packs"
    # Before the word of a day: "past 12 months as at 31 March" is over a time.
    if past_months(text):
        return "ever in period"
    if _CURRENT.search(plain):
        return "current"
    if _EVER.search(plain):
        return "ever in period"
    if period.start is None or period.end is None:
        return None
    return "current" if period.start == period.end else "ever in period"
