"""The ways in which cohorts become one number, each by its name in a pooling question.

They differ because they estimate different things: all people together, the cohort in the middle, the mean of cohorts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from remission.stats.pooling.beta_binomial import pool_beta_binomial, pool_crude
from remission.stats.pooling.effects import Effects, PrintedOn, log_minus_log, log_ratios, logit_proportions
from remission.stats.pooling.inverse_variance import pool_effects
from remission.stats.pooling.mixed import pool_binomial_normal
from remission.studies.quantities import Shape

if TYPE_CHECKING:
    from remission.stats.pooling.pooled import Pooled
    from remission.studies.overlap import Entry

LEVEL = 0.95


class Estimator(NamedTuple):
    """One way to pool: its name in people's words, the shapes of numbers that it takes, and how it is done."""

    title: str
    shape: Shape
    fit: Callable[[Sequence[Entry]], Pooled]


def _counts(entries: Sequence[Entry]) -> tuple[list[int], list[int]]:
    return [one.number.events or 0 for one in entries], [one.people or 0 for one in entries]


def _half_added(to: str) -> Callable[[Sequence[Entry]], Pooled]:
    def fit(entries: Sequence[Entry]) -> Pooled:
        return pool_effects(logit_proportions(*_counts(entries), to="all" if to == "all" else "zeros only"))

    return fit


def survival_effects(entries: Sequence[Entry]) -> Effects:
    """log(-log S) of each cohort with its printed error, or that of its printed interval, whatever its level."""
    every = [_survival_effect(one) for one in entries]
    return _joined(every)


def _survival_effect(entry: Entry) -> Effects:
    number = entry.number
    share, error = (number.value or 0) / 100, number.standard_error
    if number.has_interval:
        low, high = (number.low or 0) / 100, (number.high or 0) / 100
        # An end at 0 or 100 was cut off there, which only an interval made in shares can have been.
        printed_on: PrintedOn = "linear" if high >= 1 or low <= 0 else "log(-log)"
        return log_minus_log([share], [low], [high], number.level or LEVEL, printed_on)
    # The delta method: the derivative of log(-log S) is 1 / (S log S).
    slope = 1 / (share * -math.log(share))
    made = "log(-log) of Kaplan-Meier shares, printed standard errors"
    value, variance = math.log(-math.log(share)), ((error or 0) / 100 * slope) ** 2
    return Effects(np.array([value]), np.array([variance]), "log(-log)", made)


def _joined(every: Sequence[Effects]) -> Effects:
    """Effects made one by one, as one; how they were made is told of each kind once."""
    values, variances = (np.concatenate([getattr(one, name) for one in every]) for name in ("values", "variances"))
    return Effects(values, variances, every[0].on, "; ".join(dict.fromkeys(one.made for one in every)))


def _survival(entries: Sequence[Entry]) -> Pooled:
    return pool_effects(survival_effects(entries), interval="hartung-knapp, at least wald")


def _ratio(entries: Sequence[Entry]) -> Pooled:
    every = [
        log_ratios([one.number.value or 0], [one.number.low or 0], [one.number.high or 0], one.number.level or LEVEL)
        for one in entries
    ]
    return pool_effects(_joined(every), interval="hartung-knapp, at least wald")


ESTIMATORS: Mapping[str, Estimator] = {
    "crude": Estimator("all people together", "count", lambda entries: pool_crude(*_counts(entries))),
    "binomial-normal": Estimator(
        "binomial-normal model", "count", lambda entries: pool_binomial_normal(*_counts(entries))
    ),
    "beta-binomial": Estimator("beta-binomial model", "count", lambda entries: pool_beta_binomial(*_counts(entries))),
    "half added to zeros": Estimator("log odds, half added where nobody died", "count", _half_added("zeros only")),
    "half added to all": Estimator("log odds, half added everywhere", "count", _half_added("all")),
    "log(-log)": Estimator("printed survival shares", "survival", _survival),
    "log ratio": Estimator("printed ratios", "ratio", _ratio),
}
