"""Events and calendars of trials: by hand, against drawn people, at their edges, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remission.inputs.not_a_design import NotADesign
from remission.stats.sample_size.average_ratio import average_ratios
from remission.stats.sample_size.calendar import (
    Accrual,
    Arm,
    Calendar,
    PiecewiseHazard,
    events_by_piece,
    events_in_the_end,
    expected_events,
    people_needed,
    time_of_events,
)
from remission.stats.sample_size.events import drift_of_events, events_needed, power_of_events, stratified_events

PEOPLE = 400_000
NOBODY = Arm(PiecewiseHazard.constant(0.0), 1.0)
BOTH = tuple(Arm(PiecewiseHazard.constant(rate), 0.5) for rate in (0.05, 0.1))


def drawn(hazard: PiecewiseHazard, random: np.random.Generator) -> np.ndarray:
    """Times at which a drawn exponential is reached by the cumulative hazard, by walking the pieces."""
    left, times = random.exponential(size=PEOPLE), np.full(PEOPLE, np.inf)
    for start, end, rate in zip(hazard.starts, (*hazard.starts[1:], math.inf), hazard.rates, strict=True):
        inside = np.isinf(times) & (left <= rate * (end - start) if rate else False)
        times[inside] = start + left[inside] / (rate or 1.0)
        left = left - (rate * (end - start) if math.isfinite(end) else 0.0)
    return times


@pytest.mark.parametrize("followed_for", [None, 9.0])
def test_the_plain_twin_draws_people(followed_for: float | None) -> None:
    random = np.random.default_rng(3)
    hazard, dropout = PiecewiseHazard((0.0, 4.0, 10.0), (0.1, 0.02, 0.05)), PiecewiseHazard((0.0, 6.0), (0.01, 0.04))
    accrual = Accrual((0.0, 5.0, 8.0), (4.0, 0.0, 10.0))
    calendar = Calendar(100.0, accrual, (Arm(hazard, 1.0, dropout),), followed_for)
    entry = np.array([accrual.until(one) for one in np.linspace(0.001, 100, 2000)])[random.integers(0, 2000, PEOPLE)]
    event = drawn(hazard, random)
    seen = (event < drawn(dropout, random)) & (event <= (followed_for or math.inf))
    for at in (3.0, 9.0, 14.0, 40.0):
        share = float((seen & (entry + event <= at)).mean())
        assert expected_events([at], calendar)[0, 0] == pytest.approx(100 * share, abs=0.35)
    assert events_in_the_end(calendar) == pytest.approx(100 * float(seen.mean()), abs=0.35)


rates = st.floats(0, 0.4)


@settings(max_examples=30, deadline=None)
@given(
    st.tuples(rates, rates, rates), st.tuples(rates, rates), st.floats(0.5, 40), st.one_of(st.none(), st.floats(1, 20))
)
def test_events_are_the_sum_over_moments_of_entry(
    hazards: tuple[float, float, float], leaving: tuple[float, float], at: float, followed_for: float | None
) -> None:
    hazard, dropout = PiecewiseHazard((0.0, 3.0, 11.0), hazards), PiecewiseHazard((0.0, 5.0), leaving)
    accrual = Accrual((0.0, 2.0), (3.0, 9.0))
    calendar = Calendar(60.0, accrual, (Arm(hazard, 1.0, dropout),), followed_for)
    steps = 20_000
    own = (np.arange(steps) + 0.5) * at / steps
    density = hazard.at(own) * np.exp(-hazard.cumulative(own) - dropout.cumulative(own))
    # Whoever has the event so long after entry must have entered so long before.
    entered = np.minimum(accrual.entered(at - own), 60.0)
    within = own <= (math.inf if followed_for is None else followed_for)
    expected = float((density * entered * within).sum() * at / steps)
    assert expected_events([at], calendar)[0, 0] == pytest.approx(expected, abs=0.02)
    pieces = events_by_piece(at, calendar, (0.0, 2.5, 7.0))
    assert float(pieces.sum()) == pytest.approx(float(expected_events([at], calendar).sum()), abs=1e-10)


def test_nearly_no_hazard_loses_no_digit() -> None:
    tiny = Calendar(100.0, Accrual.constant(10.0), (Arm(PiecewiseHazard.constant(1e-9), 1.0),))
    # Ten months of accrual and ten more: a mean of 15 months of follow-up.
    assert expected_events([20.0], tiny)[0, 0] == pytest.approx(1.5e-6, rel=1e-7)


def test_the_way_back_from_events_to_time_and_people() -> None:
    calendar = Calendar(100.0, Accrual.ramp(6, 10), BOTH)
    at = time_of_events(60, calendar)
    assert float(expected_events([at], calendar).sum()) == pytest.approx(60, abs=1e-8)
    people = people_needed(60, Accrual.constant(10.0), BOTH, follow_up=12.0)
    ends = Calendar(people, Accrual.constant(10.0), BOTH)
    assert float(expected_events([ends.accrual_ends + 12], ends).sum()) == pytest.approx(60, abs=1e-7)


def test_a_ramp_lets_in_as_many_as_its_line() -> None:
    ramp = Accrual.ramp(12, 10, steps=24)
    assert ramp.entered([6, 12, 13]) == pytest.approx([15, 60, 70])


def test_events_by_hand_and_back() -> None:
    drift = 1.959963984540054 + 1.2815515655446004
    assert events_needed(0.5) == pytest.approx(4 * (drift / math.log(2)) ** 2)
    assert events_needed(0.5, allocation=2, formula="freedman") == pytest.approx(drift**2 / 0.25 * 4 / 2)
    assert power_of_events(events_needed(0.7, allocation=3), 0.7, allocation=3) == pytest.approx(0.9)
    assert drift_of_events(100, 2.0) == pytest.approx(-drift_of_events(100, 0.5))
    assert stratified_events(0.5, [2, 2], [0.3, 0.7], drift=drift) == pytest.approx(events_needed(0.5, allocation=2))


def test_proportional_hazards_average_to_their_ratio_at_every_look() -> None:
    control = PiecewiseHazard((0.0, 6.0), (0.1, 0.04))
    calendar = Calendar(200, Accrual.constant(20.0), (Arm(control.times(0.6), 0.5), Arm(control, 0.5)))
    for told in average_ratios([4.0, 12.0, 30.0], calendar):
        assert told.ratio == pytest.approx(0.6)
        assert told.drift == pytest.approx(drift_of_events(told.events, 0.6))


def test_where_one_arm_has_no_hazard_there_is_no_ratio() -> None:
    calendar = Calendar(200, Accrual.constant(20.0), (Arm(PiecewiseHazard((0.0, 6.0), (0.1, 0.0)), 0.5), BOTH[1]))
    early, late = average_ratios([5.0, 20.0], calendar)
    assert early.ratio == pytest.approx(1.0)
    assert (late.ratio, late.drift) == (None, None)
    assert late.events > 0


def test_every_reason_is_told_at_once() -> None:
    with pytest.raises(NotADesign) as told:
        PiecewiseHazard((0.0, 6.0, 3.0), (0.1, -0.2))
    assert len(told.value.reasons) == 3
    with pytest.raises(NotADesign) as told:
        Calendar(500, Accrual((0.0, 10.0), (10.0, 0.0)), (Arm(PiecewiseHazard.constant(0.1), 0.7),), followed_for=-1)
    assert [word in str(told.value) for word in ("never reaches 500", "add up to 1", "followed_for")] == [True] * 3


@pytest.mark.parametrize(
    ("asked", "said"),
    [(lambda: Accrual((0.0,), (0.0,)), "nobody enters"),
     (lambda: Accrual((0.0, 10.0), (3.0, 0.0)).until(31), "never reaches 31"),
     (lambda: time_of_events(101, Calendar(100, Accrual.constant(10), BOTH)), "never come"),
     (lambda: time_of_events(0, Calendar(100, Accrual.constant(10), BOTH)), "events must be above 0"),
     (lambda: expected_events([-1.0], Calendar(100, Accrual.constant(10), BOTH)), "0 or later"),
     (lambda: people_needed(50, Accrual((0.0, 5.0), (10.0, 0.0)), BOTH, follow_up=12), "accrual ends at 50"),
     (lambda: people_needed(50, Accrual.constant(10), (NOBODY,), follow_up=1), "no event"),
     (lambda: events_needed(1.0), "must not be 1"),
     (lambda: events_needed(-0.5, allocation=0), "hazard_ratio must be above 0.*allocation must be above 0"),
     (lambda: power_of_events(0, 0.5), "events must be above 0"),
     (lambda: events_needed(0.5, formula="lakatos"), "schoenfeld, freedman"),  # type: ignore[arg-type]
     (lambda: stratified_events(0.5, [1, 2], [0.5, 0.6], drift=3), "add up to 1"),
     (lambda: average_ratios([0.0], Calendar(100, Accrual.constant(10), BOTH)), "above 0")],
)  # fmt: skip
def test_what_cannot_be_is_refused(asked: object, said: str) -> None:
    with pytest.raises(NotADesign, match=said):
        asked()  # type: ignore[operator]
