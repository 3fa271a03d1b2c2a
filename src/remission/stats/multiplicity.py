"""Several tests at once: p-values that allow for how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def holm(p: ArrayLike) -> NDArray[np.float64]:
    """Holm's p-values: below a level with at most that probability where any test is of a true hypothesis.

    p: shape (k,); NaN where a test is not estimable, which counts for nothing. The smallest is multiplied by how many
    there are, the next by one fewer, and none is below one that comes before it.
    Holm 1979, Scand J Stat 6:65. Pinned to `p.adjust` of R.

    >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    given = np.asarray(p, dtype=np.float64)
    order = np.argsort(given, kind="stable")
    order = order[~np.isnan(given[order])]
    found = np.full(given.shape, np.nan)
    found[order] = np.minimum(np.maximum.accumulate(given[order] * np.arange(order.size, 0, -1)), 1.0)
    return found
