"""Deserts and oases: the places whose whole interval lies below, or above, England's value; never a ranking.

A place is named only where its interval leaves no doubt on which side it lies; how many are undecided is said with it.
Neither side is better: a desert of injectables may be a trust that moved on, or one whose homecare was missed.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from remission.stats.estimates import Estimates

NOT_USED = "not used here"


@dataclass(frozen=True, eq=False)
class Sides:
    """Who lies on which side of England: rows of Estimates in order of code, each with its interval.

    `nation` has England's limits, equal where it has one value. `unused` are those of which coverage says that nothing
    of it is used (a desert without an interval). `undecided` counts those whose interval meets England's or that have
    none, `unknown` those without a value.
    """

    nation: tuple[float, float]
    below: pl.DataFrame
    above: pl.DataFrame
    unused: pl.DataFrame
    undecided: int
    unknown: int


def deserts_and_oases(estimates: Estimates, nation_low: float, nation_high: float) -> Sides:
    """The groups of one measure and one window whose whole interval lies below or above all that England may be.

    ValueError when the rows are of several measures or windows, which no single value can be compared with.

    >>> row = {"what": "injectables", "from_day": 0, "to_day": 365, "method": "made up"}
    >>> rows = [row | {"group": "RB", "value": 0.1, "low": 0.05, "high": 0.2}]
    >>> rows += [row | {"group": "RA", "value": 0.1, "low": 0.02, "high": 0.3}]
    >>> sides = deserts_and_oases(Estimates.of(rows), 0.25, 0.25)
    >>> sides.below["group"].to_list(), sides.undecided
    (['RB'], 1)
    """
    frame = estimates.frame.sort("group")
    if frame.select("what", "from_day", "to_day", "population").n_unique() > 1:
        raise ValueError("deserts and oases are those of one measure, one level and one window; filter the rows first")
    known = frame.filter(pl.col("value").is_not_null())
    below, above = known.filter(pl.col("high") < nation_low), known.filter(pl.col("low") > nation_high)
    unused = frame.filter(pl.col("absent_reason") == NOT_USED)
    undecided = known.height - below.height - above.height
    unknown = frame.height - known.height - unused.height
    return Sides((nation_low, nation_high), below, above, unused, undecided, unknown)
