"""A league as plain data of pictures: effects against the reference, the grid, the graph and the ranks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from remission.evidence.recipes.league.leagues import (
    NO_TRIAL,
    Leagues,
    against,
    main_part,
    pairs_of,
    people_on,
    trials_with,
)
from remission.exhibits.network.effects import Effect, EffectLine, Effects
from remission.exhibits.network.graph import Compared, NetworkGraph, Treatment
from remission.exhibits.network.grid import LeagueGrid
from remission.exhibits.network.rank_picture import RankLine, RankPicture
from remission.exhibits.network.ratios import Ratio
from remission.exhibits.synthesis.scales import Scale
from remission.exhibits.wording import listed

if TYPE_CHECKING:
    from remission.studies.league.league import League

MAIN, WIDE = "printed intervals only", "and trials that print none, their error counted here by an assumption"
WEEKS_12, WEEKS_24 = "worsening still there after 12 weeks", "worsening still there after 24 weeks"
RELAPSES, WORSENING = "Relapses: ratio", "Worsening: ratio"


def scale_of(title: str, ratios: Sequence[Ratio]) -> Scale:
    """A scale that holds all of them."""
    return Scale.of(title, "ratio", [end for one in ratios for end in (one.value, one.low, one.high)])


def effect(league: League, name: str) -> Effect:
    """A treatment against the reference, with how many trials tell of it."""
    ratio = against(league, name, league.nodes.reference)
    known = ratio.value is not None
    return Effect(ratio, len(trials_with(league, name)) if known else None, people_on(league, name) if known else None)


def effects_of(name: str, title: str, subtitle: str, series: Sequence[tuple[str, League]], scale_title: str,
               note: str = "") -> Effects:  # fmt: skip
    """Treatments with a number in any of some leagues, in the order of the node set; each league is a series."""
    nodes = series[0][1].nodes
    known = {one for _, league in series if (part := main_part(league)) for one in part.names}
    names = [node.name for node in nodes.nodes if node.name in known and node.name != nodes.reference]
    lines = [EffectLine(one, [effect(league, one) for _, league in series]) for one in names]
    ratios = [each.ratio for line in lines for each in line.effects]
    less, more = ("fewer", "more") if scale_title == RELAPSES else ("less", "more")
    return Effects(name, title, subtitle, [says for says, _ in series], lines, scale_of(scale_title, ratios), less,
                   more, note)  # fmt: skip


def grid_of(leagues: Leagues, name: str, title: str) -> LeagueGrid:
    """Relapses above the diagonal, worsening after 12 weeks below it: every treatment of either."""
    upper, lower = leagues.relapse, leagues.weeks_12
    names = leagues.in_order(one for league in (upper, lower) for part in league.parts for one in part.names)
    pairs = [pairs_of(league) for league in (upper, lower)]
    missing = [
        {(one, other): Ratio(one, other, why=NO_TRIAL) for one, other in combinations(names, 2)
         if not (league.part_of(one) and league.part_of(other))}
        for league in (upper, lower)
    ]  # fmt: skip
    return LeagueGrid(name, title, names, leagues.reference, pairs[0] | missing[0], pairs[1] | missing[1],
                      "relapses", "worsening after 12 weeks", leagues.short)  # fmt: skip


def graph_of(leagues: Leagues, league: League, name: str, title: str) -> NetworkGraph:
    """Every treatment of a league with its people, and which were compared head to head by which trials."""
    names = leagues.in_order(one for part in league.parts for one in part.names)
    titles = {row.study.name: row.study.title for row in league.used}
    met: dict[tuple[str, str], list[str]] = {}
    for part in league.parts:
        for study, arms in part.random.trials.arms.items():
            for one, other in combinations(leagues.in_order(arms), 2):
                met.setdefault((one, other), []).append(titles[study])
    compared = [Compared(one, other, met[one, other]) for one, other in combinations(names, 2) if (one, other) in met]
    return NetworkGraph(name, title, [Treatment(one, people_on(league, one)) for one in names], compared,
                        leagues.reference, _apart_words(league))  # fmt: skip


def _apart_words(league: League) -> str:
    apart = [part for part in league.parts if league.nodes.reference not in part.names]
    if not apart:
        return ""
    parts = "; ".join(listed(list(part.names)) for part in apart)
    return f"No trial leads from the rest to: {parts}."


def ranks_of(league: League, name: str, title: str) -> RankPicture:
    """How probable each rank is for each treatment that is joined to the reference."""
    part = main_part(league)
    if part is None:
        return RankPicture(name, title, [])
    at = {one: place for place, one in enumerate(part.random.names)}
    ranks = part.ranks
    lines = [
        RankLine(one, [float(share) for share in ranks.probabilities[at[one]]], round(ranks.low[at[one]]),
                 round(ranks.high[at[one]]), float(ranks.p_scores[at[one]]))
        for one in part.names
    ]  # fmt: skip
    return RankPicture(name, title, lines, ranks.level)
