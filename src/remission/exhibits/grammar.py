"""Vega-Lite in as few words as it takes: pictures are plain data, so building one costs next to nothing.

A spec is what Altair would have made of the same picture (the tests check every one of ours against Altair's schema),
without the tenth of a second that its classes take for each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Spec = dict[str, Any]
Rows = Sequence[Mapping[str, Any]]

# A tick, an arrow and a cross: shapes are SVG paths, because a character may be missing from a font.
TICK = "M0,-1V1"
ARROW = "M-0.5,-0.7L0.7,0L-0.5,0.7Z"
CROSS = "M-0.8,-0.8L0.8,0.8M0.8,-0.8L-0.8,0.8"

# Per cent as in the sentences: with a space that does not break.
PER_CENT = "format(datum.value * 100, '.0f') + '\u00a0%'"


def number(field: str, **about: Any) -> Spec:
    """A channel that shows a number."""
    return {"field": field, "type": "quantitative", **about}


def name(field: str, **about: Any) -> Spec:
    """A channel that shows one of several names."""
    return {"field": field, "type": "nominal", **about}


def pixels(value: float) -> Spec:
    """A channel with one fixed value."""
    return {"value": value}


def layer(rows: str, mark: Mapping[str, Any], **encoding: Any) -> Spec:
    """One layer over the named rows."""
    return {"data": {"name": rows}, "mark": dict(mark), "encoding": encoding}


def own_ink(field: str = "ink") -> Spec:
    """The ink that the row itself names."""
    return {"field": field, "type": "nominal", "scale": None, "legend": None}


def year_axis(last_year: float, title: str, most: int = 8) -> Spec:
    """The axis of years, from 0 to the last day of follow-up."""
    return {"values": year_ticks(last_year, most), "title": title, "format": "~g"}


def year_ticks(last_year: float, most: int = 8) -> list[float]:
    """Years to be written under an axis: whole ones unless follow-up is short, and never more than `most` steps.

    >>> year_ticks(5.9), year_ticks(0.8), year_ticks(23.0)
    ([0, 1, 2, 3, 4, 5], [0.0, 0.25, 0.5, 0.75], [0, 5, 10, 15, 20])
    """
    # Below a year four steps are enough, for their labels have decimals; 50 is for what no follow-up reaches.
    step = next((step for step in (0.25, 0.5, 1, 2, 5, 10, 20) if last_year / step <= (4 if step < 1 else most)), 50)
    # A little more than exact, or the last year would be lost where a division leaves it at 4.999.
    return [step * place for place in range(int(last_year / step + 1e-9) + 1)]
