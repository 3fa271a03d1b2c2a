"""A league in words and as plain data: what the command line prints and what programs read."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from remission.studies.league.answers import NO_EFFECT, TITLES, baseline_words, caveat, method, named, studies
from remission.studies.league.cells import Cell, Ratio, cell_of, cells, ratio_of
from remission.studies.league.in_short import in_short
from remission.studies.quantities import quantities
from remission.studies.telling import number_data, printed_number, when_and_whom

if TYPE_CHECKING:
    from remission.stats.network.funnel import AdjustedFunnel
    from remission.stats.network.inconsistency import Split
    from remission.stats.network.left_out import Without
    from remission.studies.league.baseline import Baseline
    from remission.studies.league.beside import Beside
    from remission.studies.league.compared import Compared
    from remission.studies.league.league import League, Part


def league_words(league: League) -> Iterator[str]:
    """A league: the answer, the caveat, the method; then effects, what is used, what is not, what stands beside."""
    yield f"{TITLES[league.what]} ({league.nodes.name}, {league.analysis} analysis)"
    yield in_short(league)
    yield caveat(league)
    yield method(league)
    for part in league.parts:
        yield from _part_words(part)
    if league.baseline is not None:
        yield baseline_words(league.baseline)
    if league.unknown:
        yield f"In no network, for no number of theirs can be used: {', '.join(league.unknown)}."
    yield f"Used, {len(league.used)} of {len(league.rows)}:"
    yield from (f"  {_row_words(row)}" for row in league.used)
    yield f"Left out, {len(league.left_out)} of {len(league.rows)}:"
    yield from (f"  {row.name}: {row.why}" for row in league.left_out)
    yield "Beside the network, never in it:"
    yield from (f"  {_beside_words(one)}" for one in league.beside)


def _part_words(part: Part) -> Iterator[str]:
    yield f"Against {part.reference}, {len(part.names)} treatments in {studies(part.k)}; {_q_words(part)}:"
    for name in part.names:
        if name != part.reference:
            cell = cell_of(part, name, part.reference)
            own = f"{studies(cell.k)} of both" if cell.k else "indirect, no study of both"
            yield f"  {name}: {_ratio_words(cell.random)}, {own}, {cell.says}; {_rank_words(part, name)}"
    for split in part.splits:
        yield f"  two ways: {_split_words(split)}"
    if alone := [one.study for one in part.without if one.cut_off]:
        yield f"  alone lead to some treatment: {', '.join(_titles(part)[name] for name in alone)}"


def _q_words(part: Part) -> str:
    if not part.random.df:
        return "no comparison has two trials or two ways, so nothing tells whether trials agree"
    found = part.designs
    said = f"Q {part.random.q:.2f} on {part.random.df} df (p {part.random.q_p:.2f})"
    loops = f"between designs {found.between:.2f} on {found.between_df}" if found.between_df else "no loop to check"
    return f"{said}, {loops}"


def _rank_words(part: Part, name: str) -> str:
    at = part.random.names.index(name)
    low, high = part.ranks.low[at], part.ranks.high[at]
    return f"rank {low:.0f} to {high:.0f} of {len(part.names)}, P-score {part.ranks.p_scores[at]:.2f}"


def _ratio_words(ratio: Ratio) -> str:
    return f"{ratio.value:.2f} ({ratio.low:.2f} to {ratio.high:.2f})"


def _split_words(split: Split) -> str:
    direct, indirect = math.exp(split.direct), math.exp(split.indirect)
    return (
        f"{split.one} against {split.other}, direct {direct:.2f} ({studies(split.k)}), indirect {indirect:.2f}, "
        f"p of their difference {split.p:.2f}"
    )


def _row_words(row: Compared) -> str:
    assert row.value is not None
    assert row.low is not None
    assert row.high is not None
    said = f"{row.name}: {_ratio_words(Ratio(row.value, row.low, row.high))} [{row.status}], {row.method}"
    return "; ".join((said, *(f"sources disagree: {one}" for one in row.disagreements)))


def _beside_words(one: Beside) -> str:
    beside = f" beside {printed_number(one.other)}" if one.other else ""
    said = f"{quantities()[one.number.what].title}: {printed_number(one.number)}{beside} [{one.number.status}]"
    return f"{one.study.title}, {when_and_whom(one.number)} against {one.against} ({one.evidence}). {said}; {one.why}"


def _titles(part: Part) -> dict[str, str]:
    return {row.study.name: row.study.title for row in part.rows}


def league_data(league: League) -> dict[str, Any]:
    """A league for a program: all that the words say, every pair of treatments, and the chance of each rank."""
    bases = Counter(row.basis for row in league.used)
    return {
        "what": league.what,
        "title": TITLES[league.what],
        "analysis": league.analysis,
        "answer": in_short(league),
        "named": named(league),
        "caveat": caveat(league),
        "method": method(league),
        "rank_is_no_effect": NO_EFFECT,
        "nodes": {"name": league.nodes.name, "title": league.nodes.title, "says": league.nodes.says,
                  "reference": league.nodes.reference,
                  "each": [{"name": one.name, "short": one.short, "group": one.group} for one in league.nodes.nodes]},
        "rows": {"found": len(league.rows), "used": len(league.used), "left_out": len(league.left_out),
                 "errors_from": dict(bases)},
        "over_dispersion": {**asdict(league.spread), "says": league.spread.says},
        "parts": [_part_data(one) for one in league.parts],
        "baseline_risk": None if league.baseline is None else baseline_data(league.baseline),
        "in_no_network": list(league.unknown),
        "contrasts": [row_data(one) for one in league.used],
        "left_out": [row_data(one) for one in league.left_out],
        "beside": [beside_data(one) for one in league.beside],
    }  # fmt: skip


def _part_data(part: Part) -> dict[str, Any]:
    designs = part.designs
    return {
        "treatments": list(part.names),
        "reference": part.reference,
        "trials": part.k,
        "tau2": part.random.tau2,
        "q": part.random.q, "df": part.random.df, "p": _plain(part.random.q_p),
        "q_within": designs.within, "within_df": designs.within_df, "within_p": _plain(designs.within_p),
        "q_between": designs.between, "between_df": designs.between_df, "between_p": _plain(designs.between_p),
        "effects": [cell_data(cell_of(part, name, part.reference)) for name in part.names if name != part.reference],
        "ranks": [_rank_data(part, name) for name in part.names],
        "cells": [cell_data(one) for one in cells(part)],
        "splits": [split_data(one) for one in part.splits],
        "without_each": [_without_data(part, one) for one in part.without],
        "funnel": funnel_data(part.funnel),
    }  # fmt: skip


def cell_data(cell: Cell) -> dict[str, Any]:
    """One pair of treatments: below 1 is in favour of `treatment`."""
    return {
        "treatment": cell.one, "against": cell.other, **asdict(cell.random), "common": asdict(cell.common),
        "trials": cell.k, "favours": cell.favours or None, "says": cell.says,
    }  # fmt: skip


def _rank_data(part: Part, name: str) -> dict[str, Any]:
    at, ranks = part.random.names.index(name), part.ranks
    return {
        "treatment": name, "p_score": float(ranks.p_scores[at]), "mean_rank": float(ranks.mean[at]),
        "low": int(ranks.low[at]), "high": int(ranks.high[at]), "level": ranks.level,
        "chances": [round(float(one), 5) for one in ranks.probabilities[at]],
    }  # fmt: skip


def split_data(split: Split) -> dict[str, Any]:
    """One comparison from its own trials and from all others, as ratios; errors are of the logarithm."""
    return {
        "treatment": split.one, "against": split.other, "trials": split.k, "direct": math.exp(split.direct),
        "direct_error": split.direct_error, "indirect": math.exp(split.indirect),
        "indirect_error": split.indirect_error, "ratio_of_both": math.exp(split.difference), "p": split.p,
        "method": "back-calculation",
    }  # fmt: skip


def _without_data(part: Part, one: Without) -> dict[str, Any]:
    network = one.network
    left: Sequence[str] = () if network is None else [name for name in part.names if name in network.names]
    return {
        "study": one.study, "title": _titles(part)[one.study], "cut_off": list(one.cut_off),
        "tau2": None if network is None else network.tau2,
        "effects": [] if network is None else [
            {"treatment": name, "against": part.reference, **asdict(ratio_of(network, name, part.reference))}
            for name in left if name != part.reference
        ],
    }  # fmt: skip


def funnel_data(funnel: AdjustedFunnel) -> dict[str, Any]:
    """Each contrast less the network's number of its comparison, on the log scale, and the slope on its error."""
    columns = zip(funnel.studies, funnel.ones, funnel.others, funnel.apart, funnel.errors, strict=True)
    return {
        "rows": [
            {"study": study, "treatment": one, "against": other, "apart": float(apart), "error": float(error)}
            for study, one, other, apart, error in columns
        ],
        "slope": asdict(funnel.slope) if funnel.slope else None,
        "why_no_slope": funnel.reason or None,
    }


