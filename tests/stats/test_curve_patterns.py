"""Patterns behind a curve that was read: a plain search beside ours, true patterns found again, HALT-MS exactly."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.evaluation import evaluate
from remission.outcomes.load import load_cohort
from remission.stats.consistency.curve_patterns import PrintedShare, search_curve
from remission.stats.consistency.pattern_times import times_of_pattern
from remission.stats.consistency.patterns import printed_by
from remission.stats.consistency.printed import Printed
from remission.stats.intervals import normal_quantile
from remission.stats.survival.from_points import rebuild_times
from remission.stats.survival.kaplan_meier import kaplan_meier
from remission.stats.survival.time_at_risk import Floats

PATTERN = (24, 22, 21, 20, 19, 17, 16)
DAYS = np.linspace(0, 1826, 241)[1:]
GRID = np.array([0, 365, 731, 1096, 1461, 1826])


def at_risk_of(exit: NDArray[Any], event: NDArray[Any]) -> tuple[int, ...]:
    """The numbers at risk at each event, two of one day being two, one at risk fewer."""
    days, many = np.unique(exit[event], return_counts=True)
    return tuple(int((exit >= day).sum()) - k for day, m in zip(days, many, strict=True) for k in range(m))


@pytest.fixture(scope="module")
def halt_ms() -> tuple[NDArray[Any], NDArray[Any]]:
    """Times and events of the bundled cohort."""
    spells = evaluate(load_cohort("halt-ms"), load_endpoint("halt-ms-efs")).first.first.spells
    return spells["exit_day"].to_numpy(), spells["event"].to_numpy()


def read(halt_ms: tuple[NDArray[Any], NDArray[Any]], seed: int, error: float = 0.0015) -> Floats:
    draw = np.random.default_rng(seed)
    shares = kaplan_meier(*halt_ms).survival_on(DAYS.astype(int)) + draw.normal(0, error, DAYS.size)
    return np.asarray(np.clip(shares, 0, 1))


@pytest.mark.parametrize("seed", range(3))
def test_halt_ms_comes_back_from_its_curve_alone(halt_ms: tuple[NDArray[Any], NDArray[Any]], seed: int) -> None:
    found = search_curve(DAYS, read(halt_ms, seed), [0], [24], 0.0015)
    assert [one.at_risk for one in found.patterns] == [PATTERN]
    assert (found.fitting, found.searched, found.of) == (1, 2**24, 2**24)


def test_exact_beats_the_approximation_on_the_same_points(halt_ms: tuple[NDArray[Any], NDArray[Any]]) -> None:
    truth = kaplan_meier(*halt_ms)
    off = []
    for seed in range(3):
        shares = read(halt_ms, seed)
        (pattern,) = search_curve(DAYS, shares, [0], [24], 0.0015, events=7).patterns
        both = times_of_pattern(pattern, [0], [24], 1826), rebuild_times(DAYS, shares, [0], [24], 7)
        curves = [kaplan_meier(np.ceil(one.exit).astype(int), one.event) for one in both]
        off.append([abs(float(one.log_variance[one.at(1826)] - truth.log_variance[truth.at(1826)])) for one in curves])
        assert at_risk_of(both[0].exit, both[0].event) == PATTERN
    exact, approximate = np.mean(off, axis=0)
    assert exact < 1e-12
    assert approximate > 1e-4


def test_a_larger_error_of_reading_leaves_more_and_print_leaves_less(
    halt_ms: tuple[NDArray[Any], NDArray[Any]],
) -> None:
    days, shares = DAYS[::12], read(halt_ms, 1, 0.004)[::12]
    wide = search_curve(days, shares, [0], [24], 0.004, events=7)
    assert wide.fitting > 20
    assert PATTERN in [one.at_risk for one in wide.patterns]
    printed = PrintedShare(1826, Printed.of("69.2"), Printed.of("50.2"), Printed.of("82.1"), 0.90)
    narrow = search_curve(days, shares, [0], [24], 0.004, events=7, printed=[printed])
    assert PATTERN in [one.at_risk for one in narrow.patterns]
    assert narrow.fitting < wide.fitting
    for one in narrow.patterns:
        assert printed_by(one.at_risk, (printed.value, printed.low, printed.high), 0.90)


def test_a_search_that_ends_unfinished_gives_nothing_and_says_how_far_it_came() -> None:
    found = search_curve(DAYS, np.linspace(0.99, 0.4, 240), [0], [60], 0.01, branches=2000)
    assert not found.is_whole
    assert (found.patterns, found.searched, found.of) == ((), 0, 2**60)
    assert found.stopped is not None
    assert 0 < found.stopped < 1826


def test_who_has_the_event_at_the_time_of_a_printed_number_is_in_it() -> None:
    # 8 are there just before time 2, so an event of one of 7 can be neither before it nor at it.
    for at_risk, patterns in ((7, []), (8, [(8,)]), (9, [(9,)])):
        found = search_curve([1, 2], [1, 1 - 1 / at_risk], [0, 2], [10, 8], 0.0)
        assert [one.at_risk for one in found.patterns] == patterns


def plain(shares: list[float], people: int, error: float) -> set[tuple[int, ...]]:
    """The same by going through every pattern at readings 1, 2, ..., one after the other, without a table."""
    reach = normal_quantile(1 - 0.01 / len(shares))
    far = max(error * reach, 0.00005)

    def walk(place: int, numbers: tuple[int, ...], level: list[float]) -> Iterator[tuple[int, ...]]:
        share = math.prod(1 - 1 / n for n in numbers)
        ends = 0 < share < 1 and abs(sum(level)) > far * math.sqrt(len(level)) + 1e-9
        for n in range(1, numbers[-1] if numbers else people + 1):
            if place < len(shares) and not ends and share * (1 - 1 / n) >= shares[place] - far:
                yield from walk(place, (*numbers, n), [])
        if place == len(shares):
            yield from () if ends else (numbers,)
        elif abs(share - shares[place]) <= far:
            yield from walk(place + 1, numbers, [*level, share - shares[place]])

    return set(walk(0, (), []))


@settings(max_examples=20)
@given(st.data())
def test_a_plain_search_finds_the_same_patterns(data: st.DataObject) -> None:
    people = data.draw(st.integers(2, 8))
    numbers = sorted(data.draw(st.sets(st.integers(1, people), max_size=4)), reverse=True)
    steps = np.cumprod([1.0, *(1 - 1 / n for n in numbers)])
    places = sorted(data.draw(st.lists(st.integers(0, len(numbers)), min_size=3, max_size=6)))
    error = data.draw(st.sampled_from([0.0, 0.005, 0.02]))
    off = data.draw(st.lists(st.floats(-1.5, 1.5), min_size=len(places), max_size=len(places)))
    shares = [float(min(max(steps[k] + error * z, 0), 1)) for k, z in zip(places, off, strict=True)]
    found = search_curve(np.arange(1, len(shares) + 1), shares, [0], [people], error)
    assert {one.at_risk for one in found.patterns} == plain(shares, people, error)
    assert [one.misfit for one in found.patterns] == sorted(one.misfit for one in found.patterns)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=2, max_size=14))
def test_the_true_pattern_is_found_and_its_people_have_its_curve_and_its_table(people: list[tuple[int, bool]]) -> None:
    exit, event = np.array([10 * day for day, _ in people]), np.array([had for _, had in people])
    grid = np.array([0, 95, 200, 305])
    table = [exit.size, *((exit >= day).sum() for day in grid[1:])]
    # Read as far as anybody is followed: beyond, nothing is known.
    times = np.append(np.arange(5, exit.max(), 10), exit.max())
    found = search_curve(times, kaplan_meier(exit, event).survival_on(times), grid, table, 0.0)
    truth = at_risk_of(exit, event)
    assert truth in [one.at_risk for one in found.patterns]
    for one in found.patterns[:3]:
        made = times_of_pattern(one, grid, table, 405)
        assert made.exit.size == exit.size
        assert at_risk_of(made.exit, made.event) == one.at_risk
        assert made.at_risk.tolist() == table
