"""Estimates read off the curve: what a row says, and what it says when there is nothing to say."""

from __future__ import annotations

import pytest
from hypothesis import given

from made_up.survival_rows import Row, columns, many_followed
from remission.stats.intervals import INTERVALS, Interval, confidence_limits
from remission.stats.survival.estimates import estimate_follow_up, estimate_median, estimate_survival
from remission.stats.survival.kaplan_meier import kaplan_meier

ALL_DEAD = [40, 60, 90, 120, 150, 180, 200, 230, 260, 300]


def test_a_row_names_day_value_limits_counts_and_method() -> None:
    curve = kaplan_meier([100, 200, 300, 400], [True, False, True, False])
    (row,) = estimate_survival(curve, [250], level=0.90, interval="plain").rows()
    known = {name: value for name, value in row.items() if value is not None}
    assert known == {
        "what": "event-free",
        "at_days": 250,
        "value": 0.75,
        "low": pytest.approx(0.75 - 1.6448536269514722 * 0.75 * (1 / 12) ** 0.5),
        "high": 1.0,
        "level": 0.90,
        "scale": "linear",
        "unit": "proportion",
        "method": "Kaplan-Meier, Greenwood variance, plain interval",
        "n": 4,
        "events": 1,
        "at_risk": 2,
    }


@pytest.mark.parametrize("interval", INTERVALS)
def test_without_an_event_the_value_is_one_and_the_limits_are_not_estimable(interval: Interval) -> None:
    (row,) = estimate_survival(kaplan_meier([100, 200], [False, True]), [150], interval=interval).rows()
    assert (row["value"], row["low"], row["high"], row["absent_reason"]) == (1.0, None, None, "not estimable")


def test_past_the_last_follow_up_there_is_no_value() -> None:
    curve = kaplan_meier([100, 200], [True, False])
    at_end, after = estimate_survival(curve, [200, 201]).rows()
    assert (at_end["value"], at_end["absent_reason"]) == (0.5, None)
    assert (after["value"], after["at_risk"], after["absent_reason"]) == (None, 0, "not estimable")


def test_an_event_on_the_day_itself_counts_and_its_person_was_at_risk() -> None:
    (row,) = estimate_survival(kaplan_meier([365, 400], [True, False]), [365]).rows()
    assert (row["value"], row["events"], row["at_risk"]) == (0.5, 1, 2)


def test_a_curve_at_zero_has_no_limits() -> None:
    (row,) = estimate_survival(kaplan_meier([100], [True]), [100]).rows()
    assert (row["value"], row["low"], row["high"], row["absent_reason"]) == (0.0, None, None, "not estimable")


def test_all_who_had_the_event_have_it_at_every_later_time() -> None:
    # R 4.2, survival 3.5-3: summary(survfit(Surv(t, e) ~ 1), times = c(365, 1826), extend = TRUE)$surv is 0 and 0.
    rows = estimate_survival(kaplan_meier(ALL_DEAD, [True] * 10), [299, 365, 1826]).rows()
    assert [row["value"] for row in rows] == [pytest.approx(0.1), 0, 0]
    assert [(row["low"], row["high"], row["at_risk"], row["events"]) for row in rows[1:]] == [(None, None, 0, 10)] * 2


def test_nobody_followed_gives_rows_without_values() -> None:
    (row,) = estimate_survival(kaplan_meier([0], [False]), [365]).rows()
    assert (row["value"], row["n"], row["absent_reason"]) == (None, 0, "not estimable")
    assert estimate_median(kaplan_meier([0], [False])).rows()[0]["absent_reason"] == "not reached"


@given(many_followed)
def test_the_share_never_rises_with_time(rows: list[Row]) -> None:
    _, last, event = columns(rows)
    values = estimate_survival(kaplan_meier(last, event), list(range(max(last) + 1))).frame["value"].to_list()
    assert values == sorted(values, reverse=True)


def median(last: list[int], event: list[bool]) -> float | None:
    value = estimate_median(kaplan_meier(last, event)).rows()[0]["value"]
    assert value is None or isinstance(value, float)
    return value


def test_the_median_is_the_day_the_curve_passes_one_half() -> None:
    assert median([10, 20, 30], [True, True, True]) == 20


def test_a_curve_that_stays_at_one_half_has_its_median_in_the_middle_of_the_stretch() -> None:
    assert median([10, 20, 30, 40], [True, True, True, True]) == 25
    assert median([10, 20, 30, 40], [True, True, False, False]) == 30


def test_a_median_that_is_not_reached_is_said_so() -> None:
    (row,) = estimate_median(kaplan_meier([10, 20, 30], [True, False, False])).rows()
    assert (row["value"], row["low"], row["high"], row["absent_reason"]) == (None, 10, None, "not reached")


def test_an_upper_limit_that_is_not_reached_is_said_so() -> None:
    (row,) = estimate_median(kaplan_meier([10, 20, 30], [True, True, True]), interval="plain").rows()
    assert (row["value"], row["low"], row["high"]) == (20, 10, None)
    assert row["absent_reason"] == "upper limit not reached"


def test_a_limit_that_rises_again_counts_where_it_first_passed_one_half() -> None:
    # The upper limit is 0.505 on day 230, 0.495 on day 270 and 0.497 on day 280.
    places = range(1, 30)
    curve = kaplan_meier([10 * place for place in places], [place not in (9, 15, 22, 24, 25, 26) for place in places])
    upper = confidence_limits(curve.survival, curve.greenwood, 0.95, "log")[1]
    assert upper[curve.at(270)] < upper[curve.at(280)] < 0.5 < upper[curve.at(230)]
    assert estimate_median(curve, interval="log").rows()[0]["high"] == 270


@pytest.mark.parametrize("probability", [0, 1, 50])
def test_a_probability_outside_0_to_1_is_refused(probability: float) -> None:
    with pytest.raises(ValueError, match=f"probability must lie between 0 and 1, found {probability}"):
        estimate_median(kaplan_meier([10], [True]), probability=probability)


def test_other_quantiles_are_named() -> None:
    (row,) = estimate_median(kaplan_meier([10, 20, 30, 40, 50], [True] * 5), probability=0.25).rows()
    assert (row["what"], row["value"]) == ("time to 25% with event", 20)


def test_follow_up_turns_events_into_endings() -> None:
    (row,) = estimate_follow_up([5, 10, 20, 30], [True, False, False, False]).rows()
    assert (row["what"], row["value"], row["n"], row["events"]) == ("median follow-up", 20, 4, None)
    assert row["method"] == "reverse Kaplan-Meier, Brookmeyer-Crowley, log-log interval"
