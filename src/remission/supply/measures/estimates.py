"""Estimates of a measure: for every trust or area and window a value with its interval, or why there is none.

The interval joins three doubts: how much one month differs from the next, how many units make a patient-year, and what
homecare may hide. The last two follow no law of chance, so they enter as extremes: the interval runs from the lowest
limit to the highest over them.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from remission.stats.estimates import COLUMNS, Estimates
from remission.supply.coverage.hidden_supply import Window
from remission.supply.measures.absence import NOT_ESTIMABLE, NOT_VISIBLE, absent_reasons
from remission.supply.measures.amounts import LEVELS, Asked, Flags, Floats, Level, amounts_of, leaves_out
from remission.supply.measures.kinds import Found, estimate_kind

if TYPE_CHECKING:
    from remission.supply.measures.definitions import Measure
    from remission.supply.measures.monthly import Monthly

# Estimates count days; months of the atlas have no day zero, so the calendar's usual one stands in.
EPOCH = date(1970, 1, 1)


def estimate_measure(
    monthly: Monthly, measure: Measure, level: Level = "trust", window: int = 12, at: date | None = None
) -> Estimates:
    """One row a trust (or area) and window of so many months; `at` is the last month of the one window asked for.

    No row where there is no such window: too few months, an `at` that is not one of them or with too few before it (of
    growth: a whole window a year before as well), no trust or no area. ValueError for a level or window that cannot be.

    A value is null, with its `absent_reason`, where under two thirds of the window were reported; where hidden supply
    could be over 20 % of all supply ("not visible here": the bounds are kept, an open one is null); where coverage says
    that nothing of it is used; and where less than the measure's least was issued. Part of what is issued may go by
    homecare as well, which widens intervals and takes no value away. Of growth both windows count. A share outside 0
    to 1 (more returned than issued) is "not estimable". Areas have a value where at least 80 % of the trust-months of
    those that ever issued an MS medicine can be seen, by the weight of each trust's largest year, and where no trust
    with 20 % of the weight is silent; to the high limit of their totals what was not reported adds up to the largest
    year of its trust.

    >>> from remission.supply.coverage.reasons import Supply
    >>> from remission.supply.coverage.states import derive_coverage
    >>> from remission.supply.coverage.rule import load_coverage_rule
    >>> from remission.supply.measures.definitions import load_measure
    >>> from remission.supply.medicines.medicines import Medicine
    >>> from remission.supply.measures.monthly import prepare_monthly
    >>> sent = pl.DataFrame({"month": [date(2024, month, 1) for month in (1, 2, 3)], "code": "RJ1", "rows": 900})
    >>> amounts = dict.fromkeys(("units", "patient_years", "patient_years_low", "patient_years_high"), [8.0, 9.0, 7.0])
    >>> issued = sent.with_columns(therapy=pl.lit("x"), product=pl.lit("vial"), standing=pl.lit("synthetic"))
    >>> issued = issued.with_columns(pl.Series(name, values) for name, values in amounts.items())
    >>> coverage = derive_coverage(issued, sent, [Supply("x")], load_coverage_rule())
    >>> medicines = [Medicine("vial", "x", "infusion", "high", "maintenance")]
    >>> monthly = prepare_monthly(issued, coverage, medicines, [Supply("x")], {})
    >>> row = estimate_measure(monthly, load_measure("volume"), window=3).rows()[0]
    >>> [round(row[name], 1) for name in ("value", "low", "high")], row["n"], row["unit"]
    ([96.0, 66.2, 125.8], 3, 'patient-years a year')
    """
    asked = Asked(monthly, measure, level, _window(monthly, measure, level, window, at))
    if not asked.window.ends or not asked.groups or not monthly.codes:
        return Estimates.together([])
    amounts = amounts_of(asked)
    found = estimate_kind(measure, amounts)
    return Estimates(_frame(asked, found, absent_reasons(asked, amounts, found)))


def _window(monthly: Monthly, measure: Measure, level: str, months: int, at: date | None) -> Window:
    if level not in LEVELS or (level != "trust" and level not in monthly.areas):
        raise ValueError(f"level must be one of {', '.join(LEVELS)}, found {level!r}")
    if months < 1:
        raise ValueError(f"a window must be of 1 month or more, found {months}")
    # Growth needs a whole window a year before.
    first = months - 1 + (12 if measure.kind == "growth" else 0)
    ends = range(first, len(monthly.months))
    return Window(months, tuple(end for end in ends if at in (None, monthly.months[end])))


def _frame(asked: Asked, found: Found, absent: NDArray[np.object_]) -> pl.DataFrame:
    monthly, measure, ends = asked.monthly, asked.measure, asked.window.ends
    groups, size = asked.groups, (len(asked.groups), len(ends))
    first = [(monthly.months[end + 1 - asked.window.months] - EPOCH).days for end in ends]
    last = [(_month_end(monthly.months[end]) - EPOCH).days for end in ends]
    hidden = np.array([[word is not None for word in row] for row in absent], dtype=bool)
    # "Not visible" keeps its bounds: they are all that can be said, and the reason has its word beside them. A share
    # of what is seen alone has none, for what is hidden is not in it.
    unseen = np.array([[word == NOT_VISIBLE for word in row] for row in absent], dtype=bool)
    gone = hidden if measure.only_seen else hidden & ~unseen
    # Sums over the trusts that can be seen are no figures of an area that has none.
    partial = hidden & leaves_out(asked)
    # A value with one open limit: the missing limit needs a reason too, or it would look like an oversight.
    open_ended = ~gone & ~hidden & (np.isnan(found.low) | np.isnan(found.high))
    columns: dict[str, object] = {
        "what": [measure.name] * (size[0] * size[1]),
        "study": "atlas",
        "group": np.repeat(np.array(groups, dtype=object), size[1]),
        "population": asked.level,
        "from_day": np.tile(first, size[0]),
        "to_day": np.tile(last, size[0]),
        "at_days": np.tile([_since(measure, day) for day in last], size[0]) if measure.kind == "uptake" else None,
        "value": _nulls(found.value, hidden),
        "low": _nulls(found.low, gone),
        "high": _nulls(found.high, gone),
        "level": 0.95,
        "scale": "linear",
        "unit": measure.unit,
        "method": found.method,
        "n": found.n.ravel(),
        "numerator": _nulls(found.numerator, partial),
        "denominator": _nulls(found.denominator, partial),
        "standing": monthly.standing,
        "absent_reason": pl.Series(np.where(open_ended, NOT_ESTIMABLE, absent).ravel().tolist(), dtype=pl.String),
    }
    # In the columns and types of Estimates, so that frames of several measures can be put together.
    frame = pl.DataFrame({"what": columns["what"]}).with_columns(
        _column(name, columns.get(name), dtype) for name, dtype in COLUMNS.items() if name != "what"
    )
    return frame.select(*COLUMNS)


def _column(name: str, values: Any, dtype: type[pl.DataType]) -> pl.Expr | pl.Series:
    if values is None or isinstance(values, str | float | int):
        return pl.lit(values, dtype).alias(name)
    return pl.Series(name, values, dtype=dtype, strict=False)


def _nulls(values: Floats, absent: Flags) -> pl.Series:
    """Values with null for what is absent, unknown or open."""
    known = ~absent & np.isfinite(values)
    return pl.Series(np.where(known, values, np.nan).ravel(), dtype=pl.Float64).fill_nan(None)


def _month_end(month: date) -> date:
    # The 28th and four days is in the next month, whatever the month.
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _since(measure: Measure, day: int) -> int | None:
    assert measure.nice_date is not None
    return day - (measure.nice_date - EPOCH).days


__all__ = ["EPOCH", "LEVELS", "Level", "estimate_measure"]
