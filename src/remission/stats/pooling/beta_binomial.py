"""Counts of studies whose true shares follow a beta distribution: the mean cohort, and all people taken as one.

Beside `mixed.py`, whose number is that of the median cohort: of rare events the two differ by a factor, and neither is
wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from remission.stats.pooling.asked import Asked
from remission.stats.pooling.climbing import Ascent, Spot
from remission.stats.pooling.families import Binomial
from remission.stats.pooling.mixed import NO_EVENT, NOBODY_WITHOUT, OPEN, WITHOUT_END, CountInterval
from remission.stats.pooling.pooled import CRUDE, MEAN, TOO_FEW, Limits, Pooled
from remission.stats.pooling.quadrature import Height
from remission.stats.proportions import estimate_proportion

if TYPE_CHECKING:
    from remission.stats.pooling.scales import Floats

# The products have as many factors as the largest study has people.
MOST_PEOPLE = 1_000_000

# Square roots of 1 / (alpha + beta) to begin with.
SPREADS = np.array([0.03, 0.07, 0.15, 0.3, 0.6, 1.2])


@dataclass(frozen=True, eq=False)
class BetaBinomial:
    """The log likelihood with log odds of the mean as middle and sqrt(1 / (alpha + beta)) as spread.

    Rising factorials written out as products of p + j theta, theta the squared spread: differences of logarithms of
    the gamma function lose all digits where cohorts hardly differ, and have no value where they do not.
    """

    counts: Binomial

    def at(self, middle: Floats, spread: Floats) -> Height:
        """Value, gradient and Hessian at n pairs, each of shape (n,)."""
        found = [self._at(float(mu), float(s)) for mu, s in zip(middle, spread, strict=True)]
        value, gradient, hessian = (np.array(part) for part in zip(*found, strict=True))
        return Height(value, gradient, hessian)

    @cached_property
    def _above(self) -> tuple[tuple[Floats, Floats], ...]:
        """For those with it, those without and all: numbers j from 0, and how many studies have more than j."""
        x, n = self.counts.events, self.counts.totals
        return tuple(_more_than(column.astype(np.int64)) for column in (x, n - x, n))

    def _at(self, mu: float, s: float) -> tuple[float, list[float], list[list[float]]]:
        p, q, theta = float(expit(mu)), float(expit(-mu)), s * s
        sums = [_sums(base, theta, *above) for base, above in zip((p, q, 1.0), self._above, strict=True)]
        (yes, yes1, yes2), (no, no1, no2), (both, both1, both2) = sums
        by_p, by_pp = yes1[0] - no1[0], -yes2[0] - no2[0]
        by_theta, by_theta2 = yes1[1] + no1[1] - both1[1], both2[2] - yes2[2] - no2[2]
        across = no2[1] - yes2[1]
        bend = p * q
        gradient = [by_p * bend, 2 * s * by_theta]
        mixed = 2 * s * bend * across
        corner = by_pp * bend**2 + by_p * bend * (q - p)
        hessian = [[corner, mixed], [mixed, 2 * by_theta + 4 * theta * by_theta2]]
        return yes + no - both + self.counts.constant, gradient, hessian


def _more_than(column: np.ndarray[Any, np.dtype[np.int64]]) -> tuple[Floats, Floats]:
    many = column.size - np.cumsum(np.bincount(column))[:-1]
    return np.arange(many.size, dtype=np.float64), many.astype(np.float64)


def _sums(base: float, theta: float, j: Floats, many: Floats) -> tuple[float, list[float], list[float]]:
    """Of many log(base + j theta): the sum; that of the slopes times 1 and j; that of their squares times 1, j, j^2."""
    inner = base + j * theta
    first = many / inner
    second = first / inner
    j_second = j * second
    squares = [float(second.sum()), float(j_second.sum()), float(j @ j_second)]
    return float(many @ np.log(inner)), [float(first.sum()), float(j @ first)], squares


def pool_beta_binomial(
    events: ArrayLike, totals: ArrayLike, *, interval: CountInterval = "wald", level: float = 0.95
) -> Pooled:
    """The mean share of cohorts: events binomial, true shares of cohorts beta around it.

    interval: wald on the log odds with the observed information, or profile, to be preferred with few events. There is
    no prediction interval; `precision` is alpha + beta, None where cohorts do not differ beyond chance.

    events, totals: whole numbers, shape (k,). InputProblems for others. Griffiths 1973, doi:10.2307/2529131; Kuss 2015,
    doi:10.1002/sim.6383. Pinned to a likelihood written out in R, and to `betabinomial` of R's glmmTMB.

    >>> pooled = pool_beta_binomial([0, 1, 0, 3, 0, 1], [15, 26, 21, 21, 20, 24])
    >>> round(100 * pooled.value, 1), round(pooled.precision), pooled.estimates
    (3.9, 55, 'the mean of cohorts')
    """
    asked = Asked("pool_beta_binomial()", events=events, totals=totals)
    asked.counts("events", at_most="totals")
    asked.counts("totals")
    asked.above_zero("totals")
    asked.refuse("totals", asked["totals"] > MOST_PEOPLE, f"at most {MOST_PEOPLE:,}", "Use pool_binomial_normal().")
    asked.end()
    Asked.word("interval", interval, get_args(CountInterval))
    x, n = asked["events"], asked["totals"]
    words: dict[str, Any] = {"method": f"beta-binomial model, {interval} interval", "estimates": MEAN, "on": "logit"}
    words |= {"level": level, "k": x.size}
    if absent := _absent(x, n):
        return Pooled(**words, absent_reason=absent)
    counts = Binomial(x, n)
    ascent = Ascent(BetaBinomial(counts))
    top = ascent.top(*ascent.begin(counts.crude, SPREADS))
    if top.rises_without_end:
        return Pooled(**words, absent_reason=WITHOUT_END)
    return Pooled(**words, **_found(top, ascent, interval, Limits(level)))


def _absent(x: Floats, n: Floats) -> str | None:
    if x.size < 2:
        return TOO_FEW
    return NO_EVENT if not x.any() else NOBODY_WITHOUT if (x == n).all() else None


def _found(top: Spot, ascent: Ascent, interval: CountInterval, limits: Limits) -> dict[str, Any]:
    half = limits.normal * top.error
    ends: tuple[float | None, float | None] = (top.middle - half, top.middle + half)
    if interval == "profile":
        ends = ascent.limits(top, limits.normal**2 / 2)
    low, high = (None if end is None else float(expit(end)) for end in ends)
    found: dict[str, Any] = {"effect": top.middle, "standard_error": top.error, "value": float(expit(top.middle))}
    found |= {"low": low, "high": high, "log_likelihood": top.value}
    found["precision"] = top.spread**-2 if top.spread > 0 else None
    return found | ({"absent_reason": OPEN} if None in ends else {})


def pool_crude(events: ArrayLike, totals: ArrayLike, *, level: float = 0.95) -> Pooled:
    """All events of all people, with the exact interval (Clopper-Pearson), as if there were one study.

    It weighs people alike and cohorts by their size; its interval takes no note of how far cohorts differ, so it is too
    narrow wherever they do. events, totals: whole numbers, shape (k,). InputProblems for others. Pinned to `binom.test`
    of R.

    >>> pooled = pool_crude([0, 1, 0, 3, 0, 1], [15, 26, 21, 21, 20, 24])
    >>> [round(100 * number, 1) for number in (pooled.value, pooled.low, pooled.high)]
    [3.9, 1.3, 8.9]
    """
    asked = Asked("pool_crude()", events=events, totals=totals)
    asked.counts("events", at_most="totals")
    asked.counts("totals")
    asked.above_zero("totals")
    asked.end()
    x, n = int(asked["events"].sum()), int(asked["totals"].sum())
    (row,) = estimate_proportion(x, n, level, "clopper-pearson").rows()
    numbers: dict[str, Any] = {name: row[name] for name in ("value", "low", "high")}
    method = "all events of all people, exact interval (Clopper-Pearson) that takes no note of how studies differ"
    return Pooled(method=method, estimates=CRUDE, on="logit", level=level, k=asked["events"].size, **numbers)
