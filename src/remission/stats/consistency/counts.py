"""Which numbers of people a printed percentage can stand for."""

from __future__ import annotations

import math
from fractions import Fraction

from remission.stats.consistency.printed import ROUNDINGS, Printed, Rounding


def counts_printed_so(percent: Printed, people: int) -> tuple[int, ...]:
    """Every count of so many people that is printed as this percentage, by some way of rounding; empty without one.

    Brown & Heathers 2017, doi:10.1177/1948550616673876 (for means; here for shares). Pinned to `sprintf` of R over
    every count.

    >>> counts_printed_so(Printed.of("54"), 149), counts_printed_so(Printed.of("51"), 11)
    ((80, 81), ())
    """
    span = percent.span()
    first = max(math.floor(span.low * people / 100) - 1, 0)
    last = min(math.ceil(span.high * people / 100) + 1, people)
    return tuple(one for one in range(first, last + 1) if ways_of_printing(percent, one, people))


def ways_of_printing(percent: Printed, count: int, people: int) -> tuple[Rounding, ...]:
    """The ways of rounding by which a count of so many people is printed as this percentage, in exact arithmetic.

    Pinned to `sprintf` of R.

    >>> ways_of_printing(Printed.of("86.3"), 69, 80), ways_of_printing(Printed.of("53"), 80, 149)
    (('halves up',), ('cut off',))
    """
    found = percent.fits(Fraction(100 * count, people))
    return tuple(one for one in ROUNDINGS if one in found)
