"""The curve itself: who is at risk when, what weights and late entry mean, and what is refused."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.survival_rows import Row, columns, many_followed, many_late, textbook
from remission.stats.survival.kaplan_meier import Curve, early_risk_set, kaplan_meier


def curve_of(rows: list[Row], **more: list[float]) -> Curve:
    entry, last, event = columns(rows)
    return kaplan_meier(last, event, entry=entry, **more)


def same_curve(one: Curve, other: Curve) -> None:
    for name in ("days", "at_risk", "events", "censored", "survival", "greenwood"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-12, err_msg=name)


@given(many_late)
def test_it_equals_the_textbook_product_in_exact_fractions(rows: list[Row]) -> None:
    curve, expected = curve_of(rows), textbook(rows)
    assert curve.days.tolist() == list(expected)
    np.testing.assert_allclose(curve.survival, [float(height) for height in expected.values()], atol=1e-14)


@given(st.lists(st.integers(1, 50), min_size=1, max_size=40))
def test_without_censoring_it_is_the_share_with_a_longer_time(times: list[int]) -> None:
    curve = kaplan_meier(times, [True] * len(times))
    np.testing.assert_allclose(curve.survival, [np.mean(np.array(times) > day) for day in curve.days], atol=1e-14)


@given(st.lists(st.integers(1, 50), min_size=2, max_size=40))
def test_without_censoring_greenwood_is_the_binomial_variance(times: list[int]) -> None:
    curve = kaplan_meier(times, [True] * len(times))
    p = curve.survival[:-1]
    np.testing.assert_allclose(p**2 * curve.greenwood[:-1], p * (1 - p) / len(times), rtol=1e-9)


@given(many_late, st.randoms())
def test_the_order_of_rows_does_not_matter(rows: list[Row], rng: Random) -> None:
    shuffled = list(rows)
    rng.shuffle(shuffled)
    same_curve(curve_of(rows), curve_of(shuffled))


@given(many_followed)
def test_everybody_entering_on_day_zero_is_no_late_entry(rows: list[Row]) -> None:
    _, last, event = columns(rows)
    curve = kaplan_meier(last, event)
    same_curve(curve, curve_of(rows))
    assert curve.under_observation.tolist() == curve_of(rows).under_observation.tolist()


@given(many_late, st.data())
def test_cutting_a_row_in_two_leaves_the_curve_as_it_was(rows: list[Row], data: st.DataObject) -> None:
    entry, last, event = data.draw(st.sampled_from(rows))
    cut = data.draw(st.integers(entry, last - 1))
    pieces = [piece for piece in ((entry, cut, False), (cut, last, event)) if piece[0] < piece[1]]
    without = list(rows)
    without.remove((entry, last, event))
    whole, split = curve_of(rows), curve_of(without + pieces)
    np.testing.assert_allclose(split.survival_on(whole.days), whole.survival, atol=1e-14)
    np.testing.assert_allclose(split.at_risk_on(whole.days), whole.at_risk)
    assert split.events_until(whole.days).tolist() == whole.events_until(whole.days).tolist()


@given(many_late, st.data())
def test_a_weight_of_two_is_the_row_twice(rows: list[Row], data: st.DataObject) -> None:
    weights = data.draw(st.lists(st.integers(1, 3), min_size=len(rows), max_size=len(rows)))
    repeated = [row for row, weight in zip(rows, weights, strict=True) for _ in range(weight)]
    same_curve(curve_of(rows, weight=weights), curve_of(repeated))


@given(many_late, st.floats(0.1, 10))
def test_a_common_weight_leaves_the_heights_as_they_were(rows: list[Row], weight: float) -> None:
    np.testing.assert_allclose(
        curve_of(rows, weight=[weight] * len(rows)).survival, curve_of(rows).survival, atol=1e-12
    )


@given(many_late)
def test_the_number_at_risk_on_any_day_is_a_plain_count(rows: list[Row]) -> None:
    days = list(range(1, 60))
    expected = [sum(entry < day <= last for entry, last, _ in rows) for day in days]
    assert curve_of(rows).at_risk_on(days).tolist() == expected


def test_on_day_zero_those_about_to_be_followed_are_counted() -> None:
    assert kaplan_meier([5, 9], [True, False]).at_risk_on([0]).tolist() == [2]
    assert kaplan_meier([5, 9], [True, False], entry=[0, 3]).at_risk_on([0]).tolist() == [1]


def test_zero_days_of_follow_up_are_counted_but_never_at_risk() -> None:
    curve = kaplan_meier([0, 4, 9, 7], [True, True, False, True], entry=[0, 0, 0, 7])
    assert (curve.n, curve.n_without_follow_up) == (2, 2)
    assert curve.at_risk.tolist() == [2, 1]


def test_an_entry_before_day_zero_is_no_earlier_than_day_zero() -> None:
    same_curve(kaplan_meier([4, 9], [True, False], entry=[-50, -1]), kaplan_meier([4, 9], [True, False]))


def test_nobody_followed_gives_an_empty_curve() -> None:
    curve = kaplan_meier([0, 0], [False, True])
    assert (curve.n, curve.n_without_follow_up, curve.last_day, curve.days.tolist()) == (0, 2, 0, [])
    assert np.isnan(curve.survival_on([1])).all()
    assert kaplan_meier([], []).n == 0


def test_it_stays_at_zero_once_everybody_at_risk_had_the_event() -> None:
    # Sums of these weights do not cancel exactly: at risk on day 5 are 1e-16 more than have the event.
    curve = kaplan_meier([5, 5, 20], [True, True, False], entry=[0, 0, 10], weight=[0.4, 0.1, 0.6])
    assert curve.survival.tolist() == [0.0, 0.0]
    assert np.isinf(curve.greenwood).all()


def test_it_is_read_as_a_step_that_ends_with_the_follow_up() -> None:
    curve = kaplan_meier([10, 20, 30], [True, False, True])
    assert [curve.at(day) for day in (9, 10, 29, 99)] == [-1, 0, 1, 2]
    np.testing.assert_allclose(curve.survival_on([9, 10, 29, 30]), [1, 2 / 3, 2 / 3, 0])


def test_past_the_last_follow_up_only_a_curve_at_zero_has_a_height() -> None:
    gone, some_left = kaplan_meier([10, 30], [True, True]), kaplan_meier([10, 30], [True, False])
    np.testing.assert_allclose(gone.survival_on([30, 31, 1826]), [0, 0, 0])
    np.testing.assert_allclose(some_left.survival_on([30, 31, 1826]), [0.5, np.nan, np.nan])
    assert (gone.at_risk_on([31]).item(), gone.known_until, some_left.known_until) == (0, np.inf, 30)


def test_the_method_says_weights_and_late_entry() -> None:
    assert kaplan_meier([5], [True]).method == "Kaplan-Meier"
    assert kaplan_meier([5], [True], entry=[0]).method == "Kaplan-Meier"
    assert kaplan_meier([5], [True], entry=[2], weight=[1.5]).method == "weighted Kaplan-Meier with late entry"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"exit": [1.5], "event": [True]}, "exit must hold whole days as integers .*found float64"),
        ({"exit": [5], "event": [1]}, "event must be true or false, found int64"),
        ({"exit": [5], "event": [True], "weight": [0.0]}, "weight must be positive and finite, found 0.0"),
        ({"exit": [5], "event": [True], "weight": [float("nan")]}, "weight must be positive and finite, found nan"),
        ({"exit": [5, 6], "event": [True]}, r"of one length, found \{'exit': \(2,\), 'event': \(1,\)\}"),
        ({"exit": [5], "event": [True], "entry": [0, 0]}, "of one length"),
        ({"exit": [2_000_000], "event": [True]}, "exit must be days of at most 1,000,000, found 2,000,000"),
    ],
)
def test_it_refuses_arrays_it_cannot_mean(arguments: dict[str, list[object]], message: str) -> None:
    last, event = arguments.pop("exit"), arguments.pop("event")
    with pytest.raises(ValueError, match=message):
        kaplan_meier(last, event, **arguments)


def test_it_warns_when_the_curve_falls_before_the_others_have_entered() -> None:
    early_loner = kaplan_meier([40, *range(200, 220)], [True] * 21, entry=[0] + [100] * 20)
    warning = early_risk_set(early_loner)
    assert warning is not None
    assert warning.startswith("on day 40 only 1 of at most 20 were at risk when an event happened")


def test_it_does_not_warn_of_small_risk_sets_at_the_end_or_without_an_event() -> None:
    assert early_risk_set(kaplan_meier(list(range(1, 30)), [True] * 29)) is None
    assert early_risk_set(kaplan_meier([40, *range(200, 220)], [False] + [True] * 20, entry=[0] + [100] * 20)) is None
    assert early_risk_set(kaplan_meier([], [])) is None
