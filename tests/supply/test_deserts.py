"""Deserts and oases: only whole intervals decide, each place by hand; what is undecided is never taken for low."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.supply.measures.deserts import SIDES, england_between, side_of


def row(value: float | None, low: float | None = None, high: float | None = None, why: str | None = None) -> dict:
    return {"value": value, "low": low, "high": high, "absent_reason": why}


# Against England's 0.20, and against England somewhere from 0.185 to 0.55.
BY_HAND = [
    (row(0.10, 0.05, 0.19), "below", "undecided"),  # 0.19 lies below 0.20, but England may be 0.185
    (row(0.15, 0.10, 0.18), "below", "below"),
    (row(0.10, 0.05, 0.20), "undecided", "undecided"),  # touches England's value
    (row(0.60, 0.50, 0.70), "above", "undecided"),  # England may be 0.55
    (row(0.60, 0.56, 0.70), "above", "above"),
    (row(0.60, 0.20, 0.70), "undecided", "undecided"),
    (row(0.60, None, 0.70), "undecided", "undecided"),  # its least is open
    (row(0.10, None, 0.18), "below", "below"),  # open on the other side
    (row(0.30, 0.25, None), "above", "undecided"),
    (row(0.01, why="not estimable"), "undecided", "undecided"),  # a value whose months do not differ
    (row(None, 0.00, 0.01, "not visible here"), "no figure", "no figure"),
    (row(None, why="not used here"), "not used", "not used"),
]


@pytest.mark.parametrize(("place", "known", "doubtful"), BY_HAND)
def test_a_place_is_named_only_where_its_whole_interval_lies_on_one_side(
    place: dict[str, object], known: str, doubtful: str
) -> None:
    assert (side_of(place, (0.2, 0.2)), side_of(place, (0.185, 0.55))) == (known, doubtful)


def test_without_a_figure_of_england_nothing_is_decided() -> None:
    assert {side_of(place, None) for place, *_ in BY_HAND} == {"undecided", "no figure", "not used"}


def test_bounds_of_england_come_before_its_value() -> None:
    assert england_between(0.2, (0.1, 0.3)) == england_between(None, (0.1, 0.3)) == (0.1, 0.3)
    assert england_between(0.2, None) == (0.2, 0.2)
    assert england_between(None, None) is None


def test_every_side_was_worked_by_hand() -> None:
    assert {known for _, known, _ in BY_HAND} == set(SIDES)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_a_side_needs_the_whole_interval(one: float, two: float, three: float, against: float) -> None:
    low, value, high = sorted([one, two, three])
    side = side_of(row(value, low, high), (against, against))
    assert (side == "below") == (high < against)
    assert (side == "above") == (low > against)
