"""When a therapy was first seen at each trust, in months since its NICE guidance; or why that is not known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from remission.stats.estimates import Estimates
from remission.supply.coverage.month_arrays import month_place
from remission.supply.coverage.reasons import REASONS, Supply
from remission.supply.measures.absence import NOT_ESTIMABLE, NOT_REPORTED, NOT_USED, NOT_VISIBLE
from remission.supply.measures.estimates import EPOCH

if TYPE_CHECKING:
    from remission.supply.measures.monthly import Monthly

# Reasons of a month before the first issue that leave open whether it was the first: not those that follow from it.
HIDING = ("homecare", "possible", "stopped", "began", "seldom", "answered some", "left out")
METHOD = "whole months from the month of the NICE date to the first month with an issue; no interval"


def estimate_first_issue(monthly: Monthly, supply: Supply) -> Estimates:
    """Months from the NICE date to the first visible issue, one row a trust; negative for use before guidance.

    A trust that already issued it in its first reported months may have done so for long, and one that was not visible
    before may have used it unseen: "not estimable", "not visible here". ValueError for a therapy without a NICE date.
    """
    if supply.nice_date is None:
        raise ValueError(f"{supply.therapy} has no NICE date in the library")
    rows = [_row(_History.of(monthly, supply, code)) | {"group": code} for code in monthly.codes]
    named = {"what": f"first-issue-{supply.therapy.replace(' ', '-')}", "study": "atlas", "population": "trust"}
    named |= {"unit": "months", "method": METHOD, "standing": monthly.standing}
    return Estimates.of(named | row for row in rows)


@dataclass(frozen=True, eq=False)
class _History:
    """A therapy at a trust: where it was issued, the reason and report of each month, and the place of guidance."""

    months: tuple[date, ...]
    issued: NDArray[np.bool_]
    reasons: tuple[str, ...]
    reported: NDArray[np.bool_]
    nice: int

    @property
    def first_report(self) -> int:
        """Place of the first reported month."""
        return int(self.reported.argmax())

    @classmethod
    def of(cls, monthly: Monthly, supply: Supply, code: str) -> _History:
        at, therapy = monthly.codes.index(code), monthly.therapies.index(supply.therapy)
        products = np.array([one.therapy == supply.therapy for one in monthly.medicines])
        reported = monthly.reported[at]
        # More returned than issued in a month is no issue, and neither is a row of a month whose report is partial.
        issued = np.asarray((monthly.units[at, products].sum(axis=0) > 0) & reported)
        names = list(REASONS)
        # By name: their numbers are an order of cases, not a meaning.
        reasons = tuple(names[number] for number in monthly.coverage.reasons[at, therapy])
        return cls(monthly.months, issued, reasons, reported, month_place(supply.nice_date or date.max, monthly.months))


def _row(history: _History) -> dict[str, object]:
    first = int(history.issued.argmax()) if history.issued.any() else None
    seen = history.months[-1 if first is None else first]
    row: dict[str, object] = {"n": int(history.reported.sum())}
    row |= {"from_day": (history.months[0] - EPOCH).days, "to_day": (seen - EPOCH).days}
    # What may be hidden goes first: not used is said only where nothing else explains the silence (decision 34).
    if first is None:
        states = {REASONS[reason][0] for reason in history.reasons}
        word = NOT_VISIBLE if "not visible" in states else NOT_USED if "not used" in states else NOT_REPORTED
        return row | {"absent_reason": word}
    # Only months since guidance are asked, for before it nobody expects an issue.
    if set(history.reasons[max(history.nice, 0) : first]) & set(HIDING):
        return row | {"absent_reason": NOT_VISIBLE}
    if history.nice <= history.first_report or not history.reported[:first].any():
        # Guidance older than the trust's first report: its first issue may lie before what is known.
        return row | {"absent_reason": NOT_ESTIMABLE}
    return row | {"value": float(first - history.nice)}
