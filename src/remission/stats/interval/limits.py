"""Confidence limits of the share free of an event that is only seen at visits, at named days."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np

from remission.stats.estimates import NOT_ESTIMABLE, Estimates
from remission.stats.interval.npmle import IntervalCurve, npmle
from remission.stats.interval.profile import FreeProfile
from remission.stats.intervals import Limits, normal_quantile

Method = Literal["likelihood ratio", "m out of n"]
METHODS: tuple[Method, ...] = get_args(Method)

DRAWS = 500
# The root of the fall in log likelihood at a limit: so near to the normal quantile, the limit is right to 1e-7.
NEAR_ENOUGH = 1e-7
MOST_STEPS = 100
# The curve closes in on the truth by the cube root of n where visits are on any day; m grows by this power of n.
RATE, SHARE_DRAWN = 1 / 3, 2 / 3


def estimate_pointwise(
    curve: IntervalCurve,
    at_days: Sequence[int],
    level: float = 0.95,
    method: Method = "likelihood ratio",
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Estimates:
    """The share free of the event after each day with limits for that day alone, one row a day.

    Where visits leave a range open there is no `value`, and the limits are around the whole range.

    - "likelihood ratio": all shares at which the largest log likelihood falls by less than half the chi-squared
      quantile with 1 degree of freedom. Right in large samples where everybody is seen on the same few days, as in a
      trial; where visits are on any day the law of the ratio is another one, with smaller quantiles, and the limits are
      wider than asked.
    - "m out of n": curves of n^(2/3) observations drawn with replacement; their distances to the curve, shrunk by the
      cube root of m / n, on either side. Right in large samples where visits are on any day; wider than asked where
      they are on few fixed days. No limits where no draw differs from the curve.

    There are no bands, and no limits by the ordinary bootstrap: draws of all n do not follow the law of this curve.

    Weights count as so many observations. level: between 0 and 1; draws, seed: of "m out of n". ValueError for others.
    Banerjee & Wellner 2001, doi:10.1214/aos/1015345959; Sen & Xu 2015, doi:10.1016/j.csda.2014.07.014. Pinned to R: the
    likelihood written out and climbed under the constraint.

    >>> curve = npmle([0, 4, 8, 2], [6, 8, float("inf"), 5])
    >>> found = estimate_pointwise(curve, [5]).frame
    >>> round(found["low"].item(), 3), found["value"].round(3).item(), round(found["high"].item(), 3)
    (0.016, 0.25, 0.896)
    """
    low, high = pointwise_limits(curve, at_days, level, method, draws=draws, seed=seed)
    least, most = curve.free_between(at_days)
    row = {"what": "event-free", "unit": "proportion", "scale": "linear", "level": level, "n": curve.n}
    row |= {"events": float(curve.rows.events), "method": _said(curve, method, draws, seed)}
    rows = []
    for day, *numbers in zip(at_days, *(part.tolist() for part in (least, most, low, high)), strict=True):
        agreed = math.isclose(numbers[0], numbers[1], abs_tol=1e-12)
        found = {"value": numbers[0] if agreed else None, "low": _or_none(numbers[2]), "high": _or_none(numbers[3])}
        absent = NOT_ESTIMABLE if None in found.values() else None
        rows.append(row | {"at_days": day, "absent_reason": absent} | found)
    return Estimates.of(rows)


def pointwise_limits(
    curve: IntervalCurve,
    at_days: Sequence[int],
    level: float = 0.95,
    method: Method = "likelihood ratio",
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Limits:
    """Lower and upper limits of the share free after each day, NaN where there are none; all else as above.

    >>> low, high = pointwise_limits(npmle([0, 4, 8, 2], [6, 8, float("inf"), 5]), [5, 6])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.016, 0.016], [0.896, 0.751])
    """
    z = normal_quantile(level)
    if method == "m out of n":
        return _drawn(curve, at_days, level, draws, np.random.default_rng(seed))
    if method != "likelihood ratio":
        raise ValueError(f"method must be one of {', '.join(METHODS)}, found {method!r}")
    low, high = np.empty(len(at_days)), np.empty(len(at_days))
    for place, (day, least, most) in enumerate(zip(at_days, *curve.free_between(at_days), strict=True)):
        profile = FreeProfile.of(curve.rows, day)
        low[place] = _limit(profile, curve, float(least), 0.0, z)
        high[place] = _limit(profile, curve, float(most), 1.0, z)
    return low, high


def _said(curve: IntervalCurve, method: Method, draws: int, seed: int) -> str:
    if method == "likelihood ratio":
        return (
            "NPMLE for intervals, limits by likelihood ratio and chi-squared with 1 df "
            "(wider than asked if visits are on any day)"
        )
    n = _n(curve)
    return (
        f"NPMLE for intervals, limits by m out of n, {_m(n):,} of {n:,}, cube-root rate, {draws:,} draws (seed {seed}) "
        "(wider than asked if visits are on few fixed days)"
    )


def _or_none(limit: float) -> float | None:
    return None if math.isnan(limit) else limit


def _limit(profile: FreeProfile, curve: IntervalCurve, inside: float, outside: float, z: float) -> float:
    """The share between the estimate and an end at which the root of twice the fall is z; the end if it falls by less.

    That root is nearly straight, so Newton's steps meet it in a few; one that would leave what brackets it halves that.
    """
    if inside == outside:
        return outside
    if profile.possible(outside) and _fall(curve, profile.at(outside).value) <= z:
        return outside
    share = inside + math.copysign(min(z * _spread(curve, inside), abs(outside - inside) / 2), outside - inside)
    peak = None
    for _ in range(MOST_STEPS):
        peak = profile.at(share, peak)
        fall = _fall(curve, peak.value)
        if abs(fall - z) < NEAR_ENOUGH:
            break
        inside, outside = (share, outside) if fall < z else (inside, share)
        following = share + (fall - z) * fall / peak.slope if fall > 0 and peak.slope else math.inf
        between = min(inside, outside) < following < max(inside, outside)
        share = following if between else (inside + outside) / 2
    return share


def _fall(curve: IntervalCurve, value: float) -> float:
    """The root of twice the fall of the log likelihood."""
    return math.sqrt(max(2 * (curve.log_likelihood - value), 0.0))


def _spread(curve: IntervalCurve, share: float) -> float:
    n = float(curve.rows.weight.sum())
    return math.sqrt(max(share * (1 - share), 1 / n) / n)


def _n(curve: IntervalCurve) -> int:
    return max(1, round(float(curve.rows.weight.sum())))


def _m(n: int) -> int:
    drawn: float = n**SHARE_DRAWN
    return math.ceil(drawn)


def _drawn(
    curve: IntervalCurve, at_days: Sequence[int], level: float, draws: int, generator: np.random.Generator
) -> Limits:
    """The curve's range, wider on each side by the quantile of distances of as many curves of m observations."""
    if draws < 1:
        raise ValueError(f"draws must be at least 1, found {draws}")
    rows, n = curve.rows, _n(curve)
    least, most = curve.free_between(at_days)
    away = np.empty((draws, 2, len(at_days)))
    for draw in range(draws):
        chosen = generator.choice(rows.n, _m(n), p=rows.weight / rows.weight.sum())
        low, high = npmle(rows.last_free[chosen], rows.seen[chosen]).free_between(at_days)
        away[draw] = np.abs(low - least), np.abs(high - most)
    width = np.quantile(away, level, axis=0, method="higher") * (_m(n) / n) ** RATE
    # Draws that do not differ show no uncertainty, which is not the same as none; nothing is beyond 0 and 1.
    below, above = np.where(width > 0, width, np.nan)
    return np.where(least == 0, 0.0, np.maximum(least - below, 0.0)), np.where(
        most == 1, 1.0, np.minimum(most + above, 1.0)
    )
