"""Ratios of hazards as a table: what, between whom, what was held alike, the ratio with its limits, p."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.tables import Row, Shown, Table
from remission.exhibits.wording import amount, level_words
from remission.report.hazards.wording import adjusted_words, ratio_words
from remission.report.pictures.comparison import p_number

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance
    from remission.stats.estimates import Estimates, TestResult


def ratios_table(
    name: str, caption: str, estimates: Estimates, tests: Sequence[TestResult], provenance: Provenance
) -> Table:
    """A row an estimate, with the test of the same place; the CSV has everything in full precision."""
    p = [None if math.isnan(one.p) else one.p for one in tests]
    frame = estimates.frame.with_columns(pl.Series("p", p, pl.Float64))
    columns = (
        Shown("Ratio", lambda row: _upper(row["what"]), words=True),
        Shown("Groups", lambda row: f"{row['group']} against {row['against']}", words=True),
        *([Shown("Model", _model, words=True)] if frame["adjusted_for"].drop_nulls().len() else []),
        Shown("Events", lambda row: amount(row["events"])),
        Shown("Persons", lambda row: f"{row['n']:,}"),
        Shown(_header(frame), ratio_words),
        Shown("p", lambda row: p_number(row["p"])),
    )
    methods = "; ".join(dict.fromkeys(frame["method"].drop_nulls()))
    kept = frame.select(one for one in frame.columns if frame[one].null_count() < frame.height)
    return Table(name, caption, frame, columns, provenance, f"Methods: {methods}.", kept)


def _model(row: Row) -> str:
    return adjusted_words(row["adjusted_for"])


def _header(frame: pl.DataFrame) -> str:
    levels = frame["level"].drop_nulls().unique().to_list()
    return f"Hazard ratio ({level_words(levels[0])} interval)" if len(levels) == 1 else "Hazard ratio"


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]
