"""Which treatment may be first? Ranks with how little is known of them: a rank is no effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from remission.stats.network.contrasts import Floats

if TYPE_CHECKING:
    from remission.stats.network.pooled import Network

DRAWS, SEED = 100_000, 20170201


@dataclass(frozen=True, eq=False)
class Ranks:
    """By treatment, in the order of the network's names: P-scores, and how probable each rank is (shape (t, t)).

    `low` and `high` hold the ranks between which a treatment lies with the probability `level`.
    """

    p_scores: Floats
    probabilities: Floats
    low: Floats
    high: Floats
    level: float

    @property
    def mean(self) -> Floats:
        """The mean rank of each treatment; 1 is first."""
        return self.probabilities @ np.arange(1.0, len(self.p_scores) + 1)


def rank_treatments(network: Network, *, fewer_is_better: bool = True, level: float = 0.95) -> Ranks:
    """P-scores (Ruecker & Schwarzer 2015, doi:10.1186/s12874-015-0060-8) and ranks of draws from the effects' errors.

    The draws are the same on every run. A P-score is the mean certainty of being better than another treatment, and no
    measure of how much better.
    """
    sign = -1.0 if fewer_is_better else 1.0
    better = sign * (network.effects[:, None] - network.effects[None, :])
    error = np.sqrt(network.variance_between)
    np.fill_diagonal(error, 1.0)
    sure = ndtr(better / error)
    np.fill_diagonal(sure, 0.0)
    count = len(network.names)
    p_scores = sure.sum(axis=1) / max(1, count - 1)
    probabilities = _drawn(network, sign)
    reached = probabilities.cumsum(axis=1)
    tail = (1 - level) / 2
    low = 1.0 + (reached <= tail).sum(axis=1)
    high = 1.0 + (reached < 1 - tail - 1e-12).sum(axis=1)
    return Ranks(p_scores, probabilities, low, np.minimum(high, count), level)


def _drawn(network: Network, sign: float) -> Floats:
    count = len(network.names)
    # Half of the draws, and the same mirrored: the means of both are exact.
    values, vectors = np.linalg.eigh(network.covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    half = np.random.default_rng(SEED).standard_normal((DRAWS // 2, count)) @ root.T
    draws = -sign * (network.effects + np.concatenate([half, -half]))
    order = draws.argsort(axis=1)
    found = np.stack([np.bincount(order[:, rank], minlength=count) for rank in range(count)], axis=1)
    probabilities: Floats = found / len(draws)
    return probabilities
