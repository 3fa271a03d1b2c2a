"""How often the one of two people with the higher predicted hazard has the event first."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from remission.inputs.kernels import kernel
from remission.stats.estimates import NOT_ESTIMABLE, Estimates
from remission.stats.intervals import normal_quantile
from remission.stats.survival.time_at_risk import Flags, Floats

if TYPE_CHECKING:
    from remission.stats.regression.cox import CoxFit
    from remission.stats.regression.risk_sets import Places

# Predictors are equal to so many digits of their spread; two like rows may differ by rounding.
SAME_PREDICTOR = 10


@dataclass(frozen=True, eq=False)
class Pairs:
    """For each row in the order of risk sets, the weight of those it is compared with, shape (m, 3): the one who has
    the event first has the higher hazard (agree), has the lower, or both have the same."""

    counts: Floats
    weight: Floats

    @classmethod
    def of(cls, fit: CoxFit) -> Pairs:
        """Pairs of rows of one stratum, both at risk when one of them has the event and the other does not."""
        sets = fit.data.sets
        predictor = sets.of_rows(fit.predictor)
        predictor = np.round(predictor / max(float(np.ptp(predictor)), 1e-300), SAME_PREDICTOR)
        of_row = sets.stratum[sets.last] if sets.order.size else np.zeros(0, np.int64)
        # Ranks of one stratum are one after another, so that one tree of counts serves them all.
        key = np.column_stack((of_row, predictor))
        rank = np.unique(key, axis=0, return_inverse=True)[1].ravel()
        begin = np.full(fit.data.strata.size, rank.size)
        np.minimum.at(begin, of_row, rank)
        counts = np.zeros((rank.size, 3))
        end = np.zeros_like(begin)
        np.maximum.at(end, of_row, rank)
        opening = np.maximum.accumulate(np.where(sets.begins, np.arange(sets.days.size), 0))
        _pairs(rank, begin[of_row], end[of_row], sets.weight, sets.event, sets.last, sets.first, sets.late,
               opening, counts)  # fmt: skip
        return cls(counts, sets.weight)

    @property
    def share(self) -> float:
        """The share of pairs that agree, those of one predictor counted by half; NaN without a pair."""
        agree, total = self._of_rows
        return float((self.weight @ agree) / (self.weight @ total)) if total.any() else float("nan")

    @property
    def influence(self) -> Floats:
        """By how much a little more weight of each row changes the share, times its weight, shape (m,)."""
        agree, total = self._of_rows
        # Each pair is counted from both of its ends.
        return np.asarray(2 * self.weight * (agree - self.share * total) / (self.weight @ total))

    @property
    def _of_rows(self) -> tuple[Floats, Floats]:
        return self.counts[:, 0] + self.counts[:, 2] / 2, self.counts.sum(axis=1)


def estimate_concordance(fit: CoxFit, level: float = 0.95) -> Estimates:
    """Harrell's concordance of the fitted predictor, within strata: 0.5 tells nothing, 1 orders everybody rightly.

    Pairs whose events share a day are not compared; one censored on the day of the other's event had it later. The
    standard error is the infinitesimal jackknife's, by cluster where there are clusters; the interval is normal, cut at
    0 and 1. It is of the data that the model was fitted to, and so too high for others.

    Harrell, Lee & Mark 1996, doi:10.1002/(SICI)1097-0258(19960229)15:4<361::AID-SIM168>3.0.CO;2-4. Pinned to
    `concordance(coxph)` of R.

    >>> from remission.stats.regression.cox import cox
    >>> fit = cox([9, 13, 18, 23, 28, 31], [True, True, False, True, True, False], {"arm": [1, 0, 1, 1, 0, 0]})
    >>> estimate_concordance(fit).frame["value"].round(4).item()
    0.625
    """
    pairs = Pairs.of(fit)
    influence = fit.data.sets.back(pairs.influence, fit.data.rows.n)
    if fit.data.rows.cluster is not None:
        member = np.unique(fit.data.rows.cluster, return_inverse=True)[1]
        influence = np.bincount(member, influence).astype(np.float64)
    half = normal_quantile(level) * float(np.sqrt(influence @ influence))
    row = {"what": "concordance", "unit": "proportion", "level": level, "scale": "linear", "n": fit.data.rows.n}
    row |= {"events": float(fit.data.events), "method": f"concordance of {fit.method}"}
    if math.isnan(pairs.share):
        return Estimates.of([row | {"absent_reason": NOT_ESTIMABLE}])
    row |= {"value": pairs.share, "low": max(pairs.share - half, 0.0), "high": min(pairs.share + half, 1.0)}
    return Estimates.of([row])


@kernel
def _add(tree: Floats, place: int, weight: float) -> None:
    place += 1
    while place < tree.size:
        tree[place] += weight
        place += place & -place


@kernel
def _up_to(tree: Floats, place: int) -> float:
    place, total = place + 1, 0.0
    while place > 0:
        total += tree[place]
        place -= place & -place
    return total


@kernel
def _compared(
    tree: Floats, rank: int, begin: int, end: int, sign: float, found: Floats, above: int, below: int
) -> None:
    lower, same = _up_to(tree, rank - 1) - _up_to(tree, begin - 1), _up_to(tree, rank) - _up_to(tree, rank - 1)
    found[below] += sign * lower
    found[2] += sign * same
    found[above] += sign * (_up_to(tree, end) - _up_to(tree, rank))


@kernel
def _pairs(
    rank: Places,
    begin: Places,
    end: Places,
    weight: Floats,
    event: Flags,
    last: Places,
    first: Places,
    late: Places,
    opening: Places,
    counts: Floats,
) -> None:
    n = rank.size
    # Backwards: those with the event against all others at risk; who is below them agrees.
    tree, row, leaving = np.zeros(n + 1), n - 1, late.size - 1
    for day in range(opening.size - 1, -1, -1):
        stop = row
        while row >= 0 and last[row] == day:
            if not event[row]:
                _add(tree, rank[row], weight[row])
            row -= 1
        while leaving >= 0 and first[late[leaving]] >= day:
            gone = late[leaving]
            _add(tree, rank[gone], -weight[gone])
            leaving -= 1
        for one in range(stop, row, -1):
            if event[one]:
                _compared(tree, rank[one], begin[one], end[one], 1.0, counts[one], 1, 0)
        for one in range(stop, row, -1):
            if event[one]:
                _add(tree, rank[one], weight[one])
    # Forwards: all others against the events while they were at risk; who is above them agrees.
    tree[:] = 0.0
    row, entering = 0, 0
    for day in range(opening.size):
        start = row
        while row < n and last[row] == day:
            if event[row]:
                _compared(tree, rank[row], begin[row], end[row], 1.0, counts[row], 0, 1)
            row += 1
        for one in range(start, row):
            if event[one]:
                _add(tree, rank[one], weight[one])
        for one in range(start, row):
            if not event[one]:
                _compared(tree, rank[one], begin[one], end[one], 1.0, counts[one], 0, 1)
        while entering < late.size and first[late[entering]] == day:
            one = late[entering]
            _compared(tree, rank[one], begin[one], end[one], -1.0, counts[one], 0, 1)
            entering += 1
