"""Second looks at a pool as lines and rows: without each cohort, and along what studies differ in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.evidence.recipes.study_lines import card_of
from remission.exhibits.synthesis.lines import Line
from remission.exhibits.wording import p_words, percent
from remission.stats.rounding import text_half_up
from remission.studies.estimators import ESTIMATORS
from remission.studies.second_looks import looks, without_each

if TYPE_CHECKING:
    from remission.studies.pools import Pools

WITHOUT: dict[str, type[pl.DataType]] = {
    "study": pl.String,
    "name": pl.String,
    **dict.fromkeys(ESTIMATORS, pl.String),
}
SLOPES: dict[str, type[pl.DataType]] = {
    "covariate": pl.String,
    "k": pl.Int64,
    "left_out": pl.Int64,
    **dict.fromkeys(("slope", "low", "high", "p"), pl.Float64),
    **dict.fromkeys(("method", "absent_reason"), pl.String),
}


def without_lines(pools: Pools, estimator: str, root: str) -> list[Line]:
    """The pool by one estimator without each of its cohorts; a line is named after who is left out."""
    lines = []
    for look in without_each(pools, estimator):
        entry, pooled = look.entry, look.pooled
        lines.append(Line(name=f"without {entry.name}", role="pooled", value=pooled.value, low=pooled.low,
                          high=pooled.high, level=pooled.level, studies=pooled.k, method=pooled.method,
                          why=pooled.absent_reason or "", href=card_of(entry.study.name, root)))  # fmt: skip
    return lines


def without_rows(pools: Pools) -> pl.DataFrame:
    """For each cohort the pool without it by every estimator, in words; the estimators of the question only."""
    asked = [name for name in ESTIMATORS if name in pools.question.estimators]
    by_cohort: dict[str, dict[str, object]] = {}
    for row in looks(pools, "without-each"):
        cells = by_cohort.setdefault(str(row["title"]), {"study": row["study"], "name": row["title"]})
        cells[str(row["estimator"])] = _words(row)
    schema = {name: kind for name, kind in WITHOUT.items() if name in ("study", "name", *asked)}
    return pl.DataFrame(list(by_cohort.values()), schema=schema)


def _words(row: Mapping[str, Any]) -> str:
    if row["value"] is None:
        return str(row["absent_reason"] or "not estimable")
    return f"{percent(row['value'], 2)} ({percent(row['low'], 2)} to {percent(row['high'], 2)})"


def slope_rows(pools: Pools) -> pl.DataFrame:
    """How the pooled number changes along each thing that studies differ in, or why that was refused."""
    rows = [{**row, "left_out": row["studies_left_out"]} for row in looks(pools, "slopes")]
    return pl.DataFrame([{name: row.get(name) for name in SLOPES} for row in rows], schema=SLOPES)


def slope_caution(pools: Pools) -> str:
    """What a slope between studies does not say; empty where none was made."""
    return next((str(row["warning"]) for row in looks(pools, "slopes") if row.get("warning")), "")


def slope_words(row: Mapping[str, Any]) -> str:
    """A slope of log odds as the odds a step further on, times those before.

    >>> row = {"slope": 0.0, "low": -0.1, "high": 0.1, "p": 0.5, "absent_reason": None}
    >>> slope_words(row)
    'odds times 1.00 a step (0.90 to 1.11), p\\xa0=\\xa00.500'
    """
    if row["slope"] is None:
        return str(row["absent_reason"] or "not estimable")
    value, low, high = (text_half_up(math.exp(row[one]), 2) for one in ("slope", "low", "high"))
    return f"odds times {value} a step ({low} to {high}), {p_words(row['p'])}"
