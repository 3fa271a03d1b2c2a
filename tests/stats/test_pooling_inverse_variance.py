"""Inverse variance: tau squared against a plain twin of 60 digits, public anchors, known traps of other programs."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from made_up.plain_pooling import plain_sums
from pins import HERE, difference, find_pins, read_table
from remission.stats.estimates import Estimates
from remission.stats.pooling.between import Between
from remission.stats.pooling.effects import Effects, logit_proportions
from remission.stats.pooling.inverse_variance import ALIKE, pool_effects
from remission.stats.pooling.pooled import TOO_FEW
from remission.stats.rounding import round_half_up

SETTINGS = settings(max_examples=60, deadline=None)
INPUTS = HERE / "pooling" / "inputs"

# Errors from 0.0001 to 10 in one set: where a study of one is worth more than all others together.
errors = st.floats(-4, 1).map(lambda power: 10.0**power)
studies = st.lists(st.tuples(st.floats(-3, 3).map(lambda one: round(one, 4)), errors), min_size=2, max_size=7)


def effects_of(rows: list[tuple[float, float]]) -> Effects:
    values, error = np.array(rows).T
    return Effects(values, error**2)


def vaccine() -> Effects:
    d = read_table(INPUTS / "bcg.csv")
    n, m = d["with"] + d["without"], d["others_with"] + d["others_without"]
    variances = 1 / d["with"] - 1 / n + 1 / d["others_with"] - 1 / m
    return Effects(np.log(d["with"] / n / (d["others_with"] / m)), variances, "log")


@SETTINGS
@given(studies, st.sampled_from(["REML", "ML"]))
@example([(0.0, 1e-4), (1.0, 1.0), (-1.0, 1.0), (2.0, 0.5)], "REML")
@example([(0.5, 1e-4), (0.5, 2e-4)], "REML")
def test_the_slope_of_the_likelihood_changes_its_sign_at_tau_squared(rows: list[tuple[float, float]], of: str) -> None:
    effects = effects_of(rows)
    tau2 = pool_effects(effects, tau2=of).tau2  # type: ignore[arg-type]
    assert tau2 is not None
    near = [Decimal(tau2) * (1 + Decimal(side) * Decimal("1e-8")) for side in (-1, 1)]
    below, above = (plain_sums(effects.values, effects.variances, at, of == "REML").score for at in near)
    if tau2 == 0:
        assert above <= 0
    else:
        assert below > 0 > above


@SETTINGS
@given(studies, st.sampled_from(["REML", "ML"]))
def test_no_tau_squared_of_a_wide_grid_is_more_likely(rows: list[tuple[float, float]], of: str) -> None:
    effects = effects_of(rows)
    tau2 = pool_effects(effects, tau2=of).tau2  # type: ignore[arg-type]
    best = plain_sums(effects.values, effects.variances, tau2 or 0.0, of == "REML").log_likelihood
    for other in [0.0, *np.geomspace(1e-10, 1e3, 40)]:
        assert plain_sums(effects.values, effects.variances, other, of == "REML").log_likelihood <= best + Decimal(
            "1e-9"
        )


@SETTINGS
@given(studies)
def test_the_sums_are_those_of_the_plain_twin_at_any_tau_squared(rows: list[tuple[float, float]]) -> None:
    effects = effects_of(rows)
    between = Between.of(effects.values, effects.variances)
    for tau2 in (0.0, 1e-8, 0.01, 1.0):
        plain, here = plain_sums(effects.values, effects.variances, tau2), between.at(tau2)
        assert between.origin + here.mean == pytest.approx(float(plain.mean), rel=1e-12, abs=1e-15)
        assert here.q == pytest.approx(float(plain.q), rel=1e-9, abs=1e-20)
        # Two sums that may be alike: what is left of them is compared with their size.
        assert abs(here.q2 - here.trace - float(plain.score)) <= 1e-9 * max(here.q2, here.trace)


@SETTINGS
@given(studies)
def test_q_is_what_each_limit_and_paule_mandel_ask_for(rows: list[tuple[float, float]]) -> None:
    effects = effects_of(rows)
    pooled, df = pool_effects(effects, tau2="PM"), effects.k - 1
    q = [float(plain_sums(effects.values, effects.variances, at or 0.0).q) for at in (pooled.tau2, pooled.tau2_high)]
    assert q[0] == pytest.approx(df, rel=1e-9) if pooled.tau2 else q[0] <= df * (1 + 1e-12)
    assert 0 <= (pooled.tau2_low or 0) <= (pooled.tau2 or 0) + 1e-15 <= (pooled.tau2_high or 0) + 2e-15
    if pooled.tau2_high:
        lower = Between.of(effects.values, effects.variances)
        assert float(lower.at(pooled.tau2_high).q) == pytest.approx(q[1], rel=1e-9)


@SETTINGS
@given(studies, st.sampled_from([1e-4, 1e-2, 1e3]), st.sampled_from(["REML", "ML", "PM", "DL"]))
def test_in_other_units_nothing_changes_but_the_units(rows: list[tuple[float, float]], unit: float, of: str) -> None:
    effects = effects_of(rows)
    other = Effects(effects.values * unit, effects.variances * unit**2)
    one, same = pool_effects(effects, tau2=of), pool_effects(other, tau2=of)  # type: ignore[arg-type]
    assert same.tau2 == pytest.approx((one.tau2 or 0) * unit**2, rel=1e-7, abs=1e-12 * unit**2)
    assert same.effect == pytest.approx((one.effect or 0) * unit, rel=1e-7, abs=1e-10 * unit)


@SETTINGS
@given(studies, st.randoms(use_true_random=False))
def test_the_order_of_the_studies_makes_no_difference(rows: list[tuple[float, float]], rng: object) -> None:
    order = list(range(len(rows)))
    rng.shuffle(order)  # type: ignore[attr-defined]
    effects = effects_of(rows)
    one, other = pool_effects(effects), pool_effects(effects.take(order))
    assert other.effect == pytest.approx(one.effect, rel=1e-9, abs=1e-12)
    assert other.weights == pytest.approx(one.weights[order], rel=1e-6, abs=1e-12)  # type: ignore[index]


@SETTINGS
@given(studies)
def test_at_least_wald_is_the_wider_of_two_errors(rows: list[tuple[float, float]]) -> None:
    effects = effects_of(rows)
    wald, plain, least = (
        pool_effects(effects, interval=interval).standard_error or 0.0
        for interval in ("wald", "hartung-knapp", "hartung-knapp, at least wald")  # type: ignore[arg-type]
    )
    assert least == pytest.approx(max(wald, plain))


def test_trials_of_bcg_have_the_answers_that_are_printed_everywhere() -> None:
    pooled = pool_effects(vaccine())
    assert pooled.tau2 == pytest.approx(0.313243258136, abs=5e-13)
    assert pooled.effect == pytest.approx(-0.714532342158, abs=5e-13)
    assert pool_effects(vaccine(), tau2="PM").tau2 == pytest.approx(0.318068452, abs=5e-10)
    # metafor's own limit, without a control that reaches it, is 0.119695313.
    assert pooled.tau2_low == pytest.approx(0.119718361, abs=5e-10)


def test_placebo_arms_of_progressive_trials() -> None:
    d = read_table(INPUTS / "placebo.csv")
    pooled = pool_effects(logit_proportions(d["events"], d["total"]), interval="hartung-knapp")
    assert (pooled.k, d["total"].sum()) == (28, 4406)
    # Stored from metafor as it stops by default, at steps of 1e-5 of tau squared.
    assert pooled.effect == pytest.approx(-0.36687711, abs=2e-8)
    assert pooled.tau2 == pytest.approx(0.39039083, abs=1e-6)
    assert pooled.q == pytest.approx(363.34808142, abs=5e-9)
    shares = (pooled.value, pooled.low, pooled.high, pooled.prediction_low, pooled.prediction_high)
    assert [round_half_up(100 * (one or 0), 1) for one in shares] == [40.9, 34.7, 47.5, 15.8, 72.0]


def test_deaths_after_transplantation_with_half_a_death_added() -> None:
    d = read_table(INPUTS / "mortality.csv")
    assert (d["events"].sum(), d["total"].sum(), d["total"].size) == (15, 2509, 19)
    zeros = pool_effects(logit_proportions(d["events"], d["total"]))
    every = pool_effects(logit_proportions(d["events"], d["total"], to="all"))
    assert [round(one or 0, 6) for one in (zeros.value, zeros.low, zeros.high)] == [0.015922, 0.008482, 0.029691]
    assert [round(one or 0, 6) for one in (every.value, every.low, every.high)] == [0.018111, 0.009624, 0.033825]


# Traps that other programs fell into.


def test_errors_of_a_ten_thousandth_are_no_smaller_than_where_the_search_ends() -> None:
    effects = vaccine()
    tiny = pool_effects(Effects(effects.values * 1e-4, effects.variances * 1e-8))
    assert tiny.tau2 == pytest.approx(0.313243258136e-8, rel=1e-11)
    assert tiny.tau2_low == pytest.approx(0.119718361e-8, rel=1e-8)


def test_one_study_of_immense_precision_does_not_eat_the_digits_of_the_others() -> None:
    values, variances = np.array([0.3, 0.1, 0.9, -0.4, 0.5]), np.array([1e-12, 0.2, 0.3, 0.1, 0.4])
    tau2 = pool_effects(Effects(values, variances)).tau2 or 0.0
    near = [plain_sums(values, variances, tau2 * (1 + side * 1e-10)).score for side in (-1, 1)]
    assert near[0] > 0 > near[1]
    plain = plain_sums(values, variances, 0.0)
    one_step = pool_effects(Effects(values, variances), tau2="DL").tau2
    assert one_step == pytest.approx(float((plain.q - 4) / plain.trace), rel=1e-12)


def test_prediction_takes_t_and_says_which() -> None:
    widths = {}
    for df in ("k-1", "k-2", "normal"):
        pooled = pool_effects(vaccine(), interval="hartung-knapp", prediction_df=df)  # type: ignore[arg-type]
        widths[df] = math.log((pooled.prediction_high or 0) / (pooled.prediction_low or 1))
        assert f"prediction by {'t on ' if df != 'normal' else ''}{df}" in pooled.method
    # R's predict(test = "knha") on the log scale is -1.996 to 0.567; the normal quantile gives -1.867 to 0.438.
    assert widths["k-1"] == pytest.approx(0.567 + 1.996, abs=2e-3)
    assert widths["normal"] == pytest.approx(0.438 + 1.867, abs=2e-3)
    assert widths["normal"] < widths["k-1"] < widths["k-2"]


def test_of_two_maxima_the_higher_one_is_taken() -> None:
    d = read_table(INPUTS / "errors.csv")
    kept = d["set"] == 31
    between = Between.of(d["effect"][kept], d["variance"][kept])
    tau2 = between.estimate("ML")
    heights = {at: between.log_likelihood(at, restricted=False) for at in (0.0, 1e-6, tau2)}
    # Falling from 0 on, and higher again far out: where R stays at 0.
    assert heights[1e-6] < heights[0.0] < heights[tau2]
    assert tau2 > 1e-5


def test_restricted_likelihood_is_nearer_to_metafor_than_all_else() -> None:
    (pin,) = (one for one in find_pins() if one.name == "pooling")
    # Sets of errors of all sizes at once are left to the tolerance of the pin: there R itself has eight digits.
    keys = [key for key in pin.theirs if key.endswith("|REML") and not key.startswith("errors|")]
    assert len(keys) == 203
    assert max(difference(pin.ours(pin.inputs, *key.split("|")), pin.theirs[key]) for key in keys) < 1e-9


@SETTINGS
@given(studies)
def test_clusters_of_one_effect_each_are_studies(rows: list[tuple[float, float]]) -> None:
    effects = effects_of(rows)
    one, other = (
        pool_effects(effects, cluster=names) for names in (range(effects.k), [f"s{at}" for at in range(effects.k)])
    )
    assert (one.effect, one.standard_error, one.k) == (other.effect, other.standard_error, effects.k)


def test_arms_of_one_study_are_one_study() -> None:
    effects, study = vaccine(), [0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 8]
    pooled, apart = pool_effects(effects, cluster=study), pool_effects(effects)
    assert (pooled.k, pooled.q_df, pooled.effect) == (9, 12, apart.effect)
    assert "error by cluster" in pooled.method
    alone = pool_effects(effects, cluster=[1] * 13)
    assert (alone.value, alone.k, alone.absent_reason) == (None, 1, TOO_FEW)
    with pytest.raises(ValueError, match="as many clusters as effects: 2, 13"):
        pool_effects(effects, cluster=[1, 2])
    with pytest.raises(ValueError, match="interval must be one of wald, found 'hartung-knapp'"):
        pool_effects(effects, cluster=study, interval="hartung-knapp")


# What there is no answer to.


def test_one_study_is_no_pool_but_a_common_effect_of_itself() -> None:
    alone = Effects([0.5], [0.04])
    pooled = pool_effects(alone)
    assert (pooled.value, pooled.low, pooled.k, pooled.absent_reason) == (None, None, 1, TOO_FEW)
    assert pool_effects(alone, tau2="common").value == 0.5
    (row,) = Estimates.of(pooled.rows("share")).rows()
    assert (row["value"], row["studies"], row["absent_reason"]) == (None, 1, TOO_FEW)


def test_two_studies_have_no_prediction_on_k_less_2() -> None:
    pooled = pool_effects(Effects([0.1, 0.5], [0.04, 0.04]), prediction_df="k-2")
    assert (pooled.prediction_low, pooled.prediction_high) == (None, None)


def test_studies_that_agree_exactly_show_no_uncertainty_and_get_no_limits() -> None:
    pooled = pool_effects(Effects([0.5, 0.5, 0.5], [0.04, 0.02, 0.1]), interval="hartung-knapp")
    assert (pooled.value, pooled.low, pooled.tau2, pooled.absent_reason) == (0.5, None, 0.0, ALIKE)
    assert pool_effects(Effects([0.5, 0.5], [0.04, 0.02])).low is not None


@SETTINGS
@given(studies)
def test_the_mean_is_beyond_the_median_on_the_side_of_a_half(rows: list[tuple[float, float]]) -> None:
    effects = effects_of(rows)
    pooled = pool_effects(Effects(effects.values, effects.variances, "logit"))
    assume(pooled.tau2 and pooled.tau2 > 1e-3)
    assert abs((pooled.mean or 0) - 0.5) < abs((pooled.value or 0) - 0.5) + 1e-12


def test_the_rows_are_the_number_its_prediction_and_tau_squared() -> None:
    rows = Estimates.of(pool_effects(vaccine()).rows("risk ratio", study="BCG", studies_left_out=2)).rows()
    assert [row["what"] for row in rows] == [
        "risk ratio", "prediction interval of risk ratio", "tau squared of risk ratio"
    ]  # fmt: skip
    assert {(row["studies"], row["studies_left_out"], row["study"]) for row in rows} == {(13, 2, "BCG")}
    assert rows[0]["low"] > rows[1]["low"]
    assert rows[2]["value"] == pytest.approx(0.3132, abs=1e-4)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"tau2": "SJ"}, "tau2 must be one of REML, ML, PM, DL, common, found 'SJ'"),
        ({"interval": "t"}, "interval must be one of wald, hartung-knapp"),
        ({"level": 95}, "level must lie between 0 and 1, found 95"),
        ({"prediction_df": "k"}, "prediction_df must be one of k-1, k-2, normal, found 'k'"),
    ],
)
def test_unknown_words_are_refused(options: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        pool_effects(vaccine(), **options)  # type: ignore[arg-type]
