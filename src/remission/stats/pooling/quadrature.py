"""The likelihood of counts whose predictors are normal around a middle, by adaptive Gauss-Hermite quadrature.

Each study's integral is taken around the mode of its own integrand, as wide as that is there: a few points then do what
hundreds on a fixed grid would not. How many are enough depends on how rare the events are, so it is asked and not
assumed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from scipy.special import roots_hermite

from remission.stats.pooling.families import Family, Terms
from remission.stats.pooling.scales import Floats

MOST_TURNS = 100
AT_THE_MODE = 1e-7
TINY = 1e-300


class Height(NamedTuple):
    """The log likelihood at n pairs of middle and spread, shape (n,), its gradient (n, 2) and Hessian (n, 2, 2)."""

    value: Floats
    gradient: Floats
    hessian: Floats


@dataclass(frozen=True, eq=False)
class Quadrature:
    """The likelihood of these counts by so many points a study."""

    family: Family
    points: int
    _near: dict[tuple[int, ...], Floats] = field(default_factory=dict, init=False)
    """The modes found last: from there the next ones are a step or two."""

    @cached_property
    def _upright(self) -> Family:
        return self.family.upright()

    def at(self, middle: Floats, spread: Floats) -> Height:
        """Log likelihood at middle and spread, both of shape (n,), even in the spread.

        The gradient is that of the sum over points, whose places move along with middle and spread, so that it is 0
        where the sum is highest. The Hessian leaves that out: it is the one of the integral (Louis 1982).
        """
        mu, sigma = middle[:, None], spread[:, None]
        places, weights = _rule(self.points)
        mode = self._modes(mu, sigma)
        width, moved = self._around(mu, sigma, mode)
        z = mode[..., None] + width[..., None] * places
        inner = self._upright.terms(mu[..., None] + sigma[..., None] * z)
        height = inner.log_likelihood - z * z / 2 + weights
        top = height.max(axis=-1)
        share = np.exp(height - top[..., None])
        total = share.sum(axis=-1)
        share /= total[..., None]
        value = (top + np.log(total) + np.log(width)).sum(axis=-1) + self.family.constant
        lean = share * (sigma[..., None] * inner.residual - z)
        shift, stretch = lean.sum(axis=-1), 1 + (lean @ places) * width
        extra = [(shift * mode_moves + stretch * widens).sum(axis=-1) for mode_moves, widens in moved]
        gradient, hessian = _louis(share, inner, z)
        return Height(value, gradient + np.stack(extra, axis=-1), hessian)

    def _modes(self, mu: Floats, sigma: Floats) -> Floats:
        """Where each integrand is highest, in spreads from the middle, shape (n, k).

        Newton's steps d are shortened to log(1 + d): for both families the curvature changes by no more than a factor
        exp(d) over d, so a step of that length never passes the mode and none has to be taken back.
        """
        alone, known = self.family.single
        pull = sigma * known
        z = self._near.get(mu.shape)
        z = pull * (alone - mu) / (1 + sigma * pull) if z is None else z
        for _ in range(MOST_TURNS):
            residual, information = self.family.pull(mu + sigma * z)
            step = (sigma * residual - z) / (1 + sigma**2 * information)
            far = np.abs(sigma * step) + TINY
            z = z + step * (np.log1p(far) / far)
            if far.max() < AT_THE_MODE and np.abs(step).max() < AT_THE_MODE:
                break
        self._near[mu.shape] = z
        return z

    def _around(self, mu: Floats, sigma: Floats, mode: Floats) -> tuple[Floats, list[tuple[Floats, Floats]]]:
        """How wide each integrand is; and how its mode and the logarithm of its width follow middle and spread."""
        predictor = mu + sigma * mode
        residual, information = self.family.pull(predictor)
        curve = 1 + sigma**2 * information
        skew = sigma**2 * self.family.skew(predictor, information)
        by_middle = -sigma * information / curve
        by_spread = (residual - sigma * information * mode) / curve
        widens = -skew / curve**2 / 2, -(2 * sigma * information + skew * (mode + sigma * by_spread)) / curve / 2
        return 1 / np.sqrt(curve), [(by_middle, widens[0]), (by_spread, widens[1])]


def _louis(share: Floats, inner: Terms, z: Floats) -> tuple[Floats, Floats]:
    """Gradient and Hessian of the integral from what each point has of it."""
    slope, bend = share * inner.residual, share * (inner.residual**2 - inner.information)
    first, second = slope.sum(axis=-1), (slope * z).sum(axis=-1)
    bend_z = bend * z
    across = (bend_z.sum(axis=-1) - first * second).sum(axis=-1)
    middle = (bend.sum(axis=-1) - first**2).sum(axis=-1)
    spread = ((bend_z * z).sum(axis=-1) - second**2).sum(axis=-1)
    hessian = np.stack([np.stack([middle, across], axis=-1), np.stack([across, spread], axis=-1)], axis=-1)
    return np.stack([first.sum(axis=-1), second.sum(axis=-1)], axis=-1), hessian


@lru_cache(maxsize=32)
def _rule(points: int) -> tuple[Floats, Floats]:
    """Places in widths, and logarithms of weights from which the normal density is taken out again."""
    nodes, weights = roots_hermite(points)
    return np.sqrt(2) * nodes, np.log(weights) + nodes**2 - np.log(np.pi) / 2
