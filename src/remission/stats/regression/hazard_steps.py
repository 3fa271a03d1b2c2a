"""What a fitted model says of each event day: its hazard, the mean covariates of its risk set, and their spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from remission.inputs.kernels import dividing_kernel
from remission.stats.survival.time_at_risk import Flags, Floats

if TYPE_CHECKING:
    from remission.stats.regression.risk_sets import Places, RiskSets


@dataclass(frozen=True, eq=False)
class HazardSteps:
    """Sums over the steps that ties take on each event day; Breslow takes one step a day, Efron one an event.

    hazard, squared: sum over steps of w / S and of w / S^2, with w the weight of events of the step and S the risk at
    it, shape (k,); mean: covariates of the risk set, averaged over steps; hazard_mean: sum of w / S times that mean,
    shape (k, p). Of those who have the event on the day a share has left at each step: `own_hazard` and
    `own_hazard_mean` are those two sums as they meet them. curvature: their part of the information, shape (k, p, p).
    level: the log hazard ratio of whom `hazard` is told, for exp of a large one is no number: with a predictor of eta
    it is exp(eta - level) times as high. risk: that ratio of each row in order, without its weight, shape (m,).
    """

    hazard: Floats
    own_hazard: Floats
    squared: Floats
    mean: Floats
    hazard_mean: Floats
    own_hazard_mean: Floats
    curvature: Floats
    level: float
    risk: Floats

    @classmethod
    def of(cls, sets: RiskSets, covariates: Floats, predictor: Floats, *, efron: bool) -> HazardSteps:
        """The steps at a predictor, shape (m,); covariates shape (m, p), both in the order of `sets`."""
        k, p = sets.days.size, covariates.shape[1]
        level = float(predictor.mean())
        risk = np.exp(predictor - level)
        hazard, own, squared = np.zeros((3, k))
        mean, hazard_mean, own_mean = np.zeros((3, k, p))
        curvature = np.zeros((k, p, p))
        _steps(
            covariates, risk, sets.weight, sets.event, sets.last, sets.first, sets.late, sets.begins, efron,
            hazard, own, squared, mean, hazard_mean, own_mean, curvature,
        )  # fmt: skip
        return cls(hazard, own, squared, mean, hazard_mean, own_mean, curvature, level, risk)


@dividing_kernel
def _steps(
    x: Floats,
    risk: Floats,
    weight: Floats,
    event: Flags,
    last: Places,
    first: Places,
    late: Places,
    begins: Flags,
    efron: int,
    hazard: Floats,
    own_hazard: Floats,
    squared: Floats,
    mean: Floats,
    hazard_mean: Floats,
    own_hazard_mean: Floats,
    curvature: Floats,
) -> None:
    p, rest0 = x.shape[1], 0.0
    rest1, rest2, had1, had2, here = np.zeros(p), np.zeros((p, p)), np.zeros(p), np.zeros((p, p)), np.zeros(p)
    row, leaving = last.size - 1, late.size - 1
    for day in range(begins.size - 1, -1, -1):
        had0, deaths, weight_of_deaths = 0.0, 0, 0.0
        had1[:] = 0.0
        had2[:] = 0.0
        while row >= 0 and last[row] == day:
            r = weight[row] * risk[row]
            deaths += event[row]
            weight_of_deaths += weight[row] * event[row]
            had0 += r if event[row] else 0.0
            rest0 += 0.0 if event[row] else r
            for a in range(p):
                for b in range(a + 1):
                    (had2 if event[row] else rest2)[a, b] += r * x[row, a] * x[row, b]
                (had1 if event[row] else rest1)[a] += r * x[row, a]
            row -= 1
        while leaving >= 0 and first[late[leaving]] >= day:
            gone = late[leaving]
            r = weight[gone] * risk[gone]
            rest0 -= r
            for a in range(p):
                rest1[a] -= r * x[gone, a]
                for b in range(a + 1):
                    rest2[a, b] -= r * x[gone, a] * x[gone, b]
            leaving -= 1
        steps = deaths if efron else min(deaths, 1)
        for step in range(steps):
            share = 1.0 - step / steps
            left, each = rest0 + share * had0, weight_of_deaths / steps
            # By Breslow nobody leaves during the day, so all meet one hazard.
            hazard[day] += each / left
            own_hazard[day] += share * each / left
            squared[day] += each / left**2
            for a in range(p):
                here[a] = (rest1[a] + share * had1[a]) / left
                mean[day, a] += here[a] / steps
                hazard_mean[day, a] += each / left * here[a]
                own_hazard_mean[day, a] += share * each / left * here[a]
                for b in range(a + 1):
                    part = each * ((rest2[a, b] + share * had2[a, b]) / left - here[a] * here[b])
                    curvature[day, a, b] += part
                    if b < a:
                        curvature[day, b, a] += part
        rest0 = 0.0 if begins[day] else rest0 + had0
        for a in range(p):
            rest1[a] = 0.0 if begins[day] else rest1[a] + had1[a]
            for b in range(a + 1):
                rest2[a, b] = 0.0 if begins[day] else rest2[a, b] + had2[a, b]
