"""How much fewer relapses come after entry because people entered when they had many: regression to the mean.

Whoever must have had relapses lately to enter has, on the whole, a worse spell behind them than what is to come. Their
rate falls after entry whatever is done, so a rate before against a rate after of the same people is no effect.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import betainc, pdtrc


@dataclass(frozen=True)
class AfterSelection:
    """Of those whom an entry rule lets in: their `share` of all, and their rates a year `before` and `after`.

    Rates are what is expected if nothing is done to anybody, and nobody's own rate changes.
    """

    share: float
    before: float
    after: float

    @property
    def fall(self) -> float:
        """The share of the rate before that is gone after, by selection alone."""
        return 1 - self.after / self.before

    def part_of(self, before: float, after: float) -> float:
        """How much of a fall that was seen selection alone explains: 1 is all of it; NaN where no fall was seen.

        Both falls are shares of their own rate before, for people seen need not be as frequent as those expected.
        """
        seen = 1 - after / before if before > 0 else 0.0
        return self.fall / seen if seen > 0 else math.nan


def expect_after_selection(
    mean: float, dispersion: float, *, at_least: int, within_years: float
) -> AfterSelection:  # fmt: skip
    """What is expected after entry of people who entered with `at_least` events in the `within_years` before.

    mean: events a year in the population they came from; dispersion: how much people differ, the variance of a count
    being m + dispersion m^2 of its mean m (0: all alike). Each person has a rate L drawn from a gamma distribution of
    shape r = 1 / dispersion, and counts are Poisson of it: then counts N are negative binomial, and with N' one of
    shape r + 1 and the same odds, E[L | N >= k] = mean P(N' >= k) / P(N >= k), and E[N / years | N >= k] =
    mean P(N' >= k - 1) / P(N >= k). The model: Greenwood & Yule 1920, doi:10.2307/2341080; what it means: Barnett, van
    der Pols & Dobson 2005, doi:10.1093/ije/dyh299. Pinned to R by integration over L. ValueError for a mean or years
    not above 0, or a negative dispersion or number.

    >>> told = expect_after_selection(0.5, 1.0, at_least=2, within_years=1)
    >>> round(told.share, 4), round(told.before, 4), round(told.after, 4), round(told.fall, 4)
    (0.1111, 2.5, 1.1667, 0.5333)
    """
    for name, number in (("mean", mean), ("within_years", within_years)):
        if not (math.isfinite(number) and number > 0):
            raise ValueError(f"{name} must be above 0, found {number}")
    if not (math.isfinite(dispersion) and dispersion >= 0) or at_least < 0:
        raise ValueError(f"dispersion and at_least must be 0 or more, found {dispersion} and {at_least}")
    count = mean * within_years
    share = _at_least(at_least, count, dispersion)
    before = mean * _at_least(at_least - 1, count, dispersion, more=1) / share
    return AfterSelection(share, before, mean * _at_least(at_least, count, dispersion, more=1) / share)


def _at_least(k: int, count: float, dispersion: float, more: int = 0) -> float:
    """The chance of k events or more, of a shape larger by `more` with the same odds."""
    if k <= 0:
        return 1.0
    if not dispersion:
        return float(pdtrc(k - 1, count))
    return float(betainc(k, 1 / dispersion + more, count / (count + 1 / dispersion)))
