"""The curve for events seen at visits: its certificate, what it is elsewhere, and what it leaves open."""

from __future__ import annotations

import csv
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.visit_rows import visit_rows
from remission.stats.interval.climbing import CERTAIN
from remission.stats.interval.innermost import Innermost
from remission.stats.interval.npmle import IntervalCurve, estimate_interval_free, npmle
from remission.stats.survival.kaplan_meier import kaplan_meier

INF = math.inf
VALIDATION = Path(__file__).parents[2] / "validation"
Seen = tuple[int, float]
observations = st.lists(
    st.tuples(st.integers(0, 12), st.one_of(st.integers(1, 8), st.just(INF))).map(
        lambda one: (one[0], one[0] + one[1])
    ),
    min_size=1,
    max_size=25,
)


def curve_of(seen: list[Seen]) -> IntervalCurve:
    lows, highs = zip(*seen, strict=True)
    return npmle(lows, highs)


def chances(curve: IntervalCurve, seen: list[Seen]) -> list[float]:
    """The probability of each observation, one by one."""
    triples = list(zip(curve.left, curve.right, curve.mass, strict=True))
    return [sum(mass for left, right, mass in triples if low <= left and right <= high) for low, high in seen]


@given(observations)
def test_no_other_mass_on_any_days_is_more_likely(seen: list[Seen]) -> None:
    curve = curve_of(seen)
    chance = chances(curve, seen)
    assert curve.mass.sum() == pytest.approx(1)
    assert curve.log_likelihood == pytest.approx(sum(map(math.log, chance)), abs=1e-9)
    # The certificate, asked of every single day and not of innermost intervals: none would gain.
    for day in (*range(1, 22), INF):
        gain = sum(1 / f for (low, high), f in zip(seen, chance, strict=True) if low < day <= high) - len(seen)
        assert gain <= CERTAIN + 1e-9
    assert 0 <= curve.gap <= CERTAIN


@given(observations)
def test_innermost_intervals_are_those_of_the_definition(seen: list[Seen]) -> None:
    lows, highs = zip(*seen, strict=True)
    found = Innermost.of(lows, highs)
    # Starts and ends in order, an end before a start of the same day: a start right before an end.
    marks = sorted({(high, 0) for high in highs} | {(float(low), 1) for low in lows})
    expected = [(one[0], other[0]) for one, other in pairwise(marks) if one[1] == 1 and other[1] == 0]
    assert list(zip(found.left, found.right, strict=True)) == expected
    assert found.weight.sum() == len(seen)


@given(st.lists(st.tuples(st.integers(1, 20), st.booleans()), min_size=1, max_size=30))
def test_where_every_event_is_seen_on_its_day_it_is_kaplan_meier(rows: list[tuple[int, bool]]) -> None:
    days, event = (np.array(column) for column in zip(*rows, strict=True))
    curve = npmle(np.where(event, days - 1, days), np.where(event, days, INF))
    plain = kaplan_meier(days, event)
    low, high = curve.free_between(plain.days)
    np.testing.assert_allclose(low, plain.survival, atol=1e-6)
    np.testing.assert_allclose(high, plain.survival, atol=1e-6)


def test_a_weight_is_so_many_observations() -> None:
    seen = [(0, 6.0), (4, 8.0), (8, INF), (2, 5.0)]
    lows, highs = zip(*seen, strict=True)
    one, many = npmle(lows, highs, [3, 1, 2, 1]), curve_of([seen[0]] * 3 + [seen[1]] + [seen[2]] * 2 + [seen[3]])
    np.testing.assert_allclose(one.mass, many.mass, atol=1e-6)
    assert one.log_likelihood == pytest.approx(many.log_likelihood, abs=1e-6)


def test_a_day_seen_free_is_before_what_is_seen_after_it() -> None:
    # (l, r]: an event by day 10 and a person free on day 10 never meet.
    low, high = npmle([5, 10], [10, INF]).free_between([10])
    assert low.tolist() == high.tolist() == [pytest.approx(0.5)]


def test_five_hundred_random_sets_are_as_likely_as_with_npsurv() -> None:
    with (VALIDATION / "random_visits" / "answers.csv").open(encoding="utf-8", newline="") as opened:
        stored = {int(row["seed"]): float(row["log_likelihood"]) for row in csv.DictReader(opened)}
    assert len(stored) == 500
    for seed, theirs in stored.items():
        curve = npmle(*visit_rows(seed))
        assert curve.log_likelihood >= theirs - 1e-9, seed
        assert curve.gap <= CERTAIN


def test_within_an_interval_with_mass_a_range_is_printed_and_no_value() -> None:
    rows = estimate_interval_free(npmle([0, 10, 30], [10, 30, INF]), [5, 10, 20, 40]).rows()
    assert [(row["value"], row["absent_reason"]) for row in rows] == [
        (None, "not estimable"),
        (pytest.approx(2 / 3), None),
        (None, "not estimable"),
        (None, "not estimable"),
    ]
    assert (rows[0]["low"], rows[0]["high"]) == (pytest.approx(2 / 3), 1.0)
    assert "range left open by visits" in str(rows[0]["method"])


@pytest.mark.parametrize("n", [500, 3000, 200_000])
def test_large_samples_reach_the_certificate(n: int) -> None:
    rng = np.random.default_rng(n)
    event, step = rng.exponential(700, n), rng.integers(60, 120, n)
    visit = np.ceil(event / step) * step
    seen = np.where(visit <= 1200, visit, INF)
    last = np.where(visit <= 1200, visit - step, (1200 // step) * step)
    assert npmle(last.astype(int), seen).gap <= CERTAIN


@pytest.mark.parametrize(
    ("last_free", "seen", "weight", "said"),
    [
        ([5], [5], None, "seen must be after last_free, infinity where it was never seen; 1 are not"),
        ([5], [math.nan], None, "seen must be after last_free"),
        ([-1], [5], None, "last_free must be days from 0 on"),
        ([INF], [INF], None, "last_free must be days from 0 on"),
        ([], [], None, "not empty"),
        ([1, 2], [3], None, "of one length"),
        ([1], [3], [0], "weight must be positive and finite"),
    ],
)
def test_what_does_not_fit_is_said_in_words(
    last_free: list[float], seen: list[float], weight: list[float] | None, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        npmle(last_free, seen, weight)
