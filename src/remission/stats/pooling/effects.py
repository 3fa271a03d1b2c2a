"""Numbers of studies with their variances, on the scale on which they are averaged.

A variance may be known with a number of its own (an interval that was printed), or come from counts. From counts of
rare events it is a poor guide: it depends on the very number that it weighs, and a study without an event has neither
number nor variance unless something is added. `mixed.py` and `beta_binomial.py` take counts as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remission.stats.intervals import normal_quantile
from remission.stats.pooling.asked import Asked
from remission.stats.pooling.scales import SCALES, Floats, On

AddedTo = Literal["zeros only", "all"]
PrintedOn = Literal["log(-log)", "linear"]


@dataclass(frozen=True, eq=False)
class Effects:
    """One number and its variance a study, shape (k,); `on` names their scale and `made` says how they came about.

    InputProblems, all at once, for a number that is not known, a variance that is not above 0, unequal lengths.

    >>> effects = Effects([0.1, 0.4], [0.02, 0.05], on="log")
    >>> effects.k, effects.take([1]).values.tolist()
    (2, [0.4])
    """

    values: Floats
    variances: Floats
    on: On = "linear"
    made: str = "effects as given"

    def __post_init__(self) -> None:
        Asked.word("on", self.on, tuple(SCALES))
        asked = Asked("Effects()", values=self.values, variances=self.variances)
        asked.above_zero("variances")
        asked.end()
        # Frozen, so that what was checked stays; lists were welcome until here.
        object.__setattr__(self, "values", asked["values"])
        object.__setattr__(self, "variances", asked["variances"])

    @property
    def k(self) -> int:
        """How many studies."""
        return self.values.size

    def take(self, places: ArrayLike) -> Effects:
        """These studies only, in this order."""
        kept: NDArray[np.int64] = np.asarray(places, np.int64)
        return Effects(self.values[kept], self.variances[kept], self.on, self.made)


def logit_proportions(events: ArrayLike, totals: ArrayLike, add: float = 0.5, to: AddedTo = "zeros only") -> Effects:
    """log(x / (n - x)) with variance 1 / x + 1 / (n - x), after `add` was added to both in those studies.

    - zeros only: in studies without an event, or with nobody without one.
    - all: in every study, which pulls all of them towards a half.

    events, totals: whole numbers, shape (k,). InputProblems for others, and for events above the total; ValueError for
    an `add` that is not above 0. Gart & Zweifel 1967, doi:10.1093/biomet/54.1-2.181. Pinned to
    `escalc(measure = "PLO")` of R's metafor.

    >>> logit_proportions([0, 3], [24, 21]).values.round(3).tolist()
    [-3.892, -1.792]
    """
    asked = Asked("logit_proportions()", events=events, totals=totals)
    asked.counts("events", at_most="totals")
    asked.counts("totals")
    asked.above_zero("totals")
    asked.end()
    x, n = asked["events"], asked["totals"]
    more, words = _added((x == 0) | (x == n), add, to)
    with_it, without = x + more, n - x + more
    made = f"log odds of counts, {words}"
    return Effects(np.log(with_it / without), 1 / with_it + 1 / without, "logit", made)


def log_rates(events: ArrayLike, person_years: ArrayLike, add: float = 0.5, to: AddedTo = "zeros only") -> Effects:
    """log(x / T) with variance 1 / x, after `add` was added to the events of those studies, as in `logit_proportions`.

    events: whole numbers, person_years: above 0, shape (k,). InputProblems for others. Pinned to
    `escalc(measure = "IRLN")` of R's metafor.

    >>> log_rates([2, 0], [10.0, 4.0]).values.round(3).tolist()
    [-1.609, -2.079]
    """
    asked = Asked("log_rates()", events=events, person_years=person_years)
    asked.counts("events")
    asked.above_zero("person_years")
    asked.end()
    more, words = _added(asked["events"] == 0, add, to)
    x = asked["events"] + more
    return Effects(np.log(x / asked["person_years"]), 1 / x, "log", f"log rates of counts, {words}")


def log_ratios(ratio: ArrayLike, low: ArrayLike, high: ArrayLike, level: float = 0.95) -> Effects:
    """Logarithms of ratios with the variance that their printed intervals have: width / (2 z) on the log scale.

    ratio, low, high: above 0, shape (k,). InputProblems for others, and for an interval that does not hold its ratio.
    Altman & Bland 2011, doi:10.1136/bmj.d2304. Pinned to base R.

    >>> log_ratios([0.27], [0.14], [0.50]).variances.round(4).tolist()
    [0.1055]
    """
    asked = Asked("log_ratios()", ratio=ratio, low=low, high=high)
    for name in ("ratio", "low", "high"):
        asked.above_zero(name)
    _holds(asked, "ratio")
    asked.end()
    error = np.log(asked["high"] / asked["low"]) / (2 * normal_quantile(level))
    return Effects(np.log(asked["ratio"]), error**2, "log", "log ratios, errors of printed intervals")


def log_minus_log(
    survival: ArrayLike, low: ArrayLike, high: ArrayLike, level: float = 0.95, printed_on: PrintedOn = "log(-log)"
) -> Effects:
    """log(-log S) of Kaplan-Meier shares, with the variance that their printed intervals have.

    A share after some months is no count of people, since some were followed for less long: n times the percentage
    would make an interval too narrow. What the error was is in the printed interval alone.

    - log(-log): half of its width on this scale, as an interval has that was made on it; neither limit may be 0 or 1.
    - linear: half of its width in shares, carried over at the estimate: for intervals that were cut at 1.

    survival, low, high: shares, shape (k,). InputProblems for a share of 0 or 1 (that study cannot be averaged: show it
    beside the pool), and for an interval that does not hold its share. Kalbfleisch & Prentice 2002,
    doi:10.1002/9781118032985. Pinned to base R.

    >>> effects = log_minus_log([0.73], [0.66], [0.81])
    >>> effects.values.round(4).tolist(), effects.variances.round(4).tolist()
    ([-1.1561], [0.03])
    """
    Asked.word("printed_on", printed_on, get_args(PrintedOn))
    asked = Asked("log_minus_log()", survival=survival, low=low, high=high)
    closed = ("survival",) if printed_on == "linear" else ("survival", "low", "high")
    do = "A share of nobody or everybody has no log(-log): show the study beside the pool, or give printed_on='linear'."
    for name in closed:
        asked.refuse(name, (asked[name] <= 0) | (asked[name] >= 1), "between 0 and 1, without both", do)
    _holds(asked, "survival")
    asked.end()
    s, ends, z = asked["survival"], (asked["low"], asked["high"]), normal_quantile(level)
    if printed_on == "linear":
        error = (ends[1] - ends[0]) / (2 * z) / (s * -np.log(s))
    else:
        error = (np.log(-np.log(ends[0])) - np.log(-np.log(ends[1]))) / (2 * z)
    made = f"log(-log) of Kaplan-Meier shares, errors of printed intervals taken on the {printed_on} scale"
    return Effects(np.log(-np.log(s)), error**2, "log(-log)", made)


def _holds(asked: Asked, name: str) -> None:
    """Refuse an interval without width, and one beside its own estimate."""
    outside = (asked[name] < asked["low"]) | (asked[name] > asked["high"])
    do = "Look all three numbers up again."
    asked.refuse(name, outside, "between its limits low and high", do)
    asked.refuse("high", asked["high"] <= asked["low"], "above the lower limit", do)


def _added(zeros: NDArray[np.bool_], add: float, to: AddedTo) -> tuple[Floats, str]:
    Asked.word("to", to, get_args(AddedTo))
    if not 0 < add < np.inf:
        raise ValueError(f"add must be above 0, found {add}: without it a study of no event has no logarithm")
    if to == "all":
        return np.full(zeros.shape, add), f"{add:g} added in every study"
    return np.where(zeros, add, 0.0), f"{add:g} added where nobody or everybody had it" if zeros.any() else "none added"
