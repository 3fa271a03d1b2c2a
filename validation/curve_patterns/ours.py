"""Patterns behind a curve that was read with an error, people made of a pattern, and intervals that it prints."""

from __future__ import annotations

import math

import numpy as np

from pins import Answer, Inputs, Tolerance
from remission.stats.consistency.curve_patterns import CurvePattern, search_curve
from remission.stats.consistency.pattern_times import times_of_pattern
from remission.stats.consistency.patterns import printed_by
from remission.stats.consistency.printed import Printed
from remission.stats.survival.kaplan_meier import kaplan_meier

INPUTS = "cox"
TOLERANCE = Tolerance(1e-9, "numbers at risk are whole and agree; misfits are sums of squares")


def ours(_inputs: Inputs, kind: str, *parts: str) -> Answer:
    """Our answer, as to `curve|1 0.875 0.729 0.583|0.002|9 6|3`: how many fit, the sum of their numbers, the misfit."""
    if kind == "times":
        return _times(_whole(parts[0]))
    if kind == "printed":
        value, low, high = map(Printed.of, parts[2:])
        return [float(parts[1] in printed_by(_whole(parts[0]), (value, low, high), 0.9))]
    shares, left = [float(one) for one in parts[0].split()], _whole(parts[2])
    found = search_curve([1, 2, 3, 4], shares, [0, 2, 3.5], [9, *left], float(parts[1]), events=int(parts[3]))
    if not found.fitting:
        return [0.0, 0.0, 0.0]
    return [found.fitting, sum(sum(one.at_risk) for one in found.patterns), found.patterns[0].misfit]


def _times(numbers: tuple[int, ...]) -> Answer:
    spans = tuple((float(place), place + 1.0) for place in range(len(numbers)))
    made = times_of_pattern(CurvePattern(numbers, spans, 0.0), [0], [9], len(numbers) + 1.0)
    # Days are whole: a loss before a time is in the hundredths before it.
    days = np.ceil(made.exit * 100).astype(int)
    curve = kaplan_meier(days, made.event)
    survival, error = float(curve.survival[-1]), math.sqrt(float(curve.log_variance[-1]))
    return [*(float((days >= 100 * (place + 1)).sum()) for place in range(len(numbers))), survival, survival * error]


def _whole(text: str) -> tuple[int, ...]:
    return tuple(int(one) for one in text.split())
