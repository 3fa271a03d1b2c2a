"""Working days under the two Acts, counted from a list of bank holidays that ships as data.

Under the Act of 2000 a bank holiday in any part of the United Kingdom is no working day, so a trust in Leeds rests on
30 November; under the Scottish Act of 2002 only Scottish ones count. One-off holidays are proclaimed and cannot be
computed, so a day outside the list is refused with advice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

import numpy as np

from remission.foi.acts import LIMIT_WORKING_DAYS, LIST, SCOTLAND, Act, bank_holidays
from remission.inputs.problems import InputProblems, Problem


@cache
def resting_days(act: Act) -> frozenset[date]:
    """Bank holidays that are no working days under an Act: of the whole kingdom, or of Scotland alone.

    >>> date(2026, 11, 30) in resting_days("FOIA"), date(2026, 7, 13) in resting_days("FOISA")
    (True, False)
    """
    return frozenset(one.day for one in bank_holidays() if act == "FOIA" or one.jurisdiction == SCOTLAND)


@cache
def listed_years() -> tuple[int, int]:
    """The first and the last year of the list.

    >>> listed_years()
    (2024, 2028)
    """
    years = {one.day.year for one in bank_holidays()}
    return min(years), max(years)


def due_date(received: date, act: Act, disregarded: Iterable[tuple[date, date]] = ()) -> date:
    """The 20th working day after receipt: section 10(1) of either Act.

    received: any day, a weekend too; day 1 is the next working day. disregarded: spans of days, both ends included,
    that do not count, such as from a fees notice to the fee (section 10(2) of the Act of 2000). InputProblems for days
    outside the list of bank holidays.

    >>> due_date(date(2026, 3, 2), "FOIA"), due_date(date(2026, 3, 2), "FOISA")
    (datetime.date(2026, 3, 31), datetime.date(2026, 3, 30))
    """
    _check_listed(received)
    rest = sorted(resting_days(act) | {day for first, last in disregarded for day in _days(first, last)})
    day = np.busday_offset(
        _day64(received), LIMIT_WORKING_DAYS, roll="backward", holidays=[_day64(one) for one in rest]
    )
    due: date = day.astype("datetime64[D]").item()
    _check_listed(due)
    return due


def _day64(day: date) -> np.datetime64:
    return np.datetime64(day, "D")


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _check_listed(day: date) -> None:
    first, last = listed_years()
    if not first <= day.year <= last:
        raise InputProblems(
            Problem.at_key(
                LIST,
                "date",
                found=day.isoformat(),
                allowed=f"a day of the years {first} to {last}, of which the bank holidays are listed",
                do="Check the date; if it is right, add that year's bank holidays of all three jurisdictions.",
            )
        )
