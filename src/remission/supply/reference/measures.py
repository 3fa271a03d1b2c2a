"""The plain twin of a share: one trust and one window at a time, from the rows of what was issued, in loops.

It does again what `measures/estimates.py`, `coverage/hidden_supply.py` and `measures/kinds.py` do with arrays, and is
compared with them on random worlds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, cast

from scipy.special import stdtrit

from remission.supply.coverage.reasons import REASONS, Supply
from remission.supply.medicines.medicines import Medicine
from remission.supply.reference.coverage import Cell

if TYPE_CHECKING:
    from remission.supply.measures.definitions import Measure

Row = Mapping[str, object]
Limits = tuple[float | None, float | None, float | None]


@dataclass(frozen=True)
class PlainWorld:
    """Rows of what was issued, the reason of every cell, and the library."""

    rows: Sequence[Row]
    reasons: Mapping[Cell, str]
    medicines: Mapping[str, Medicine]
    supplies: Sequence[Supply]

    def state(self, code: str, therapy: str, month: date) -> str:
        return REASONS[self.reasons[code, therapy, month]][0]

    @cached_property
    def hidden(self) -> frozenset[Cell]:
        """Cells that are not visible, or still last from an issue after which the therapy is not visible."""
        found: set[Cell] = set()
        lasting: list[Cell] = []
        for cell in sorted(self.reasons):
            why = self.reasons[cell]
            if lasting and lasting[-1][:2] != cell[:2]:
                lasting = []
            if why == "lasting":
                lasting.append(cell)
            elif why not in ("silent", "partial"):
                found |= {*lasting, cell} if REASONS[why][0] == "not visible" else set()
                lasting = []
        return frozenset(found)

    def codes(self) -> list[str]:
        return sorted({str(row["code"]) for row in self.rows})

    def reported(self, code: str, months: Iterable[date]) -> list[date]:
        any_therapy = self.supplies[0].therapy
        return [month for month in months if self.state(code, any_therapy, month) != "not reported"]

    @cached_property
    def years(self) -> dict[Cell, float]:
        """Patient-years of every cell in which something was issued."""
        found: dict[Cell, float] = {}
        for row in self.rows:
            cell = (str(row["code"]), str(row["therapy"]), cast(date, row["month"]))
            found[cell] = found.get(cell, 0.0) + float(str(row["patient_years"]))
        return found

    def a_year(self, code: str, months: Sequence[date], therapy: str) -> float:
        return 12 * sum(self.years.get((code, therapy, month), 0.0) for month in months) / len(months)


@dataclass(frozen=True)
class PlainEstimate:
    """What the fast engine must say of one trust and window."""

    value: float | None
    low: float | None
    high: float | None
    absent: str | None


def plain_share(world: PlainWorld, measure: Measure, code: str, window: Sequence[date]) -> PlainEstimate:
    """A share of patient-years with its interval, or the reason why there is none."""
    months = world.reported(code, window)
    if len(months) < 2 / 3 * len(window):
        return PlainEstimate(None, None, None, "not reported")
    counted = [one for one in world.medicines.values() if measure.numerator.covers(one)]
    rest = [one for one in world.medicines.values() if measure.denominator.covers(one) and one not in counted]
    hidden = {name: _most_hidden(world, code, name, window) for name in {one.therapy for one in counted + rest}}
    if measure.only_seen:
        hidden = dict.fromkeys(hidden, (0.0, 0.0))
    hidden_of = [sum(hidden[name][1] for name in {one.therapy for one in some}) for some in (counted, rest)]
    part = {column: [_of(world, code, month, counted, column) for month in months] for column in _COLUMNS}
    other = {column: [_of(world, code, month, rest, column) for month in months] for column in _COLUMNS}
    limits = _limits(part, other, *hidden_of)
    supply = 12 * (sum(part["patient_years"]) + sum(other["patient_years"])) / len(months)
    unseen = sum(one for one, _ in hidden.values())
    states = {world.state(code, one.therapy, month) for one in counted for month in months}
    if states == {"not used"}:
        return PlainEstimate(None, None, None, "not used here")
    if _is_unseen(world, code, window, counted, part["patient_years"]) or _is_much(unseen, supply):
        bounds = (None, None) if measure.only_seen else limits[1:]
        return PlainEstimate(None, *bounds, "not visible here")
    nothing = not any(part["patient_years"])
    if supply * len(window) / 12 < measure.least_patient_years:
        return PlainEstimate(None, None, None, "too little issued")
    if nothing and _is_a_form(world, counted):
        return PlainEstimate(None, None, None, "not used here")
    return PlainEstimate(*limits, None if limits[0] is not None else "not estimable")


def _is_unseen(
    world: PlainWorld, code: str, window: Sequence[date], counted: Sequence[Medicine], part: Sequence[float]
) -> bool:
    """Nothing was seen of what may be hidden."""
    return not any(part) and any((code, one.therapy, month) in world.hidden for one in counted for month in window)


def _is_much(hidden: float, supply: float) -> bool:
    return hidden > 0 and (math.isinf(hidden) or hidden > 0.2 * (max(supply, 0.0) + hidden))


_COLUMNS = ("patient_years", "patient_years_low", "patient_years_high")


def _of(world: PlainWorld, code: str, month: date, medicines: Iterable[Medicine], column: str) -> float:
    products = {one.product for one in medicines}
    mine = (row for row in world.rows if row["code"] == code and row["month"] == month and row["product"] in products)
    return sum(float(str(row[column])) for row in mine)


def _is_a_form(world: PlainWorld, counted: Sequence[Medicine]) -> bool:
    """Are the medicines counted only some of the products of their therapies?"""
    therapies = {one.therapy for one in counted}
    return any(one.therapy in therapies and one not in counted for one in world.medicines.values())


def _most_hidden(world: PlainWorld, code: str, therapy: str, window: Sequence[date]) -> tuple[float, float]:
    """The most of a therapy that is hidden a year: where it is not visible, and beside what is issued as well."""
    months = world.reported(code, window)
    unseen = [month for month in months if (code, therapy, month) in world.hidden]
    in_use = [month for month in months if month in unseen or world.state(code, therapy, month) == "used"]
    ratio, hospital = _ratio_of_most(world, therapy, window), _hospital_years(world, code, therapy, months)
    others = [one.therapy for one in world.supplies if not one.by_homecare and one.therapy != therapy]
    if any((code, other, month) in world.hidden for other in others for month in months):
        hospital = max(hospital, sum(_largest_year(world, code, other) for other in others))
    left_out = any(world.reasons[code, therapy, month] == "left out" for month in months)
    if unseen and (hospital <= 0 or math.isinf(ratio)) and (left_out or _ever_issued(world, therapy)):
        return math.inf, math.inf
    most = max(0.0 if math.isinf(ratio) else ratio * hospital, _largest_year(world, code, therapy))
    hidden = len(unseen) / len(months) * most
    if not next(one.by_homecare for one in world.supplies if one.therapy == therapy):
        return hidden, hidden
    seen = max(world.a_year(code, months, therapy), 0.0)
    return hidden, max(hidden, len(in_use) / len(months) * most - seen)


def _ever_issued(world: PlainWorld, therapy: str) -> bool:
    return any(amount > 0 for cell, amount in world.years.items() if cell[1] == therapy)


def _ratio_of_most(world: PlainWorld, therapy: str, window: Sequence[date]) -> float:
    """Therapy to hospital-only patient-years at most: as now where anybody shows it, else as ever."""
    ratios = [_ratio(world, other, therapy, window) for other in world.codes()]
    seen = [one for one in ratios if one is not None]
    return _ninetieth(seen) if seen else _largest_ratio(world, therapy)


def _every_year(world: PlainWorld) -> list[list[date]]:
    months = sorted({month for _, _, month in world.reasons})
    return [months[end - 12 : end] for end in range(12, len(months) + 1)]


def _largest_ratio(world: PlainWorld, therapy: str) -> float:
    """The largest ratio that any trust had in any year."""
    ratios = [math.inf]
    for code in world.codes():
        for year in _every_year(world):
            months = world.reported(code, year)
            amount = world.a_year(code, months, therapy) if months else 0.0
            hospital = _hospital_years(world, code, therapy, months) if amount > 0 else 0.0
            ratios += [amount / hospital] if hospital >= 5 else []
    return max(ratios[1:], default=math.inf)


def _largest_year(world: PlainWorld, code: str, therapy: str) -> float:
    """The most that a trust ever issued of a therapy in twelve months on end, a year."""
    windows = [world.reported(code, year) for year in _every_year(world)]
    return max([0.0, *(world.a_year(code, window, therapy) for window in windows if window)])


def _hospital_years(world: PlainWorld, code: str, therapy: str, months: Sequence[date]) -> float:
    only = [one.therapy for one in world.supplies if not one.by_homecare and one.therapy != therapy]
    return sum(max(world.a_year(code, months, name), 0.0) for name in only)


def _ratio(world: PlainWorld, code: str, therapy: str, window: Sequence[date]) -> float | None:
    """Therapy to hospital-only patient-years where the therapy is seen in every reported month; None elsewhere."""
    months = world.reported(code, window)
    if not months or any(world.state(code, therapy, month) != "used" for month in months):
        return None
    hospital = _hospital_years(world, code, therapy, months)
    return max(world.a_year(code, months, therapy), 0.0) / hospital if hospital >= 5 else None


def _ninetieth(values: Sequence[float]) -> float:
    ordered = sorted(values)
    if len(ordered) < 5:
        return max(ordered, default=math.inf)
    place = 0.9 * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _limits(
    part: Mapping[str, Sequence[float]], rest: Mapping[str, Sequence[float]], hidden_part: float, hidden_rest: float
) -> Limits:
    """Value, and the lowest low and highest high over the three scenarios, within 0 and 1."""
    main, least, most = _COLUMNS
    closed_part, closed_rest = (0.0 if math.isinf(one) else one / 12 for one in (hidden_part, hidden_rest))
    scenarios = [
        _ratio_limits(part[main], rest[main]),
        _ratio_limits(part[least], [one + closed_rest for one in rest[most]]),
        _ratio_limits([one + closed_part for one in part[most]], rest[least]),
    ]
    value = scenarios[0][0]
    low = high = None
    if all(one[1] is not None for one in scenarios):
        lowest = min(float(str(one[1])) for one in scenarios)
        highest = max(float(str(one[2])) for one in scenarios)
        if highest - lowest > 1e-12:  # without any variation there is no interval
            low, high = min(max(lowest, 0.0), 1.0), min(max(highest, 0.0), 1.0)
    if math.isinf(hidden_rest):
        low, high = 0.0, value if high is None and len(part[main]) > 1 else high
    if math.isinf(hidden_part):
        low, high = value if low is None and len(part[main]) > 1 else low, 1.0
    if value is not None and not -1e-9 <= value <= 1 + 1e-9:  # more was returned than issued
        return None, None, None
    return value, low, high


def _ratio_limits(part: Sequence[float], rest: Sequence[float]) -> Limits:
    """Ratio of totals with its t interval (Cochran 1977, chapter 6)."""
    whole = [one + other for one, other in zip(part, rest, strict=True)]
    months, total = len(part), sum(whole)
    if total <= 0:
        return None, None, None
    ratio = sum(part) / total
    if months < 2:
        return ratio, None, None
    squares = sum((one - ratio * all_of_it) ** 2 for one, all_of_it in zip(part, whole, strict=True))
    half = float(stdtrit(months - 1, 0.975)) * math.sqrt(months / (months - 1) * squares) / total
    return ratio, ratio - half, ratio + half
