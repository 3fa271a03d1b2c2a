"""A trial that is to come: the chance that its log-rank test finds the treatment better, for any true hazard ratio.

`power` answers for whole arrays of log hazard ratios; below 0 the treated fare better. Success is a significant result
in favour of the treatment at one-sided `alpha`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
# Curves that are this smooth need no more points over the follow-up: the answer stays the same to 11 digits.
POINTS = 48
# Events that each of the treated would have over the follow-up, if they could have more than one.
SOONEST = 30.0


class FutureTrial(Protocol):
    """What assurance must know of a trial."""

    def power(self, log_ratio: ArrayLike, alpha: float = 0.025) -> Floats:
        """The chance of success at each true log hazard ratio."""


class LogRank(NamedTuple):
    """Of a log-rank test: mean of expected minus observed events, mean of its variance, and true variance."""

    mean: Floats
    variance: Floats
    true_variance: Floats


@dataclass(frozen=True)
class EventDriven:
    """A trial that ends at so many `events`; a share of all people is `treated`.

    Schoenfeld 1981 (Biometrika 68:316): Z has variance 1 and mean log ratio x sqrt(events x q x (1 - q)).
    ValueError for events not above 0 or a share not between 0 and 1.

    >>> round(float(EventDriven(51, 376 / 563).power(math.log(0.29))), 4)
    0.9862
    """

    events: float
    treated: float = 0.5

    def __post_init__(self) -> None:
        if not (math.isfinite(self.events) and self.events > 0 and 0 < self.treated < 1):
            raise ValueError(f"events above 0 and a share between 0 and 1, found {self.events} and {self.treated}")

    @property
    def error(self) -> float:
        """Standard error of the log hazard ratio, 1 / sqrt(events x q x (1 - q))."""
        return 1 / math.sqrt(self.events * self.treated * (1 - self.treated))

    def power(self, log_ratio: ArrayLike, alpha: float = 0.025) -> Floats:
        """Phi(-log ratio / error - z) at each true log hazard ratio."""
        return np.asarray(ndtr(-np.asarray(log_ratio, float) / self.error + passing_line(1, alpha)))


@dataclass(frozen=True)
class FixedFollowUp:
    """A trial of so many people who are all followed for some `years`, with constant hazards.

    `rate` is the hazard of the event a year of the untreated (`controls`), `dropout` the hazard of leaving (both groups
    alike). The more the treatment does, the fewer events there are: the number of events is no input. It answers for
    thousands of ratios at once, as `AtRisk` cannot, which is of one truth but of any accrual and pieces of hazard.
    ValueError for what is not above 0 (dropout: below 0).

    >>> trial = FixedFollowUp(250, 250, rate=0.3, years=2)
    >>> [round(one, 1) for one in trial.events(math.log(0.07))], round(float(trial.power(math.log(0.7))), 3)
    ([112.8, 10.3], 0.706)
    """

    controls: float
    treated: float
    rate: float
    years: float
    dropout: float = 0.0

    def __post_init__(self) -> None:
        wrong = [one for one in (self.controls, self.treated, self.rate, self.years) if not 0 < one < math.inf]
        if wrong or not 0 <= self.dropout < math.inf:
            raise ValueError(f"people, rate and years must be above 0 and dropout not below, found {self}")

    def events(self, log_ratio: float) -> tuple[float, float]:
        """Expected events of the untreated and of the treated."""
        hazards = (self.rate, self.rate * math.exp(log_ratio))
        counted = [
            people * hazard / (hazard + self.dropout) * -math.expm1(-(hazard + self.dropout) * self.years)
            for people, hazard in zip((self.controls, self.treated), hazards, strict=True)
        ]
        return counted[0], counted[1]

    def power(self, log_ratio: ArrayLike, alpha: float = 0.025) -> Floats:
        """Phi((mean - z sqrt(variance)) / sqrt(true variance)) at each true log hazard ratio: see `log_rank`."""
        told = self.log_rank(log_ratio)
        return np.asarray(
            ndtr((told.mean + passing_line(1, alpha) * np.sqrt(told.variance)) / np.sqrt(told.true_variance))
        )

    def log_rank(self, log_ratio: ArrayLike) -> LogRank:
        """The log-rank test's mean, the mean of the variance that it divides by, and the variance that it has.

        Schoenfeld's and Freedman's formulas need a ratio near 1; here risk sets are followed through time, so it holds
        for 0.07 as well. With y0, y1 at risk, y their sum, hazards h0, h1 and pooled hazard h = (y0 h0 + y1 h1) / y:
        the mean is the integral of y0 y1 / y (h0 - h1), the variance that of y0 y1 / y h. The true variance is that of
        a sum over people: one with an event at t adds a(t) - B(t), one followed to t without it -B(t), where a is
        1 - y1 / y of the treated and -y1 / y of others, and B is the integral of a h to t.
        The sum over people: Lin & Wei 1989 (JASA 84:1074).
        """
        # Where nobody treated is left after a moment nothing changes any more, and a risk set of 0 is no number.
        most = max(math.log(SOONEST / (self.rate * self.years)), 0.0)
        ratio = np.exp(np.minimum(np.asarray(log_ratio, float), most))[..., None]
        at, weights, until = _points()
        days, weights, until = (at + 1) * self.years / 2, weights * self.years / 2, until * self.years / 2
        hazards = (np.full_like(ratio, self.rate), self.rate * ratio)
        stay = [np.exp(-(one + self.dropout) * days) for one in hazards]
        y0, y1 = self.controls * stay[0], self.treated * stay[1]
        pooled = (y0 * hazards[0] + y1 * hazards[1]) / (y0 + y1)
        both = y0 * y1 / (y0 + y1)
        mean = (both * (hazards[0] - hazards[1])) @ weights
        variance = (both / (y0 + y1) * (y0 * hazards[0] + y1 * hazards[1])) @ weights
        true = np.zeros_like(mean)
        for people, hazard, kept, is_treated in zip((self.controls, self.treated), hazards, stay, (0, 1), strict=True):
            a = is_treated - y1 / (y0 + y1)
            b = (a * pooled) @ until.T
            last = np.exp(-(hazard[..., 0] + self.dropout) * self.years), (a * pooled) @ weights
            first, second = (
                (hazard * kept * (a - b) ** power + self.dropout * kept * (-b) ** power) @ weights
                + last[0] * (-last[1]) ** power
                for power in (1, 2)
            )
            # Each group by itself: how many are in it was chosen, so what lies between their means is no variance.
            true = true + people * (second - first**2)
        return LogRank(mean, variance, true)


@cache
def _points() -> tuple[Floats, Floats, Floats]:
    """Gauss-Legendre points and weights on -1 to 1, and the matrix that integrates from -1 to each of the points."""
    at, weights = np.polynomial.legendre.leggauss(POINTS)
    values = np.polynomial.legendre.legvander(at, POINTS)
    order = np.arange(POINTS)
    coefficients = (order + 0.5)[:, None] * values[:, :POINTS].T * weights
    # The integral of a Legendre polynomial is the difference of its neighbours.
    whole = np.empty((POINTS, POINTS))
    whole[:, 0] = at + 1
    whole[:, 1:] = (values[:, 2:] - values[:, :-2]) / (2 * order[1:] + 1)
    return at, weights, whole @ coefficients


def passing_line(error: float, alpha: float) -> float:
    """The largest log ratio that is significant, -z(1 - alpha) x error.

    ValueError for an error not above 0, or an alpha not between 0 and 0.5.

    >>> round(passing_line(0.1, 0.025), 3)
    -0.196
    """
    if not (0 < error < math.inf and 0 < alpha < 0.5):
        raise ValueError(f"an error above 0 and an alpha between 0 and 0.5, found {error} and {alpha}")
    return float(error * ndtri(alpha))
