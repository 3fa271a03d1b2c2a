"""Pictures of a network: order never by effect, each cell names the treatment that it favours, a rank is no effect."""

from __future__ import annotations

import html
import io
import json
import re
from dataclasses import replace
from functools import cache
from typing import Any

import altair
import polars as pl
import pytest

from made_up import network_pictures as made
from remission.exhibits.figure import Figure
from remission.exhibits.network.comparison_funnel import draw_comparison_funnel, funnel_words
from remission.exhibits.network.effects import draw_effects
from remission.exhibits.network.graph import draw_network_graph, places
from remission.exhibits.network.grid import NEITHER, NOT_SORTED, draw_league_grid, tables_of_each
from remission.exhibits.network.rank_picture import NO_EFFECT, draw_ranks
from remission.exhibits.network.ratios import Ratio
from remission.exhibits.theme import FAVOURS_COLUMN, FAVOURS_ROW, PAPER, SIZES, Width

WIDTHS: tuple[Width, ...] = tuple(SIZES)
KINDS = range(5)


@cache
def pictures() -> tuple[Figure, ...]:
    return made.pictures()


@cache
def svg(kind: int, width: Width) -> str:
    return pictures()[kind].svg(width)


def rows(figure: Figure, layer: str, width: Width = "wide") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = figure.specs[width]["datasets"][layer]
    return found


def words(figure: Figure, width: Width = "wide") -> list[str]:
    return [row["words"] for row in rows(figure, "words", width)]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_spec_is_vega_lite_as_altair_knows_it(kind: int, width: Width) -> None:
    altair.Chart.from_dict(json.loads(json.dumps(pictures()[kind].spec(width))))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", KINDS)
def test_it_fits_the_page_and_the_phone(kind: int, width: Width) -> None:
    found = re.search(r'viewBox="0 0 (\d+)', svg(kind, width))
    assert found is not None
    assert int(found[1]) <= (900 if width == "wide" else 366)


@pytest.mark.parametrize("kind", KINDS)
def test_picture_table_and_csv_say_that_the_numbers_are_invented(kind: int) -> None:
    figure = pictures()[kind]
    assert figure.provenance.mark in html.unescape(svg(kind, "wide"))
    assert set(pl.read_csv(io.StringIO(figure.table.csv()))["standing"]) == {"simulated"}


# ---------------------------------------------------------------- order


def test_no_picture_sorts_treatments_by_effect() -> None:
    """Beta does most and Gamma harms; they stand where they were put."""
    assert list(made.AGAINST) != sorted(made.AGAINST, key=lambda one: made.AGAINST[one])
    effects, grid, graph, ranks, _ = pictures()
    assert [one for one in words(effects) if one in made.NAMES] == list(made.NAMES[1:])
    assert [one for one in words(grid) if one in made.NAMES] == list(made.NAMES)
    assert [one for one in words(grid, "narrow") if one in made.NAMES] == list(made.NAMES[1:])
    assert [one for one in words(ranks) if one in made.NAMES] == list(made.NAMES)
    assert [one.partition(" (")[0] for one in words(graph)] == list(made.NAMES)
    assert list(dict.fromkeys(effects.table.frame["name"])) == list(made.NAMES[1:])
    assert ranks.table.frame["name"].to_list() == list(made.NAMES)


def test_the_grid_and_its_tables_say_that_they_are_not_sorted() -> None:
    grid = pictures()[1]
    assert NOT_SORTED in grid.subtitle
    notes = {table.note for table in (grid.table, *tables_of_each(made.GRID, made.INVENTED))}
    assert notes == {f"{NOT_SORTED} {NEITHER}"}


# ---------------------------------------------------------------- what a cell favours


def test_a_cell_names_the_treatment_that_its_whole_interval_favours() -> None:
    found = {(row["one"], row["other"]): row for row in pictures()[1].table.frame.to_dicts()}
    assert len(found) == 10
    # Of the row against the column: placebo had more relapses than Beta, and fewer than Gamma.
    assert found["placebo", "Beta"]["upper_words"] == "3.33 (2.44 to 4.55)"
    assert found["placebo", "Beta"]["upper_favours"] == "Beta"
    assert found["placebo", "Gamma"]["upper_favours"] == "placebo"
    assert found["placebo", "Delta"]["upper_favours"] == "neither: the interval holds 1"
    assert found["Beta", "Alpha"]["upper_favours"] == "Beta"
    assert found["Beta", "Alpha"]["lower_favours"] == "neither: the interval holds 1"
    assert found["Gamma", "Delta"]["lower_favours"] == "not estimable"


