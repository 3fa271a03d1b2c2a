"""Trusts that reported and never issued an MS medicine: as unknown, or as empty, as coverage says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission.stats.estimates import Estimates
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
    # A row like the others, so that frames can be put together; without any row there is no window to be silent in.
    about = estimates.frame.select("what", "study", "population", "level", "unit", "method", "standing").head(1)
    rows = [
        {**about.to_dicts()[0], "group": code, "from_day": first, "to_day": last, "absent_reason": reason}
        for code in codes
        for (first, last), reason in zip(spans.iter_rows(), _reasons(coverage, measure, code, spans), strict=True)
    ] if about.height else []  # fmt: skip
    return Estimates.together([estimates, Estimates.of(rows)])


def _reasons(coverage: Coverage, measure: Measure, code: str, spans: pl.DataFrame) -> list[str]:
    """Why a trust has no value in each window."""
    therapies = _therapies(measure)
    wanted = np.array([name in therapies for name in coverage.therapies])
    at = coverage.codes.index(code)
    unseen = coverage.are("not visible")[at, wanted].any(axis=0)
    empty = coverage.are("not used")[at, wanted].all(axis=0)
    days = np.array([(month - EPOCH).days for month in coverage.months])
    inside = [(days >= first) & (days <= last) for first, last in spans.iter_rows()]
    return [
        # Hidden goes first, and not used needs a reported month: silence is not zero (decision 34).
        "not visible here" if unseen[one].any() else "not used here" if empty[one].any() else "not reported"
        for one in inside
    ]


def _therapies(measure: Measure) -> frozenset[str]:
    """The therapies that a measure is made of."""
    # The denominator as well: of a share the whole may be hidden where the part is not.
    parts = (measure.numerator, measure.denominator)
    return frozenset(one.therapy for one in library_medicines() if any(part.covers(one) for part in parts))
