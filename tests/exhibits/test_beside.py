"""Printed numbers beside simulated ones: what was fitted is told apart by shape and words, what is missed is named."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import altair
import polars as pl
import pytest

from remission.exhibits.figure import Figure
from remission.exhibits.tables import Table, shows
from remission.exhibits.theme import SIZES, Width
from remission.exhibits.trials.beside import Beside, Pair, draw_beside
from remission.inputs.provenance import Provenance

MADE_UP = Provenance("made-up", "simulated", "")
FITTED = Pair("First arm", "free of it", 80, (70, 90), False, 79, fitted=True, agrees=True)
MISSED = Pair("Second arm", "free of it", 50, (45, 55), True, 60, fitted=False, agrees=False)
WITHIN = replace(MISSED, arm="Third arm", simulated=52, agrees=True)
SHOWN = Beside("Title", "Subtitle", [FITTED, MISSED, WITHIN], (0, 50, 100))


def drawn() -> Figure:
    table = Table("near", "Near.", pl.DataFrame({"arm": ["First arm"]}), (shows("arm", words=True),), MADE_UP)
    return draw_beside(SHOWN, table, MADE_UP)


def rows(width: Width) -> dict[str, Any]:
    return dict(drawn().specs[width]["datasets"])


@pytest.mark.parametrize("width", SIZES)
def test_the_spec_is_vega_lite_and_says_what_its_rows_are(width: Width) -> None:
    altair.Chart.from_dict(json.loads(json.dumps(drawn().spec(width))))
    assert "SIMULATED" in drawn().svg(width)


@pytest.mark.parametrize("width", SIZES)
def test_fitted_and_not_fitted_have_shapes_of_their_own_which_their_headings_carry(width: Width) -> None:
    # A mark in the heading of each group, then those of its rows.
    assert [one["shape"] for one in rows(width)["simulated"]] == ["circle"] * 2 + ["diamond"] * 3
    bold = [one["words"] for one in rows(width)["words"] if one["weight"] == "bold"]
    assert bold == ["Fitted to these", "Nothing was fitted to these", "outside chance: 10 too high"]


@pytest.mark.parametrize("width", SIZES)
def test_each_number_stands_where_its_value_says_and_a_computed_interval_is_dashed(width: Width) -> None:
    data = rows(width)
    ticks = {one["x"] for one in data["grid"]}
    left, right = min(ticks), max(ticks)

    def across(value: float) -> float:
        return left + value / 100 * (right - left)

    # The first of each layer is of the key, and each group begins with the mark of its heading.
    assert [one["x"] for one in data["printed"][1:]] == pytest.approx([across(one.printed) for one in SHOWN.pairs])
    simulated = [data["simulated"][at]["x"] for at in (1, 3, 4)]
    assert simulated == pytest.approx([across(one.simulated) for one in SHOWN.pairs])
    ends = [end for one in data["intervals"][1:] for end in (one["x"], one["x2"])]
    assert ends == pytest.approx([across(end) for one in SHOWN.pairs for end in one.limits])
    assert [one["dash"] == [1, 0] for one in data["intervals"]] == [True, True, False, False]


@pytest.mark.parametrize("width", SIZES)
def test_marks_of_a_row_stand_at_one_height_and_no_words_run_through_them_on_a_phone(width: Width) -> None:
    data = rows(width)
    heights = [one["y"] for one in data["printed"][1:]]
    assert heights == sorted(set(heights))
    assert heights == [one["y"] for one in data["intervals"][1:]]
    assert set(heights) <= {one["y"] for one in data["simulated"]}
    if width == "narrow":
        letters = SIZES[width].words
        assert all(abs(one["y"] - at) > letters / 2 for one in data["words"] for at in heights)


def test_what_is_missed_is_told_to_those_who_do_not_see_the_picture() -> None:
    assert drawn().description == (
        "3 printed numbers, each with the simulated one beside it. "
        "1 outside of chance: Second arm, free of it, outside chance: 10 too high."
    )


def test_a_number_beyond_the_axis_is_refused_for_it_would_be_drawn_at_its_end() -> None:
    with pytest.raises(ValueError, match="First arm, free of it: beyond the axis, which ends at 50"):
        replace(SHOWN, ticks=(0, 50))
    # The printed one lies at the end of this axis, and the simulated one beyond.
    with pytest.raises(ValueError, match="Second arm"):
        replace(SHOWN, pairs=[MISSED], ticks=(0, 50))
