"""The run chart: every month in the table, gaps in the line, and the change that the statistics found, in words."""

from __future__ import annotations

from datetime import date

import polars as pl

from made_up.atlas import MONTHS, SILENT, SYNTHETIC, run
from remission.atlas.pictures.run_chart import change_words, draw_run_chart, run_of
from remission.exhibits.month_axis import MONTH, Months, year_of

FIGURE = draw_run_chart(run(), SYNTHETIC)


def flat(values: list[float]) -> str:
    months = Months(date(2024, 1, 1), date(2025, 12, 1))
    frame = pl.DataFrame({"month": months.all[: len(values)], "value": values})
    return change_words(run_of("A trust", "All", "patient-years", frame, months))


def test_the_planted_change_is_named_with_the_levels_around_it() -> None:
    assert run().step() == date(2024, 2, 1)
    assert "likeliest from February 2024" in change_words(run())
    assert change_words(run()).endswith(" since, in patient-years.")


def test_no_change_is_said_so() -> None:
    assert flat([10.0, 12.0, 9.0, 11.0] * 6) == "No lasting change signalled; median 10.5 patient-years."


def test_too_few_months_are_said_so() -> None:
    assert flat([1.0, 2.0]) == "Too few months to look for a lasting change."


def test_the_line_breaks_where_nothing_was_reported() -> None:
    points = FIGURE.specs["wide"]["datasets"]["run_points"]
    drawn = {round(point["t"], 6) for point in points}
    assert not drawn & {round(year_of(month) + MONTH / 2, 6) for month in SILENT}
    assert {point["part"] for point in points} == {0, 1, 2}


def test_the_table_says_not_reported_and_holds_every_value() -> None:
    said = {row[0]: row[1] for row in FIGURE.table.rows()}
    assert len(said) == len(MONTHS.all)
    assert said["April 2020"] == "not reported"
    assert FIGURE.table.frame["value"].drop_nulls().to_list() == list(run().values().values())


def test_a_note_outside_the_months_is_not_drawn() -> None:
    marks = FIGURE.specs["wide"]["datasets"]["run_changes"]
    assert [mark["words"] for mark in marks] == ["homecare", "change"]
