"""Arrays as series of Polars, several at once: to make one takes as long as to fill it with a thousand numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray


def as_series(arrays: Sequence[NDArray[Any]]) -> list[pl.Series]:
    """Each of several arrays of one type and length as a series.

    >>> [one.to_list() for one in as_series([np.array([1, 2]), np.array([3, 4])])]
    [[1, 2], [3, 4]]
    """
    return cut(pl.Series(np.concatenate(arrays)), len(arrays))


def words_at(words: pl.Series, codes: Sequence[NDArray[np.integer]]) -> list[pl.Series]:
    """The words at the places that each of several arrays of one length holds.

    >>> [one.to_list() for one in words_at(pl.Series(["no", "yes"]), [np.array([1, 1]), np.array([1, 0])])]
    [['yes', 'yes'], ['yes', 'no']]
    """
    return cut(words[pl.Series(np.concatenate(codes).astype(np.uint32))], len(codes))


def cut(whole: pl.Series, count: int) -> list[pl.Series]:
    """A series cut into so many of one length; they share its memory.

    >>> [one.to_list() for one in cut(pl.Series([1, 2, 3, 4]), 2)]
    [[1, 2], [3, 4]]
    """
    length = whole.len() // count
    return [whole.slice(begin * length, length) for begin in range(count)]


def take(values: pl.Series, place: NDArray[np.integer]) -> pl.Series:
    """The value at each place, null where it is -1.

    >>> take(pl.Series(["a", "b"]), np.array([1, -1, 0])).to_list()
    ['b', None, 'a']
    """
    chosen = emptied(pl.Series(place.astype(np.uint32)), place < 0)
    # Indexing: `gather` does the same by way of a query, which takes longer than a thousand names.
    return values[chosen]


def emptied(values: pl.Series, nowhere: NDArray[np.bool_]) -> pl.Series:
    """The values, null where the flags say so.

    >>> emptied(pl.Series([1, 2]), np.array([False, True])).to_list()
    [1, None]
    """
    if not nowhere.any():
        return values
    # `set` does the same, and compares the flags with true first.
    return pl.Series([None], dtype=values.dtype).zip_with(pl.Series(nowhere), values)
