"""Printed numbers stand for spans; what made them is always among what is found, and what cannot be is not."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remission.stats.consistency.counts import counts_printed_so, ways_of_printing
from remission.stats.consistency.errors import error_span, least_error, p_span
from remission.stats.consistency.patterns import Pattern, Search, search_patterns
from remission.stats.consistency.printed import ROUNDINGS, Printed, Rounding, Span
from remission.stats.consistency.shape import fitting_shapes, middle
from remission.stats.intervals import INTERVALS, Interval, confidence_limits
from remission.stats.regression.cox import cox

HALT_MS = {
    ("69.2", "50.2", "82.1"): (24, 22, 21, 20, 19, 17, 16),
    ("91.3", "74.7", "97.2"): (23, 22),
    ("86.9", "69.5", "94.7"): (24, 22, 20),
    ("86.3", "68.1", "94.5"): (24, 20, 19),
    ("78.4", "60.1", "89.0"): (24, 22, 21, 20, 19),
    ("90.9", "73.7", "97.1"): (22, 21),
}


def searched(texts: tuple[str, str, str], people: int = 24, level: float = 0.90, **more: int) -> Search:
    value, low, high = map(Printed.of, texts)
    return search_patterns(value, low, high, people, level, **more)  # type: ignore[arg-type]


def text_of(value: Fraction | float, digits: int, way: Rounding) -> str:
    """A percentage as it is printed, written apart from the code: by decimals and not by floats."""
    scaled = Fraction(value) * 100 * 10**digits
    whole = math.floor(scaled)
    rest = scaled - whole
    up = {"halves up": rest >= Fraction(1, 2), "cut off": False,
          "halves to even": rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2 == 1)}  # fmt: skip
    number = whole + up[way]
    return f"{number // 10**digits}.{number % 10**digits:0{digits}d}" if digits else str(number)


def limits_of(at_risk: tuple[int, ...], interval: Interval, level: float) -> tuple[Fraction, float, float]:
    p = math.prod(Fraction(n - 1, n) for n in at_risk)
    variance = sum(Fraction(1, n * (n - 1)) for n in at_risk)
    low, high = confidence_limits(float(p), float(variance), level, interval)
    return Fraction(p), float(low), float(high)


@pytest.mark.parametrize("texts", HALT_MS)
def test_each_of_halt_ms_has_one_pattern_and_one_kind_of_interval(texts: tuple[str, str, str]) -> None:
    found = searched(texts)
    assert found.is_whole
    assert found.of == 2**23 - 1
    assert [(one.at_risk, one.interval) for one in found.patterns] == [(HALT_MS[texts], "log-log")]


def test_halves_up_is_told_from_halves_to_even() -> None:
    (pattern,) = searched(("86.3", "68.1", "94.5")).patterns
    assert pattern.roundings == ("halves up",)
    assert pattern.estimate == Fraction(8625, 10000)
    assert searched(("86.2", "68.1", "94.5")).patterns[0].roundings == ("halves to even",)


@pytest.mark.parametrize("texts", HALT_MS)
def test_nearly_every_change_of_a_last_digit_leaves_no_pattern(texts: tuple[str, str, str]) -> None:
    """The positive control: 27 changes each, of which three at most are printed by another pattern or method."""
    changed = [
        (*texts[:place], texts[place][:-1] + digit, *texts[place + 1 :])
        for place in range(3)
        for digit in "0123456789"
        if digit != texts[place][-1]
    ]
    assert len(changed) == 27
    assert sum(bool(searched(one).patterns) for one in changed) <= 3  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_pattern_that_was_printed_is_always_found(data: st.DataObject) -> None:
    people = data.draw(st.integers(4, 30))
    at_risk = tuple(sorted(data.draw(st.sets(st.integers(2, people), min_size=1, max_size=6)), reverse=True))
    interval, way = data.draw(st.sampled_from(INTERVALS)), data.draw(st.sampled_from(ROUNDINGS))
    level, digits = data.draw(st.sampled_from([0.9, 0.95, 0.99])), data.draw(st.sampled_from([1, 2, 3]))
    texts = [text_of(one, digits, way) for one in limits_of(at_risk, interval, level)]
    value, low, high = map(Printed.of, texts)
    if value.value in (0, 100):
        return
    found = search_patterns(value, low, high, people, level, events=len(at_risk), most_kept=20_000)
    assert any(one.at_risk == at_risk and one.interval == interval and way in one.roundings for one in found.patterns)


@settings(max_examples=10, deadline=None)
@given(st.data())
def test_the_search_finds_what_a_plain_loop_over_all_patterns_finds(data: st.DataObject) -> None:
    people = data.draw(st.integers(3, 8))
    every = [one for k in range(1, people) for one in combinations(range(people, 1, -1), k)]
    at_risk, interval = data.draw(st.sampled_from(every)), data.draw(st.sampled_from(INTERVALS))
    texts = [text_of(one, 0, "halves up") for one in limits_of(at_risk, interval, 0.95)]
    value, low, high = map(Printed.of, texts)
    plain = {
        (one, kind, way)
        for one in every for kind in INTERVALS for way in ROUNDINGS
        if [text_of(each, 0, way) for each in limits_of(one, kind, 0.95)] == texts
    }  # fmt: skip
    found = search_patterns(value, low, high, people, 0.95, most_kept=20_000).patterns
    assert (
        found == ()
        if value.value in (0, 100)
        else {(one.at_risk, one.interval, way) for one in found for way in one.roundings} >= plain
    )


@settings(max_examples=100, deadline=None)
@given(
    st.integers(2, 300), st.data(), st.sampled_from(INTERVALS), st.sampled_from([0.8, 0.9, 0.95, 0.99]),
    st.sampled_from(ROUNDINGS), st.integers(0, 2),
)  # fmt: skip
def test_a_kind_of_interval_is_among_those_that_fit_what_it_gave(
    people: int, data: st.DataObject, interval: Interval, level: float, way: Rounding, digits: int
) -> None:
    numbers = data.draw(st.sets(st.integers(2, people), min_size=1, max_size=12))
    exact = limits_of(tuple(sorted(numbers, reverse=True)), interval, level)
    spans = [Printed.of(text_of(one, digits, way)).span(way).times(0.01) for one in exact]
    fitting = {one.interval: one for one in fitting_shapes(spans[0], spans[1], spans[2], level)}
    p = float(exact[0])
    if spans[0].low <= 0 or spans[0].high >= 1:
        return
    assert interval in fitting
    # Greenwood's variance with losses is never below that of so many people without any.
    assert fitting[interval].people.low <= people
    variance = float(Pattern(tuple(sorted(numbers)), interval, ()).log_variance)
    assert (
        fitting[interval].people.low
        <= (1 - p) / p / variance * (1 + 1e-6)
        <= fitting[interval].people.high * (1 + 2e-6)
    )


def test_shapes_that_only_touch_are_none() -> None:
    """65 (57 to 75) would be plain with 65.5 printed as 65, which no rounding does."""
    spans = [Printed.of(one).span("halves up").times(0.01) for one in ("65", "57", "75")]
    assert [one.interval for one in fitting_shapes(spans[0], spans[1], spans[2], 0.95)] == ["log"]


@pytest.mark.parametrize(
    ("texts", "kinds"),
    [
        (("73", "66", "81"), ["plain", "log", "arcsin"]),
        (("85.5", "76.9", "94.1"), ["plain"]),
        (("57.2", "41.8", "72.7"), ["plain"]),
        (("69.6", "46.6", "84.2"), ["log-log"]),
    ],
)
def test_the_shapes_of_published_intervals(texts: tuple[str, str, str], kinds: list[str]) -> None:
    spans = [Printed.of(one).span("halves up").times(0.01) for one in texts]
    assert [one.interval for one in fitting_shapes(spans[0], spans[1], spans[2], 0.95)] == kinds


def test_a_limit_cut_at_one_leaves_the_other_side_free() -> None:
    spans = [Printed.of(one).span("halves up").times(0.01) for one in ("95", "85", "100")]
    assert "plain" in [one.interval for one in fitting_shapes(spans[0], spans[1], spans[2], 0.95)]


def test_two_limits_that_were_both_cut_leave_the_estimate_where_it_is() -> None:
    half, none, whole = (Printed.of(one).span("cut off").times(0.01) for one in ("50", "0", "100"))
    (plain,) = [one for one in fitting_shapes(half, none, whole, 0.9) if one.interval == "plain"]
    assert plain.estimate == half


def test_a_share_of_all_or_none_has_no_shape_and_no_pattern() -> None:
    whole = Span(1.0, 1.0)
    assert fitting_shapes(whole, Span(0.8, 0.8), whole, 0.95) == ()
    assert searched(("100", "80", "100")).patterns == ()


def test_a_search_that_ends_early_says_how_far_it_came() -> None:
    found = searched(("71.0", "59.4", "82.6"), 88, 0.95, budget=50_000)
    assert not found.is_whole
    assert found.searched == sum(math.comb(87, k) for k in range(1, found.events + 1))
    assert found.of == 2**87 - 1


def test_numbers_at_risk_and_events_narrow_the_search() -> None:
    texts = ("86.9", "69.5", "94.7")
    assert searched(texts, at_risk=19).patterns != ()
    assert searched(texts, at_risk=20).patterns == ()
    assert searched(texts, events=3).patterns != ()
    assert searched(texts, events=4).patterns == ()


@given(st.integers(1, 400), st.data(), st.sampled_from(ROUNDINGS), st.integers(0, 3))
def test_a_count_is_among_those_that_its_percentage_can_stand_for(
    people: int, data: st.DataObject, way: Rounding, digits: int
) -> None:
    count = data.draw(st.integers(0, people))
    percent = Printed.of(text_of(Fraction(count, people), digits, way))
    assert way in ways_of_printing(percent, count, people)
    assert count in counts_printed_so(percent, people)
    for other in counts_printed_so(percent, people):
        assert any(text_of(Fraction(other, people), digits, one) == percent.text for one in ROUNDINGS)


@given(st.integers(-99999, 99999), st.integers(0, 3), st.sampled_from(ROUNDINGS))
def test_what_is_printed_so_lies_in_the_span(thousandths: int, digits: int, way: Rounding) -> None:
    exact = Fraction(thousandths, 1000)
    sign = "-" if exact < 0 else ""
    printed = Printed.of(f"{sign}{text_of(abs(exact) / 100, digits, way)}")
    assert printed.span(way).low - 1e-9 <= exact <= printed.span(way).high + 1e-9
    assert printed.span().low - 1e-9 <= exact <= printed.span().high + 1e-9


def test_a_text_that_is_no_number_is_refused() -> None:
    for text in ("", "<0.05", "1,5", "1.", ".5", "1e3", "nan"):
        with pytest.raises(ValueError, match="digits and one point"):
            Printed.of(text)


def test_p_and_error_hold_those_that_were_printed() -> None:
    """BEAT: a ratio of 0.58 (0.38 to 0.87) with p 0.0084."""
    value, low, high = (Printed.of(one).span() for one in ("0.58", "0.38", "0.87"))
    found = p_span(value, low, high, 0.95, "log")
    assert found.low <= 0.0084 <= found.high
    assert not found.meets(Span(0.02, 0.9))
    error = error_span(low, high, 0.95, "log")
    assert error.low <= math.log(0.87 / 0.38) / 3.919928 <= error.high
    around = middle(low, high, "log")
    assert around.low <= 0.58 <= around.high


@pytest.mark.parametrize("seed", range(6))
def test_no_cox_model_of_two_groups_has_a_smaller_error_than_the_events_allow(seed: int) -> None:
    draw = np.random.default_rng(seed)
    group = np.repeat([0, 1], draw.integers(8, 60, 2))
    exits = np.ceil(draw.exponential(np.where(group == 1, 1500, 600))).astype(int)
    event = draw.random(group.size) < 0.6
    event[[0, -1]] = True
    error = float(cox(exits, event, {"group": group}).standard_errors[0])
    first, second = (int(event[group == one].sum()) for one in (0, 1))
    assert error >= least_error(first, second) * (1 - 1e-9) >= least_error(first + second) * (1 - 1e-9)


def test_without_events_in_a_group_no_error_is_small_enough() -> None:
    assert least_error(0, 5) == least_error(0) == math.inf
