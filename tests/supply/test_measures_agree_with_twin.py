"""The fast shares and their plain twin say the same of every trust of random worlds: values, bounds and absences."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random
from typing import Any

import polars as pl
import pytest

from made_up.trusts import AREAS, MEDICINES, SUPPLIES, issue, submitted
from remission.library.catalogue import library_files
from remission.stats.estimates import Estimates
from remission.supply.coverage.month_arrays import months_between
from remission.supply.coverage.reasons import REASONS
from remission.supply.coverage.rule import load_coverage_rule
from remission.supply.coverage.states import derive_coverage
from remission.supply.measures.definitions import Measure, load_measures
from remission.supply.measures.estimates import estimate_measure
from remission.supply.measures.monthly import prepare_monthly
from remission.supply.reference.measures import PlainWorld, plain_share

MONTHS = months_between(date(2022, 1, 1), date(2023, 6, 1))
CODES = tuple("ABCDEFGH")
NAMES = ("injectables", "injectables-seen", "high-efficacy", "share-of-therapy", "subcutaneous-natalizumab")
MEASURES = [
    measure
    for path in library_files("measures", ".toml")
    if path.stem in NAMES
    for measure in load_measures(path, MEDICINES)
]
SAID: Counter[str] = Counter()


def random_rows(dice: Random) -> list[dict[str, Any]]:
    """Each trust issues each product at a level of its own, with pauses; a homecare trust none of the homecare ones."""
    rows = []
    for code in CODES:
        at_home, size = dice.random() < 0.3, dice.choice((0.01, 0.3, 1.0, 3.0))
        levels = {one.product: dice.choice((0.0, 0.5, 2.0)) * size for one in MEDICINES if one.use != "titration"}
        for month in MONTHS:
            for product, level in levels.items():
                prone = product.startswith(("glatiramer", "fumarate"))
                amount = round(level * dice.uniform(0.5, 1.5) * 64) / 64
                if amount and not (at_home and prone) and dice.random() < 0.9:
                    rows.append(issue(code, month, product, -amount if dice.random() < 0.02 else amount))
    return [*rows, issue("A", MONTHS[0], "ocrelizumab-vial", 1.0)]


def said_by(estimates: Estimates) -> dict[str, tuple[object, ...]]:
    return {
        str(row["group"]): tuple(row[c] for c in ("value", "low", "high", "absent_reason")) for row in estimates.rows()
    }


@pytest.mark.parametrize("seed", range(12))
def test_every_trust_gets_the_estimate_that_the_plain_twin_gives(seed: int) -> None:
    dice = Random(seed)
    silent = tuple((code, month) for code in CODES for month in MONTHS if dice.random() < dice.choice((0.0, 0.1, 0.5)))
    rows = [row for row in random_rows(dice) if (row["code"], row["month"]) not in silent]
    issued = pl.DataFrame(rows)
    submissions = submitted(CODES, silent).filter(pl.col("month") <= MONTHS[-1])
    coverage = derive_coverage(issued, submissions, SUPPLIES, load_coverage_rule())
    monthly = prepare_monthly(issued, coverage, MEDICINES, SUPPLIES, AREAS)
    names = list(REASONS)
    reasons = {
        (code, therapy, month): names[coverage.reasons[c, t, m]]
        for c, code in enumerate(coverage.codes)
        for t, therapy in enumerate(coverage.therapies)
        for m, month in enumerate(coverage.months)
    }
    world = PlainWorld(rows, reasons, {one.product: one for one in MEDICINES}, SUPPLIES)
    for window, end in ((12, -1), (3, -2)):
        last = len(MONTHS) + end
        for measure in MEASURES:
            fast = said_by(estimate_measure(monthly, measure, "trust", window, at=MONTHS[last]))
            compare(world, measure, MONTHS[last + 1 - window : last + 1], fast)


def compare(world: PlainWorld, measure: Measure, window: tuple[date, ...], fast: dict[str, tuple[object, ...]]) -> None:
    assert sorted(fast) == world.codes()
    for code, (value, low, high, absent) in fast.items():
        plain = plain_share(world, measure, code, window)
        SAID[plain.absent or "a value"] += 1
        if plain.absent or None not in (plain.low, plain.high):
            assert absent == plain.absent, (measure.name, code)
        pairs = zip((value, low, high), (plain.value, plain.low, plain.high), strict=True)
        said, expected = zip(*((nan_for(one), nan_for(other)) for one, other in pairs), strict=True)
        assert said == pytest.approx(expected, abs=1e-9, rel=1e-9, nan_ok=True), (measure.name, code, plain)


def nan_for(value: object) -> float:
    return float("nan") if value is None else float(str(value))


def test_the_worlds_reach_every_answer() -> None:
    wanted = ("a value", "not visible here", "not reported", "not used here", "too little issued")
    assert not SAID or min(SAID[word] for word in wanted) >= 20, SAID
