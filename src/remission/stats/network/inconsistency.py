"""Do direct and indirect evidence agree? Q within and between designs, and each comparison split into its sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc, ndtr

from remission.stats.network.system import System

if TYPE_CHECKING:
    from remission.stats.network.contrasts import Contrasts
    from remission.stats.network.pooled import Network

# A comparison of which the direct evidence is all there is has no other side: rounding leaves this much.
ALL_OF_IT = 1e-9


@dataclass(frozen=True)
class Designs:
    """Q of the network in two parts: between studies of one design, and between designs (what loops disagree by)."""

    within: float
    within_df: int
    between: float
    between_df: int

    @property
    def within_p(self) -> float:
        """Not a number without a degree of freedom."""
        return float(chdtrc(self.within_df, self.within)) if self.within_df else float("nan")

    @property
    def between_p(self) -> float:
        """Not a number without a loop."""
        return float(chdtrc(self.between_df, self.between)) if self.between_df else float("nan")


@dataclass(frozen=True)
class Split:
    """One comparison from its own trials and from all the rest, on the log scale, each with its standard error."""

    one: str
    other: str
    k: int
    direct: float
    direct_error: float
    indirect: float
    indirect_error: float

    @property
    def difference(self) -> float:
        """How far direct and indirect evidence lie apart."""
        return self.direct - self.indirect

    @property
    def p(self) -> float:
        """Of the difference, by its normal error."""
        z = abs(self.difference) / float(np.hypot(self.direct_error, self.indirect_error))
        return float(2 * ndtr(-z))


def q_of_designs(network: Network) -> Designs:
    """Q within and between designs, with common weights. Krahn 2013, doi:10.1186/1471-2288-13-35."""
    trials = network.trials
    of_design: dict[tuple[str, ...], list[str]] = {}
    for study, arms in trials.arms.items():
        of_design.setdefault(arms, []).append(study)
    rows = trials.of_study
    within, df = 0.0, 0
    for arms, studies in of_design.items():
        system = System.of(trials.take([row for study in studies for row in rows[study]]), arms[0])
        within += system.q(system.solved(0.0)[0])
        df += system.df
    return Designs(within, df, network.q - within, network.df - df)


def split_sides(network: Network) -> tuple[Split, ...]:
    """Each comparison that has trials of its own and another way round, split by back-calculation.

    The direct side pools the trials that hold both arms, with the network's tau squared; the indirect side is what is
    left of the network's number when that is taken out of it (Dias 2010, doi:10.1002/sim.3767). Of a trial with three
    arms the third still speaks on the indirect side: with many of those the two sides are not wholly apart.

    >>> from remission.stats.network.contrasts import Contrasts
    >>> from remission.stats.network.pooled import pool_network
    >>> trials = Contrasts(["A", "B", "C"], ["x", "x", "y"], ["y", "z", "z"], [-0.2, -0.4, -0.1], [0.04, 0.09, 0.05])
    >>> [(one.one, one.other, round(one.difference, 3)) for one in split_sides(pool_network(trials, tau2="common"))]
    [('y', 'x', 0.1), ('z', 'x', -0.1), ('z', 'y', 0.1)]
    """
    pairs = sorted(
        {(one, other) for arms in network.trials.arms.values() for one in arms for other in arms if one > other}
    )
    splits = (_split(network, one, other) for one, other in pairs)
    return tuple(sorted((one for one in splits if one), key=lambda split: (split.other, split.one)))


def _split(network: Network, one: str, other: str) -> Split | None:
    direct = _direct(network.trials, one, other, network.tau2)
    if direct is None:
        return None
    k, value, variance = direct
    i, j = network.names.index(one), network.names.index(other)
    whole, whole_variance = network.effects[i] - network.effects[j], network.variance_between[i, j]
    left = 1 / whole_variance - 1 / variance
    if left <= ALL_OF_IT / whole_variance:
        return None
    indirect = (whole / whole_variance - value / variance) / left
    return Split(one, other, k, value, variance**0.5, float(indirect), float(left**-0.5))


def _direct(trials: Contrasts, one: str, other: str, tau2: float) -> tuple[int, float, float] | None:
    found = [_pair(trials, rows, one, other) for study, rows in trials.of_study.items()
             if {one, other} <= set(trials.arms[study])]  # fmt: skip
    if not found:
        return None
    values, variances = (np.array(column) for column in zip(*found, strict=True))
    weights = 1 / (variances + tau2)
    return len(found), float(values @ weights / weights.sum()), float(1 / weights.sum())


def _pair(trials: Contrasts, rows: Sequence[int], one: str, other: str) -> tuple[float, float]:
    """One against the other in one study: a contrast as given, or the difference of two."""
    pick = np.array([(trials.treatments[row] == one) * 1.0 - (trials.treatments[row] == other) for row in rows])
    covariance = trials.covariance(rows)
    return float(pick @ trials.values[list(rows)]), float(pick @ covariance @ pick)
