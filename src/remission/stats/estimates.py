"""Estimates: the one declared frame that all figures, tables and pages are drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from remission.inputs.tabular import Tabular

COLUMNS: dict[str, type[pl.DataType]] = {
    "what": pl.String,
    "study": pl.String,
    "group": pl.String,
    "against": pl.String,
    "population": pl.String,
    "adjusted_for": pl.String,
    "from_day": pl.Int32,
    "to_day": pl.Int32,
    "at_days": pl.Int32,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "level": pl.Float64,
    "scale": pl.String,
    "unit": pl.String,
    "method": pl.String,
    "n": pl.Int64,
    "events": pl.Float64,
    "at_risk": pl.Float64,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
    "studies": pl.Int64,
    "studies_left_out": pl.Int64,
    "standing": pl.String,
    "absent_reason": pl.String,
}

NOT_ESTIMABLE = "not estimable"


@dataclass(frozen=True, repr=False)
class Estimates(Tabular):
    """Rows of what was estimated, for whom and when, with interval, method and standing.

    Columns are those of `COLUMNS`; what does not apply is null, and a null `value`, `low` or `high` has an
    `absent_reason`. The method is always named. `adjusted_for` names the columns that a model held alike, with commas
    between them, and is null where it held none. A value pooled over studies has their number, and that of the studies
    which report the same and were left out.

    >>> Estimates.of([{"what": "event-free", "value": 0.692, "method": "Kaplan-Meier"}]).frame["value"].item()
    0.692
    """

    frame: pl.DataFrame

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, object]]) -> Estimates:
        """Estimates from rows that name only the columns they fill; KeyError for a column that does not exist."""
        rows = list(rows)
        if unknown := {name for row in rows for name in row} - COLUMNS.keys():
            raise KeyError(f"Estimates have no column {sorted(unknown)}")
        return cls(pl.DataFrame([{name: row.get(name) for name in COLUMNS} for row in rows], schema=COLUMNS))

    @classmethod
    def together(cls, parts: Iterable[Estimates]) -> Estimates:
        """All rows of several Estimates, in order."""
        frames = [part.frame for part in parts]
        return cls(pl.concat(frames) if frames else pl.DataFrame(schema=COLUMNS))

    def labelled(self, **columns: str | int | float | None) -> Estimates:
        """The same rows with some columns set to one value (study, group, population, standing...)."""
        if unknown := columns.keys() - COLUMNS.keys():
            raise KeyError(f"Estimates have no column {sorted(unknown)}")
        return Estimates(
            self.frame.with_columns(pl.lit(value, COLUMNS[name]).alias(name) for name, value in columns.items())
        )

    def rows(self) -> list[dict[str, object]]:
        """The rows as plain dictionaries."""
        return self.frame.to_dicts()

    @property
    def said(self) -> str:
        """How many there are, and of what."""
        of = ", ".join(self.frame["what"].drop_nulls().unique(maintain_order=True))
        return f"{self.frame.height:,} of {of}" if of else f"{self.frame.height:,}"

    def _rows(self) -> pl.DataFrame:
        return self.frame

    def _repr_html_(self) -> str:
        filled = [name for name in self.frame.columns if self.frame[name].null_count() < self.frame.height]
        return str(self.frame.select(filled)._repr_html_())


@dataclass(frozen=True)
class TestResult:
    """Outcome of a significance test; the method says how ties, zeros and corrections were handled."""

    __test__ = False  # not a pytest class

    statistic: float
    df: int | None
    p: float
    method: str
