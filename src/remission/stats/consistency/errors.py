"""What the limits of an estimate say of its standard error, and what that says of a printed p and of events."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from remission.stats.consistency.printed import Span
from remission.stats.intervals import normal_quantile, normal_tails

if TYPE_CHECKING:
    from remission.stats.consistency.shape import Scale


def error_span(low: Span, high: Span, level: float, scale: Scale) -> Span:
    """Standard errors that limits so far apart can stand for, if they are normal on this scale.

    Pinned to `confint` and `vcov` of R.

    >>> [round(end, 2) for end in error_span(Span(0.015, 0.025), Span(0.235, 0.245), 0.95, "log")]
    [0.57, 0.71]
    """
    at = _at(scale)
    z = 2 * normal_quantile(level)
    return Span(max(at(high.low) - at(low.high), 0) / z, (at(high.high) - at(low.low)) / z)


def p_span(value: Span, low: Span, high: Span, level: float, scale: Scale) -> Span:
    """Two-sided p of a test by the estimate and its standard error (Wald) that these numbers allow.

    The estimate is held against 1 on the scale of logarithms, against 0 on the plain one. Altman & Bland 2011,
    doi:10.1136/bmj.d2304. Pinned to the test of coefficients by `glm` of R.

    >>> [round(end, 4) for end in p_span(Span(0.495, 0.505), Span(0.305, 0.315), Span(0.805, 0.815), 0.95, "log")]
    [0.0033, 0.0064]
    """
    at = _at(scale)
    error = error_span(low, high, level, scale)
    ends = sorted((abs(at(value.low)), abs(at(value.high))))
    # An estimate that may be that of no difference may have a p of 1.
    nearest = 0.0 if at(value.low) <= 0 <= at(value.high) else ends[0]
    least = math.inf if error.low == 0 else ends[1] / error.low
    most = 0.0 if error.high == 0 else nearest / error.high
    return Span(normal_tails(least), normal_tails(most))


def least_error(events: int, other: int | None = None) -> float:
    """The least standard error of the logarithm of a hazard ratio that so many events allow.

    Two groups in a Cox model without other covariates: at its estimate the information is a sum of p (1 - p) over the
    events, with as much p in all as there were events in the first group, and is never more than a b / (a + b). Of
    the number in both together only, more than a quarter of it is never. Other covariates make the error larger, as
    a rule; weights and robust errors obey no such bound. Schoenfeld 1983, doi:10.2307/2531021. Pinned to `coxph` of R.

    >>> round(least_error(3, 34), 3), round(least_error(37), 3)
    (0.602, 0.329)
    """
    if other is None:
        return 2 / math.sqrt(events) if events else math.inf
    return math.sqrt(1 / events + 1 / other) if events and other else math.inf


def _at(scale: Scale) -> Callable[[float], float]:
    return (lambda x: x) if scale == "plain" else (lambda x: math.log(x) if x > 0 else -math.inf)
