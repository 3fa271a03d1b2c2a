"""What readers can choose on the map, and what a view shows when there is little or nothing to show."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from remission.atlas.map.live import largest_of
from remission.atlas.recipes.live import OF_ALL, OF_HOSPITAL_GIVEN, MapSheets
from remission.inputs.problems import InputProblems
from remission.stats.estimates import Estimates
from remission.supply.measures.definitions import library_measures


def sheets(names: list[str], values: dict[str, float | None] | None = None, months: int = 3) -> MapSheets:
    """The map of an atlas of some measures, each with one trust's value; without `values` nobody has an estimate."""

    def over_time(name: str, window: int = 12) -> Estimates:
        row = {"what": name, "group": "R0A", "population": "trust", "from_day": 0, "to_day": 364, "unit": "proportion"}
        return Estimates.of([row | {"value": values[name]}] if values and name in values else [])

    monthly = SimpleNamespace(
        codes=("R0A",),
        months=tuple(date(2024, month + 1, 1) for month in range(months)),
        patient_years=np.ones((3, 1, 2, months)),
        whole=np.ones((1, months), dtype=bool),
    )
    views = SimpleNamespace(monthly=monthly, months=monthly.months)
    measures = {name: library_measures()[name] for name in names}
    made: Any = SimpleNamespace(measures=measures, over_time=over_time, views=views)
    return MapSheets(made, frozenset())


ALL = list(library_measures())


def test_a_therapy_stands_once_in_each_list_and_shares_of_all_treatment_come_first() -> None:
    choices = [one for one in sheets(ALL).choices if one.therapy]
    assert len({(one.group, one.therapy) for one in choices}) == len(choices)
    assert [one.group for one in choices] == sorted(
        (one.group for one in choices), key=[OF_ALL, OF_HOSPITAL_GIVEN].index
    )
    for one in choices:
        assert one.name.startswith("hospital-share-" if one.group == OF_HOSPITAL_GIVEN else "share-")


def test_only_measures_that_need_a_population_are_by_care_board_only() -> None:
    boards = [one.name for one in sheets(ALL).choices if one.boards]
    assert boards == [name for name, one in library_measures().items() if one.kind == "per_expected"]


def test_the_default_has_enough_figures_and_a_map_of_hospitals() -> None:
    assert sheets(ALL, {"high-efficacy": None, "hospital-anti-cd20": 0.5}).default.name == "hospital-anti-cd20"
    assert sheets(["issued-per-expected", "diversity"]).default.name == "diversity"


def test_a_default_without_any_estimate_is_shown_as_having_none() -> None:
    assert sheets(ALL).default.name == "volume"
    assert sheets(ALL).scale("volume").labels() == ["any value"]


def test_an_atlas_without_any_measure_says_what_to_do() -> None:
    with pytest.raises(InputProblems) as found:
        _ = sheets([]).default
    assert "3 months, in which no measure has a window" in str(found.value.problems[0])


def test_growth_has_a_scale_with_two_sides_and_nothing_else_has() -> None:
    made = sheets(ALL)
    assert {name for name in ALL if made.scale(name).signed} == {"net-growth"}


def test_fewer_months_than_the_window_have_no_circle() -> None:
    made = sheets(ALL)
    assert made.volumes(12).is_empty()
    assert largest_of(made.volumes(12)) == 0.0
    assert made.volumes(3)["patient_years"].to_list() == [6.0]
