"""Months of which only an extract is known: a file cut to some medicines, which can say nothing of the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

# The therapies that the extract of a month can show, a row each; null where it shows none that we know.
EXTRACTS: dict[str, type[pl.DataType]] = {"month": pl.Date, "therapy": pl.String}


def shown_by_month(extracts: pl.DataFrame) -> dict[date, frozenset[str]]:
    """The therapies that each month's extract can show; a month that is not there has a whole file.

    extracts: in the columns of `EXTRACTS`.

    >>> rows = [(date(2025, 5, 1), "natalizumab"), (date(2025, 6, 1), None)]
    >>> shown = shown_by_month(pl.DataFrame(rows, schema=EXTRACTS, orient="row"))
    >>> [sorted(shown[date(2025, month, 1)]) for month in (5, 6)]
    [['natalizumab'], []]
    """
    found: dict[date, frozenset[str]] = {}
    for month, therapy in extracts.select("month", "therapy").iter_rows():
        found[month] = found.get(month, frozenset()) | ({therapy} if therapy is not None else frozenset())
    return found


def left_out(
    therapies: Sequence[str], months: Sequence[date], extracts: Mapping[date, Collection[str]]
) -> NDArray[np.bool_]:
    """Whether a month's file cannot show a therapy, shape (therapies, months).

    >>> left_out(["a", "b"], [date(2025, 5, 1), date(2025, 6, 1)], {date(2025, 6, 1): ["b"]}).tolist()
    [[False, True], [False, False]]
    """
    rows = [[month in extracts and therapy not in extracts[month] for month in months] for therapy in therapies]
    return np.array(rows, dtype=bool).reshape(len(therapies), len(months))
