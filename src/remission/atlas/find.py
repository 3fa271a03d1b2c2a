"""Where would I find a therapy: the nearest trusts that issued it, and the nearer ones where it would not show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from remission.atlas.place_words import HOMECARE, NO_ADVICE
from remission.atlas.recipes.last_year import use_of
from remission.inputs.problems import InputProblems, Problem, nearest, shown
from remission.library.catalogue import brands
from remission.places.fetched_organisations import organisations_of
from remission.places.nearest import Point, districts_of, find_point, nearest_trusts, trust_places
from remission.supply.medicines.medicines import library_supplies
from remission.supply.views import atlas_views


@dataclass(frozen=True, eq=False)
class Found:
    """Trusts near a point, in the columns of `NEAREST`, and what the figures are."""

    therapy: str
    point: Point
    trusts: pl.DataFrame
    warning: str


def find_nearest(home: Path, therapy: str, near: str, most: int = 5) -> Found:
    """Trusts near a place that issued a therapy in the last 12 months; InputProblems for an unknown one or place."""
    # Both are checked before the atlas is opened: a misspelt word should not cost its loading.
    therapy = therapy_called(therapy)
    point = find_point(near, districts_of(home), trust_places(organisations_of(home)))
    views = atlas_views(home)
    states = use_of(views).filter(pl.col("therapy") == therapy).select("code", "state")
    trusts = nearest_trusts(point, states, views.organisations, most)
    return Found(therapy, point, trusts, views.atlas.provenance.warning)


def therapy_called(words: str) -> str:
    """The therapy of the library that somebody means by its name or a brand, whatever the case; or InputProblems.

    >>> therapy_called("Kesimpta"), therapy_called("OCRELIZUMAB")
    ('ofatumumab', 'ocrelizumab')
    """
    known = {supply.therapy: supply.therapy for supply in library_supplies()}
    # Own names last, so that they win over a brand of the same word; brands of therapies without hospital products
    # are left out.
    called = {name.casefold(): therapy for name, therapy in {**brands(), **known}.items() if therapy in known}
    if words.strip().casefold() not in called:
        raise InputProblems(
            Problem.of_file("THERAPY", found=shown(words), allowed=", ".join(known), do=nearest(words, called))
        )
    return called[words.strip().casefold()]


def found_lines(found: Found) -> Iterator[str]:
    """What was found, in lines for a terminal."""
    if found.warning:
        yield f"{found.warning}."
    yield f"{found.therapy}: distances in straight lines from {found.point.how}."
    for (group,), rows in found.trusts.partition_by("group", as_dict=True, maintain_order=True).items():
        yield f"{str(group).capitalize()}:"
        for code, name, km in rows.select("code", "name", "km").iter_rows():
            yield f"  {name} [{code}]{'' if km is None else f', {km:.0f} km'}"
    if not found.trusts.height:
        yield "No trust was seen to issue it."
    yield f"{HOMECARE} {NO_ADVICE}"