def test_every_cell_of_the_twin_says_in_words_whom_it_favours() -> None:
    said = {(row[0], row[1]): row[2:] for row in pictures()[1].table.rows()}
    assert said["placebo", "Beta"][0] == "3.33 (2.44 to 4.55), favours Beta"
    assert said["placebo", "Delta"] == ["1.11 (0.86 to 1.43), favours neither", "not estimable"]


def test_a_number_without_an_interval_favours_nobody() -> None:
    assert Ratio("A", "B", 0.5).favours == ""
    assert Ratio("A", "B", 0.5).favours_words == "not known: no interval printed"
    assert Ratio("A", "B", 0.5, 0.3, 1.0).favours == ""


def boxes(figure: Figure) -> dict[tuple[int, int], str]:
    """The fill of each cell that has one, by row and column; the diagonal has a box in every row and column."""
    every = rows(figure, "boxes")
    columns, lines = (sorted({row[end] for row in every}) for end in ("x", "y"))
    assert len(columns) == len(lines) == len(made.NAMES)
    found = [row for row in every if row["fill"] in (FAVOURS_ROW, FAVOURS_COLUMN)]
    return {(lines.index(row["y"]), columns.index(row["x"])): row["fill"] for row in found}


def test_colour_arrow_and_bold_of_a_cell_say_the_same() -> None:
    grid = pictures()[1]
    fills = boxes(grid)
    for row, column, ratio in made.GRID.cells():
        expected = {ratio.one: FAVOURS_ROW, ratio.other: FAVOURS_COLUMN}.get(ratio.favours, PAPER)
        assert fills.get((row, column), PAPER) == expected
    favoured = sum(bool(ratio.favours) for _, _, ratio in made.GRID.cells())
    arrows = [row["shape"] for row in rows(grid, "points")]
    assert len(arrows) == favoured == 11
    # To the left end of the row for its own name, up for that of the column.
    assert arrows.count("triangle-left") == sum(fill == FAVOURS_ROW for fill in fills.values())
    assert arrows.count("triangle-up") == sum(fill == FAVOURS_COLUMN for fill in fills.values())


def test_each_triangle_has_its_own_outcome() -> None:
    cells = {(row, column): ratio for row, column, ratio in made.GRID.cells()}
    place = {name: at for at, name in enumerate(made.NAMES)}
    above, below = cells[place["Beta"], place["Alpha"]], cells[place["Alpha"], place["Beta"]]
    assert (above.one, above.value, below.one) == ("Beta", 0.5, "Alpha")
    # What is known the other way round is turned: Beta had 0.75 times as much as Alpha.
    assert below.value == pytest.approx(1 / 0.75)


def test_a_reader_of_one_treatment_finds_it_against_each_other() -> None:
    tables = tables_of_each(made.GRID, made.INVENTED)
    assert [table.caption for table in tables] == [
        f"{one} against each of the others." for one in ("Placebo", *made.NAMES[1:])
    ]
    alpha = tables[4].frame
    assert alpha["other"].to_list() == ["placebo", "Gamma", "Beta", "Delta"]
    assert alpha["upper_favours"].to_list() == ["Alpha", "Alpha", "Beta", "Alpha"]


# ---------------------------------------------------------------- each picture


def test_a_number_of_the_wider_analysis_is_open_and_dashed() -> None:
    effects = pictures()[0]
    dashed = [row["dash"] for row in rows(effects, "rules") if row["thick"] == 1.8]
    # Two of the key, then a pair for each treatment, but for one that the wider analysis does not have.
    assert dashed.count([1, 0]) == 1 + 4
    assert dashed.count([4, 3]) == 1 + 3
    fills = [row["fill"] == PAPER for row in rows(effects, "points")]
    assert fills.count(True) == 1 + 3


