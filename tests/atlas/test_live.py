"""What the live map is given says the same as the still one, for every month, and stays small."""

from __future__ import annotations

import gzip
import json
from datetime import date
from functools import cache
from typing import Any

import pytest

from made_up.atlas import SYNTHETIC
from made_up.map import boards, codes, shown
from made_up.site import CHOICES, circles, estimates, months, words_of
from remission.atlas.map.drawing import draw_map
from remission.atlas.map.live import LiveShown, live_circles, live_data, live_drawings, live_name
from remission.atlas.map.scale import Scale, fills, legend_entries
from remission.atlas.map.shown import england_words
from remission.atlas.place_words import estimate_words
from remission.places.areas import ENGLAND
from remission.stats.estimates import Estimates

LAST = months(14)  # December 2023 to 2024: over two calendar years
COLUMNS = {"value": 2, "interval": 3, "numerator": 4, "denominator": 5}


@cache
def live() -> dict[str, dict[str, Any]]:
    held = Estimates.of(estimates(CHOICES[0], 12, LAST))
    return live_data(LiveShown(CHOICES[0], words_of(CHOICES[0]), held, shown().scale, 12, "Intervals: made up."))


def about() -> dict[str, Any]:
    return live()[live_name(CHOICES[0].name, 12)]


@cache
def drawings() -> dict[str, dict[str, Any]]:
    return live_drawings(shown(), SYNTHETIC)


@pytest.mark.parametrize("month", [LAST[0], LAST[1], LAST[-1]])
def test_every_number_is_the_text_that_the_table_prints(month: date) -> None:
    now = [row for row in estimates(CHOICES[0], 12, LAST) if row["to_day"] == last_day(month)]
    table = draw_map(shown(estimates=Estimates.of(now)), SYNTHETIC).table
    numbers = live()[live_name(CHOICES[0].name, 12, month.year)]
    at = numbers["months"].index(f"{month:%Y-%m}")
    where = about()["months"].index(f"{month:%Y-%m}")
    for row in table.rows():
        if row[1] in codes():
            place = numbers["codes"].index(row[1])
            for column, cell in COLUMNS.items():
                assert (numbers[column][place].split("|")[at] or "–") == row[cell]
            assert about()["states"][about()["looks"][row[1]][where]] == row[7]


def test_a_month_without_a_row_is_no_value() -> None:
    some = [
        row
        for row in estimates(CHOICES[0], 12, LAST)
        if row["group"] != codes()[0] or row["to_day"] == last_day(LAST[-1])
    ]
    made = live_data(LiveShown(CHOICES[0], words_of(CHOICES[0]), Estimates.of(some), shown().scale, 12, ""))
    looks = made[live_name(CHOICES[0].name, 12)]["looks"][codes()[0]]
    assert set(looks[:-1]) == {"m"}
    before = made[live_name(CHOICES[0].name, 12, 2023)]
    assert before["value"][before["codes"].index(codes()[0])].strip("|") == ""


@pytest.mark.parametrize("month", [LAST[0], LAST[-1]])
def test_every_month_has_its_sentences_counted_from_its_own_rows(month: date) -> None:
    now = [row for row in estimates(CHOICES[0], 12, LAST) if row["to_day"] == last_day(month)]
    trusts = [row for row in now if row["population"] == "trust"]
    seen = sum(row["value"] is not None for row in trusts)
    first, second = about()["in_short"][about()["months"].index(f"{month:%Y-%m}")]
    england = next(row for row in now if row["group"] == ENGLAND)
    answer = f"England: {estimate_words(england)}."
    assert first == f"{words_of(CHOICES[0]).title}, 12 months to {month:%B %Y}. {answer}"
    assert second == f"{seen} of {len(trusts)} trusts can be given a figure."


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"value": 0.5, "low": 0.4, "high": None}, "England: 50.0\u00a0% (40.0 to open)."),
        ({"value": None, "low": 0.1, "high": 0.2}, "England lies between 10.0\u00a0% and 20.0\u00a0%"),
        ({"value": None, "low": None, "high": 0.2}, "England has no figure: not visible here."),
    ],
)
def test_england_has_a_value_or_bounds_or_a_reason(row: dict[str, Any], said: str) -> None:
    assert england_words({"unit": "proportion", "absent_reason": "not visible here", **row}).startswith(said)


def test_a_measure_by_care_board_only_says_nothing_of_trusts() -> None:
    choice = CHOICES[2]
    assert choice.boards
    held = Estimates.of(estimates(choice, 12, LAST[-1:]))
    made = live_data(LiveShown(choice, words_of(choice), held, shown().scale, 12, ""))
    file = made[live_name(choice.name, 12)]
    assert not set(file["looks"]) & set(codes())
    assert "of 42 care boards can be given a figure" in file["in_short"][0][1]


