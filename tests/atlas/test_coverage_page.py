"""The page of coverage: shares that add up, the error that matters most, and every trust's gaps."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from made_up.atlas import coverage_parts
from remission.atlas.pages.coverage import confusion_table, coverage_page, history_table, matrix_table
from remission.atlas.place_words import STATES


def test_the_states_of_a_trust_add_up_to_all_its_cells() -> None:
    frame = matrix_table(coverage_parts()).frame
    assert frame.select(pl.sum_horizontal(list(STATES)) == pl.col("all")).to_series().all()
    assert frame["name"].to_list() == sorted(frame["name"])


def test_a_state_that_occurs_nowhere_has_a_column_all_the_same() -> None:
    parts = coverage_parts()
    seen = parts.states.filter(pl.col("state") != "not used")
    assert matrix_table(replace(parts, states=seen)).frame["not used"].sum() == 0


def test_the_confusion_matrix_keeps_every_cell_and_names_the_worst_error() -> None:
    parts = coverage_parts()
    assert parts.confusion is not None
    table = confusion_table(parts.confusion, parts.provenance)
    assert table.frame.select(list(STATES)).sum().sum_horizontal().item() == parts.confusion["cells"].sum()
    checked = next(section for section in coverage_page(parts).sections if section.name == "checked")
    assert "0.44\u00a0% of 18,240" in checked.blocks[0].sentences[0]


def test_without_a_sample_there_is_no_claim() -> None:
    sections = coverage_page(replace(coverage_parts(), confusion=None)).sections
    assert "checked" not in [section.name for section in sections]


def test_gaps_between_submissions_are_named() -> None:
    row = history_table(coverage_parts()).rows()[0]
    assert row[3] == "March 2021; August 2023"
    assert int(row[2]) == 81 - 2


def test_revisions_are_added_up_and_shown_newest_first() -> None:
    section = next(one for one in coverage_page(coverage_parts()).sections if one.name == "revised")
    assert "12.5\u00a0% of the trust and product pairs changed" in section.blocks[0].sentences[0]
    assert [row[:3] for row in section.blocks[0].folded[0].rows()] == [
        ["April 2025", "100", "35"],
        ["March 2025", "900", "90"],
    ]


def test_without_revisions_there_is_no_section_of_them() -> None:
    sections = coverage_page(replace(coverage_parts(), revised=None)).sections
    assert "revised" not in [section.name for section in sections]
