"""Firth's penalty: the likelihood times the root of the information, whose largest value is never at infinity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from remission.inputs.kernels import dividing_kernel
from remission.stats.regression.likelihoods.partial import Partial
from remission.stats.regression.likelihoods.slopes import Slopes

if TYPE_CHECKING:
    from remission.stats.regression.risk_sets import Places
    from remission.stats.survival.time_at_risk import Flags, Floats


@dataclass(frozen=True, eq=False)
class Penalised:
    """The partial likelihood with half the log determinant of its information added.

    The curvature told is that of the partial likelihood, as Firth's own steps use it: near the top the penalty bends
    little, so steps come closer by a share at a time, and still end where the slope of the whole is 0.

    Firth 1993, doi:10.1093/biomet/80.1.27; Heinze & Schemper 2001, doi:10.1111/j.0006-341X.2001.00114.x.
    """

    partial: Partial

    def at(self, beta: Floats) -> Slopes:
        """Value, slope and the partial likelihood's curvature at these coefficients, shape (p,)."""
        plain = self.partial.at(beta)
        if not plain.known:
            return plain
        sign, logarithm = np.linalg.slogdet(plain.information)
        if sign <= 0:
            return Slopes(-np.inf, plain.score, plain.information)
        sets, x = self.partial.sets, self.partial.covariates
        predictor = x @ beta + self.partial.offset
        risk = sets.weight * np.exp(predictor - predictor.mean())
        pull = _pull(
            x, risk, sets.weight, sets.event, sets.last, sets.first, sets.late, sets.begins, self.partial.efron,
            np.asarray(np.linalg.inv(plain.information), dtype=np.float64),
        )  # fmt: skip
        return Slopes(plain.value + logarithm / 2, plain.score + pull / 2, plain.information)


@dividing_kernel
def _add_row(x: Floats, wide: Floats, row: int, risk: float, sums: Floats, squares: Floats) -> None:
    """Add one row's risk times `wide` and times x wide' to sums over those at risk; below 0 it is taken out again."""
    for b in range(wide.shape[1]):
        sums[b] += risk * wide[row, b]
        for a in range(x.shape[1]):
            squares[a, b] += risk * (x[row, a] * wide[row, b])


@dividing_kernel
def _pull(
    x: Floats,
    risk: Floats,
    weight: Floats,
    event: Flags,
    last: Places,
    first: Places,
    late: Places,
    begins: Flags,
    efron: int,
    inverse: Floats,
) -> Floats:
    """The slope of the log determinant of the information: its inverse against the third moments of each risk set.

    With q = x' M x for M the inverse, that is for each step the covariance of x with q, less twice V M m, where m and V
    are mean and covariance of x: so two more sums do for all third moments.
    """
    n, p = x.shape
    # q is one more column: sums of 1, x, q, and of x x' and x q.
    wide = np.zeros((n, p + 1))
    for row in range(n):
        for a in range(p):
            wide[row, a] = x[row, a]
            for b in range(p):
                wide[row, p] += inverse[a, b] * x[row, a] * x[row, b]
    slope, rest0, mean, spread = np.zeros(p), 0.0, np.zeros(p + 1), np.zeros((p, p + 1))
    rest1, rest2, had1, had2 = np.zeros(p + 1), np.zeros((p, p + 1)), np.zeros(p + 1), np.zeros((p, p + 1))
    row, leaving = n - 1, late.size - 1
    for day in range(begins.size - 1, -1, -1):
        had0, deaths, weight_of_deaths = 0.0, 0, 0.0
        had1[:] = 0.0
        had2[:] = 0.0
        while row >= 0 and last[row] == day:
            if event[row]:
                deaths += 1
                weight_of_deaths += weight[row]
                had0 += risk[row]
                _add_row(x, wide, row, risk[row], had1, had2)
            else:
                rest0 += risk[row]
                _add_row(x, wide, row, risk[row], rest1, rest2)
            row -= 1
        while leaving >= 0 and first[late[leaving]] >= day:
            gone = late[leaving]
            rest0 -= risk[gone]
            _add_row(x, wide, gone, -risk[gone], rest1, rest2)
            leaving -= 1
        steps = deaths if efron else min(deaths, 1)
        for step in range(steps):
            share = 1.0 - step / steps
            left, each = rest0 + share * had0, weight_of_deaths / steps
            for a in range(p + 1):
                mean[a] = (rest1[a] + share * had1[a]) / left
            for a in range(p):
                for b in range(p + 1):
                    spread[a, b] = (rest2[a, b] + share * had2[a, b]) / left - mean[a] * mean[b]
            for a in range(p):
                slope[a] += each * spread[a, p]
                for b in range(p):
                    for c in range(p):
                        slope[a] -= 2.0 * each * spread[a, b] * inverse[b, c] * mean[c]
        # A stratum begins with nobody at risk.
        rest0 = 0.0 if begins[day] else rest0 + had0
        for a in range(p + 1):
            rest1[a] = 0.0 if begins[day] else rest1[a] + had1[a]
            for b in range(p):
                rest2[b, a] = 0.0 if begins[day] else rest2[b, a] + had2[b, a]
    return slope
