"""Rates of events that recur: the likelihood, and what cannot be estimated; `validation/rates` pins them to R."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.special import gammaln, pdtr, pdtrc

from pins import read_table
from remission.stats.rates import EventCounts, estimate_rate, estimate_rate_ratio, fit_negative_binomial

INPUTS = Path(__file__).parents[2] / "validation" / "rates" / "inputs"
SETTINGS = settings(max_examples=60)

some_counts = st.lists(st.tuples(st.integers(0, 12), st.integers(20, 900)), min_size=2, max_size=40)


def counts_of(name: str) -> EventCounts:
    d = read_table(INPUTS / f"{name}.csv")
    return EventCounts.of(d["events"], d["days"], d["subject"])


def log_likelihood(samples: list[EventCounts], log_rates: list[float], dispersion: float) -> float:
    """Written out from the textbook, with the gamma function: nothing in common with the estimator."""
    size, total = 1 / dispersion, 0.0
    for sample, log_rate in zip(samples, log_rates, strict=True):
        mean, y = sample.years * math.exp(log_rate), sample.events
        terms = gammaln(y + size) - gammaln(size) - gammaln(y + 1) + size * np.log(size / (size + mean))
        total += float((terms + y * np.log(mean / (size + mean))).sum())
    return total


@SETTINGS
@given(some_counts, some_counts)
def test_no_neighbour_is_more_likely_than_the_estimate(
    first: list[tuple[int, int]], second: list[tuple[int, int]]
) -> None:
    samples = [EventCounts.of(*zip(*rows, strict=True)) for rows in (first, second)]
    if any(sample.total == 0 for sample in samples):
        return
    fit = fit_negative_binomial(*samples)
    dispersion = max(fit.dispersion, 1e-6)  # the density needs one above 0
    best = log_likelihood(samples, list(fit.log_rates), dispersion)
    for step in (-0.05, 0.05):
        assert log_likelihood(samples, [fit.log_rates[0] + step, fit.log_rates[1]], dispersion) < best + 1e-6
        assert log_likelihood(samples, [fit.log_rates[0], fit.log_rates[1] + step], dispersion) < best + 1e-6
        assert log_likelihood(samples, list(fit.log_rates), dispersion * (1 + step)) < best + 1e-6


def likeliest_log_rate(sample: EventCounts, dispersion: float) -> float:
    """The root of the score, between a rate at which all counts are too high and one at which all are too low."""

    def score(log_rate: float) -> float:
        mean = sample.years * math.exp(log_rate)
        return float(((sample.events - mean) / (1 + dispersion * mean)).sum())

    return float(brentq(score, -30.0, 30.0, xtol=1e-13))


def best_on_a_grid(samples: list[EventCounts]) -> float:
    """The highest likelihood of 61 dispersions from 1e-6 to 1e6."""
    grid = np.geomspace(1e-6, 1e6, 61)
    return max(log_likelihood(samples, [likeliest_log_rate(one, a) for one in samples], a) for a in grid)


mostly_none = st.lists(
    st.tuples(st.sampled_from([0, 0, 0, 0, 1, 3, 9]), st.integers(50, 2500)), min_size=1, max_size=12
)


@settings(max_examples=25)
@given(mostly_none, mostly_none)
@example([(7, 2087)], [(0, 1956), (0, 269), (0, 2184), (0, 1375), (0, 513), (3, 765), (0, 204), (0, 2006), (0, 233)])
def test_no_dispersion_of_a_wide_grid_beats_the_estimate(
    first: list[tuple[int, int]], second: list[tuple[int, int]]
) -> None:
    samples = [EventCounts.of(*zip(*rows, strict=True)) for rows in (first, second)]
    if any(sample.total == 0 for sample in samples):
        return
    fit = fit_negative_binomial(*samples)
    found = log_likelihood(samples, list(fit.log_rates), max(fit.dispersion, 1e-6))
    assert best_on_a_grid(samples) <= found + 1e-5


def test_of_two_maxima_the_higher_is_taken() -> None:
    # One person against ten of whom one alone had events. MASS::glm.nb of R 4.2 finds the same: 8.38 (0.052 to 1,356),
    # p 0.41, dispersion 5.68, log likelihood -10.02. At dispersion 0 there is another maximum: -11.41, p < 0.001.
    one = EventCounts.of([7], [2087])
    ten = EventCounts.of([0, 0, 0, 0, 0, 3, 0, 0, 0, 0], [1956, 269, 2184, 1375, 513, 765, 204, 2006, 233, 1534])
    ratio, test = estimate_rate_ratio(one, ten)
    (row,) = ratio.rows()
    assert [round(row["value"], 2), round(row["low"], 3), round(row["high"])] == [8.38, 0.052, 1356]
    fit = fit_negative_binomial(one, ten)
    assert (round(test.p, 2), round(fit.dispersion, 2)) == (0.41, 5.68)
    assert log_likelihood([one, ten], list(fit.log_rates), fit.dispersion) == pytest.approx(-10.02, abs=0.005)
    poisson = [math.log(sample.total / sample.years.sum()) for sample in (one, ten)]
    assert log_likelihood([one, ten], poisson, 1e-7) == pytest.approx(-11.41, abs=0.005)
    assert row["method"].endswith("; few persons: 1 of 1 had an event, against 1 of 10")
    assert "dispersion 0" not in row["method"]


def test_the_persons_with_an_event_are_counted_and_not_their_pieces() -> None:
    pieces = EventCounts.of([2, 1, 0, 3], [100, 100, 100, 100], [7, 7, 8, 9])
    assert pieces.members == (2, 3)


@SETTINGS
@given(some_counts)
def test_at_an_exact_limit_the_poisson_tail_is_half_of_what_is_left(rows: list[tuple[int, int]]) -> None:
    counts = EventCounts.of(*zip(*rows, strict=True))
    (row,) = estimate_rate(counts, 0.90, "exact").rows()
    years = counts.years.sum()
    assert pdtr(counts.total, row["high"] * years) == pytest.approx(0.05)
    if counts.total:
        assert pdtrc(counts.total - 1, row["low"] * years) == pytest.approx(0.05)


@SETTINGS
@given(some_counts)
def test_rows_that_are_split_within_a_cluster_change_nothing_robust(rows: list[tuple[int, int]]) -> None:
    events, days = zip(*rows, strict=True)
    whole = EventCounts.of(events, days)
    pieces = EventCounts.of((*events, *[0] * len(rows)), [day / 2 for day in days] * 2, [*range(len(rows))] * 2)
    one, other = (estimate_rate(counts, method="robust").rows()[0] for counts in (whole, pieces))
    assert other["high"] == (None if one["high"] is None else pytest.approx(one["high"]))


def test_without_an_event_there_is_only_an_upper_limit_and_the_others_say_so() -> None:
    counts = EventCounts.of([0, 0], [365.25, 365.25])
    (exact,) = estimate_rate(counts, method="exact").rows()
    assert (exact["value"], exact["low"]) == (0.0, 0.0)
    assert exact["high"] == pytest.approx(-math.log(0.025) / 2)
    for method in ("robust", "negative binomial"):
        (row,) = estimate_rate(counts, method=method).rows()  # type: ignore[arg-type]
        assert (row["value"], row["low"], row["high"]) == (0.0, None, None)
        assert row["absent_reason"] == "not estimable: no event"


def test_a_ratio_to_a_group_without_an_event_is_not_estimable() -> None:
    some, none = EventCounts.of([2, 1], [300, 400]), EventCounts.of([0, 0], [300, 400])
    for one, other in ((some, none), (none, some)):
        estimates, test = estimate_rate_ratio(one, other)
        assert estimates.rows()[0]["value"] is None
        assert estimates.rows()[0]["absent_reason"] == "not estimable: no event"
        assert math.isnan(test.p)


def test_a_single_cluster_does_not_vary() -> None:
    (row,) = estimate_rate(EventCounts.of([2, 3], [300, 900], [7, 7]), method="robust").rows()
    assert (row["low"], row["absent_reason"]) == (None, "not estimable: a single cluster does not vary")


def test_counts_that_vary_less_than_poisson_counts_say_so() -> None:
    rate, dispersion = estimate_rate(counts_of("even")).rows()
    assert dispersion["value"] == 0
    assert "dispersion 0" in rate["method"]
    assert "dispersion 0" not in estimate_rate(counts_of("trial")).rows()[0]["method"]


def test_the_method_is_always_named() -> None:
    methods = ("exact", "robust", "negative binomial")
    named = {estimate_rate(counts_of("few"), method=method).rows()[0]["method"] for method in methods}  # type: ignore[arg-type]
    assert named == {
        "Poisson rate, exact interval",
        "Poisson rate, robust interval by cluster on the log scale",
        "negative binomial rate, Wald interval on the log scale",
    }


def test_who_was_never_observed_is_left_out_of_the_rate() -> None:
    (row,) = estimate_rate(EventCounts.of([1, 0], [365.25, 0]), method="exact").rows()
    assert (row["n"], row["value"], row["denominator"]) == (1, 1.0, 1.0)


@pytest.mark.parametrize(
    ("events", "days", "said"),
    [([1], [0], "on no days"), ([-1], [9], "0 or more"), ([1.5], [9], "whole"), ([1, 2], [9], "as many")],
)
def test_counts_that_cannot_be_are_refused(events: list[float], days: list[float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        EventCounts.of(events, days)


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(ValueError, match="method must be one of"):
        estimate_rate(EventCounts.of([1], [9]), method="guess")  # type: ignore[arg-type]


def test_nobody_has_no_rate() -> None:
    (row,) = estimate_rate(EventCounts.of([], [])).rows()
    assert (row["value"], row["absent_reason"]) == (None, "not estimable")
