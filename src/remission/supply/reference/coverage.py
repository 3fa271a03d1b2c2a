"""The plain twin of coverage and of measures: one code, one therapy, one month at a time, in words and loops.

It is read beside the fast engine and decides the same on random worlds; a person who asks why a cell of the map is
what it is gets this answer. It imports definitions, and no array.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from remission.supply.coverage.reasons import Supply
from remission.supply.coverage.rule import CoverageRule

Cell = tuple[str, str, date]


@dataclass(frozen=True)
class PlainStock:
    """Units and patient-years issued, by code, therapy and month; rows of any medicine by code and month."""

    units: Mapping[Cell, float]
    patient_years: Mapping[Cell, float]
    rows: Mapping[tuple[str, date], int]
    months: Sequence[date]


@dataclass(frozen=True)
class _Case:
    """One therapy at one code: how it is supplied, the rule, since when it can be, and the reported months of the code.

    `history` has month, units and patient-years of each.
    """

    supply: Supply
    rule: CoverageRule
    first: date | None
    history: Sequence[tuple[date, float, float]]


def plain_reasons(stock: PlainStock, supplies: Sequence[Supply], rule: CoverageRule) -> dict[Cell, str]:
    """The reason (a key of `REASONS`) of every code, therapy and month."""
    reasons: dict[Cell, str] = {}
    for code in sorted({code for code, _ in stock.rows}):
        for supply in supplies:
            for month, why in _of_therapy(stock, code, supply, rule).items():
                reasons[code, supply.therapy, month] = why
    return reasons


def _of_therapy(stock: PlainStock, code: str, supply: Supply, rule: CoverageRule) -> dict[date, str]:
    unreported = _unreported({month: stock.rows.get((code, month), 0) for month in stock.months}, rule)
    cells = [(code, supply.therapy, month) for month in stock.months if month not in unreported]
    history = [(cell[2], stock.units.get(cell, 0.0), stock.patient_years.get(cell, 0.0)) for cell in cells]
    case = _Case(supply, rule, _first_supply(supply, stock, rule), history)
    return unreported | {month: _reason(case, place) for place, (month, _, _) in enumerate(history)}


def _unreported(reports: Mapping[date, int], rule: CoverageRule) -> dict[date, str]:
    usual = median([rows for rows in reports.values() if rows > 0] or [0])
    why = {}
    for month, rows in reports.items():
        if rows <= 0:
            why[month] = "silent"
        elif rows < rule.partial_submission * usual:
            why[month] = "partial"
    return why


def _is_regular(reported: Sequence[date], rule: CoverageRule) -> bool:
    if not reported:
        return False
    span = _months_from(reported[0], reported[-1]) + 1
    return len(reported) >= rule.regular_months and len(reported) >= rule.regular_share * span


def _months_from(one: date, other: date) -> int:
    return 12 * (other.year - one.year) + other.month - one.month


def _first_supply(supply: Supply, stock: PlainStock, rule: CoverageRule) -> date | None:
    """The first month in which the therapy may have been supplied; None when any month may be."""
    if supply.nice_date is None:
        return None
    seen = [month for (_, therapy, month), number in stock.units.items() if therapy == supply.therapy and number > 0]
    if seen and _months_from(min(seen), supply.nice_date) >= rule.not_yet_supplied:
        return min(seen)
    early = [month for month in stock.months if _months_from(month, supply.nice_date) <= rule.not_yet_supplied]
    return early[0] if early else date.max


def _reason(case: _Case, place: int) -> str:
    history, supply = case.history, case.supply
    month = history[place][0]
    earlier = [at for at in range(place + 1) if history[at][1] > 0]
    later = [at for at in range(place, len(history)) if history[at][1] > 0]
    if history[place][1] > 0:
        return "issued"
    if _lasts(case, place, earlier, later):
        return "lasting"
    if case.first is not None and month < case.first:
        return "before"
    if supply.withdrawn is not None and _months_from(supply.withdrawn, month) >= 0:
        return "withdrawn"
    end = _edge([amount for _, _, amount in history[: earlier[-1] + 1]], case.rule) if earlier else "none"
    beginning = _edge([amount for _, _, amount in reversed(history[later[0] :])], case.rule) if later else "none"
    if end == "full":
        return "stopped"
    if beginning == "full":
        return "began"
    return _seldom_or_never(case) if not earlier and not later else _silence(case, place, earlier, later, end)


def _seldom_or_never(case: _Case) -> str:
    if case.supply.by_homecare:
        return "homecare"
    return "never" if _is_regular([month for month, _, _ in case.history], case.rule) else "seldom"


def _silence(case: _Case, place: int, earlier: Sequence[int], later: Sequence[int], end: str) -> str:
    """Whether the months of reports without an issue are long enough for an end; they may be all that there are."""
    if case.supply.by_homecare:
        return "possible"
    if later and later[0] - place <= case.rule.lead_months:
        return "soon"
    if not earlier and case.first is not None and case.history[0][0] < case.first:
        return "later"
    silent = place - earlier[-1] if earlier else place + 1
    if end == "declined" and silent >= case.rule.declined_months:
        return "declined"
    return "ended" if silent >= case.rule.gap(case.supply.therapy, case.supply.kind).silence else "pause"


def _lasts(case: _Case, place: int, earlier: Sequence[int], later: Sequence[int]) -> bool:
    gap = case.rule.gap(case.supply.therapy, case.supply.kind)
    if earlier and place - earlier[-1] <= gap.look_back:
        return True
    return bool(earlier and later and later[0] - place <= gap.look_ahead)


def _edge(amounts: Sequence[float], rule: CoverageRule) -> str:
    """How a supply whose last month is the last of `amounts` stood there: full, declined or neither."""
    level, noise = _mean_and_spread(amounts[-rule.level_months :])
    tail, _ = _mean_and_spread(amounts[-rule.tail_months :])
    ends = range(max(len(amounts) - rule.peak_months, 0), len(amounts))
    peak = max(_mean_and_spread(amounts[max(end + 1 - rule.level_months, 0) : end + 1])[0] for end in ends)
    if tail < rule.tail_share * peak:
        dwindled = level < rule.tail_share * peak and 12 * peak >= rule.least_level
        return "declined" if dwindled else "neither"
    stands_out = level >= rule.noise_times * noise and len(amounts) >= rule.level_months
    return "full" if stands_out and 12 * level >= rule.least_level else "neither"


def _mean_and_spread(amounts: Sequence[float]) -> tuple[float, float]:
    mean = sum(reversed(amounts)) / len(amounts)
    return mean, math.sqrt(sum((amount - mean) ** 2 for amount in reversed(amounts)) / len(amounts))
