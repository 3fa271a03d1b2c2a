"""Months: stretches hold every month once, and axes name years or quarters that lie inside."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.exhibits.month_axis import (
    Months,
    Panel,
    months_words,
    stretches,
    time_channel,
    under_each_other,
    year_of,
)

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


@given(MONTH, st.integers(0, 40))
def test_no_axis_of_months_is_without_a_name(first: date, more: int) -> None:
    months = Months(first, last_of(first, more))
    axis = time_channel(months, axis=True)["axis"]
    assert axis["values"]
    assert axis.get("labelExpr") or axis["format"] == "d"


@pytest.mark.parametrize(("more", "words"), [(0, "'Feb 2025'"), (1, "'Feb 2025'")])
def test_months_between_two_quarters_are_named_by_the_first_of_them(more: int, words: str) -> None:
    first = date(2025, 2, 1)
    axis = time_channel(Months(first, last_of(first, more)), axis=True)["axis"]
    assert (axis["values"], axis["labelExpr"]) == ([year_of(first)], words)


def last_of(first: date, more: int) -> date:
    at = first.year * 12 + first.month - 1 + more
    return date(at // 12, at % 12 + 1, 1)


def test_one_month_is_a_twelfth_of_a_year_wide_even_in_december() -> None:
    start, end = Months(date(2025, 12, 1), date(2025, 12, 1)).domain
    assert end - start == pytest.approx(1 / 12)
    assert months_words(date(2025, 12, 1), date(2025, 12, 1)) == "December 2025"
    assert months_words(date(2025, 12, 1), date(2026, 1, 1)) == "December 2025 to January 2026"


def test_panels_under_each_other_keep_their_own_rows() -> None:
    panels = [Panel({"a_rows": [{"t": 1}]}, {"mark": "bar"}), Panel({"b_rows": []}, {"mark": "line"})]
    made = under_each_other(panels)
    assert made["datasets"] == {"a_rows": [{"t": 1}], "b_rows": []}
    assert [view["mark"] for view in made["vconcat"]] == ["bar", "line"]
    assert made["resolve"]["scale"] == {"x": "shared", "y": "independent"}
