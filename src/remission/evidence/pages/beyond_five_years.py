"""Does it last beyond five years? What was printed after that, and the second five years against the first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from remission.evidence.recipes.later_years import (
    MOST_SERIES,
    answer,
    by_quantity,
    compared,
    hazard_rows,
    later_tracks,
    series_of,
    still_words,
)
from remission.evidence.recipes.study_lines import card_of
from remission.evidence.words import number_words, of_whom_words, when_words
from remission.exhibits.page import Block, Page, Picture, Section
from remission.exhibits.site.shell import Making, linked
from remission.exhibits.synthesis.over_years import OverYears, draw_over_years
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.wording import MINUS, count, day_words
from remission.stats.rounding import text_half_up
from remission.studies.quantities import quantities

if TYPE_CHECKING:
    from remission.evidence.recipes.known import Known
    from remission.evidence.recipes.transplants import Track
    from remission.inputs.provenance import Provenance

PATH, TITLE, PLACE = "evidence/beyond-five-years.html", "Beyond five years", 30
QUESTION = "Does it last beyond five years?"

CAUTION = (
    "These are people who could still be followed: who is seen at ten years may have done better than who is not. "
    "Definitions differ from study to study, so lines are not a contest."
)
APART = "What was asked differs too, so each question has a picture of its own: one share is no better than another's."
POINTS = (
    "Filled: read where the authors printed it. Hollow: second-hand. Upright lines: intervals, where they were "
    "printed. Lines between points are for the eye."
)
HALVES = (
    f"How fast a share falls in five years is {MINUS}ln(later share / earlier share), worked out here from two printed "
    "numbers of one study. The share of those still free at five years who are so at ten has an interval: both numbers "
    "rest on the same people, so the later one is uncertain by what came after the earlier one, and by that alone. "
    "Papers do not say on which scale their intervals are even; each is taken on the one it is most even on."
)


def pages(known: Known) -> Iterator[Making]:
    """The page."""
    yield partial(beyond_page, known)


def lead(known: Known) -> str:
    """The answer in a sentence."""
    return f"{answer(later_tracks(known.studies))} (Studies read up to {day_words(known.read_until)}.)"


def beyond_page(known: Known) -> Page:
    """The page with all its sections."""
    found = later_tracks(known.studies)
    return Page(
        path=PATH,
        title=QUESTION,
        subtitle="After a transplant: what was printed later than five years",
        provenance=known.provenance,
        headlines=[lead(known)],
        in_short=[CAUTION],
        sections=list(_sections(found, known.provenance)),
        picture_first=True,
        data_folder="beyond-five-years",
    )


def halves_words(found: Sequence[Track]) -> str:
    """For each group with shares at five and ten years, whether the second half took fewer than the first."""
    rows = hazard_rows(found).to_dicts()
    # Groups of one study are told apart by whom they hold: two lines of one name would gainsay each other.
    said = [f"{row['title']}, {row['whom']} ({quantities()[row['what']].title}): {compared(row)}." for row in rows]
    asked = "Of those still free after five years, how many lost that in the next five, beside the first five years?"
    return " ".join([asked, *said]) if said else ""


def _sections(found: Sequence[Track], provenance: Provenance) -> Iterator[Section]:
    yield Section("years", "What was printed", list(_pictures(found, provenance)))
    table = _halves_table(found, provenance)
    yield Section(
        "halves",
        "The second five years against the first",
        [Block("", [*filter(None, [halves_words(found)]), HALVES], None, [table])],
    )
    every = _every_table(found, provenance)
    unknown = (
        f"{count(len(found), 'group')} followed beyond five years have a number in the library; no more were read."
    )
    yield Section("every", "Every number beyond five years", [Block("", [unknown], None, [every])])


def _pictures(found: Sequence[Track], provenance: Provenance) -> Iterator[Block]:
    """A picture for each thing that was asked; all have the same years."""
    last = max(((track.longest.months or 0) / 12 for track in found), default=10)
    for place, (what, kept) in enumerate(by_quantity(found).items()):
        title = quantities()[what].title
        rest = f" The {MOST_SERIES} groups followed longest are drawn." if len(kept) > MOST_SERIES else ""
        shown = OverYears(f"beyond-five-years-{what}", f"Beyond five years: {title.lower()}", f"{POINTS}{rest}",
                          series_of(kept, "../"), last + 1)  # fmt: skip
        yield Block(title, [CAUTION, APART] if not place else [], Picture.of(draw_over_years(shown, provenance)))


def _halves_table(found: Sequence[Track], provenance: Provenance) -> Table:
    columns = (
        Shown("Study", lambda row: linked(row["title"], card_of(row["study"], "../")), words=True),
        Shown("What", lambda row: quantities()[row["what"]].title, words=True),
        shows("whom", "Whom", words=True),
        Shown("First five years", lambda row: text_half_up(row["first_hazard"], 2)),
        Shown("Second five years", lambda row: text_half_up(row["second_hazard"], 2)),
        Shown("Free at five, and still at ten", still_words, words=True),
        shows("arithmetic", "Arithmetic (derived)", words=True),
    )
    return Table("halves", "How fast the share fell in either half.", hazard_rows(found), columns, provenance)


def _every_table(found: Sequence[Track], provenance: Provenance) -> Table:
    rows = [
        {"study": track.study.name, "title": track.study.title, "what": quantities()[one.what].title,
         "whom": of_whom_words(one), "when": when_words(one), "number": number_words(one, quantities()[one.what]),
         "status": one.status, "source": one.source}
        for track in found for one in track.numbers
    ]  # fmt: skip
    schema = dict.fromkeys(("study", "title", "what", "whom", "when", "number", "status", "source"), pl.String)
    columns = (
        Shown("Study", lambda row: linked(row["title"], card_of(row["study"], "../")), words=True),
        shows("what", "What", words=True),
        shows("when", "When"),
        shows("number", "As printed"),
        Shown("Whom", lambda row: row["whom"] or "–", words=True),
        shows("status", "Checked", words=True),
    )
    return Table(
        "beyond-numbers", "Every number of these groups.", pl.DataFrame(rows, schema=schema), columns, provenance
    )
