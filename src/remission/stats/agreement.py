"""How far many yes-or-no judgements of the same people agree: kappa of every pair, and who is judged otherwise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

# Columns that are multiplied at once: products of ones and zeros in single precision are exact up to 2 ** 24.
BLOCK = 1 << 15


@dataclass(frozen=True, eq=False)
class PairTables:
    """The two-by-two table of every pair of judgements, of those whom both judge; each array has shape (m, m).

    both_yes: yes under both; yes: yes under the row's judgement (whatever the column's); judged: judged by both.
    """

    both_yes: Counts
    yes: Counts
    judged: Counts


def pair_tables(yes: ArrayLike, judged: ArrayLike) -> PairTables:
    """Count every pair at once, by matrix products.

    yes, judged: bool, shape (m, n): judgement i says yes of person j, and judges person j at all. What is said of
    somebody who is not judged does not count. ValueError unless both are bool and of one shape.

    >>> tables = pair_tables([[True, False, True], [True, True, False]], [[True, True, True], [True, True, False]])
    >>> tables.judged.tolist(), tables.both_yes.tolist(), tables.yes.tolist()
    ([[3, 2], [2, 2]], [[2, 1], [1, 2]], [[2, 1], [2, 2]])
    """
    said, asked = _flags("yes", yes), _flags("judged", judged)
    if said.shape != asked.shape:
        raise ValueError(f"yes and judged must have one shape, found {said.shape} and {asked.shape}")
    m, n = said.shape
    both_yes, marginal, together = (np.zeros((m, m), np.int64) for _ in range(3))
    for start in range(0, n, BLOCK):
        seen = asked[:, start : start + BLOCK]
        positive = (said[:, start : start + BLOCK] & seen).astype(np.float32)
        known = seen.astype(np.float32)
        both_yes += (positive @ positive.T).astype(np.int64)
        marginal += (positive @ known.T).astype(np.int64)
        together += (known @ known.T).astype(np.int64)
    return PairTables(both_yes, marginal, together)


def cohen_kappa(tables: PairTables) -> Floats:
    """Cohen's kappa of every pair: (p_o - p_e) / (1 - p_e), shape (m, m), symmetric.

    p_o is the share on whom two judgements agree and p_e the share expected if each kept its own share of yes and they
    were otherwise unrelated. NaN where p_e is 1 (both say the same of everybody, so that agreement cannot be told from
    chance) or nobody is judged by both. Cohen 1960, doi:10.1177/001316446002000104. Kappa depends on how common yes is:
    compare it with the shares.

    >>> cohen_kappa(pair_tables([[True, True, False, False], [True, False, False, False]], np.full((2, 4), True)))[0, 1]
    np.float64(0.5)
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        first, second = tables.yes / tables.judged, tables.yes.T / tables.judged
        no_and_no = tables.judged - tables.yes - tables.yes.T + tables.both_yes
        observed = (tables.both_yes + no_and_no) / tables.judged
        expected = first * second + (1 - first) * (1 - second)
        kappa: Floats = np.where(expected < 1, (observed - expected) / (1 - expected), np.nan)
    return kappa


@dataclass(frozen=True, eq=False)
class PersonVotes:
    """How many judgements say yes of each person and how many judge them at all; both of shape (n,)."""

    yes: Counts
    judged: Counts

    @property
    def changing(self) -> Flags:
        """Whom at least one judgement says yes of and at least one other says no of."""
        return (self.yes > 0) & (self.yes < self.judged)

    @property
    def share(self) -> Floats:
        """The share of the judgements of a person that say yes; NaN of somebody whom none judges."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.yes / self.judged


def count_votes(yes: ArrayLike, judged: ArrayLike) -> PersonVotes:
    """Judgements by person; yes, judged: bool, shape (m, n), as in `pair_tables`.

    >>> count_votes([[True, False, True], [True, True, False]], [[True, True, True], [True, True, False]]).changing
    array([False,  True, False])
    """
    said, asked = _flags("yes", yes), _flags("judged", judged)
    if said.shape != asked.shape:
        raise ValueError(f"yes and judged must have one shape, found {said.shape} and {asked.shape}")
    return PersonVotes((said & asked).sum(axis=0, dtype=np.int64), asked.sum(axis=0, dtype=np.int64))


def _flags(name: str, values: ArrayLike) -> Flags:
    array = np.asarray(values)
    if array.dtype != np.bool_ or array.ndim != 2:
        raise ValueError(
            f"{name} must be true or false, a row a judgement, found {array.dtype} of {array.ndim} dimensions"
        )
    return array
