"""A ratio of two treatments with its interval, and which of the two it favours, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from remission.exhibits.synthesis.lines import NO_INTERVAL
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.exhibits.synthesis.scales import Scale

NOT_CONNECTED = "not estimable"


@dataclass(frozen=True)
class Ratio:
    """Of something that people are spared: below 1 there is less of it under the `one` than under the `other`.

    Without a value `why` says why there is none.
    """

    one: str
    other: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    why: str = ""

    @property
    def favours(self) -> str:
        """The treatment that the whole interval favours; empty where it holds 1, or where there is none.

        >>> Ratio("A", "B", 0.5, 0.3, 0.8).favours, Ratio("A", "B", 2, 1.2, 3).favours
        ('A', 'B')
        """
        if self.low is None or self.high is None:
            return ""
        if self.high < 1:
            return self.one
        return self.other if self.low > 1 else ""

    @property
    def favours_words(self) -> str:
        """The same in words, for every ratio.

        >>> Ratio("A", "B", 0.8, 0.5, 1.1).favours_words
        'neither: the interval holds 1'
        """
        if self.value is None:
            return self.why or NOT_CONNECTED
        if self.low is None or self.high is None:
            return f"not known: {NO_INTERVAL}"
        return self.favours or "neither: the interval holds 1"

    def words(self, digits: int = 2) -> str:
        """The ratio with its limits, or why there is none.

        >>> Ratio("A", "B", 0.5, 0.3, 0.8).words()
        '0.50 (0.30 to 0.80)'
        """
        if self.value is None:
            return self.why or NOT_CONNECTED
        value = text_half_up(self.value, digits)
        if self.low is None or self.high is None:
            return f"{value} ({NO_INTERVAL})"
        return f"{value} ({text_half_up(self.low, digits)} to {text_half_up(self.high, digits)})"

    @property
    def said(self) -> str:
        """The ratio and whom it favours, for one cell of a table; the same way for every ratio.

        >>> Ratio("A", "B", 0.5, 0.3, 0.8).said, Ratio("A", "B", 0.5, 0.3, 1.8).said
        ('0.50 (0.30 to 0.80), favours A', '0.50 (0.30 to 1.80), favours neither')
        """
        if self.low is None or self.high is None:
            return self.words()
        return f"{self.words()}, favours {self.favours or 'neither'}"

    def turned(self) -> Ratio:
        """The same the other way round.

        >>> Ratio("A", "B", 0.5, 0.4, 0.8).turned()
        Ratio(one='B', other='A', value=2.0, low=1.25, high=2.5, why='')
        """
        value, low, high = (None if one is None else 1 / one for one in (self.value, self.high, self.low))
        return Ratio(self.other, self.one, value, low, high, self.why)

    def inside(self, scale: Scale) -> tuple[float, float, float] | None:
        """Where low, value and high stand on a scale, cut at its ends; None where there is no interval."""
        if self.value is None or self.low is None or self.high is None:
            return None
        low, value, high = (min(max(scale.place(one), 0.0), 1.0) for one in (self.low, self.value, self.high))
        return low, value, high
