"""Which treatment prevents most relapses? All trials in one network, sorted by nothing, with what it cannot tell."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from remission.evidence.pages import league_checks, league_table
from remission.evidence.recipes.league.beside import beside_block
from remission.evidence.recipes.league.pictures import (
    MAIN,
    RELAPSES,
    WEEKS_12,
    WEEKS_24,
    WIDE,
    WORSENING,
    effects_of,
    graph_of,
    ranks_of,
)
from remission.evidence.recipes.league.sentences import (
    HARM,
    SORTED,
    answer,
    hangs_on,
    left_out_words,
    parts_words,
    rests_on,
    unknown_words,
)
from remission.evidence.recipes.league.tables import (
    left_out_table,
    nodes_table,
    used_table,
)
from remission.exhibits.network.effects import draw_effects
from remission.exhibits.network.graph import draw_network_graph
from remission.exhibits.network.rank_picture import NO_EFFECT, draw_ranks
from remission.exhibits.page import Block, Link, Page, Picture, Section
from remission.exhibits.site.shell import linked

if TYPE_CHECKING:
    from remission.evidence.recipes.known import Known
    from remission.evidence.recipes.league.leagues import Leagues
    from remission.exhibits.site.shell import Making

PATH, TITLE, PLACE = "evidence/league.html", "Treatments compared", 60
QUESTION = "Which treatment prevents most relapses?"
FINE_PATH = "evidence/league-by-dose.html"
FOUND_BY = ("league table", "network meta-analysis", "ranking", "P-score", "relapse rate", "efficacy", "most effective")
COARSE, FINE = "coarse", "fine"

BELOW = "Below 1 there were fewer relapses than on placebo. 0.5 is half as many."
WORSE = "Below 1 fewer people got lastingly worse. A rise that is still there after 24 weeks is surer than after 12."
CHECKED = (
    "A network can be wrong where its trials differ in more than the drug. What can be checked stands on its own page."
)
MADE = (
    "Network meta-analysis of contrasts, random effects (REML), with the covariance of trials with several arms. "
    "Where a standard error comes from stands beside each number. Main analysis: printed intervals only. Open circles: "
    "counted relapses (Poisson), widened by what trials that print both show."
)
BY_DOSE = "Each form of interferon and each dose by itself"


def pages(known: Known) -> Iterator[Making]:
    """The page, and the same with each form and dose by itself."""
    yield partial(league_page, known)
    yield partial(by_dose_page, known)


def lead(known: Known) -> str:
    """The answer in a sentence."""
    return answer(known.leagues(COARSE))


def league_page(known: Known) -> Page:
    """The page with all its sections; drugs whole, and all interferons beta together."""
    leagues = known.leagues(COARSE)
    return Page(
        path=PATH,
        title=QUESTION,
        subtitle="Every trial by lot of drugs for relapsing MS in one network",
        provenance=known.provenance,
        headlines=[answer(leagues)],
        in_short=list(filter(None, [rests_on(leagues), hangs_on(leagues), HARM])),
        sections=[_against(known, leagues), *_sections(known, leagues)],
        picture_first=True,
        data_folder="league",
        found_by=[*FOUND_BY, *(one.name for one in leagues.relapse.nodes.nodes)],
    )


def by_dose_page(known: Known) -> Page:
    """The same with each form of interferon and each dose by itself, where the network falls apart."""
    leagues = known.leagues(FINE)
    return Page(
        path=FINE_PATH,
        title=f"{QUESTION} {BY_DOSE}",
        subtitle="The same trials, with each form and dose a treatment of its own",
        provenance=known.provenance,
        headlines=[answer(leagues)],
        in_short=list(filter(None, [parts_words(leagues), rests_on(leagues), hangs_on(leagues), HARM])),
        sections=[_against(known, leagues), _table_door(leagues), _graph(known, leagues), _left_out(known, leagues),
                  _made(known, leagues)],
        picture_first=True,
        trail=[Link(QUESTION, PATH)],
        data_folder="league-by-dose",
    )  # fmt: skip


def _sections(known: Known, leagues: Leagues) -> Iterator[Section]:
    yield _table_door(leagues)
    yield _graph(known, leagues)
    ranks = draw_ranks(ranks_of(leagues.relapse, "ranks", "Ranks for relapses"), known.provenance)
    yield Section("ranks", "Ranks, and why they say little", [Block(before=[NO_EFFECT], picture=Picture.of(ranks))])
    yield Section("transplant", "A transplant, beside the network", [beside_block(known, leagues)])
    yield _checks()
    yield _left_out(known, leagues)
    yield _made(known, leagues)


def _against(known: Known, leagues: Leagues) -> Section:
    series = [(MAIN, leagues.relapse), (WIDE, leagues.wide)]
    relapse = effects_of(
        "against-placebo", f"Relapses against {leagues.reference}", f"{BELOW} {SORTED}", series, RELAPSES
    )
    series = [(WEEKS_12, leagues.weeks_12), (WEEKS_24, leagues.weeks_24)]
    worse = effects_of("worsening", f"Lasting worsening against {leagues.reference}", WORSE, series, WORSENING)
    blocks = [Block(picture=Picture.of(draw_effects(one, known.provenance))) for one in (relapse, worse)]
    return Section("against-placebo", f"Against {leagues.reference}", blocks)


def _table_door(leagues: Leagues) -> Section:
    path = league_table.PATH if leagues.nodes == COARSE else league_table.FINE_PATH
    door = linked("The league table: every treatment against every other", f"../{path}")
    return Section("league-table", "The league table", [Block("", [league_table.answer(leagues), door])])


def _graph(known: Known, leagues: Leagues) -> Section:
    graph = graph_of(leagues, leagues.relapse, "network", "Who was compared with whom")
    picture = Picture.of(draw_network_graph(graph, known.provenance))
    return Section("network", "The network", [Block(picture=picture)])


def _checks() -> Section:
    door = linked(
        "Direct against indirect evidence, without each trial, decades, small trials", f"../{league_checks.PATH}"
    )
    return Section("checks", "How far it can be trusted", [Block("", [CHECKED, door])])


def _left_out(known: Known, leagues: Leagues) -> Section:
    said = list(filter(None, [left_out_words(leagues.relapse), unknown_words(leagues.relapse)]))
    table = left_out_table(leagues.relapse, "left-out", "Comparisons that are not in the network.", known.provenance)
    return Section("left-out", "What was left out, and why", [Block("", said, None, [], [table])])


def _made(known: Known, leagues: Leagues) -> Section:
    tables = [
        used_table(league, name, f"{title}: every comparison that is used.", known.provenance)
        for league, name, title in (
            (leagues.relapse, "used-relapses", "Relapses, printed intervals only"),
            (leagues.wide, "used-relapses-counted", "Relapses, counted ones too"),
            (leagues.weeks_12, "used-12-weeks", "Worsening after 12 weeks"),
            (leagues.weeks_24, "used-24-weeks", "Worsening after 24 weeks"),
        )
    ]
    other = (FINE_PATH, BY_DOSE) if leagues.nodes == COARSE else (PATH, "All forms of a drug together")
    said = [MADE, leagues.relapse.nodes.says, linked(other[1], f"../{other[0]}")]
    nodes = nodes_table(leagues.relapse, "treatments", known.provenance)
    return Section("made", "How it was made", [Block("", said, None, [], [nodes, *tables])])
