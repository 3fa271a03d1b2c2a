"""Trials with looks: by hand, against simulated sums, at their edges, and what is refused."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri

from remission.inputs.not_a_design import NotADesign
from remission.stats.group_sequential.boundaries import Boundaries, Futility, find_boundaries
from remission.stats.group_sequential.conditional import conditional_power, predictive_power
from remission.stats.group_sequential.crossing import crossing_probabilities
from remission.stats.group_sequential.drift import find_drift, inflation
from remission.stats.group_sequential.spending import spend

TRIALS = 200_000


def simulated(looks: Boundaries, drift: float, *, keep_futility: bool = True) -> tuple[list[float], list[float]]:
    """The plain twin: sums drawn step by step, each trial ended by hand; shares that end above and below by look."""
    random = np.random.default_rng(5)
    going, total, before = np.ones(TRIALS, dtype=bool), np.zeros(TRIALS), 0.0
    above, below = [], []
    for look, time in enumerate(looks.fractions):
        total = total + random.normal(drift * (time - before), math.sqrt(time - before), TRIALS)
        z, before, last = total / math.sqrt(time), time, look == len(looks.fractions) - 1
        low = -math.inf
        if looks.sides == 2:
            low = -looks.upper[look]
        elif last:
            low = looks.upper[-1]
        elif looks.futility and keep_futility:
            low = looks.futility[look]
        up, down = going & (z >= looks.upper[look]), going & (z < low)
        above.append(float(up.mean()))
        below.append(float(down.mean()))
        going = going & ~up & ~down
    return above, below


@pytest.mark.parametrize(
    ("sides", "futility"),
    [(1, None), (2, None), (1, Futility(beta=0.1)), (1, Futility(beta=0.1, binding=True)),
     (1, Futility(bounds=(-0.5, 0.3, 1.0), binding=True))],
)  # fmt: skip
@pytest.mark.parametrize("drift", [0.0, 2.5])
def test_the_plain_twin_ends_simulated_trials_as_often(sides: int, futility: Futility | None, drift: float) -> None:
    looks = find_boundaries(0.05, [0.3, 0.5, 0.8, 1], "obrien-fleming", futility, sides=sides)  # type: ignore[arg-type]
    told = crossing_probabilities(looks, drift)
    above, below = simulated(looks, drift)
    # Four Monte-Carlo errors of a share of one half.
    assert told.upper == pytest.approx(above, abs=0.0045)
    assert told.lower == pytest.approx(below, abs=0.0045)


fractions_of = st.lists(st.integers(2, 19), min_size=0, max_size=4, unique=True).map(
    lambda twentieths: [one / 20 for one in sorted(twentieths)] + [1.0]
)
kinds = st.sampled_from([("obrien-fleming", None), ("pocock", None), ("hwang-shih-decani", -3.0)])


@settings(max_examples=25, deadline=None)
@given(fractions_of, kinds, st.floats(0.005, 0.2), st.sampled_from([1, 2]), st.booleans())
def test_as_much_is_spent_as_was_asked(
    fractions: list[float], kind: tuple[str, float | None], alpha: float, sides: int, binding: bool
) -> None:
    futility = Futility(bounds=(-0.3,) * (len(fractions) - 1), binding=binding) if sides == 1 else None
    looks = find_boundaries(alpha, fractions, kind[0], futility, gamma=kind[1], sides=sides)  # type: ignore[arg-type]
    told = crossing_probabilities(looks, 0.0, keep_futility=binding)
    both = np.cumsum(told.upper) + (np.cumsum(told.lower) if sides == 2 else 0.0)
    assert both == pytest.approx(np.array(looks.spent), abs=1e-12)
    assert looks.spent[-1] == pytest.approx(alpha, rel=1e-12)


@settings(max_examples=20, deadline=None)
@given(fractions_of, st.floats(0.05, 0.3), st.booleans())
def test_beta_is_spent_as_was_asked_and_power_is_what_is_left(
    fractions: list[float], beta: float, binding: bool
) -> None:
    looks = find_boundaries(0.025, fractions, "pocock", Futility(beta, binding=binding))
    assert looks.drift is not None
    told = crossing_probabilities(looks, looks.drift)
    assert np.cumsum(told.lower) == pytest.approx(np.array(spend("obrien-fleming", beta, fractions)), abs=1e-10)
    assert told.power == pytest.approx(1 - beta, abs=1e-10)
    assert find_drift(looks, 1 - beta) == pytest.approx(looks.drift, abs=1e-8)


def test_the_bounds_that_are_asked_for() -> None:
    looks = find_boundaries(0.025, [0.5, 0.75, 1], "obrien-fleming")
    assert looks.upper == pytest.approx((2.96258804273, 2.35901770741, 2.01408367604), abs=1e-8)
    assert looks.levels == pytest.approx((0.001525323, 0.009162235, 0.022000566), abs=1e-5)


def test_one_look_is_a_fixed_trial() -> None:
    looks = find_boundaries(0.025, [1], "pocock")
    assert looks.upper == pytest.approx((1.959963984540054,), abs=1e-12)
    assert inflation(looks, 0.9) == pytest.approx(1.0, abs=1e-10)
    assert crossing_probabilities(looks, 3.0).expected_fraction == 1.0


def test_futility_that_binds_lowers_bounds_and_else_does_not() -> None:
    plain = find_boundaries(0.025, [0.4, 0.7, 1], "pocock")
    free = find_boundaries(0.025, [0.4, 0.7, 1], "pocock", Futility(bounds=(0.0, 0.8)))
    bound = find_boundaries(0.025, [0.4, 0.7, 1], "pocock", Futility(bounds=(0.0, 0.8), binding=True))
    assert free.upper == plain.upper
    assert bound.upper[0] == plain.upper[0]
    assert bound.upper[2] < plain.upper[2]
    # Who does not keep a binding bound spends more than alpha.
    assert crossing_probabilities(bound, 0.0, keep_futility=False).power > 0.0252


def test_nothing_is_spent_where_nothing_is_asked() -> None:
    looks = find_boundaries(0.025, [0.3, 0.6, 1], [0.0, 0.01, 0.025])
    assert looks.upper[0] == math.inf
    assert looks.upper[1] == pytest.approx(-ndtri(0.01), abs=1e-10)
    assert find_boundaries(0.025, [0.02, 1], "obrien-fleming").upper[0] == math.inf
    assert crossing_probabilities(looks, 3.0).upper[0] == 0.0


def test_means_by_look_of_a_steady_drift_are_that_drift() -> None:
    looks = find_boundaries(0.025, [0.3, 0.6, 1], "pocock", Futility(bounds=(-1.0, 0.2)))
    by_look = [2.8 * math.sqrt(time) for time in looks.fractions]
    steady, told = crossing_probabilities(looks, 2.8), crossing_probabilities(looks, by_look)
    assert (*told.upper, *told.lower) == pytest.approx((*steady.upper, *steady.lower), abs=1e-12)
    assert crossing_probabilities(looks, [0.0, 0.0, 2.8]).upper[0] == pytest.approx(ndtr(-looks.upper[0]))


@settings(max_examples=25, deadline=None)
@given(st.floats(0.1, 0.9), st.floats(-2, 4), st.floats(-1, 4), st.floats(0.1, 5))
def test_with_one_look_to_come_both_powers_have_formulas(time: float, z: float, drift: float, sd: float) -> None:
    looks = find_boundaries(0.025, [time, 1], "obrien-fleming")
    now, left = z * math.sqrt(time), 1 - time
    expected = ndtr((now + drift * left - looks.upper[-1]) / math.sqrt(left))
    assert conditional_power(looks, 1, z, drift) == pytest.approx(expected, abs=1e-12)
    precision = time + 1 / sd**2
    mean = (now + drift / sd**2) / precision
    spread = math.sqrt(left + left**2 / precision)
    predicted = ndtr((now + mean * left - looks.upper[-1]) / spread)
    assert predictive_power(looks, 1, z, prior=(drift, sd)) == pytest.approx(predicted, abs=1e-8)
    flat = ndtr((z / math.sqrt(time) - looks.upper[-1]) / math.sqrt(left / time))
    assert predictive_power(looks, 1, z) == pytest.approx(flat, abs=1e-8)


def test_every_reason_is_told_at_once() -> None:
    with pytest.raises(NotADesign) as told:
        find_boundaries(1.5, [0.5, 0.4], "pokock", Futility(), gamma=1.0, sides=2)  # type: ignore[arg-type]
    assert len(told.value.reasons) == 5
    for word in ("alpha", "information fractions", "pokock", "one side", "either beta"):
        assert word in str(told.value)
    assert pickle.loads(pickle.dumps(told.value)).reasons == told.value.reasons


@pytest.mark.parametrize(
    ("asked", "said"),
    [(lambda: find_boundaries(0.025, [0.5, 1], [0.01, 0.03]), "more than alpha"),
     (lambda: find_boundaries(0.025, [0.5, 1], [0.02, 0.01]), "never fall"),
     (lambda: find_boundaries(0.025, [0.5, 1], [0.01]), "2 looks, found 1"),
     (lambda: find_boundaries(0.025, [0.5, 1.2], "pocock"), "information fractions"),
     (lambda: find_boundaries(0.025, [0.5, 1], "hwang-shih-decani"), "gamma"),
     (lambda: find_boundaries(0.025, [0.5, 0.9], "pocock", Futility(beta=0.1)), "last fraction is 0.9"),
     (lambda: find_boundaries(0.025, [0.5, 1], "pocock", Futility(bounds=(2.5,))), "not below the bound for effect"),
     (lambda: find_boundaries(0.025, [0.5, 1], "pocock", Futility(bounds=(0.1, 0.2))), "each look but the last"),
     (lambda: crossing_probabilities(find_boundaries(0.025, [0.5, 1], "pocock"), [1.0]), "one for each of 2 looks"),
     (lambda: crossing_probabilities(find_boundaries(0.025, [0.5, 1], "pocock"), math.nan), "finite"),
     (lambda: find_drift(find_boundaries(0.025, [0.5, 1], "pocock"), 0.01), "above the error"),
     (lambda: conditional_power(find_boundaries(0.025, [0.5, 1], "pocock"), 2, 1.0, 3.0), "from 1 to 1"),
     (lambda: predictive_power(find_boundaries(0.025, [0.5, 1], "pocock"), 1, 1.0, (0.0, 0.0)), "standard deviation")],
)  # fmt: skip
def test_what_cannot_be_is_refused(asked: object, said: str) -> None:
    with pytest.raises(NotADesign, match=said):
        asked()  # type: ignore[operator]
