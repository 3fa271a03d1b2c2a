"""Scales of numbers that studies print: where a value stands between the ends of a plot, its ticks and its words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from remission.exhibits.wording import NBSP, percent
from remission.stats.rounding import text_half_up

Kind = Literal["small share", "share", "ratio"]

_TICKS: dict[Kind, tuple[float, ...]] = {
    "small share": (0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4),
    "share": (0, 1),
    "ratio": (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20),
}
# An interval of one tiny study reaches far: beyond these ends it is cut, and an arrow says so.
_ENDS: dict[Kind, tuple[float, float]] = {"small share": (0, 0.4), "share": (0, 1), "ratio": (0.02, 20)}


@dataclass(frozen=True)
class Scale:
    """How one kind of number is drawn and written.

    A "small share" stands on a scale of roots, on which 0.4 % and 4 % can both be read and 0 has a place; a "share"
    from 0 to 100 %; a "ratio" on a scale of logarithms with a line at 1. `ends` are where the plot begins and ends.
    """

    title: str
    kind: Kind
    ends: tuple[float, float]
    digits: int

    @classmethod
    def of(cls, title: str, kind: Kind, values: Iterable[float | None], digits: int | None = None) -> Scale:
        """A scale that holds some values and limits, and no more of its kind than that.

        >>> Scale.of("Died", "small share", [0.0, 0.038, None]).ends
        (0, 0.05)
        """
        known = [one for one in values if one is not None]
        least, most = _ENDS[kind]
        if kind != "share" and known:
            # From one tick to another: the ends of the axis are numbers that are written there.
            below = [tick for tick in _TICKS[kind] if tick <= min(known)]
            above = [tick for tick in _TICKS[kind] if tick >= max(known)]
            least, most = max([least, *below]), min([most, *above])
            # 1 means no difference: a reader looks for it first.
            # And where nobody had it an axis from 0 to 0 would be none.
            least, most = (min(least, 0.5), max(most, 2)) if kind == "ratio" else (0, max(most, 0.01))
        usual = {"small share": 2, "share": 1, "ratio": 2}
        return cls(title, kind, (least, most), usual[kind] if digits is None else digits)

    def place(self, value: float) -> float:
        """Where a value stands, from 0 at the left end to 1 at the right; below 0 or above 1 it is out of the plot.

        >>> scale = Scale("", "small share", (0, 0.4), 2)
        >>> scale.place(0), scale.place(0.1), scale.place(0.4)
        (0.0, 0.5, 1.0)
        """
        low, high, at = (self._bent(one) for one in (*self.ends, value))
        return (at - low) / (high - low)

    def _bent(self, value: float) -> float:
        if self.kind == "ratio":
            return math.log(value) if value > 0 else -math.inf
        return math.sqrt(value) if self.kind == "small share" else value

    def ticks(self, apart: float) -> list[float]:
        """The numbers that are written on the axis, at least `apart` of the plot from each other.

        >>> Scale("", "small share", (0, 0.4), 2).ticks(0.2)
        [0, 0.02, 0.1, 0.2, 0.4]
        """
        if self.kind == "share":
            step = next((one for one in (0.2, 0.25, 0.5) if one >= apart), 1)
            return [step * at for at in range(round(1 / step) + 1)]
        low, high = self.ends
        inside = [tick for tick in _TICKS[self.kind] if low <= tick <= high]
        kept: list[float] = []
        # From the right, for on both bent scales it is at the left that labels crowd; but the first number stays.
        for tick in reversed(inside):
            near = bool(kept) and self.place(kept[-1]) - self.place(tick) < apart
            if near and tick == inside[0] and len(kept) > 1:
                kept[-1] = tick
            elif not near:
                kept.append(tick)
        return kept[::-1]

    def tick_words(self, tick: float) -> str:
        return f"{tick:g}" if self.kind == "ratio" else f"{100 * tick:g}{NBSP}%"

    @property
    def reference(self) -> float | None:
        """Where the line of no difference stands, if there is one."""
        return self.place(1) if self.kind == "ratio" else None

    def words(self, value: float) -> str:
        """A value as it is printed."""
        return text_half_up(value, self.digits) if self.kind == "ratio" else percent(value, self.digits)

    def limits(self, low: float, high: float) -> str:
        """Two limits, without the unit that stands beside the value already.

        >>> Scale("", "small share", (0, 0.4), 2).limits(0.001, 0.014)
        '0.10 to 1.40'
        """
        return " to ".join(self.words(one).removesuffix(f"{NBSP}%") for one in (low, high))


def known_numbers(rows: Sequence[tuple[float | None, ...]]) -> list[float]:
    """All numbers that are known, in order."""
    return [one for row in rows for one in row if one is not None]
