"""The arithmetic of each kind of measure: monthly amounts in windows to values with limits over the worst cases.

Every kind is a ratio or a total of months. Its scenarios are the same: what is counted at its smallest with the rest at
its largest, and the other way round, each with all that may be hidden on the side that moves it further.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from remission.stats.months.diversity import DIVERSITY_METHOD, effective_number, estimate_diversity, shannon_entropy
from remission.stats.months.ratios import (
    DIFFERENCE_METHOD,
    RATIO_METHOD,
    TOTAL_METHOD,
    MonthlyLimits,
    difference_of_totals,
    envelope,
    ratio_of_totals,
    total_limits,
)

if TYPE_CHECKING:
    from remission.supply.measures.definitions import Kind, Measure

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

WIDENED_ALONE = (
    "widened over the smallest and largest patient-years that the units can mean; of what can be seen alone: what may "
    "be hidden is in neither part"
)
WIDENED = "widened over the smallest and largest patient-years that the units can mean and over hidden supply"
HIDDEN = (
    "from none to the 90th percentile of the ratio to hospital-only patient-years among trusts where it is seen; "
    "part of what is issued may go by homecare as well"
)
UNREPORTED = "and over what trusts that did not report issued at most in a year"
ROUNDING = 1e-9


@dataclass(frozen=True)
class Amounts:
    """Amounts by group and window end.

    part, rest: shape (3, groups, ends, window), main, low and high; NaN where nobody reported. hidden_part,
    hidden_rest: the most that may be hidden of either, a year, shape (groups, ends); of totals of areas with what was
    not reported. unseen: of both, only in months in which it is not visible. reported: share of months reported.
    earlier: the same a year before (growth). kinds: shape (3, therapies, groups, ends, window), with hidden_kinds of
    shape (therapies, groups, ends) (diversity). people: persons expected, main, low and high.
    """

    part: Floats
    rest: Floats
    hidden_part: Floats
    hidden_rest: Floats
    unseen: Floats
    reported: Floats
    earlier: Amounts | None = None
    kinds: Floats | None = None
    hidden_kinds: Floats | None = None
    people: tuple[Floats, Floats, Floats] | None = None
    totals_of_areas: bool = False

    @property
    def supply(self) -> Floats:
        """Everything seen, a year, from the reported months: shape (groups, ends)."""
        return a_year(self.part[0] + self.rest[0])

    @property
    def reported_throughout(self) -> Floats:
        """Share of months reported, of growth in that one of its two windows that has fewer."""
        return self.reported if self.earlier is None else np.minimum(self.reported, self.earlier.reported)


@dataclass(frozen=True)
class Found:
    """Values with limits, shape (groups, ends); what is NaN is not known, what is infinite is open."""

    value: Floats
    low: Floats
    high: Floats
    n: Whole
    numerator: Floats
    denominator: Floats
    method: str


def a_year(amounts: Floats) -> Floats:
    """Amounts a year from the known months along the last axis; NaN without any."""
    known = (~np.isnan(amounts)).sum(axis=-1)
    total = 12 * np.nansum(amounts, axis=-1)
    yearly: Floats = np.divide(total, known, out=np.full(total.shape, np.nan), where=known > 0)
    return yearly


def estimate_kind(measure: Measure, amounts: Amounts) -> Found:
    """Values of a measure with limits over all scenarios."""
    found = _KINDS[measure.kind](amounts)
    return replace(found, method=f"{RATIO_METHOD}; {WIDENED_ALONE}") if measure.only_seen else found


def method_words(of_months: str, *, unreported: bool = False) -> str:
    """The method with every source of doubt that its interval holds.

    >>> method_words("total").count("hidden supply")
    1
    """
    return f"{of_months}; {WIDENED} ({HIDDEN})" + (f", {UNREPORTED}" if unreported else "")


def _monthly(yearly: Floats) -> Floats:
    """A yearly amount as it adds to each month; an open one adds nothing here and is opened afterwards."""
    # Infinity added to a month would turn every sum into NaN or infinity, also the limits on the other side.
    closed: Floats = np.where(np.isinf(yearly), 0.0, yearly)[..., None] / 12
    return closed


def _opened(found: MonthlyLimits, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Limits, with those that nothing bounds put to what is possible."""
    return np.where(np.isnan(low), found.low, low), np.where(np.isnan(high), found.high, high)


