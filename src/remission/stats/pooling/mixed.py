"""Counts of studies that differ by a normal amount: the likelihood of rare events as they are, with nothing added.

A study without an event says how rare the event is, and needs no half an event to do so. What these models estimate is
the share (or rate) of the median cohort; where cohorts differ much and events are rare, the mean cohort has several
times as many, which `Pooled.mean` gives.
"""

from __future__ import annotations

import math
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike

from remission.stats.pooling.asked import Asked
from remission.stats.pooling.climbing import Ascent, Spot
from remission.stats.pooling.families import Binomial, Family, Poisson
from remission.stats.pooling.pooled import MEDIAN, TOO_FEW, Limits, Pooled, PredictionDf
from remission.stats.pooling.quadrature import Quadrature
from remission.stats.pooling.scales import SCALES

CountInterval = Literal["wald", "profile"]

# Spreads to begin with: from studies that hardly differ to ones of which some have everything.
SPREADS = np.array([0.1, 0.4, 0.9, 1.6, 2.8, 5.0])
FIRST_POINTS = 9
# Twice as many each time, until nothing moves by more than rounding and the climb leave.
LADDER = (31, 63, 127, 255)
SETTLED = 1e-7

NO_EVENT = "not estimable: no event in any study, and the likelihood only rises as the share falls"
NOBODY_WITHOUT = "not estimable: everybody had it in every study"
OPEN = "limit not reached: the profile never falls that far"
WITHOUT_END = "not estimable: the likelihood rises without end as studies are let differ more"


def pool_binomial_normal(
    events: ArrayLike,
    totals: ArrayLike,
    *,
    points: int | None = None,
    interval: CountInterval = "wald",
    level: float = 0.95,
    prediction_df: PredictionDf = "k-1",
) -> Pooled:
    """The share of the median cohort: events binomial, log odds of cohorts normal around it.

    points: of the adaptive Gauss-Hermite quadrature; None: doubled until the estimate does not move. R's metafor takes
    7, which for rare events is not enough: with 15 deaths in 19 cohorts they move the log odds by 0.004.
    interval: wald on the log odds, or profile: where the likelihood, the variance being free, falls by
    `level` of chi squared on one degree. With few events they differ much, and profile is to be preferred.

    events, totals: whole numbers, shape (k,). InputProblems for others: half an event is no count. Where no study, or
    only one, has anything to say, `absent_reason`. Stijnen et al. 2010, doi:10.1002/sim.4040; Pinheiro & Bates 1995,
    doi:10.1080/10618600.1995.10474663 (quadrature). Pinned to `rma.glmm` of R's metafor at 7 points, and to a
    likelihood by `integrate`.

    >>> pooled = pool_binomial_normal([0, 1, 0, 3, 0, 1], [15, 26, 21, 21, 20, 24])
    >>> round(100 * pooled.value, 1), round(100 * pooled.mean, 1), pooled.estimates
    (3.2, 3.9, 'the median cohort')
    """
    asked = Asked("pool_binomial_normal()", events=events, totals=totals)
    asked.counts("events", at_most="totals")
    asked.counts("totals")
    asked.above_zero("totals")
    asked.end()
    options = _Options("binomial-normal", points, interval, level, prediction_df)
    everybody = bool((asked["events"] == asked["totals"]).all())
    return _pooled(Binomial(asked["events"], asked["totals"]), options, NOBODY_WITHOUT if everybody else None)


def pool_poisson_normal(
    events: ArrayLike,
    exposure: ArrayLike,
    *,
    points: int | None = None,
    interval: CountInterval = "wald",
    level: float = 0.95,
    prediction_df: PredictionDf = "k-1",
) -> Pooled:
    """The rate of the median cohort: events Poisson, log rates of cohorts normal around it; else as binomial-normal.

    events: whole numbers, exposure: above 0, such as person-years, shape (k,). InputProblems for others. Pinned to
    `rma.glmm(measure = "IRLN")` of R's metafor and to a likelihood by `integrate`.

    >>> pooled = pool_poisson_normal([0, 2, 5, 1], [40.0, 55.5, 61.0, 12.0])
    >>> round(pooled.value, 4), pooled.on
    (0.0465, 'log')
    """
    asked = Asked("pool_poisson_normal()", events=events, exposure=exposure)
    asked.counts("events")
    asked.above_zero("exposure")
    asked.end()
    options = _Options("Poisson-normal", points, interval, level, prediction_df)
    return _pooled(Poisson(asked["events"], asked["exposure"]), options, None)


