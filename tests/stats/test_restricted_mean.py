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

# Ten who all had the event, and ten of whom two had it late and nobody was lost before 1,900 days.
ALL_DEAD = [40, 60, 90, 120, 150, 180, 200, 230, 260, 300]
MOSTLY_FREE = kaplan_meier([500, 900] + [1900] * 8, [True] * 2 + [False] * 8)


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


def test_of_one_person_there_are_no_limits_by_the_others_variance() -> None:
    one, many = kaplan_meier([3], [True]), kaplan_meier([100, 200, 300, 400, 500, 600], [True] * 6)
    for curves in ((one, many), (many, one)):
        (row,) = restricted_mean_difference(*curves, 600)[0].rows()
        assert (abs(row["value"]), row["low"]) == (347, None)


def test_a_curve_at_zero_adds_no_area_however_far_the_horizon() -> None:
    # R 4.2, survival 3.5-3, print(survfit, rmean = ): 163 (se 25.95) at 300 and at 1826; by hand the mean of the ten.
    for horizon in (300, 1826):
        (row,) = estimate_restricted_mean(kaplan_meier(ALL_DEAD, [True] * 10), horizon).rows()
        assert (row["value"], row["to_day"], row["method"]) == (163, horizon, "restricted mean of Kaplan-Meier")
        # The standard error is that of a mean: the root of the mean square deviation over 10.
        assert row["high"] - row["value"] == pytest.approx(1.959964 * float(np.std(ALL_DEAD)) / 10**0.5, rel=1e-6)


def test_clusters_reach_past_the_end_of_a_curve_at_zero_as_rows_do() -> None:
    curve = kaplan_meier(ALL_DEAD, [True] * 10, cluster=list(range(10)))
    assert restricted_mean(curve, 1826) == restricted_mean(curve, 300)


def test_a_difference_reaches_past_the_end_of_a_curve_at_zero() -> None:
    # R 4.2, survival 3.5-3: 1437.8 (1148.7 to 1726.9). By hand: (500 + 900 + 8 x 1826) / 10 less 163.
    difference, test = restricted_mean_difference(MOSTLY_FREE, kaplan_meier(ALL_DEAD, [True] * 10), 1826)
    (row,) = difference.rows()
    assert [round(row[name], 1) for name in ("value", "low", "high")] == [1437.8, 1148.7, 1726.9]
    assert (row["to_day"], row["method"]) == (1826, "difference in restricted means of Kaplan-Meier")
    assert test.p < 0.001


def test_of_one_group_without_an_event_the_limits_are_the_others_and_there_is_no_p() -> None:
    # R 4.2, survival 3.5-3: 137.0 (86.1 to 187.9), where nobody of the other ten has had the event by day 300.
    difference, test = restricted_mean_difference(MOSTLY_FREE, kaplan_meier(ALL_DEAD, [True] * 10), 300)
    (row,) = difference.rows()
    assert [round(row[name], 1) for name in ("value", "low", "high")] == [137.0, 86.1, 187.9]
    assert row["method"].endswith("; no variance in one of the groups, limits by that of the other alone")
    assert math.isnan(test.p)


def test_nobody_followed_is_not_estimable() -> None:
    nobody, somebody = kaplan_meier([0], [False]), kaplan_meier([9], [True])
    assert estimate_restricted_mean(nobody, 365).rows()[0]["absent_reason"] == "not estimable"
    difference, test = restricted_mean_difference(nobody, somebody, 365)
    assert difference.rows()[0]["absent_reason"] == "not estimable"
    assert math.isnan(test.p)
    assert test.method.startswith("not estimable: no variance")


def test_two_groups_without_an_event_have_no_limits() -> None:
    one, other = kaplan_meier([100, 200], [False, False]), kaplan_meier([150, 300], [False, False])
    (row,) = restricted_mean_difference(one, other, 200)[0].rows()
    assert (row["value"], row["low"], row["absent_reason"]) == (0, None, "not estimable")
    assert row["method"].endswith("; no variance in one of the groups or between them")


@pytest.mark.parametrize("horizon", [0, -5, 201])
def test_the_area_itself_refuses_a_horizon_outside_the_follow_up(horizon: int) -> None:
    with pytest.raises(ValueError, match=f"from 1 to the last follow-up, 200, found {horizon}"):
        restricted_mean(kaplan_meier([100, 200], [True, False]), horizon)
