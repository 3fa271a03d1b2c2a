"""Hazard ratios and what they are adjusted for, as pages word them; a CSV keeps numbers and the names of columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from remission.exhibits.wording import listed
from remission.report.models.baseline_edss import BASELINE_EDSS
from remission.report.models.covariates import plain_words
from remission.stats.rounding import text_half_up

Row = Mapping[str, Any]
COLUMN_WORDS = {
    "age_years": "age",
    "onset_day": "years since the first symptom",
    BASELINE_EDSS: "EDSS at baseline",
}
NOT_ADJUSTED = "not adjusted"
NOT_ESTIMABLE = "not estimable"
# How `Design.adjusted_for` begins to name its strata.
STRATA_OF = "strata of "


def ratio_words(row: Row, digits: int = 2) -> str:
    """A ratio with its limits, or why there is none, where the row says so.

    >>> ratio_words({"value": 0.3104, "low": 0.2096, "high": 0.4597})
    '0.31 (0.21 to 0.46)'
    >>> ratio_words({"value": 0.02, "low": None, "high": 1.5})
    '0.020 (no lower limit to 1.50)'
    """
    if row["value"] is None:
        return str(row.get("absent_reason") or NOT_ESTIMABLE)
    if row["low"] is None and row["high"] is None:
        return f"{ratio_number(row['value'], digits)} (limits not estimable)"
    return f"{ratio_number(row['value'], digits)} ({ratio_limits(row, digits)})"


def ratio_limits(row: Row, digits: int = 2) -> str:
    """Both limits of a ratio, or which of them there is not."""
    sides = (("low", "lower"), ("high", "upper"))
    return " to ".join(
        f"no {side} limit" if row[name] is None else ratio_number(row[name], digits) for name, side in sides
    )


def ratio_number(value: float, digits: int = 2) -> str:
    """Two decimals about 1, more where a small ratio would lose its digits, fewer where a large one needs none.

    >>> ratio_number(0.3104), ratio_number(0.0213), ratio_number(1783.4)
    ('0.31', '0.021', '1,783')
    """
    if value < 0.001:
        return "under 0.001"
    if value >= 100:
        return f"{value:,.0f}" if value < 1e6 else "over a million"
    return text_half_up(value, 3 if value < 0.1 else digits if value < 10 else 1)


def adjusted_words(adjusted_for: str | None) -> str:
    """What a model held alike, in words, of the names that Estimates have of it (`adjusted_for`).

    >>> adjusted_words("age_years, sex, baseline_edss, strata of centre")
    'adjusted for age, sex and EDSS at baseline, in strata of centre'
    >>> adjusted_words(None)
    'not adjusted'
    """
    if not adjusted_for:
        return NOT_ADJUSTED
    covariates, found, strata = f", {adjusted_for}".partition(f", {STRATA_OF}")
    names = covariates.removeprefix(", ").split(", ") if covariates else []
    held = f"adjusted for {columns_words(names)}" if names else ""
    within = f"in {STRATA_OF}{columns_words(re.split(', | and ', strata))}" if found else ""
    return ", ".join(filter(None, [held, within]))


def columns_words(names: Sequence[str], joined_by: str = "and") -> str:
    """Columns by what they hold, as a list in a sentence.

    >>> columns_words(["age_years", "x_relapses_before"]), columns_words(["age_years", "sex"], "or")
    ('age and relapses before', 'age or sex')
    """
    return listed([COLUMN_WORDS.get(name, _small(plain_words(name))) for name in names], joined_by)


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]
