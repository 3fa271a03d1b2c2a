"""What is known beyond five years: printed shares, and what they say of the second five years against the first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from remission.evidence.recipes.study_lines import line_of
from remission.evidence.recipes.transplants import HAD, Track, at_years, course_of, tracks
from remission.evidence.words import printed_interval, unless_verified
from remission.exhibits.synthesis.over_years import Series
from remission.exhibits.wording import MINUS, NBSP, percent
from remission.stats.rounding import text_half_up
from remission.studies.later_share import later_share

if TYPE_CHECKING:
    from remission.exhibits.tables import Row
    from remission.studies.load import Studies

FIVE, TEN = 60.0, 120.0
# More lines than that cannot be told apart in one picture.
MOST_SERIES = 8
HAZARDS: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(("study", "title", "what", "whom"), pl.String),
    **dict.fromkeys(("at_five", "at_ten", "first_hazard", "second_hazard"), pl.Float64),
    **dict.fromkeys(("still_free", "still_low", "still_high"), pl.Float64),
    **dict.fromkeys(("arithmetic", "intervals_on"), pl.String),
}


def later_tracks(studies: Studies) -> list[Track]:
    """Groups that were followed beyond five years, those with the longest and largest first."""
    kept = [track for track in tracks(studies) if (track.longest.months or 0) > FIVE]
    return sorted(kept, key=lambda track: (-(track.longest.months or 0), -_people(track), track.name))


def by_quantity(found: Sequence[Track]) -> dict[str, list[Track]]:
    """Groups by what was asked of them, in the order in which they come.

    Free of any activity, of worsening and of relapses are three questions: on one axis they would be read as a ranking.
    """
    return {what: [one for one in found if one.what == what] for what in dict.fromkeys(track.what for track in found)}


def _people(track: Track) -> int:
    return track.longest.denominator or track.study.people(track.longest.arm) or 0


def series_of(found: Sequence[Track], root: str) -> list[Series]:
    """The groups as series of a picture, each point a link."""
    return [
        Series(track.name, [((one.months or 0) / 12, line_of(track.study, one, root)) for one in track.numbers])
        for track in found[:MOST_SERIES]
    ]


def answer(found: Sequence[Track]) -> str:
    """What the longest follow-up with an interval says of people with relapsing MS, for each thing that is asked."""
    said: list[str] = []
    for what in ("neda", "progression-free"):
        fits = [track for track in found if track.what == what and track.longest.has_interval
                and course_of(track.study, track.longest) == "RRMS"]  # fmt: skip
        if fits:
            said.append(_part(fits[0]))
    text = ", and ".join(said)
    return (
        f"Of people with relapsing MS, {text}."
        if text
        else "No number with an interval beyond five years has been read."
    )


def _part(track: Track) -> str:
    one = track.longest
    years = f"{(one.months or 0) / 12:g}{NBSP}years"
    about = f"{printed_interval(one)}; {track.study.title}{unless_verified(one)}"
    return f"{one.value:g}{NBSP}% {HAD[track.what]} at {years} ({about})"


def hazard_rows(found: Sequence[Track]) -> pl.DataFrame:
    """For groups with a share at five and at ten years: how fast it fell in either half, with the arithmetic.

    What fell in five years is -ln(later / earlier): two halves can be compared by it, whatever was left at the start.
    """
    rows = [row for track in found if (row := _hazard(track)) is not None]
    return pl.DataFrame([{name: row.get(name) for name in HAZARDS} for row in rows], schema=HAZARDS)


def _hazard(track: Track) -> dict[str, object] | None:
    five, ten = at_years(track, 5), at_years(track, 10)
    if five is None or ten is None or not five.value or not ten.value:
        return None
    first, second = -math.log(five.value / 100), -math.log(ten.value / five.value)
    arithmetic = (
        f"{MINUS}ln({five.value:g}/100) = {text_half_up(first, 2)}; "
        f"{MINUS}ln({ten.value:g}/{five.value:g}) = {text_half_up(second, 2)}"
    )
    still = later_share(five, ten)
    limits = {} if still is None else {"still_low": still.low, "still_high": still.high,
                                       "intervals_on": " and ".join(dict.fromkeys(still.scales))}  # fmt: skip
    return {"study": track.study.name, "title": track.study.title, "what": track.what,
            "whom": course_of(track.study, ten) or "all", "at_five": five.value, "at_ten": ten.value,
            "first_hazard": first, "second_hazard": second, "still_free": ten.value / five.value,
            "arithmetic": arithmetic} | limits  # fmt: skip


def still_words(row: Row) -> str:
    """Of those free at five years the share still free at ten, with its interval where one follows from both."""
    share = percent(row["still_free"], 0)
    if row["still_low"] is None:
        return f"{share} (no interval follows from what was printed)"
    return f"{share} ({100 * row['still_low']:.0f} to {100 * row['still_high']:.0f})"


def compared(row: dict[str, float]) -> str:
    """Whether the second five years took fewer than the first, about as many, or more.

    >>> compared({"first_hazard": 0.31, "second_hazard": 0.12}), compared({"first_hazard": 0.16, "second_hazard": 0.18})
    ('fewer', 'about as many')
    """
    ratio = row["second_hazard"] / row["first_hazard"] if row["first_hazard"] else math.inf
    # A quarter more or less is within what the intervals of any of these studies leave open.
    return "fewer" if ratio < 0.75 else "more" if ratio > 4 / 3 else "about as many"
