"""The area under the curve: what it is when nothing is censored, and how far it may reach."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.survival_rows import Row, columns, many_followed
from remission.stats.survival.kaplan_meier import Curve, kaplan_meier
from remission.stats.survival.restricted_mean import (
    estimate_restricted_mean,
    restricted_mean,
    restricted_mean_difference,
)


def curve_of(rows: list[Row]) -> Curve:
    _, last, event = columns(rows)
    return kaplan_meier(last, event)


@given(st.lists(st.integers(1, 50), min_size=1, max_size=30), st.data())
def test_without_censoring_it_is_the_mean_of_times_cut_at_the_horizon(times: list[int], data: st.DataObject) -> None:
    horizon = data.draw(st.integers(1, max(times)))
    value, error = restricted_mean(kaplan_meier(times, [True] * len(times)), horizon)
    cut = np.minimum(times, horizon)
    assert value == pytest.approx(cut.mean())
    if horizon < max(times):
        assert error == pytest.approx(cut.std() / math.sqrt(len(times)), abs=1e-9)


@given(many_followed, st.data())
def test_it_is_the_sum_of_the_curve_over_the_days(rows: list[Row], data: st.DataObject) -> None:
    curve = curve_of(rows)
    horizon = data.draw(st.integers(1, curve.last_day))
    assert restricted_mean(curve, horizon)[0] == pytest.approx(curve.survival_on(range(horizon)).sum())


@given(many_followed, many_followed, st.integers(1, 60))
def test_swapping_the_groups_turns_the_sign(one: list[Row], other: list[Row], horizon: int) -> None:
    (forth, test), (back, reverse) = (
        restricted_mean_difference(curve_of(a), curve_of(b), horizon) for a, b in ((one, other), (other, one))
    )
    assert forth.rows()[0]["value"] == -back.rows()[0]["value"]
    assert test.p == reverse.p or (math.isnan(test.p) and math.isnan(reverse.p))


def test_the_horizon_is_shortened_to_the_follow_up_and_says_so() -> None:
    (row,) = estimate_restricted_mean(kaplan_meier([100, 200], [True, False]), 365).rows()
    assert (row["from_day"], row["to_day"], row["value"], row["unit"]) == (0, 200, 150, "days")
    assert row["method"] == "restricted mean of Kaplan-Meier, horizon shortened from day 365 to the last follow-up"


def test_a_horizon_inside_the_follow_up_is_kept() -> None:
    (row,) = estimate_restricted_mean(kaplan_meier([100, 200], [True, False]), 150).rows()
    assert (row["to_day"], row["method"]) == (150, "restricted mean of Kaplan-Meier")


def test_a_difference_ends_with_the_shorter_follow_up() -> None:
    long, short = kaplan_meier([100, 900], [True, False]), kaplan_meier([50, 300], [True, False])
    for curves in ((long, short), (short, long)):
        difference, test = restricted_mean_difference(*curves, 730)
        (row,) = difference.rows()
        assert row["to_day"] == 300
        assert "horizon shortened from day 730 to the end of the shorter follow-up" in row["method"]
        assert test.method == f"normal test of the {row['method']}"


def test_limits_stay_between_zero_and_the_horizon() -> None:
    (row,) = estimate_restricted_mean(kaplan_meier([10, 400, 400], [True, False, False]), 400).rows()
    assert (row["low"] > 0, row["high"]) == (True, 400)


def test_without_an_event_there_are_no_limits() -> None:
    (row,) = estimate_restricted_mean(kaplan_meier([100, 200], [False, False]), 150).rows()
    assert (row["value"], row["low"], row["absent_reason"]) == (150, None, "not estimable")


def test_a_group_without_an_event_is_not_known_exactly() -> None:
    some, none = kaplan_meier([100, 200, 300], [True, True, False]), kaplan_meier([250, 300], [False, False])
    for curves in ((some, none), (none, some)):
        difference, test = restricted_mean_difference(*curves, 250)
        (row,) = difference.rows()
        assert abs(row["value"]) == pytest.approx(250 - restricted_mean(some, 250)[0])
        assert (row["low"], row["high"]) == (None, None)
        assert row["absent_reason"] == "not estimable"
        assert row["method"].endswith("; no variance in one of the groups or between them")
        assert math.isnan(test.p)
        assert test.method.startswith("not estimable: no variance")


def test_nobody_followed_is_not_estimable() -> None:
    nobody, somebody = kaplan_meier([0], [False]), kaplan_meier([9], [True])
    assert estimate_restricted_mean(nobody, 365).rows()[0]["absent_reason"] == "not estimable"
    difference, test = restricted_mean_difference(nobody, somebody, 365)
    assert difference.rows()[0]["absent_reason"] == "not estimable"
    assert math.isnan(test.p)
    assert test.method.startswith("not estimable: no variance")


@pytest.mark.parametrize("horizon", [0, -5, 201])
def test_the_area_itself_refuses_a_horizon_outside_the_follow_up(horizon: int) -> None:
    with pytest.raises(ValueError, match=f"from 1 to the last follow-up, 200, found {horizon}"):
        restricted_mean(kaplan_meier([100, 200], [True, False]), horizon)
