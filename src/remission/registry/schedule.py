"""Which form is due when, and whether a mail says so: anchored on day zero, and silent after two reminders.

A form at registering, on day 100, after 6 and 12 months, and then every year. All is worked out from the days on which
forms were filled in and mails sent, and nothing is kept between: a clock that is set back asks nobody twice.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count, takewhile
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from remission.records.schema import Precision

Mail = Literal["invitation", "reminder"]

MONTHS_OF_A_YEAR = 12
# Who has just told everything at registering is not asked again within a month.
REST_DAYS = 30
BASELINE_DAYS = 90
# Days after the due day on which the invitation and the two reminders go out; then there is silence.
MAIL_DAYS = (0, 14, 28)
# A server that was down for weeks must not send all of them in one night.
BETWEEN_MAILS_DAYS = 7
# A long way off is still a day of the calendar.
LAST_YEAR = 2200


@dataclass(frozen=True)
class Timing:
    """When a visit is due after day zero, and how many days before and after that its form is open."""

    visit: str
    months: int
    days: int
    before: int
    after: int

    def due_on(self, day_zero: date) -> date:
        """The day on which it is due."""
        return add_months(day_zero, self.months) + timedelta(self.days)


@dataclass(frozen=True)
class Due:
    """One visit of one person: the form, the day it is due, and the first and last day on which it is open."""

    visit: str
    form: str
    due_on: date = field(repr=False)
    opens_on: date = field(repr=False)
    closes_on: date = field(repr=False)

    def holds(self, day: date) -> bool:
        """Is it open on that day?"""
        return self.opens_on <= day <= self.closes_on


# No two windows overlap, so that what was filled in on a day belongs to one visit.
EARLY = (Timing("day-100", 0, 100, 14, 42), Timing("month-6", 6, 0, 30, 60))


def visits(day_zero: date, registered_on: date, precision: Precision = "day") -> Iterator[Due]:
    """Every visit of a person in order of time, from registering on.

    What was due before somebody registered, or within a month of it, is not asked for. Where only the year of day zero
    is known there is no day 100 and no half year, for nobody knows when they are.

    >>> [one.visit for one in takewhile(lambda one: one.due_on.year < 2022, visits(date(2019, 5, 3), date(2019, 7, 1)))]
    ['baseline', 'day-100', 'month-6', 'year-1', 'year-2']
    """
    rested = registered_on + timedelta(REST_DAYS)
    # Who registers while the form of a visit would be open has a month for the first form, and then that one opens.
    followed = (
        replace(one, opens_on=max(one.opens_on, rested)) for one in _after(day_zero, precision) if one.due_on > rested
    )
    first = next(followed, None)
    closes = registered_on + timedelta(BASELINE_DAYS)
    yield Due("baseline", "long", registered_on, registered_on, _until(closes, first))
    if first:
        yield first
        yield from followed


def open_visit(
    day_zero: date, registered_on: date, filled_on: Collection[date], today: date, precision: Precision = "day"
) -> Due | None:
    """The visit whose form is open today and was not filled in while it was; None where there is none.

    `filled_on` are all days on which this person sent a form.

    >>> found = open_visit(date(2026, 1, 1), date(2025, 12, 1), [date(2025, 12, 1)], date(2026, 4, 12))
    >>> found.visit, found.form, str(found.due_on)
    ('day-100', 'short', '2026-04-11')
    """
    for one in visits(day_zero, registered_on, precision):
        if one.holds(today) and not any(map(one.holds, filled_on)):
            return one
        if one.opens_on > today:
            break
    return None


def next_visit(day_zero: date, registered_on: date, today: date, precision: Precision = "day") -> Due | None:
    """The first visit that opens after today; None at the end of the calendar.

    >>> str(next_visit(date(2024, 2, 29), date(2024, 3, 1), date(2025, 6, 30)).due_on)
    '2026-02-28'
    """
    return next((one for one in visits(day_zero, registered_on, precision) if one.opens_on > today), None)


def mail_due(visit: Due, sent_on: Collection[date], today: date) -> Mail | None:
    """The mail to send today about an open visit: one invitation, then two reminders, then none.

    `sent_on` are the days of all mails of this kind to this person, those about other visits too.

    >>> visit = Due("month-6", "short", date(2026, 7, 1), date(2026, 6, 1), date(2026, 8, 30))
    >>> mail_due(visit, [], date(2026, 7, 1)), mail_due(visit, [date(2026, 7, 1)], date(2026, 7, 15))
    ('invitation', 'reminder')
    """
    sent = sum(map(visit.holds, sent_on))
    if sent >= len(MAIL_DAYS) or not visit.due_on + timedelta(MAIL_DAYS[sent]) <= today <= visit.closes_on:
        return None
    # Days ahead are of a clock that was set back since: they are near in the one direction as in the other.
    if any(abs((today - day).days) < BETWEEN_MAILS_DAYS for day in sent_on):
        return None
    return "reminder" if sent else "invitation"


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last where it has no such day.

    >>> [str(add_months(date(2024, 2, 29), months)) for months in (6, 12, 48)]
    ['2024-08-29', '2025-02-28', '2028-02-29']
    """
    years, month = divmod(day.month - 1 + months, MONTHS_OF_A_YEAR)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _until(closes: date, following: Due | None) -> date:
    return min(closes, following.opens_on - timedelta(1)) if following else closes


def _after(day_zero: date, precision: Precision) -> Iterator[Due]:
    timings = (*(EARLY if precision != "year" else ()), *_yearly(LAST_YEAR - day_zero.year))
    for one in timings:
        due = one.due_on(day_zero)
        yield Due(one.visit, "short", due, due - timedelta(one.before), due + timedelta(one.after))


def _yearly(years: int) -> Iterator[Timing]:
    for year in takewhile(lambda one: one <= years, count(1)):
        yield Timing(f"year-{year}", MONTHS_OF_A_YEAR * year, 0, 60, 120)
