"""One arm against a known history: the one-sample log-rank test, its power, and its true size in a small trial.

Everything hangs on the hazard that history sums up to until a person's follow-up ends: `hazard`, a `Exposure` whose
"years" are cumulative hazards. Of a constant rate it is rate times years; of 45 % event-free at five years it is
-log(0.45) for whoever is followed for five years.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, ndtr, ndtri

from remission.inputs.not_a_design import not_between, not_whole, refuse

if TYPE_CHECKING:
    from remission.stats.sample_size.exposure import Exposure

Floats = NDArray[np.float64]
OneSampleVariance = Literal["expected", "mean"]
# Terms of the Fourier series: what is left out falls with at least the square of their number, to 1e-7 at two events.
TERMS = 4_000


def people_for_one_sample(
    ratio: float, hazard: Exposure, *, alpha: float, power: float, variance: OneSampleVariance = "expected"
) -> float:
    """People wanted in the one arm, not yet rounded up, if its hazard is `ratio` times that of history.

    alpha: one-sided, for fewer events than history has; `variance` of O - E, the events observed less those expected:
    "expected" is E, and "mean" is (O + E) / 2. They are two tests: see `exact_power_for_one_sample`. NotADesign for a
    ratio not between 0 and 1, alpha or power outside, or a history without hazard. The variance of O - E under the
    ratio is exact, not that of history: Wu 2015, doi:10.1002/pst.1654. Pinned to `integrate` in R.

    >>> from remission.stats.sample_size.exposure import Exposure
    >>> round(people_for_one_sample(0.5, Exposure.of([0.6]), alpha=0.05, power=0.8), 1)
    41.8
    """
    refuse([*not_between("power", power, alpha, 1), *_not_asked(ratio, hazard.mean, alpha)])
    shift, spread, under_null = _moments(ratio, hazard, variance)
    return float(((ndtri(1 - alpha) * under_null + ndtri(power) * spread) / shift) ** 2)


def power_for_one_sample(
    ratio: float, hazard: Exposure, people: float, *, alpha: float, variance: OneSampleVariance = "expected"
) -> float:
    """Power with so many people, by the same normal approximation: the inverse of `people_for_one_sample`.

    >>> from remission.stats.sample_size.exposure import Exposure
    >>> round(power_for_one_sample(0.5, Exposure.of([0.6]), 41.8, alpha=0.05), 3)
    0.8
    """
    refuse([*not_between("people", people, 0, math.inf), *_not_asked(ratio, hazard.mean, alpha)])
    shift, spread, under_null = _moments(ratio, hazard, variance)
    # Turned round, for the test looks for fewer events than expected, which is a shift below 0.
    return float(ndtr((-shift * math.sqrt(people) - ndtri(1 - alpha) * under_null) / spread))


def _not_asked(ratio: float, hazard: float, alpha: float, most: float = 1.0) -> list[str]:
    reasons = [*not_between("ratio", ratio, 0, most), *not_between("alpha", alpha, 0, 0.5)]
    return [*reasons, *not_between("cumulative hazard", hazard, 0, math.inf)]


def _moments(ratio: float, hazard: Exposure, variance: OneSampleVariance) -> tuple[float, float, float]:
    """Of one person under the ratio: the mean of O - E, its standard deviation, and what the test takes it to be."""
    end = ratio * hazard.years
    stays = np.exp(-end)
    observed = float((1 - stays) @ hazard.share)
    # E is the history's hazard up to the event or the end, so E[O E] and E[E^2] are moments of a cut exponential.
    expected = observed / ratio
    both = float((1 - stays * (1 + end)) @ hazard.share) / ratio
    spread = math.sqrt(observed - 2 * both + 2 * both / ratio - (observed - expected) ** 2)
    taken = expected if variance == "expected" else (observed + expected) / 2
    return observed - expected, spread, math.sqrt(taken)


def exact_power_for_one_sample(
    ratio: float, hazard: float, people: int, *, alpha: float, variance: OneSampleVariance = "expected"
) -> float:
    """The chance that the test says fewer events than history, exact, where all are followed to one cumulative hazard.

    With `ratio` 1 it is the true size. At 24 people and one-sided 0.05 the test with E in its variance rejects too
    seldom and the one with (O + E) / 2 too often, and no choice of follow-up mends either. Each count of events k has
    its binomial chance, and given k the sum E passes a bound; that sum's distribution is had from its Fourier series.
    NotADesign for a ratio or hazard not above 0, an alpha outside 0 to 0.5, people not whole.

    >>> [round(exact_power_for_one_sample(1, 0.55, 24, alpha=0.05, variance=v), 3) for v in ("expected", "mean")]
    [0.036, 0.062]
    """
    refuse([*not_whole("people", [people]), *_not_asked(ratio, hazard, alpha, most=math.inf)])
    n = people
    event = -math.expm1(-ratio * hazard)
    k = np.arange(n + 1)
    # By logarithms, for the ways to choose k of n outgrow a float beyond a thousand people.
    chances = np.exp(
        gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) + k * math.log(event) - (n - k) * ratio * hazard
    )
    # Whoever has no event adds the whole hazard, which is certain: only the sum over the others is random.
    bounds = _rejected_beyond(k, float(ndtri(1 - alpha)), variance) - (n - k) * hazard
    found = float(sum(chances[i] * _sum_beyond(int(i), float(bounds[i]), hazard, ratio) for i in k))
    # Of thousands of terms the last digits are rounding, and no chance is above 1.
    return min(max(found, 0.0), 1.0)


def _rejected_beyond(observed: NDArray[np.int64], z: float, variance: OneSampleVariance) -> Floats:
    """The number expected beyond which so few observed are significant: where (O - E) / sqrt(variance) is -z."""
    count = observed.astype(np.float64)
    # The larger of two roots: at the smaller one more are observed than expected.
    if variance == "expected":
        return ((z + np.sqrt(z * z + 4 * count)) / 2) ** 2
    middle = count + z * z / 4
    return middle + np.sqrt(middle**2 - count**2 + z * z * count / 2)


def _sum_beyond(events: int, bound: float, hazard: float, ratio: float) -> float:
    """The chance that the history's hazard of `events` people with the event by then passes `bound`."""
    most = events * hazard
    if bound < 0 or bound >= most:
        return float(bound < 0)
    # One event has a closed form, and the slowest series of all: its density jumps where one period meets the next.
    if events == 1:
        return (math.exp(-ratio * bound) - math.exp(-ratio * hazard)) / -math.expm1(-ratio * hazard)
    # No sum is above `most`, so that one period of this length holds the whole distribution.
    frequency = 2 * np.pi * np.arange(1, TERMS + 1) / most
    of_one = (
        ratio * -np.expm1((1j * frequency - ratio) * hazard) / ((ratio - 1j * frequency) * -math.expm1(-ratio * hazard))
    )
    series = of_one**events * (1 - np.exp(-1j * frequency * bound)) / (1j * frequency)
    return 1 - (bound + 2 * float(series.real.sum())) / most
