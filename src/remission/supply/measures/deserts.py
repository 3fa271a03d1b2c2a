"""Deserts and oases: on which side of England a place lies with its whole interval; never a ranking.

A place is named only where its interval leaves no doubt on which side it lies; all others are undecided and counted.
Neither side is better: a desert of injectables may be a trust that moved on, or one whose homecare was missed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

Side = Literal["below", "undecided", "above", "not used", "no figure"]
SIDES: tuple[Side, ...] = get_args(Side)
NOT_USED = "not used here"


def side_of(row: Mapping[str, Any], against: tuple[float, float] | None) -> Side:
    """On which side of two values the whole interval of a row of Estimates lies.

    `against` are the least and the most that England may be, equal where it has one value; without them nothing is
    decided. An open or missing limit decides nothing on its side, and an interval that only touches England's meets it.
    Without a value a place is "not used" where coverage says that nothing of it is used (a desert without an
    interval), otherwise it has no figure and is never taken for low.

    >>> row = {"value": 0.2, "low": 0.1, "high": 0.3, "absent_reason": None}
    >>> side_of(row, (0.4, 0.4)), side_of({**row, "high": 0.4}, (0.4, 0.4)), side_of({**row, "low": None}, (0.4, 0.5))
    ('below', 'undecided', 'below')
    >>> side_of({**row, "value": None, "absent_reason": "not used here"}, None), side_of(row, None)
    ('not used', 'undecided')
    """
    if row["value"] is None:
        return "not used" if row["absent_reason"] == NOT_USED else "no figure"
    if against is None:
        return "undecided"
    if row["high"] is not None and row["high"] < against[0]:
        return "below"
    return "above" if row["low"] is not None and row["low"] > against[1] else "undecided"


def england_between(value: float | None, bounds: tuple[float, float] | None) -> tuple[float, float] | None:
    """The least and the most that England may be: its bounds where they are known, else its one value; null for none.

    England's figure is uncertain too: only a place beyond both bounds is beyond England, whatever England is.

    >>> england_between(0.2, None), england_between(0.2, (0.1, 0.3)), england_between(None, None)
    ((0.2, 0.2), (0.1, 0.3), None)
    """
    return bounds or (None if value is None else (value, value))
