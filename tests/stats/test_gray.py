"""Gray's test: what may not change it, what chance alone gives, and when there is nothing to compare."""

from __future__ import annotations

import math

import numpy as np
import pytest

from remission.stats.competing.gray import gray_test


def made(seed: int, n: int = 90) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.integers(1, 30, n), rng.integers(0, 3, n), rng.integers(0, 3, n)


@pytest.mark.parametrize("seed", range(5))
def test_order_of_rows_and_names_of_groups_change_nothing(seed: int) -> None:
    exit_, cause, group = made(seed)
    plain = gray_test(exit_, cause, group)
    order = np.random.default_rng(seed).permutation(90)
    names = np.array(["north", "south", "east"])[group]
    other = gray_test(exit_[order], cause[order], names[order])
    assert other.statistic == pytest.approx(plain.statistic)
    assert plain.df == 2


def test_chance_alone_gives_as_much_as_there_are_degrees_of_freedom() -> None:
    exit_, cause, group = made(11)
    rng = np.random.default_rng(12)
    drawn = [gray_test(exit_, cause, rng.permutation(group)) for _ in range(400)]
    assert np.mean([one.statistic for one in drawn]) == pytest.approx(2, abs=0.3)
    assert np.mean([one.p < 0.05 for one in drawn]) == pytest.approx(0.05, abs=0.03)


@pytest.mark.parametrize("seed", range(3))
def test_strata_with_the_same_rows_double_the_statistic(seed: int) -> None:
    exit_, cause, group = made(seed)
    twice = [np.concatenate((one, one)) for one in (exit_, cause, group)]
    stratified = gray_test(*twice, strata=np.repeat([1, 2], 90))
    assert stratified.statistic == pytest.approx(2 * gray_test(exit_, cause, group).statistic)
    assert stratified.method == "stratified Gray's test of 3 groups"


def test_where_there_is_nothing_to_compare_it_says_so() -> None:
    nothing = gray_test([5, 8, 9, 12], [2, 2, 0, 0], ["a", "b", "a", "b"])
    assert math.isnan(nothing.p)
    assert nothing.method.endswith("not estimable, the groups share no day with the event")
    with pytest.raises(ValueError, match="at least two groups"):
        gray_test([5, 8], [1, 0], ["a", "a"])
    with pytest.raises(ValueError, match="must have one length"):
        gray_test([5, 8, 9], [1, 0], ["a", "b"])


def test_where_nothing_happened_there_is_nothing_to_compare() -> None:
    for cause in ([0, 0, 0, 0], [2, 2, 2, 2]):
        test = gray_test([10, 20, 30, 40], cause, ["a", "a", "b", "b"])
        assert math.isnan(test.p)
        assert "not estimable" in test.method
