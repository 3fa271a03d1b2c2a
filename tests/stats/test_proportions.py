"""Proportions: intervals that enclose, shares of nobody, and counts that cannot be."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import bdtr, bdtrc

from remission.stats.intervals import normal_quantile
from remission.stats.proportions import estimate_proportion

counts = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, st.sampled_from(["wilson", "clopper-pearson"]))
def test_limits_enclose_the_share_and_mirror_that_of_the_rest(count: tuple[int, int], method: str) -> None:
    x, n = count
    row, rest = (estimate_proportion(k, n, method=method).rows()[0] for k in (x, n - x))
    assert 0 <= row["low"] <= x / n + 1e-12
    assert x / n - 1e-12 <= row["high"] <= 1
    assert row["low"] == pytest.approx(1 - rest["high"], abs=1e-9)


@given(counts)
def test_at_a_clopper_pearson_limit_the_binomial_tail_is_half_of_what_is_left(count: tuple[int, int]) -> None:
    x, n = count
    (row,) = estimate_proportion(x, n, level=0.90, method="clopper-pearson").rows()
    if x < n:
        assert bdtr(x, n, row["high"]) == pytest.approx(0.05)
    if x > 0:
        assert bdtrc(x - 1, n, row["low"]) == pytest.approx(0.05)


@given(counts)
def test_at_a_wilson_limit_the_score_is_the_normal_quantile(count: tuple[int, int]) -> None:
    x, n = count
    (row,) = estimate_proportion(x, n, level=0.90).rows()
    for limit in (row[side] for side in ("low", "high") if 0 < row[side] < 1):
        assert abs(x / n - limit) / math.sqrt(limit * (1 - limit) / n) == pytest.approx(normal_quantile(0.90))


@pytest.mark.parametrize("method", ["wilson", "clopper-pearson"])
def test_none_and_all_keep_a_limit_inside(method: str) -> None:
    none, everybody = (estimate_proportion(x, 24, method=method).rows()[0] for x in (0, 24))
    assert (none["low"], everybody["high"]) == (0, 1)
    assert none["high"] > 0.1
    assert everybody["low"] < 0.9


def test_a_row_names_its_counts_and_interval() -> None:
    (row,) = estimate_proportion(3, 24, level=0.90).rows()
    assert (row["numerator"], row["denominator"], row["n"], row["value"], row["level"]) == (3, 24, 24, 0.125, 0.9)
    assert row["method"] == "proportion, Wilson interval"


def test_a_share_of_nobody_is_not_estimable() -> None:
    (row,) = estimate_proportion(0, 0).rows()
    assert (row["value"], row["low"], row["absent_reason"]) == (None, None, "not estimable")


@pytest.mark.parametrize(("numerator", "denominator"), [(5, 4), (-1, 4)])
def test_impossible_counts_are_refused(numerator: int, denominator: int) -> None:
    with pytest.raises(ValueError, match=f"between 0 and the denominator {denominator}, found {numerator}"):
        estimate_proportion(numerator, denominator)


@pytest.mark.parametrize("method", ["wilson", "clopper-pearson"])
def test_an_impossible_level_is_refused(method: str) -> None:
    with pytest.raises(ValueError, match="level must lie between 0 and 1, found 95"):
        estimate_proportion(1, 4, level=95, method=method)


def test_an_unknown_interval_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="method must be one of wilson, clopper-pearson, found 'wald'"):
        estimate_proportion(1, 4, method="wald")
