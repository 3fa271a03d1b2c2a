"""Spearman's correlation of ranks, and its exact range over orders, against every order there is."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.stats.rank_correlation import RankRange, spearman, spearman_range

ENDS = st.sampled_from([(0, 100), (100, 1000), (0, 6), (6, 6), (22, 22), (22, 60), (100, 100), (0, math.inf)])
ROWS = st.lists(st.tuples(ENDS, st.sampled_from([0.3, 0.4, 0.5, 0.51, 0.7])), min_size=2, max_size=6)


def every_order(rows: list[tuple[tuple[float, float], float]]) -> RankRange:
    """The same by looking at each order: the plain twin."""
    orders = [ranks for ranks in permutations(range(len(rows))) if allowed(ranks, rows)]
    found = [spearman(tied(ranks, rows), [y for _, y in rows]) for ranks in orders]
    return RankRange(min(found), max(found))


def allowed(ranks: tuple[int, ...], rows: list[tuple[tuple[float, float], float]]) -> bool:
    for one, (ends, _) in zip(ranks, rows, strict=True):
        for two, (others, _) in zip(ranks, rows, strict=True):
            if ends != others and ends[1] <= others[0] and one > two:
                return False
    for ends in {pair for pair, _ in rows if pair[0] == pair[1]}:
        held = sorted(rank for rank, (pair, _) in zip(ranks, rows, strict=True) if pair == ends)
        if held[-1] - held[0] != len(held) - 1:
            return False
    return True


def tied(ranks: tuple[int, ...], rows: list[tuple[tuple[float, float], float]]) -> list[float]:
    def mean(ends: tuple[float, float], rank: int) -> float:
        held = [one for one, (pair, _) in zip(ranks, rows, strict=True) if pair == ends]
        return sum(held) / len(held) if ends[0] == ends[1] else rank

    return [mean(ends, rank) for rank, (ends, _) in zip(ranks, rows, strict=True)]


@given(ROWS)
def test_the_range_is_that_over_every_order(rows: list[tuple[tuple[float, float], float]]) -> None:
    found = spearman_range([a for (a, _), _ in rows], [b for (_, b), _ in rows], [y for _, y in rows])
    by_hand = every_order(rows)
    if math.isnan(by_hand.low):
        assert math.isnan(found.low)
        assert math.isnan(found.high)
    else:
        assert found == pytest.approx(by_hand, abs=1e-12)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=12))
def test_known_values_have_a_range_of_one_number(pairs: list[tuple[int, int]]) -> None:
    x, y = zip(*pairs, strict=True)
    low, high = spearman_range(x, x, y)
    assert (low, high) == pytest.approx((spearman(x, y),) * 2, nan_ok=True)


@given(ROWS)
def test_to_know_less_never_narrows_the_range(rows: list[tuple[tuple[float, float], float]]) -> None:
    low, high, y = [a for (a, _), _ in rows], [b for (_, b), _ in rows], [value for _, value in rows]
    # A value that was one of several alike leaves them: ranks are then no longer shared, which is another question.
    if low.count(low[0]) == 1 or low[0] != high[0]:
        known = spearman_range(low, high, y)
        wider = spearman_range([-math.inf, *low[1:]], [math.inf, *high[1:]], y)
        if not math.isnan(known.low):
            assert wider.low <= known.low + 1e-12
            assert wider.high >= known.high - 1e-12


def test_only_directions_that_are_all_alike_allow_everything() -> None:
    assert spearman_range([0] * 5, [100] * 5, [1, 2, 3, 4, 5]) == pytest.approx((-1, 1))


@pytest.mark.parametrize("values", [[1.0, 1.0, 1.0], [2.0]])
def test_what_does_not_differ_has_no_correlation(values: list[float]) -> None:
    assert math.isnan(spearman(values, [float(at) for at in range(len(values))]))
    assert math.isnan(spearman_range(values, values, [float(at) for at in range(len(values))]).low)


@pytest.mark.parametrize(
    ("least", "most", "other"),
    [([1], [2, 3], [1]), ([3.0], [2.0], [1.0]), ([math.nan], [1.0], [1.0]), ([0.0], [1.0], [math.inf])],
)
def test_a_range_that_cannot_be_is_refused(least: list[float], most: list[float], other: list[float]) -> None:
    with pytest.raises(ValueError, match=r"length|lower end"):
        spearman_range(least, most, other)


def test_more_orders_than_can_be_looked_through_are_refused() -> None:
    low = np.arange(20.0)
    with pytest.raises(ValueError, match="too many orders"):
        spearman_range(low, low + 100, low)


def test_a_value_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        spearman([1, math.inf], [1, 2])
