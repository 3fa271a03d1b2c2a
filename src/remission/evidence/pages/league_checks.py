"""How far can the league be trusted? Two ways to one number, one trial less, decades, and small trials beside large."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from remission.evidence.recipes.league.leagues import main_part
from remission.evidence.recipes.league.looks import LEAN, baseline_effects, baseline_sentences, funnel_of
from remission.evidence.recipes.league.sentences import DECADES, checks_words, hangs_on
from remission.evidence.recipes.league.tables import agreement_words, splits_table, without_table
from remission.exhibits.network.comparison_funnel import draw_comparison_funnel
from remission.exhibits.network.effects import draw_effects
from remission.exhibits.page import Block, Link, Page, Picture, Section

if TYPE_CHECKING:
    from remission.evidence.recipes.known import Known
    from remission.evidence.recipes.league.leagues import Leagues
    from remission.exhibits.site.shell import Making
    from remission.studies.league.league import League

PATH, TITLE, PLACE = "evidence/league-checks.html", "Checks of the comparison", 64
FOUND_BY = ("inconsistency", "side-splitting", "leave one out", "baseline risk", "funnel", "network meta-analysis")
ABOVE = Link("Which treatment prevents most relapses?", "evidence/league.html")
COARSE = "coarse"
AGREE = "Two ways that lead to one comparison should give one number. Here all trials are used, the counted ones too."
ALONE = "Where one trial is all that leads to a treatment, all that is said of it hangs on that trial."
NO_PROOF = (
    "That nothing was found is no proof: most comparisons have one trial, and one trial cannot disagree with itself."
)


def pages(known: Known) -> Iterator[Making]:
    """The page."""
    yield partial(checks_page, known)


def checks_page(known: Known) -> Page:
    """The page with all checks, of drugs whole."""
    leagues = known.leagues(COARSE)
    return Page(
        path=PATH,
        title="How far can the comparison be trusted?",
        subtitle="Checks of the network of all trials",
        provenance=known.provenance,
        headlines=[checks_words(leagues)],
        in_short=list(filter(None, [hangs_on(leagues), NO_PROOF])),
        sections=list(_sections(known, leagues)),
        trail=[ABOVE],
        data_folder="league-checks",
        found_by=FOUND_BY,
    )


def _sections(known: Known, leagues: Leagues) -> Iterator[Section]:
    yield from _looks(known, leagues.wide)
    yield _agree(known, leagues)
    table = without_table(leagues.relapse, "without-each", known.provenance)
    yield Section("without-each", "Without each trial", [Block("", [ALONE], None, [table])])


def _agree(known: Known, leagues: Leagues) -> Section:
    main, wide = main_part(leagues.relapse), main_part(leagues.wide)
    blocks = [Block("Printed intervals only", agreement_words(main))] if main else []
    if wide:
        table = splits_table(wide, "direct-indirect", known.provenance)
        blocks.append(Block("With the counted trials", [AGREE, *agreement_words(wide)], None, [table]))
    return Section("agree", "Where direct and indirect evidence disagree", blocks)


def _looks(known: Known, league: League) -> Iterator[Section]:
    """Baseline risk off and on beside each other, and small trials beside large ones."""
    effects = baseline_effects(league, "baseline-risk", "With and without the rate of the placebo group")
    picture = Picture.of(draw_effects(effects, known.provenance)) if effects else None
    block = Block(before=[DECADES], picture=picture, sentences=baseline_sentences(league.baseline))
    yield Section("decades", "Baseline risk and decades", [block])
    if funnel := funnel_of(league, "small-trials", "Small trials beside large ones"):
        picture = Picture.of(draw_comparison_funnel(funnel, known.provenance))
        yield Section("small-trials", "Small trials and large ones", [Block(picture=picture, sentences=[LEAN])])
