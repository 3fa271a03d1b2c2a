"""Limits of the curve for events seen at visits: against the plain likelihood, and where there are none."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.stats.interval.climbing import CERTAIN
from remission.stats.interval.limits import Method, estimate_pointwise, pointwise_limits
from remission.stats.interval.npmle import npmle
from remission.stats.interval.profile import FreeProfile
from remission.stats.interval.rows import IntervalRows
from remission.stats.intervals import normal_quantile

INF = math.inf
Z = normal_quantile(0.95)
observations = st.lists(
    st.tuples(st.integers(0, 12), st.one_of(st.integers(1, 8), st.just(INF))).map(
        lambda one: (one[0], one[0] + one[1])
    ),
    min_size=1,
    max_size=25,
)
days = st.integers(1, 21)


def on_every_day(seen: list[tuple[int, float]], day: int, share: float, profile: FreeProfile) -> tuple[float, float]:
    """The log likelihood at the mass found, and what any move of mass between single days of a side could gain."""
    inner, peak = profile.inner, profile.at(share)
    held = np.where(np.arange(peak.spread.size) < profile.border, 1 - share, share)
    mass = peak.spread * held
    chance = [mass[(low <= inner.left) & (inner.right <= high)].sum() for low, high in seen]
    gain = [
        sum(1 / f for (low, high), f in zip(seen, chance, strict=True) if low < one <= high)
        for one in (*range(22), INF)
    ]
    best = (1 - share) * max(gain[: day + 1]) + share * max(gain[day + 1 :])
    return sum(map(math.log, chance)), best - len(seen)


@given(observations, days, st.floats(0.05, 0.95))
def test_with_a_share_held_no_other_mass_on_any_days_is_more_likely(
    seen: list[tuple[int, float]], day: int, share: float
) -> None:
    profile = FreeProfile.of(IntervalRows.of(*zip(*seen, strict=True)), day)
    value, gain = on_every_day(seen, day, share, profile)
    assert value == pytest.approx(profile.at(share).value, abs=1e-9)
    assert gain <= CERTAIN


@given(observations, days)
def test_limits_lie_around_the_whole_range_where_the_likelihood_has_fallen(
    seen: list[tuple[int, float]], day: int
) -> None:
    curve = npmle(*zip(*seen, strict=True))
    profile = FreeProfile.of(curve.rows, day)
    (least,), (most,) = curve.free_between([day])
    (low,), (high,) = pointwise_limits(curve, [day])
    assert low <= least + 1e-9
    assert high >= most - 1e-9
    for limit, end in ((low, 0), (high, 1)):
        if limit == end:
            assert profile.possible(end)
            assert 2 * (curve.log_likelihood - profile.at(end).value) <= Z**2 + 1e-6
        else:
            assert 2 * (curve.log_likelihood - profile.at(float(limit)).value) == pytest.approx(Z**2, abs=1e-5)


@given(observations, days, st.floats(0.1, 0.9))
def test_the_slope_is_that_of_the_likelihood(seen: list[tuple[int, float]], day: int, share: float) -> None:
    profile = FreeProfile.of(IntervalRows.of(*zip(*seen, strict=True)), day)
    beside = [profile.at(share + step).value for step in (-1e-4, 1e-4)]
    assert profile.at(share).slope == pytest.approx((beside[1] - beside[0]) / 2e-4, abs=0.05, rel=1e-3)


def test_everybody_seen_on_one_day_is_a_proportion() -> None:
    free, n = 13, 20
    curve = npmle([0] * (n - free) + [90] * free, [90] * (n - free) + [INF] * free)
    for share in (float(one[0]) for one in pointwise_limits(curve, [90])):
        fall = free * math.log(free / n / share) + (n - free) * math.log((1 - free / n) / (1 - share))
        assert 2 * fall == pytest.approx(Z**2, abs=1e-6)


def test_before_any_event_there_are_limits_from_the_likelihood_and_none_from_draws() -> None:
    curve = npmle([200] * 30, [INF] * 30)
    low, high = pointwise_limits(curve, [100])
    assert (low.item(), high.item()) == (pytest.approx(math.exp(-(Z**2) / 60), abs=1e-6), 1.0)
    row = estimate_pointwise(curve, [100], method="m out of n", draws=20).rows()[0]
    assert (row["value"], row["low"], row["high"], row["absent_reason"]) == (1.0, None, 1.0, "not estimable")


def test_after_the_last_visit_nothing_is_known_below() -> None:
    curve = npmle([0, 90, 90, 90], [90, INF, INF, INF])
    for method in ("likelihood ratio", "m out of n"):
        row = estimate_pointwise(curve, [400], method=method, draws=50).rows()[0]
        assert (row["value"], row["low"], row["absent_reason"]) == (None, 0.0, "not estimable")
        assert row["high"] >= 0.75  # type: ignore[operator]


def test_draws_are_told_and_are_those_of_the_seed() -> None:
    rng = np.random.default_rng(3)
    last = rng.integers(0, 500, 60)
    curve = npmle(last, np.where(rng.random(60) < 0.5, INF, last + 90))
    found = [estimate_pointwise(curve, [300], method="m out of n", draws=40, seed=seed).rows()[0] for seed in (1, 1, 2)]
    assert found[0] == found[1]
    assert found[0]["low"] != found[2]["low"]
    assert "m out of n, 16 of 60, cube-root rate, 40 draws (seed 1)" in str(found[0]["method"])


def test_draws_that_differ_more_make_limits_wider_by_the_cube_root_of_m_over_n() -> None:
    # Seen once, and half of them with the event: a draw of m is a binomial share of m.
    n, m = 1000, 100
    curve = npmle([0] * 500 + [90] * 500, [90] * 500 + [INF] * 500)
    (low,), (high,) = pointwise_limits(curve, [90], method="m out of n", draws=1_500)
    width = Z * math.sqrt(0.25 / m) * (m / n) ** (1 / 3)
    assert high - low == pytest.approx(2 * width, rel=0.1)


def test_a_weight_is_so_many_observations() -> None:
    weighted = npmle([0, 90, 30], [90, INF, INF], [3, 5, 2])
    counted = npmle([0] * 3 + [90] * 5 + [30] * 2, [90] * 3 + [INF] * 7)
    np.testing.assert_allclose(pointwise_limits(weighted, [90]), pointwise_limits(counted, [90]), atol=1e-6)


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"method": "bootstrap"}, "method must be one of likelihood ratio, m out of n, found 'bootstrap'"),
        ({"level": 1.0}, "level must lie between 0 and 1"),
        ({"method": "m out of n", "draws": 0}, "draws must be at least 1, found 0"),
    ],
)
def test_what_does_not_fit_is_said_in_words(given_: dict[str, object], said: str) -> None:
    method: Method = given_.pop("method", "likelihood ratio")  # type: ignore[assignment]
    with pytest.raises(ValueError, match=said):
        pointwise_limits(npmle([0], [5]), [3], method=method, **given_)  # type: ignore[arg-type]
