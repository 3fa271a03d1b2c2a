"""How counts come back: one panel a unit, and rules of treating again beside them, crossed only in one known unit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from remission.studies.b_cells.courses import (
    Panel,
    are_alike,
    is_reached,
    panels,
    returns,
    rules_beside,
    singles,
    unit_of,
)
from remission.studies.b_cells.load import load_b_cells
from remission.studies.claims.load import chosen_claims

ROWS, RULES = load_b_cells().counts, load_b_cells().thresholds
MEMORY_RULE = next(one for one in RULES if one.protocol.startswith("Novi"))
TOTAL_RULE = next(one for one in RULES if one.denominator == "lymphocytes")
MEMORY_ROW = next(one for one in load_b_cells().of("rituximab", "memory B") if one.statistic == "level")
TOTAL_ROW = next(one for one in load_b_cells().of("rituximab", "total B") if one.statistic == "level")


def test_a_panel_has_one_unit() -> None:
    for panel in panels(ROWS):
        assert {unit_of(row) for row in panel.rows} == {panel.unit}
    with pytest.raises(ValueError, match="one panel, and 2 units"):
        Panel(unit_of(MEMORY_ROW), (MEMORY_ROW, TOTAL_ROW))


def test_two_sources_that_do_not_tell_how_they_counted_are_two_units() -> None:
    of = {panel.unit[2]: {row.drug for row in panel.rows} for panel in panels(ROWS) if panel.unit[1] == "not told"}
    assert sorted(map(sorted, of.values())) == [["alemtuzumab"], ["cladribine"]]


@pytest.mark.parametrize("changed", [{"whom": "NMOSD"}, {"compartment": "tissue"}])
def test_a_panel_has_people_of_one_disease_and_one_place_of_counting(changed: dict[str, str]) -> None:
    other = [replace(row, **changed) for row in ROWS]  # type: ignore[arg-type]
    found = panels([*ROWS, *other])
    assert len(found) == 2 * len(panels(ROWS))
    assert len({panel.title for panel in found if panel.unit == found[0].unit}) == 2
    with pytest.raises(ValueError, match="one panel, and 2 kinds"):
        Panel(unit_of(MEMORY_ROW), (MEMORY_ROW, replace(MEMORY_ROW, **changed)))  # type: ignore[arg-type]


def test_every_number_over_time_is_in_a_panel_or_stands_alone() -> None:
    drawn = [row for panel in panels(ROWS) for row in panel.rows]
    assert not set(drawn) & set(singles(ROWS))
    assert {(row.drug, row.subset, row.months) for row in singles(ROWS)} >= {("rituximab", "memory B", 17.0)}
    assert {row.whom for row in returns(ROWS)} == {"MS", "MS and systemic sclerosis"}


def test_a_rule_in_per_cent_of_white_cells_is_not_crossed_by_a_share_of_b_cells() -> None:
    assert not are_alike(MEMORY_RULE, MEMORY_ROW)
    with pytest.raises(ValueError, match="not crossed"):
        is_reached(MEMORY_RULE, MEMORY_ROW)
    # The positive control: counted alike, the same number is held against it.
    assert is_reached(MEMORY_RULE, replace(MEMORY_ROW, denominator="PBMC"))


@pytest.mark.parametrize(
    "changed", [{"denominator": "count"}, {"subset": "total B"}, {"statistic": "left of baseline"}]
)
def test_a_count_of_all_b_cells_crosses_no_rule_of_memory_cells(changed: dict[str, str]) -> None:
    row = replace(replace(MEMORY_ROW, denominator="PBMC"), **changed)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="not crossed"):
        is_reached(MEMORY_RULE, row)


def test_in_one_unit_a_number_reaches_a_rule_or_does_not() -> None:
    assert is_reached(TOTAL_RULE, TOTAL_ROW)
    assert not is_reached(TOTAL_RULE, replace(TOTAL_ROW, value=0.5, low=0.0))


@pytest.mark.parametrize("changed", [{"value": None}, {"bound": "at most"}])
def test_a_range_or_a_bound_reaches_no_rule(changed: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="a range or a bound"):
        is_reached(TOTAL_RULE, replace(TOTAL_ROW, **changed))  # type: ignore[arg-type]


def test_of_the_rules_that_were_read_one_can_be_held_against_a_number() -> None:
    met = [one for one in rules_beside(RULES, ROWS) if one.alike]
    assert [(one.rule.protocol, [row.drug for row in one.alike]) for one in met] == [
        ("Review of 22 studies", ["rituximab"])
    ]


def test_no_rule_is_of_an_unknown_denominator_and_held_against_anything() -> None:
    unknown = [one for one in RULES if one.denominator == "not told"]
    assert unknown
    assert not any(are_alike(rule, row) for rule in unknown for row in ROWS)


def test_the_claim_that_there_is_no_marker_rests_on_these_rows() -> None:
    (claim,) = chosen_claims("no-biomarkers")
    assert claim.judged is not None
    assert claim.judged.verdict == "outdated"
    ruled = {one.source for one in RULES if one.whom == "MS" and one.kind == "treat again"}
    told = {one.source for one in load_b_cells().beside}
    # A rule in MS makes the claim outdated; what stands beside it keeps it from being wrong.
    assert claim.fact("marker-guided") is not None
    assert {one.source for one in claim.facts} <= ruled | told
    assert claim.page == "evidence/b-cells.html"
