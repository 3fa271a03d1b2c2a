"""The nearest trusts that issued a therapy, with distances worked out by hand, and points as people write them."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.inputs.problems import InputProblems
from remission.places.nearest import (
    ASKED,
    DISTRICTS,
    NEAREST,
    Point,
    districts_of,
    find_point,
    nearest_trusts,
    postcode_districts,
)
from remission.places.organisations import MEMBERSHIPS, NODES, SUCCESSIONS, Organisations
from remission.places.peers import EARTH_KM, Place, distance_km
from remission.places.sources import postcodes

HERE = Point(51.0, 0.0, "as given")
DEGREE = 2 * math.pi * EARTH_KM / 360  # km of one degree of latitude
THREE = pl.DataFrame(
    [("AB1", 57.0, -2.0, "made up"), ("AB25", 57.2, -2.2, "made up"), ("E1", 51.5, -0.1, "made up")],
    schema=DISTRICTS,
    orient="row",
)


def along_a_meridian(**latitudes: float | None) -> Organisations:
    """Trusts due north of `HERE`, or without a place."""
    nodes = [
        dict.fromkeys(NODES) | {"code": code, "level": "trust", "name": f"Trust {code}", "latitude": latitude}
        | {"longitude": None if latitude is None else 0.0}
        for code, latitude in latitudes.items()
    ]  # fmt: skip
    return Organisations(
        pl.DataFrame(nodes, schema=NODES), pl.DataFrame(schema=MEMBERSHIPS), pl.DataFrame(schema=SUCCESSIONS)
    )


def states(**of: str) -> pl.DataFrame:
    return pl.DataFrame({"code": list(of), "state": [state.replace("_", " ") for state in of.values()]})


def groups(found: pl.DataFrame) -> list[tuple[str, str]]:
    return found.select("group", "code").rows()


def test_users_come_first_by_distance_and_the_hidden_nearer_ones_apart() -> None:
    places = along_a_meridian(A=53.0, B=52.0, C=51.5, D=54.0, E=51.1)
    made = states(A="used", B="used", C="not_visible", D="not_visible", E="not_used")
    found = nearest_trusts(HERE, made, places)
    assert dict(found.schema) == {name: kind() for name, kind in NEAREST.items()}
    assert groups(found) == [("issued", "B"), ("issued", "A"), ("not visible here", "C")]
    assert found["km"].to_list() == pytest.approx([DEGREE, 2 * DEGREE, DEGREE / 2])
    assert found["name"][0] == "Trust B"


def test_at_most_so_many_are_listed_and_the_last_of_them_bounds_the_hidden() -> None:
    places = along_a_meridian(A=52.0, B=53.0, C=52.5, D=51.5)
    made = states(A="used", B="used", C="not_visible", D="not_visible")
    assert groups(nearest_trusts(HERE, made, places, most=1)) == [("issued", "A"), ("not visible here", "D")]


def test_where_nobody_issued_it_the_nearest_hidden_ones_are_told() -> None:
    places = along_a_meridian(A=53.0, B=52.0, C=51.5)
    made = states(A="not_visible", B="not_visible", C="not_reported")
    assert groups(nearest_trusts(HERE, made, places, most=1)) == [("not visible here", "B")]


def test_a_trust_without_a_place_is_told_apart_and_not_dropped() -> None:
    found = nearest_trusts(HERE, states(A="used", B="used", X99="used"), along_a_meridian(A=52.0, B=None))
    assert groups(found) == [("issued", "A"), ("place not known", "B"), ("place not known", "X99")]
    assert found["km"].to_list()[1:] == [None, None]
    assert found["name"].to_list()[1:] == ["Trust B", "X99"]


def test_equally_far_trusts_come_in_order_of_code() -> None:
    found = nearest_trusts(HERE, states(B="used", A="used"), along_a_meridian(A=52.0, B=52.0))
    assert found["code"].to_list() == ["A", "B"]


def test_distances_by_hand() -> None:
    def place(latitude: float, longitude: float) -> Place:
        return Place("", latitude, longitude)

    assert distance_km(place(51.0, 0.0), place(52.0, 0.0)) == pytest.approx(111.195, abs=0.001)
    # On the equator a degree of longitude is as long as one of latitude; at 60 degrees nearly half as long.
    assert distance_km(place(0.0, 0.0), place(0.0, 1.0)) == pytest.approx(111.195, abs=0.001)
    assert distance_km(place(60.0, 0.0), place(60.0, 1.0)) == pytest.approx(55.597, abs=0.01)
    # London to Edinburgh, as the crow flies.
    assert distance_km(place(51.507, -0.128), place(55.953, -3.188)) == pytest.approx(534, abs=1)


TRUST = st.tuples(st.floats(49, 61), st.sampled_from(["used", "not visible"]))
DEGREES = st.tuples(st.floats(49, 61), st.floats(-9, 2))


@given(DEGREES, DEGREES, DEGREES)
def test_distances_are_the_same_both_ways_and_no_way_round_is_shorter(
    one: tuple[float, float], other: tuple[float, float], third: tuple[float, float]
) -> None:
    a, b, c = (Place("", *at) for at in (one, other, third))
    assert distance_km(a, b) == pytest.approx(distance_km(b, a), abs=1e-9)
    assert distance_km(a, a) == 0
    assert distance_km(a, b) <= distance_km(a, c) + distance_km(c, b) + 1e-6


@given(st.dictionaries(st.sampled_from("ABCDEFGH"), TRUST), st.integers(1, 4))
def test_the_list_is_that_of_a_plain_search(made: dict[str, tuple[float, str]], most: int) -> None:
    places = along_a_meridian(**{code: latitude for code, (latitude, _) in made.items()})
    given_states = pl.DataFrame(
        [(code, state) for code, (_, state) in made.items()],
        schema={"code": pl.String, "state": pl.String},
        orient="row",
    )
    far = {code: distance_km(Place("", 51.0, 0.0), Place("", latitude, 0.0)) for code, (latitude, _) in made.items()}
    order = sorted(far, key=lambda code: (far[code], code))
    used = [code for code in order if made[code][1] == "used"][:most]
    unseen = [code for code in order if made[code][1] == "not visible"]
    hidden = [code for code in unseen if far[code] < far[used[-1]]] if used else unseen[:most]
    expected = [("issued", code) for code in used] + [("not visible here", code) for code in hidden]
    assert groups(nearest_trusts(HERE, given_states, places, most)) == expected


@pytest.mark.parametrize("text", ["E1", "e1", " E1 ", "E1 1FR", "e11fr", "E1  1fr"])
def test_a_district_or_a_postcode_in_it_is_one_point(text: str) -> None:
    found = find_point(text, THREE)
    assert (found.latitude, found.longitude) == (51.5, -0.1)
    assert found.how == "the middle of the hospitals known in postcode district E1"


def test_a_district_without_a_hospital_is_put_in_the_middle_of_its_area_and_says_so() -> None:
    assert find_point("AB7 9XX", THREE) == Point(
        57.1, -2.1, "no hospital is known in AB7: the middle of 2 districts of postcode area AB"
    )
    assert find_point("E11", THREE).how == "no hospital is known in E11: the middle of 1 district of postcode area E"


def test_degrees_are_taken_as_they_are() -> None:
    assert find_point("52.2,0.1") == Point(52.2, 0.1, "as given")
    assert find_point(" 55.9 , -3.2 ") == Point(55.9, -3.2, "as given")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("0.1,52.2", "found 0.1,52.2; allowed: latitude 49 to 61 and longitude -9 to 2. Give the latitude first."),
        ("ZZ9", f"found ZZ9; allowed: {ASKED}. No hospital is known near that district: give a "
                "neighbouring one, or a point in degrees."),
        ("EH1", f"found EH1; allowed: {ASKED}. Scotland publishes no such data."),
        ("BT1 5GS", f"found BT1 5GS; allowed: {ASKED}. Northern Ireland publishes no such data."),
        ("E1EE", f"found E1EE; allowed: {ASKED}. Did you mean E1?"),
        ("Edinbrough", f"found Edinbrough; allowed: {ASKED}. Did you mean Edinburgh?"),
        ("AB2S5", f"found AB2S5; allowed: {ASKED}. Did you mean AB25?"),
    ],
)  # fmt: skip
def test_what_is_no_place_is_refused_with_advice(text: str, line: str) -> None:
    with pytest.raises(InputProblems) as caught:
        find_point(text, THREE)
    assert caught.value.report() == f"place: {line}"
    assert text not in str(caught.value)


def test_the_library_has_districts_all_over_the_country() -> None:
    districts = postcode_districts()
    assert districts.height > 300
    assert {"E1", "CB2", "NE1", "CF14", "M13"} <= set(districts["district"])


def test_a_directory_that_was_fetched_goes_before_the_hospitals_districts(tmp_path: Path) -> None:
    listed = tmp_path / "directory.csv"
    # Edinburgh's EH1 has no hospital in our own table.
    listed.write_text("pcds,lat,long,doterm\nEH1 1AA,55.95,-3.19,\n", encoding="utf-8")
    postcodes.take_in(tmp_path, listed, date(2026, 11, 1))
    found = find_point("EH1", districts_of(tmp_path))
    assert (found.latitude, found.longitude) == (55.95, -3.19)
