"""A coefficient and its limits as ratios, where there are such numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from remission.stats.estimates import NOT_ESTIMABLE, Estimates
from remission.stats.intervals import normal_quantile

if TYPE_CHECKING:
    from remission.stats.survival.time_at_risk import Floats

# exp of more is no number: the column's unit is far larger than anything in it.
LARGEST_LOG = 700.0


class Ratios:
    """The columns of an estimate that a coefficient fills."""

    @staticmethod
    def of(beta: float, low: float, high: float) -> dict[str, object]:
        """`value`, `low` and `high`, null where they are not finite numbers, with the reason."""
        found = {"value": _exp(beta), "low": _exp(low), "high": _exp(high)}
        return {**found, "absent_reason": NOT_ESTIMABLE if None in found.values() else None}

    @staticmethod
    def with_normal_limits(
        names: Sequence[str], coefficients: Floats, errors: Floats, level: float, about: Mapping[str, object]
    ) -> Estimates:
        """A row for each coefficient, shape (p,), with normal limits on the log scale; `about` stands in every row.

        Of an error that is 0 or unknown there are no limits.

        ValueError unless 0 < level < 1.
        """
        # An error of 0, as where all have the event on one day, is no certainty: nothing is known of the ratio.
        half = normal_quantile(level) * np.where(errors > 0, errors, np.nan)
        constant = {"unit": "ratio", "scale": "log", "level": level, **about}
        each = zip(names, coefficients.tolist(), half.tolist(), strict=True)
        return Estimates.of(
            constant | {"group": name} | Ratios.of(b, b - spread, b + spread) for name, b, spread in each
        )


def _exp(logarithm: float) -> float | None:
    return math.exp(logarithm) if math.isfinite(logarithm) and abs(logarithm) <= LARGEST_LOG else None
