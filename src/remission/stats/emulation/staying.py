"""How likely was each clone not to have departed yet? Its weight is one over that, and stands for those who have.

Only the censoring that cloning made is weighted away: what decided on the start, as far as it is in the columns. Loss
to follow-up is not, for which see `censoring`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from remission.stats.emulation.clones import Clones, Days, Flags, Floats
from remission.stats.propensity.logistic import fit_propensity
from remission.stats.propensity.weights import effective_size
from remission.stats.regression.cox import cox
from remission.stats.regression.refusals import NotEstimable

Model = Literal["hazard", "logistic"]
MODELS: tuple[Model, ...] = get_args(Model)
CHANGES, FEWEST_TO_CURVE = 2, 3
NOBODY_STARTS = "nobody starts within the grace: there is no strategy to compare with"
EVERYBODY_STARTS = "everybody followed so long starts within the grace: nobody is left to compare with"


@dataclass(frozen=True, eq=False)
class WeightedClones:
    """Rows of clones cut at the ends of periods, each with a weight: at risk on the days t with entry < t <= exit.

    person, starts, entry, exit, event, weight: shape (m,). cut: how many weights were set to `most`.
    """

    clones: Clones
    person: Days
    starts: Flags
    entry: Days
    exit: Days
    event: Flags
    weight: Floats
    cut: int
    most: float | None
    method: str

    @property
    def effective(self) -> tuple[float, float]:
        """How many people with equal weights would say as much after the grace: of starters, and of the others."""
        # Until the end of the grace whoever should start weighs 1, and would hide how few stand for the others later.
        late = self.entry >= self.clones.grace.days
        starting, others = (effective_size(self.weight[late & (self.starts == one)]) for one in (True, False))
        return starting, others


def weigh_clones(
    clones: Clones, columns: Mapping[str, ArrayLike], *, model: Model = "hazard", cut: float | None = None
) -> WeightedClones:
    """Clones with inverse probabilities of not having departed, as they stand at the beginning of each period.

    columns: numbers by name of each person, without missing values, shape (n,): what decided on the start. With the
    logistic model a column may change, shape (n, periods of the grace); values after the start or the exit are not
    read. cut: weights above this share of all (0.99) are set to it, which is said.

    hazard: Cox's model of the start within the grace. logistic: pooled over periods, with the period and its square.
    A clone that should not start has one over its chance not to have started; one that should start has, after the
    grace, one over the chance to have started by then. Where a column changes, who started before the last period has
    a weight of 1, and who started in it one over the chance to do so then: the strategy is then to start as people did,
    and in the last period at the latest (Cain and others 2010, doi:10.2202/1557-4679.1212).

    NotEstimable in words where nobody or everybody starts, or a model has no answer; ValueError for arrays that do not
    fit. Hernan & Robins 2016, doi:10.1093/aje/kwv254; Maringe and others 2020, doi:10.1093/ije/dyaa057.

    >>> from remission.stats.emulation.clones import Grace, clone
    >>> start = [20, -1, 50, -1, 80, -1, 10, -1]
    >>> clones = clone([300] * 8, [False] * 8, start, Grace(90))
    >>> weighted = weigh_clones(clones, {"age": [40, 41, 50, 46, 44, 52, 38, 43]})
    >>> [round(one, 1) for one in weighted.effective]
    [3.0, 3.6]
    """
    if model not in MODELS:
        raise ValueError(f"model must be one of {', '.join(MODELS)}, found {model}")
    arrays = _checked(clones, columns, model)
    grace = clones.grace
    in_time = (clones.start >= 0) & (clones.start <= grace.days)
    if not in_time.any():
        raise NotEstimable([NOBODY_STARTS])
    if not ((clones.exit[clones.n :] > grace.days) & ~in_time).any():
        raise NotEstimable([EVERYBODY_STARTS])
    changing = any(one.ndim == CHANGES for one in arrays.values())
    stays = _by_hazard(clones, arrays, in_time) if model == "hazard" else _by_periods(clones, arrays, in_time)
    started = _natural(stays, clones) if changing else 1 - stays[:, -1]
    rows = _rows(clones, stays, started)
    weight, most, changed = rows[-1], None, 0
    if cut is not None:
        if not 0.5 < cut <= 1:
            raise ValueError(f"weights are cut at a share above 0.5, up to 1, found {cut}")
        most = float(np.quantile(weight, cut))
        changed = int((weight > most).sum())
        weight = np.minimum(weight, most)
    method = _method(clones, model, changing=changing, changed=changed, most=most)
    return WeightedClones(clones, *rows[:-1], weight, changed, most, method)


def _checked(clones: Clones, columns: Mapping[str, ArrayLike], model: Model) -> dict[str, Floats]:
    periods = clones.grace.bounds.size - 1
    arrays = {name: np.asarray(column, np.float64) for name, column in columns.items()}
    allowed = [(clones.n,)] if model == "hazard" else [(clones.n,), (clones.n, periods)]
    wrong = [f"{name} must have shape {' or '.join(map(str, allowed))}, found {one.shape}"
             for name, one in arrays.items() if one.shape not in allowed]  # fmt: skip
    wrong += [f"{name} lacks {(~np.isfinite(one)).sum():,} values: leave those people out, or fill them in"
              for name, one in arrays.items() if one.ndim == 1 and not np.isfinite(one).all()]  # fmt: skip
    if not arrays:
        wrong.append("give at least one column of what decided on the start, by name")
    if wrong:
        raise ValueError("; ".join(wrong))
    return arrays


def _by_hazard(clones: Clones, columns: Mapping[str, Floats], in_time: Flags) -> Floats:
    """Chance not to have started by the end of each day in `bounds`, shape (n, periods + 1)."""
    # The second clone of who did not start in time ends with its person, so that its exit is how long one could look.
    looked = np.minimum(np.where(in_time, clones.start, clones.exit[clones.n :]), clones.grace.days)
    # A day more, for on day zero itself one can start, and nobody is yet at risk on day 0 of a clock.
    fit = cox(looked + 1, in_time, columns)
    steps = np.append(0.0, np.cumsum(fit.steps.hazard))
    by = steps[np.searchsorted(fit.data.sets.days, clones.grace.bounds + 1, side="right")]
    return np.asarray(np.exp(-np.exp(fit.predictor - fit.steps.level)[:, None] * by))


def _by_periods(clones: Clones, columns: Mapping[str, Floats], in_time: Flags) -> Floats:
    """The same, by a logistic model of each period: the first holds day zero, so that nobody has started before it."""
    bounds, n = clones.grace.bounds, clones.n
    periods = bounds.size - 1
    looked = np.where(in_time, clones.start, clones.exit[n:])[:, None]
    # Who starts on day zero is in the first period.
    there = (looked > bounds[:-1]) | ((looked == 0) & (bounds[:-1] == 0))
    starts = there & in_time[:, None] & (looked <= bounds[1:])
    wide = {name: np.broadcast_to(one if one.ndim == CHANGES else one[:, None], there.shape)
            for name, one in columns.items()}  # fmt: skip
    number = np.broadcast_to(np.arange(periods, dtype=np.float64), there.shape)
    # The number of a single period is the same for all, and no model can tell it from its constant.
    if periods > 1:
        wide["period"] = number
    if periods > FEWEST_TO_CURVE:
        wide["period squared"] = number**2
    missing = [name for name, one in wide.items() if not np.isfinite(one[there]).all()]
    if missing:
        raise ValueError(f"{', '.join(missing)} lack values in periods before the start: fill them in, or leave out")
    fit = fit_propensity(starts[there], {name: one[there] for name, one in wide.items()})
    # Beyond the start the chance is needed too, unless a column changes: then what follows the start is not read.
    known = there if any(one.ndim == CHANGES for one in columns.values()) else np.ones_like(there)
    # Values that are not read may be missing, and a NaN would stay one whatever it is multiplied by.
    design = np.stack([np.where(known, one, 0.0) for one in wide.values()], axis=-1)
    logits = fit.coefficients[0] + design @ fit.coefficients[1:]
    stays = np.cumprod(np.where(known, 1 / (1 + np.exp(logits)), 1.0), axis=1)
    return np.column_stack((np.ones(n), stays))


def _natural(stays: Floats, clones: Clones) -> Floats:
    """Chance to be in the strategy of starting after the grace; starts before its last period stay as they were."""
    last = clones.start > clones.grace.bounds[-2]
    return np.where(last, 1 - stays[:, -1] / stays[:, -2], 1.0)


def _rows(clones: Clones, stays: Floats, started: Floats) -> tuple[Days, Flags, Days, Days, Flags, Floats]:
    """person, starts, entry, exit, event, weight of each row: a clone's piece of each period, and of the time after."""
    bounds, n = clones.grace.bounds, clones.n
    begins = np.tile(bounds, (2 * n, 1))
    # Who should start is not weighted before the end of the grace, so needs no cut before it either.
    begins[:n, 1:-1] = np.iinfo(np.int64).max
    ends = np.full_like(begins, np.iinfo(np.int64).max)
    ends[n:, :-1] = bounds[1:]
    ends[:n, 0] = clones.grace.days
    ends = np.minimum(ends, clones.exit[:, None])
    row, piece = np.nonzero(begins < ends)
    with np.errstate(divide="ignore"):
        late = np.where(started > 0, 1 / started, np.inf)
    # As at the beginning of each period: weights that change every day take ten times the rows for the same answers
    # (decision 288).
    weights = np.vstack((np.column_stack((np.ones((n, bounds.size - 1)), late)), 1 / stays))
    exit = ends[row, piece]
    # Only the last piece of a clone has its event.
    event = clones.event[row] & (exit == clones.exit[row])
    return clones.person[row], clones.starts[row], begins[row, piece], exit, event, weights[row, piece]


def _method(clones: Clones, model: Model, *, changing: bool, changed: int, most: float | None) -> str:
    named = {"hazard": "Cox's model of the start", "logistic": "a logistic model of the start pooled over periods"}
    natural = ", starts before the last period as they were" if changing else ""
    cut = "" if most is None else f", {changed:,} weights cut at {most:.3g}"
    return (
        f"{clones.method}, weighted by the inverse probability of not having departed ({named[model]} in periods of "
        f"{clones.grace.period_days} days{natural}{cut})"
    )
