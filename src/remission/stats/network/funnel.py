"""Do small trials of the network say other things than large ones? Each contrast beside the number of its comparison.

The comparison-adjusted funnel (Chaimani & Salanti 2012, doi:10.1002/jrsm.57): trials of different comparisons have
different truths, so each contrast is drawn less the number of its own comparison. It says something only where it is
known beforehand which of two treatments a small trial would flatter: that order is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from scipy.special import stdtr, stdtrit

from remission.inputs.problems import InputProblems, Problem
from remission.stats.network.contrasts import Contrasts, Floats
from remission.stats.network.system import System

if TYPE_CHECKING:
    from remission.stats.network.pooled import Network

Centre = Literal["network", "comparison"]
# Fewer say nothing about a slope: the rule of ten (Sterne 2011, doi:10.1136/bmj.d4002).
FEWEST = 10
# Standard errors this close to each other, in a share of the largest, are all the same.
ALIKE = 1e-6


@dataclass(frozen=True)
class TestedSlope:
    """Of the log ratio on its own standard error, with limits and p by t on `df` degrees of freedom.

    Egger's regression (doi:10.1136/bmj.315.7109.629) with a number of its own for each treatment in place of one: the
    same where there is one comparison.
    """

    __test__ = False  # not a pytest class

    slope: float
    error: float
    low: float
    high: float
    p: float
    df: int


@dataclass(frozen=True, eq=False)
class AdjustedFunnel:
    """One contrast a row: `ones` against `others` of `studies`, and how far `apart` from the number of its comparison.

    `ones` stand later in the order asked for. `slope` is None where `reason` says why. Two contrasts of one study lean
    on one arm; the slope takes that into account, the picture cannot.
    """

    studies: tuple[str, ...]
    ones: tuple[str, ...]
    others: tuple[str, ...]
    apart: Floats
    errors: Floats
    centre: Centre
    slope: TestedSlope | None
    reason: str


def adjusted_funnel(
    network: Network, order: Sequence[str], *, centre: Centre = "network", level: float = 0.95
) -> AdjustedFunnel:
    """Each contrast less the network's number of its comparison, or less what the trials of that comparison pool to.

    `order` names all treatments, from the one that a small trial would flatter least: contrasts are those of the later
    against the earlier. By "comparison" one trial alone lies at 0 whatever it says. InputProblems for an order that
    lacks a treatment; ValueError for another word of `centre`.

    >>> from remission.stats.network.pooled import pool_network
    >>> names, values = [f"T{at}" for at in range(10)], [-0.1, -0.2, -0.2, -0.3, -0.3, -0.4, -0.4, -0.5, -0.6, -0.6]
    >>> trials = Contrasts(names, ["x"] * 10, ["y"] * 10, values, np.linspace(0.1, 0.4, 10) ** 2)
    >>> found = adjusted_funnel(pool_network(trials, tau2="common"), ["x", "y"])
    >>> found.apart.round(2).tolist()[:3], round(found.slope.slope, 2), found.slope.df
    ([0.13, 0.03, 0.03], -1.66, 8)
    """
    if centre not in get_args(Centre):
        raise ValueError(f"centre must be one of {', '.join(get_args(Centre))}, found {centre}")
    if missing := [name for name in network.names if name not in order]:
        allowed = f"all of {', '.join(network.names)}"
        found, do = f"no {', '.join(missing)}", "Give each treatment its place."
        raise InputProblems(Problem.at_key("adjusted_funnel()", "order", found=found, allowed=allowed, do=do))
    trials = _turned(network.trials, order)
    middle = _of_network(network, trials) if centre == "network" else _of_comparisons(trials, network.tau2)
    slope, reason = _tested(trials, order[0], level)
    return AdjustedFunnel(
        tuple(trials.studies), tuple(trials.treatments), tuple(trials.bases), trials.values - middle,
        np.sqrt(trials.variances), centre, slope, reason,
    )  # fmt: skip


def _turned(trials: Contrasts, order: Sequence[str]) -> Contrasts:
    """The same studies, each by its contrasts to its earliest arm."""
    rows: list[tuple[str, str, str, float, float, float]] = []
    for study, held in trials.of_study.items():
        arms = [trials.bases[held[0]], *(trials.treatments[row] for row in held)]
        # Arms as rows: the old base by none of its contrasts, each other arm by its own.
        numbers = np.vstack([np.zeros(len(held)), np.eye(len(held))])
        first = min(arms, key=order.index)
        turn = numbers - numbers[arms.index(first)]
        values, covariance = turn @ trials.values[held], turn @ trials.covariance(held) @ turn.T
        later = [at for at, arm in enumerate(arms) if arm != first]
        shared = float(covariance[later[0], later[1]]) if len(later) > 1 else 0.0
        rows += [(study, first, arms[at], float(values[at]), float(covariance[at, at]), shared) for at in later]
    studies, bases, treatments, found, variances, common = zip(*rows, strict=True)
    return Contrasts(studies, bases, treatments, np.array(found), np.array(variances), np.array(common))


def _of_network(network: Network, trials: Contrasts) -> Floats:
    return np.array([network.against(*pair)[0] for pair in zip(trials.treatments, trials.bases, strict=True)])


def _of_comparisons(trials: Contrasts, tau2: float) -> Floats:
    """What the trials of each comparison pool to, with the tau squared of the network."""
    pairs = list(zip(trials.treatments, trials.bases, strict=True))
    weights = 1 / (trials.variances + tau2)
    found = np.zeros(len(pairs))
    for pair in set(pairs):
        rows = [row for row, one in enumerate(pairs) if one == pair]
        found[rows] = weights[rows] @ trials.values[rows] / weights[rows].sum()
    return found


def _tested(trials: Contrasts, reference: str, level: float) -> tuple[TestedSlope | None, str]:
    errors = np.sqrt(trials.variances)
    if trials.k < FEWEST:
        return None, f"{trials.k} trial{'s' * (trials.k != 1)}: fewer than {FEWEST} say nothing about a slope"
    system = System.of(trials, trials.known(reference), column=errors)
    if (df := system.df) < 1:
        return None, "each comparison has so few trials that none is left for a slope"
    if _of_one_size(trials, errors):
        return None, "trials of one comparison are all of one size"
    effects, covariance = system.solved(0.0)
    # What trials differ by beyond chance multiplies all variances, as in Egger's regression.
    error = float(np.sqrt(covariance[-1, -1] * system.q(effects) / df))
    slope, half = float(effects[-1]), float(stdtrit(df, (1 + level) / 2)) * error
    return TestedSlope(slope, error, slope - half, slope + half, float(2 * stdtr(df, -abs(slope) / error)), df), ""


def _of_one_size(trials: Contrasts, errors: Floats) -> bool:
    """Do errors differ between comparisons alone? What is then left for a slope is how far loops disagree."""
    sizes: dict[tuple[str, str], list[float]] = {}
    for pair, error in zip(zip(trials.treatments, trials.bases, strict=True), errors.tolist(), strict=True):
        sizes.setdefault(pair, []).append(error)
    return all(max(found) - min(found) <= ALIKE * max(found) for found in sizes.values())
