"""Bars: as long as their numbers, with their words inside the picture, under each other and never over each other."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.exhibits.bars import LETTER, Bar, draw_bars
from remission.exhibits.theme import SIZES, Width
from remission.exhibits.wording import wrapped

WIDTHS: tuple[Width, ...] = tuple(SIZES)
# Of none to five lines, so that lines and not only bars can cover each other.
WORDS = st.integers(0, 25).map(lambda number: " ".join(["label"] * number))
BARS = st.lists(st.builds(Bar, WORDS, st.floats(0, 1e6), st.text("0123%", max_size=14)), max_size=8)


def rows(bars: list[Bar], width: Width, name: str = "bars") -> list[dict[str, Any]]:
    return list(draw_bars(bars)[width]["datasets"][name])


@pytest.mark.parametrize("width", WIDTHS)
def test_half_as_much_is_half_as_long(width: Width) -> None:
    long, short, none = rows([Bar("a", 4.0, "4"), Bar("b", 2.0, "2"), Bar("c", 0.0, "0")], width)
    assert long["right"] == pytest.approx(2 * short["right"])
    assert none["right"] == 0


@given(BARS, st.sampled_from(WIDTHS))
def test_no_bar_and_no_word_leaves_the_picture(bars: list[Bar], width: Width) -> None:
    most = SIZES[width].plot
    for bar in rows(bars, width):
        assert 0 <= bar["right"] <= most
        assert bar["end"] + LETTER * len(bar["words"]) <= most


@given(BARS, st.sampled_from(WIDTHS))
def test_bars_stand_under_each_other_in_the_order_given(bars: list[Bar], width: Width) -> None:
    made = rows(bars, width)
    assert [bar["words"] for bar in made] == [bar.words for bar in bars]
    assert all(above["y2"] < below["y"] for above, below in pairwise(made))
    height = draw_bars(bars)[width]["height"]
    assert all(bar["y"] >= 0 and bar["y2"] <= height for bar in made)


@given(BARS, st.sampled_from(WIDTHS))
def test_no_line_of_words_covers_another(bars: list[Bar], width: Width) -> None:
    heights = [line["y"] for line in rows(bars, width, "lines")]
    assert all(below - above >= SIZES[width].words for above, below in pairwise(heights))


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_at_all_is_drawn_as_nothing_and_no_error(width: Width) -> None:
    assert rows([], width) == []
    assert [bar["right"] for bar in rows([Bar("a", 0.0, "0"), Bar("b", 0.0, "0")], width)] == [0, 0]


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Z")), min_size=1, max_size=120))
def test_a_long_word_is_broken_and_no_letter_of_it_is_lost(word: str) -> None:
    lines = wrapped(word)
    assert "".join(lines) == word
    assert all(len(line) <= 34 for line in lines)
