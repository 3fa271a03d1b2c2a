"""Difference of two Kaplan-Meier shares at chosen days: square-and-add of limits of five kinds; of Wilson limits."""

from __future__ import annotations

from typing import cast

from pins import ROUNDING, Answer, Inputs, Table, numbers
from remission.stats.differences import Limits, difference_limits
from remission.stats.estimates import Estimates
from remission.stats.intervals import Interval
from remission.stats.proportions import estimate_proportion
from remission.stats.survival.kaplan_meier import Curve, kaplan_meier
from remission.stats.survival.share_difference import estimate_share_difference, share_difference

TOLERANCE = ROUNDING
INPUTS = "kaplan_meier"


def ours(inputs: Inputs, name: str, *asked: str) -> Answer:
    """Our answer, as to `ties|difference|30|log-log|0.95` and `56|70|48|80|shares`."""
    if asked[0] == "difference":
        _, day, interval, level = asked
        return _at_day(inputs[name], int(day), cast("Interval", interval), float(level))
    if asked[0] == "added variances":
        return _at_day(inputs[name], int(asked[1]), "plain", float(asked[2]))
    if asked[-1] == "shares":
        return _of_counts(*map(int, (name, *asked[:3])))
    raise LookupError(asked)


def _at_day(d: Table, day: int, interval: Interval, level: float) -> Answer:
    curves = (_curve({column: d[column][d["group"] == group] for column in d}) for group in "ab")
    return numbers(estimate_share_difference(*curves, [day], level, interval), "value", "low", "high")


def _of_counts(had: int, of: int, had_other: int, of_other: int) -> Answer:
    one, other = (estimate_proportion(*counts).rows()[0] for counts in ((had, of), (had_other, of_other)))
    shares = [Limits(*(float(str(row[name])) for name in ("value", "low", "high"))) for row in (one, other)]
    limits = difference_limits(*shares)
    row = share_difference(*(row | {"at_days": None, "events": 0, "at_risk": 0} for row in (one, other)))
    assert (row["low"], row["high"]) == limits
    return numbers(Estimates.of([row]), "value", "low", "high")


def _curve(d: Table) -> Curve:
    return kaplan_meier(d["exit"], d["event"] == 1, entry=d["entry"], weight=d["weight"])
