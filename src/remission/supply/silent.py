"""Trusts that reported and never issued an MS medicine: as unknown, or as empty, as coverage says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission.stats.estimates import COLUMNS, Estimates
from remission.supply.medicines.medicines import library_medicines

if TYPE_CHECKING:
    from remission.supply.coverage.states import Coverage
    from remission.supply.measures.definitions import Measure

EPOCH = date(1970, 1, 1)


def with_silent_trusts(estimates: Estimates, measure: Measure, coverage: Coverage, codes: Sequence[str]) -> Estimates:
    """The rows of trusts with a row more for each of `codes` and window, without a value and with the reason.

    A window in which anything of the measure is not visible is "not visible here"; one in which all that was reported
    is not used is "not used here"; one without a reported month is "not reported".
    """
    spans = estimates.frame.select("from_day", "to_day").unique().sort("to_day")
    # Rows like the others, so that frames can be put together; without any row there is no window to be silent in.
    about = estimates.frame.head(1).select(ALIKE)
    if not about.height or not codes:
        return estimates
    silent = [
        spans.with_columns(group=pl.lit(code), absent_reason=reasons)
        for code, reasons in zip(codes, _reasons(coverage, measure, codes, spans), strict=True)
    ]
    rows = pl.concat(silent).join(about, how="cross")
    absent = [pl.lit(None, dtype).alias(name) for name, dtype in COLUMNS.items() if name not in rows.columns]
    return Estimates(pl.concat([estimates.frame, rows.with_columns(absent).select(*COLUMNS)]))


ALIKE = ("what", "study", "population", "level", "unit", "method", "standing")
"""Columns that a row without a value has in common with all others of its measure."""


def _reasons(coverage: Coverage, measure: Measure, codes: Sequence[str], spans: pl.DataFrame) -> Iterator[pl.Series]:
    """Why each trust has no value, by window."""
    therapies = _therapies(measure)
    wanted = np.array([name in therapies for name in coverage.therapies])
    days = np.array([(month - EPOCH).days for month in coverage.months])
    first, last = (spans[name].to_numpy()[:, None] for name in ("from_day", "to_day"))
    inside = (days >= first) & (days <= last)
    not_visible, not_used = coverage.are("not visible"), coverage.are("not used")
    for at in map(coverage.codes.index, codes):
        unseen, empty = not_visible[at, wanted].any(axis=0), not_used[at, wanted].all(axis=0)
        # Hidden goes first, and not used needs a reported month: silence is not zero (decision 34).
        found = np.where((inside & empty).any(axis=1), "not used here", "not reported")
        yield pl.Series(np.where((inside & unseen).any(axis=1), "not visible here", found).tolist(), dtype=pl.String)


def _therapies(measure: Measure) -> frozenset[str]:
    """The therapies that a measure is made of."""
    # The denominator as well: of a share the whole may be hidden where the part is not.
    parts = (measure.numerator, measure.denominator)
    return frozenset(one.therapy for one in library_medicines() if any(part.covers(one) for part in parts))