def test_what_there_is_no_number_for_says_why() -> None:
    row = pictures()[0].table.frame.filter(pl.col("name") == "Delta").to_dicts()[1]
    assert (row["words"], row["favours"]) == ("no trial", "no trial")


def test_an_interval_beyond_the_plot_ends_in_an_arrow() -> None:
    wide = replace(made.EFFECTS.lines[0].effects[0], ratio=Ratio("Gamma", "placebo", 1.6, 0.001, 400))
    line = replace(made.EFFECTS.lines[0], effects=[wide])
    drawn = draw_effects(replace(made.EFFECTS, series=made.EFFECTS.series[:1], lines=[line]), made.INVENTED)
    assert {"triangle-left", "triangle-right"} <= {row["shape"] for row in rows(drawn, "points")}


def test_a_phone_names_a_column_of_counts_only_where_there_is_one() -> None:
    assert any("Right, above: trials" in one for one in words(pictures()[0], "narrow"))
    without = draw_effects(replace(made.EFFECTS, counted=""), made.INVENTED)
    assert not any("Right" in one for one in words(without, "narrow"))


def test_the_axis_always_says_where_1_is() -> None:
    for width in WIDTHS:
        assert "1" in words(pictures()[0], width)


def test_a_line_is_as_thick_as_it_has_trials_and_says_how_many() -> None:
    graph = pictures()[2]
    thick = [row["thick"] for row in rows(graph, "rules")]
    assert thick == pytest.approx([1.2, 4.4, 2.8, 1.2, 1.2])
    assert [row["words"] for row in rows(graph, "halos")] == ["3", "2"]
    # A trial with three arms stands at two lines and is one trial.
    assert graph.subtitle.startswith("5 treatments, 7 studies.")


def test_the_ring_is_the_same_on_every_run_and_begins_at_the_top() -> None:
    ring = (100.0, 100.0, 50.0, 50.0)
    found = places(made.GRAPH, ring)
    assert found == places(made.GRAPH, ring)
    assert found["placebo"] == (100, 50)
    assert len(set(found.values())) == 5


def test_the_reference_is_marked_without_colour() -> None:
    graph = draw_network_graph(made.GRAPH, made.INVENTED)
    at = next((row["x"], row["y"]) for row in rows(graph, "points"))
    assert sum((row["x"], row["y"]) == at for row in rows(graph, "points")) == 2
    bold = [row["words"] for row in rows(graph, "words") if row["weight"] == "bold"]
    assert bold == ["placebo (900)"]


@pytest.mark.parametrize("width", WIDTHS)
def test_ranks_say_that_a_rank_is_no_effect_and_show_their_span(width: Width) -> None:
    ranks = draw_ranks(made.RANKS, made.INVENTED)
    assert NO_EFFECT in ranks.subtitle
    assert NO_EFFECT in ranks.table.note
    bars = [row for row in rows(ranks, "rules", width) if row["thick"] == 3.5]
    spans = [round((row["x2"] - row["x"] + 2) / (bars[1]["x2"] - bars[1]["x"] + 2)) for row in bars]
    assert spans == [line.high - line.low + 1 for line in made.RANKS.lines]
    assert [one.words for one in made.RANKS.lines] == ranks.table.frame["span"].to_list()


def test_the_funnel_names_who_lies_beyond_chance() -> None:
    assert funnel_words(made.FUNNEL) == "4 comparisons, 1 beyond what chance allows: T5."
    drawn = draw_comparison_funnel(made.FUNNEL, made.INVENTED)
    assert [row["shape"] for row in rows(drawn, "points")].count("diamond") == 1
    assert "T5" in words(drawn)
    assert drawn.table.frame["outside"].to_list() == ["no", "no", "yes", "no"]


def test_a_grid_of_many_writes_codes_and_a_key() -> None:
    names = tuple(f"treatment number {at}" for at in range(24))
    grid = replace(made.GRID, treatments=names, reference=names[0], upper={}, lower={},
                   short={one: f"T{at}" for at, one in enumerate(names)})  # fmt: skip
    said = words(draw_league_grid(grid, made.INVENTED))
    assert said.count("T5") == 2
    assert any("T5\u00a0treatment\u00a0number\u00a05" in one for one in said)
