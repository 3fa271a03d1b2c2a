"""Rows of one subject usually stand together; then what is asked of names is asked once a run, not once a row."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
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
    number = of_row.to_numpy()
    begins = np.flatnonzero(np.diff(number, prepend=number.dtype.type(count)))
    # Marked as sorted, which they are by their making, so that grouping needs no hash.
    return Runs(names.gather(begins), of_row.set_sorted())


def all_differ(names: pl.Series) -> bool:
    """Does each name stand here once? Yes is certain; no may be said of two that differ, once in ages.

    >>> all_differ(pl.Series(["a", "b"])), all_differ(pl.Series(["a", "b", "a"]))
    (True, False)
    """
    # Digests are numbers, which are counted in a fifth of the time of texts; two names may have one digest.
    return names.hash().n_unique() == names.len()
