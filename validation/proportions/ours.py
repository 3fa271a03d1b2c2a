"""Wilson and Clopper-Pearson intervals."""

from __future__ import annotations

from typing import cast

from pins import ROUNDING, Answer, Inputs, numbers
from remission.stats.proportions import ProportionInterval, estimate_proportion

TOLERANCE = ROUNDING


def ours(_inputs: Inputs, numerator: str, denominator: str, method: str, level: str) -> Answer:
    """Our answer, as to `21|23|wilson|0.95`."""
    chosen = cast("ProportionInterval", method)
    return numbers(estimate_proportion(int(numerator), int(denominator), float(level), chosen), "low", "high")
