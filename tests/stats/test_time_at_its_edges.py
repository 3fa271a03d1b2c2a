"""Curves and tests of cohorts that hardly are any: all events tied, one person, nobody, entry after the event."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remission.stats.estimates import NOT_ESTIMABLE, Estimates
from remission.stats.survival.estimates import NOT_REACHED, estimate_follow_up, estimate_median, estimate_survival
from remission.stats.survival.kaplan_meier import kaplan_meier
from remission.stats.survival.logrank import events_by_group, log_rank
from remission.stats.survival.restricted_mean import restricted_mean

SHOWN = ("value", "low", "high", "absent_reason")


def shown(estimates: Estimates) -> list[tuple[object, ...]]:
    return estimates.frame.select(SHOWN).rows()


def test_where_all_events_fall_on_one_day_the_curve_falls_from_one_to_nothing() -> None:
    curve = kaplan_meier([5, 5, 5], [True, True, True])
    assert shown(estimate_survival(curve, [4, 5, 6])) == [
        (1.0, None, None, NOT_ESTIMABLE), (0.0, None, None, NOT_ESTIMABLE), (0.0, None, None, NOT_ESTIMABLE),
    ]  # fmt: skip
    assert shown(estimate_median(curve)) == [(5.0, None, None, NOT_ESTIMABLE)]
    assert restricted_mean(curve, 5) == (5.0, 0.0)


def test_who_enters_on_or_after_the_day_of_the_event_is_never_at_risk() -> None:
    curve = kaplan_meier([5, 3, 9], [True, True, False], entry=[5, 4, 0])
    assert (curve.n, curve.n_without_follow_up) == (1, 2)
    assert curve.events.sum() == 0
    assert curve.at_risk_on([0, 5, 9, 10]).tolist() == [1, 1, 1, 0]


@pytest.mark.parametrize("weight", [0.0, -1.0, math.nan, math.inf])
def test_a_weight_that_counts_nobody_or_endlessly_many_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="weight must be positive and finite"):
        kaplan_meier([5, 6], [True, False], weight=[1.0, weight])


def test_a_single_cluster_has_no_variance_and_so_no_limits() -> None:
    curve = kaplan_meier([2, 4, 6], [True, True, False], cluster=["a", "a", "a"])
    assert shown(estimate_survival(curve, [1, 2, 4])) == [
        (1.0, None, None, NOT_ESTIMABLE),
        (pytest.approx(2 / 3), None, None, NOT_ESTIMABLE),
        (pytest.approx(1 / 3), None, None, NOT_ESTIMABLE),
    ]


def test_where_everybody_has_the_event_follow_up_has_no_median() -> None:
    assert shown(estimate_follow_up([5, 7], [True, True]))[0][0] is None
    assert shown(estimate_follow_up([5, 7], [True, True]))[0][3] == NOT_REACHED


def test_a_stratum_of_one_says_nothing_about_groups() -> None:
    days, event, group = [1, 2, 3, 4], [True] * 4, ["a", "b", "a", "b"]
    alone = log_rank(days, event, group, strata=[1, 1, 1, 1])
    beside = log_rank([*days, 9], [*event, True], [*group, "a"], strata=[1, 1, 1, 1, 2])
    assert (beside.statistic, beside.p) == (alone.statistic, alone.p)
    # The one who was alone is expected just the event that came.
    counts = events_by_group([*days, 9], [*event, True], [*group, "a"], strata=[1, 1, 1, 1, 2])
    assert counts.observed.tolist() == [3, 2]
    assert counts.expected.sum() == pytest.approx(5)


def test_strata_of_one_each_and_events_all_tied_compare_nothing() -> None:
    assert math.isnan(log_rank([1, 2], [True, True], ["a", "b"], strata=[1, 2]).p)
    assert math.isnan(log_rank([5, 5, 5, 5], [True] * 4, list("aabb")).p)


tied = st.lists(st.booleans(), min_size=2, max_size=7).filter(lambda group: len(set(group)) == 2)


@settings(max_examples=30)
@given(group=tied, events=st.integers(1, 6))
def test_the_variance_on_a_day_of_ties_is_that_of_all_ways_to_draw_the_events(group: list[bool], events: int) -> None:
    n, d = len(group), min(events, len(group))
    drawn = [sum(group[i] for i in chosen) for chosen in combinations(range(n), d)]
    counts = events_by_group([3] * n, [i < d for i in range(n)], group)
    assert counts.expected[1] == pytest.approx(np.mean(drawn))
    assert counts.covariance[1, 1] == pytest.approx(np.var(drawn))
    assert counts.covariance.sum() == pytest.approx(0, abs=1e-12)


def test_estimates_of_nothing_keep_their_columns_and_a_column_that_is_not_there_is_refused() -> None:
    assert Estimates.together([]).frame.columns == Estimates.of([]).frame.columns
    assert Estimates.together([]).rows() == []
    one, other = Estimates.of([{"what": "a", "value": 1.0}]), Estimates.of([{"what": "b", "value": 2.0}])
    assert [row["what"] for row in Estimates.together([other, one]).labelled(group="g").rows()] == ["b", "a"]
    assert one.labelled(group="g").rows()[0]["group"] == "g"
    assert one.rows()[0]["group"] is None
    for wrong in (lambda: Estimates.of([{"valu": 1.0}]), lambda: one.labelled(grup="g")):
        with pytest.raises(KeyError, match="no column"):
            wrong()
