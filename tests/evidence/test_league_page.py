"""The page of treatments compared: sorted by nothing, every row used or left out with why, no transplant in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from itertools import combinations

import polars as pl
import pytest

from remission.evidence.pages.league import FINE_PATH, PATH, QUESTION, by_dose_page, lead, league_page
from remission.evidence.pages.league_checks import checks_page
from remission.evidence.pages.league_table import table_page
from remission.evidence.recipes.known import Known, know
from remission.evidence.recipes.league.beside import besides
from remission.evidence.recipes.league.leagues import Leagues, against, main_part
from remission.evidence.recipes.league.looks import baseline_sentences, funnel_of
from remission.evidence.recipes.league.pictures import MAIN, RELAPSES, WIDE, effects_of, graph_of, grid_of, ranks_of
from remission.evidence.recipes.league.sentences import answer, hangs_on, rests_on
from remission.evidence.recipes.league.tables import splits_table, without_table
from remission.exhibits.figure import Figure
from remission.exhibits.network.graph import draw_network_graph
from remission.exhibits.network.grid import NOT_SORTED, grid_table
from remission.exhibits.page import Page, tables_of
from remission.exhibits.tables import Table
from remission.studies.league.in_short import first_may_be, told_apart
from remission.studies.league.nodes import load_nodes
from remission.studies.load import Studies, load_studies

MOST_PICTURES = 14


@cache
def known() -> Known:
    return know(date(2026, 11, 30))


@cache
def leagues() -> Leagues:
    return known().leagues("coarse")


@cache
def page() -> Page:
    return league_page(known())


@cache
def table(nodes: str) -> Page:
    return table_page(known(), nodes)


@cache
def checks() -> Page:
    return checks_page(known())


@cache
def by_dose() -> Page:
    return by_dose_page(known())


def figures(page: Page) -> dict[str, Figure]:
    blocks = [block for section in page.sections for block in section.blocks if block.picture]
    return {block.picture.figure.name: block.picture.figure for block in blocks if block.picture}


def tables(page: Page) -> dict[str, Table]:
    return {table.name: table for table in tables_of(page.sections)}


def with_ratio(study: str, value: float, low: float, high: float) -> Studies:
    """The library with another printed rate ratio of a study."""
    studies = load_studies()
    found = studies.of_name(study)
    numbers = tuple(
        replace(one, value=value, low=low, high=high) if one.what == "relapse-rate-ratio" else one
        for one in found.numbers
    )
    assert numbers != found.numbers
    return studies.with_study(replace(found, numbers=numbers))


# ---------------------------------------------------------------- the answer


def test_the_answer_counts_what_the_league_has() -> None:
    part = main_part(leagues().relapse)
    assert part is not None
    told, pairs = told_apart(part)
    assert pairs == len(list(combinations([one for one in part.names if one != "placebo"], 2)))
    assert page().headlines == [answer(leagues())] == [lead(known())]
    assert f"of the {pairs} pairs of treatments {pairs - told} cannot be told apart" in page().headlines[0]
    first = first_may_be(part)
    assert len(first) > 1
    assert f"{len(first)} treatments may each be first" in page().headlines[0]


def test_one_changed_trial_changes_the_answer_and_whom_a_cell_favours() -> None:
    before = against(leagues().relapse, "natalizumab", "placebo")
    assert before.favours == "natalizumab"
    turned = Leagues(with_ratio("affirm", 3.0, 2.5, 3.6), "coarse")
    assert against(turned.relapse, "natalizumab", "placebo").favours == "placebo"
    frame = grid_table(grid_of(turned, "g", "G"), known().provenance).frame
    row = frame.filter((pl.col("one") == "placebo") & (pl.col("other") == "natalizumab")).to_dicts()[0]
    assert row["upper_favours"] == "placebo"
    assert answer(turned) != answer(leagues())


def test_in_short_is_short_and_says_what_the_page_does_not_hold() -> None:
    for one in (page(), by_dose()):
        assert len(one.headlines) == 1
        assert len(one.in_short) <= 4
        assert any("Harm" in said for said in one.in_short)


def test_it_says_which_one_trial_most_of_it_hangs_on() -> None:
    assert hangs_on(leagues()) == "One trial (BRAVO 2014) is all that leads from placebo to 9 treatments."
    assert hangs_on(leagues()) in page().in_short


# ---------------------------------------------------------------- order


def test_nothing_is_sorted_by_effect() -> None:
    places = load_nodes("coarse").places
    grid = grid_of(leagues(), "g", "G")
    effects = effects_of("e", "E", "", [(MAIN, leagues().relapse), (WIDE, leagues().wide)], RELAPSES)
    orders = [
        list(grid.treatments),
        [line.name for line in effects.lines],
        [line.name for line in ranks_of(leagues().relapse, "r", "R").lines],
        [one.name for one in graph_of(leagues(), leagues().relapse, "n", "N").treatments],
    ]
    for names in orders:
        assert names == sorted(names, key=places.__getitem__)
    # The control: sorting would show, for the order of the effects is another one.
    numbers = {line.name: line.effects[1].ratio.value or 0.0 for line in effects.lines}
    assert list(numbers) != sorted(numbers, key=lambda name: numbers[name])
    assert list(numbers) != sorted(numbers, key=lambda name: -numbers[name])


# ---------------------------------------------------------------- transplants


def named_in(table: Table) -> set[str]:
    """Treatments that a table of the network has a row or a column for."""
    columns = [one for one in ("name", "one", "other", "treatment", "comparator") if one in table.frame.columns]
    return {str(value) for column in columns for value in table.frame[column]}


IN_NETWORK = ("against-placebo", "worsening", "league-table", "network", "ranks", "baseline-risk", "small-trials",
              "direct-indirect", "without-each", "used-relapses", "used-relapses-counted", "used-12-weeks",
              "used-24-weeks", "treatments")  # fmt: skip
WORDS = ("transplant", "hsct", "ahsct", "continued dmt", "mist", "astims")


def test_no_transplant_is_in_any_network_and_all_stand_beside() -> None:
    found = tables(page()) | tables(table("coarse")) | tables(checks())
    for name in IN_NETWORK:
        said = {one.lower() for one in named_in(found[name])}
        assert said
        assert not [one for one in said for word in WORDS if word in one], name
    # The control: the same words are found where transplants do stand.
    beside = {str(value).lower() for value in found["transplant-why"].frame["title"]}
    assert any("mist" in one for one in beside)
    assert any("astims" in one for one in beside)
    assert any("transplant" in str(value) for value in found["transplant"].caption.lower().split())


def test_trials_of_transplants_stand_before_cohorts_and_say_why_they_are_apart() -> None:
    found = besides(leagues())
    kinds = [one.evidence for one in found]
    assert kinds == sorted(kinds, key=lambda kind: kind != "trial")
    assert set(kinds) == {"trial", "cohort"}
    assert all(one.why for one in found)


# ---------------------------------------------------------------- every row


def test_the_table_says_of_how_many_two_can_be_told_apart() -> None:
    frame = tables(table("coarse"))["league-table"].frame
    told = frame.filter(~pl.col("upper_favours").is_in(["neither: the interval holds 1", "no usable number"])).height
    pairs = frame.filter(pl.col("upper_value").is_not_null()).height
    assert f"By relapses {told} of {pairs} pairs" in table("coarse").headlines[0]
    assert NOT_SORTED in table("coarse").in_short


@pytest.mark.parametrize("which", ["coarse", "fine"])
def test_every_comparison_is_used_or_left_out_with_its_reason(which: str) -> None:
    league = known().leagues(which).relapse
    found = tables(page() if which == "coarse" else by_dose())
    assert found["used-relapses"].frame.height + found["left-out"].frame.height == len(league.rows)
    assert all(found["left-out"].frame["why"])
    assert all(found["used-relapses"].frame["error_from"] != "not known")
    assert all(found["used-relapses"].frame["method"])


def test_main_has_printed_intervals_only_and_the_wider_says_which_it_counted() -> None:
    found = tables(page())
    assert "Poisson" not in set(found["used-relapses"].frame["error_from"])
    assert "Poisson" in set(found["used-relapses-counted"].frame["error_from"])
    rows = found["against-placebo"].frame
    fumarate = rows.filter(rows["name"] == "dimethyl fumarate").to_dicts()
    assert [one["series"] for one in fumarate] == [MAIN, WIDE]
    assert (fumarate[0]["value"], fumarate[0]["favours"]) == (None, "no usable number")
    assert fumarate[1]["value"] < 1


def test_each_dose_by_itself_falls_apart_and_says_so() -> None:
    assert any("they stand apart" in said for said in by_dose().in_short)
    assert "treatments that trials join to placebo" in by_dose().headlines[0]
    assert "No trial leads from the rest to" in figures(by_dose())["network"].subtitle
    rows = tables(table("fine"))["league-table"].frame
    pair = rows.filter((rows["one"] == "natalizumab") & (rows["other"] == "ocrelizumab")).to_dicts()
    assert pair[0]["upper_favours"] == "joined by no trial"


# ---------------------------------------------------------------- second looks


def test_the_checks_say_what_they_found_and_how_few_can_be_checked() -> None:
    part = main_part(leagues().wide)
    assert part is not None
    assert checks().headlines == [
        "No check finds trials at odds with each other. But of 171 comparisons only "
        f"{len(part.splits)} can be checked in two ways."
    ]


def test_splits_are_told_against_placebo_where_it_is_one_of_the_two() -> None:
    part = main_part(leagues().wide)
    assert part is not None
    table = splits_table(part, "s", known().provenance).frame
    assert table.height == len(part.splits) > 0
    assert "placebo" not in set(table["one"])
    assert "placebo" in set(table["other"])
    # Half as many relapses on dimethyl fumarate, and not twice as many on placebo.
    fumarate = table.filter((table["one"] == "dimethyl fumarate") & (table["other"] == "placebo")).to_dicts()
    assert fumarate[0]["direct"].startswith("0.5")


def test_without_a_trial_that_alone_leads_to_it_a_treatment_is_gone() -> None:
    rows = {row["name"]: row for row in without_table(leagues().relapse, "w", known().provenance).frame.to_dicts()}
    assert rows["natalizumab"]["alone"] == "AFFIRM 2006"
    assert "BRAVO 2014" in rows["ocrelizumab"]["alone"]
    assert rows["alemtuzumab"]["least_value"] < rows["alemtuzumab"]["most_value"]


def test_baseline_risk_stands_on_and_off_beside_each_other() -> None:
    rows = tables(checks())["baseline-risk"].frame
    assert rows["series"].n_unique() == 2
    assert rows.height == 2 * rows["name"].n_unique()
    said = baseline_sentences(leagues().wide.baseline)
    assert "these say nothing of the slope" in said[0]
    assert "a year without the slope" in said[1]


def test_the_funnel_has_every_contrast_and_draws_counted_errors_open() -> None:
    funnel = funnel_of(leagues().wide, "f", "F")
    part = main_part(leagues().wide)
    assert funnel is not None
    assert part is not None
    assert len(funnel.trials) == len(part.random.trials.studies)
    counted = {row.study.title for row in part.rows if row.basis == "Poisson"}
    assert {one.name for one in funnel.trials if one.counted} == counted != set()


# ---------------------------------------------------------------- the pages


def test_both_pages_lead_to_each_other_and_are_few_pictures() -> None:
    assert (page().title, page().path, by_dose().path) == (QUESTION, PATH, FINE_PATH)
    said = [[str(one) for section in each.sections for block in section.blocks for one in block.sentences]
            for each in (page(), by_dose())]  # fmt: skip
    assert any(FINE_PATH in one for one in said[0])
    assert any(PATH in one for one in said[1])
    every = (page(), by_dose(), checks(), table("coarse"), table("fine"))
    assert sum(len(figures(one)) for one in every) <= MOST_PICTURES


def test_every_picture_has_its_twin_and_says_that_numbers_are_published() -> None:
    every = (page(), by_dose(), checks(), table("coarse"), table("fine"))
    for one in (figure for each in every for figure in figures(each).values()):
        assert one.table.frame.height > 0
        assert one.provenance.kind == "published"


def test_trials_whose_people_were_not_found_are_named_and_not_counted_as_nobody() -> None:
    said = rests_on(leagues())
    assert "not counting ALLEGRO 2012 and GEMINI pooled 2025, whose groups' sizes were not found" in said
    graph = draw_network_graph(graph_of(leagues(), leagues().relapse, "n", "N"), known().provenance)
    assert "as far as their number was found" in graph.description
