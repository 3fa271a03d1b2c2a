"""The page of B cells: no axis said first, both sides beside each other, and every unread thing said."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from made_up.b_cells import EFFECTS, invented
from remission.evidence.pages.b_cells import NO_LEAGUE, b_cells_page, lead
from remission.evidence.recipes.b_cells.axes import axis_of
from remission.evidence.recipes.b_cells.courses import courses_of, return_bars
from remission.evidence.recipes.b_cells.rows import NOT_READ, cells_of, drug_rows
from remission.evidence.recipes.known import know
from remission.exhibits.page import Page, render_report, tables_of
from remission.inputs.provenance import Provenance
from remission.studies.b_cells.effects import effects_of_league
from remission.studies.b_cells.join import join
from remission.studies.b_cells.load import BCells, load_b_cells
from remission.studies.load import load_studies

KNOWN = know(date(2026, 11, 30))


@cache
def page() -> Page:
    return b_cells_page(KNOWN)


def text_of(page: Page) -> str:
    return html.unescape(
        re.sub(r"<[^>]+>", " ", re.sub(r"<(style|script).*?</\1>", "", render_report(page), flags=re.S))
    )


def names_of(page: Page) -> list[str]:
    return [block.picture.figure.name for section in page.sections for block in section.blocks if block.picture]


def invented_cells() -> BCells:
    return replace(load_b_cells(), counts=tuple(invented()))


def test_the_first_sentence_says_that_nothing_is_shown_and_the_second_that_there_is_no_axis() -> None:
    assert page().headlines[0].startswith("What can be read today does not show whether")
    assert ". No axis can be drawn: " in page().headlines[0]
    assert page().headlines[0] == lead(KNOWN)


def test_without_an_axis_effect_and_cells_stand_beside_each_other_and_nothing_is_drawn_through() -> None:
    assert names_of(page()) == ["effect-beside-cells", "courses", "months-until-back"]
    assert not [name for name in names_of(page()) if name.startswith("axis")]


def test_invented_numbers_that_were_counted_in_one_way_get_their_axis() -> None:
    drawn = b_cells_page(KNOWN, invented_cells(), EFFECTS)
    assert names_of(drawn)[:2] == ["effect-beside-cells", "axis-b-cells"]
    assert "no axis" not in drawn.headlines[0].lower()


def test_an_axis_cannot_be_asked_of_rows_that_carry_none() -> None:
    joined = join(load_b_cells().counts, EFFECTS)
    with pytest.raises(ValueError, match="no axis: no drug has a number counted in this way"):
        axis_of(joined, load_b_cells(), Provenance("evidence", "published", ""))


def test_every_drug_has_its_row_and_what_was_not_read_says_so() -> None:
    rows = drug_rows(load_b_cells(), effects_of_league(load_studies()))
    assert [one.name for one in rows] == [one.title for one in load_b_cells().drugs]
    unread = {one.name for one in rows if [cell.words for cell in one.cells] == [NOT_READ]}
    assert unread >= {"Ofatumumab", "Daclizumab (withdrawn)", "Glatiramer acetate"}
    assert all(one.cells for one in rows)


def test_without_a_league_effects_are_said_to_be_unknown() -> None:
    drawn = text_of(b_cells_page(KNOWN, None, {}))
    assert NO_LEAGUE in " ".join(drawn.split())
    assert NO_LEAGUE not in " ".join(text_of(page()).split())


def test_effects_come_from_the_league_of_the_studies_that_are_known() -> None:
    effects = effects_of_league(load_studies())
    (table,) = [one for one in tables_of(page().sections) if one.name == "effect-beside-cells"]
    shown = {row["drug"]: row["value"] for row in table.frame.to_dicts()}
    assert shown["Natalizumab"] == effects["natalizumab"].value
    assert shown["Stem-cell transplant"] is None
    without = load_studies().every
    fewer = know(
        date(2026, 11, 30), replace(load_studies(), every=tuple(one for one in without if one.name != "affirm"))
    )
    assert effects_of_league(fewer.studies).get("natalizumab") != effects["natalizumab"]


def test_effects_of_two_drugs_that_lower_the_cells_differ_as_is_written_beside_them() -> None:
    (written,) = [one for one in load_b_cells().beside if one.name == "same-direction"]
    assert "not the same size" in written.says
    effects = effects_of_league(load_studies())
    assert effects["interferon beta"].value - effects["dimethyl fumarate"].value > 0.1


def test_a_direction_is_drawn_with_its_denominator_in_words() -> None:
    said = [cell.words for cell in cells_of(load_b_cells().of("natalizumab", "memory B"))]
    assert "up: as a share of B cells" in said
    assert "up: as a share, of what is not told" in said
    assert not [words for words in said if words in ("up", "down")]


def test_a_direction_read_in_print_once_is_not_second_hand() -> None:
    rows = load_b_cells().of("alemtuzumab", "memory B")
    print_and_copy = [replace(rows[0], status=status, source=status) for status in ("secondary", "verified")]
    assert [cell.second_hand for cell in cells_of(print_and_copy)] == [False]
    assert [cell.second_hand for cell in cells_of(print_and_copy[:1])] == [True]


@pytest.mark.parametrize(
    ("changed", "sign"),
    [
        ({"value": 40, "bound": ""}, "down"),
        ({"value": 100, "bound": ""}, "same"),
        ({"value": 130, "bound": ""}, "up"),
        ({"value": 40, "bound": "at least"}, "none"),
        ({"value": 130, "bound": "at most"}, "none"),
        ({"value": None, "low": 110, "high": 150, "bound": ""}, "up"),
        ({"value": None, "low": 50, "high": 150, "bound": ""}, "none"),
    ],
)
def test_a_number_has_the_sign_that_all_it_allows_has(changed: dict[str, object], sign: str) -> None:
    row = replace(load_b_cells().of("cladribine", "memory B")[0], **changed)  # type: ignore[arg-type]
    assert [cell.sign for cell in cells_of([row])] == [sign]


def test_cells_of_other_people_than_with_ms_say_in_whom() -> None:
    (cell,) = cells_of(load_b_cells().of("hsct", "memory B"))
    assert cell.words.endswith("in MS and systemic sclerosis")


def test_arithmetic_on_what_was_read_in_print_is_not_second_hand() -> None:
    row = replace(load_b_cells().of("cladribine", "memory B")[0], status="derived")
    assert [cell.second_hand for cell in cells_of([row])] == [False]


def test_the_counter_evidence_stands_there_with_source_and_status() -> None:
    (table,) = [one for one in tables_of(page().sections) if one.name == "beside"]
    rows = {row["title"]: row for row in table.frame.to_dicts()}
    assert rows["It was another cell"]["status"] == "verified"
    assert rows["Fewer B cells, more relapses"]["source"].startswith("doi:10.1016/S1474-4422")
    assert all(row["source"] and row["status"] for row in rows.values())
    assert {row["speaks"] for row in rows.values()} == {"fits", "speaks against it", "neither"}


def test_what_is_only_remembered_is_on_no_page() -> None:
    # The threshold of ten cells in a microlitre was never read.
    assert "cells/uL" not in text_of(page())
    assert "unverified" not in text_of(page())


def test_rules_of_treating_again_are_crossed_by_one_number_only() -> None:
    (table,) = [one for one in tables_of(page().sections) if one.name == "rules"]
    compared = [row["compared"] for row in table.frame.to_dicts()]
    assert [one for one in compared if not one.startswith("none")] == ["Rituximab, 7 (0 to 25), in MS: reached"]


def test_a_time_that_is_known_as_a_range_only_is_no_bar_of_nothing() -> None:
    held = load_b_cells()
    row = next(one for one in held.counts if one.statistic == "months until back" and one.whom == "MS")
    ranged = replace(row, value=None, low=2.5, high=12.7, bound="")
    assert len(return_bars(replace(held, counts=(row, ranged)))) == 1


def test_counts_of_another_disease_are_no_panel_of_ms_and_say_so() -> None:
    held = load_b_cells()
    counts = (*held.counts, *(replace(row, whom="NMOSD") for row in held.counts))
    titles = [panel.title for panel in courses_of(replace(held, counts=counts), page().provenance).panels]
    assert sum("in NMOSD" in one for one in titles) == len(titles) / 2


def test_the_claims_that_rest_on_it_lead_back_and_forth() -> None:
    drawn = render_report(page())
    for name in ("no-biomarkers", "league-table", "hsct-memory-b"):
        assert f"../claim/{name}.html" in drawn