def _where_open(hidden: Floats, limit: float) -> Floats:
    return np.where(np.isinf(hidden), limit, np.nan)


def _total(values: Floats) -> Floats:
    # `nansum` of nothing is 0, and would be an observation of none.
    return np.where(np.isnan(values).all(axis=-1), np.nan, np.nansum(values, axis=-1))


def _share(amounts: Amounts) -> Found:
    part, rest = amounts.part, amounts.rest
    # The share is lowest with the least of the part beside the most of the rest, and the other way round; so two
    # scenarios hold all that lie between.
    most_part, most_rest = part[2] + _monthly(amounts.hidden_part), rest[2] + _monthly(amounts.hidden_rest)
    main = ratio_of_totals(part[0], part[0] + rest[0])
    found = envelope(
        main, ratio_of_totals(part[1], part[1] + most_rest), ratio_of_totals(most_part, most_part + rest[1])
    ).cut(0, 1)
    low, high = _opened(found, _where_open(amounts.hidden_rest, 0.0), _where_open(amounts.hidden_part, 1.0))
    # Months that do not differ leave no interval, but where one side is open the other is the value itself.
    steady = (main.error == 0) & (np.isnan(low) != np.isnan(high))
    low, high = (np.where(steady & np.isnan(one), main.value, one) for one in (low, high))
    # Where more was returned than issued of a part, the rest is more than the whole: that is no share.
    none = (main.value < -ROUNDING) | (main.value > 1 + ROUNDING)
    value, low, high = (np.where(none, np.nan, one) for one in (main.value, low, high))
    return Found(value, low, high, main.n, main.numerator, main.denominator, method_words(RATIO_METHOD))


def _volume(amounts: Amounts) -> Found:
    part = amounts.part
    main = total_limits(part[0], 12)
    found = envelope(main, total_limits(part[1], 12), total_limits(part[2] + _monthly(amounts.hidden_part), 12))
    # More may be returned than issued, and a limit below nothing is none.
    found = found.cut(0, np.inf)
    # What is hidden can only add: the lower limit of a total is never open.
    low, high = _opened(found, np.full(main.low.shape, np.nan), _where_open(amounts.hidden_part, np.inf))
    numerator = _total(part[0])
    words = method_words(f"a year: {TOTAL_METHOD}", unreported=amounts.totals_of_areas)
    return Found(main.value, low, high, main.n, numerator, _years(main), words)


def _years(found: MonthlyLimits) -> Floats:
    """Years of months with data: what a total is divided by to be a total a year."""
    return np.where(found.n > 0, found.n / 12, np.nan)


def _growth(amounts: Amounts) -> Found:
    assert amounts.earlier is not None
    now, before = amounts.part, amounts.earlier.part
    hidden, hidden_before = _monthly(amounts.hidden_part), _monthly(amounts.earlier.hidden_part)
    main = difference_of_totals(now[0], before[0], 12)
    # A year before, the same units meant the same: a factor moves both sides, hidden supply either.
    factors = [difference_of_totals(now[at], before[at], 12) for at in (1, 2)]
    less = [difference_of_totals(now[at], before[at] + hidden_before, 12) for at in (1, 2)]
    more = [difference_of_totals(now[at] + hidden, before[at], 12) for at in (1, 2)]
    found = envelope(main, *factors, *less, *more)
    low, high = _opened(
        found, _where_open(amounts.earlier.hidden_part, -np.inf), _where_open(amounts.hidden_part, np.inf)
    )
    months = (~np.isnan(now[0])).sum(axis=-1)
    words = method_words(f"a year: {DIFFERENCE_METHOD}", unreported=amounts.totals_of_areas)
    return Found(main.value, low, high, months, a_year(now[0]), a_year(before[0]), words)


