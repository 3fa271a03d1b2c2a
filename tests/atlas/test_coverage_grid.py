"""What can be known: four states with four textures, every month accounted for, reasons in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from made_up.atlas import HIDDEN, MONTHS, NEVER, SILENT, SYNTHETIC, THERAPIES, coverage, state
from remission.atlas.pictures.coverage_grid import ANY, coverage_panel, coverage_table, coverage_words
from remission.atlas.place_words import STATES
from remission.exhibits.month_axis import Months
from remission.exhibits.theme import SIZES


def test_every_therapy_and_month_is_in_exactly_one_run_and_has_the_state_given() -> None:
    seen: dict[tuple[str, date], str] = {}
    for run in coverage().runs:
        for month in Months(run["first"], run["last"]).all:
            assert (run["therapy"], month) not in seen
            seen[run["therapy"], month] = run["state"]
    assert len(seen) == (len(THERAPIES) + 1) * len(MONTHS.all)
    assert all(seen[therapy, month] == state(therapy, month)[0] for therapy in THERAPIES for month in MONTHS.all)


def test_a_month_without_a_row_is_not_reported() -> None:
    cut = replace(coverage(), frame=coverage().frame.filter(pl.col("month") != MONTHS.last))
    last = [run for run in cut.runs if run["last"] == MONTHS.last and run["therapy"] != ANY]
    assert {run["state"] for run in last} == {"not reported"}


def test_no_rows_of_any_medicine_is_not_reported() -> None:
    runs = [run for run in coverage().runs if run["therapy"] == ANY and run["state"] == "not reported"]
    assert [(run["first"], run["last"]) for run in runs] == [(SILENT[0], SILENT[2]), (SILENT[3], SILENT[3])]


def test_each_state_has_a_texture_of_its_own() -> None:
    marks = {}
    for one in coverage_panel(coverage(), SIZES["wide"]).view["layer"]:
        if one["data"]["name"] == "grid_runs":
            mark = one["mark"]
            marks[one["transform"][0]["filter"]] = (mark["type"], mark.get("fill"), str(mark.get("strokeDash")),
                                                    mark.get("strokeWidth"))  # fmt: skip
    assert len(marks) == len(STATES)
    assert len(set(marks.values())) == len(STATES)


def test_the_key_shows_every_state_with_the_texture_of_the_grid() -> None:
    for panel in (coverage_panel(coverage(), size) for size in SIZES.values()):
        key = panel.datasets["grid_key"]
        assert [one["state"] for one in key] == list(STATES)
        layers = panel.view["layer"]
        drawn = [(one["data"]["name"], one["mark"]) for one in layers if one["mark"]["type"] != "text"]
        grid, shown = ([mark for name, mark in drawn if name == of] for of in ("grid_runs", "grid_key"))
        assert grid == shown


def test_reasons_stand_in_the_table() -> None:
    rows = [
        row
        for row in coverage_table(coverage(), SYNTHETIC).rows()
        if row[0] == "glatiramer acetate" and row[1] == "not visible here"
    ]
    assert rows
    assert all(row[4] == "homecare is usual for this medicine" for row in rows)


def test_the_sentence_counts_therapies_in_the_last_month() -> None:
    used = len(THERAPIES) - len(HIDDEN) - len(NEVER)
    said = f"In the last month, of 18 therapies: {used} used, {len(NEVER)} not used, {len(HIDDEN)} not visible."
    assert coverage_words(coverage()) == said
