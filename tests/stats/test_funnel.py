"""Funnels: the plain formula, who is called an outlier and who is not, and how often that is wrong."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remission.stats.months.funnel import Funnel, funnel_of, pooled_sigma
from remission.stats.months.ratios import ratio_of_totals
from remission.stats.summaries import quantiles

NAN = math.nan
SETTINGS = settings(max_examples=150)

# Mean square of a standard normal number clipped at its quantiles there, by adding up the density in 2 million steps.
GRID = np.linspace(-9, 9, 2_000_001)
DENSITY = np.exp(-(GRID**2) / 2) / np.exp(-(GRID**2) / 2).sum()
CHANCE = {
    q: float(DENSITY @ np.minimum(np.abs(GRID), k) ** 2) for q, k in ((0.0, 9), (0.1, 1.2815516), (0.3, 0.5244005))
}

a_group = st.tuples(st.integers(0, 100) | st.just(NAN), st.integers(0, 90) | st.just(NAN))


def plain_funnel(groups: list[tuple[float, float]], sigma: float, winsorised: float) -> tuple[float, float, float]:
    """Target, phi and tau squared, group by group."""
    known = [(value, size) for value, size in groups if not math.isnan(value) and size > 0]
    if len(known) < 2:
        return NAN, NAN, NAN
    target = sum(value * size for value, size in known) / sum(size for _, size in known)
    z = [(value - target) * math.sqrt(size) / sigma for value, size in known]
    low, high = quantiles(z, [winsorised, 1 - winsorised])
    squares = sum(min(max(one, low), high) ** 2 for one in z)
    w = [size / sigma**2 for _, size in known]
    scale = sum(w) - sum(one**2 for one in w) / sum(w)
    return target, squares / len(z), max(0, (squares / CHANCE[winsorised] - (len(z) - 1)) / scale)


@SETTINGS
@given(st.lists(a_group, max_size=12), st.sampled_from([0.5, 20.0]), st.sampled_from([0.0, 0.1, 0.3]))
def test_target_and_over_dispersion_are_by_hand(
    groups: list[tuple[float, float]], sigma: float, winsorised: float
) -> None:
    funnel = funnel_of([v for v, _ in groups], [s for _, s in groups], sigma, winsorised=winsorised)
    found = (funnel.target, funnel.phi, funnel.tau_squared)
    np.testing.assert_allclose(found, plain_funnel(groups, sigma, winsorised), rtol=1e-5, atol=1e-4)


@SETTINGS
@given(st.lists(a_group, max_size=12), st.sampled_from(["none", "multiplicative", "additive"]))
def test_a_position_is_where_the_point_lies_between_the_lines(groups: list[tuple[float, float]], kind: str) -> None:
    funnel = funnel_of([v for v, _ in groups], [s for _, s in groups], 5.0, kind)  # type: ignore[arg-type]
    inner, outer = (funnel.limits(funnel.size, level) for level in (0.95, 0.998))
    for place, position in enumerate(funnel.position):
        value, ends = funnel.value[place], [inner[0][place], inner[1][place], outer[0][place], outer[1][place]]
        if position == "not estimable":
            assert math.isnan(value) or not all(map(math.isfinite, ends))
        elif not np.isclose(value, ends).any():
            above = "above 99.8 %" if value > ends[3] else "above 95 %" if value > ends[1] else "inside"
            assert position == ("below 99.8 %" if value < ends[2] else "below 95 %" if value < ends[0] else above)


def invented(groups: int, spread: float, outliers: int = 0, seed: int = 5) -> Funnel:
    """Three years of lumpy months of groups whose true shares differ by `spread`; the first few are far off."""
    rng = np.random.default_rng(seed)
    size, share = rng.lognormal(3, 0.8, groups), 0.4 + rng.normal(0, spread, groups)
    share[:outliers] += 0.4
    d = np.repeat(size[:, None], 36, axis=1)
    ratios = ratio_of_totals(d * share[:, None] + rng.normal(0, 0.5, d.shape) * np.sqrt(d), d)
    return funnel_of(ratios.value, ratios.denominator, pooled_sigma(ratios))


def share_outside(funnel: Funnel) -> float:
    return float(np.mean([position != "inside" for position in funnel.position]))


def test_where_only_chance_is_at_work_about_one_in_twenty_is_outside() -> None:
    funnel = invented(2000, 0)
    assert 0.03 < share_outside(funnel) < 0.07
    assert funnel.sigma == pytest.approx(0.5, rel=0.02)
    assert funnel.phi == pytest.approx(funnel.phi_expected, abs=0.05)
    assert funnel.phi_expected == pytest.approx(CHANCE[0.1], rel=1e-5) == pytest.approx(0.679, abs=1e-3)


def test_groups_that_differ_widen_the_limits_until_few_lie_outside() -> None:
    funnel = invented(2000, 0.1)
    naive = np.mean(np.abs(funnel.z) > 1.96)
    assert naive > 0.4
    assert 0.04 < share_outside(funnel) < 0.09
    assert funnel.tau_squared == pytest.approx(0.1**2, rel=0.25)


def test_outliers_do_not_hide_themselves() -> None:
    funnel = invented(40, 0.02, outliers=3)
    assert funnel.position[:3] == ("above 99.8 %",) * 3
    plain = funnel_of(funnel.value, funnel.size, funnel.sigma, winsorised=0)
    assert funnel.tau_squared < plain.tau_squared / 4


def test_a_large_group_is_an_outlier_where_a_small_one_is_not() -> None:
    funnel = funnel_of([0.2, 0.3, 0.3, 0.25, 0.25], [500, 500, 10, 500, 500], 0.5, "none")
    assert (funnel.position[1], funnel.position[2]) == ("above 95 %", "inside")


def test_groups_without_a_value_are_not_estimable_and_do_not_count() -> None:
    values, sizes = [0.2, 0.4, 0.3, NAN, 0.9], [10, 20, 15, 10, 0]
    funnel, without = funnel_of(values, sizes, 0.5), funnel_of(values[:3], sizes[:3], 0.5)
    assert funnel.position == (*without.position, "not estimable", "not estimable")
    assert (funnel.target, funnel.phi) == (without.target, without.phi)


@pytest.mark.parametrize(
    ("values", "sigma"), [([0.2], 0.5), ([0.2, NAN], 0.5), ([0.2, 0.4], 0), ([0.2, 0.4], NAN), ([], 1)]
)
def test_no_funnel_without_two_groups_and_a_spread(values: list[float], sigma: float) -> None:
    funnel = funnel_of(values, [10.0] * len(values), sigma)
    assert set(funnel.position) <= {"not estimable"}
    assert math.isnan(funnel.target)
    assert np.isnan(funnel.limits([1.0, 5.0], 0.95)).all()


def test_phi_below_one_narrows_nothing() -> None:
    values, sizes = [0.30, 0.301, 0.299], [10, 20, 15]
    wide, plain = funnel_of(values, sizes, 0.5, "multiplicative"), funnel_of(values, sizes, 0.5, "none")
    assert wide.phi < 1
    np.testing.assert_array_equal(wide.limits([7.0], 0.95), plain.limits([7.0], 0.95))


def test_the_spread_is_pooled_by_degrees_of_freedom() -> None:
    # Group 1: r = 0.5, e = -1, 1: 2/1 * 2 / 4 = 1 for a size of 1, 1 degree. Group 2: e = 0 three times, 2 degrees.
    ratios = ratio_of_totals([[0, 2, NAN], [1, 1, 1], [5, NAN, NAN]], [[2, 2, NAN], [2, 2, 2], [9, NAN, NAN]])
    assert pooled_sigma(ratios) == pytest.approx(math.sqrt((1 * 1 + 2 * 0) / 3))
    assert math.isnan(pooled_sigma(ratio_of_totals([[5, NAN]], [[9, NAN]])))


def test_the_method_says_which_widening() -> None:
    words = {kind: funnel_of([0.2, 0.4], [1, 2], 1, kind).method for kind in ("none", "multiplicative", "additive")}  # type: ignore[arg-type]
    assert ("not widened" in words["none"], "phi" in words["multiplicative"]) == (True, True)
    assert "DerSimonian-Laird" in words["additive"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (([0.1], [1, 2], 1.0), "as many"),
        (([0.1, 0.2], [1, 2], 1.0, "guess"), "must be one of"),
        (([0.1, 0.2], [1, 2], 1.0, "none", 0.5), "from 0 to below 0.5"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: tuple[object, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        funnel_of(*arguments)  # type: ignore[arg-type]
