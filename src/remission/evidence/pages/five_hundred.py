"""Would it hold in 500 people? A trial of 24 beside large series, and what their deaths mean for 500."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from remission.evidence.recipes.many_people import (
    LARGE,
    Deaths,
    answer,
    deaths_in_500,
    forest_lines,
    mix_words,
    no_trial_words,
    small_and_large,
)
from remission.exhibits.page import Block, Page, Picture, Section
from remission.exhibits.synthesis.forest import Forest, draw_forest
from remission.exhibits.synthesis.scales import Scale
from remission.exhibits.tables import Table, shows
from remission.exhibits.wording import day_words

if TYPE_CHECKING:
    from remission.evidence.recipes.known import Known
    from remission.exhibits.figure import Figure
    from remission.exhibits.site.shell import Making
    from remission.inputs.provenance import Provenance

PATH, TITLE, PLACE = "evidence/500-people.html", "In 500 people", 40
QUESTION = "Would it hold in 500 people?"

MIX = (
    "A trial chooses whom it takes, a national series takes everybody. So a lower share in a series is no proof that "
    "the treatment does less, and a trial is no promise of what a series will find."
)
DEFINITIONS = "What counted as an event differs: the trial counted death and its own MRI rule, the series did not all."


def pages(known: Known) -> Iterator[Making]:
    """The page."""
    yield partial(five_hundred_page, known)


def lead(known: Known) -> str:
    """The answer in a sentence."""
    said = answer(small_and_large(known.studies), known.studies)
    return f"{said} (Studies read up to {day_words(known.read_until)}.)"


def five_hundred_page(known: Known) -> Page:
    """The page with all its sections."""
    deaths, pairs = deaths_in_500(known.studies), small_and_large(known.studies)
    return Page(
        path=PATH,
        title=QUESTION,
        subtitle="A trial of 24 people beside series of a hundred and more",
        provenance=known.provenance,
        headlines=[lead(known)],
        in_short=[MIX, no_trial_words(known.studies)],
        sections=[
            Section("large", "Trial and large series", [
                Block(picture=Picture.of(_forest(known)), sentences=[*mix_words(pairs), DEFINITIONS])]),
            Section("deaths", "Deaths in 500 people", [
                Block("", [one.sentence for one in deaths], None, [_deaths_table(deaths, known.provenance)])]),
        ],
        picture_first=True,
        data_folder="500-people",
    )  # fmt: skip


def _forest(known: Known) -> Figure:
    lines = forest_lines(small_and_large(known.studies), "../")
    scale = Scale.of("Share free of it at five years", "share", [])
    said = (
        f"HALT-MS and series of {LARGE} people or more, in order of people. Filled: with its interval. Hollow: printed "
        "without one, so in no pool."
    )
    forest = Forest("five-hundred", "At five years: the trial and large series", said, lines, scale)
    return draw_forest(forest, known.provenance)


def _deaths_table(deaths: list[Deaths], provenance: Provenance) -> Table:
    schema = {"title": pl.String, "events": pl.Int64, "people": pl.Int64, "expected": pl.Float64, "low": pl.Int64,
              "high": pl.Int64}  # fmt: skip
    rows = [{field: getattr(one, field) for field in schema} for one in deaths]
    frame = pl.DataFrame(rows, schema=schema).with_columns(
        shown=pl.col("expected").round(1).cast(pl.String), chance=pl.format("{} to {}", "low", "high")
    )
    columns = (
        shows("title", "Series"),
        shows("events", "Died of the transplant"),
        shows("people", "People"),
        shows("shown", "Expected in 500"),
        shows("chance", "95 of 100 groups"),
    )
    note = "Derived: 500 x deaths / people; the last column are quantiles of the binomial distribution at that rate."
    return Table("deaths-in-500", "What the deaths of a series mean for 500 people.", frame, columns, provenance, note,
                 frame.drop("shown", "chance"))  # fmt: skip
