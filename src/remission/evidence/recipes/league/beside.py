"""Transplants beside a league, never in it: what each study compared them with, trials and cohorts apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.evidence.recipes.league.pictures import scale_of
from remission.evidence.recipes.league.sentences import TRANSPLANT
from remission.evidence.recipes.league.tables import beside_table
from remission.evidence.recipes.study_lines import card_of
from remission.exhibits.network.effects import Effect, EffectLine, Effects, draw_effects
from remission.exhibits.network.ratios import Ratio
from remission.exhibits.page import Block, Picture
from remission.studies.quantities import quantities

if TYPE_CHECKING:
    from remission.evidence.recipes.known import Known
    from remission.evidence.recipes.league.leagues import Leagues
    from remission.studies.league.beside import Beside

TRIALS, COHORTS = "A trial by lot", "Cohorts: people were not given their treatment by lot"
OWN = "Each number has its own comparator and its own outcome. None of them can be set beside the numbers above."


def beside_block(known: Known, leagues: Leagues) -> Block:
    """The picture and the table of what stands beside."""
    found = besides(leagues)
    # What was printed as a number of each group, and not as one of both, has no place on a scale: the table has it.
    lines = [_line(one) for one in found if one.number.value is not None]
    ratios = [effect.ratio for line in lines for effect in line.effects]
    effects = Effects(
        "transplant", "Transplants against what each study compared them with", OWN, ("as printed",), lines,
        scale_of("As printed: ratio", ratios), "less", "more", counted="",
    )  # fmt: skip
    picture = Picture.of(draw_effects(effects, known.provenance)) if lines else None
    return Block("", [], picture, folded=[beside_table(found, "transplant-why", known.provenance)], before=[TRANSPLANT])


def besides(leagues: Leagues) -> list[Beside]:
    """What stands beside any of the leagues, each number once: trials by lot first, then cohorts."""
    every = [one for league in (leagues.relapse, leagues.weeks_12, leagues.weeks_24) for one in league.beside]
    once = {(one.study.name, one.number): one for one in every}
    return sorted(once.values(), key=lambda one: one.evidence != "trial")


def _line(one: Beside) -> EffectLine:
    number = one.number
    ratio = Ratio("transplant", one.against, number.value, *((number.low, number.high) if number.has_interval else ()))
    title = quantities()[number.what].title
    group = TRIALS if one.evidence == "trial" else COHORTS
    return EffectLine(f"{one.study.title}: {title.lower()}, against {one.against}", [Effect(ratio)], group,
                      card_of(one.study.name, "../"))  # fmt: skip
