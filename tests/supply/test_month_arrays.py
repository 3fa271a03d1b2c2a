"""Months as an axis: nothing is lost or counted twice on the way into an array, and every day has its place."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remission.supply.coverage.month_arrays import month_place, months_between, scatter

CODES, MONTHS = ("R0A", "RJ1"), months_between(date(2023, 12, 1), date(2024, 3, 1))
ROWS = st.lists(
    st.tuples(
        st.sampled_from((*CODES, "ZZZ", None)),
        st.sampled_from((*MONTHS, date(2023, 11, 1), date(2024, 4, 1), None)),
        st.none() | st.integers(-5, 5),
    ),
    max_size=12,
)
SCHEMA = {"code": pl.String, "month": pl.Date, "rows": pl.Int64}


@settings(max_examples=100)
@given(ROWS)
def test_each_cell_is_the_plain_sum_of_its_rows_and_what_is_on_no_axis_is_left_out(
    rows: list[tuple[str | None, date | None, int | None]],
) -> None:
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    found = scatter(frame, {"code": CODES, "month": MONTHS}, "rows")
    plain = [[sum(n or 0 for c, m, n in rows if (c, m) == (code, month)) for month in MONTHS] for code in CODES]
    assert found.tolist() == plain


def test_an_axis_of_one_or_of_none_has_its_shape() -> None:
    frame = pl.DataFrame([("RJ1", MONTHS[0], 3)], schema=SCHEMA, orient="row")
    assert scatter(frame, {"code": ("RJ1",), "month": MONTHS[:1]}, "rows").tolist() == [[3.0]]
    assert scatter(frame, {"code": (), "month": MONTHS}, "rows").shape == (0, 4)
    assert not scatter(frame.clear(), {"code": CODES, "month": MONTHS}, "rows").any()


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        (date(2024, 2, 1), date(2024, 2, 1), 1),
        (date(2023, 12, 1), date(2024, 3, 1), 4),
        (date(2024, 3, 1), date(2024, 2, 1), 0),
        (None, date(2024, 2, 1), 0),
        (date(2024, 2, 1), None, 0),
    ],
)
def test_months_run_from_the_first_to_the_last_and_without_an_end_there_are_none(
    first: object, last: object, count: int
) -> None:
    found = months_between(first, last)
    assert len(found) == count
    assert found == () or (found[0], found[-1]) == (first, last)


@settings(max_examples=100)
@given(st.dates(date(2019, 1, 1), date(2030, 12, 31)), st.integers(-60, 60))
def test_the_place_of_a_day_goes_up_by_one_with_each_first_of_a_month(first: date, away: int) -> None:
    months = (first.replace(day=1),)
    # A plain walk, one day at a time, there or back.
    day, place, step = months[0], 0, timedelta(days=1 if away >= 0 else -1)
    for _ in range(abs(away)):
        before, day = day, day + step
        place += (1 if away >= 0 else -1) * (before.month != day.month)
    assert month_place(day, months) == place
