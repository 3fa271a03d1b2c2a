"""The plain twin of coverage and of measures: one code, one therapy, one month at a time, in words and loops.

It is read beside the fast engine and decides the same on random worlds; a person who asks why a cell of the map is
what it is gets this answer: every question that was asked of the month, in order, until one decided. It imports
definitions, and no array.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from statistics import median
from typing import NamedTuple

from remission.supply.coverage.reasons import REASONS, Supply
from remission.supply.coverage.rule import CoverageRule, SupplyGap

Cell = tuple[str, str, date]


class Answered(NamedTuple):
    """Persons treated, from low to high (None: no upper end is known), as a code answered of some months."""

    code: str
    therapy: str
    first: date
    last: date
    low: int
    high: int | None


@dataclass(frozen=True)
class PlainStock:
    """Units and patient-years issued, by code, therapy and month; rows of any medicine by code and month.

    `lacking` are codes and months in which a part of a merged trust is silent; `answers` overrule a silence; `extracts`
    are the therapies that the file of a month can show, for months that have no whole file.
    """

    units: Mapping[Cell, float]
    patient_years: Mapping[Cell, float]
    rows: Mapping[tuple[str, date], int]
    months: Sequence[date]
    lacking: Collection[tuple[str, date]] = ()
    answers: Sequence[Answered] = ()
    extracts: Mapping[date, Collection[str]] = field(default_factory=dict)

    @cached_property
    def first_issues(self) -> Mapping[str, date]:
        """The first month in which anybody issued a therapy."""
        first: dict[str, date] = {}
        for (_, therapy, month), number in self.units.items():
            if number > 0:
                first[therapy] = min(first.get(therapy, month), month)
        return first


@dataclass(frozen=True)
class Step:
    """One question that was asked of a month: what is known of it, and the reason (of `REASONS`) that it gave.

    Without a reason the next question is asked.
    """

    asked: str
    about: Mapping[str, object] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True)
class _Case:
    """One therapy at one code: how it is supplied, the rule, since when it can be, and the reported months of the code.

    `history` has month, units and patient-years of each.
    """

    supply: Supply
    rule: CoverageRule
    first: date | None
    history: Sequence[tuple[date, float, float]]

    @property
    def gap(self) -> SupplyGap:
        """How long an issue lasts."""
        return self.rule.gap(self.supply.therapy, self.supply.kind)


def plain_reasons(stock: PlainStock, supplies: Sequence[Supply], rule: CoverageRule) -> dict[Cell, str]:
    """The reason (a key of `REASONS`) of every code, therapy and month."""
    reasons: dict[Cell, str] = {}
    for code in sorted({code for code, _ in stock.rows}):
        for supply in supplies:
            for month, steps in plain_steps(stock, code, supply, rule).items():
                reasons[code, supply.therapy, month] = steps[-1].reason
    return reasons


def plain_steps(
    stock: PlainStock, code: str, supply: Supply, rule: CoverageRule, months: Collection[date] | None = None
) -> dict[date, tuple[Step, ...]]:
    """What was asked of months (None: all) of a code and therapy; the reason of the last step is the answer."""
    reports = {month: stock.rows.get((code, month), 0) for month in stock.months}
    whole = [rows for month, rows in reports.items() if rows > 0 and month not in stock.extracts]
    usual = median(whole or [0])
    asked = {month: _report(stock, code, month, usual, rule) for month in reports}
    shown = [month for month, step in asked.items() if not step.reason and _can_show(stock, supply, month)]
    cells = [(code, supply.therapy, month) for month in shown]
    history = [(cell[2], stock.units.get(cell, 0.0), stock.patient_years.get(cell, 0.0)) for cell in cells]
    case = _Case(supply, rule, _first_supply(supply, stock, rule), history)
    places = {month: place for place, (month, _, _) in enumerate(history)}
    answers = [one for one in stock.answers if (one.code, one.therapy) == (code, supply.therapy)]
    found: dict[date, tuple[Step, ...]] = {}
    for month in stock.months if months is None else months:
        steps: tuple[Step, ...] = (asked[month],)
        if month in places:
            steps = _overruled((*steps, *_until_decided(_questions(case, places[month]))), month, answers)
        elif not asked[month].reason:
            left_out = _left_out(case, month, stock.extracts[month])
            steps = _overruled((*steps, *_until_decided(left_out)), month, answers)
        found[month] = steps
    return found


def _until_decided(questions: Iterator[Step]) -> Iterator[Step]:
    for step in questions:
        yield step
        if step.reason:
            return


def _overruled(steps: tuple[Step, ...], month: date, answers: Sequence[Answered]) -> tuple[Step, ...]:
    """What the trust answered holds over a silence, and never over an issue; of two answers the last."""
    told = [one for one in answers if one.first <= month <= one.last and (one.high == 0 or one.low > 0)]
    if not told or REASONS[steps[-1].reason][0] == "used":
        return steps
    low, high = told[-1].low, told[-1].high
    without = REASONS[steps[-1].reason][0]
    about = {"low": low, "high": high, "without": without}
    return (*steps, Step("answer", about, "answered none" if high == 0 else "answered some"))


def _can_show(stock: PlainStock, supply: Supply, month: date) -> bool:
    """Whether the file of a month can show a therapy: a whole file shows every one."""
    return month not in stock.extracts or supply.therapy in stock.extracts[month]


def _left_out(case: _Case, month: date, holds: Collection[str]) -> Iterator[Step]:
    """What is asked of a month whose file is an extract without the therapy."""
    yield from _impossible(case, month)
    yield Step("extract", {"holds": sorted(holds)}, "left out")


def _report(stock: PlainStock, code: str, month: date, usual: float, rule: CoverageRule) -> Step:
    rows, lacking, extract = stock.rows.get((code, month), 0), (code, month) in stock.lacking, month in stock.extracts
    least = 0.0 if extract else rule.partial_submission * usual
    about = {"rows": rows, "usual": usual, "least": least, "lacking": lacking, "extract": extract}
    return Step("report", about, "silent" if rows <= 0 else "partial" if rows < least or lacking else "")


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
    seen = stock.first_issues.get(supply.therapy)
    if seen and _months_from(seen, supply.nice_date) >= rule.not_yet_supplied:
        return seen
    early = [month for month in stock.months if _months_from(month, supply.nice_date) <= rule.not_yet_supplied]
    return early[0] if early else date.max


def _questions(case: _Case, place: int) -> Iterator[Step]:
    """Every question in its order; each is asked only where none before it decided."""
    history = case.history
    month, units, _ = history[place]
    yield Step("issue", {"units": units}, "issued" if units > 0 else "")
    earlier = [at for at in range(place) if history[at][1] > 0]
    later = [at for at in range(place + 1, len(history)) if history[at][1] > 0]
    yield _lasting(case, place, earlier, later)
    yield from _impossible(case, month)
    end = _edge([amount for _, _, amount in history[: earlier[-1] + 1]], case.rule) if earlier else _NO_EDGE
    yield Step("end", end._asdict(), "stopped" if end.stood == "full" else "")
    beginning = _edge([amount for _, _, amount in reversed(history[later[0] :])], case.rule) if later else _NO_EDGE
    yield Step("beginning", beginning._asdict(), "began" if beginning.stood == "full" else "")
    yield from _silence(case, place, earlier, later) if earlier or later else _never(case)
    yield _lapse(case, place, earlier, end.stood)


def _impossible(case: _Case, month: date) -> Iterator[Step]:
    """Whether nobody could have been given it in a month."""
    early, withdrawn = case.first is not None and month < case.first, case.supply.withdrawn
    yield Step("first supply", {"first": case.first}, "before" if early else "")
    gone = withdrawn is not None and _months_from(withdrawn, month) >= 0
    yield Step("withdrawal", {"withdrawn": withdrawn}, "withdrawn" if gone else "")


def _lasting(case: _Case, place: int, earlier: Sequence[int], later: Sequence[int]) -> Step:
    since, until = place - earlier[-1] if earlier else None, later[0] - place if later else None
    about = {
        "last": case.history[earlier[-1]][0] if earlier else None,
        "next": case.history[later[0]][0] if later else None,
        "since": since,
        "until": until,
        "look_back": case.gap.look_back,
        "look_ahead": case.gap.look_ahead,
    }
    lasts = since is not None and since <= case.gap.look_back
    bridged = since is not None and until is not None and until <= case.gap.look_ahead
    return Step("lasting", about, "lasting" if lasts or bridged else "")


def _never(case: _Case) -> Iterator[Step]:
    homecare = case.supply.homecare
    yield Step("homecare", {"homecare": homecare, "ever": False}, "homecare" if case.supply.by_homecare else "")
    reported = [month for month, _, _ in case.history]
    about = {"reports": len(reported), "first": reported[0], "last": reported[-1]}
    yield Step("regular", about, "never" if _is_regular(reported, case.rule) else "seldom")


def _silence(case: _Case, place: int, earlier: Sequence[int], later: Sequence[int]) -> Iterator[Step]:
    """What may explain the months of reports without an issue before they are asked for their number."""
    homecare = case.supply.homecare
    yield Step("homecare", {"homecare": homecare, "ever": True}, "possible" if case.supply.by_homecare else "")
    until = later[0] - place if later else None
    soon = until is not None and until <= case.rule.lead_months
    yield Step("soon", {"until": until, "lead_months": case.rule.lead_months}, "soon" if soon else "")
    begun, first = case.history[0][0], case.first
    late = not earlier and first is not None and begun < first
    yield Step("later", {"begun": begun, "first": first, "earlier": bool(earlier)}, "later" if late else "")


def _lapse(case: _Case, place: int, earlier: Sequence[int], stood: str) -> Step:
    """Whether the months of reports without an issue are long enough for an end; they may be all that there are."""
    silent, needed = place - earlier[-1] if earlier else place + 1, case.gap.silence
    about = {"silent": silent, "silence": needed, "stood": stood, "declined_months": case.rule.declined_months}
    if stood == "declined" and silent >= case.rule.declined_months:
        return Step("lapse", about, "declined")
    return Step("lapse", about, "ended" if silent >= needed else "pause")


class _Edge(NamedTuple):
    """How a supply stood at its end: full, declined, neither, or none; its level, its tail and its peak a month."""

    stood: str
    level: float = 0.0
    tail: float = 0.0
    peak: float = 0.0


_NO_EDGE = _Edge("none")


def _edge(amounts: Sequence[float], rule: CoverageRule) -> _Edge:
    """How a supply whose last month is the last of `amounts` stood there."""
    level, noise = _mean_and_spread(amounts[-rule.level_months :])
    tail, _ = _mean_and_spread(amounts[-rule.tail_months :])
    ends = range(max(len(amounts) - rule.peak_months, 0), len(amounts))
    peak = max(_mean_and_spread(amounts[max(end + 1 - rule.level_months, 0) : end + 1])[0] for end in ends)
    if tail < rule.tail_share * peak:
        dwindled = level < rule.tail_share * peak and 12 * peak >= rule.least_level
        return _Edge("declined" if dwindled else "neither", level, tail, peak)
    stands_out = level >= rule.noise_times * noise and len(amounts) >= rule.level_months
    full = stands_out and 12 * level >= rule.least_level
    return _Edge("full" if full else "neither", level, tail, peak)


def _mean_and_spread(amounts: Sequence[float]) -> tuple[float, float]:
    mean = sum(reversed(amounts)) / len(amounts)
    return mean, math.sqrt(sum((amount - mean) ** 2 for amount in reversed(amounts)) / len(amounts))