def baseline_data(baseline: Baseline) -> dict[str, Any]:
    """The slope on the reference's log rate, and effects with it off and on at a named rate; or why there is none."""
    risk, trends = baseline.risk, baseline.trends
    return {
        "says": baseline_words(baseline),
        "studies": list(baseline.studies),
        "why_none": baseline.why or None,
        "slope": None if risk is None else {
            "value": risk.slope, "low": _plain(risk.low), "high": _plain(risk.high), "level": risk.level, "p": risk.p,
            "df": risk.df, "trials_that_tell_it": risk.k, "trials_of_what_no_other_leads_to": risk.k_alone,
            "trials_without_reference": risk.k_without, "tau2": risk.tau2,
        },
        "at_rate": None if risk is None else baseline.rate,
        "effects": [
            {"treatment": one.treatment, "off": asdict(one.off), "on": asdict(one.on)} for one in baseline.changed
        ],
        "trend_a_year": None if trends is None else {"off": asdict(trends.off), "on": asdict(trends.on)},
    }  # fmt: skip


def row_data(row: Compared) -> dict[str, Any]:
    """One comparison with where its number and its error are from; the ratio is that of the row, not of the network."""
    return {
        "study": row.study.name, "title": row.study.title, "year": row.study.year, "kind": row.study.kind,
        "arm": row.arm, "against": row.against, "treatment": row.treatment or None,
        "comparator": row.comparator or None, "value": row.value, "low": row.low, "high": row.high,
        "error": row.error, "error_from": row.basis, "method": row.method or None, "status": row.status or None,
        "sources_disagree": list(row.disagreements),
        "months": row.months, "shared_variance": row.shared, "used": row.used, "why": row.why or None,
        "numbers": [number_data(one) for one in row.numbers],
    }  # fmt: skip


def beside_data(one: Beside) -> dict[str, Any]:
    """A comparison that stands beside the network."""
    return {
        "study": one.study.name, "title": one.study.title, "evidence": one.evidence, "against_arm": one.against,
        "why": one.why, "other": number_data(one.other) if one.other else None, **number_data(one.number),
    }  # fmt: skip


def _plain(value: float) -> float | None:
    return value if np.isfinite(value) else None
