"""Deserts and oases: only whole intervals count, in alphabetical order, and the undecided are counted."""

from __future__ import annotations

import pytest

from remission.stats.estimates import Estimates
from remission.supply.measures.deserts import deserts_and_oases

ROW = {"what": "injectables", "population": "trust", "from_day": 0, "to_day": 365, "method": "made up"}


def row(code: str, value: float | None, low: float | None = None, high: float | None = None, **more: object) -> dict:
    return ROW | {"group": code, "value": value, "low": low, "high": high} | more


ROWS = [
    row("RZ", 0.10, 0.05, 0.19),
    row("RA", 0.15, 0.10, 0.18),
    row("RB", 0.10, 0.05, 0.20),  # touches England's value
    row("RC", 0.60, 0.50, 0.70),
    row("RD", 0.60, 0.20, 0.70),
    row("RE", None, 0.00, 0.01, absent_reason="not visible here"),
    row("RF", None, absent_reason="not used here"),
    row("RG", 0.01, absent_reason="not estimable"),
]


def test_a_place_is_named_only_where_its_whole_interval_lies_on_one_side() -> None:
    sides = deserts_and_oases(Estimates.of(ROWS), 0.2, 0.2)
    assert sides.below["group"].to_list() == ["RA", "RZ"]
    assert sides.above["group"].to_list() == ["RC"]


def test_everyone_is_counted_once() -> None:
    sides = deserts_and_oases(Estimates.of(ROWS), 0.2, 0.2)
    assert sides.unused["group"].to_list() == ["RF"]
    assert (sides.undecided, sides.unknown) == (3, 1)
    named = sides.below.height + sides.above.height + sides.unused.height
    assert named + sides.undecided + sides.unknown == len(ROWS)


def test_there_is_no_rank() -> None:
    sides = deserts_and_oases(Estimates.of(ROWS), 0.2, 0.2)
    assert not {"rank", "place", "position"} & set(sides.below.columns)


def test_rows_of_several_windows_are_refused() -> None:
    with pytest.raises(ValueError, match="one window"):
        deserts_and_oases(Estimates.of([*ROWS, row("RA", 0.1, 0.0, 0.2, to_day=400)]), 0.2, 0.2)


def test_a_place_inside_the_doubt_about_england_is_undecided() -> None:
    sides = deserts_and_oases(Estimates.of(ROWS), 0.185, 0.55)
    assert sides.below["group"].to_list() == ["RA"]
    assert sides.above["group"].to_list() == []
