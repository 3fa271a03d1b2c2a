"""A value as told, text by text: may it stand in its field, and which days does a date mean that is not whole."""

from __future__ import annotations

import math
import re
from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from remission.records.files.dates import YEARS

if TYPE_CHECKING:
    from remission.records.schema import Column, Precision
    from remission.registry.schema import Field

DATE = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?", re.ASCII)
NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?", re.ASCII)
WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
# A story is welcome; a book in one cell is an accident or an attack.
LONGEST_WORDS = 10_000


class Told(NamedTuple):
    """The days that a date as told may mean, and how exactly it was told: "day", "month" or "year"."""

    first: date
    last: date
    precision: Precision

    def __repr__(self) -> str:
        """How exactly it was told and never the days: this is what logs show."""
        return f"Told({self.precision})"

    @property
    def middle(self) -> date:
        """The day that stands for it: the day itself, the 15th of a month, the first of July of a year.

        >>> told("2019").middle
        datetime.date(2019, 7, 1)
        """
        if self.precision == "month":
            return self.first.replace(day=15)
        return self.first.replace(month=7) if self.precision == "year" else self.first


def told(text: str) -> Told:
    """A date as told (YYYY-MM-DD, YYYY-MM or YYYY); ValueError when it is none of the calendar.

    >>> told("2020-02").last
    datetime.date(2020, 2, 29)
    """
    found = DATE.fullmatch(text)
    if found is None or not YEARS[0] <= int(found["year"]) <= YEARS[1]:
        raise ValueError("no date")
    year = int(found["year"])
    if found["month"] is None:
        return Told(date(year, 1, 1), date(year, 12, 31), "year")
    month = int(found["month"])
    if found["day"] is None:
        first = date(year, month, 1)
        return Told(first, first.replace(day=monthrange(year, month)[1]), "month")
    day = date(year, month, int(found["day"]))
    return Told(day, day, "day")


def is_allowed(field: Field, text: str) -> bool:
    """May this text stand in the field? Words exactly as listed, numbers with a point, dates of the calendar.

    >>> from remission.registry.schema import fields
    >>> [is_allowed(fields()["visits.edss"], text) for text in ("6.5", "0.5", "6,5")]
    [True, False, False]
    """
    if field.choices:
        return text in field.choices
    if field.kind == "day":
        return _is_date(text)
    if field.kind in ("integer", "number"):
        return _is_number(field.column, text)
    return 0 < len(text) <= LONGEST_WORDS


def _is_date(text: str) -> bool:
    try:
        told(text)
    except ValueError:
        return False
    return True


def _is_number(column: Column, text: str) -> bool:
    shape = WHOLE if column.kind == "integer" else NUMBER
    if not shape.fullmatch(text):
        return False
    number = float(text)
    low = -math.inf if column.low is None else column.low
    high = math.inf if column.high is None else column.high
    in_gap = column.gap is not None and column.gap[0] < number < column.gap[1]
    on_step = column.step is None or number % column.step == 0
    return math.isfinite(number) and low <= number <= high and on_step and not in_gap
