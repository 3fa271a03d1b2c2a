"""Which part of a cohort a subject belongs to: a published hash of the subject_id, so that any program can tell.

Polars has a hash of its own, and says that it may change with a version; then one person would be in two parts.
XXH64 is specified at https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md (decision 25).
"""

from __future__ import annotations

import numpy as np
import polars as pl
import xxhash
from numpy.typing import NDArray

RULE = "XXH64 with seed 0 of subject_id in UTF-8, modulo count; part 1 is remainder 0"

Hashes = NDArray[np.uint64]


def part_of(ids: pl.Series, count: int) -> NDArray[np.uint64]:
    """The part of each subject_id, from 0; shape (ids,).

    >>> part_of(pl.Series(["S1", "S2", "S1"]), 4).tolist()
    [2, 2, 2]
    """
    return hash_ids(ids) % np.uint64(count)


def hash_ids(ids: pl.Series) -> Hashes:
    """XXH64 with seed 0 of each text in UTF-8; an empty cell is hashed as an empty text; shape (ids,).

    >>> f"{hash_ids(pl.Series(['abc']))[0]:x}"
    '44bc2cf5ad770999'
    """
    # Each cell is hashed, though a person has many: finding the distinct ones first takes longer than hashing all.
    texts = ids.cast(pl.String).fill_null("").cast(pl.Binary)
    return np.fromiter(map(xxhash.xxh64_intdigest, texts), np.uint64, count=len(texts))
