"""Months as an axis: frames of months, codes and therapies turned into arrays, so that windows are slices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def months_between(first: object, last: object) -> tuple[date, ...]:
    """Every first day of a month from the first to the last, both included; () without any.

    >>> len(months_between(date(2019, 1, 1), date(2026, 9, 1)))
    93
    """
    if not isinstance(first, date) or not isinstance(last, date):
        return ()
    return tuple(pl.date_range(first, last, "1mo", eager=True))


def scatter(frame: pl.DataFrame, axes: Mapping[str, Sequence[object]], value: str) -> Floats:
    """A column as an array with one axis for each of `axes` (its values in order); added up, 0 where there is no row.

    Rows whose values are on no axis are left out.

    >>> frame = pl.DataFrame({"code": ["b", "b", "z"], "rows": [1, 2, 9]})
    >>> scatter(frame, {"code": ("a", "b")}, "rows").tolist()
    [0.0, 3.0]
    """
    # What is on no axis becomes null and is dropped below; an axis without values takes nothing at all.
    places = [
        pl.col(name).replace_strict(list(values), range(len(values)), default=None, return_dtype=pl.Int64).alias(name)
        if values
        else pl.lit(None, pl.Int64).alias(name)
        for name, values in axes.items()
    ]
    # A name that no column of a caller has, so that it cannot hide one of the axes.
    held = frame.select(*places, pl.col(value).cast(pl.Float64).fill_null(0.0).alias("value of it")).drop_nulls()
    found = np.zeros(tuple(len(values) for values in axes.values()))
    # Unbuffered: several rows of one cell are added up, where a plain assignment would keep the last.
    np.add.at(found, tuple(held[name].to_numpy() for name in axes), held["value of it"].to_numpy())
    return found


def month_place(day: date, months: tuple[date, ...]) -> int:
    """The place of a day's month on the axis of months; negative before the first."""
    # By calendar and not by search: a day outside the months still has a place, which callers cut to what they need.
    return 12 * (day.year - months[0].year) + day.month - months[0].month
