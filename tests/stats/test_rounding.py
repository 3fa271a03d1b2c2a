"""Printed numbers: halves as a decimal calculation prints them."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.stats.rounding import round_half_up, text_half_up


@given(st.integers(-10_000_000, 10_000_000), st.integers(0, 3))
def test_it_prints_decimals_as_decimal_arithmetic_does(thousandths: int, digits: int) -> None:
    exact = Decimal(thousandths).scaleb(-3).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    expected = f"{exact:.{digits}f}" if exact else f"{0:.{digits}f}"
    assert text_half_up(thousandths / 1000, digits) == expected


def test_a_half_goes_up_whether_stored_exactly_or_a_trifle_low() -> None:
    assert f"{86.25:.1f}" == "86.2"
    assert text_half_up(86.25, 1) == "86.3"
    assert text_half_up(math.nextafter(86.25, 0), 1) == "86.3"
    assert text_half_up(86.2499, 1) == "86.2"


def test_nothing_is_never_printed_as_minus_nothing() -> None:
    assert text_half_up(-0.04, 1) == "0.0"


@pytest.mark.parametrize("value", [math.inf, -math.inf])
def test_endless_numbers_pass_through(value: float) -> None:
    assert round_half_up(value, 1) == value
