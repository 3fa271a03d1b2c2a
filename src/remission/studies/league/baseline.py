"""Baseline risk: does what a treatment does hang on how often people on placebo relapse? On and off, side by side.

Relapse rates of control groups fell by decade, so drugs of different decades met different people. One slope on the
latent log rate of the reference takes that out, as far as trials with a rate of each arm tell it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from remission.inputs.problems import InputProblems
from remission.stats.network.arms import Arms
from remission.stats.network.baseline_risk import BaselineRisk, regress_on_baseline
from remission.stats.network.parts import Parts
from remission.stats.network.trends import YearTrends, trends_on_year
from remission.studies.league.bases import RATIO, counted_rates, printed_rates
from remission.studies.league.cells import Ratio, ratio_of

if TYPE_CHECKING:
    from remission.studies.league.bases import OverDispersion
    from remission.studies.league.compared import Analysis, ArmRate, Compared, What
    from remission.studies.league.league import Part

NOT_OF_RATES = "it is asked of relapse rates only"


@dataclass(frozen=True)
class Changed:
    """One treatment against the reference from the same arms: with no slope, and where the reference has `rate`."""

    treatment: str
    off: Ratio
    on: Ratio


@dataclass(frozen=True, eq=False)
class Baseline:
    """The slope of one part, or `why` there is none.

    `studies` are those whose arms have rates; `rate` is the named rate of the reference at which effects are shown.
    """

    studies: tuple[str, ...]
    risk: BaselineRisk | None
    why: str
    rate: float
    changed: tuple[Changed, ...] = ()
    trends: YearTrends | None = None


def baseline_of(part: Part, what: What, analysis: Analysis, spread: OverDispersion) -> Baseline:
    """Regress one part on the rate of its reference.

    >>> from remission.studies.league.league import make_league
    >>> from remission.studies.load import load_studies
    >>> found = make_league(load_studies(), nodes="coarse", analysis="sensitivity").baseline
    >>> found.risk.k, found.risk.low < 0 < found.risk.high
    (11, True)
    """
    if what != RATIO:
        return Baseline((), None, NOT_OF_RATES, math.nan)
    rates = _joined(dict(_rates(part.rows, analysis, spread)), part.reference)
    arms = [(study, name, one) for study, each in rates.items() for name, one in each.items()]
    if not arms:
        return Baseline((), None, f"no trial of {part.reference} has rates with an error", math.nan)
    try:
        found = regress_on_baseline(_arms(arms), part.reference)
    except InputProblems as wrong:
        return Baseline(tuple(rates), None, "; ".join(one.found for one in wrong.problems), math.nan)
    rate = math.exp(found.mean)
    names = [name for name in part.names if name in found.names and name != part.reference]
    changed = tuple(_changed(found, name, rate) for name in names)
    return Baseline(tuple(rates), found, "", rate, changed, _trends(found, part.rows))


def _trends(found: BaselineRisk, rows: Sequence[Compared]) -> YearTrends | None:
    """How ratios move with the years of trials, with the slope off and on; None where that cannot be told."""
    years = {row.study.name: float(row.study.year) for row in rows if row.study.year is not None}
    try:
        return trends_on_year(found, years)
    except InputProblems:
        return None


def _joined(rates: Mapping[str, dict[str, ArmRate]], reference: str) -> dict[str, dict[str, ArmRate]]:
    """Those studies that lead to the reference: without printed contrasts less is joined."""
    held = Parts.of(rates.values()).holding(reference)
    return {study: each for study, each in rates.items() if set(each) & set(held)}


def _arms(arms: Sequence[tuple[str, str, ArmRate]]) -> Arms:
    return Arms(
        [study for study, _, _ in arms], [name for _, name, _ in arms], np.log([one.rate for _, _, one in arms]),
        [one.variance for _, _, one in arms],
    )  # fmt: skip


def _rates(
    rows: Sequence[Compared], analysis: Analysis, spread: OverDispersion
) -> Iterator[tuple[str, dict[str, ArmRate]]]:
    """By study, the rate of each of its arms; none of a study of which one arm has none."""
    for study in dict.fromkeys(row.study.name for row in rows):
        own = [row for row in rows if row.study.name == study]
        pairs = [_pair(row, analysis, spread) for row in own]
        if None not in pairs:
            yield (
                study,
                {
                    name: one
                    for row, pair in zip(own, pairs, strict=True)
                    if pair
                    for name, one in ((row.treatment, pair[0]), (row.comparator, pair[1]))
                },
            )


def _pair(row: Compared, analysis: Analysis, spread: OverDispersion) -> tuple[ArmRate, ArmRate] | None:
    if row.one and row.other:
        return row.one, row.other
    if rates := printed_rates(row.study, row.arm, row.against):
        return rates
    return counted_rates(row.study, row.arm, row.against, spread.factor) if analysis == "sensitivity" else None


def _changed(found: BaselineRisk, name: str, rate: float) -> Changed:
    value, low, high = np.exp(found.against(name, found.reference, rate))
    return Changed(name, ratio_of(found.off, name, found.reference), Ratio(float(value), float(low), float(high)))
