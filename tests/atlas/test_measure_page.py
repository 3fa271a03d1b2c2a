"""The page of a measure: over time and trust by trust, or board by board where only boards have it."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from made_up.atlas import MEASURES, measure_parts
from remission.atlas.pages.measure import boards_words, measure_page
from remission.atlas.recipes.measures import MeasureParts
from remission.stats.estimates import Estimates

NAME = MEASURES[0].name


def of_boards() -> MeasureParts:
    """The same places as care boards, five without a figure."""
    frame = measure_parts().latest.frame.filter(pl.col("what") == NAME, pl.col("population") == "trust")
    some = pl.col("group").is_in(frame["group"].unique().sort().head(5).to_list())
    nulls = [pl.when(~some).then(part).alias(part) for part in ("value", "low", "high")]
    reason = pl.when(some).then(pl.lit("not visible here"))
    boards = frame.with_columns(*nulls, population=pl.lit("icb"), absent_reason=reason)
    return replace(measure_parts(), latest=Estimates(boards), funnel=None, pages=(), level="icb")


def test_a_measure_of_boards_has_a_table_of_boards_and_nothing_of_trusts() -> None:
    made = measure_page(of_boards())
    assert [section.name for section in made.sections] == ["boards", "meaning"]
    table = made.sections[0].blocks[0].tables[0]
    assert table.columns[0].header == "Care board"
    assert [row[2] for row in table.rows()].count("not visible here") == 5
    assert not any(block.picture for section in made.sections for block in section.blocks)


def test_it_says_how_many_boards_have_a_figure_and_why_others_have_none() -> None:
    assert measure_page(of_boards()).headlines[0] == boards_words(of_boards())
    assert boards_words(of_boards()) == "Of 60 care boards 55 have a figure; without one: 5 not visible here."


def test_a_measure_of_trusts_says_that_their_number_changes() -> None:
    time = measure_page(measure_parts()).sections[0]
    assert time.blocks[0].before[0].startswith("Half of the trusts with a figure lie below the dashed line")
    assert "Their number changes" in time.blocks[0].before[1]


def test_a_caution_stands_on_the_page() -> None:
    warned = replace(MEASURES[0], cautions=("No trust is seen to issue ofatumumab.",))
    made = measure_page(replace(measure_parts(), words=warned))
    assert "No trust is seen to issue ofatumumab." in made.in_short
