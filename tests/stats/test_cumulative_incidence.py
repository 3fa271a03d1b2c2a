"""Cumulative incidence: what the textbook says, what it adds up to, and its variance by its definition."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.stats.competing.aalen_johansen import Incidence, cumulative_incidence, estimate_cumulative_incidence
from remission.stats.survival.kaplan_meier import kaplan_meier

Row = tuple[int, int, int, float]  # entry, follow-up, cause, weight
rows_of_kinds = st.lists(
    st.tuples(st.integers(0, 6), st.integers(1, 6), st.integers(0, 2), st.sampled_from((0.5, 1.0, 2.5))),
    min_size=1,
    max_size=20,
)


def found_in(rows: list[Row], *, weighted: bool = True) -> Incidence:
    entry, follow_up, cause, weight = (np.array(column) for column in zip(*rows, strict=True))
    return cumulative_incidence(entry + follow_up, cause, entry=entry, weight=weight if weighted else None)


@given(rows_of_kinds)
def test_it_is_what_the_textbook_says(rows: list[Row]) -> None:
    found = found_in(rows, weighted=False)
    free, had = Fraction(1), dict.fromkeys(found.causes, Fraction(0))
    for place, day in enumerate(found.days.tolist()):
        at_risk = sum(entry < day <= entry + follow_up for entry, follow_up, *_ in rows)
        of_day = [cause for entry, follow_up, cause, _ in rows if entry + follow_up == day and cause]
        for cause in found.causes:
            had[cause] += free * Fraction(of_day.count(cause), at_risk)
        free *= 1 - Fraction(len(of_day), at_risk)
        assert found.incidence[place].tolist() == pytest.approx([float(had[cause]) for cause in found.causes])
        assert found.free[place] == pytest.approx(float(free))


@given(rows_of_kinds)
def test_incidences_and_the_share_free_add_up_to_one(rows: list[Row]) -> None:
    found = found_in(rows)
    np.testing.assert_allclose(found.incidence.sum(axis=1) + found.free, 1, atol=1e-12)


@given(rows_of_kinds)
def test_the_jackknife_is_the_sum_of_squares_of_what_a_little_more_of_each_row_changes(rows: list[Row]) -> None:
    found, step = found_in(rows), 1e-5
    if not found.causes:
        return
    cause = found.causes[0]
    squares = np.zeros(found.days.size)
    for place, (entry, follow_up, kind, weight) in enumerate(rows):
        moved = [
            found_in([*rows[:place], (entry, follow_up, kind, weight * (1 + share)), *rows[place + 1 :]]).incidence
            for share in (step, -step)
        ]
        squares += ((moved[0] - moved[1])[:, found.place(cause)] / (2 * step)) ** 2
    np.testing.assert_allclose(found.variance(cause), squares, rtol=1e-5, atol=1e-9)


@given(st.lists(st.tuples(st.integers(1, 30), st.booleans()), min_size=2, max_size=30))
def test_of_one_kind_it_is_one_less_kaplan_meier_with_its_variance(rows: list[tuple[int, bool]]) -> None:
    exit_, event = (np.array(column) for column in zip(*rows, strict=True))
    if not event.any():
        return
    found = cumulative_incidence(exit_, event.astype(int))
    curve = kaplan_meier(exit_, event, cluster=np.arange(exit_.size))
    np.testing.assert_allclose(1 - found.incidence[:, 0], curve.survival_on(found.days))
    place = np.searchsorted(curve.days, found.days)
    error = curve.survival**2 * np.where(np.isfinite(curve.log_variance), curve.log_variance, 0)
    np.testing.assert_allclose(found.variance(1), error[place], atol=1e-12)


def test_rows_without_follow_up_are_left_out() -> None:
    one = cumulative_incidence([0, 5, 8], [1, 2, 0])
    assert one.causes == (2,)
    assert one.data.rows.n_without_follow_up == 1
    assert one.at_risk.tolist() == [2.0]


def test_nobody_and_nothing_are_said() -> None:
    nothing = cumulative_incidence([5, 8], [0, 0])
    assert (nothing.causes, nothing.days.size) == ((), 0)
    with pytest.raises(KeyError, match="nobody had an event of kind 1"):
        nothing.place(1)
    with pytest.raises(KeyError, match="only of 2"):
        estimate_cumulative_incidence(cumulative_incidence([5], [2]), 1, [5])


def test_after_the_last_follow_up_nothing_is_known_unless_nobody_is_free() -> None:
    open_end = cumulative_incidence([5, 8, 9], [1, 2, 0])
    ended = cumulative_incidence([5, 8], [1, 2])
    assert estimate_cumulative_incidence(open_end, 1, [20]).frame["value"].to_list() == [None]
    assert estimate_cumulative_incidence(ended, 1, [20]).frame["value"].to_list() == [0.5]
    assert math.isinf(ended.known_until)


def test_the_variance_is_named_and_that_of_cmprsk_refused_where_it_is_not_known() -> None:
    found = cumulative_incidence([5, 8, 9], [1, 2, 0])
    row = estimate_cumulative_incidence(found, 1, [6], variance="cmprsk").rows()[0]
    assert row["method"] == "Aalen-Johansen, counting-process variance (R cmprsk), log-log interval"
    with pytest.raises(ValueError, match="neither weights nor clusters nor late entry"):
        cumulative_incidence([5, 8], [1, 0], weight=[1.0, 2.0]).variance(1, "cmprsk")
    with pytest.raises(ValueError, match="variance must be one of survfit, cmprsk"):
        found.variance(1, "aalen")  # type: ignore[arg-type]


@pytest.mark.parametrize("cause", [[1.0, 0.0], [-1, 0], ["a", "b"]])
def test_kinds_that_are_no_codes_are_said_in_words(cause: list[object]) -> None:
    with pytest.raises(ValueError, match=r"cause must be 0 for no event and 1, 2, \.\.\."):
        cumulative_incidence([5, 8], cause)
