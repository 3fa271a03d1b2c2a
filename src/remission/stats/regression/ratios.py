"""A coefficient and its limits as ratios, where there are such numbers."""

from __future__ import annotations

import math

from remission.stats.estimates import NOT_ESTIMABLE

# exp of more is no number: the column's unit is far larger than anything in it.
LARGEST_LOG = 700.0


class Ratios:
    """The columns of an estimate that a coefficient fills."""

    @staticmethod
    def of(beta: float, low: float, high: float) -> dict[str, object]:
        """`value`, `low` and `high`, null where they are not finite numbers, with the reason."""
        found = {"value": _exp(beta), "low": _exp(low), "high": _exp(high)}
        return {**found, "absent_reason": NOT_ESTIMABLE if None in found.values() else None}


def _exp(logarithm: float) -> float | None:
    return math.exp(logarithm) if math.isfinite(logarithm) and abs(logarithm) <= LARGEST_LOG else None
