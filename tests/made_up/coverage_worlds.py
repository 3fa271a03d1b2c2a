"""Small random worlds of stock data: trusts that pause, stop, begin, decline, report in part or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

import polars as pl

from remission.supply.coverage.month_arrays import months_between
from remission.supply.coverage.reasons import Supply
from remission.supply.coverage.rule import CoverageRule, SupplyGap, load_coverage_rule
from remission.supply.reference.coverage import Answered

# Eighths add up without rounding, so that ties at a threshold are ties in both.
LEVELS = (0.0, 0.125, 0.25, 0.5, 1.0, 4.0)
NICE_DATES = (None, date(2018, 7, 25), date(2019, 2, 1), date(2019, 3, 9), date(2020, 9, 30), date(2026, 1, 1))
Amounts = dict[tuple[str, str, date], float]


@dataclass(frozen=True)
class World:
    """What was issued by (code, therapy, month), the rows reported by (code, month), and the rule to judge it by."""

    months: tuple[date, ...]
    units: Amounts
    patient_years: Amounts
    rows: dict[tuple[str, date], int]
    supplies: tuple[Supply, ...]
    rule: CoverageRule
    lacking: frozenset[tuple[str, date]] = frozenset()
    answered: tuple[Answered, ...] = ()
    extracts: Mapping[date, frozenset[str]] = field(default_factory=dict)

    @property
    def issued(self) -> pl.DataFrame:
        schema = {"code": pl.String, "therapy": pl.String, "month": pl.Date}
        schema |= {"units": pl.Float64, "patient_years": pl.Float64}
        rows = [(*cell, self.units[cell], self.patient_years[cell]) for cell in self.units]
        return pl.DataFrame(rows, schema=schema, orient="row")

    @property
    def submissions(self) -> pl.DataFrame:
        rows = [(*place, number, place in self.lacking) for place, number in self.rows.items()]
        schema = {"code": pl.String, "month": pl.Date, "rows": pl.Int64, "lacking": pl.Boolean}
        return pl.DataFrame(rows, schema=schema, orient="row")

    @property
    def answers(self) -> pl.DataFrame:
        schema = {"code": pl.String, "therapy": pl.String, "from_month": pl.Date, "to_month": pl.Date}
        return pl.DataFrame(self.answered, schema=schema | {"low": pl.Int64, "high": pl.Int64}, orient="row")


def random_world(seed: int) -> World:
    dice = Random(seed)
    size = dice.choice((3, 9, 20, 34))
    months = months_between(date(2019, 1, 1), date(2019 + (size - 1) // 12, (size - 1) % 12 + 1, 1))
    supplies = tuple(_supply(dice, name) for name in ("ocrelizumab", "b")[: dice.choice((1, 2))])
    rows = {("A", month): _rows(dice) for month in months}
    rows |= {("B", month): _rows(dice) for month in months[: dice.choice((1, size // 2, size))]}
    units: Amounts = {}
    amounts: Amounts = {}
    for code, month in rows:
        for supply in supplies if rows[code, month] else ():
            units[code, supply.therapy, month] = 0.0
    for code in ("A", "B"):
        for supply in supplies:
            _issue(dice, code, supply.therapy, units, amounts)
    world = World(months, units, amounts, rows, supplies, _rule(dice))
    lacking = frozenset(place for place in rows if dice.random() < 0.02)
    answered = tuple(_answered(dice, months, supplies) for _ in range(dice.choice((0, 0, 0, 1, 3))))
    extracts = _extracts(dice, months, supplies)
    return replace(world, lacking=lacking, answered=answered, extracts=extracts)


def _extracts(dice: Random, months: tuple[date, ...], supplies: tuple[Supply, ...]) -> dict[date, frozenset[str]]:
    """Mostly none; else a stretch of months, or scattered ones, whose file holds some of the therapies or none."""
    if dice.random() < 0.6:
        return {}
    begin, few = dice.randrange(len(months)), dice.random() < 0.5
    chosen = months[begin : begin + dice.choice((1, 4, 12))] if few else [one for one in months if dice.random() < 0.3]
    held = frozenset(one.therapy for one in supplies if dice.random() < 0.5)
    # Of two extracts each may hold something else.
    return {month: held if dice.random() < 0.8 else frozenset() for month in chosen}


def _answered(dice: Random, months: tuple[date, ...], supplies: tuple[Supply, ...]) -> Answered:
    """Nobody, somebody, or an interval that says neither; at times of a code that never reported."""
    first, last = sorted((dice.choice(months), dice.choice(months)))
    low, high = dice.choice(((0, 0), (0, 0), (0, 4), (0, None), (7, 7), (1, None)))
    return Answered(dice.choice("ABZ"), dice.choice(supplies).therapy, first, last, low, high)


def _supply(dice: Random, name: str) -> Supply:
    withdrawn = dice.choice((None, None, None, None, date(2019, 8, 7), date(2018, 3, 2)))
    kind, homecare = dice.choice(("continuous", "course")), dice.choice(("yes", "no", "no", "possible"))
    return Supply(name, kind, homecare, dice.choice(NICE_DATES), withdrawn)


def _rows(dice: Random) -> int:
    return dice.choice((300, 300, 300, 300, 300, 300, 320, 250, 60, 64, 59, 0))


def _issue(dice: Random, code: str, therapy: str, units: Amounts, amounts: Amounts) -> None:
    """A level that begins late or not, then steps, drifts and pauses."""
    level, drift = dice.choice((0.0, *LEVELS)), dice.choice((0.5, 0.5, 1, 1, 2))
    restless, moves, begins = dice.choice((0.0, 0.05, 0.12)), dice.choice((0.0, 0.3, 0.6)), dice.choice((0, 0, 12))
    for place, cell in enumerate(sorted(cell for cell in units if cell[:2] == (code, therapy))):
        if dice.random() < restless or place == begins:
            level = dice.choice(LEVELS)
        if dice.random() < moves:
            level = min(max(round(level * drift * 8) / 8, 0), 16)
        kind = dice.random()
        amounts[cell] = 0.0 if place < begins else -0.125 if kind < 0.03 else 0.0 if kind < 0.1 else level
        units[cell] = 1.0 if kind > 0.99 and place >= begins else amounts[cell]


def _rule(dice: Random) -> CoverageRule:
    return replace(
        load_coverage_rule(),
        level_months=dice.choice((2, 4, 6)),
        tail_months=dice.choice((1, 2, 3)),
        peak_months=dice.choice((2, 8, 24)),
        regular_months=dice.choice((1, 6, 12)),
        noise_times=dice.choice((0.5, 1.0, 1.5)),
        not_yet_supplied=dice.choice((0, 0, 3, 12)),
        lead_months=dice.choice((0, 0, 2, 5)),
        declined_months=dice.choice((0, 3, 6)),
        gaps={
            "continuous": SupplyGap(dice.choice((0, 1, 3)), dice.choice((0, 2)), dice.choice((2, 5, 9)), "Drawn."),
            "course": SupplyGap(dice.choice((1, 4)), 2, 8, "Drawn."),
        },
        therapy_gaps={"ocrelizumab": SupplyGap(7, 3, 11, "Drawn.")} if dice.random() < 0.3 else {},
    )
