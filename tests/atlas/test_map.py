"""The map says what it is, links where it says, hides nothing, and draws nothing that is unknown as a value."""

from __future__ import annotations

import gzip
import html
import json
import re
from collections.abc import Callable
from datetime import date
from functools import cache

import polars as pl
import pytest

from made_up.atlas import PUBLISHED, SYNTHETIC
from made_up.map import INTERVALS, boards, codes, rows, shown
from made_up.vega_lite import check_spec
from remission.atlas.map.areas import draw_choropleth, draw_hexagons
from remission.atlas.map.drawing import draw_map
from remission.atlas.map.scale import NOT_PUBLISHED, fills, scale_of
from remission.exhibits.figure import Figure
from remission.exhibits.rendering import in_steps
from remission.exhibits.theme import Width
from remission.inputs.provenance import STANDING_WORDS
from remission.places.geography import load_geography
from remission.stats.estimates import Estimates

SQUARE = {"type": "Polygon", "coordinates": [[[-1, 51], [0, 51], [0, 52], [-1, 52], [-1, 51]]]}
PLACED = {"Q01": SQUARE, "Q02": {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"]]}}
KINDS = ("map", "hexagons", "icbs")
WIDTHS: tuple[Width, Width] = ("wide", "narrow")


@cache
def figures() -> dict[str, Figure]:
    whole = shown(refused=frozenset(codes()[8:30]))
    made = (draw_map(whole, SYNTHETIC), draw_hexagons(whole, SYNTHETIC), draw_choropleth(whole, PLACED, SYNTHETIC))
    return dict(zip(KINDS, made, strict=True))


@cache
def svg(kind: str, width: Width = "wide") -> str:
    return figures()[kind].svg(width)


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_what_its_rows_are_how_its_intervals_came_and_what_a_shape_is(kind: str) -> None:
    words = visible(svg(kind))
    assert STANDING_WORDS["synthetic"] in words
    assert INTERVALS.replace("\u00a0", " ") in words.replace("\u00a0", " ")
    says = {"map": "A cell is the area nearest to a hospital, not its catchment.",
            "hexagons": "by place of supply and not of residence", "icbs": "Open Government Licence"}  # fmt: skip
    assert says[kind] in words


def test_observed_rows_carry_no_warning() -> None:
    assert "SYNTHETIC" not in draw_hexagons(shown(), PUBLISHED).svg()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_spec_is_vega_lite_as_altair_knows_it(kind: str, width: Width) -> None:
    check_spec(figures()[kind].spec(width))


@pytest.mark.parametrize("kind", KINDS)
def test_a_phone_gets_a_picture_that_fits(kind: str) -> None:
    found = re.search(r'viewBox="0 0 (\d+)', svg(kind, "narrow"))
    assert found is not None
    assert int(found[1]) <= 390


def test_it_is_light_enough_for_a_page_that_has_both_widths() -> None:
    assert sum(len(gzip.compress(svg("map", width).encode())) for width in WIDTHS) < 56_000


def test_it_is_a_group_with_title_and_description_and_names_no_host() -> None:
    for kind in KINDS:
        made = svg(kind)
        assert re.match(r'<svg [^>]*role="group"[^>]*aria-label="SHARE|<svg [^>]*role="group" aria-label="', made)
        assert "<title>" in made
        assert "<desc>" in made
        assert set(re.findall(r"https?://[^\"'\s<)]+", made)) <= {
            "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}  # fmt: skip
        assert "style=" not in made


def test_cells_of_trusts_with_a_page_link_to_it_and_others_do_not() -> None:
    linked = re.findall(r'<a href="([^"]*)"><path [^>]*><title>([^<]+)</title></path></a>', svg("map"))
    assert {address for address, _ in linked} == {f"trust/{code}.html" for code in codes()}
    assert all(f"Hospital {address[6:-5]}: " in words for address, words in linked)
    assert "null" not in svg("map")
    assert "<a " not in draw_map(shown(pages=frozenset()), SYNTHETIC).svg()


def test_circles_link_too_but_are_no_second_stop_and_nothing_above_them_has_a_fill() -> None:
    made = svg("map")
    linked = re.findall(r'<a tabindex="-1" href="trust/([^"]*).html"><path [^>]*fill="#f59b33"', made)
    assert sorted(linked) == codes()
    assert 'fill-opacity="0"' not in made
    frames = re.findall(r"<g [^>]*layer_(?:2|4|9)_marks[^>]*>(.*?)</g>", made)
    assert len(frames) == 3
    assert not [one for one in frames if "fill=" in one]


@pytest.mark.parametrize("width", WIDTHS)
def test_labels_of_less_and_more_leave_room_for_what_is_unknown(width: Width) -> None:
    signed = scale_of([-60.0, -5.0, 5.0, 60.0], "patient-years a year", signed=True)
    rows = draw_map(shown(scale=signed), SYNTHETIC).specs[width]["datasets"]["legend"]
    classes = [row for row in rows if row["words"] in signed.labels()]
    rest = [row for row in rows if row not in classes]
    assert len(classes) == len(signed.labels())
    # About six pixels a letter; beside each other or below.
    assert min(row["x"] for row in rest) > max(row["xt"] + 5.8 * len(row["words"]) for row in classes) or min(
        row["y"] for row in rest
    ) > max(row["y"] for row in classes)


def test_every_absence_is_drawn_with_its_own_pattern_and_explained() -> None:
    made, words = svg("map"), visible(svg("map"))
    for pattern in ("hatch", "dots", "cross", "lines"):
        assert f'id="map-p-{pattern}"' in made
        assert made.count(f'fill="url(#map-p-{pattern})"') > 1  # the legend and at least one place
    for said in ("Not used here", "Not visible here", "Not reported", "Refused to say", "Not published"):
        assert said in words


def test_boards_are_not_published_and_never_have_a_value() -> None:
    looks = {row["code"]: row for row in shown_rows("map")}
    assert {looks[code]["fill"] for code in boards()} == {NOT_PUBLISHED.fill}
    table = figures()["map"].table
    held = table.frame.filter(pl.col("code").is_in(boards()))
    assert held["value"].null_count() == held.height == len(boards())
    assert set(held["state"]) == {"not published by this nation"}


def test_what_is_unknown_is_a_dash_in_the_table_and_never_nought() -> None:
    table = figures()["map"].table
    values = dict(zip(table.frame["code"], [row[2] for row in table.rows()], strict=True))
    absent = table.frame.filter(pl.col("value").is_null())["code"]
    assert {values[code] for code in absent} == {"–"}
    assert absent.len() > 30


def test_bounds_are_said_where_there_is_no_value() -> None:
    table = figures()["map"].table
    hidden = table.frame.filter((pl.col("absent_reason") == "not visible here") & pl.col("low").is_not_null())
    intervals = {row[1]: row[3] for row in table.rows()}
    assert hidden.height > 3
    assert {intervals[code] for code in hidden["code"]} == {"bounds 10.0 to 90.0"}
    assert "(bounds 10.0 to 90.0\u00a0%)" in html.unescape(svg("map"))


@pytest.mark.parametrize("kind", ["map", "hexagons"])
def test_the_table_has_every_place_that_is_drawn_with_its_interval_and_state(kind: str) -> None:
    table = figures()[kind].table
    assert sorted(table.frame["code"]) == sorted(row["code"] for row in shown_rows(kind))
    headers = [column.header for column in table.columns]
    assert headers == ["Place", "Code", "Value", "Interval", "Numerator", "Denominator", "All therapies", "On the map"]
    assert "synthetic" in table.csv()


def test_a_place_looks_as_its_table_says() -> None:
    whole = shown()
    states = dict(figures()["map"].table.frame.select("code", "state").iter_rows())
    labels = dict(zip(whole.scale.labels(), whole.scale.inks, strict=True))
    for row in shown_rows("map"):
        if states[row["code"]] in labels:
            assert row["fill"] == labels[states[row["code"]]]
        else:
            assert row["fill"] not in whole.scale.inks


def test_legend_and_places_take_their_fills_from_the_same_scale() -> None:
    spec = figures()["map"].specs["wide"]
    legend = {row["words"]: row["fill"] for row in spec["datasets"]["legend"]}
    scale = shown().scale
    assert [legend[label] for label in scale.labels()] == list(scale.inks)
    assert set(legend.values()) <= set(fills(scale).values())
    assert {row["fill"] for row in spec["datasets"]["shown"]} <= set(legend.values())


def test_circles_and_their_legend_have_one_scale_whose_area_is_in_proportion() -> None:
    sizes = {json.dumps(layer["encoding"]["size"]["scale"]) for layer in figures()["map"].specs["wide"]["layer"]
             if "size" in layer["encoding"]}  # fmt: skip
    assert len(sizes) == 1
    scale = json.loads(sizes.pop())
    assert scale["type"] == "linear"
    assert scale["domain"][0] == scale["range"][0] == 0
    assert scale["domain"][1] == shown().largest


def test_london_is_drawn_again_larger_with_the_same_places() -> None:
    data = figures()["map"].specs["wide"]["datasets"]
    assert {one["code"] for one in data["london"]} <= {one["code"] for one in data["cells"]}
    assert "London, enlarged" in visible(svg("map"))
    assert len(data["leaders"]) == 2


def test_a_trust_without_a_cell_is_a_circle_and_named_and_one_without_a_place_only_named() -> None:
    volumes = shown().volumes | {"RZ1": 50.0, "RZ2": 20.0}  # type: ignore[operator]  # a dict it is
    made = draw_map(
        shown(volumes=volumes, points=dict(shown().points) | {"RZ1": (52.0, -1.0)},
              names=dict(shown().names) | {"RZ1": "Newly Found", "RZ2": "Nowhere Known"}), SYNTHETIC)  # fmt: skip
    assert "Circle without a cell: Newly Found." in made.subtitle
    assert "Not drawn, place unknown: Nowhere Known." in made.subtitle
    assert {"RZ1", "RZ2"} <= set(made.table.frame["code"])
    assert "RZ1" in {one["code"] for one in made.specs["wide"]["datasets"]["circles"]}


def test_a_trust_that_issued_nothing_has_no_circle() -> None:
    few = shown(volumes={codes()[0]: 40.0, codes()[1]: 0.0})
    assert draw_map(few, SYNTHETIC).svg().count('fill="#f59b33"') == 1 + 3  # and those of the legend


@pytest.mark.parametrize(("last", "boards_then"), [("2026-03-01", 42), ("2026-04-01", 36)])
def test_hexagons_are_those_of_the_boards_of_the_month(last: str, boards_then: int) -> None:
    held = Estimates.of(rows(date.fromisoformat(last)))
    made = draw_hexagons(shown(estimates=held), SYNTHETIC)
    assert made.table.frame.height == boards_then
    layout = load_geography().layout(last)
    words = visible(made.svg())
    assert all(one.label.split("/")[0] in words for one in layout)


def test_a_boundary_that_is_no_area_is_refused_by_its_code() -> None:
    with pytest.raises(ValueError, match="Q09 is a Point"):
        draw_choropleth(shown(), {"Q09": {"type": "Point", "coordinates": [0, 51]}}, SYNTHETIC)


def test_the_same_map_has_the_same_bytes(drawn_anew: Callable[[], None]) -> None:
    before = svg("map", "narrow")
    drawn_anew()
    assert draw_map(shown(refused=frozenset(codes()[8:30])), SYNTHETIC).svg("narrow") == before


def test_two_widths_on_one_page_share_no_id() -> None:
    first, second = (set(re.findall(r' id="([^"]+)"', svg("map", width))) for width in WIDTHS)
    assert first
    assert not first & second


def test_steps_are_taken_from_where_a_ring_began_not_from_its_last_corner() -> None:
    assert in_steps("M1,1L2,1L2,2ZM5,5L6,5L6,6Z") == "m1 1 1 0 0 1zm4 4 1 0 0 1z"


def shown_rows(kind: str) -> list[dict[str, str]]:
    return list(figures()[kind].specs["wide"]["datasets"]["shown"])


def visible(made: str) -> str:
    """The words that are drawn, lines joined."""
    return html.unescape(" ".join(re.findall(r"<(?:text|tspan)[^>]*>([^<]+)<", made)))
