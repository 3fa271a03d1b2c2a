"""The pictures of a target trial from plain data: how alike groups are, and whether either strategy was possible."""

from __future__ import annotations

import json
import math

import altair
import pytest

from remission.exhibits.figure import Figure
from remission.exhibits.love_plot import Alike, draw_love_plot
from remission.exhibits.overlap import Overlap, draw_overlap
from remission.exhibits.theme import SIZES, Width
from remission.inputs.provenance import Provenance

MADE_UP = Provenance("made-up", "simulated", "")
NAMES = ("HSCT", "Other")
ROWS = [
    Alike("Age", 35.0, 42.0, -0.71, 38.0, 38.0, -0.001),
    Alike("The same in everybody", 1.0, 1.0, math.nan, 1.0, 1.0, math.nan),
]


def love_plot() -> Figure:
    return draw_love_plot(ROWS, NAMES, MADE_UP)


def overlap() -> Figure:
    return draw_overlap(Overlap.of(NAMES, [0.02, 0.51, 0.52, 1.0], [False, True, False, True]), MADE_UP)


@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("figure", [love_plot(), overlap()])
def test_every_spec_is_vega_lite_and_says_what_its_rows_are(figure: Figure, width: Width) -> None:
    altair.Chart.from_dict(json.loads(json.dumps(figure.spec(width))))
    assert "SIMULATED" in figure.svg(width)


def test_the_table_has_a_dash_where_nothing_varies_and_no_minus_before_a_zero() -> None:
    first, second = love_plot().table.rows()
    assert first == ["Age", "35.00", "42.00", "−0.71", "38.00", "38.00", "0.00"]
    assert (second[3], second[6]) == ("–", "–")
    assert "the largest is 0.71 as treated, and 0.00 after" in love_plot().description


def test_what_does_not_vary_has_no_point() -> None:
    points = love_plot().specs["wide"]["datasets"]
    assert len(points["before"]) == len(points["after"]) == len(points["ways"]) == 1


def test_everybody_is_counted_in_a_bin_and_bins_of_one_side_are_told() -> None:
    shown = Overlap.of(NAMES, [0.0, 0.02, 0.51, 0.52, 1.0], [True, False, True, False, True])
    assert sum(shown.treated) == 3
    assert sum(shown.others) == 2
    assert "2 of the 3 that hold anybody" in draw_overlap(shown, MADE_UP).description
    assert draw_overlap(shown, MADE_UP).table.rows()[-1][1:] == ["1", "0"]


def test_bars_are_shares_so_that_a_few_are_seen_beside_thousands() -> None:
    few, thousands = [0.02, 0.12], [0.02] * 3_000 + [0.12] * 1_000
    shown = Overlap.of(NAMES, [*few, *thousands], [True] * 2 + [False] * 4_000)
    bars = draw_overlap(shown, MADE_UP).specs["wide"]["datasets"]["bars"]
    assert [one["y2"] for one in bars] == [0.5, -0.75, 0.5, -0.25]


def test_trials_are_not_called_people() -> None:
    shown = Overlap.of(NAMES, [0.02, 0.51, 0.52, 1.0], [False, True, False, True], "trials")
    figure = draw_overlap(shown, MADE_UP)
    assert figure.subtitle.startswith("Up: trials on HSCT. Down: Other. Each as a share of its own. Where")
    assert figure.table.caption == "Trials by their chance of HSCT."
    assert all(">share of trials</text>" in figure.svg(width) and "people" not in figure.svg(width) for width in SIZES)
