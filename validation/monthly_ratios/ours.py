"""Ratios of totals of months, with gaps and returns, and every window of six months, with standard error and t limits;
totals of a year and differences of two, Welch; spread pooled over groups.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pins import ROUNDING, Answer, Inputs, Table
from remission.stats.months.funnel import pooled_sigma
from remission.stats.months.ratios import MonthlyLimits, difference_of_totals, ratio_of_totals, total_limits

TOLERANCE = ROUNDING
WINDOW = 6


def ours(inputs: Inputs, question: str, name: str, *settings: str) -> Answer:
    """Our answer, as to `ratio|gaps|2|all|limits|0.95`."""
    d = inputs[name]
    match (question, *settings):
        case ("sigma",):
            return [_sigma(d)]
        case ("ratio", group, months, *asked):
            return _ratio(d, int(group), months, asked)
        case ("total", group, level):
            return _value_and_limits(total_limits(_of(d, int(group))[0], 12, float(level)))
        case ("difference", group, level):
            amounts = _of(d, int(group))[0]
            half = amounts.size // 2
            found = difference_of_totals(amounts[half:], amounts[:half], 12, float(level))
            return [*_value_and_limits(found), float(found.error)]
    raise LookupError(question)


def _of(d: Table, group: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rows = d["group"] == group
    return d["numerator"][rows], d["denominator"][rows]


def _value_and_limits(found: MonthlyLimits) -> Answer:
    return [float(found.value), float(found.low), float(found.high)]


def _ratio(d: Table, group: int, months: str, asked: list[str]) -> Answer:
    match asked:
        case ["ratio"]:
            level = 0.95
        case ["limits", text]:
            level = float(text)
        case _:
            raise LookupError(asked)
    window = slice(None) if months == "all" else slice(int(months) - WINDOW, int(months))
    numerator, denominator = _of(d, group)
    found = ratio_of_totals(numerator[window], denominator[window], level)
    value, low, high = _value_and_limits(found)
    error = float(found.error)
    return [value, error] if asked == ["ratio"] else [low, high]


def _sigma(d: Table) -> float:
    groups = [_of(d, group) for group in np.unique(d["group"])]
    return pooled_sigma(ratio_of_totals(*map(np.array, zip(*groups, strict=True))))