def test_a_view_without_any_estimate_is_an_empty_file_and_not_an_error() -> None:
    none = LiveShown(CHOICES[0], words_of(CHOICES[0]), Estimates.of([]), Scale((), None), 12, "")
    assert live_data(none)[live_name(CHOICES[0].name, 12)]["months"] == []
    assert live_circles(circles(12, LAST).clear(), 12) == {}
    empty = shown(estimates=Estimates.of([]), scale=Scale((), None), volumes={}, largest=0.0)
    assert draw_map(empty, SYNTHETIC).svg().startswith("<svg")
    assert live_drawings(empty, SYNTHETIC)["data/places.json"]["silent"] == boards()


def test_a_trust_that_issued_and_has_no_cell_is_on_the_live_map_too() -> None:
    volumes = dict(shown().volumes) | {"RZ1": 50.0}
    places = live_drawings(shown(volumes=volumes, names={"RZ1": "Newly Found"}), SYNTHETIC)["data/places.json"]
    assert "RZ1" in places["cells"]
    assert places["names"]["RZ1"] == "Newly Found"


def test_only_what_has_words_answers_the_mouse() -> None:
    marks = {one["name"]: one for one in drawings()["data/cells.wide.json"]["vega"]["marks"]}
    answering = {name for name, one in marks.items() if one["interactive"]}
    assert answering == {"layer_1_marks", "layer_3_marks", "layer_7_marks", "layer_8_marks"}
    assert all("href" in marks[name]["encode"]["update"] for name in answering)


def test_the_legend_is_that_of_the_fills_and_explains_all_that_occurs() -> None:
    occurs = set("".join(about()["looks"].values())) | {"p"}
    expected = [fills(shown().scale)[key] for key, _ in legend_entries(shown().scale, occurs)]
    for drawing in ("cells.wide", "cells.narrow", "hexagons.wide", "hexagons.narrow"):
        assert [row["fill"] for row in about()["legends"][drawing]["legend"]] == expected
    assert {about()["fills"][key] for key in occurs} <= set(expected)


def test_numbers_are_split_by_year_so_that_the_first_view_is_small() -> None:
    assert set(live()) == {live_name(CHOICES[0].name, 12, year) for year in (None, 2023, 2024)}
    assert len(gzip.compress(json.dumps(live()[live_name(CHOICES[0].name, 12, 2024)]).encode())) < 14_000


def test_file_names_have_no_blank_and_no_capital() -> None:
    assert live_name("share-Interferon beta-1a (im)", 3, 2024) == "data/share-interferon-beta-1a-im.3.2024.json"


def test_circles_have_one_largest_for_all_years_and_unknown_is_not_nought() -> None:
    held = circles(12, LAST).filter(
        ~((circles(12, LAST)["code"] == codes()[0]) & (circles(12, LAST)["month"] == LAST[-1]))
    )
    files = live_circles(held, 12)
    assert {file["largest"] for file in files.values()} == {held["patient_years"].max()}
    newest = files[live_name("circles", 12, 2024)]
    assert newest["tenths"][newest["codes"].index(codes()[0])][-1] is None
    assert newest["words"][newest["codes"].index(codes()[0])].endswith("|")


def test_places_tell_the_page_what_is_not_published_and_what_has_a_page() -> None:
    places = drawings()["data/places.json"]
    assert places["silent"] == boards()
    assert set(places["pages"]) == set(codes())
    assert places["warning"] == SYNTHETIC.warning
    assert len(places["hexagons"]["2026-04-01"]) == 36


@pytest.mark.parametrize(
    "name", ["cells.wide", "cells.narrow", "hexagons.2022-07-01.wide", "hexagons.2026-04-01.narrow"]
)
def test_a_drawing_has_no_value_and_the_shapes_of_the_still_one(name: str) -> None:
    drawing = drawings()[f"data/{name}.json"]
    data = {one["name"]: one for one in drawing["vega"]["data"]}
    assert all(data[empty].get("values", []) == [] for empty in ("shown", "legend", "headings") if empty in data)
    assert set(drawing["shapes"]) <= set(data)
    signals = {one["name"] for one in drawing["vega"]["signals"]}
    assert {"title_lines", "subtitle_lines"} <= signals
    assert "Hospital" not in json.dumps(drawing)


def test_shapes_of_the_live_map_are_those_of_the_still_one() -> None:
    still = draw_map(shown(), SYNTHETIC).specs["wide"]["datasets"]["cells"]
    shapes = dict(drawings()["data/cells.wide.json"]["shapes"]["cells"])
    for feature in still[:20]:
        x = y = 0
        corners = []
        steps = shapes[feature["code"]][0]
        for dx, dy in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + dx, y + dy
            corners.append([x / 10, y / 10])
        assert [*corners, corners[0]] == feature["geometry"]["coordinates"][0][0]


def last_day(month: date) -> int:
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return (following - date(1970, 1, 1)).days - 1
