"""The plain twin of the calendar: it walks one day at a time and asks of each whether it counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from remission.foi.acts import LIMIT_WORKING_DAYS, SCOTLAND, Act, bank_holidays

SATURDAY = 5


def is_working_day(day: date, act: Act) -> bool:
    """Does this day count under the Act?

    >>> is_working_day(date(2026, 3, 17), "FOIA"), is_working_day(date(2026, 3, 17), "FOISA")
    (False, True)
    """
    if day.weekday() >= SATURDAY:
        return False
    for holiday in bank_holidays():
        if holiday.day == day and (act == "FOIA" or holiday.jurisdiction == SCOTLAND):
            return False
    return True


def plain_due_date(received: date, act: Act, disregarded: Iterable[tuple[date, date]] = ()) -> date:
    """The 20th working day after receipt, day by day.

    >>> plain_due_date(date(2026, 11, 2), "FOIA")
    datetime.date(2026, 12, 1)
    """
    spans, day, counted = tuple(disregarded), received, 0
    while counted < LIMIT_WORKING_DAYS:
        day += timedelta(days=1)
        if is_working_day(day, act) and not any(first <= day <= last for first, last in spans):
            counted += 1
    return day
