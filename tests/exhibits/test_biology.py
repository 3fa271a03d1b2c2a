"""Pictures of biology: nothing runs through effect and cells, every place says something, one unit a panel."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import altair
import pytest

from made_up.biology import BESIDE, COURSES, DRUGS, INVENTED, figures
from remission.exhibits.biology.beside_effect import draw_beside_effect
from remission.exhibits.biology.courses import Courses, draw_courses
from remission.exhibits.figure import Figure
from remission.exhibits.theme import BLUE, PAPER, SIZES, Width

KINDS, WIDTHS = ("beside", "courses", "axis"), tuple(SIZES)


@cache
def made() -> dict[str, Figure]:
    return figures()


def layers_of(spec: Any) -> Iterator[dict[str, Any]]:
    """Every layer with a mark, however deep."""
    if isinstance(spec, list):
        for one in spec:
            yield from layers_of(one)
    elif isinstance(spec, dict):
        if "mark" in spec:
            yield spec
        for name in ("layer", "vconcat", "hconcat"):
            yield from layers_of(spec.get(name, []))


def data(name: str, rows: str, width: Width = "wide") -> list[dict[str, Any]]:
    return list(made()[name].specs[width]["datasets"][rows])


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_spec_is_vega_lite_as_altair_knows_it_and_fits(kind: str, width: Width) -> None:
    altair.Chart.from_dict(json.loads(json.dumps(made()[kind].spec(width))))
    size = re.search(r'viewBox="0 0 (\d+)', made()[kind].svg(width))
    assert size is not None
    assert int(size[1]) <= {"wide": 900, "narrow": 366}[width]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", KINDS)
def test_no_line_runs_through_drugs_or_points(kind: str, width: Width) -> None:
    for layer in layers_of(dict(made()[kind].specs[width])):
        assert layer["mark"]["type"] in ("rule", "point", "text")
        assert not {"regression", "loess"} & {name for step in layer.get("transform", []) for name in step}
        # A rule is level or upright: none leads from one drug to another.
        assert not ("x2" in layer["encoding"] and "y2" in layer["encoding"])


@pytest.mark.parametrize("width", WIDTHS)
def test_no_picture_has_an_axis_of_cells_beside_effect(width: Width) -> None:
    # The only numbers that are written on a scale are those of effects.
    assert {float(row["words"]) for row in data("beside", "ticks", width)} <= {0.2, 0.5, 1, 2}
    for layer in layers_of(dict(made()["beside"].specs[width])):
        assert layer["encoding"]["x"]["axis"] is None


@pytest.mark.parametrize("width", WIDTHS)
def test_what_was_not_read_says_so_and_has_no_sign(width: Width) -> None:
    written = [row["words"] for row in data("beside", "words", width)]
    assert "not read" in written
    assert "not known" in written
    assert len(data("beside", "signs", width)) == 3
    assert len(data("beside", "points", width)) == 2


def test_second_hand_is_hollow_and_so_is_an_effect_by_assumption() -> None:
    assert [(row["shape"], row["fill"] == PAPER) for row in data("beside", "signs")] == [
        ("triangle-down", False), ("triangle-up", True), ("diamond", False)
    ]  # fmt: skip
    assert [row["fill"] for row in data("beside", "points")] == [BLUE, PAPER]
    assert [row["dash"] for row in data("beside", "intervals")] == [[1, 0], [4, 3]]


@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_of_words_covers_another(width: Width) -> None:
    places: dict[float, list[float]] = {}
    for row in data("beside", "words", width):
        places.setdefault(row["x"], []).append(row["y"])
    for heights in places.values():
        assert all(below - above >= SIZES[width].words for above, below in pairwise(sorted(heights)))


def test_on_a_phone_no_line_of_the_scale_runs_through_words() -> None:
    across = [row for row in data("beside", "words", "narrow") if row["x"] < 150]
    for line in (*data("beside", "grid", "narrow"), *data("beside", "reference", "narrow")):
        assert not [row["words"] for row in across if line["y"] + 2 < row["y"] < line["y2"] - 2]


def test_a_drug_says_all_of_itself_to_those_who_do_not_see_it() -> None:
    said = made()["beside"].description
    assert "Alpha: 0.40 (0.30 to 0.50); down: as a share of B cells; up: as a number of cells." in said
    assert "Beta: not known; not read." in said


def test_the_drugs_stand_in_the_order_given() -> None:
    turned = draw_beside_effect(replace(BESIDE, drugs=DRUGS[::-1]), INVENTED)
    bold = [row["words"] for row in turned.specs["wide"]["datasets"]["words"] if row["weight"] == "bold"]
    assert bold == ["Gamma", "Beta", "Alpha"]


def test_each_unit_has_a_panel_of_its_own() -> None:
    spec = made()["courses"].specs["wide"]
    assert len(spec["vconcat"]) == 2
    assert spec["resolve"] == {"scale": {"x": "independent", "y": "independent"}}
    with pytest.raises(ValueError, match="each unit has one panel"):
        Courses("a", "b", "c", [COURSES.panels[0], COURSES.panels[0]], COURSES.table)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_bound_points_down_and_a_range_has_no_point(width: Width) -> None:
    first, bound = data("courses", "dots0", width)
    (ranged,) = data("courses", "dots1", width)
    assert (first["shape"], bound["shape"], bound["fill"]) == ("circle", "triangle-down", PAPER)
    assert (ranged["dot"], ranged["low"], ranged["high"]) == (None, 90, 95)
    # Words of the last month would run out of the picture.
    assert ranged["align"] == "right"


def test_a_moved_number_moves_its_point() -> None:
    moved = replace(COURSES.panels[0].dots[0], value=42.0)
    drawn = draw_courses(replace(COURSES, panels=[replace(COURSES.panels[0], dots=[moved])]), INVENTED)
    assert drawn.specs["wide"]["datasets"]["dots0"][0]["y"] == 42.0


def test_an_axis_of_invented_numbers_works_and_says_that_they_are_invented() -> None:
    assert [row["low"] for row in data("axis", "drugs")] == [5, 12, 40, 55, 70, 95]
    assert "SIMULATED" in made()["axis"].svg()
    assert "+1.00" in made()["axis"].subtitle
