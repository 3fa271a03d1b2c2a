"""The partial likelihood with its slope and curvature, ties by Efron or Breslow, in one pass over rows.

From the last event day backwards rows join the sums of the risk set, and those who had not yet entered leave them. With
d events on a day Efron takes d steps, before the k-th of which a share k / d of those with the event has left; Breslow
takes all d at once.

The sweep over rows is written out here, in `penalty.py` and in `hazard_steps.py`, each with its own sums: a kernel kept
on disk is not compiled again when a kernel of another file that it calls is edited, and would go on with the old one.

Efron 1977, doi:10.1080/01621459.1977.10480613; Breslow 1974, doi:10.2307/2529620.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from remission.inputs.kernels import dividing_kernel
from remission.stats.regression.likelihoods.slopes import Slopes
from remission.stats.regression.risk_sets import Places, RiskSets
from remission.stats.survival.time_at_risk import Flags, Floats


@dataclass(frozen=True, eq=False)
class Partial:
    """The partial likelihood of rows in order; covariates and offset in that order, shape (m, p) and (m,)."""

    sets: RiskSets
    covariates: Floats
    offset: Floats
    efron: bool

    def at(self, beta: Floats) -> Slopes:
        """Value, slope and curvature at these coefficients, shape (p,); not finite where exp overflows."""
        predictor = self.covariates @ beta + self.offset
        sets = self.sets
        # Likelihoods do not change with a constant in the predictor, and exp stays near 1.
        predictor -= predictor.mean()
        with np.errstate(over="ignore", invalid="ignore"):
            risk = sets.weight * np.exp(predictor)
        score, information = np.zeros(beta.size), np.zeros((beta.size, beta.size))
        value = _partial(
            self.covariates, predictor, risk, sets.weight, sets.event, sets.last, sets.first, sets.late, sets.begins,
            self.efron, score, information,
        )  # fmt: skip
        return Slopes(value, score, information + np.tril(information, -1).T)


@dividing_kernel
def _partial(
    x: Floats,
    predictor: Floats,
    risk: Floats,
    weight: Floats,
    event: Flags,
    last: Places,
    first: Places,
    late: Places,
    begins: Flags,
    efron: int,
    score: Floats,
    information: Floats,
) -> float:
    p, value, rest0 = x.shape[1], 0.0, 0.0
    rest1, rest2, had1, had2, mean = np.zeros(p), np.zeros((p, p)), np.zeros(p), np.zeros((p, p)), np.zeros(p)
    row, leaving = last.size - 1, late.size - 1
    for day in range(begins.size - 1, -1, -1):
        had0, deaths, weight_of_deaths = 0.0, 0, 0.0
        had1[:] = 0.0
        had2[:] = 0.0
        while row >= 0 and last[row] == day:
            r = risk[row]
            if event[row]:
                w = weight[row]
                deaths += 1
                weight_of_deaths += w
                value += w * predictor[row]
                had0 += r
                for a in range(p):
                    score[a] += w * x[row, a]
                    product = r * x[row, a]
                    had1[a] += product
                    for b in range(a + 1):
                        had2[a, b] += product * x[row, b]
            else:
                rest0 += r
                for a in range(p):
                    product = r * x[row, a]
                    rest1[a] += product
                    for b in range(a + 1):
                        rest2[a, b] += product * x[row, b]
            row -= 1
        while leaving >= 0 and first[late[leaving]] >= day:
            gone = late[leaving]
            rest0 -= risk[gone]
            for a in range(p):
                product = risk[gone] * x[gone, a]
                rest1[a] -= product
                for b in range(a + 1):
                    rest2[a, b] -= product * x[gone, b]
            leaving -= 1
        steps = deaths if efron else min(deaths, 1)
        for step in range(steps):
            share = 1.0 - step / steps
            left, each = rest0 + share * had0, weight_of_deaths / steps
            value -= each * np.log(left)
            for a in range(p):
                mean[a] = (rest1[a] + share * had1[a]) / left
                score[a] -= each * mean[a]
                for b in range(a + 1):
                    information[a, b] += each * ((rest2[a, b] + share * had2[a, b]) / left - mean[a] * mean[b])
        # On every earlier day those with the event are at risk like others; a stratum begins with nobody.
        rest0 = 0.0 if begins[day] else rest0 + had0
        for a in range(p):
            rest1[a] = 0.0 if begins[day] else rest1[a] + had1[a]
            for b in range(a + 1):
                rest2[a, b] = 0.0 if begins[day] else rest2[a, b] + had2[a, b]
    return value
