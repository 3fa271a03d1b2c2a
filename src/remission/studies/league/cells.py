"""Every pair of treatments of a part: the number of one against the other, and by name which of them it favours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from remission.stats.network.pooled import Network
    from remission.studies.league.league import Part

NEITHER = "neither is favoured: the interval holds 1"


@dataclass(frozen=True)
class Ratio:
    """A ratio with its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def holds_1(self) -> bool:
        """Does the interval hold 1?"""
        return self.low <= 1 <= self.high

    @property
    def inverse(self) -> Ratio:
        """The same the other way round."""
        return Ratio(1 / self.value, 1 / self.high, 1 / self.low)


@dataclass(frozen=True)
class Cell:
    """The treatment `one` against `other`: below 1 is in favour of `one`.

    `random` is with tau squared by REML, `common` without; `k` trials compare the two directly.
    """

    one: str
    other: str
    random: Ratio
    common: Ratio
    k: int

    @property
    def favours(self) -> str:
        """The treatment that the number favours; empty where its interval holds 1."""
        return "" if self.random.holds_1 else self.leans

    @property
    def leans(self) -> str:
        """On whose side of 1 the number itself lies; empty at 1."""
        if self.random.value == 1:
            return ""
        return self.one if self.random.value < 1 else self.other

    @property
    def says(self) -> str:
        """The same in words."""
        if self.favours:
            return f"favours {self.favours}"
        return f"{NEITHER}; the number itself leans to {self.leans}" if self.leans else NEITHER

    @property
    def turned(self) -> Cell:
        """The same cell read from its other side."""
        return Cell(self.other, self.one, self.random.inverse, self.common.inverse, self.k)


def cell_of(part: Part, one: str, other: str) -> Cell:
    """One cell; ValueError for a treatment that is not in the part."""
    return _cell(part, one, other, direct_trials(part))


def cells(part: Part) -> tuple[Cell, ...]:
    """A cell for each pair, the one that stands earlier in the node set against the later.

    >>> from remission.studies.load import load_studies
    >>> from remission.studies.league.league import make_league
    >>> found = cells(make_league(load_studies(), nodes="coarse").parts[0])
    >>> next((one.other, round(one.random.value, 2), one.says) for one in found if one.one == "ocrelizumab")
    ('ofatumumab', 0.98, 'neither is favoured: the interval holds 1; the number itself leans to ocrelizumab')
    """
    direct = direct_trials(part)
    return tuple(_cell(part, one, other, direct) for one, other in combinations(part.names, 2))


def direct_trials(part: Part) -> Mapping[frozenset[str], int]:
    """How many trials hold both treatments of each pair."""
    arms = part.random.trials.arms.values()
    return Counter(frozenset(pair) for names in arms for pair in combinations(names, 2))


def _cell(part: Part, one: str, other: str, direct: Mapping[frozenset[str], int]) -> Cell:
    k = direct.get(frozenset((one, other)), 0)
    return Cell(one, other, ratio_of(part.random, one, other), ratio_of(part.common, one, other), k)


def ratio_of(network: Network, one: str, other: str) -> Ratio:
    """One treatment against another as a ratio with its 95 % interval."""
    value, low, high = np.exp(network.against(one, other))
    return Ratio(float(value), float(low), float(high))
