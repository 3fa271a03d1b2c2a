"""A printed curve made into persons: by the exact search where a study is small, else by Guyot's approximation.

Which of the two was used, and how much was searched, is told in every answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from remission.stats.consistency.curve_patterns import CurvePattern, CurveSearch, PrintedShare, search_curve
from remission.stats.consistency.pattern_times import times_of_pattern
from remission.studies.papers.searches import WHOLE_PEOPLE, large

if TYPE_CHECKING:
    from remission.stats.survival.from_points import Rebuilt
    from remission.studies.papers.curve_points import Curve

APPROXIMATE = "Guyot 2012, doi:10.1186/1471-2288-12-9; losses spread evenly between printed numbers"
EXACT = "exact search of numbers at risk at the events; losses spread evenly between them"


@dataclass(frozen=True, eq=False)
class Made:
    """Reconstructions of one curve, the pattern behind each where the search found any, and why it did not."""

    rebuilt: tuple[Rebuilt, ...]
    patterns: tuple[CurvePattern, ...]
    search: CurveSearch | None
    not_tried: str = ""

    @property
    def method(self) -> str:
        """How they were made, in words."""
        return EXACT if self.patterns else APPROXIMATE


def make_curve(
    curve: Curve,
    reconstructions: int,
    reading_error: float,
    seed: int,
    *,
    printed: Sequence[PrintedShare] = (),
    approximate: bool = False,
) -> Made:
    """So many reconstructions: of patterns that fit, where the search finds any, else of points that were moved.

    printed: estimates with limits that the patterns must give; approximate: no search. Of several patterns the first
    reconstruction is the nearest, the others are drawn by how well each explains the readings.
    """
    if approximate or curve.people > WHOLE_PEOPLE or curve.last == 0:
        why = "it was not asked for" if approximate else f"it is for up to {WHOLE_PEOPLE} people"
        return Made(curve.rebuilt(reconstructions, reading_error, seed), (), None, why)
    table = [one.time for one in curve.table], [one.at_risk for one in curve.table]
    points = [one.time for one in curve.points], [one.survival for one in curve.points]
    found = search_curve(*points, *table, reading_error, events=curve.events, printed=printed)
    if not found.patterns:
        return Made(curve.rebuilt(reconstructions, reading_error, seed), (), found)
    end = max(curve.last, table[0][-1])
    chosen = tuple(_chosen(found.patterns, reconstructions, seed))
    return Made(tuple(times_of_pattern(one, *table, end) for one in chosen), chosen, found)


def _chosen(patterns: Sequence[CurvePattern], many: int, seed: int) -> Iterator[CurvePattern]:
    nearest = patterns[0].misfit
    # Readings with independent normal errors: how likely they are under a pattern falls with its misfit.
    weight = np.array([math.exp((nearest - one.misfit) / 2) for one in patterns])
    yield patterns[0]
    for place in np.random.default_rng(seed).choice(len(patterns), many - 1, p=weight / weight.sum()):
        yield patterns[place]


def search_data(made: Made) -> dict[str, object]:
    """Which way was used and how much was searched, for a program."""
    found = made.search
    told: dict[str, object] = {"used": "exact search" if made.patterns else "approximation"}
    if found is None:
        return told | {"not_searched": made.not_tried}
    return told | {
        "searched": found.searched, "of": found.of, "fitting": found.fitting, "stopped_at": found.stopped,
        "different_in_reconstructions": len({one.at_risk for one in made.patterns}),
        "at_risk_at_events": list(made.patterns[0].at_risk) if made.patterns else None,
    }  # fmt: skip


def search_words(made: Made) -> Iterator[str]:
    """The same in words."""
    found = made.search
    if found is None:
        yield f"Used: the approximation. No exact search: {made.not_tried}."
        return
    patterns = f"{large(found.of)} patterns of numbers at risk of {found.people} people"
    if found.stopped is not None:
        yield f"Used: the approximation. Searched 0 of {patterns}: too many still fitted at time {found.stopped:g}."
        yield "A smaller --reading-error, the number of --events or more numbers at risk make the search shorter."
    elif not made.patterns:
        yield f"Used: the approximation. Searched all {patterns}: none fits all that was read."
        yield "Look first at the points and the table, then at --reading-error and --events."
    else:
        at_risk = ", ".join(map(str, made.patterns[0].at_risk)) or "no event"
        different = len({one.at_risk for one in made.patterns})
        yield f"Used: the exact search. Searched all {patterns}."
        if found.fitting == 1:
            yield f"Exactly one fits. At risk at the events: {at_risk}."
        else:
            yield f"{found.fitting:,} fit; the reconstructions hold {different} of them. The nearest: {at_risk}."
        yield "Known so are the numbers at risk at the events. When between them people were lost is not."
