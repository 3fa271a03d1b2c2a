"""Which form is due when: anchored on day zero, through leap days, and with a clock that goes back."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.registry.forms.form import forms
from remission.registry.schedule import (
    BETWEEN_MAILS_DAYS,
    MAIL_DAYS,
    REST_DAYS,
    Due,
    add_months,
    mail_due,
    next_visit,
    open_visit,
    visits,
)

ZERO = date(2026, 1, 1)
BEFORE = date(2025, 12, 1)
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
PRECISIONS = st.sampled_from(["day", "month", "year"])


def first(number: int, zero: date = ZERO, registered: date = BEFORE, precision: str = "day") -> list[tuple[str, str]]:
    return [(one.visit, str(one.due_on)) for one in islice(visits(zero, registered, precision), number)]  # type: ignore[arg-type]


def test_the_visits_of_somebody_who_registered_before_the_transplant() -> None:
    assert first(7) == [
        ("baseline", "2025-12-01"), ("day-100", "2026-04-11"), ("month-6", "2026-07-01"), ("year-1", "2027-01-01"),
        ("year-2", "2028-01-01"), ("year-3", "2029-01-01"), ("year-4", "2030-01-01"),
    ]  # fmt: skip


def test_who_registers_late_is_asked_at_registering_and_then_what_is_still_to_come() -> None:
    assert first(3, registered=date(2031, 3, 1)) == [
        ("baseline", "2031-03-01"), ("year-6", "2032-01-01"), ("year-7", "2033-01-01"),
    ]  # fmt: skip
    # The half year is due a month after, and who has just told everything is left in peace.
    assert first(2, registered=date(2026, 6, 1))[1] == ("year-1", "2027-01-01")
    assert first(2, registered=date(2026, 5, 31))[1] == ("month-6", "2026-07-01")


def test_who_registers_while_a_visit_is_open_has_a_month_for_the_first_form() -> None:
    baseline, year = islice(visits(ZERO, date(2026, 11, 20)), 2)
    assert (str(baseline.closes_on), str(year.opens_on), str(year.due_on)) == ("2026-12-19", "2026-12-20", "2027-01-01")


def test_of_a_day_zero_known_by_its_year_only_the_years_are_asked_for() -> None:
    assert [visit for visit, _ in first(3, date(2026, 7, 1), precision="year")] == ["baseline", "year-1", "year-2"]
    assert first(2, precision="month")[1] == ("day-100", "2026-04-11")


def test_every_form_that_is_due_is_there() -> None:
    assert {one.form for one in islice(visits(ZERO, BEFORE), 9)} <= set(forms())
    assert next(visits(ZERO, BEFORE)).form == "long"


def test_a_leap_day_is_kept_where_there_is_one() -> None:
    due = dict(first(8, date(2024, 2, 29), date(2024, 2, 1)))
    assert (due["month-6"], due["year-1"], due["year-4"]) == ("2024-08-29", "2025-02-28", "2028-02-29")
    assert add_months(date(2023, 8, 31), 6) == date(2024, 2, 29)
    # Day 100 counts days, the leap day among them.
    assert due["day-100"] == str(date(2024, 2, 29) + timedelta(100)) == "2024-06-08"


@given(DAYS, DAYS, PRECISIONS)
def test_windows_follow_each_other_and_never_overlap(zero: date, registered: date, precision: str) -> None:
    every = list(islice(visits(zero, registered, precision), 12))  # type: ignore[arg-type]
    assert all(one.opens_on <= one.due_on <= one.closes_on for one in every)
    assert all(one.closes_on < later.opens_on for one, later in pairwise(every))
    assert all(one.due_on > registered + timedelta(REST_DAYS) for one in every[1:])


@pytest.mark.parametrize(
    ("today", "visit"),
    [
        ("2025-12-01", "baseline"), ("2026-03-27", None), ("2026-03-28", "day-100"), ("2026-05-23", "day-100"),
        ("2026-05-24", None), ("2026-06-01", "month-6"), ("2026-11-02", "year-1"), ("2027-05-01", "year-1"),
        ("2027-05-02", None), ("2025-11-30", None),
    ],
)  # fmt: skip
def test_a_form_is_open_in_its_window(today: str, visit: str | None) -> None:
    found = open_visit(ZERO, BEFORE, [], date.fromisoformat(today))
    assert (found.visit if found else None) == visit


def test_a_form_that_was_filled_in_is_not_asked_for_again() -> None:
    day = date(2026, 4, 1)
    assert open_visit(ZERO, BEFORE, [day], date(2026, 4, 2)) is None
    assert open_visit(ZERO, BEFORE, [day], date(2026, 6, 2)) is not None
    # Set back by three days after it was filled in.
    assert open_visit(ZERO, BEFORE, [day], date(2026, 3, 29)) is None


def test_a_transplant_after_registering_moves_what_is_due() -> None:
    filled = [BEFORE, date(2026, 7, 1)]
    moved = open_visit(date(2028, 1, 1), BEFORE, filled, date(2028, 7, 2))
    assert moved is not None
    assert moved.visit == "month-6"


def test_the_next_visit_is_the_first_that_opens_later() -> None:
    assert next_visit(ZERO, BEFORE, date(2026, 3, 28)) == open_visit(ZERO, BEFORE, [], date(2026, 6, 1))
    assert next_visit(ZERO, BEFORE, date(2300, 1, 1)) is None


VISIT = Due("month-6", "short", date(2026, 7, 1), date(2026, 6, 1), date(2026, 8, 30))


def test_one_invitation_two_reminders_and_then_silence() -> None:
    sent: list[date] = []
    said = {}
    for number in range(120):
        today = VISIT.opens_on + timedelta(number)
        if mail := mail_due(VISIT, sent, today):
            said[str(today)] = mail
            sent.append(today)
    assert said == {"2026-07-01": "invitation", "2026-07-15": "reminder", "2026-07-29": "reminder"}


def test_a_server_that_was_down_sends_one_at_a_time_and_none_when_the_form_is_closed() -> None:
    assert mail_due(VISIT, [], date(2026, 8, 20)) == "invitation"
    assert mail_due(VISIT, [date(2026, 8, 20)], date(2026, 8, 21)) is None
    assert mail_due(VISIT, [date(2026, 8, 20)], date(2026, 8, 27)) == "reminder"
    assert mail_due(VISIT, [], date(2026, 8, 31)) is None
    assert mail_due(VISIT, [date(2026, 5, 30)], date(2026, 7, 1)) == "invitation"


def test_a_clock_set_back_sends_nothing_twice_and_one_set_far_ahead_silences_nobody() -> None:
    sent = [date(2026, 7, 1), date(2026, 7, 15)]
    assert mail_due(VISIT, sent, date(2026, 7, 14)) is None
    assert mail_due(VISIT, sent, date(2026, 7, 1)) is None
    assert mail_due(VISIT, [date(2099, 1, 1)], date(2026, 7, 1)) == "invitation"


@given(DAYS, DAYS, st.lists(st.integers(-400, 900), max_size=120), st.integers(0, 60))
def test_however_the_clock_goes_no_visit_has_more_than_three_mails(
    zero: date, registered: date, steps: list[int], fill_at: int
) -> None:
    today, sent, filled = registered, [], []  # type: ignore[var-annotated]
    for number, step in enumerate(steps):
        today = max(date(1990, 1, 1), min(today + timedelta(step % 23 if number % 3 else step), date(2150, 1, 1)))
        visit = open_visit(zero, registered, filled, today)
        if visit is None:
            continue
        if number == fill_at:
            filled.append(today)
        elif mail_due(visit, sent, today):
            assert not any(map(visit.holds, filled))
            sent.append(today)
    assert all(abs((one - other).days) >= BETWEEN_MAILS_DAYS for one, other in pairwise(sorted(sent)))
    for one in islice(visits(zero, registered), 60):
        assert sum(map(one.holds, sent)) <= len(MAIL_DAYS)
