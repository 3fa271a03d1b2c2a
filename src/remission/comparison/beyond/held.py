"""How often the spread of shapes held the truth, in invented cohorts whose later years were hidden."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from remission.exhibits.wording import NBSP, listed, percent
from remission.library.catalogue import table

# A truth that the spread holds less often than that is named as one that it does not hold.
OFTEN = 0.9


@dataclass(frozen=True)
class Held:
    """One truth and size of cohort, as `validation/beyond_hidden.py` measured it.

    spread_holds: share of cohorts in which the truth lay between the lowest and the highest shape; limits_hold: between
    the lowest and the highest of all limits; one_shape_holds: share of single shapes whose own limits held it.
    """

    truth: str
    n: int
    seen_years: float
    asked_year: float
    spread_holds: float
    limits_hold: float
    one_shape_holds: float
    mean_width: float
    replicates: int
    source: str
    status: Literal["derived"]


@cache
def held() -> tuple[Held, ...]:
    """All that was measured.

    >>> len({one.truth for one in held()}) >= 4
    True
    """
    return table("beyond_coverage", Held)


def held_words() -> str:
    """How far the spread can be trusted, in sentences."""
    rows = held()
    cohorts, first = sum(one.replicates for one in rows), rows[0]
    missed = {one.truth: one for one in sorted(rows, key=lambda one: -one.spread_holds) if one.spread_holds < OFTEN}
    named = [f"{truth} ({percent(one.spread_holds, 0)})" for truth, one in sorted(missed.items())]
    low, high = min(one.limits_hold for one in rows), max(one.limits_hold for one in rows)
    return (
        f"Tried on {cohorts:,} invented cohorts that were seen for {first.seen_years:g}{NBSP}years and asked about "
        f"year {first.asked_year:g}: from the lowest to the highest limit of all shapes the truth was held in "
        f"{percent(low, 0)} to {percent(high, 0)} of them. The lines alone held it less often where the truth was "
        f"{listed(named)}. What comes after the last day seen cannot be told from what came before it."
    )
