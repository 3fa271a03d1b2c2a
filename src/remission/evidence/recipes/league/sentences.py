"""A league in sentences: what a reader came for, counted anew from the numbers on every run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.evidence.recipes.league.leagues import main_part, people_words, trials_words
from remission.evidence.words import begun
from remission.exhibits.wording import count, listed
from remission.studies.league.cells import cells
from remission.studies.league.in_short import NOTHING, in_short

if TYPE_CHECKING:
    from remission.evidence.recipes.league.leagues import Leagues
    from remission.studies.league.league import League

LEAST_P = 0.05
AT_PEACE = "No check finds trials at odds with each other."
HARM = "Worsening stands below. Harm, burden and cost are not on this page, and none of it is anybody's own chance."
DECADES = (
    "Older trials took people with more relapses than newer ones. A ratio takes some of that out, and not all of it."
)
TRANSPLANT = "A transplant stands beside the network and never in it: no trial links it to one of these treatments."
SORTED = "Treatments stand in a fixed order by kind of drug, and never by effect."


def answer(leagues: Leagues) -> str:
    """The sentence a reader came for."""
    return in_short(leagues.relapse)


def cells_words(leagues: Leagues) -> str:
    """Of every two treatments, how many can be told apart by relapses and by lasting worsening."""
    return " ".join(
        f"By {says} {told} of {pairs} pairs of treatments can be told apart."
        for says, league in (("relapses", leagues.relapse), ("lasting worsening", leagues.weeks_12))
        for told, pairs in [_told(league)]
    )


def _told(league: League) -> tuple[int, int]:
    """Over all parts, the reference among them: what the table has."""
    every = [one for part in league.parts for one in cells(part)]
    return sum(bool(one.favours) for one in every), len(every)


def rests_on(leagues: Leagues) -> str:
    """On how many trials and people the answer rests, and what the open circles add."""
    main, wide = leagues.relapse, leagues.wide
    more = len({row.study.name for row in wide.used}) - len({row.study.name for row in main.used})
    return (
        f"It rests on {trials_words(main.used)} that print an interval, with {people_words(main)}. "
        f"{count(more, 'more trial')} print none: theirs is worked out here, and drawn open."
    )


def hangs_on(leagues: Leagues) -> str:
    """The trial without which most treatments are no longer joined to the reference; empty where none cuts off any."""
    part = main_part(leagues.relapse)
    found = max(part.without, key=lambda one: len(one.cut_off), default=None) if part else None
    if found is None or len(found.cut_off) < 2:
        return ""
    titles = {row.study.name: row.study.title for row in leagues.relapse.used}
    many = count(len(found.cut_off), "treatment")
    return f"One trial ({titles[found.study]}) is all that leads from {leagues.reference} to {many}."


def checks_words(leagues: Leagues) -> str:
    """Whether trials and ways disagree by more than chance, with all trials; and how few can disagree at all."""
    part = main_part(leagues.wide)
    if part is None:
        return NOTHING
    designs = part.designs
    odd = [says for says, p in (("trials of the same two treatments", designs.within_p),
                                ("two ways to the same number", designs.between_p)) if p < LEAST_P]  # fmt: skip
    found = (
        f"{begun(listed(odd))} differ by more than chance." if odd else "No check finds trials at odds with each other."
    )
    looked = len(part.splits)
    return f"{found} But of {len(cells(part))} comparisons only {looked} can be checked in two ways."


def left_out_words(league: League) -> str:
    """How many comparisons were found and how many of them are used."""
    return (
        f"{len(league.rows)} comparisons were found. {len(league.used)} are used, and {len(league.left_out)} are not, "
        "each with its reason."
    )


def parts_words(leagues: Leagues) -> str:
    """Into which parts the network falls, where it does."""
    apart = [part for part in leagues.relapse.parts if leagues.reference not in part.names]
    if not apart:
        return ""
    many = count(sum(len(part.names) for part in apart), "treatment")
    return (
        f"No trial with a printed interval leads from {leagues.reference} to {many}: they stand apart, and only the "
        "open circles reach them."
    )


def unknown_words(league: League) -> str:
    """Treatments of which no used row tells."""
    names = ", ".join(league.unknown)
    return f"No usable number was found for: {names}." if names else ""
