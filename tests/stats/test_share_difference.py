"""Two shares compared: what Newcombe printed, what follows from its making, and where there is no answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.survival_rows import Row, columns, many_followed
from remission.stats.differences import Limits, difference_limits
from remission.stats.intervals import INTERVALS, Interval
from remission.stats.proportions import estimate_proportion
from remission.stats.survival.estimates import estimate_survival
from remission.stats.survival.kaplan_meier import Curve, kaplan_meier
from remission.stats.survival.share_difference import estimate_share_difference


def curve_of(rows: list[Row]) -> Curve:
    _, last, event = columns(rows)
    return kaplan_meier(last, event)


def wilson(had: int, of: int) -> Limits:
    row = estimate_proportion(had, of).rows()[0]
    return Limits(*(float(str(row[name])) for name in ("value", "low", "high")))


# Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I, table II, method 10.
@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_it_is_what_newcombe_printed(one: tuple[int, int], other: tuple[int, int], low: float, high: float) -> None:
    assert difference_limits(wilson(*one), wilson(*other)) == pytest.approx((low, high), abs=5e-5)


@given(many_followed, many_followed, st.integers(1, 60), st.sampled_from(INTERVALS))
def test_swapping_the_groups_turns_it_round(one: list[Row], other: list[Row], day: int, kind: Interval) -> None:
    forth, back = (
        estimate_share_difference(curve_of(a), curve_of(b), [day], 0.9, kind).rows()[0]
        for a, b in ((one, other), (other, one))
    )
    for mine, theirs in (("value", "value"), ("low", "high"), ("high", "low")):
        assert (forth[mine] is None) == (back[theirs] is None)
        if forth[mine] is not None:
            assert forth[mine] == pytest.approx(-float(str(back[theirs])))


@given(many_followed, many_followed, st.integers(1, 60), st.sampled_from(INTERVALS))
def test_it_lies_within_its_limits_and_they_within_one(
    one: list[Row], other: list[Row], day: int, kind: Interval
) -> None:
    row = estimate_share_difference(curve_of(one), curve_of(other), [day], 0.95, kind).rows()[0]
    if row["low"] is not None:
        low, value, high = (float(str(row[name])) for name in ("low", "value", "high"))
        assert -1 - 1e-12 <= low <= value <= high <= 1 + 1e-12


def test_a_group_without_an_event_has_no_limits_and_neither_has_the_difference() -> None:
    none, some = (
        kaplan_meier([100, 200, 300], [False, False, False]),
        kaplan_meier([50, 200, 300], [True, False, False]),
    )
    row = estimate_share_difference(none, some, [150]).rows()[0]
    assert row["value"] == pytest.approx(1 / 3)
    assert (row["low"], row["high"], row["absent_reason"]) == (None, None, "not estimable")
    beyond = estimate_share_difference(none, some, [400]).rows()[0]
    assert (beyond["value"], beyond["absent_reason"]) == (None, "not estimable")


def test_the_method_names_both_and_counts_are_of_both() -> None:
    one, other = kaplan_meier([100, 200, 300], [True, False, False]), kaplan_meier([50, 200, 300], [True, False, False])
    row = estimate_share_difference(one, other, [150], interval="logit").rows()[0]
    assert str(row["method"]).startswith(
        f"difference of {estimate_survival(one, [150], interval='logit').rows()[0]['method']}"
    )
    assert (row["n"], row["events"], row["at_risk"]) == (6, 2.0, 4.0)


def test_curves_with_clusters_are_refused() -> None:
    plain, clustered = kaplan_meier([1, 2], [True, False]), kaplan_meier([1, 2], [True, False], cluster=[1, 2])
    with pytest.raises(ValueError, match="strangers"):
        estimate_share_difference(plain, clustered, [1])
