"""Invented amounts of stock, in lumps, month by month."""

from __future__ import annotations

import math
import random

from makers.tables import Tables, of_dicts

Rows = list[dict[str, object]]


# Groups, months, share of months without data, share of months that are returns.
MONTHS = {"year": (4, 12, 0.0, 0.0), "gaps": (4, 14, 0.2, 0.0), "returns": (3, 12, 0.1, 0.1)}
# Groups, spread between groups: none, some, and three far off.
FUNNELS = {"chance": (25, 0.0, 0), "spread": (40, 0.08, 0), "outliers": (30, 0.02, 3), "two": (2, 0.1, 0)}
# Months, height of the step, slope a month, decimals (0: many months on the median).
SERIES = {
    "still": (36, 0.0, 0.0, 3),
    "step": (40, 4.0, 0.0, 3),
    "trend": (30, 0.0, 0.3, 3),
    "ties": (48, 1.0, 0.0, 0),
    "few": (14, 0.0, 0.0, 3),
}


def _months(rng: random.Random, groups: int, months: int, absent: float, returned: float) -> Rows:
    rows: Rows = []
    for group in range(1, groups + 1):
        size, share = rng.uniform(5, 80), rng.uniform(0.1, 0.6)
        for month in range(1, months + 1):
            denominator = size * rng.lognormvariate(0, 0.3)
            numerator = denominator * share * rng.lognormvariate(0, 0.4)
            if rng.random() < returned:
                numerator = -numerator / 3
            known = rng.random() >= absent
            amounts = (round(numerator, 4), round(denominator, 4)) if known else ("", "")
            rows.append(
                dict(zip(("group", "month", "numerator", "denominator"), (group, month, *amounts), strict=True))
            )
    return rows


def _mix(rng: random.Random, kinds: int, months: int) -> Rows:
    rows: Rows = []
    for group in range(1, 4):
        sizes = [rng.lognormvariate(1, 1) for _ in range(kinds)]
        for month in range(1, months + 1):
            # Lumps: a kind is not issued in every month; month 5 has no data.
            amounts = [round(size * rng.lognormvariate(0, 0.5), 3) if rng.random() < 0.8 else 0 for size in sizes]
            named = {f"kind{place}": "" if month == 5 else amount for place, amount in enumerate(amounts, 1)}
            rows.append({"group": group, "month": month, **named})
    return rows


def _groups(rng: random.Random, groups: int, spread: float, outliers: int) -> Rows:
    rows: Rows = []
    for group in range(1, groups + 1):
        size = rng.lognormvariate(4, 0.9)
        value = 0.4 + rng.gauss(0, spread) + rng.gauss(0, 0.5 / math.sqrt(size)) + (0.4 if group <= outliers else 0)
        rows.append({"group": group, "value": round(value, 5), "size": round(size, 3), "sigma": 0.5})
    return rows


def _series(rng: random.Random, months: int, step: float, slope: float, decimals: int) -> Rows:
    where = months * 2 // 3
    rows: Rows = []
    for month in range(months):
        value = 10 + rng.gauss(0, 1) + slope * month + (step if month >= where else 0)
        rows.append({"month": month + 1, "value": "" if month % 11 == 7 else round(value, decimals)})
    return rows


def tables() -> Tables:
    """Monthly ratios, mixes, groups of a funnel, and series with and without a step, from one seed in this order."""
    rng = random.Random(1847)
    made = {f"monthly_ratios/{name}": _months(rng, *spec) for name, spec in MONTHS.items()}
    made |= {f"diversity/{name}": _mix(rng, kinds, 12) for name, kinds in {"two": 2, "seven": 7}.items()}
    made |= {f"funnel/{name}": _groups(rng, *spec) for name, spec in FUNNELS.items()}
    made |= {f"run_charts/{name}": _series(rng, *spec) for name, spec in SERIES.items()}
    return {name: of_dicts(rows) for name, rows in made.items()}
