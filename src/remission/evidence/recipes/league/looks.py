"""Second looks at a league: with the rate of the reference taken into account, and small trials beside large ones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from remission.evidence.recipes.league.leagues import main_part
from remission.evidence.recipes.league.pictures import RELAPSES, scale_of
from remission.evidence.recipes.study_lines import card_of
from remission.exhibits.network.comparison_funnel import ComparisonFunnel, FunnelTrial
from remission.exhibits.network.effects import Effect, EffectLine, Effects
from remission.exhibits.network.ratios import Ratio
from remission.exhibits.wording import MINUS, count, p_words
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.stats.network.trends import YearTrends
    from remission.studies.league.baseline import Baseline
    from remission.studies.league.cells import Ratio as Found
    from remission.studies.league.league import League

LEAST_P = 0.05
LEAN = (
    "A lean of small trials to one side is what selective printing looks like. Other things look like that too, such "
    "as small trials in people with more relapses."
)


def baseline_effects(league: League, name: str, title: str) -> Effects | None:
    """Each treatment with the slope off and on, from the same arms; None where no slope can be told."""
    baseline = league.baseline
    if baseline is None or baseline.risk is None:
        return None
    reference = baseline.risk.reference
    lines = [
        EffectLine(one.treatment, [Effect(_ratio(one.treatment, reference, found)) for found in (one.off, one.on)])
        for one in baseline.changed
    ]
    series = (
        "the rate of each trial's own placebo group left out of account",
        f"taken into account, for people with {text_half_up(baseline.rate, 2)} relapses a year on {reference}",
    )
    ratios = [each.ratio for line in lines for each in line.effects]
    subtitle = "From trials that print the rate of each group. Treatments stand in a fixed order, not by effect."
    return Effects(name, title, subtitle, series, lines, scale_of(RELAPSES, ratios), counted="")


def _ratio(one: str, other: str, found: Found) -> Ratio:
    return Ratio(one, other, found.value, found.low, found.high)


def baseline_sentences(baseline: Baseline | None) -> list[str]:
    """What the slope says, and how far it takes decades out; or why there is none."""
    if baseline is None:
        return []
    if (risk := baseline.risk) is None:
        return [f"No slope can be told: {baseline.why}."]
    hangs = "there is no sign that" if risk.low <= 0 <= risk.high else "it looks as if"
    return [
        f"One slope for all treatments on the log rate of {risk.reference}: {_signed(risk.slope)} "
        f"({_signed(risk.low)} to {_signed(risk.high)}), so {hangs} what a treatment does hangs on it. "
        f"{count(risk.k, 'trial')} with {risk.reference} tell the slope. {risk.k_alone} more have it beside what no "
        f"other trial leads to, and {risk.k_without} do not have it: these say nothing of the slope.",
        *([_decades(baseline.trends)] if baseline.trends else []),
    ]


def _signed(value: float, digits: int = 2) -> str:
    # Where the trials put no end to a slope, its limit is no number.
    return text_half_up(value, digits).replace("-", MINUS) if math.isfinite(value) else "no end"


def _decades(trends: YearTrends) -> str:
    off, on = (f"{_a_year(one.slope)} ({_a_year(one.low)} to {_a_year(one.high)})" for one in (trends.off, trends.on))
    if trends.off.low <= 0 <= trends.off.high:
        said = "no drift over the decades can be told, with it or without"
    elif abs(trends.on.slope) < abs(trends.off.slope):
        said = "so much of the decades it takes out"
    else:
        said = "it takes nothing of the decades out"
    return f"Ratios move by {off} per cent a year without the slope, and by {on} with it: {said}."


def _a_year(slope: float) -> str:
    return _signed(100 * math.expm1(slope), 1)


def funnel_of(league: League, name: str, title: str) -> ComparisonFunnel | None:
    """Each comparison of each trial by how far it lies from the network's number, and its error."""
    part = main_part(league)
    if part is None:
        return None
    found = part.funnel
    rows = {row.study.name: row for row in part.rows}
    trials = [
        FunnelTrial(rows[study].study.title, one, other, float(apart), float(error), card_of(study, "../"),
                    rows[study].basis == "Poisson")
        for study, one, other, apart, error in zip(found.studies, found.ones, found.others, found.apart, found.errors,
                                                   strict=True)
    ]  # fmt: skip
    return ComparisonFunnel(name, title, trials, _slope_words(league))


def _slope_words(league: League) -> str:
    part = main_part(league)
    assert part is not None
    slope = part.funnel.slope
    if slope is None:
        return f"No lean was tested: {part.funnel.reason}."
    lean = "small trials lean more than chance has it" if slope.p < LEAST_P else "no more lean than chance has it"
    return f"Test of lean (Egger's, with a number for each treatment): {lean} ({p_words(slope.p)})."
