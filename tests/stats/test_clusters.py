"""The variance by cluster: what it is by definition, what may not change it, and when there is none."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from made_up.survival_rows import Row, columns, late
from remission.stats.survival.estimates import estimate_median, estimate_survival
from remission.stats.survival.kaplan_meier import Curve, kaplan_meier
from remission.stats.survival.restricted_mean import (
    estimate_restricted_mean,
    restricted_mean,
    restricted_mean_difference,
)

ClusteredRow = tuple[Row, float, int]  # the row, its weight and its cluster

clustered = st.tuples(late, st.sampled_from((0.25, 0.5, 1.0, 1.75, 3.0)), st.integers(1, 6))
many_clustered = st.lists(clustered, min_size=2, max_size=30).filter(lambda rows: len({row[2] for row in rows}) > 1)


def curve_of(rows: list[ClusteredRow]) -> Curve:
    spells, weight, cluster = zip(*rows, strict=True)
    entry, last, event = columns(list(spells))
    return kaplan_meier(last, event, entry=entry, weight=weight, cluster=cluster)


def standard_error(curve: Curve) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    # Endless once the curve is at 0, not a number where the influences of all clusters are 0.
    return curve.survival * np.sqrt(np.where(np.isfinite(curve.log_variance), curve.log_variance, 0))


def same_error(one: Curve, other: Curve, times: float = 1) -> None:
    np.testing.assert_allclose(standard_error(one), times * standard_error(other), rtol=1e-6, atol=1e-7)
    assert restricted_mean(one, one.last_day)[1] == pytest.approx(
        times * restricted_mean(other, other.last_day)[1], rel=1e-6, abs=1e-7
    )


def heavier(rows: list[ClusteredRow], cluster: int, share: float) -> Curve:
    return curve_of([(row, weight * (1 + share * (label == cluster)), label) for row, weight, label in rows])


@given(many_clustered)
def test_it_is_the_sum_of_squares_of_what_a_little_more_of_each_cluster_changes(rows: list[ClusteredRow]) -> None:
    curve, step = curve_of(rows), 1e-4
    height, area = np.zeros(curve.days.size), 0.0
    for cluster in {label for _, _, label in rows}:
        more, less = heavier(rows, cluster, step), heavier(rows, cluster, -step)
        height += ((more.survival - less.survival) / (2 * step)) ** 2
        mean, other = (restricted_mean(moved, curve.last_day)[0] for moved in (more, less))
        area += ((mean - other) / (2 * step)) ** 2
    np.testing.assert_allclose(standard_error(curve), np.sqrt(height), rtol=1e-5, atol=1e-6)
    assert restricted_mean(curve, curve.last_day)[1] == pytest.approx(math.sqrt(area), rel=1e-5, abs=1e-5)


@given(st.lists(st.integers(1, 50), min_size=2, max_size=40))
def test_without_censoring_and_everybody_apart_it_is_greenwood(times: list[int]) -> None:
    apart = kaplan_meier(times, [True] * len(times), cluster=range(len(times)))
    greenwood = kaplan_meier(times, [True] * len(times))
    np.testing.assert_allclose(apart.log_variance, greenwood.log_variance, rtol=1e-9)
    assert restricted_mean(apart, max(times))[1] == pytest.approx(restricted_mean(greenwood, max(times))[1], abs=1e-9)


@given(many_clustered)
def test_every_row_twice_in_its_cluster_at_half_the_weight_changes_nothing(rows: list[ClusteredRow]) -> None:
    halves = [(row, weight / 2, cluster) for row, weight, cluster in rows for _ in range(2)]
    one, other = curve_of(rows), curve_of(halves)
    np.testing.assert_allclose(one.survival, other.survival, atol=1e-12)
    same_error(one, other)


@given(many_clustered)
def test_every_cluster_twice_halves_the_variance(rows: list[ClusteredRow]) -> None:
    same_error(curve_of(rows), curve_of(rows + [(row, weight, cluster + 100) for row, weight, cluster in rows]), 2**0.5)


@given(many_clustered, st.sampled_from((0.001, 0.3, 40.0)))
def test_a_common_weight_does_not_matter(rows: list[ClusteredRow], share: float) -> None:
    same_error(curve_of(rows), curve_of([(row, share * weight, cluster) for row, weight, cluster in rows]))


@given(many_clustered, st.randoms())
def test_order_and_names_of_clusters_do_not_matter(rows: list[ClusteredRow], rng: Random) -> None:
    names = dict(zip(range(1, 7), rng.sample("pqrstu", 6), strict=True))
    shuffled = rng.sample(rows, len(rows))
    spells, weight, cluster = zip(*shuffled, strict=True)
    entry, last, event = columns(list(spells))
    named = np.array([names[label] for label in cluster], dtype=object)
    same_error(curve_of(rows), kaplan_meier(last, event, entry=entry, weight=weight, cluster=named))


@given(many_clustered, st.data())
def test_cutting_a_row_in_two_within_its_cluster_changes_nothing(rows: list[ClusteredRow], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    (entry, last, event), weight, cluster = rows[place]
    cut = data.draw(st.integers(entry, last - 1))
    pieces = [
        ((start, end, ending), weight, cluster) for start, end, ending in ((entry, cut, False), (cut, last, event))
    ]
    whole, split = curve_of(rows), curve_of([*rows[:place], *pieces, *rows[place + 1 :]])
    places = np.searchsorted(split.days, whole.days)
    np.testing.assert_allclose(standard_error(whole), standard_error(split)[places], rtol=1e-6, atol=1e-7)
    assert whole.n_without_follow_up == split.n_without_follow_up - (cut == entry)


def test_clusters_change_no_height_and_the_method_names_the_variance() -> None:
    days, event = [100, 200, 300, 400], [True, False, True, False]
    plain, curve = kaplan_meier(days, event), kaplan_meier(days, event, cluster=[1, 1, 2, 2])
    assert curve.survival.tolist() == plain.survival.tolist()
    assert curve.method == "Kaplan-Meier, infinitesimal jackknife by cluster"
    methods = [
        estimates.rows()[0]["method"]
        for estimates in (estimate_survival(curve, [250]), estimate_median(curve), estimate_restricted_mean(curve, 365))
    ]
    assert methods == [
        f"{curve.method}, log-log interval",
        f"{curve.method}, Brookmeyer-Crowley, log-log interval",
        f"restricted mean of {curve.method}",
    ]


def test_a_single_cluster_shows_no_variance() -> None:
    curve = kaplan_meier([100, 200, 300], [True, True, False], cluster=["only", "only", "only"])
    for estimates in (
        estimate_survival(curve, [150], interval="plain"),
        estimate_median(curve, interval="plain"),
        estimate_restricted_mean(curve, 250),
        restricted_mean_difference(curve, curve, 250)[0],
    ):
        (row,) = estimates.rows()
        assert row["value"] is not None
        assert (row["low"], row["high"], row["absent_reason"]) == (None, None, "not estimable")


@given(st.lists(st.tuples(late, st.sampled_from((0.1, 0.3, 0.7)), st.just(1)), min_size=1, max_size=30))
def test_rounding_makes_no_variance_of_a_single_cluster(rows: list[ClusteredRow]) -> None:
    curve = curve_of(rows)
    happened = curve.greenwood > 0
    assert not np.isfinite(curve.log_variance[happened]).any()
    assert curve.log_variance[~happened].tolist() == [0] * int((~happened).sum())
    assert estimate_restricted_mean(curve, curve.last_day).rows()[0]["low"] is None


def test_while_one_cluster_alone_was_at_risk_there_are_no_limits() -> None:
    curve = kaplan_meier(
        [2, 9, 9, 50, 60],
        [True] * 4 + [False],
        entry=[0, 0, 0, 20, 20],
        cluster=[7, 7, 7, 8, 8],
        weight=[0.1, 0.2, 0.7, 1, 1],
    )
    (row,) = estimate_survival(curve, [2], interval="plain").rows()
    assert (row["value"], row["low"], row["absent_reason"]) == (pytest.approx(0.9), None, "not estimable")
    assert estimate_restricted_mean(curve, 60).rows()[0]["low"] is None


def test_past_a_curve_at_zero_the_variance_is_endless() -> None:
    curve = kaplan_meier([5, 8, 8, 20], [True, True, True, False], entry=[0, 0, 0, 10], cluster=[1, 2, 3, 1])
    assert curve.log_variance.tolist() == [pytest.approx(1 / 6), math.inf, math.inf]
    (row,) = estimate_survival(curve, [20], interval="plain").rows()
    assert (row["value"], row["low"], row["high"]) == (0, None, None)


def test_those_without_follow_up_are_no_cluster() -> None:
    with_zero = kaplan_meier([0, 5, 9, 9], [True, True, False, True], cluster=[9, 1, 2, 2])
    without = kaplan_meier([5, 9, 9], [True, False, True], cluster=[1, 2, 2])
    assert with_zero.log_variance.tolist() == without.log_variance.tolist()
    assert with_zero.clusters is not None
    assert with_zero.clusters.labels.tolist() == [1, 2]
    assert kaplan_meier([0], [False], cluster=[1]).log_variance.tolist() == []


def test_what_a_cluster_has_in_both_groups_does_not_count_twice() -> None:
    days, event = [100, 200, 300, 400], [True, True, True, False]
    curve, apart = (kaplan_meier(days, event, cluster=labels) for labels in ([1, 2, 3, 4], [5, 6, 7, 8]))
    error = restricted_mean(curve, 350)[1]
    (row,) = restricted_mean_difference(curve, apart, 350)[0].rows()
    assert row["high"] == pytest.approx(1.959963984540054 * error * 2**0.5)
    same, test = restricted_mean_difference(curve, curve, 350)
    assert same.rows()[0]["absent_reason"] == "not estimable"
    assert math.isnan(test.p)


@pytest.mark.parametrize(
    ("cluster", "message"),
    [
        ([1.0, 2.0], "cluster must hold integers or texts without missing values, found float64"),
        (["a", None], "cluster must hold integers or texts without missing values, found object"),
        ([1, 2, 3], r"of one length, found \{.*'cluster': \(3,\)\}"),
    ],
)
def test_it_refuses_clusters_it_cannot_tell_apart(cluster: ArrayLike, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        kaplan_meier([5, 6], [True, False], cluster=cluster)