def _per_expected(amounts: Amounts) -> Found:
    assert amounts.people is not None
    found = _volume(amounts)
    people, fewest, most = (one[:, None] * np.ones_like(found.value) for one in amounts.people)
    words = f"{found.method}; divided by the persons expected, from most to fewest"
    # The most persons under the low limit, the fewest under the high one: each limit is the furthest that both doubts
    # allow.
    return Found(found.value / people, found.low / most, found.high / fewest, found.n, found.numerator, people, words)


def _diversity(amounts: Amounts) -> Found:
    assert amounts.kinds is not None
    assert amounts.hidden_kinds is not None
    kinds = np.moveaxis(amounts.kinds, 1, -1)
    main = estimate_diversity(kinds[0])
    # More returned than issued of a kind is no part of a mix.
    years = np.nansum(kinds, axis=-2).clip(0)
    # An open bound is one that leaves nothing of the others beside it.
    endless = 1e9 * (1 + years[2].sum(axis=-1, keepdims=True))
    # From a year to the months of the window.
    hidden = np.moveaxis(amounts.hidden_kinds, 0, -1) * kinds.shape[-2] / 12
    least, most = least_and_most_mixed(years[1], years[2] + np.where(np.isinf(hidden), endless, hidden))
    # What the months leave in doubt is carried over to the extremes as a factor, as it is one on the entropy's scale.
    # At least one kind, at most all of them: beyond that no mix exists.
    low = np.maximum(main.low / main.value * least, 1.0)
    high = np.minimum(main.high / main.value * most, kinds.shape[-1])
    total = _total(amounts.part[0] + amounts.rest[0])
    return Found(main.value, low, high, main.n, total, total, method_words(DIVERSITY_METHOD))


def least_and_most_mixed(lows: Floats, highs: Floats) -> tuple[Floats, Floats]:
    """Smallest and largest effective number that amounts between two bounds can have; last axis: kinds.

    A kind below S exp(-H) makes a mix more even when it grows, one above it less (S the total, H the entropy): so the
    most even mix cuts all amounts to one level as far as their bounds let it. The least even one has every kind at one
    of its bounds: it is looked for among the largest kinds together and each kind alone, then kind by kind.

    >>> least, most = least_and_most_mixed(np.array([1.0, 1.0]), np.array([1.0, 3.0]))
    >>> round(least.item(), 3), round(most.item(), 3)
    (1.755, 2.0)
    """
    # The level is the fixed point of the rounds below; the start only has to lie between the bounds.
    level = np.sqrt(lows * highs).sum(axis=-1, keepdims=True) / lows.shape[-1]
    for _ in range(30):
        mix = np.clip(level, lows, highs)
        level = (mix.sum(axis=-1) * np.exp(-shannon_entropy(mix)))[..., None]
    return effective_number(_least_mixed(lows, highs)), effective_number(np.clip(level, lows, highs))


def _least_mixed(lows: Floats, highs: Floats) -> Floats:
    rank = np.argsort(np.argsort(-highs, axis=-1, kind="stable"), axis=-1)
    mix, least = lows, shannon_entropy(lows)
    for number in range(1, lows.shape[-1] + 1):
        mix, least = _better(mix, least, np.where(rank < number, highs, lows))
        mix, least = _better(mix, least, np.where(rank == number - 1, highs, lows))
    # Twice over all kinds: a change of one can make that of an earlier one worth while. Trying every combination
    # would be two to the power of the kinds.
    for kind in [*range(lows.shape[-1])] * 2:
        other = mix.copy()
        other[..., kind] = np.where(mix[..., kind] == highs[..., kind], lows[..., kind], highs[..., kind])
        mix, least = _better(mix, least, other)
    return mix


def _better(mix: Floats, entropy: Floats, other: Floats) -> tuple[Floats, Floats]:
    """Of two mixes the less even one, for each group; a mix of nothing is none."""
    found = shannon_entropy(other)
    less = (found < entropy) | np.isnan(entropy)
    return np.where(less[..., None], other, mix), np.where(less, found, entropy)


# Uptake is a share with a date, starts are a volume of packs: other words and units, one arithmetic.
_KINDS: dict[Kind, Callable[[Amounts], Found]] = {
    "share": _share,
    "uptake": _share,
    "growth": _growth,
    "starts": _volume,
    "volume": _volume,
    "diversity": _diversity,
    "per_expected": _per_expected,
}
