"""Run charts: the plain rules month by month, what signals and what does not, and how often."""

from __future__ import annotations

import math
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remission.stats.months.run_chart import LEAST_SIDE, LEAST_USEFUL, run_chart, runs_limits

NAN = math.nan
SETTINGS = settings(max_examples=150)

a_series = st.lists(st.integers(0, 9) | st.just(NAN), min_size=24, max_size=24)
a_shifted_series = st.tuples(a_series, st.integers(0, 24), st.integers(-30, 30)).map(
    lambda one: [value + (one[2] if place >= one[1] else 0) for place, value in enumerate(one[0])]
)


def plain_quantile(trials: int) -> int:
    sums = np.cumsum([math.comb(trials, k) for k in range(trials + 1)], dtype=object)
    return next(k for k, total in enumerate(sums) if 20 * total >= 2**trials)


def plain_runs(series: list[float]) -> tuple[int, int, int]:
    known = [value for value in series if not math.isnan(value)]
    if not known:
        return 0, 0, 0
    median = float(np.median(known))
    sides = [value > median for value in known if value != median]
    runs = [len(list(run)) for _, run in groupby(sides)]
    return len(sides), max(runs, default=0), max(len(runs) - 1, 0)


def plain_step(series: list[float]) -> tuple[int, float, float]:
    places = [place for place, value in enumerate(series) if not math.isnan(value)]
    best = (math.inf, -1, NAN, NAN)
    for k in range(LEAST_SIDE, len(places) - LEAST_SIDE + 1):
        sides = [np.array([series[place] for place in part]) for part in (places[:k], places[k:])]
        squares = sum(float(((side - side.mean()) ** 2).sum()) for side in sides)
        if squares < best[0] - 1e-9:
            best = (squares, places[k], *(float(side.mean()) for side in sides))
    return best[1:]


@SETTINGS
@given(st.lists(a_series | a_shifted_series, min_size=1, max_size=4))
def test_many_series_at_once_are_each_by_hand(rows: list[list[float]]) -> None:
    chart = run_chart(rows)
    for place, series in enumerate(rows):
        useful, longest, crossings = plain_runs(series)
        found = (chart.useful[place], chart.longest[place], chart.crossings[place])
        assert found == (useful, longest, crossings)
        signal = useful >= LEAST_USEFUL and (
            longest > round(math.log2(useful) + 3) or crossings < plain_quantile(useful - 1)
        )
        assert (chart.signal[place], chart.judged[place]) == (signal, useful >= LEAST_USEFUL)
        expected = plain_step(series) if signal else (-1, NAN, NAN)
        ours = (chart.step[place], chart.before[place], chart.after[place])
        np.testing.assert_allclose(ours, expected, rtol=1e-9, atol=1e-9)


def test_limits_are_those_of_a_fair_coin() -> None:
    allowed, needed = runs_limits(range(1, 130))
    assert needed.tolist() == [plain_quantile(n - 1) for n in range(1, 130)]
    assert allowed.tolist() == [round(math.log2(n) + 3) for n in range(1, 130)]


def test_no_months_have_no_limits() -> None:
    chart = run_chart([[NAN] * 12])
    assert runs_limits(0) == (0, 0)
    assert (chart.useful.item(), chart.signal.item(), chart.step.item()) == (0, False, -1)
    assert math.isnan(chart.median.item())
    assert run_chart(np.empty((3, 0))).signal.tolist() == [False] * 3


def test_nine_months_are_not_judged_however_they_lie() -> None:
    # Five below the median, two on it, four above: one crossing where a coin makes two or more.
    chart = run_chart([1, 1, 1, 1, 1, 3, 3, 5, 5, 5, 5])
    assert (chart.useful, chart.crossings, chart.crossings_needed, chart.judged) == (9, 1, 2, False)
    assert not chart.signal


def test_a_month_on_the_median_neither_ends_a_run_nor_lengthens_it() -> None:
    # Median 5: five below, one on it, five above; without it the runs are 3, 5, 2.
    chart = run_chart([1, 2, 3, 9, 8, 5, 7, 9, 8, 1, 2])
    assert (chart.median, chart.useful, chart.longest, chart.crossings) == (5, 10, 5, 2)


def test_a_step_is_dated_at_its_first_month_across_months_without_data() -> None:
    values = [3, 4, 3, 4, 3, 4, 3, 4, NAN, NAN, 8, 9, 8, 9, 8, 9, 8, 9]
    chart = run_chart(values)
    assert (chart.step, chart.before, chart.after) == (10, 3.5, 8.5)


def test_no_level_rests_on_fewer_than_six_months() -> None:
    chart = run_chart([*[2, 3] * 8, *[2.2, 2.8] * 8, 90, 90, 90, *range(10, 20)])
    assert chart.signal
    assert 6 <= chart.step <= 45 - 6


def test_months_that_only_vary_seldom_signal_and_a_step_of_two_deviations_mostly_does() -> None:
    rng = np.random.default_rng(11)
    for months, power in ((24, 0.58), (60, 0.91)):
        noise = rng.normal(0, 1, (4000, months))
        stepped = noise + 2.0 * (np.arange(months) >= months // 2)
        still, moved = run_chart(noise), run_chart(stepped)
        assert 0.02 < still.signal.mean() < 0.10
        assert power < moved.signal.mean() < power + 0.07
        near = np.abs(moved.step[moved.signal] - months // 2) <= 1
        assert near.mean() > 0.82


def test_infinite_amounts_are_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        run_chart([1, math.inf])
