"""Two printed curves of one picture made into persons, and the hazard ratio between them, several times over."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from remission.inputs.problems import InputProblems, Problem
from remission.stats.intervals import normal_quantile
from remission.stats.regression.cox import cox
from remission.stats.regression.refusals import NotEstimable
from remission.studies.papers.curve_points import STANDING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from remission.stats.survival.from_points import Rebuilt

RATIO_METHOD = "Cox's model, Efron's ties, of every reconstruction; put together by Rubin's rules"
LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class RebuiltRatio:
    """The hazard of the first curve over that of the second, in each reconstruction: logarithms and their errors."""

    logs: NDArray[np.float64]
    errors: NDArray[np.float64]

    @property
    def as_read(self) -> float:
        """The ratio of the points as they were read."""
        return math.exp(float(self.logs[0]))

    @property
    def spread(self) -> tuple[float, float]:
        """The least and the most ratio of all reconstructions: what the reading leaves open."""
        return math.exp(float(self.logs.min())), math.exp(float(self.logs.max()))

    @property
    def together(self) -> tuple[float, float, float]:
        """The ratio with 95 % limits that hold both: chance, and the reading.

        Rubin 1987, doi:10.1002/9780470316696: mean of squared errors and, by 1 + 1/m, the variance between.
        """
        many = self.logs.size
        between = float(self.logs.var(ddof=1)) if many > 1 else 0.0
        error = math.sqrt(float((self.errors**2).mean()) + (1 + 1 / many) * between)
        z, middle = normal_quantile(LEVEL), float(self.logs.mean())
        return math.exp(middle), math.exp(middle - z * error), math.exp(middle + z * error)


def rebuilt_ratio(one: Sequence[Rebuilt], other: Sequence[Rebuilt]) -> RebuiltRatio:
    """The hazard ratio of each pair of reconstructions, both of as many; NotEstimable where a curve has no event.

    >>> from remission.stats.survival.from_points import rebuild_times
    >>> first = rebuild_times([1, 2, 3], [0.9, 0.9, 0.8], [0], [20])
    >>> second = rebuild_times([1, 2, 3], [0.8, 0.7, 0.6], [0], [20])
    >>> round(rebuilt_ratio([first], [second]).as_read, 2)
    0.44
    """
    fits = [_fit(*pair) for pair in zip(one, other, strict=True)]
    return RebuiltRatio(np.array([log for log, _ in fits]), np.array([error for _, error in fits]))


def _fit(one: Rebuilt, other: Rebuilt) -> tuple[float, float]:
    times = np.concatenate([one.exit, other.exit])
    # Cox asks for the order of times alone, and days are whole: ranks are, and time 0 stays no follow-up.
    ranks = np.unique(np.append(times, 0.0), return_inverse=True)[1][:-1]
    first = np.repeat([1.0, 0.0], [one.exit.size, other.exit.size])
    fit = cox(ranks, np.concatenate([one.event, other.event]), {"first": first})
    return float(fit.coefficients[0]), float(fit.standard_errors[0])


def ratio_of(one: Sequence[Rebuilt], other: Sequence[Rebuilt], file: str) -> RebuiltRatio:
    """The same; InputProblems at a file where no ratio can be estimated."""
    try:
        return rebuilt_ratio(one, other)
    except NotEstimable as why:
        found, do = f"no hazard ratio ({why})", "Read both curves again, or take one alone."
        raise InputProblems(
            [Problem.of_file(file, found=found, allowed="events in both curves", do=do)]
        ) from None  # fmt: skip


def ratio_data(found: RebuiltRatio) -> dict[str, object]:
    """The ratio for a program."""
    value, low, high = found.together
    return {
        "standing": STANDING, "method": RATIO_METHOD, "as_read": found.as_read, "least": found.spread[0],
        "most": found.spread[1], "value": value, "low": low, "high": high, "level": LEVEL,
        "reconstructions": found.logs.size,
    }  # fmt: skip


def ratio_words(found: RebuiltRatio) -> Iterator[str]:
    """The ratio in words."""
    value, low, high = found.together
    yield f"RECONSTRUCTED hazard ratio, first curve over second: {found.as_read:.3f} as read."
    least, most = found.spread
    yield f"In {found.logs.size} reconstructions: {least:.3f} to {most:.3f}."
    yield "That is what the reading leaves open, and no interval."
    yield f"Together, with chance: {value:.2f} ({LEVEL:.0%} interval {low:.2f} to {high:.2f})."
    yield f"Method: {RATIO_METHOD}."
