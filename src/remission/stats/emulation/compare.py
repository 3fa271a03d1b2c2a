"""Strategies compared by weighted clones: hazard ratio, curves, and a bootstrap of people who are weighted anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from remission.stats.emulation.clones import Floats, Grace, clone
from remission.stats.emulation.staying import Model, WeightedClones, weigh_clones
from remission.stats.regression.cox import CoxFit, cox
from remission.stats.regression.refusals import NotEstimable
from remission.stats.survival.kaplan_meier import Curve, kaplan_meier

# With so few draws that have an answer the tails of a percentile interval are single draws.
FEWEST_DRAWS = 100


def clone_hazard_ratio(weighted: WeightedClones) -> CoxFit:
    """Cox's model of clones who should start against those who should not; its one column is "starts".

    Errors are by person, for the two clones of one are the same person, and take the weights as known, which makes them
    too wide rather than too narrow. NotEstimable where there is no event in a strategy.

    >>> from remission.stats.emulation.clones import Grace, clone
    >>> start = [20, -1, 50, -1, 80, -1, 10, -1]
    >>> clones = clone([300, 200, 310, 150, 190, 120, 330, 250], [True] * 8, start, Grace(90))
    >>> fit = clone_hazard_ratio(weigh_clones(clones, {"age": [40, 41, 50, 46, 44, 52, 38, 43]}))
    >>> fit.names, bool(fit.coefficients[0] < 0)
    (('starts',), True)
    """
    return cox(
        weighted.exit, weighted.event, {"starts": weighted.starts.astype(np.float64)}, entry=weighted.entry,
        weight=weighted.weight, cluster=weighted.person,
    )  # fmt: skip


def clone_curves(weighted: WeightedClones) -> tuple[Curve, Curve]:
    """Weighted Kaplan-Meier curves, errors by person: of the strategy of starting, and of the other.

    Both name the people as clusters, so `restricted_mean_difference` and `share_difference` count what they share.

    >>> from remission.stats.emulation.clones import Grace, clone
    >>> start = [20, -1, 50, -1, 80, -1, 10, -1]
    >>> clones = clone([300, 200, 310, 150, 290, 120, 330, 250], [True] * 8, start, Grace(90))
    >>> one, other = clone_curves(weigh_clones(clones, {"age": [40, 41, 50, 46, 44, 52, 38, 43]}))
    >>> one.survival_on([280]).tolist(), other.survival_on([280]).round(2).tolist()
    ([1.0], [0.0])
    """
    starting, others = (_curve(weighted, starts=one) for one in (True, False))
    return starting, others


def _curve(weighted: WeightedClones, *, starts: bool) -> Curve:
    mine = weighted.starts == starts
    return kaplan_meier(
        weighted.exit[mine], weighted.event[mine], entry=weighted.entry[mine], weight=weighted.weight[mine],
        cluster=weighted.person[mine],
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class BootstrappedClones:
    """A number of whole people and of people drawn again: value, error, percentile limits, and every draw's number.

    failed: draws without an answer, which are left out; low, high: NaN where fewer than 100 draws had one.
    """

    value: float
    error: float
    low: float
    high: float
    level: float
    draws: Floats
    failed: int
    method: str


def bootstrap_clones(
    exit: ArrayLike,
    event: ArrayLike,
    start: ArrayLike,
    grace: Grace,
    columns: Mapping[str, ArrayLike],
    estimate: Callable[[WeightedClones], float],
    *,
    model: Model = "hazard",
    draws: int = 500,
    seed: int = 0,
    level: float = 0.95,
) -> BootstrappedClones:
    """What `estimate` makes of weighted clones, with limits from people (not clones) drawn again and weighted anew.

    Arrays as in `clone` and `weigh_clones`; the same seed gives the same limits. NotEstimable if the people as they are
    have no answer. Efron & Tibshirani 1986, doi:10.1214/ss/1177013815.

    >>> import math
    >>> found = bootstrap_clones([300, 200, 310, 150, 290, 120, 330, 250], [True] * 8, [20, -1, 50, -1, 80, -1, 10, -1],
    ...     Grace(90), {"age": [40, 41, 50, 46, 44, 52, 38, 43]}, lambda one: float(one.weight.max()), draws=5)
    >>> found.draws.size + found.failed, math.isnan(found.low)
    (5, True)
    """
    last, happened, began = np.asarray(exit), np.asarray(event), np.asarray(start)
    arrays = {name: np.asarray(one) for name, one in columns.items()}
    random = np.random.Generator(np.random.PCG64(seed))

    def of(rows: slice | np.ndarray) -> float:
        # Cloned after the draw, so that a person is drawn with both clones or with none.
        clones = clone(last[rows], happened[rows], began[rows], grace)
        return estimate(weigh_clones(clones, {name: one[rows] for name, one in arrays.items()}, model=model))

    # Before any draw, so that people who have no answer are refused at once.
    value = of(slice(None))
    found: list[float] = []
    for _ in range(draws):
        rows = random.integers(0, last.size, last.size)
        try:
            found.append(of(rows))
        except NotEstimable:
            # A draw may hold nobody who starts: it is counted, not mended.
            continue
    numbers = np.array(found)
    enough = numbers.size >= FEWEST_DRAWS
    low, high = np.quantile(numbers, [(1 - level) / 2, (1 + level) / 2]) if enough else (np.nan, np.nan)
    error = float(numbers.std(ddof=1)) if numbers.size > 1 else float("nan")
    method = f"percentiles of {numbers.size:,} draws of people, weighted anew in each"
    return BootstrappedClones(
        value, error, float(low), float(high), level, numbers, draws - numbers.size, method
    )  # fmt: skip
