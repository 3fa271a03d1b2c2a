"""Which groups lie further from the common ratio than their size and the spread of all groups lets one expect.

A funnel is no league table: small groups scatter widely and large ones little, so each is judged by limits for its own
size. The amounts are no counts, so how much chance there is comes from months: one month-to-month spread, pooled over
groups. Groups that differ for good reasons scatter more than that (over-dispersion); limits that ignore it call nearly
every group an outlier.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remission.stats.intervals import normal_quantile

if TYPE_CHECKING:
    from remission.stats.months.ratios import RatioLimits

Floats = NDArray[np.float64]
Dispersion = Literal["none", "multiplicative", "additive"]
Position = Literal["below 99.8 %", "below 95 %", "inside", "above 95 %", "above 99.8 %", "not estimable"]

# The limits of funnels of hospital figures: two and three standard errors.
WARNING, ALARM = 0.95, 0.998
# A tenth on each side: groups far outside must not widen the very limits they are judged by.
WINSORISED = 0.1


@dataclass(frozen=True)
class Funnel:
    """Groups around a common target; arrays of shape (groups,), all in the order given.

    `error` is what month-to-month variation gives a group of that size, `z` the distance from the target in such
    errors, `adjusted` the same in errors widened for over-dispersion, which `position` goes by. `phi` is the mean
    squared z after winsorising, `phi_expected` what it would be with chance alone (1 without winsorising), and
    `tau_squared` the variance between groups beyond chance.
    """

    value: Floats
    size: Floats
    error: Floats
    z: Floats
    adjusted: Floats
    position: tuple[Position, ...]
    target: float
    sigma: float
    phi: float
    phi_expected: float
    tau_squared: float
    dispersion: Dispersion

    def limits(self, sizes: ArrayLike, level: float) -> tuple[Floats, Floats]:
        """Low and high limit for groups of these sizes, shape of `sizes`: the lines of the funnel.

        They are not cut at what is possible, such as 0 and 1 of a share.

        >>> low, high = funnel_of([0.2, 0.3, 0.25], [10, 20, 40], sigma=0.5, dispersion="none").limits([25.0], 0.95)
        >>> round(low.item(), 3), round(high.item(), 3)
        (0.061, 0.453)
        """
        variance = self.sigma**2 / np.where(np.asarray(sizes, np.float64) > 0, sizes, np.nan)
        half = normal_quantile(level) * np.sqrt(self._widened(variance))
        return self.target - half, self.target + half

    def _widened(self, variance: Floats) -> Floats:
        if self.dispersion == "multiplicative":
            # Never narrower than chance alone: less spread than chance is chance too.
            return variance * max(self.phi / self.phi_expected, 1.0)
        return variance + (self.tau_squared if self.dispersion == "additive" else 0.0)

    @property
    def method(self) -> str:
        """What was done, in a line."""
        spread = "month-to-month spread pooled over groups"
        return f"funnel around the ratio of all totals, {spread}, {_WORDS[self.dispersion]}"


def pooled_sigma(ratios: RatioLimits) -> float:
    """Standard error of the ratio of a group of size 1, pooled over groups: sqrt(mean of size error^2).

    Each group's squared error, times its denominator, estimates the same variance if ratios vary as one over the
    square root of the size; the mean is weighted by degrees of freedom, months less one. NaN without two months in any
    group.

    >>> from remission.stats.months.ratios import ratio_of_totals
    >>> round(pooled_sigma(ratio_of_totals([[1.0, 2.0], [6.0, 9.0]], [[4.0, 4.0], [20.0, 20.0]])), 4)
    0.4183
    """
    known = np.isfinite(ratios.error) & (ratios.denominator > 0)
    # Pooled by freedom, so that a group with few months does not count like one with all.
    freedom = np.where(known, ratios.n - 1, 0)
    if not freedom.sum():
        return float("nan")
    variance = np.where(known, ratios.error**2 * ratios.denominator, 0)
    return float(np.sqrt((freedom * variance).sum() / freedom.sum()))


def funnel_of(
    values: ArrayLike,
    sizes: ArrayLike,
    sigma: float,
    dispersion: Dispersion = "additive",
    winsorised: float = WINSORISED,
) -> Funnel:
    """The funnel of values with standard error sigma / sqrt(size) around their mean weighted by size.

    With z the distance from the target in errors, winsorised by moving the lowest and highest share `winsorised` to
    the quantiles there (type 7), over I groups:

    - phi = sum z^2 / I, which chance alone makes c: 0.679 with a tenth winsorised at each end. The usual method has no
      c. Where groups differ without outliers it then finds half of the variance between them, and 15 % of the groups
      come to lie outside limits of 95 %, 2 % outside those of 99.8 %. With c it is 5 to 8 % and 0.2 to 0.9 %.
    - multiplicative: variances times phi / c, if that is above 1.
    - additive: variances plus tau^2 = max(0, (I phi / c - (I - 1)) / (sum w - sum w^2 / sum w)), w = 1 / error^2: that
      of DerSimonian and Laird from winsorised distances. Large groups are then not held to impossible precision.

    Groups without value or size are "not estimable" and do not count; so are all if fewer than two count or sigma is
    not above 0. Normal limits, at 95 % and 99.8 %: of 40 groups at target 2 lie outside the inner ones.

    values, sizes: shape (groups,). ValueError for shapes that differ, an unknown dispersion, a share not in 0 to 0.5.
    Spiegelhalter 2005, doi:10.1002/sim.1970 (funnels) and doi:10.1136/qshc.2005.013755 (over-dispersion);
    DerSimonian & Laird 1986, doi:10.1016/0197-2456(86)90046-2. Pinned, without winsorising, to `rma(method = "DL")` of
    R's metafor package; phi with winsorising to base R.

    >>> funnel = funnel_of([0.2, 0.3, 0.9], [10, 20, 40], sigma=0.5, winsorised=0)
    >>> funnel.position, round(funnel.target, 3), round(funnel.phi, 2), round(funnel.tau_squared, 4)
    (('inside', 'inside', 'inside'), 0.629, 9.26, 0.1611)
    """
    value, size = np.asarray(values, dtype=np.float64), np.asarray(sizes, dtype=np.float64)
    if value.shape != size.shape or value.ndim != 1:
        raise ValueError(f"as many values as sizes, in one dimension: {value.shape}, {size.shape}")
    if dispersion not in get_args(Dispersion) or not 0 <= winsorised < 0.5:
        raise ValueError(f"dispersion must be one of {', '.join(_WORDS)} and winsorised from 0 to below 0.5")
    known = np.isfinite(value) & np.isfinite(size) & (size > 0)
    usable = known & (known.sum() > 1) & (sigma > 0)
    weights = np.where(usable, size, 0.0)
    target = float(np.where(usable, value, 0) @ weights / weights.sum()) if usable.any() else float("nan")
    error = np.where(usable, sigma / np.sqrt(np.where(usable, size, 1.0)), np.nan)
    z = (value - target) / error
    found = _over_dispersion(z[usable], error[usable], winsorised)
    funnel = Funnel(value, size, error, z, z, (), target, float(sigma), *found, dispersion)
    adjusted = (value - target) / np.sqrt(funnel._widened(error**2))
    return replace(funnel, adjusted=adjusted, position=tuple(_position(one) for one in adjusted.tolist()))


def _over_dispersion(z: Floats, error: Floats, winsorised: float) -> tuple[float, float, float]:
    """phi, what it would be with chance alone, and tau^2 of groups that all count."""
    expected = _winsorised_variance(winsorised)
    if not z.size:
        return float("nan"), expected, float("nan")
    clipped = np.clip(z, *np.quantile(z, [winsorised, 1 - winsorised]))
    squares, weights = float(clipped @ clipped), error**-2
    scale = float(weights.sum() - (weights**2).sum() / weights.sum())
    # Divided by what clipping leaves of chance alone: otherwise clipped groups would look under-dispersed.
    return squares / z.size, expected, max(0.0, (squares / expected - (z.size - 1)) / scale)


def _winsorised_variance(share: float) -> float:
    """Variance of a standard normal number with that share of each tail moved to the quantile k: by parts,
    1 - 2 share - 2 k density(k) + 2 share k^2.
    """
    if share == 0:
        return 1.0
    k = NormalDist().inv_cdf(1 - share)
    return 1 - 2 * share - 2 * k * NormalDist().pdf(k) + 2 * share * k**2


def _position(z: float) -> Position:
    if np.isnan(z):
        return "not estimable"
    if abs(z) <= normal_quantile(WARNING):
        return "inside"
    if abs(z) <= normal_quantile(ALARM):
        return "above 95 %" if z > 0 else "below 95 %"
    return "above 99.8 %" if z > 0 else "below 99.8 %"


_WORDS: dict[Dispersion, str] = {
    "none": "limits not widened for over-dispersion",
    "multiplicative": "limits widened by winsorised phi, made consistent",
    "additive": "limits widened by the variance between groups (DerSimonian-Laird, winsorised, made consistent)",
}
