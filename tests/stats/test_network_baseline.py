"""The slope on the rate of the reference: against the likelihood written out, on planted slopes, and where refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import stdtrit

from remission.inputs.problems import InputProblems
from remission.stats.network.arms import Arms
from remission.stats.network.baseline_risk import BaselineRisk, regress_on_baseline
from remission.stats.network.latent import Latent, Spread
from remission.stats.network.pooled import pool_network
from remission.stats.network.trends import trends_on_year
from slope_coverage import World, fitted, naive_slope, sample, stored

Row = tuple[str, str, float, float]
DUEL = [("H", "t0", -1.0, 0.02), ("H", "t1", -1.5, 0.03), ("H", "t2", -1.6, 0.02)]
LEAF = [("L", "t1", -1.1, 0.02), ("L", "new", -1.9, 0.03), ("L", "newer", -1.7, 0.03)]


def arms_of(rows: list[Row]) -> Arms:
    studies, treatments, values, variances = zip(*rows, strict=True)
    return Arms(studies, treatments, np.array(values), np.array(variances))


def rows_of(arms: Arms) -> list[Row]:
    return list(zip(arms.studies, arms.treatments, arms.log_rates.tolist(), arms.variances.tolist(), strict=True))


def network(seed: int = 1, trials: int = 20, slope: float = 0.0, people: int = 80) -> Arms:
    return sample(np.random.default_rng(seed), World(trials, people, slope))


def written_out(arms: Arms, reference: str, spread: tuple[float, float, float]) -> float:
    """The restricted log likelihood by its definition: one matrix over all rows, filled entry by entry."""
    slope, latent, tau2 = spread
    rows = rows_of(arms)
    size = len(rows)
    names = [one for one in arms.names if one != reference]
    holds = {study for study, treatment, _, _ in rows if treatment == reference}
    covariance, design = np.zeros((size, size)), np.zeros((size, 1 + len(names)))
    for i, (study, treatment, _, variance) in enumerate(rows):
        design[i] = [study in holds, *(treatment == one for one in names)]
        for j, (other_study, other, _, _) in enumerate(rows):
            if study != other_study:
                continue
            loads = [1.0 if one == reference else 1 + slope for one in (treatment, other)]
            covariance[i, j] += variance if i == j else 0.0
            covariance[i, j] += latent * loads[0] * loads[1] if study in holds else 0.0
            covariance[i, j] += tau2 * (1.0 if i == j else 0.5) if reference not in (treatment, other) else 0.0
    # A trial without the reference has a mean of its own, of which nothing is known.
    own = [[float(study == one) for one in dict.fromkeys(arms.studies) if one not in holds] for study, _, _, _ in rows]
    design = np.column_stack([design, np.array(own).reshape(size, -1)])
    weights = np.linalg.inv(covariance)
    inner = design.T @ weights @ design
    residual = arms.log_rates - design @ np.linalg.solve(inner, design.T @ weights @ arms.log_rates)
    return float(np.linalg.slogdet(weights)[1] - np.linalg.slogdet(inner)[1] - residual @ weights @ residual) / 2


@st.composite
def spreads(draw: st.DrawFn) -> tuple[float, float, float]:
    return draw(st.floats(-2, 2)), draw(st.floats(0.01, 1)), draw(st.floats(0, 0.5))


@given(st.integers(0, 10_000), spreads(), spreads())
@settings(max_examples=20)
def test_the_likelihood_is_that_of_its_definition(
    seed: int, one: tuple[float, float, float], other: tuple[float, float, float]
) -> None:
    arms = arms_of([*rows_of(network(seed, 8)), *DUEL, *LEAF])
    latent = Latent.of(arms, "reference")
    points = latent.at(Spread(*one)), latent.at(Spread(*other))
    # Up to what no spread changes.
    apart = points[0].log_likelihood - points[1].log_likelihood
    assert apart == pytest.approx(written_out(arms, "reference", one) - written_out(arms, "reference", other), abs=1e-8)
    steps = np.eye(3) * 1e-6
    slopes = [(latent.at(Spread(*(np.array(one) + step))).log_likelihood
               - latent.at(Spread(*(np.array(one) - step))).log_likelihood) / 2e-6 for step in steps]  # fmt: skip
    if one[2] > 1e-5:
        assert points[0].score == pytest.approx(np.array(slopes), rel=1e-4, abs=1e-3)


def test_the_slope_is_where_the_likelihood_is_highest_and_its_limits_where_it_has_fallen() -> None:
    arms = arms_of([*rows_of(network(7, 16, -0.3)), *DUEL])
    found = regress_on_baseline(arms, "reference")

    def minus(free: np.ndarray, slope: float | None = None) -> float:
        first, latent, tau2 = free if slope is None else (slope, *free)
        return -written_out(arms, "reference", (first, math.exp(latent), math.exp(tau2)))

    starts = [np.array([slope, -2.0, -5.0]) for slope in (-0.8, 0.0)]
    settings_of = {"method": "Nelder-Mead", "options": {"xatol": 1e-6, "fatol": 1e-10, "maxiter": 500}}
    best = min((minimize(minus, start, **settings_of) for start in starts), key=lambda one: one.fun)
    assert found.slope == pytest.approx(best.x[0], abs=1e-4)
    assert found.spread == pytest.approx(math.exp(best.x[1] / 2), abs=1e-4)
    # F on 1 and as many degrees as log ratios of all trials, less three effects and the slope.
    assert found.df == len(arms.studies) - arms.k - 4 == found.off.df - 1
    for limit in (found.low, found.high):
        fallen = minimize(minus, np.array([-2.0, -5.0]), args=(limit,), **settings_of).fun - best.fun
        assert 2 * fallen == pytest.approx(float(stdtrit(found.df, 0.975)) ** 2, abs=1e-4)


def test_without_error_of_its_own_the_slope_is_that_of_van_houwelingen() -> None:
    rng = np.random.default_rng(4)
    rate = rng.normal(-0.5, 0.4, 12)
    treated = rate - 0.5 - 0.3 * rate + rng.normal(0, 0.1, 12)
    rows = [(f"T{at}", name, value, 1e-9) for at in range(12) for name, value in (("x", rate[at]), ("y", treated[at]))]
    spread = np.cov(rate, treated)
    assert regress_on_baseline(arms_of(rows), "x").slope == pytest.approx(spread[0, 1] / spread[0, 0] - 1, abs=1e-5)


def test_where_nothing_is_planted_the_naive_slope_is_off_and_ours_is_not() -> None:
    random, ours, naive, held = np.random.default_rng(20261130), [], [], 0
    for _ in range(24):
        arms = sample(random, World(20, 60, 0.0))
        slope, holds = fitted(arms, 0.0)
        ours.append(slope)
        held += holds
        naive.append(naive_slope(arms, "reference")[0])
    assert float(np.mean(naive)) < -0.09
    assert abs(float(np.mean(ours))) < 0.04
    assert held >= 21


def test_what_is_measured_is_what_is_given_out() -> None:
    arms = network(13, slope=-0.3)
    found = regress_on_baseline(arms, "reference")
    assert fitted(arms, 0.0)[0] == pytest.approx(found.slope, abs=1e-4)
    within, beyond = found.low + 1e-4, found.low - 1e-4
    assert [fitted(arms, planted)[1] for planted in (beyond, within)] == [False, True]


def test_what_is_stored_says_that_the_limits_hold_what_was_planted() -> None:
    rows = stored()
    assert len(rows) == 4
    for row in rows:
        assert int(row["samples"]) >= 2000
        # Of few small trials tau squared is often 0: there limits are wide rather than narrow.
        assert 0.93 <= float(row["coverage"]) <= (0.97 if int(row["trials"]) > 20 else 0.98)
        assert abs(float(row["off"])) < 0.025 < -float(row["naive_off"])
        assert float(row["naive_coverage"]) < 0.9


@pytest.mark.parametrize("planted", [-0.3, 0.2])
def test_a_planted_slope_is_found(planted: float) -> None:
    found = regress_on_baseline(network(3, 120, planted, 400), "reference")
    assert found.slope == pytest.approx(planted, abs=0.06)
    assert found.low < planted < found.high
    assert found.p < 0.001
    value, low, high = found.against("t1", "reference", math.exp(-0.5))
    assert value == pytest.approx(-0.6, abs=0.06)
    assert low < value < high


def test_a_trial_without_the_reference_that_closes_no_loop_leaves_the_slope_as_it_was() -> None:
    arms = network(5)
    # One new treatment: as many contrasts as effects, so that tau squared learns nothing either.
    leaf = arms_of([*rows_of(arms), *LEAF])
    before, after = regress_on_baseline(arms, "reference"), regress_on_baseline(leaf, "reference")
    assert (after.k, after.k_without, before.k_without) == (20, 1, 0)
    assert (after.slope, after.low, after.high) == pytest.approx((before.slope, before.low, before.high), abs=1e-6)
    assert after.tau2 == pytest.approx(before.tau2, abs=1e-8)


def test_a_trial_without_the_reference_speaks_on_the_slope_by_what_it_says_of_effects_alone() -> None:
    arms = network(5)
    profiles = []
    for rows in ([], LEAF, DUEL):
        latent = Latent.of(arms_of([*rows_of(arms), *rows]), "reference")
        profiles.append([latent.at(Spread(slope, 0.1, 0.02)).log_likelihood for slope in (-0.5, 0.0, 0.5)])
    fallen = [np.diff(one) for one in profiles]
    assert fallen[1] == pytest.approx(fallen[0], abs=1e-9)
    # A trial of treatments that all met the reference ties their effects to each other, at any rate.
    assert np.abs(fallen[2] - fallen[0]).max() > 1e-4


def test_effects_are_those_at_the_rate_that_is_asked_for() -> None:
    found = regress_on_baseline(network(7, 20, -0.4), "reference")
    values, errors = found.effects_at(math.exp(found.mean))
    assert values == pytest.approx(found.effects)
    place = found.names.index("reference")
    assert (values[place], errors[place]) == (0.0, 0.0)
    twice, _ = found.effects_at(2 * math.exp(found.mean))
    moved = np.delete(twice - values, place)
    assert moved == pytest.approx(np.full(3, found.slope * math.log(2)))
    for rate in (0.2, 1.0):
        asked, errors = found.effects_at(rate)
        at = found.names.index("t0")
        value, low, high = found.against("t0", "reference", rate)
        half = float(stdtrit(found.df, 0.975)) * errors[at]
        assert (value, low, high) == pytest.approx((asked[at], asked[at] - half, asked[at] + half))
    assert found.against("t0", "t1", 0.2) == pytest.approx(found.against("t0", "t1", 1.0))
    with pytest.raises(ValueError, match="a rate must be above 0"):
        found.effects_at(0.0)


def test_the_error_of_an_effect_is_smallest_near_the_rates_that_were_seen() -> None:
    found = regress_on_baseline(network(9, 20), "reference")
    at = found.names.index("t1")
    near, far = (found.effects_at(math.exp(found.mean + away))[1][at] for away in (0.0, 2.0))
    assert far > 1.5 * near
    assert far**2 == pytest.approx(_of_the_mean(found, at) + (2.0 * found.error) ** 2)


def _of_the_mean(found: BaselineRisk, at: int) -> float:
    """The variance of an effect at one rate, by the covariance of the mean and the effects."""
    gradient = np.zeros(len(found.covariance))
    place = found.names.index("reference")
    gradient[0], gradient[1 + at - (at > place)] = -found.slope, 1.0
    return float(gradient @ found.covariance @ gradient)


def test_with_the_slope_off_it_is_the_network_of_the_same_arms() -> None:
    arms = network(2)
    found = regress_on_baseline(arms, "reference")
    assert found.off.effects == pytest.approx(pool_network(arms.contrasts("reference"), reference="reference").effects)


def test_where_rates_hardly_differ_the_slope_has_no_end() -> None:
    rng = np.random.default_rng(5)
    rows = [
        (f"T{at}", name, -0.5 + 0.15 * rng.normal() - 0.5 * (name == "y"), 0.01)
        for at in range(8)
        for name in ("x", "y")
    ]
    found = regress_on_baseline(arms_of(rows), "x")
    assert (found.low, found.high) == (-math.inf, math.inf)


def of_rates(pairs: list[tuple[float, float]], variance: float = 0.01) -> Arms:
    return arms_of([(f"T{at}", name, math.log(rate), variance) for at, pair in enumerate(pairs)
                    for name, rate in zip(("x", "y"), pair, strict=True)])  # fmt: skip


@pytest.mark.parametrize(
    ("arms", "words"),
    [
        (of_rates([(1.0, 0.5), (0.5, 0.3)]), "2 trials with x; allowed: 3 or more"),
        (of_rates([(0.5, 0.3), (0.5, 0.2), (0.5, 0.4), (0.5, 0.3)]), "no treatment that met x at rates that differ"),
        (of_rates([(0.50, 0.3), (0.51, 0.2), (0.49, 0.4), (0.5, 0.3)], 0.1), "rates of x that differ by no more than"),
        (
            arms_of([("A", "x", 0.1, 0.1), ("A", "y", 0.0, 0.1), ("B", "x", 0.4, 0.1), ("B", "z", 0.0, 0.1),
                     ("C", "x", 0.9, 0.1), ("C", "w", 0.0, 0.1)]),
            "no treatment that met x at rates that differ",
        ),
    ],
)  # fmt: skip
def test_what_puts_no_number_on_a_slope_is_refused_in_words(arms: Arms, words: str) -> None:
    with pytest.raises(InputProblems, match=words):
        regress_on_baseline(arms, "x")


def test_a_reference_that_is_in_no_trial_is_refused() -> None:
    with pytest.raises(InputProblems, match="found placebo; allowed: reference, t0, t1, t2"):
        regress_on_baseline(network(), "placebo")
    with pytest.raises(ValueError, match="level must lie between 0 and 1"):
        regress_on_baseline(network(), "reference", level=95)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("A", "x", 0.0, 0.1)], "A with one arm"),
        ([("A", "x", 0.0, 0.1), ("A", "x", 0.0, 0.1)], "A with an arm twice"),
        ([("A", "x", -math.inf, 0.1), ("A", "y", 0.0, 0.1)], "A with a number that is not known"),
        ([("A", "x", 0.0, 0.0), ("A", "y", 0.0, 0.1)], "A with a variance that is not above 0"),
        ([("A", "x", 0.0, 1.0), ("A", "y", 0.0, 0.1), ("B", "p", 0.0, 0.1), ("B", "q", 0.0, 0.1)], "2 parts"),
        ([], "columns of several lengths, or of none"),
    ],
)
def test_arms_that_cannot_be_are_refused_by_the_name_of_their_study(rows: list[Row], words: str) -> None:
    columns = zip(*rows, strict=True) if rows else ([], [], [], [])
    with pytest.raises(InputProblems, match=words):
        Arms(*columns)


def test_all_that_is_wrong_with_arms_is_said_at_once() -> None:
    with pytest.raises(InputProblems) as raised:
        arms_of([("A", "x", 0.0, 0.1), ("B", "x", math.nan, 0.1), ("B", "y", 0.0, 0.1)])
    assert len(raised.value.problems) == 2


def test_what_moved_with_the_years_is_gone_where_the_rate_says_it_all() -> None:
    rng = np.random.default_rng(12)
    years = {f"T{at}": 1990.0 + at for at in range(30)}
    rows = []
    for at in range(30):
        rate = -0.2 - 0.05 * at + rng.normal(0, 0.1)
        rows += [(f"T{at}", "x", rate + rng.normal(0, 0.03), 0.001),
                 (f"T{at}", f"y{at % 2}", 0.6 * rate - 0.5 + rng.normal(0, 0.03), 0.001)]  # fmt: skip
    rows += [("H", "y0", -0.9, 0.01), ("H", "y1", -0.9, 0.01)]
    found = trends_on_year(regress_on_baseline(arms_of(rows), "x"), years)
    # The ratio rises by 0.4 * 0.05 a year as the rate falls.
    assert found.off.slope == pytest.approx(0.02, abs=0.004)
    assert found.off.low > 0
    assert found.on.low < 0 < found.on.high
    assert abs(found.on.slope) < 0.003


def test_a_trend_needs_years_that_are_known_and_differ() -> None:
    risk = regress_on_baseline(network(2), "reference")
    with pytest.raises(InputProblems, match="no year of T0, T1"):
        trends_on_year(risk, {f"T{at}": 2000.0 + at for at in range(2, 20)})
    with pytest.raises(InputProblems, match="no treatment that met the reference in several years"):
        trends_on_year(risk, {f"T{at}": 2000.0 for at in range(20)})


def chain(trials: int, seed: int = 3) -> list[Row]:
    """Each treatment met the reference in one trial, and the next treatment in another."""
    rng = np.random.default_rng(seed)
    rows: list[Row] = []
    for at in range(trials):
        rate = rng.normal(-0.5, 0.4)
        rows += [(f"P{at}", "reference", rate, 0.004), (f"P{at}", f"y{at}", rate - 0.5 + rng.normal(0, 0.1), 0.008)]
        if at:
            rows += [(f"H{at}", one, -1.0 + rng.normal(0, 0.1), 0.006) for one in (f"y{at - 1}", f"y{at}")]
    return rows


def test_a_slope_that_trials_tell_by_way_of_others_has_the_degrees_of_the_whole_network() -> None:
    # 10 + 9 log ratios, 10 effects and the slope: by trials of the reference alone there would be none.
    found = regress_on_baseline(arms_of(chain(10)), "reference")
    assert found.df == 8
    assert (found.k, found.k_alone, found.k_without) == (10, 0, 9)
    assert found.high - found.low < 6 * found.error


def test_a_trial_of_what_no_other_trial_leads_to_does_not_tell_the_slope() -> None:
    alone: list[Row] = [("Z", "reference", -0.4, 0.01), ("Z", "z", -1.3, 0.02)]
    found = regress_on_baseline(arms_of([*chain(10), *alone]), "reference")
    assert (found.k, found.k_alone, found.k_without) == (10, 1, 9)
    moved: list[Row] = [("Z", "reference", -0.4, 0.01), ("Z", "z", 0.9, 0.02)]
    other = regress_on_baseline(arms_of([*chain(10), *moved]), "reference")
    assert other.slope == pytest.approx(found.slope, abs=1e-6)
    # Two doses beside one control tell nothing more.
    doses = regress_on_baseline(arms_of([*chain(10), *alone, ("Z", "z2", -1.2, 0.02)]), "reference")
    assert (doses.k, doses.k_alone) == (10, 1)


def test_an_arm_that_errs_by_next_to_nothing_is_refused_in_words() -> None:
    rng = np.random.default_rng(1)
    rows = [(f"T{at}", name, 1000 * rng.normal(), 1e-10) for at in range(8) for name in ("x", "y")]
    with pytest.raises(InputProblems, match="an arm whose variance is next to nothing beside how far rates differ"):
        regress_on_baseline(arms_of(rows), "x")
