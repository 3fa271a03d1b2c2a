"""Rates of relapses: how many people, and what power, where people differ and are followed for unequal times."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import ndtr, ndtri

from remission.inputs.not_a_design import not_between, refuse

if TYPE_CHECKING:
    from remission.stats.sample_size.exposure import Exposure

NullVariance = Literal["reference", "true", "pooled"]
FollowedAs = Literal["average", "each"]


def people_for_rates(
    control: float,
    treated: float,
    dispersion: float,
    exposure: Exposure,
    *,
    alpha: float,
    power: float,
    allocation: float = 1.0,
    null: NullVariance = "true",
    followed: FollowedAs = "average",
) -> tuple[float, float]:
    """People wanted in the control and the treated arm, not yet rounded up, to tell two negative binomial rates apart.

    control, treated: events a year; dispersion: the variance of a count is m + dispersion m^2 of its mean m; alpha:
    one-sided; allocation: treated people for each control. Two things are chosen and named:

    - `null`, the rates from which the variance under no effect is taken: the control's in both arms ("reference"), the
      true one of each arm ("true", so that it is the same as under the effect), or their weighted mean ("pooled").
    - `followed`: everybody as if for the average time ("average", as Zhu & Lakkis have it), or the information of
      each time summed up ("each"), which is less: time beyond the average of one person adds less than the same time
      of another.

    NotADesign for rates not above 0 or alike, a negative dispersion, alpha or power outside.
    Zhu & Lakkis 2014, doi:10.1002/sim.5947; "each": Tang 2017, arXiv:1704.04415. Pinned to sums over `dnbinom` in R.

    >>> from remission.stats.sample_size.exposure import Exposure
    >>> [round(n, 1) for n in people_for_rates(0.8, 0.56, 0.4, Exposure.of([1.0]), alpha=0.025, power=0.9)]
    [316.8, 316.8]
    """
    reasons = _not_asked(control, treated, dispersion, exposure, alpha, allocation)
    if control == treated:
        reasons.append(f"two rates that are alike ({control:g}) cannot be told apart by any number of people")
    refuse([*reasons, *not_between("power", power, alpha, 1)])
    effect = math.log(treated / control)
    under_null, under_effect = _variances(control, treated, dispersion, exposure, allocation, null, followed)
    first = ((ndtri(1 - alpha) * math.sqrt(under_null) + ndtri(power) * math.sqrt(under_effect)) / effect) ** 2
    return float(first), float(first * allocation)


def power_for_rates(
    control: float,
    treated: float,
    dispersion: float,
    exposure: Exposure,
    people: tuple[float, float],
    *,
    alpha: float,
    null: NullVariance = "true",
    followed: FollowedAs = "average",
) -> float:
    """Power with `people` in the control and the treated arm: the inverse of `people_for_rates`, with its arguments.

    >>> from remission.stats.sample_size.exposure import Exposure
    >>> round(power_for_rates(0.8, 0.56, 0.4, Exposure.of([1.0]), (316.8, 316.8), alpha=0.025), 3)
    0.9
    """
    refuse(
        [
            *(why for one in people for why in not_between("people", one, 0, math.inf)),
            *_not_asked(control, treated, dispersion, exposure, alpha),
        ]
    )
    allocation = people[1] / people[0]
    # Power is for the direction of the effect that is told, a rise as well as a fall. Rates that are alike are not
    # refused here: their power is alpha, which is an answer.
    effect = abs(math.log(treated / control))
    under_null, under_effect = _variances(control, treated, dispersion, exposure, allocation, null, followed)
    return float(
        ndtr((effect * math.sqrt(people[0]) - ndtri(1 - alpha) * math.sqrt(under_null)) / math.sqrt(under_effect))
    )


def _variances(
    control: float,
    treated: float,
    dispersion: float,
    exposure: Exposure,
    allocation: float,
    null: NullVariance,
    followed: FollowedAs,
) -> tuple[float, float]:
    """Variance of the log ratio times the size of the control arm: without an effect, and with the one told."""
    pool = (control + allocation * treated) / (1 + allocation)
    rates = {"reference": (control, control), "true": (control, treated), "pooled": (pool, pool)}

    def variance(pair: tuple[float, float]) -> float:
        of_control, of_treated = (1 / _information(rate, dispersion, exposure, followed) for rate in pair)
        return of_control + of_treated / allocation

    return variance(rates[null]), variance((control, treated))


def _information(rate: float, dispersion: float, exposure: Exposure, followed: FollowedAs) -> float:
    """Information of one person about the log rate: m / (1 + dispersion m) of the mean m of their count."""
    # With dispersion it levels off at 1 / dispersion: watching people for longer does not make them more alike.
    means = rate * (exposure.years if followed == "each" else np.array([exposure.mean]))
    share = exposure.share if followed == "each" else np.ones(1)
    return float((means / (1 + dispersion * means)) @ share)


def _not_asked(
    control: float, treated: float, dispersion: float, exposure: Exposure, alpha: float, allocation: float = 1.0
) -> list[str]:
    reasons = [] if 0 <= dispersion < math.inf else [f"dispersion must be 0 or more, found {dispersion:g}"]
    for name, number in (("control", control), ("treated", treated), ("allocation", allocation)):
        reasons += not_between(name, number, 0, math.inf)
    return [*reasons, *not_between("alpha", alpha, 0, 0.5), *not_between("mean exposure", exposure.mean, 0, math.inf)]
