"""Which days a count is about, from the words above it or from a column of dates."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime
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
_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)})[a-z]*\s+(20\d\d)\b")
_YEAR = re.compile(r"(?<![\d/.-])(20\d\d)(?![\d/.-])")
_PACKS = re.compile(
    r"\b(?:packs?|vials?|syringes?|items?|issue[sd]?|units?|quantit(?:y|ies)|tablets|box(?:es)?|dispens\w*)\b"
)
_EVER = re.compile(r"\b(?:last|past|during|ever|between|period|over the|treated in|to date)\b")
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
    """
    plain = " ".join(text.casefold().split())
    span = _SPAN.search(plain)
    if span:
        return Period(read_day(span.group(1)), read_day(span.group(2)))
    day = _ONE.search(plain)
    if day:
        return Period(read_day(day.group()), read_day(day.group()))
    financial = _FINANCIAL.search(plain)
    if financial and (int(financial.group(1)) + 1) % 100 == int(financial.group(2)):
        first = int(financial.group(1))
        return Period(date(first, 4, 1), date(first + 1, 3, 31))
    return _month(plain) or _year(plain) or Period()


def _month(plain: str) -> Period | None:
    found = _MONTH.search(plain)
    if not found:
        return None
    year, month = int(found.group(2)), _MONTHS.index(found.group(1)) + 1
    return Period(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _year(plain: str) -> Period | None:
    found = _YEAR.search(plain)
    return Period(date(int(found.group(1)), 1, 1), date(int(found.group(1)), 12, 31)) if found else None


def counted_in(text: str, period: Period) -> Counted | None:
    """What is counted, by the words above the counts or the length of the period; None when neither says.

    >>> counted_in("Patients treated in the last 12 months", Period()), counted_in("Vials", Period())
    ('ever in period', 'packs')
    """
    plain = text.casefold()
    if _PACKS.search(plain):
        return "packs"
    if _CURRENT.search(plain):
        return "current"
    if _EVER.search(plain):
        return "ever in period"
    if period.start is None or period.end is None:
        return None
    return "current" if period.start == period.end else "ever in period"
