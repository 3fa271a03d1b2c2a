"""Months: stretches hold every month once, and axes name years or quarters that lie inside."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from remission.exhibits.month_axis import Months, stretches, time_channel, year_of

MONTH = st.builds(date, st.integers(2019, 2026), st.integers(1, 12), st.just(1))


@given(st.sets(MONTH, max_size=40))
def test_stretches_hold_every_month_once_and_are_apart(months: set[date]) -> None:
    found = stretches(months)
    assert [month for first, last in found for month in Months(first, last).all] == sorted(months)
    assert all(len(Months(last, first).all) > 2 for (_, last), (first, _) in pairwise(found))


@given(MONTH, MONTH)
def test_every_tick_lies_inside_the_months(one: date, other: date) -> None:
    months = Months(min(one, other), max(one, other))
    start, end = months.domain
    ticks = time_channel(months, axis=True)["axis"]["values"]
    assert all(start - 1e-6 <= tick <= end for tick in ticks)
    assert year_of(months.first) == start
