"""Times rebuilt from points of a curve: as many people, through the points, and a hazard ratio near the true one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from remission.stats.regression.cox import cox
from remission.stats.survival.from_points import levelled, rebuild_times
from remission.stats.survival.kaplan_meier import kaplan_meier
from remission.stats.survival.time_at_risk import Floats

GRID = np.linspace(0, 6000, 241)[1:]
TABLE = np.arange(0, 6001, 1200)


def read_off(exit: NDArray[Any], event: NDArray[Any], draw: np.random.Generator, error: float) -> tuple[Floats, Floats]:
    """240 points of a curve with errors of reading, on a grid of 0.002, and the numbers at risk."""
    curve = kaplan_meier(exit, event)
    at = np.searchsorted(curve.days, GRID, side="right") - 1
    share = np.where(at >= 0, curve.survival[np.maximum(at, 0)], 1.0) + draw.normal(0, error, GRID.size)
    numbers = np.array([exit.size if not one else (exit >= one).sum() for one in TABLE])
    return np.clip(np.round(share / 0.002) * 0.002, 0, 1), numbers


def difference(seed: int) -> tuple[float, float]:
    """Of one trial of 250 and 250: by how much the log hazard ratio is off, and the ratio of the two errors."""
    draw = np.random.default_rng(seed)
    ratio = draw.uniform(0.4, 0.9)
    true: list[tuple[NDArray[Any], NDArray[Any]]] = []
    made: list[tuple[NDArray[Any], NDArray[Any]]] = []
    for group in (0, 1):
        had = draw.exponential(60 / (ratio if group else 1), 250)
        lost = np.minimum(draw.exponential(120, 250), draw.uniform(36, 72, 250))
        exit, event = np.ceil(np.minimum(had, lost) * 100).astype(int), had <= lost
        shares, numbers = read_off(exit, event, draw, 0.0015)
        found = rebuild_times(GRID, shares, TABLE, numbers)
        true.append((np.minimum(exit, 6000), event & (exit <= 6000)))
        made.append((np.ceil(found.exit).astype(int), found.event))
    fits = [cox(np.concatenate([one for one, _ in both]), np.concatenate([one for _, one in both]),
                {"group": np.repeat([0, 1], [one.size for one, _ in both])}) for both in (true, made)]  # fmt: skip
    apart = float(fits[1].coefficients[0] - fits[0].coefficients[0])
    return apart, float(fits[1].standard_errors[0] / fits[0].standard_errors[0])


def test_the_hazard_ratio_is_off_by_half_a_percent_at_the_median() -> None:
    # Of all sixty of them, with the same bounds, tells docs/printed-numbers.md.
    found = np.array([difference(seed) for seed in range(12)])
    assert np.median(np.abs(found[:, 0])) <= 0.005
    assert np.quantile(np.abs(found[:, 0]), 0.9) <= 0.013
    assert abs(found[:, 1].mean() - 1) < 0.01


def test_without_losses_and_errors_of_reading_everything_comes_back() -> None:
    exit = np.array([1, 2, 2, 4, 6, 9])
    found = rebuild_times([1, 2, 4, 6, 9], [5 / 6, 3 / 6, 2 / 6, 1 / 6, 0], [0], [6])
    assert found.exit.tolist() == exit.tolist()
    assert found.event.all()


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_there_are_as_many_people_as_at_the_start_and_the_table_comes_back(data: st.DataObject) -> None:
    people = data.draw(st.integers(5, 80))
    draw = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    exit, event = np.ceil(draw.exponential(3000, people)).astype(int), draw.random(people) < 0.6
    shares, numbers = read_off(exit, event, draw, data.draw(st.sampled_from([0, 0.0015, 0.01])))
    found = rebuild_times(GRID, shares, TABLE, numbers)
    assert found.exit.size == found.event.size == people
    assert (found.exit >= 0).all()
    assert found.at_risk[0] == people
    assert (np.diff(found.at_risk) <= 0).all()


def test_printed_events_make_losses_after_the_table_come_out() -> None:
    """20 people, half of the curve left, and a table that stops at the start: losses are unknown but for the events."""
    points = ([1, 2, 3, 4, 5], [0.9, 0.8, 0.7, 0.6, 0.5])
    assert int(rebuild_times(*points, [0], [20]).event.sum()) == 10
    assert int(rebuild_times(*points, [0], [20], events=8).event.sum()) == 8


def test_readings_that_rise_are_levelled() -> None:
    assert levelled(np.array([0.9, 0.7, 0.8, 0.6])).tolist() == pytest.approx([0.9, 0.75, 0.75, 0.6])
    assert levelled(np.array([1.2, -0.1])).tolist() == [1, 0]


@pytest.mark.parametrize(
    "arrays",
    [
        ([1, 1], [0.9, 0.8], [0], [5]),
        ([1, 2], [0.9, 1.8], [0], [5]),
        ([1, 2], [0.9], [0], [5]),
        ([1, 2], [0.9, 0.8], [1], [5]),
        ([1, 2], [0.9, 0.8], [0, 1], [5, 6]),
        ([], [], [0], [5]),
    ],
)
def test_what_is_no_curve_or_no_table_is_refused(arrays: tuple[Any, Any, Any, Any]) -> None:
    with pytest.raises(ValueError, match="must"):
        rebuild_times(*arrays)
