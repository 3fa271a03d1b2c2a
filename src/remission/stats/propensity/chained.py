"""Columns that some people lack, filled in several times by chained equations: each from all others, in turn.

Numbers are drawn from a Bayesian linear regression, columns of 0 and 1 from a logistic one: coefficients first, then
the value, so that sets differ as much as the records leave open. It is right where, given what is known, it is by
chance who lacks a value; nothing in the records can show that.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike
from scipy.special import expit

from remission.stats.propensity.logistic import Flags, Floats, fit_propensity
from remission.stats.regression.refusals import NotEstimable

ROUNDS = 10
# Columns may say nearly the same: a little on the diagonal, as mice has it, keeps the equations solvable.
SOLVABLE = 1e-5
# Keeps coefficients finite where a column tells 0 and 1 apart: of a standard deviation, normal with a variance of 10.
PULL = 0.1


def impute_chained(
    columns: Mapping[str, ArrayLike], beside: Mapping[str, ArrayLike], imputations: int, *, seed: int,
    rounds: int = ROUNDS,
) -> tuple[dict[str, Floats], ...]:  # fmt: skip
    """Sets of the columns with every NaN filled in; what was there is as it was.

    columns: numbers, or 0 and 1, shape (n,); beside: complete columns that help to predict (treatment, event,
    cumulative hazard), shape (n,). The same seed gives the same bits, and set k does not hang on how many there are.
    ValueError for shapes that differ, infinite numbers, or fewer than two sets; NotEstimable for a column with no two
    different values to learn from. van Buuren & Groothuis-Oudshoorn 2011, doi:10.18637/jss.v045.i03; the event and its
    cumulative hazard as predictors: White & Royston 2009, doi:10.1002/sim.3618. Pinned to R's `lm` and `glm`, roughly.

    >>> age = [30.0, 40.0, 50.0, 60.0, 35.0, np.nan]
    >>> sets = impute_chained({"age": age}, {"edss": [1, 2, 3, 4, 2, 3]}, 50, seed=1)
    >>> len(sets), sets[0]["age"][:2].tolist(), bool(40 < np.median([one["age"][5] for one in sets]) < 56)
    (50, [30.0, 40.0], True)
    """
    if imputations < 2:
        raise ValueError(f"two sets or more, found {imputations}")
    given = {name: np.asarray(column, np.float64) for name, column in columns.items()}
    known = {name: np.asarray(column, np.float64) for name, column in beside.items()}
    _check(given, known)
    absent = {name: np.isnan(column) for name, column in given.items() if np.isnan(column).any()}
    # Those whom most people have come first: the others then have more to learn from.
    order = sorted(absent, key=lambda name: int(absent[name].sum()))
    for name in order:
        if np.unique(given[name][~absent[name]]).size < 2:
            raise NotEstimable([f"{name} has no two different values to learn from"])
    turns = rounds if len(order) > 1 else 1
    return tuple(_filled(given, known, absent, order, turns, np.random.default_rng([seed, k]))
                 for k in range(imputations))  # fmt: skip


def _check(given: Mapping[str, Floats], known: Mapping[str, Floats]) -> None:
    shapes = {column.shape for column in (*given.values(), *known.values())}
    if len(shapes) > 1 or any(len(shape) != 1 for shape in shapes):
        raise ValueError(f"columns of one length, found {sorted(shapes)}")
    if any(np.isinf(column).any() for column in given.values()):
        raise ValueError("columns must be finite, or NaN where somebody has no value")
    if not all(np.isfinite(column).all() for column in known.values()):
        raise ValueError("columns beside must be complete and finite")


def _filled(
    given: Mapping[str, Floats], known: Mapping[str, Floats], absent: Mapping[str, Flags], order: list[str],
    turns: int, random: Generator,
) -> dict[str, Floats]:  # fmt: skip
    filled = {name: column.copy() for name, column in given.items()}
    for name in order:
        seen = given[name][~absent[name]]
        filled[name][absent[name]] = random.choice(seen, int(absent[name].sum()))
    for _ in range(turns):
        for name in order:
            others = [column for other, column in filled.items() if other != name]
            draw = _draw_binary if _is_binary(given[name][~absent[name]]) else _draw_number
            predictors = _scaled([*others, *known.values()], absent[name])
            filled[name][absent[name]] = draw(given[name], predictors, absent[name], random)
    return filled


def _is_binary(seen: Floats) -> bool:
    return bool(np.isin(seen, (0.0, 1.0)).all())


def _scaled(columns: list[Floats], absent: Flags) -> Floats:
    """Predictors in standard deviations of those who have a value, without those that are the same in all of them."""
    kept = [column for column in columns if np.ptp(column[~absent]) > 0]
    if not kept:
        return np.empty((absent.size, 0))
    every = np.column_stack(kept)
    return np.asarray((every - every[~absent].mean(axis=0)) / every[~absent].std(axis=0), np.float64)


def _draw_number(column: Floats, predictors: Floats, absent: Flags, random: Generator) -> Floats:
    """Rubin 1987, page 167: variance from its scaled inverse chi squared, coefficients given it, values given both."""
    design = np.column_stack((np.ones(absent.size), predictors))
    seen, y = design[~absent], column[~absent]
    cross = seen.T @ seen
    inverse = np.linalg.inv(cross + SOLVABLE * np.diag(cross.diagonal()))
    mean = inverse @ seen.T @ y
    left = float(np.sum((y - seen @ mean) ** 2))
    spread = np.sqrt(left / random.chisquare(max(y.size - design.shape[1], 1)))
    drawn = mean + spread * np.linalg.cholesky(inverse) @ random.standard_normal(mean.size)
    return np.asarray(design[absent] @ drawn + spread * random.standard_normal(int(absent.sum())))


def _draw_binary(column: Floats, predictors: Floats, absent: Flags, random: Generator) -> Floats:
    if not predictors.shape[1]:
        # Nothing predicts it: a share from its posterior, and as many ones as it says.
        ones = float(column[~absent].sum())
        share = random.beta(ones + 0.5, int((~absent).sum()) - ones + 0.5)
        return (random.random(int(absent.sum())) < share).astype(np.float64)
    named = {str(place): one for place, one in enumerate(predictors[~absent].T)}
    fit = fit_propensity(column[~absent] == 1, named, ridge=PULL)
    drawn = fit.coefficients + np.linalg.cholesky(fit.covariance) @ random.standard_normal(fit.coefficients.size)
    chances = expit(drawn[0] + predictors[absent] @ drawn[1:])
    return np.asarray(random.random(chances.size) < chances, np.float64)
