"""The log-rank test by permutation: every way counted one by one, draws that agree, and nothing to compare."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest

from remission.stats.survival.logrank import events_by_group
from remission.stats.survival.permutation import permutation_log_rank


@pytest.mark.parametrize("seed", range(8))
def test_it_is_the_share_of_ways_in_which_the_groups_differ_as_much(seed: int) -> None:
    rng = np.random.default_rng(seed)
    exit_, event = rng.integers(1, 7, 9), rng.random(9) < 0.7
    event[0] = True
    group = np.arange(9) < rng.integers(2, 6)

    def excess(chosen: np.ndarray) -> float:
        counts = events_by_group(exit_, event, chosen)
        return abs(float(counts.observed[1] - counts.expected[1]))

    ways = [np.isin(np.arange(9), one) for one in combinations(range(9), int(group.sum()))]
    as_much = sum(excess(way) >= excess(group) - 1e-9 for way in ways)
    test = permutation_log_rank(exit_, event, group)
    assert test.p == pytest.approx(as_much / len(ways))
    assert test.statistic == pytest.approx(excess(group))


def test_draws_agree_with_every_way_and_tell_their_error(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    rows = rng.integers(1, 30, 20), rng.random(20) < 0.7, rng.integers(0, 2, 20)
    whole = permutation_log_rank(*rows)
    monkeypatch.setattr("remission.stats.permutations.MOST_ENUMERATED", 10)
    drawn = permutation_log_rank(*rows, draws=20_000, seed=4)
    assert drawn.p == pytest.approx(whole.p, abs=4 * math.sqrt(whole.p * (1 - whole.p) / 20_000))
    assert drawn == permutation_log_rank(*rows, draws=20_000, seed=4)
    assert "20,000 draws (seed 4), standard error of p 0.00" in drawn.method


def test_no_difference_at_all_is_p_of_one() -> None:
    assert permutation_log_rank([5, 5, 9, 9], [True] * 4, ["a", "b", "a", "b"]).p == 1


def test_where_there_is_nothing_to_compare_it_says_so() -> None:
    assert math.isnan(permutation_log_rank([5, 8], [False, False], ["a", "b"]).p)
    assert math.isnan(permutation_log_rank([5, 0], [True, True], ["a", "b"]).p)
    with pytest.raises(ValueError, match="compares two groups"):
        permutation_log_rank([5, 8, 9], [True] * 3, ["a", "b", "c"])
    with pytest.raises(ValueError, match="one length"):
        permutation_log_rank([5, 8, 9], [True] * 3, ["a", "b"])


def test_no_draw_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="draws must be at least 1, found 0"):
        permutation_log_rank([1, 2, 3], [True, True, False], ["a", "b", "b"], draws=0)
