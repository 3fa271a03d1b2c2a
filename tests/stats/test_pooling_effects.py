"""Effects of counts and of printed intervals: what is added, what is refused, and everything at once."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.inputs.problems import InputProblems
from remission.stats.intervals import confidence_limits, normal_quantile
from remission.stats.pooling.effects import Effects, log_minus_log, log_rates, log_ratios, logit_proportions
from remission.stats.pooling.scales import SCALES

counts = st.lists(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1)


@given(counts)
def test_log_odds_of_the_others_are_the_same_with_the_other_sign(rows: list[tuple[int, int]]) -> None:
    x, n = np.array(rows).T
    one, other = logit_proportions(x, n), logit_proportions(n - x, n)
    assert one.values == pytest.approx(-other.values)
    assert one.variances == pytest.approx(other.variances)


@given(counts)
def test_something_is_added_only_where_it_must_be_and_the_method_says_where(rows: list[tuple[int, int]]) -> None:
    x, n = np.array(rows).T
    effects = logit_proportions(x, n)
    some = (x > 0) & (x < n)
    assert SCALES["logit"].natural(effects.values[some]) == pytest.approx(x[some] / n[some])
    assert SCALES["logit"].natural(effects.values[~some]) == pytest.approx((x[~some] + 0.5) / (n[~some] + 1))
    assert effects.made.endswith("none added" if some.all() else "0.5 added where nobody or everybody had it")


def test_half_an_event_added_to_all_moves_every_study() -> None:
    assert logit_proportions([2, 0], [10, 10], to="all").values == pytest.approx(np.log([2.5 / 8.5, 0.5 / 10.5]))
    assert log_rates([2, 0], [4, 4], to="all").values == pytest.approx(np.log([2.5 / 4, 0.5 / 4]))


@given(st.floats(0.05, 0.95), st.floats(0.002, 0.03), st.sampled_from([0.9, 0.95]))
def test_the_error_of_a_printed_log_log_interval_comes_back(share: float, log_variance: float, level: float) -> None:
    low, high = confidence_limits([share], [log_variance], level, "log-log")
    effects = log_minus_log([share], low, high, level)
    assert effects.variances[0] == pytest.approx(log_variance / math.log(share) ** 2, rel=1e-9)
    assert SCALES["log(-log)"].natural(effects.values[0]) == pytest.approx(share)


def test_an_interval_that_was_cut_at_1_is_taken_on_its_own_scale() -> None:
    with pytest.raises(InputProblems) as refused:
        log_minus_log([0.95], [0.88], [1.0])
    assert "argument high: found 1" in refused.value.report()
    effects = log_minus_log([0.95], [0.88], [1.0], printed_on="linear")
    error = 0.12 / (2 * normal_quantile(0.95))
    assert effects.variances[0] == pytest.approx((error / (0.95 * -math.log(0.95))) ** 2)
    assert effects.made.endswith("on the linear scale")


def test_a_larger_log_minus_log_is_a_smaller_share() -> None:
    low, high = SCALES["log(-log)"].limits(-1.5, -0.5)
    assert low == pytest.approx(math.exp(-math.exp(-0.5)))
    assert high == pytest.approx(math.exp(-math.exp(-1.5)))


def test_everything_wrong_with_counts_is_said_at_once() -> None:
    with pytest.raises(InputProblems) as refused:
        logit_proportions([25, -1, 2.5, math.nan, 3], [24, 20, 20, 20, 0])
    said = refused.value.report().replace("logit_proportions(), ", "").splitlines()
    do = "Give counts as they are: nothing is added to zeros here, and a percentage is no count."
    assert said == [
        "row 1, argument events: found 25; allowed: at most its totals. Look both numbers up again.",
        f"row 2, argument events: found -1; allowed: whole numbers from 0. {do}",
        f"row 3, argument events: found 2.5; allowed: whole numbers from 0. {do}",
        "row 4, argument events: found nan; allowed: a number. Leave out the study whose number is not known.",
        "row 5, argument events: found 3; allowed: at most its totals. Look both numbers up again.",
        "row 5, argument totals: found 0; allowed: above 0. Look the number up again.",
    ]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: Effects([0.1, 0.2], [0.1, -0.1]), "row 2, argument variances: found -0.1; allowed: above 0"),
        (lambda: Effects([0.1], [0.1, 0.2]), "found 1 values, 2 variances; allowed: at least one study"),
        (lambda: Effects([], []), "found 0 values, 0 variances; allowed: at least one study"),
        (lambda: log_ratios([0.5], [0.6], [0.9]), "argument ratio: found 0.5; allowed: between its limits"),
        (lambda: log_ratios([0.5], [0.0], [0.9]), "argument low: found 0; allowed: above 0"),
        (lambda: log_ratios([0.5], [0.5], [0.5]), "argument high: found 0.5; allowed: above the lower limit"),
        (lambda: log_minus_log([0.9], [0.91], [0.95]), "argument survival: found 0.9; allowed: between its limits"),
        (lambda: log_minus_log([1.0], [0.9], [0.99]), "argument survival: found 1; allowed: between 0 and 1"),
        (lambda: log_rates([1], [0.0]), "argument person_years: found 0; allowed: above 0"),
    ],
)
def test_what_cannot_be_is_refused_in_words(made: object, said: str) -> None:
    with pytest.raises(InputProblems) as refused:
        made()  # type: ignore[operator]
    assert said in refused.value.report()


def test_unknown_words_name_the_known_ones() -> None:
    with pytest.raises(ValueError, match="to must be one of zeros only, all, found 'none'"):
        logit_proportions([1], [2], to="none")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="add must be above 0, found 0"):
        logit_proportions([1], [2], add=0)
    with pytest.raises(ValueError, match="on must be one of linear, log, logit"):
        Effects([1.0], [1.0], on="probit")  # type: ignore[arg-type]
