"""A printed number stands for all the numbers that would be printed so.

How a paper rounds is seldom said: halves up, halves to the even digit, or cut off. A span that allows for all of them
is as wide as one and a half units of the last digit, so that no rounding is taken for a disagreement.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple, get_args

Rounding = Literal["halves up", "halves to even", "cut off"]
ROUNDINGS: tuple[Rounding, ...] = get_args(Rounding)
NUMBER = re.compile(r"-?\d+(?:\.(\d+))?")
# Half a unit is reached exactly by 86.25, which no float of a product need be.
TOUCHING = 1e-9


class Span(NamedTuple):
    """All numbers from `low` to `high`, both among them."""

    low: float
    high: float

    def meets(self, other: Span) -> bool:
        """Is any number in both?"""
        return self.low <= other.high and other.low <= self.high

    def times(self, factor: float) -> Span:
        """The same in another unit; `factor` above 0."""
        return Span(self.low * factor, self.high * factor)

    def within(self, low: float, high: float) -> Span:
        """Its part between two bounds."""
        return Span(min(max(self.low, low), high), max(min(self.high, high), low))


@dataclass(frozen=True)
class Printed:
    """A number as it was printed: zeros at its end count, for they say how it was rounded.

    >>> one = Printed.of("69.20")
    >>> one.value, one.digits, one.text
    (69.2, 2, '69.20')
    """

    value: float
    digits: int

    @classmethod
    def of(cls, text: str) -> Printed:
        """The number that a text says; ValueError for one with anything but digits, a point and a minus.

        >>> Printed.of("< 0.05")
        Traceback (most recent call last):
        ValueError: a number is written with digits and one point, found '< 0.05'
        """
        found = NUMBER.fullmatch(text)
        if found is None:
            raise ValueError(f"a number is written with digits and one point, found {text!r}")
        return cls(float(text), len(found[1] or ""))

    @property
    def text(self) -> str:
        """It as it was printed."""
        return f"{self.value:.{self.digits}f}"

    @property
    def unit(self) -> float:
        """One unit of its last digit."""
        return float(10.0**-self.digits)

    def span(self, rounding: Rounding | None = None) -> Span:
        """All numbers that one way of rounding prints so; with None, that any of them does.

        Halves up and to even differ in the halves alone, which are in both spans.

        >>> [round(end, 2) for end in Printed(-0.5, 1).span("cut off")], Printed(73, 0).span()
        ([-0.6, -0.5], Span(low=72.5, high=74.0))
        """
        below = 0.0 if rounding == "cut off" else self.unit / 2
        above = self.unit / 2 if rounding in ("halves up", "halves to even") else self.unit
        if self.value < 0:
            return Span(self.value - above, self.value + below)
        # What is cut off goes towards 0 from both sides.
        return Span(self.value - (above if self.value == 0 else below), self.value + above)

    def fits(self, exact: Fraction | float) -> tuple[Rounding, ...]:
        """The ways of rounding by which a number is printed so; a Fraction is rounded exactly.

        >>> Printed(86.3, 1).fits(Fraction(8625, 100)), Printed(86.2, 1).fits(Fraction(8625, 100))
        (('halves up',), ('halves to even', 'cut off'))
        """
        wanted = round(self.value * 10**self.digits)
        scaled = abs(exact) * 10**self.digits
        slack: Fraction | float = 0 if isinstance(exact, Fraction) else TOUCHING
        sign = -1 if exact < 0 else 1
        even = round(scaled)
        ways = {"halves up": math.floor(scaled + slack + Fraction(1, 2)), "halves to even": even,
                "cut off": math.floor(scaled + slack)}  # fmt: skip
        return tuple(one for one in ROUNDINGS if sign * ways[one] == wanted)
