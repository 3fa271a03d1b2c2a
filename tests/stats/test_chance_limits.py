"""Limits of chance: the binomial's own quantiles, and never fewer studies inside than they promise."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.stats.chance_limits import chance_limits


def inside(share: float, people: int, low: float, high: float) -> float:
    """The probability of a number of people between two shares, added up term by term."""
    return sum(
        comb(people, events) * share**events * (1 - share) ** (people - events)
        for events in range(people + 1)
        if low - 1e-12 <= events / people <= high + 1e-12
    )


@given(st.floats(0, 1), st.integers(1, 400), st.sampled_from([0.8, 0.95, 0.998]))
def test_at_least_the_level_lies_between_the_limits(share: float, people: int, level: float) -> None:
    ((size, low, high),) = chance_limits(share, [people], level)
    assert size == people
    assert 0 <= low <= high <= 1
    assert inside(share, people, low, high) >= level - 1e-9


@given(st.floats(0.001, 0.999), st.integers(1, 300))
def test_a_step_nearer_on_either_side_would_leave_out_too_many(share: float, people: int) -> None:
    ((_, low, high),) = chance_limits(share, [people])
    below, above = inside(share, people, 0, low), inside(share, people, 0, high)
    assert below >= 0.025 - 1e-9
    assert above >= 0.975 - 1e-9
    assert inside(share, people, 0, low) - inside(share, people, low, low) < 0.025 + 1e-9
    assert inside(share, people, 0, high) - inside(share, people, high, high) < 0.975 + 1e-9


def test_sizes_come_in_order_and_once() -> None:
    assert [people for people, _, _ in chance_limits(0.1, [50, 10, 50])] == [10, 50]


@pytest.mark.parametrize(("share", "expected"), [(0.0, (0.0, 0.0)), (1.0, (1.0, 1.0))])
def test_what_is_certain_has_limits_of_its_own(share: float, expected: tuple[float, float]) -> None:
    assert chance_limits(share, [30]) == [(30, *expected)]


@pytest.mark.parametrize(("share", "sizes", "level"), [(1.2, [5], 0.95), (0.1, [0], 0.95), (0.1, [5], 1.0)])
def test_what_cannot_be_is_refused(share: float, sizes: list[int], level: float) -> None:
    with pytest.raises(ValueError, match=r"between|level"):
        chance_limits(share, sizes, level)
