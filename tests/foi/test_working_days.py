"""Working days of both Acts: cases counted by hand, and the plain twin on every day of the list."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remission.foi.acts import ACTS, Act, bank_holidays
from remission.foi.calendar import due_date, resting_days
from remission.foi.reference import plain_due_date
from remission.inputs.problems import InputProblems

# Each due day was counted on a calendar, with the days that do not count beside it.
BY_HAND = [
    ("2026-03-02", "FOIA", "2026-03-31"),  # 17 March
    ("2026-03-02", "FOISA", "2026-03-30"),  # no 17 March in Scotland
    ("2026-06-22", "FOIA", "2026-07-21"),  # 12 July is a Sunday: 13 July
    ("2026-06-22", "FOISA", "2026-07-20"),
    ("2026-12-24", "FOIA", "2027-01-27"),  # 25 and 28 December, 1 and 4 January
    ("2024-12-31", "FOIA", "2025-01-30"),  # 1 and 2 January
    ("2026-11-02", "FOIA", "2026-12-01"),  # 30 November
    ("2026-11-02", "FOISA", "2026-12-01"),
    ("2026-03-30", "FOIA", "2026-04-29"),  # Good Friday and Easter Monday
    ("2026-03-30", "FOISA", "2026-04-28"),  # Good Friday only
    ("2026-07-27", "FOIA", "2026-08-25"),  # 3 August in Scotland; 31 August comes too late
    ("2026-08-10", "FOISA", "2026-09-07"),  # 31 August is none in Scotland
    ("2026-08-10", "FOIA", "2026-09-08"),
    ("2026-05-30", "FOIA", "2026-06-29"),  # sent on a Saturday; 15 June was proclaimed in Scotland
    ("2026-10-03", "FOIA", "2026-10-30"),  # sent on a Saturday: day 1 is Monday the 5th
    ("2026-10-04", "FOIA", "2026-10-30"),
    ("2026-11-30", "FOIA", "2026-12-30"),  # received on a bank holiday
]


@pytest.mark.parametrize(("received", "act", "due"), BY_HAND)
def test_the_twentieth_working_day_is_the_one_counted_by_hand(received: str, act: Act, due: str) -> None:
    assert due_date(date.fromisoformat(received), act).isoformat() == due
    assert plain_due_date(date.fromisoformat(received), act).isoformat() == due


@settings(max_examples=300)
@given(st.dates(date(2024, 1, 1), date(2028, 8, 1)), st.sampled_from(ACTS), st.integers(0, 40), st.integers(0, 30))
def test_the_fast_count_is_that_of_the_plain_twin(received: date, act: Act, after: int, long: int) -> None:
    first = received + timedelta(days=after)
    spans = [(first, first + timedelta(days=long))] if long else []
    assert due_date(received, act, spans) == plain_due_date(received, act, spans)


def test_a_day_outside_the_list_is_refused_with_advice() -> None:
    for outside in (date(2023, 12, 29), date(2028, 12, 20), date(2029, 1, 3)):
        with pytest.raises(InputProblems) as raised:
            due_date(outside, "FOIA")
        assert "2024 to 2028" in raised.value.report()
        assert "add that year's bank holidays" in raised.value.report()


def test_every_year_of_the_list_is_whole_and_says_where_it_comes_from() -> None:
    least = {"England and Wales": 7, "Scotland": 8, "Northern Ireland": 9}
    for jurisdiction, number in least.items():
        for year in range(2024, 2029):
            days = [one for one in bank_holidays() if (one.jurisdiction, one.day.year) == (jurisdiction, year)]
            assert len(days) >= number, (jurisdiction, year)
    assert all(one.day.weekday() < 5 and one.source and one.status for one in bank_holidays())


def test_a_trust_in_england_rests_on_every_bank_holiday_of_the_kingdom() -> None:
    for day in (date(2025, 1, 2), date(2025, 3, 17), date(2025, 7, 14), date(2025, 8, 4), date(2026, 11, 30)):
        assert day in resting_days("FOIA")
    assert resting_days("FOISA") < resting_days("FOIA")


def test_the_list_agrees_with_the_package_it_was_checked_against() -> None:
    holidays = pytest.importorskip("holidays", reason="a check for whoever edits the list")
    for jurisdiction, code in {"England and Wales": "ENG", "Scotland": "SCT", "Northern Ireland": "NIR"}.items():
        theirs = holidays.country_holidays("GB", subdiv=code, years=range(2024, 2029))
        ours = {one.day for one in bank_holidays() if one.jurisdiction == jurisdiction}
        assert ours == {day for day in theirs if day.weekday() < 5}
