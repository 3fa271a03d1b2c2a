"""The log-rank test for events seen at visits: every way counted one by one, and what it is elsewhere."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest

from remission.stats.interval.npmle import npmle
from remission.stats.interval.scores import _scores, interval_log_rank
from remission.stats.permutations import Permuted
from remission.stats.survival.permutation import permutation_log_rank

INF = math.inf


def at_visits(seed: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    event, step = rng.exponential(300, n), rng.integers(40, 130, n)
    visit = np.ceil(event / step) * step
    return np.where(visit <= 600, visit - step, 600 // step * step), np.where(visit <= 600, visit, INF)


@pytest.mark.parametrize("seed", range(6))
def test_where_every_event_is_seen_on_its_day_it_is_the_log_rank_test(seed: int) -> None:
    rng = np.random.default_rng(seed)
    exit_, event, group = rng.integers(1, 20, 16), rng.random(16) < 0.7, rng.integers(0, 2, 16)
    ours = interval_log_rank(np.where(event, exit_ - 1, exit_), np.where(event, exit_, INF), group)
    plain = permutation_log_rank(exit_, event, group)
    assert ours.statistic == pytest.approx(plain.statistic, abs=1e-6)
    assert ours.p == pytest.approx(plain.p, abs=1e-9)


@pytest.mark.parametrize("scores", ["Sun", "Finkelstein"])
@pytest.mark.parametrize("seed", range(4))
def test_it_is_the_share_of_ways_in_which_the_groups_differ_as_much(seed: int, scores: str) -> None:
    last, seen = at_visits(seed, 9)
    group = np.arange(9) < 4
    each = _scores(npmle(last, seen), scores)  # type: ignore[arg-type]
    assert each.sum() == pytest.approx(0, abs=1e-9)
    ways = [abs(each[list(one)].sum()) for one in combinations(range(9), 4)]
    test = interval_log_rank(last, seen, group, scores=scores)  # type: ignore[arg-type]
    assert test.p == pytest.approx(np.mean([way >= test.statistic - 1e-9 for way in ways]))
    assert f"{scores}'s scores, by permutation, all 126 ways" in test.method


def test_who_has_the_event_early_scores_high() -> None:
    each = _scores(npmle([0, 90, 180], [90, 180, INF]), "Sun")
    assert each[0] > each[1] > each[2]


def test_three_groups_drawn_agree_with_all_ways() -> None:
    scores, members = np.array([3.0, -1.0, 0.5, -2.0, 1.5, -2.0]), np.array([0, 0, 1, 1, 2, 2])
    found = Permuted.of(scores, members, 20_000, 5)
    pairs = [
        (one, other) for one in combinations(range(6), 2) for other in combinations(sorted(set(range(6)) - set(one)), 2)
    ]
    sums = [(scores[list(a)].sum(), scores[list(b)].sum()) for a, b in pairs]
    share = np.mean([(a**2 + b**2 + (a + b) ** 2) / 2 >= found.statistic - 1e-9 for a, b in sums])
    assert found.p == pytest.approx(share, abs=0.02)
    assert "20,000 draws (seed 5), standard error of p 0.00" in found.said


def test_draws_and_chi_squared_agree_in_many() -> None:
    last, seen = at_visits(1, 300)
    group = np.arange(300) % 3
    drawn = interval_log_rank(last, seen, group, draws=5_000, seed=2)
    by_variance = interval_log_rank(last, seen, group, by="chi-squared")
    assert drawn.p == pytest.approx(by_variance.p, abs=0.03)
    assert (drawn.df, by_variance.df) == (None, 2)


def test_where_nobody_differs_it_says_so() -> None:
    test = interval_log_rank([90, 90, 90], [INF, INF, INF], ["a", "a", "b"])
    assert math.isnan(test.p)
    assert "not estimable, nobody is seen to differ" in test.method


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"group": ["a", "a"]}, "compares at least two groups"),
        ({"group": ["a", "b", "b"]}, "seen and group must have one length"),
        ({"scores": "Fay"}, "scores must be one of Sun, Finkelstein, found 'Fay'"),
        ({"by": "bootstrap"}, "by must be one of permutation, chi-squared, found 'bootstrap'"),
        ({"draws": 0}, "draws must be at least 1, found 0"),
    ],
)
def test_what_does_not_fit_is_said_in_words(given: dict[str, object], said: str) -> None:
    arguments = {"group": ["a", "b"]} | given
    with pytest.raises(ValueError, match=said):
        interval_log_rank([0, 5], [5, 9], **arguments)  # type: ignore[arg-type]
