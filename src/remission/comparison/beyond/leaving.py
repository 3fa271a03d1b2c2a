"""How much of a mean that gets better is people leaving? The mean of a score year by year, in two parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission.inputs.tabular import Tabular
from remission.report.edss_scores import usable_scores
from remission.stats.horizons import YEAR_DAYS

if TYPE_CHECKING:
    from remission.records.cohort import Cohort

# A visit counts for a year if it lies within half a year of it.
NEAR_DAYS = 183
# Of fewer a mean would tell of single persons.
FEWEST = 3
SCHEMA: dict[str, type[pl.DataType]] = {
    "year": pl.Float64,
    "before": pl.Float64,
    "seen": pl.Int64,
    "stayed": pl.Int64,
    "left": pl.Int64,
    "mean": pl.Float64,
    "changed": pl.Float64,
    "by_leaving": pl.Float64,
    "by_coming": pl.Float64,
}


@dataclass(frozen=True, repr=False, eq=False)
class Leaving(Tabular):
    """By year the mean EDSS of those seen, and its change since the last such year in three parts that add up to it.

    `changed` is the mean change of those seen at both years; `by_leaving` what the mean moves by because those who were
    not seen again had other scores than those who were, `by_coming` because of those seen at the later year only.
    """

    frame: pl.DataFrame

    @property
    def said(self) -> str:
        """How many years, and of how many people."""
        people = max(self.frame["seen"].to_list(), default=0)
        return f"{self.frame.height:,} years, up to {people:,} people seen"

    def _rows(self) -> pl.DataFrame:
        return self.frame


def part_of_leaving(cohort: Cohort, years: Sequence[float]) -> Leaving:
    """The table for some years, in order; years of which fewer than three people were seen are left out.

    >>> from remission.outcomes.load import load_cohort
    >>> part_of_leaving(load_cohort("halt-ms"), [0, 1]).frame.height <= 2
    True
    """
    every = usable_scores(cohort)
    seen = [(year, _scores(every, year)) for year in sorted(years)]
    kept = [(year, scores) for year, scores in seen if scores.height >= FEWEST]
    rows = []
    for place, (year, scores) in enumerate(kept):
        row: dict[str, object] = {"year": year, "seen": scores.height, "mean": _mean(scores, "edss")}
        if place:
            before, earlier = kept[place - 1]
            both = earlier.join(scores, on="subject_id", how="inner", suffix="_later")
            row |= {"before": before, "stayed": both.height, "left": earlier.height - both.height}
            if both.height >= FEWEST:
                row["changed"] = _mean(both, "edss_later") - _mean(both, "edss")
                row["by_leaving"] = _mean(both, "edss") - _mean(earlier, "edss")
                row["by_coming"] = _mean(scores, "edss") - _mean(both, "edss_later")
        rows.append(row)
    return Leaving(pl.DataFrame([{name: row.get(name) for name in SCHEMA} for row in rows], schema=SCHEMA))


def _scores(every: pl.DataFrame, year: float) -> pl.DataFrame:
    """The EDSS of each person at the visit nearest to a year, within half a year of it; at the start none after it."""
    away = (pl.col("day") - round(year * YEAR_DAYS)).abs()
    in_time = pl.col("day") <= 0 if year == 0 else away <= NEAR_DAYS
    near = every.filter(in_time & (away <= NEAR_DAYS)).sort(away, "day", maintain_order=True)
    return near.unique("subject_id", keep="first", maintain_order=True).select("subject_id", pl.col("edss").cast(float))


def _mean(frame: pl.DataFrame, column: str) -> float:
    return float(np.mean(frame[column].to_numpy()))
