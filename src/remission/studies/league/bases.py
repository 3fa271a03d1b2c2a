"""Where the standard error of a comparison comes from: what was printed, or, by assumption, counting.

First a printed interval of the ratio; then the printed intervals of both arms' rates; then, in the sensitivity
analysis, Poisson counts of rate, people and months, widened by what trials that print both show. Else not known.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from remission.stats.intervals import normal_quantile
from remission.stats.network.printed_rates import rate_errors
from remission.studies.league.compared import ArmRate, Compared, What
from remission.studies.study import Number, Study, weakest

if TYPE_CHECKING:
    from remission.studies.load import Studies

LEVEL = 0.95
RATE, RATIO = "relapse-rate", "relapse-rate-ratio"
# Used where fewer trials print both: a standard error 1.15 times as wide, of 88 % of all months of follow-up.
ASSUMED, FEWEST = 1.15**2 / 0.88, 3
# The share of the planned time for which people are taken to be followed: that some left is in the factor.
ALL_FOLLOWED = 1.0
LEAST_COUNTED = 1.0


@dataclass(frozen=True)
class OverDispersion:
    """How many times the variance of counting the printed variance is: the median of `k` trials that print both."""

    factor: float
    k: int
    low: float
    high: float

    @property
    def says(self) -> str:
        """In words."""
        if not self.k:
            return f"variance times {self.factor:.2f} (assumed)"
        of = f"the middle one of {self.k} trials that print both, which range from {self.low:.2f} to {self.high:.2f}"
        return f"variance times {self.factor:.2f} ({of})"


def over_dispersion(studies: Studies) -> OverDispersion:
    """What trials with a printed interval, and rates, people and months beside it, say of counting.

    People of a trial differ in how often they have relapses, and some leave early: counted relapses of people times
    months err by more than Poisson. One factor for both, as the printed intervals show them. With fewer than three
    such trials it is assumed.

    >>> from remission.studies.load import load_studies
    >>> found = over_dispersion(load_studies())
    >>> round(found.factor, 2), found.k
    (1.52, 12)
    """
    ratios = sorted(one for study in studies.every if study.kind == "randomised" for one in _ratios(study))
    if len(ratios) < FEWEST:
        return OverDispersion(ASSUMED, 0, ASSUMED, ASSUMED)
    return OverDispersion(median(ratios), len(ratios), ratios[0], ratios[-1])


def _ratios(study: Study) -> Iterator[float]:
    for number in _whole(study, RATIO):
        rates = counted_rates(study, number.arm, number.against, 1.0, months=number.months)
        if (error := error_of(number)) is not None and rates is not None:
            yield error**2 / (rates[0].variance + rates[1].variance)


def error_of(number: Number) -> float | None:
    """The standard error of the logarithm from a printed interval; None where there is none that has one."""
    if not number.has_interval or number.level is None or number.low is None or number.high is None:
        return None
    if number.low <= 0 or number.high <= number.low or not number.value or number.value <= 0:
        return None
    return math.log(number.high / number.low) / (2 * normal_quantile(number.level))


def printed_ratio(study: Study, what: What, arm: str, against: str) -> Number | None:
    """The printed ratio with an interval, of several that of the longest time; None without one."""
    found = [one for one in _whole(study, what) if (one.arm, one.against) == (arm, against) and error_of(one)]
    return max(found, key=lambda one: one.months or 0.0, default=None)


def printed_rates(study: Study, arm: str, against: str) -> tuple[ArmRate, ArmRate] | None:
    """The rates of both arms at one time, each with a printed interval; of several times the longest."""
    pairs = [
        (one, other)
        for one, other in _pairs(study, arm, against)
        if error_of(one) is not None and error_of(other) is not None
    ]
    if not pairs:
        return None
    one, other = max(pairs, key=lambda pair: pair[0].months or 0.0)
    return _printed_rate(one), _printed_rate(other)


def control_rate(study: Study, against: str, months: float | None) -> ArmRate | None:
    """The rate of the comparator at the time of a ratio, where its interval is printed."""
    found = [one for one in _whole(study, RATE) if one.arm == against and one.months == months and error_of(one)]
    return _printed_rate(found[0]) if found else None


def counted_rates(
    study: Study, arm: str, against: str, factor: float, *, months: float | None = None
) -> tuple[ArmRate, ArmRate] | None:
    """The rates of both arms with the variance of counting times `factor`; None where people or months are not known.

    All people are taken to be followed to the end: that some were not is in the factor.
    """
    found = []
    for one, other in _pairs(study, arm, against):
        rates = [_counted(study, number, factor) for number in (one, other)]
        if None not in rates and months in (None, one.months):
            found.append((one.months or 0.0, rates))
    if not found:
        return None
    first, second = max(found, key=lambda one: one[0])[1]
    assert first is not None
    assert second is not None
    return first, second


def _counted(study: Study, number: Number, factor: float) -> ArmRate | None:
    people = study.number("people", number.arm, course="", among="")
    if not number.value or people is None or not people.value or not number.months:
        return None
    years = people.value * number.months / 12
    # Of less than one relapse the error of the logarithm is none that a normal one comes near to.
    if round(years * number.value, 9) < LEAST_COUNTED:
        return None
    errors = rate_errors(people.value, number.value, number.months, over_dispersion=factor, share=ALL_FOLLOWED)
    return ArmRate(number.arm, number.value, float(errors[0]) ** 2, "Poisson", (number, people), years)


def _printed_rate(number: Number) -> ArmRate:
    error = error_of(number)
    assert error is not None
    assert number.value is not None
    return ArmRate(number.arm, number.value, error**2, "both arms' printed intervals", (number,))


def _pairs(study: Study, arm: str, against: str) -> Iterator[tuple[Number, Number]]:
    """The rates of two arms that hold at one time."""
    rates = [one for one in _whole(study, RATE) if one.value is not None]
    for one in rates:
        for other in rates:
            if (one.arm, other.arm) == (arm, against) and (one.months, one.at) == (other.months, other.at):
                yield one, other


def _whole(study: Study, what: str) -> Iterator[Number]:
    """What may be shown of whole arms, and of no part of one."""
    return (one for one in study.numbers if one.what == what and one.is_showable and not (one.course or one.among))


def limits(value: float, error: float) -> tuple[float, float]:
    """The 95 % limits of a ratio from the standard error of its logarithm."""
    reach = math.exp(normal_quantile(LEVEL) * error)
    return value / reach, value * reach


def status_of(numbers: Iterable[Number]) -> str:
    """How far the numbers were checked that a row rests on."""
    return weakest(one.status for one in numbers)


def with_ratio(row: Compared, number: Number, other: ArmRate | None) -> Compared:
    """The row with a printed ratio and its interval; `other` is the comparator's own rate, where that is printed."""
    error = error_of(number)
    assert error is not None
    assert number.value is not None
    low, high = (number.low, number.high) if number.level == LEVEL else limits(number.value, error)
    assert number.level is not None
    said = f"the interval that was printed, at {100 * number.level:g} %"
    if number.status != "derived":
        said += f" ({number.note})" if number.note else ""
    else:
        notes = "; ".join(one.rstrip(".") for one in (number.note, row.study.note) if one)
        said = f"a derived interval ({notes})" if notes else "a derived interval"
    return replace(
        row, numbers=(number,), value=number.value, low=low, high=high, error=error, basis="printed interval",
        method=said, status=status_of([number]), months=number.months, other=other,
        shared=other.variance if other else None,
    )  # fmt: skip


def with_rates(row: Compared, one: ArmRate, other: ArmRate, said: str) -> Compared:
    """The row with the ratio of two arms' rates, whose errors are taken to be independent."""
    error = math.sqrt(one.variance + other.variance)
    value = one.rate / other.rate
    low, high = limits(value, error)
    numbers = (*one.numbers, *other.numbers)
    return replace(
        row, numbers=numbers, value=value, low=low, high=high, error=error, basis=one.basis, method=said,
        status=status_of(numbers), months=one.numbers[0].months, one=one, other=other, shared=other.variance,
    )  # fmt: skip
