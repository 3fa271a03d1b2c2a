"""Nearest neighbours: each person treated with the nearest of the others, on one number, each taken once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Matches:
    """Pairs of row numbers, shape (m,) each: `treated` with `other`; those treated without one are `unmatched`."""

    treated: Places
    other: Places
    unmatched: Places
    caliper: float | None
    method: str


def match_nearest(treated: ArrayLike, distance: ArrayLike, *, caliper: float | None = None) -> Matches:
    """Each person treated, from the highest `distance` down, with the nearest of the others that is still free.

    treated: bool, shape (n,); distance: the number on which they must be near, such as the log odds of treatment;
    caliper: the farthest that still is near, in standard deviations of `distance` (of both groups, as in `balance`).
    Ties go to the one of the lower row. The time grows as n log n. Rosenbaum & Rubin 1985,
    doi:10.1080/00031305.1985.10479383. Pinned to `matchit(method = "nearest")` of R.

    >>> found = match_nearest([True, False, False, True], [0.9, 0.1, 0.8, 0.5])
    >>> found.treated.tolist(), found.other.tolist()
    ([0, 3], [2, 1])
    """
    group, on = np.asarray(treated, dtype=np.bool_), np.asarray(distance, dtype=np.float64)
    if group.shape != on.shape or not np.isfinite(on).all():
        raise ValueError("treated and distance must have one finite value a row")
    others = np.flatnonzero(~group)
    # By distance and then by row, so that of two equally near the lower row is found first.
    others = others[np.lexsort((others, on[others]))]
    wanted = np.flatnonzero(group)
    wanted = wanted[np.lexsort((wanted, -on[wanted]))]
    spread = np.sqrt((on[group].var(ddof=1) + on[~group].var(ddof=1)) / 2) if caliper is not None else 0.0
    near = np.inf if caliper is None else caliper * float(spread)
    pairs, left = _paired(on[wanted], on[others], near, wanted, others)
    said = "" if caliper is None else f", caliper {caliper:g} standard deviations"
    rows = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    method = f"nearest neighbour, from the highest down, each taken once{said}"
    return Matches(rows[:, 0], rows[:, 1], np.array(left, np.int64), caliper, method)


def _paired(
    wanted_on: NDArray[np.float64], others_on: NDArray[np.float64], near: float, wanted: Places, others: Places
) -> tuple[list[tuple[int, int]], list[int]]:
    count = others.size
    # Chains to the next that is free, on either side: what is taken points past itself (so many steps of 1 become one).
    right, leftward = list(range(count + 1)), list(range(count + 1))
    pairs: list[tuple[int, int]] = []
    left: list[int] = []
    for row, value in zip(wanted.tolist(), wanted_on.tolist(), strict=True):
        place = int(np.searchsorted(others_on, value))
        after, before = _free(right, place), _free(leftward, place) - 1
        if before >= 0:
            # Of several as far the lowest row that is free, which stands first.
            before = _free(right, int(np.searchsorted(others_on, others_on[before])))
        chosen = _nearer(others_on, others, value, before, after, count)
        if chosen is None or abs(others_on[chosen] - value) > near:
            left.append(row)
            continue
        pairs.append((row, int(others[chosen])))
        right[chosen], leftward[chosen + 1] = chosen + 1, chosen
    return pairs, left


def _free(chain: list[int], place: int) -> int:
    """The end of a chain, with the way to it made short."""
    end = place
    while chain[end] != end:
        end = chain[end]
    while chain[place] != end:
        chain[place], place = end, chain[place]
    return end


def _nearer(
    on: NDArray[np.float64], others: Places, value: float, before: int, after: int, count: int
) -> int | None:  # fmt: skip
    if before < 0 and after >= count:
        return None
    if before < 0 or after >= count:
        return after if before < 0 else before
    low, high = value - on[before], on[after] - value
    if low == high:
        return before if others[before] < others[after] else after
    return before if low < high else after
