"""Rows of one subject usually stand together; then what is asked of names is asked once a run, not once a row."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

FEWER = 4
"""Runs are worth their making when there are at least this many rows to a run."""


class Runs(NamedTuple):
    """Stretches of equal names: the name of each, and for every row the number of its run."""

    names: pl.Series
    of_row: pl.Series


def find_runs(names: pl.Series) -> Runs | None:
    """The runs of a column of names, None when they are too many to be worth it.

    >>> find_runs(pl.Series(["a"] * 5 + ["b"] * 5)).names.to_list()
    ['a', 'b']
    >>> find_runs(pl.Series(["a", "b", "a", "b"])) is None
    True
    """
    if not names.len():
        return None
    of_row = names.rle_id()
    count = int(of_row[-1]) + 1
    # Shuffled rows: runs of one or two would cost more than they save.
    if count * FEWER > names.len():
        return None
    begins = (
        of_row.to_frame("run").with_row_index("row").filter(pl.col("run") != pl.col("run").shift(1, fill_value=count))
    )
    # Marked as sorted, which they are by their making, so that grouping needs no hash.
    return Runs(names.gather(begins["row"]), of_row.set_sorted())
