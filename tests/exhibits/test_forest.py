"""A forest: places in the plot, squares and diamonds, what is cut, and the words beside."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.synthesis import FOREST, LINES, POOLED, PUBLISHED, SCALE, STUDIES
from remission.exhibits.synthesis.forest import Forest, description, draw_forest
from remission.exhibits.synthesis.forest_rows import COLUMNS
from remission.exhibits.synthesis.lines import SCHEMA, Line, lines_frame, value_words
from remission.exhibits.synthesis.scales import Scale
from remission.exhibits.theme import PAPER, SIZES, Width

WIDTHS: tuple[Width, ...] = tuple(SIZES)
NUMBERS = st.floats(0.0001, 0.9, allow_nan=False)


def data(forest: Forest, width: Width = "wide") -> dict[str, list[dict[str, Any]]]:
    drawn: dict[str, list[dict[str, Any]]] = draw_forest(forest, PUBLISHED).specs[width]["datasets"]
    return drawn


@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS).map(sorted), min_size=1, max_size=6), st.sampled_from(WIDTHS))
def test_no_mark_leaves_the_plot_and_order_is_kept(numbers: list[list[float]], width: Width) -> None:
    lines = [Line(name=f"{at}", role="study", low=low, value=value, high=high, n=10)
             for at, (low, value, high) in enumerate(numbers)]  # fmt: skip
    drawn = data(replace(FOREST, lines=lines), width)
    left, right = COLUMNS[SIZES[width].wide].plot
    assert all(left <= row["x"] <= row["x2"] <= right for row in drawn["intervals"])
    assert all(left <= row["x"] <= right for row in drawn["squares"])
    heights = [row["y"] for row in drawn["squares"]]
    assert heights == sorted(heights)
    assert len(set(heights)) == len(lines)


def test_an_interval_that_is_cut_has_an_arrow() -> None:
    long = Line(name="Tiny", role="study", value=0.5, low=0.01, high=0.99, n=2)
    scale = Scale.of("Died", "small share", [0.5, 0.01, 0.99])
    assert scale.ends[1] == 0.4
    assert [row["shape"] for row in data(replace(FOREST, lines=[long], scale=scale))["arrows"]] == ["triangle-right"]
    assert data(FOREST)["arrows"] == []


def test_a_study_outside_the_pool_is_hollow_and_one_inside_is_filled() -> None:
    fills = [row["fill"] == PAPER for row in data(FOREST)["squares"]]
    assert fills == [line.role == "apart" for line in STUDIES]


def test_what_was_not_read_in_print_has_a_sign_that_the_picture_explains() -> None:
    words = [row["words"] for row in data(FOREST)["words"]]
    assert "Beta *" in words
    assert "Alpha" in words
    assert draw_forest(FOREST, PUBLISHED).subtitle.endswith("*\u00a0second-hand.")
    assert "second-hand" not in draw_forest(replace(FOREST, lines=STUDIES[:1]), PUBLISHED).subtitle


def test_squares_grow_with_the_weight() -> None:
    sizes = [row["size"] for row, line in zip(data(FOREST)["squares"], STUDIES, strict=True) if line.weight]
    assert sizes == sorted(sizes)


def test_a_pooled_line_is_a_diamond_as_wide_as_its_interval() -> None:
    corners = [row["x"] for row in data(FOREST)["diamonds"]][:3]
    left, right = COLUMNS[True].plot
    expected = [left + SCALE.place(one) * (right - left) for one in (0.001, 0.0038, 0.014)]
    assert corners == pytest.approx(expected, abs=0.01)


def test_a_prediction_is_a_dashed_line_without_a_point() -> None:
    dashed = [row for row in data(FOREST)["intervals"] if row["dash"] != [1, 0]]
    assert len(dashed) == 1
    assert len(data(FOREST)["squares"]) == len(STUDIES)


def test_a_study_without_an_interval_says_so_and_has_no_line() -> None:
    bare = Line(name="Bare", role="apart", value=0.77, n=41)
    scale = Scale.of("Free", "share", [0.77])
    drawn = data(replace(FOREST, lines=[bare], scale=scale))
    assert drawn["intervals"] == []
    assert "77.0\u00a0% (no interval printed)" in [row["words"] for row in drawn["words"]]


def test_a_study_without_a_number_says_why_and_has_no_point() -> None:
    drawn = data(replace(FOREST, lines=[Line(name="None", role="apart", why="not read")]))
    assert drawn["squares"] == []
    assert "not read" in [row["words"] for row in drawn["words"]]


def test_an_unusual_level_stands_beside_its_interval() -> None:
    line = Line(name="HALT-MS", role="study", value=0.692, low=0.502, high=0.821, level=0.9)
    assert value_words(line, Scale.of("", "share", [])) == "69.2\u00a0% (90\u00a0% interval 50.2 to 82.1)"


@pytest.mark.parametrize("width", WIDTHS)
def test_changing_a_number_changes_the_picture_the_words_and_the_table(width: Width) -> None:
    other = replace(STUDIES[1], events=2, value=2 / 21)
    changed = replace(FOREST, lines=[STUDIES[0], other, *LINES[2:]])
    before, after = data(FOREST, width), data(changed, width)
    assert before["squares"] != after["squares"]
    assert "2 / 21" in [row["words"] for row in after["words"]]
    assert "2 / 21" in draw_forest(changed, PUBLISHED).table.html()


def test_the_description_says_every_pooled_line() -> None:
    said = description(FOREST)
    assert said.startswith("Forest plot. 3 studies in the pool; 1 shown beside it.")
    for line in POOLED:
        assert value_words(line, SCALE) in said


def test_lines_of_a_group_stand_under_its_heading() -> None:
    lines = [replace(STUDIES[0], group="low"), replace(STUDIES[1], group="low"), replace(STUDIES[2], group="high")]
    bold = [row["words"] for row in data(replace(FOREST, lines=lines))["words"] if row["weight"] == "bold"]
    assert bold == ["low", "high"]


def test_every_field_of_a_line_is_a_column() -> None:
    assert set(lines_frame(LINES).columns) == set(SCHEMA) == set(Line.__dataclass_fields__)


@given(st.sampled_from(["small share", "share", "ratio"]), st.lists(st.floats(0, 1), max_size=5))
def test_a_scale_goes_up_and_its_ticks_lie_in_the_plot(kind: Any, values: list[float]) -> None:
    scale = Scale.of("", kind, values)
    low, high = scale.ends
    assert scale.place(low) == pytest.approx(0)
    assert scale.place(high) == pytest.approx(1)
    places = [scale.place(tick) for tick in scale.ticks(0.15)]
    assert len(places) > 1
    assert all(after - before >= 0.15 - 1e-9 or before == 0 for before, after in pairwise(places))
    assert all(-1e-9 <= place <= 1 + 1e-9 for place in places)
    assert places == sorted(places)
