"""What limits and tests of models are worth in samples of 24, 100 and 500, as it was measured in simulated ones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from remission.exhibits.wording import NBSP, level_words, listed, percent
from remission.library.catalogue import table

Method = Literal[
    "Cox, Wald",
    "Cox, likelihood ratio",
    "Firth, profile",
    "log-rank",
    "log-rank by permutation",
    "Fine-Gray (cmprsk)",
    "Kaplan-Meier, plain",
    "Kaplan-Meier, log",
    "Kaplan-Meier, log-log",
    "Kaplan-Meier, logit",
    "Kaplan-Meier, arcsin",
    "NPMLE, likelihood ratio",
]
METHODS: tuple[Method, ...] = get_args(Method)

# Below this share, that some samples have no answer is not worth a sentence.
WORTH_SAYING = 0.005


@dataclass(frozen=True)
class ModelCoverage:
    """How often limits by one method held the truth, and its test found what is not there.

    of: the quantity; truth: its value; censored: share of all lost before their event; coverage, type_1_error: of the
    samples that have an answer, null where there are no limits, or there is something to be found; type_1_error is that
    of a test at 1 less the level; error: the standard error that the number of samples leaves.
    """

    of: str
    method: Method
    level: float
    n: int
    truth: float
    censored: float
    coverage: float | None
    type_1_error: float | None
    error: float
    without_limits: float
    samples: int
    source: str
    status: Literal["derived"]


@cache
def model_coverages() -> tuple[ModelCoverage, ...]:
    """All that `validation/model_coverage.py` measured.

    >>> sorted({one.n for one in model_coverages()})
    [24, 100, 500]
    """
    return table("model_coverage", ModelCoverage)


def coverage_of(method: Method, n: int, level: float = 0.95) -> tuple[ModelCoverage, ...]:
    """The rows of a method at the nearest size (by ratio) and the nearest level that were measured.

    ValueError for a method that was not measured.

    >>> [(one.n, one.truth, one.censored) for one in coverage_of("Firth, profile", 30)]
    [(24, 1.0, 0.2), (24, 0.5, 0.2), (24, 1.0, 0.5), (24, 0.5, 0.5)]
    """
    mine = [one for one in model_coverages() if one.method == method]
    if not mine:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, found {method!r}")
    size = min({one.n for one in mine}, key=lambda measured: abs(math.log(measured / max(n, 1))))
    nearest = min({one.level for one in mine}, key=lambda measured: abs(measured - level))
    return tuple(one for one in mine if (one.n, one.level) == (size, nearest))


def coverage_words(method: Method, n: int, level: float = 0.95) -> str:
    """One sentence: how often the limits of a method held the truth, or how often a test found what is not there.

    >>> coverage_words("log-rank", 24).replace(NBSP, " ")
    'In simulated samples of 24 alike in both arms (20 and 50 % lost), log-rank at 5 % rejected 5.7 to 5.8 %.'
    """
    rows = coverage_of(method, n, level)
    first = rows[0]
    lost = f"{_listed({row.censored * 100 for row in rows})}{NBSP}% lost"
    if covered := [one.coverage for one in rows if one.coverage is not None]:
        limits = f"{_range(covered)} of {level_words(first.level)} limits ({method})"
        truths = f"{first.of} ({_listed({row.truth for row in rows})}; {lost})"
        said = f"In simulated samples of {first.n}, {limits} held the true {truths}"
    else:
        rejected = _range([one.type_1_error for one in rows if one.type_1_error is not None])
        test = f"{method} at {level_words(1 - first.level)}"
        said = f"In simulated samples of {first.n} alike in both arms ({lost}), {test} rejected {rejected}"
    return f"{said}{_without(rows)}."


def _listed(numbers: set[float]) -> str:
    return listed([f"{one:g}" for one in sorted(numbers)])


def _without(rows: tuple[ModelCoverage, ...]) -> str:
    most = max(one.without_limits for one in rows)
    return f"; up to {percent(most)} of samples had none and are left out" if most >= WORTH_SAYING else ""


def _range(shares: list[float]) -> str:
    low, high = percent(min(shares)), percent(max(shares))
    return low if low == high else f"{low[:-2]} to {high}"
