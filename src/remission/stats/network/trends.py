"""Do rate ratios still move with the decades once the slope on the reference's rate is in the model?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from remission.inputs.problems import InputProblems, Problem
from remission.stats.network.system import System

if TYPE_CHECKING:
    from remission.stats.network.baseline_risk import BaselineRisk
    from remission.stats.network.contrasts import Floats


@dataclass(frozen=True)
class Trend:
    """By how much the log ratio to the reference changes from one year to the next, with its limits."""

    slope: float
    error: float
    low: float
    high: float
    df: int


@dataclass(frozen=True)
class YearTrends:
    """The trend with the slope on the reference's rate off, and on."""

    off: Trend
    on: Trend


def trends_on_year(risk: BaselineRisk, years: Mapping[str, float], *, level: float = 0.95) -> YearTrends:
    """One slope on the year for all log ratios to the reference, before and after the slope on its rate is taken out.

    The effects are estimated beside it, at the tau squared of each model; trials without the reference have no trend of
    their own. The slope on the rate counts as known: the second trend is a description. InputProblems for trials
    without a year, and where all are of one year or too few are left.

    >>> from remission.stats.network.arms import Arms
    >>> from remission.stats.network.baseline_risk import regress_on_baseline
    >>> rates = [(1.3, 0.5), (1.0, 0.45), (0.8, 0.4), (0.5, 0.3), (0.4, 0.27), (0.35, 0.24)]
    >>> studies, names = zip(*[(f"T{at}", name) for at in range(6) for name in ("placebo", "y")])
    >>> risk = regress_on_baseline(Arms(studies, names, np.log(rates).ravel(), [0.001] * 12), "placebo")
    >>> found = trends_on_year(risk, {f"T{at}": 1990 + 5 * at for at in range(6)})
    >>> round(found.off.slope, 3), round(found.on.slope, 3)
    (0.025, 0.0)
    """
    trials = risk.arms.contrasts(risk.reference)
    holding = np.array([base == risk.reference for base in trials.bases])
    if missing := sorted({study for study, held in zip(trials.studies, holding, strict=True) if held} - set(years)):
        raise InputProblems([_problem(f"no year of {', '.join(missing)}", "the year of each trial", "Add it.")])
    year = np.array([years[study] if held else 0.0 for study, held in zip(trials.studies, holding, strict=True)])
    column = np.where(holding, year - year[holding].mean(), 0.0)
    away = dict(zip(risk.arms.of_study, risk.slope * (risk.latent_rates - risk.mean), strict=True))
    taken = np.array([away[study] if held else 0.0 for study, held in zip(trials.studies, holding, strict=True)])
    off = System.of(trials, risk.reference, column=column)
    on = System.of(trials, risk.reference, column=column, values=trials.values - taken)
    if off.df < 1 or np.linalg.matrix_rank(off.design.reshape(-1, off.design.shape[-1])) < off.design.shape[-1]:
        found = "no treatment that met the reference in several years"
        raise InputProblems([_problem(found, "two years or more", "Leave the trend out, and say so.")])
    quantile = float(stdtrit(off.df, (1 + level) / 2))
    return YearTrends(_trend(off, risk.off.tau2, quantile), _trend(on, risk.tau2, quantile))


def _trend(system: System, tau2: float, quantile: float) -> Trend:
    effects, covariance = system.solved(tau2)
    slope, error = float(effects[-1]), _root(covariance)
    return Trend(slope, error, slope - quantile * error, slope + quantile * error, system.df)


def _root(covariance: Floats) -> float:
    return float(np.sqrt(covariance[-1, -1]))


def _problem(found: str, allowed: str, do: str) -> Problem:
    return Problem.of_file("trends_on_year()", found=found, allowed=allowed, do=do)
