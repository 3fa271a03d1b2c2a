"""How alike are two groups? The difference of each column in standard deviations, before and after weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

if TYPE_CHECKING:
    from remission.stats.propensity.logistic import Flags, Floats

# Groups that lie farther apart in a column are not called alike.
ALIKE = 0.1


@dataclass(frozen=True)
class Balance:
    """One column: means of those treated and of the others, and their difference in standard deviations."""

    name: str
    treated: float
    others: float
    difference: float

    @property
    def is_alike(self) -> bool:
        """Within a tenth of a standard deviation? Not where it cannot be said."""
        return abs(self.difference) <= ALIKE


def balance(
    treated: ArrayLike, columns: Mapping[str, ArrayLike], weight: ArrayLike | None = None
) -> tuple[Balance, ...]:
    """A row for each column, in order.

    The standard deviation is that of both groups without weights, the root of the mean of their variances, so that a
    difference before and after weights is on one scale. Not a number where nothing varies. Austin 2009,
    doi:10.1002/sim.3697. Pinned to means and variances of R.

    >>> [round(one.difference, 2) for one in balance([True, True, False, False], {"age": [50, 40, 42, 36]})]
    [1.03]
    """
    group = np.asarray(treated, dtype=np.bool_)
    given = np.ones(group.size) if weight is None else np.asarray(weight, dtype=np.float64)
    return tuple(_one(name, np.asarray(column, np.float64), group, given) for name, column in columns.items())


def _one(name: str, column: Floats, group: Flags, weight: Floats) -> Balance:
    one, other = (float(np.average(column[part], weights=weight[part])) for part in (group, ~group))
    spread = np.sqrt((column[group].var(ddof=1) + column[~group].var(ddof=1)) / 2)
    return Balance(name, one, other, (one - other) / float(spread) if spread > 0 else float("nan"))
