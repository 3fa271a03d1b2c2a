"""Patterns behind printed estimates, kinds of interval, counts behind percentages, errors from limits."""

from __future__ import annotations

from pins import Answer, Inputs, Tolerance
from remission.stats.consistency.counts import counts_printed_so, ways_of_printing
from remission.stats.consistency.errors import error_span, least_error, p_span
from remission.stats.consistency.patterns import search_patterns
from remission.stats.consistency.printed import Printed, Rounding, Span
from remission.stats.consistency.shape import fitting_shapes, middle
from remission.stats.intervals import INTERVALS

INPUTS = "cox"
TOLERANCE = Tolerance(2e-6, "widths are worked out from limits printed with seven digits; counts are whole and agree")


def ours(_inputs: Inputs, kind: str, *parts: str) -> Answer:
    """Our answer, as to `pattern|3|log|0.9|91.7|79.5|100.0`."""
    if kind == "pattern":
        return _patterns(*parts[2:])
    if kind == "shape":
        return _people(*parts)
    if kind in ("even", "cut"):
        return _counts("cut off" if kind == "cut" else "halves to even", *parts)
    return [least_error(int(parts[0]))] if kind == "least" else _ratio(*parts)


def _patterns(level: str, *texts: str) -> Answer:
    if "NA" in texts:
        return [0.0] * 10
    value, low, high = map(Printed.of, texts)
    found = search_patterns(value, low, high, 12, float(level), most_kept=5000).patterns
    rounded = [one for one in found if "halves to even" in one.roundings]
    by = [[sum(one.at_risk) for one in rounded if one.interval == each] for each in INTERVALS]
    return [float(number) for each in by for number in (len(each), sum(each))]


def _people(interval: str, level: str, *texts: str) -> Answer:
    value, low, high = (Printed.of(one).span("halves up") for one in texts)
    (shape,) = (one for one in fitting_shapes(value, low, high, float(level)) if one.interval == interval)
    return [(shape.people.low + shape.people.high) / 2]


def _counts(way: Rounding, text: str, people: str) -> Answer:
    percent, of = Printed.of(text), int(people)
    found = [one for one in counts_printed_so(percent, of) if way in ways_of_printing(percent, one, of)]
    return [len(found), sum(found)]


def _ratio(events: str, others: str, level: str, *texts: str) -> Answer:
    value, low, high = (Span(float(one), float(one)) for one in texts)
    error, p = error_span(low, high, float(level), "log"), p_span(value, low, high, float(level), "log")
    return [middle(low, high, "log").low, error.low, p.low, least_error(int(events), int(others))]
