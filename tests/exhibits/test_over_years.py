"""Shares over years: only printed points, hollow where second-hand, a letter for each group."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from made_up.synthesis import PUBLISHED, YEARS
from remission.exhibits.synthesis.over_years import OverYears, Series, draw_over_years
from remission.exhibits.theme import PAPER, SIZES, Width


def points(shown: OverYears, width: Width = "wide") -> list[dict[str, Any]]:
    return list(draw_over_years(shown, PUBLISHED).specs[width]["datasets"]["points"])


@pytest.mark.parametrize("width", list(SIZES))
def test_there_are_as_many_points_as_were_printed(width: Width) -> None:
    drawn = points(YEARS, width)
    assert [(row["x"], row["y"], row["letter"]) for row in drawn] == [(5, 0.73, "A"), (10, 0.65, "A"), (10, 0.55, "B")]


def test_second_hand_points_are_hollow_and_have_no_interval_that_nobody_printed() -> None:
    hollow = [row for row in points(YEARS) if row["fill"] == PAPER]
    assert [row["letter"] for row in hollow] == ["B"]
    assert hollow[0]["low"] is None


def test_groups_differ_by_ink_and_shape() -> None:
    looks = {(row["ink"], row["shape"]) for row in points(YEARS)}
    assert len(looks) == len({ink for ink, _ in looks}) == len({shape for _, shape in looks}) == 2


def test_the_table_has_every_point_and_a_moved_number_moves_it() -> None:
    table = draw_over_years(YEARS, PUBLISHED).table
    assert table.frame["value"].to_list() == [0.73, 0.65, 0.55]
    years, line = YEARS.series[0].points[1]
    moved = replace(YEARS, series=[Series("Sweden", [(years, replace(line, value=0.5))])])
    assert points(moved)[0]["y"] == 0.5


def test_letters_at_one_time_do_not_cover_each_other() -> None:
    ends = draw_over_years(YEARS, PUBLISHED).specs["wide"]["datasets"]["ends"]
    line = YEARS.series[0].points[1][1]
    close = replace(YEARS, series=[Series(name, [(10, replace(line, value=0.6 + at / 100))]) for at, name in
                                   enumerate("abc")])  # fmt: skip
    heights = sorted(row["y"] for row in draw_over_years(close, PUBLISHED).specs["wide"]["datasets"]["ends"])
    assert all(above - below >= 0.045 - 1e-9 for below, above in pairwise(heights))
    assert [row["y"] for row in ends] == [0.55, 0.65]
