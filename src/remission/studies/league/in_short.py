"""A league in one or two short sentences: what the terminal, the page and the front page all say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.studies.league.cells import cell_of, cells

if TYPE_CHECKING:
    from remission.studies.league.compared import What
    from remission.studies.league.league import League, Part

NOTHING = "No trial has a number that can be used."
# In favour of the one, and of the other.
FEWER: dict[What, tuple[str, str]] = {
    "relapse-rate-ratio": ("fewer relapses", "more relapses"),
    "progression-12w-hazard-ratio": ("less worsening", "more worsening"),
    "progression-24w-hazard-ratio": ("less worsening", "more worsening"),
}


def in_short(league: League) -> str:
    """How many treatments may be first, how many differ from the reference, and how many pairs cannot be told apart.

    Of the part that holds the reference, or else of the first one. No treatment is named where more than one may be
    first: a list of names would be read as a ranking.

    >>> from remission.studies.league.league import make_league
    >>> from remission.studies.load import load_studies
    >>> in_short(make_league(load_studies(), nodes="coarse")).startswith("The trials cannot name one: ")
    True
    """
    if not league.parts:
        return NOTHING
    part = league.part_of(league.reference) or league.parts[0]
    first = first_may_be(part)
    named = (
        f"In the trials {first[0]} is ahead of the others."
        if len(first) == 1
        else f"The trials cannot name one: {len(first)} treatments may each be first."
    )
    return f"{named} {_against_reference(league, part)}{_among_themselves(part)}."


def first_may_be(part: Part) -> list[str]:
    """Treatments whose ranks reach the first place, in the order of the node set."""
    ranks, at = part.ranks, part.random.names
    return [name for name in part.names if ranks.low[at.index(name)] <= 1]


def told_apart(part: Part) -> tuple[int, int]:
    """Of the pairs of treatments without the reference: how many can be told apart, and how many there are."""
    pairs = [one for one in cells(part) if part.reference not in (one.one, one.other)]
    return sum(bool(one.favours) for one in pairs), len(pairs)


def _against_reference(league: League, part: Part) -> str:
    """How many treatments the whole interval favours over the reference, and how many the other way round."""
    fewer, more = FEWER[league.what]
    found = [cell_of(part, name, part.reference) for name in part.names if name != part.reference]
    better = sum(one.favours == one.one for one in found)
    worse = sum(one.favours == part.reference for one in found)
    of = "treatments" if len(league.parts) == 1 else f"treatments that trials join to {part.reference}"
    had = f"All {len(found)} {of}" if better == len(found) else f"Of {len(found)} {of} {better or 'none'}"
    harm = f" and {worse} had {more}" if worse else ""
    return f"{had} had {fewer} than {part.reference}{harm}"


def _among_themselves(part: Part) -> str:
    told, pairs = told_apart(part)
    return f", but of the {pairs} pairs of treatments {pairs - told} cannot be told apart" if pairs > 1 else ""
