"""The signed-rank test: exact against all signs one by one, and what the result says about itself."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.stats.ranks import average_ranks, wilcoxon_signed_rank

half_points = st.integers(-6, 6).map(lambda steps: steps / 2)


def by_enumeration(differences: list[float]) -> float:
    """Twice the share of all signs of the ranks whose positive sum is at least as far to the observed side."""
    moved = np.array([value for value in differences if value])
    ranks = average_ranks(abs(moved))
    observed = ranks[moved > 0].sum()
    sums = [sum(itertools.compress(ranks, signs)) for signs in itertools.product((0, 1), repeat=len(ranks))]
    return min(1.0, 2 * min(np.mean(np.array(sums) <= observed), np.mean(np.array(sums) >= observed)))


@given(st.lists(half_points, min_size=1, max_size=10).filter(any))
def test_exact_p_is_that_of_all_signs_enumerated(differences: list[float]) -> None:
    assert wilcoxon_signed_rank(differences, "exact").p == pytest.approx(by_enumeration(differences), abs=1e-12)


@given(st.lists(half_points, min_size=1, max_size=30).filter(any), st.sampled_from(["normal", "exact"]))
def test_turning_all_signs_leaves_p(differences: list[float], method: str) -> None:
    turned = [-value for value in differences]
    one, other = wilcoxon_signed_rank(differences, method), wilcoxon_signed_rank(turned, method)
    assert one.p == pytest.approx(other.p, abs=1e-12)


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=20))
def test_average_ranks_are_the_mean_place_among_the_sorted(values: list[int]) -> None:
    places = {value: [place for place, other in enumerate(sorted(values), 1) if other == value] for value in values}
    assert average_ranks(values).tolist() == [np.mean(places[value]) for value in values]


def test_exact_and_normal_come_together_in_large_samples() -> None:
    differences = np.random.default_rng(3).normal(0.2, 1, 150)
    exact, normal = (wilcoxon_signed_rank(differences, method).p for method in ("exact", "normal"))
    assert exact == pytest.approx(normal, abs=2e-3)


def test_the_method_names_zeros_correction_and_exactness() -> None:
    differences = [1.0, -2.0, 0.0, 3.0]
    assert wilcoxon_signed_rank(differences).method == (
        "Wilcoxon signed-rank test, normal approximation with continuity correction, 1 zero dropped, "
        "ties at average ranks"
    )
    assert "without continuity correction" in wilcoxon_signed_rank(differences, correct=False).method
    assert "exact over all signs, 1 zero dropped" in wilcoxon_signed_rank(differences, "exact").method
    assert "0 zeros dropped" in wilcoxon_signed_rank([1.0]).method


@pytest.mark.parametrize("method", ["normal", "exact"])
def test_only_zeros_are_not_estimable(method: str) -> None:
    test = wilcoxon_signed_rank([0.0, 0.0], method)
    assert test.statistic == 0
    assert math.isnan(test.p)
    assert test.method.endswith("not estimable, every difference is zero")


@pytest.mark.parametrize("differences", [[], [1.0, float("nan")], [float("inf")]])
def test_missing_or_no_differences_are_refused(differences: list[float]) -> None:
    with pytest.raises(ValueError, match=f"must be finite and at least one, found {len(differences)} values"):
        wilcoxon_signed_rank(differences)


def test_an_unknown_method_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="method must be one of normal, exact, found 'pratt'"):
        wilcoxon_signed_rank([1.0], "pratt")
