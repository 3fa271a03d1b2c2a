"""Months from left to right: where a month stands, how the axis is written, and panels that share it.

A month is drawn from its first day to the first day of the next, so a month without data is a gap as wide as itself
and a single month with data between two gaps can still be seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from remission.exhibits.figure import Spec, number
from remission.exhibits.theme import INK, Size

# All months are equally wide, so that a missing one is always the same gap.
MONTH = 1 / 12
# The left edge of every panel's plot, so that panels under each other line up.
LEFT = 44


@dataclass(frozen=True)
class Months:
    """The months that an axis spans, both ends included."""

    first: date
    last: date

    @property
    def all(self) -> tuple[date, ...]:
        """Every month, those without data included.

        >>> [month.month for month in Months(date(2024, 11, 1), date(2025, 2, 1)).all]
        [11, 12, 1, 2]
        """
        start, end = _index(self.first), _index(self.last)
        return tuple(date(at // 12, at % 12 + 1, 1) for at in range(start, end + 1))

    @property
    def domain(self) -> list[float]:
        """From the first day of the first month to the last day of the last, in years."""
        return [year_of(self.first), year_of(self.last) + MONTH]


@dataclass(frozen=True)
class Panel:
    """One view with the rows that it alone is drawn from; `name` begins the names of its datasets."""

    datasets: Mapping[str, Sequence[Mapping[str, Any]]]
    view: Spec


def _index(month: date) -> int:
    return month.year * 12 + month.month - 1


def year_of(month: date) -> float:
    """Where a month begins, in years.

    >>> year_of(date(2024, 7, 1))
    2024.5
    """
    return month.year + (month.month - 1) / 12


def month_words(month: date) -> str:
    """A month with its year.

    >>> month_words(date(2025, 3, 1))
    'March 2025'
    """
    return f"{month:%B} {month.year}"


def months_words(first: date, last: date) -> str:
    """A stretch of months, both ends included.

    >>> months_words(date(2024, 10, 1), date(2025, 9, 1)), months_words(date(2025, 3, 1), date(2025, 3, 1))
    ('October 2024 to September 2025', 'March 2025')
    """
    return month_words(first) if first == last else f"{month_words(first)} to {month_words(last)}"


def stretches(months: Iterable[date]) -> list[tuple[date, date]]:
    """Consecutive months as stretches: first and last month of each.

    >>> stretches([date(2025, 1, 1), date(2025, 2, 1), date(2025, 4, 1)])[0]
    (datetime.date(2025, 1, 1), datetime.date(2025, 2, 1))
    """
    found: list[tuple[date, date]] = []
    for month in sorted(months):
        if found and _index(month) == _index(found[-1][1]) + 1:
            found[-1] = (found[-1][0], month)
        else:
            found.append((month, month))
    return found


def time_channel(months: Months, *, axis: bool, field: str = "t") -> Spec:
    """The channel of months, with years or quarters under it; without an axis it lines up all the same."""
    scale = {"domain": months.domain, "nice": False, "zero": False}
    return number(field, scale=scale, axis=_axis(months) if axis else None)


def _axis(months: Months) -> Spec:
    start, end = months.domain
    years = [year for year in range(int(start), int(end) + 1) if start <= year <= end]
    if len(years) > 2:
        # More than two years are named by their year, fewer by quarters: one tick alone would tell nothing.
        return {"values": years, "format": "d", "title": None, "tickColor": INK}
    # A quarter that begins within the last days of the axis has no room for its name.
    quarters = [year / 4 for year in range(int(start * 4), int(end * 4) + 1) if start - 1e-9 <= year / 4 < end - 0.05]
    if not quarters:
        # A month or two between the quarters: an axis that names nothing would not say when.
        return {"values": [start], "labelExpr": f"'{months.first:%b %Y}'", "title": None}
    # A year is a fraction here, and 2024 may arrive as 2023.999: a hundredth is far less than a month.
    whole = "floor(datum.value + 0.01)"
    words = f"['Jan', 'Apr', 'Jul', 'Oct'][round((datum.value - {whole}) * 4)] + ' ' + {whole}"
    return {"values": quarters[:: 1 if len(quarters) <= 5 else 2], "labelExpr": words, "title": None}


def panel_title(words: str, size: Size) -> Spec:
    """The words over one panel of several."""
    return {"text": words, "fontSize": size.words, "fontWeight": "bold", "color": INK, "anchor": "start",
            "frame": "group", "offset": 8}  # fmt: skip


def under_each_other(panels: Sequence[Panel], spacing: int = 26) -> Spec:
    """Panels in one drawing on one axis of months."""
    return {
        # Named by panel: rows of one panel must not be drawn in another.
        "datasets": {name: list(rows) for panel in panels for name, rows in panel.datasets.items()},
        "vconcat": [panel.view for panel in panels],
        "spacing": spacing,
        # Plots line up only when their axes and titles are counted in.
        "bounds": "full",
        "resolve": {"scale": {"x": "shared", "y": "independent"}},
    }
