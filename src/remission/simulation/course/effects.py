"""What the arms do to the rates of a course: ratios that may begin late and fade, and those after a switch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from remission.simulation.disease import Floats
from remission.stats.horizons import MONTH_DAYS

if TYPE_CHECKING:
    from remission.simulation.course.chance import Places
    from remission.simulation.course.design import CohortDesign, Effect


@dataclass(frozen=True, eq=False)
class Ratios:
    """The effects on one process, one for each arm, shape (arms,): log ratio, first day, and days until it halves."""

    log_ratio: Floats
    from_day: Floats
    halves_after: Floats

    @classmethod
    def of(cls, effects: Sequence[Effect | None]) -> Ratios:
        """Of the arms in their order; None has no effect.

        >>> from remission.simulation.course.design import Effect
        >>> ratios = Ratios.of([None, Effect(0.25, "assumed", "example", delay_months=12, halves_after_months=12)])
        >>> ratios.at(np.array([0, 1, 1, 1]), np.array([9.0, 9.0, 366.0, 731.0])).round(2).tolist()
        [1.0, 1.0, 0.25, 0.5]
        """
        ratio = np.array([1.0 if one is None else one.ratio for one in effects])
        with np.errstate(divide="ignore"):
            logs = np.log(ratio)
        delays = np.array([0.0 if one is None else one.delay_months * MONTH_DAYS for one in effects])
        halves = [None if one is None else one.halves_after_months for one in effects]
        return cls(logs, delays, np.array([np.inf if months is None else months * MONTH_DAYS for months in halves]))

    def at(self, arm: Places, day: Floats) -> Floats:
        """The ratio for people of these arms so many days after the therapy began, shape (m,) each."""
        under = day - self.from_day[arm]
        if np.isinf(self.halves_after).all():
            # Nothing fades in most designs, and powers are what takes the time.
            return np.where(under >= 0, np.exp(self.log_ratio)[arm], 1.0)
        left = 0.5 ** (np.maximum(under, 0) / self.halves_after[arm])
        # 0 ratios have a logarithm of minus infinity, which stays what it is however much of it is left.
        return np.where(under >= 0, np.exp(self.log_ratio[arm] * left), 1.0)

    @property
    def highest(self) -> float:
        """No arm ever has more than this times the rate of the course."""
        # An effect that fades goes back to 1 and never beyond, and before one begins the rate is that of the course: so
        # the ratio at the beginning bounds it, or 1 where that is lower.
        return max(1.0, float(np.exp(self.log_ratio.max(initial=0.0))))


@dataclass(frozen=True, eq=False)
class Regimes:
    """The effects on one process under the arms' therapies, and those after a switch."""

    first: Ratios
    rescue: Ratios

    @classmethod
    def of(cls, design: CohortDesign, process: str) -> Regimes:
        """Of `relapses`, `lesions`, `steps`, `death` or `leaving`; a switch does nothing to the last two."""
        first = [getattr(arm, process) for arm in design.arms]
        rescue = [getattr(arm.rescue, process, None) for arm in design.arms]
        return cls(Ratios.of(first), Ratios.of(rescue))

    @property
    def highest(self) -> float:
        """No rate is ever more than this times that of the course."""
        return max(self.first.highest, self.rescue.highest)

    def at(self, arm: Places, day: Floats, switch: Floats) -> Floats:
        """The ratio on a day for somebody who switches on `switch` (infinite: never), shape (m,) each."""
        ratio, after = self.first.at(arm, day), np.flatnonzero(day > switch)
        # Asked of the few that come after a switch only.
        ratio[after] = self.rescue.at(arm[after], day[after] - switch[after])
        return ratio
