"""The table of coverage: complete, of the methods it names, what the script measures, and where it should lie."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest

from coverage_methods import TwoArms, curves, firth_profile, log_rank
from coverage_samples import Followed, at_visits, one_group, two_arms, two_kinds
from model_coverage import CENSORED, LEVELS, RATIOS, SHARES, SIZES, differences, measure, stored
from remission.exhibits.wording import NBSP
from remission.report.models.coverage import METHODS, Method, coverage_of, coverage_words, model_coverages
from remission.stats.regression.cox import cox
from remission.stats.regression.firth import firth
from remission.stats.regression.refusals import NotEstimable
from remission.stats.survival.kaplan_meier import kaplan_meier
from remission.stats.survival.logrank import log_rank as of_days

RANDOM = 5


def days_of(n: int) -> np.ndarray:
    return np.arange(1, n + 1)


@pytest.fixture(scope="module")
def samples() -> Followed:
    return next(two_arms(np.random.default_rng(RANDOM), 24, 0.5, 0.5, 60))


def test_every_method_has_its_rows() -> None:
    expected = set()
    for method, level, n, censored in product(METHODS, LEVELS, SIZES, CENSORED):
        truths = SHARES if method.startswith(("Kaplan-Meier", "NPMLE")) else RATIOS
        for truth in truths if not method.startswith("log-rank") else (1.0,):
            expected.add((method, level, n, truth, censored))
    rows = model_coverages()
    assert {(one.method, one.level, one.n, one.truth, one.censored) for one in rows} == expected
    assert len(rows) == len(expected)
    assert all(one.samples >= 5_000 and 0 < one.error < 0.006 for one in rows)
    # A test of what is there has no error of the first kind, and a test alone no limits.
    assert all((one.type_1_error is None) == (one.truth != 1) for one in rows)
    assert all((one.coverage is None) == one.method.startswith("log-rank") for one in rows)


def test_the_script_measures_what_is_stored() -> None:
    found = list(measure(share=0.02, sizes=(24,)))
    assert len(found) == sum(one.n == 24 for one in model_coverages())
    assert differences(found, stored()) == []


def test_a_measurement_that_differs_is_noticed() -> None:
    known = stored()
    other = [{**row, "coverage": row["coverage"] and row["coverage"] - 0.03} for row in known]
    assert len(differences(other, known)) == sum(row["coverage"] is not None for row in known)
    assert differences(known[:1], known[1:]) == [
        f"{tuple(known[0][key] for key in ('of', 'method', 'level', 'n', 'truth', 'censored'))} is not stored"
    ]


def test_the_models_of_all_samples_at_once_are_those_of_each(samples: Followed) -> None:
    models = TwoArms(samples)
    information = models.slopes(np.nan_to_num(models.cox))[2]
    for place, (cause, arm) in enumerate(zip(samples.cause, samples.arm, strict=True)):
        rows = days_of(24), cause == 1, {"arm": arm}
        try:
            fit = cox(*rows)
        except NotEstimable:
            assert not models.finite[place]
            continue
        assert fit.coefficients[0] == pytest.approx(models.cox[place], abs=1e-8)
        assert fit.standard_errors[0] == pytest.approx(information[place] ** -0.5, rel=1e-7)
    assert models.finite.any()


def test_limits_hold_the_truth_where_the_likelihood_has_not_fallen_too_far(samples: Followed) -> None:
    models = TwoArms(samples)
    _, held = firth_profile(models, 0.5, (0.9,))
    for place, (cause, arm) in enumerate(zip(samples.cause, samples.arm, strict=True)):
        fit = firth(days_of(24), cause == 1, {"arm": arm})
        low, high = fit.limits("arm", 0.9)
        assert fit.coefficients[0] == pytest.approx(models.firth[place], abs=1e-7)
        assert held[0.9][place] == (low <= math.log(0.5) <= high)


def test_the_log_rank_test_of_all_samples_is_that_of_each(samples: Followed) -> None:
    _, held = log_rank(TwoArms(samples), 1.0, (0.9,))
    for place, (cause, arm) in enumerate(zip(samples.cause, samples.arm, strict=True)):
        assert held[0.9][place] == (of_days(days_of(24), cause == 1, arm).p >= 0.1)


def test_the_curves_are_kaplan_meier_curves() -> None:
    data = next(one_group(np.random.default_rng(RANDOM), 24, 0.863, 0.5, 40))
    height, variance = curves(data)
    for place, (last, cause) in enumerate(zip(data.last, data.cause, strict=True)):
        curve, day = kaplan_meier(days_of(24), cause == 1), int((last <= 1).sum())
        if last[-1] <= 1 < height[place]:
            continue
        assert height[place] == pytest.approx(curve.survival_on([day]).item())
        assert variance[place] == pytest.approx(curve.greenwood[day - 1] if day else 0.0)


def test_samples_are_what_they_are_said_to_be() -> None:
    data = next(two_kinds(np.random.default_rng(RANDOM), 2_000, 0.5, 0.2, 50))
    assert (data.cause == 0).mean() == pytest.approx(0.2, abs=0.01)
    # The share with the first kind by t, were nobody lost: of those with it among all not lost before t, here in arm 0.
    complete = next(two_kinds(np.random.default_rng(RANDOM), 2_000, 0.5, 1e-5, 50))
    for arm in (0, 1):
        share = ((complete.cause == 1) & (complete.last <= 1))[complete.arm == arm].mean()
        assert share == pytest.approx(1 - (1 - 0.5 * (1 - math.exp(-1))) ** (0.5**arm), abs=0.01)


def test_coverage_lies_where_it_should() -> None:
    for one in model_coverages():
        promised = one.level
        if one.n == 500 and one.coverage is not None:
            assert one.coverage == pytest.approx(promised, abs=max(4 * one.error, 0.012)), one
        if one.method == "log-rank by permutation":  # its level is exact at every size
            assert one.type_1_error == pytest.approx(1 - promised, abs=4 * one.error), one
        if one.method == "Firth, profile":
            assert one.coverage == pytest.approx(promised, abs=0.012), one
    # What is known of few: plain limits near the top hold the truth too seldom, and log-log ones do not.
    assert all(one.coverage < 0.9 for one in coverage_of("Kaplan-Meier, plain", 24) if one.truth == 0.863)  # type: ignore[operator]
    assert all(one.coverage > 0.94 for one in coverage_of("Kaplan-Meier, log-log", 24))  # type: ignore[operator]
    # Where an arm has no event Cox's model has no answer, and Firth's has.
    assert max(one.without_limits for one in coverage_of("Cox, Wald", 24)) > 0.005
    assert max(one.without_limits for one in coverage_of("Firth, profile", 24)) == 0


@pytest.mark.parametrize(
    ("method", "n", "said"),
    [
        ("Firth, profile", 24, "In simulated samples of 24, "),
        ("Firth, profile", 60, "In simulated samples of 100, "),
        ("Cox, Wald", 9_000, "In simulated samples of 500, "),
        ("log-rank by permutation", 20, "In simulated samples of 24 alike in both arms (20 and 50 % lost), log-rank "),
    ],
)
def test_a_sentence_is_of_the_nearest_size(method: Method, n: int, said: str) -> None:
    assert coverage_words(method, n).replace(NBSP, " ").startswith(said)


def test_a_sentence_says_the_range_and_what_has_no_answer() -> None:
    rows = coverage_of("Fine-Gray (cmprsk)", 24)
    low, high = (f"{100 * pick(one.coverage for one in rows):.1f}" for pick in (min, max))  # type: ignore[type-var]
    said = coverage_words("Fine-Gray (cmprsk)", 24).replace(NBSP, " ")
    assert f"{low} to {high} % of 95 % limits (Fine-Gray (cmprsk)) held the true subdistribution hazard ratio" in said
    assert "(0.5 and 1; 20 and 50 % lost); up to 19.4 % of samples had none and are left out." in said
    with pytest.raises(ValueError, match="method must be one of Cox, Wald, "):
        coverage_of("bootstrap", 24)  # type: ignore[arg-type]


def test_who_is_seen_at_visits_is_lost_as_often_as_is_said_and_has_the_event_as_often() -> None:
    last, seen = next(at_visits(np.random.default_rng(RANDOM), 2_000, 0.5, 0.5, 50))
    assert np.isinf(seen).mean() == pytest.approx(0.5, abs=0.01)
    assert ((seen == last + 91) | np.isinf(seen)).all()
    last, seen = next(at_visits(np.random.default_rng(RANDOM), 2_000, 0.863, 1e-9, 50))
    assert (seen > 728).mean() == pytest.approx(0.863, abs=0.01)