class _Options(NamedTuple):
    name: str
    points: int | None
    interval: CountInterval
    level: float
    prediction_df: PredictionDf

    def words(self, family: Family, quadrature: str) -> dict[str, Any]:
        """What was asked, in the fields of Pooled."""
        Asked.word("interval", self.interval, get_args(CountInterval))
        if self.points is not None and not 1 <= self.points <= LADDER[-1]:
            raise ValueError(f"points must lie between 1 and {LADDER[-1]}, found {self.points}")
        _, prediction = Limits(self.level).prediction(family.events.size, self.prediction_df)
        method = f"{self.name} model, adaptive Gauss-Hermite quadrature {quadrature}, {self.interval} interval"
        method += f", prediction by {prediction}"
        return {"method": method, "estimates": MEDIAN, "on": family.on, "level": self.level, "k": family.events.size}


def _pooled(family: Family, options: _Options, absent: str | None) -> Pooled:
    if family.events.size < 2:
        absent = TOO_FEW
    elif not family.events.any():
        absent = NO_EVENT
    if absent:
        return Pooled(**options.words(family, "not begun"), absent_reason=absent)
    top, ascent, words = _climbed(family, options)
    if top.rises_without_end:
        return Pooled(**words, absent_reason=WITHOUT_END)
    return Pooled(**words, **_found(family, options, top, ascent))


def _climbed(family: Family, options: _Options) -> tuple[Spot, Ascent, dict[str, Any]]:
    """The top with the points asked for, or with as many as make no difference any more."""
    first = Ascent(Quadrature(family, options.points or FIRST_POINTS))
    middle, spread = first.begin(family.crude, SPREADS)
    if options.points:
        top = first.top(middle, spread)
        bent = top._replace(hessian=first.bends(top))
        return bent, first, options.words(family, f"of {options.points} points") | {"points": options.points}
    before, moved = first.top(middle, spread), math.inf
    for points in LADDER:
        ascent = Ascent(Quadrature(family, points))
        top = ascent.top(before.middle, before.spread)
        moved = max(abs(top.middle - before.middle), abs(top.spread - before.spread), abs(top.value - before.value))
        before = top
        if moved <= SETTLED or top.rises_without_end:
            break
    said = f"converged at {points} points" if moved <= SETTLED else f"of {points} points, still moving by {moved:.0e}"
    return top, ascent, options.words(family, said) | {"points": points}


def _found(family: Family, options: _Options, top: Spot, ascent: Ascent) -> dict[str, Any]:
    scale, limits, variance = SCALES[family.on], Limits(options.level), top.spread**2
    found: dict[str, Any] = {"effect": top.middle, "standard_error": top.error, "log_likelihood": top.value}
    found |= {"value": float(scale.natural(top.middle)), "tau2": variance}
    half = limits.normal * top.error
    ends: tuple[float | None, float | None] = (top.middle - half, top.middle + half)
    if options.interval == "profile":
        # Far from the top studies differ more, and what was enough there is not: all points that there are.
        fine = ascent if options.points else Ascent(Quadrature(family, LADDER[-1]))
        ends = fine.limits(fine.top(top.middle, top.spread), limits.normal**2 / 2)
    found["low"], found["high"] = (None if end is None else float(scale.natural(end)) for end in ends)
    reach, _ = limits.prediction(family.events.size, options.prediction_df)
    if reach > 0:
        half = reach * math.sqrt(variance + top.error**2)
        found["prediction_low"], found["prediction_high"] = scale.limits(top.middle - half, top.middle + half)
    if None in ends:
        found["absent_reason"] = OPEN
    return found
