"""The difference of two numbers from their intervals, against what was published about the method."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.stats.differences import estimate_difference
from remission.stats.proportions import estimate_proportion


def wilson(events: int, people: int) -> tuple[float, float, float]:
    row = estimate_proportion(events, people).rows()[0]
    return tuple(float(str(row[name])) for name in ("value", "low", "high"))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("pair", "expected"),
    [(((56, 70), (48, 80)), (0.0524, 0.3339)), (((9, 10), (3, 10)), (0.1705, 0.8090))],
)
def test_newcombes_examples_of_method_10(
    pair: tuple[tuple[int, int], tuple[int, int]], expected: tuple[float, float]
) -> None:
    """Newcombe 1998, Table II."""
    row = estimate_difference(wilson(*pair[0]), wilson(*pair[1])).rows()[0]
    assert [round(float(str(row[name])), 4) for name in ("low", "high")] == list(expected)


@given(st.floats(-1, 1), st.floats(0, 1), st.floats(0, 1), st.floats(-1, 1), st.floats(0, 1), st.floats(0, 1))
def test_turned_round_it_is_the_same_with_the_other_sign(
    one: float, below: float, above: float, other: float, under: float, over: float
) -> None:
    first, second = (one, one - below, one + above), (other, other - under, other + over)
    there, back = (estimate_difference(*pair).rows()[0] for pair in ((first, second), (second, first)))
    assert float(str(there["low"])) == pytest.approx(-float(str(back["high"])), abs=1e-12)
    assert float(str(there["low"])) <= float(str(there["value"])) <= float(str(there["high"]))


def test_a_value_outside_its_limits_is_refused() -> None:
    with pytest.raises(ValueError, match=r"found 0\.5 beside 0\.6 to 0\.7"):
        estimate_difference((0.5, 0.6, 0.7), (0.5, 0.4, 0.6))
