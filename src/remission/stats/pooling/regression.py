"""Does what was found differ with something that studies differ in, such as year, course or regimen?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import fdtrc, stdtr

from remission.stats.pooling.asked import Asked
from remission.stats.pooling.between import Between
from remission.stats.pooling.pooled import Limits
from remission.stats.pooling.scales import Floats

if TYPE_CHECKING:
    from remission.stats.pooling.effects import Effects

# Fewer studies find a slope in nearly anything. Cochrane Handbook, chapter 10.11.4.
FEWEST = 10
ECOLOGICAL = (
    "What differs between studies need not differ between the people in them: a slope over averages of studies says "
    "nothing of one person."
)
STEPS = 120
# Weighted squares that are only rounding of those that the covariates explain.
NO_REST = 1e-24


@dataclass(frozen=True, eq=False, kw_only=True)
class Regression:
    """Slopes on the working scale, the intercept first; each an array of one entry a name.

    tau2: what is left between studies; tau2_without: what there was without covariates, in the same studies; r2: the
    share that they took away, 0 to 1. f, df, f_p: do all slopes together differ from 0? left_out: how many studies lack
    a covariate. What could not be had is None, and `absent_reason` says why; `warning` belongs beside every slope.
    """

    names: tuple[str, ...]
    k: int
    left_out: int
    level: float
    method: str
    coefficients: Floats | None = None
    errors: Floats | None = None
    low: Floats | None = None
    high: Floats | None = None
    t: Floats | None = None
    p: Floats | None = None
    tau2: float | None = None
    tau2_without: float | None = None
    r2: float | None = None
    f: float | None = None
    df: tuple[int, int] | None = None
    f_p: float | None = None
    absent_reason: str | None = None
    warning: str = ECOLOGICAL


def meta_regression(effects: Effects, covariates: Mapping[str, ArrayLike], *, level: float = 0.95) -> Regression:
    """Slopes of effects along covariates: REML for tau squared, Knapp-Hartung errors, t on k - p.

    covariates: numbers by name, each of shape (k,), NaN where a study has none: such studies are left out and counted.
    A yes or no is 1 or 0. With fewer than ten studies left, or covariates that do not vary or say the same twice, there
    is no slope and `absent_reason` says so. InputProblems for lengths that differ; ValueError without a covariate.
    Knapp & Hartung 2003, doi:10.1002/sim.1482. Pinned to `rma(mods = , test = "knha")` of R's metafor.

    >>> from remission.stats.pooling.effects import Effects
    >>> effects = Effects([0.1, 0.3, 0.2, 0.5], [0.02] * 4)
    >>> meta_regression(effects, {"year": [1, 2, 3, 4]}).absent_reason
    'not estimable: 4 studies have every covariate, and fewer than 10 find a slope in nearly anything'
    """
    if not covariates:
        raise ValueError("give one covariate at least: without one it is pool_effects")
    columns = {name: np.asarray(column, np.float64).ravel() for name, column in covariates.items()}
    Asked(
        "meta_regression()",
        effects=effects.values,
        **{name: np.where(np.isnan(one), 0, one) for name, one in columns.items()},
    ).end()
    known = np.isfinite(np.column_stack(list(columns.values()))).all(axis=1)
    kept = effects.take(np.flatnonzero(known))
    design = np.column_stack([np.ones(kept.k), *(column[known] for column in columns.values())])
    words: dict[str, Any] = {"names": ("intercept", *columns), "k": kept.k, "left_out": effects.k - kept.k}
    words |= {"level": level, "method": f"meta-regression, REML, Knapp-Hartung errors; {effects.made}"}
    if absent := _absent(design):
        return Regression(**words, absent_reason=absent)
    return Regression(**words, **_fitted(kept, design, level))


def _absent(design: Floats) -> str | None:
    k, columns = design.shape
    if k < FEWEST:
        return (
            f"not estimable: {k} studies have every covariate, and fewer than {FEWEST} find a slope in nearly anything"
        )
    if k <= columns:
        return f"not estimable: {k} studies for {columns} coefficients"
    centred = design[:, 1:] - design[:, 1:].mean(axis=0)
    size = np.sqrt((centred**2).sum(axis=0))
    if (size == 0).any() or np.linalg.matrix_rank(centred / np.where(size > 0, size, 1)) < columns - 1:
        return "not estimable: a covariate is the same in all studies, or says what others say"
    return None


def _fitted(effects: Effects, design: Floats, level: float) -> dict[str, Any]:
    # Years are far from 0 and near each other: centred and scaled, the intercept and they are no longer the same.
    centre, size = design.mean(axis=0), design.std(axis=0)
    centre[0], size[0] = 0.0, 1.0
    scaled = (design - centre) / size
    back = np.diag(1 / size)
    back[0] -= centre / size
    tau2 = _likeliest(effects, scaled)
    without = Between.of(effects.values, effects.variances).estimate("REML")
    inverse, coefficients, q = _weighted(effects, scaled, tau2)
    k, columns = design.shape
    if q <= NO_REST * float(effects.values @ (effects.values / effects.variances)):
        return {"absent_reason": "not estimable: the covariates leave nothing over, so there is no error"}
    covariance = back @ inverse @ back.T * q / (k - columns)
    r2 = max(0.0, 1 - tau2 / without) if without > 0 else None
    found = {"tau2": tau2, "tau2_without": without, "r2": r2}
    return found | _tested(back @ coefficients, covariance, k, level)


def _tested(coefficients: Floats, covariance: Floats, k: int, level: float) -> dict[str, Any]:
    slopes, df = coefficients.size - 1, k - coefficients.size
    errors = np.sqrt(np.diag(covariance))
    reach, t = Limits(level).t(df) * errors, coefficients / errors
    f = float(coefficients[1:] @ np.linalg.solve(covariance[1:, 1:], coefficients[1:])) / slopes
    found: dict[str, Any] = {"coefficients": coefficients, "errors": errors, "t": t, "p": 2 * stdtr(df, -np.abs(t))}
    found |= {"low": coefficients - reach, "high": coefficients + reach}
    return found | {"f": f, "df": (slopes, df), "f_p": float(fdtrc(slopes, df, f))}


def _weighted(effects: Effects, design: Floats, tau2: float) -> tuple[Floats, Floats, float]:
    """Inverse information, coefficients, and weighted squared residuals."""
    w = 1 / (effects.variances + tau2)
    inverse = np.asarray(np.linalg.inv((design.T * w) @ design), np.float64)
    coefficients = inverse @ (design.T @ (w * effects.values))
    residual = effects.values - design @ coefficients
    return inverse, coefficients, float(residual @ (w * residual))


def _likeliest(effects: Effects, design: Floats) -> float:
    """Tau squared of the highest restricted likelihood.

    Contrasts that no coefficient changes, turned so that they are independent with variances e + tau squared: what is
    left of the likelihood is a sum over them.
    """
    rotation, _ = np.linalg.qr(design, mode="complete")
    contrasts = rotation[:, design.shape[1] :]
    e, turn = np.linalg.eigh((contrasts.T * effects.variances) @ contrasts)
    squares = (turn.T @ (contrasts.T @ effects.values)) ** 2

    def score(tau2: float) -> float:
        u = 1 / (e + tau2)
        return float(squares @ (u * u) - u.sum())

    def height(tau2: float) -> float:
        return float(-np.log(e + tau2).sum() - (squares / (e + tau2)).sum())

    lowest, highest = float(e[0]) / 16, float(squares.sum())
    if highest <= lowest:
        return 0.0
    grid = np.concatenate([[0.0], np.geomspace(lowest, highest * (1 + 1e-9), STEPS)]).tolist()
    rises = [score(tau2) > 0 for tau2 in grid]
    ends = [at for at in range(STEPS) if rises[at] and not rises[at + 1]]
    found = [float(brentq(score, grid[at], grid[at + 1], xtol=1e-300)) for at in ends] + ([] if rises[0] else [0.0])
    return max(found, key=height)
