"""Areas as sums of trusts: nobody is in two, nobody is lost, and people who were not counted are not made up."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remission.places.areas import ENGLAND, LAST_OF_42, Areas, areas_of, code_of_gss
from remission.places.organisations import MEMBERSHIPS, NODES, SUCCESSIONS, Organisations, load_organisations

DAY = date(2024, 2, 29)
NEXT = date(2024, 3, 1)
Edges = tuple[tuple[str, str, date | None, date | None], ...]
LEVELS = {"N": "nation", "Y": "region", "Z": "region", "P": "icb", "Q": "icb"} | dict.fromkeys("ABC", "trust")
ABOVE: Edges = (("Y", "N", None, None), ("Z", "N", None, None), ("P", "Y", None, None), ("Q", "Z", None, None))


def made_up(belonging: Edges, parts: tuple[tuple[str, str, date], ...] = ()) -> Organisations:
    """Trusts A to C, boards P in region Y and Q in Z, of 10 and 20 people; `parts` are areas that went on."""
    people = {"P": 10, "Q": 20}
    nodes = [
        dict.fromkeys(NODES) | {"code": code, "level": level, "name": code, "population": people.get(code)}
        for code, level in LEVELS.items()
    ]
    edges = [(*edge, "made up", "verified") for edge in (*ABOVE, *belonging)]
    became = [(*part, "split", "no", "made up", "verified", "no", "") for part in parts]
    return Organisations(
        pl.DataFrame(nodes, schema=NODES),
        pl.DataFrame(edges, schema=MEMBERSHIPS, orient="row"),
        pl.DataFrame(became, schema=SUCCESSIONS, orient="row"),
    )


def members(organisations: Organisations, level: str, on: date, trusts: str = "ABC") -> dict[str, str]:
    found = areas_of(organisations, tuple(trusts), on)[level]
    return {code: "".join(sorted(inside)) for code, inside in zip(found.codes, found.members, strict=True)}


def test_a_trust_moves_with_the_day_on_which_it_belonged() -> None:
    known = made_up((("A", "P", None, DAY), ("A", "Q", NEXT, None), ("B", "Q", None, None)))
    assert [members(known, "icb", on) for on in (DAY, NEXT)] == [{"P": "A", "Q": "B"}, {"P": "", "Q": "AB"}]
    assert members(known, "region", DAY) == {"Y": "A", "Z": "B"}


def test_a_trust_in_no_board_is_in_england_all_the_same() -> None:
    known = made_up((("A", "P", None, None),))
    assert members(known, "icb", DAY) == {"P": "A", "Q": ""}
    assert members(known, "nation", DAY) == {ENGLAND: "ABC"}


def test_a_trust_whose_board_is_not_known_since_the_split_stays_in_its_region() -> None:
    known = made_up((("A", "P", None, LAST_OF_42), ("B", "P", None, LAST_OF_42), ("B", "Q", date(2026, 4, 1), None)))
    after = date(2026, 4, 1)
    assert members(known, "icb", after) == {"P": "", "Q": "B"}
    # What is said of the day goes before what was said of the day before.
    assert members(known, "region", after) == {"Y": "A", "Z": "B"}


def test_people_of_an_area_that_grew_by_a_part_are_unknown_since_that_day_and_not_none() -> None:
    known = made_up((), parts=(("P", "Q", NEXT),))
    before, after = (areas_of(known, (), on)["icb"].population for on in (DAY, NEXT))
    assert before == (10.0, 20.0)
    assert after[0] == 10.0
    assert math.isnan(after[1])
    # Of regions nobody published one here.
    assert all(map(math.isnan, areas_of(known, (), DAY)["region"].population))


def test_the_matrix_has_a_row_an_area_and_a_column_a_trust() -> None:
    areas = Areas(("P", "Q", "R"), (frozenset("AC"), frozenset("B"), frozenset()))
    assert areas.matrix(("C", "A", "B", "X")).tolist() == [[1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]
    assert areas.matrix(()).shape == (3, 0)
    assert Areas((), ()).matrix(("A",)).shape == (0, 1)


def plain_parent(organisations: Organisations, trust: str, level: str, on: date) -> str | None:
    """The area of a trust on a day, by walking upwards one row at a time."""
    levels = dict(organisations.nodes.select("code", "level").iter_rows())
    reached = {trust}
    for _ in levels:
        for row in organisations.memberships.filter(pl.col("code").is_in(sorted(reached))).iter_rows(named=True):
            begun, ended = row["from"] or date.min, row["to"] or date.max
            reached |= {row["parent"]} if begun <= on <= ended else set()
        if found := [code for code in reached if levels[code] == level]:
            return found[0]
    return None


@settings(max_examples=6)
@given(st.dates(date(2022, 7, 1), date(2027, 1, 1)) | st.sampled_from((LAST_OF_42, date(2026, 4, 1))), st.data())
def test_members_are_those_of_a_plain_walk_and_nobody_is_in_two_areas(on: date, data: st.DataObject) -> None:
    known = load_organisations()
    everyone = known.nodes_of("trust", on)["code"].to_list()
    trusts = data.draw(st.lists(st.sampled_from(everyone), min_size=1, max_size=6, unique=True))
    areas = areas_of(known, trusts, on)
    for level in ("icb", "region", "nation"):
        times = areas[level].matrix(trusts).sum(axis=0)
        assert np.all(times == 1) if level == "nation" else np.all(times <= 1)
    for trust in trusts:
        icb = [code for code, inside in zip(areas["icb"].codes, areas["icb"].members, strict=True) if trust in inside]
        region = [
            code for code, one in zip(areas["region"].codes, areas["region"].members, strict=True) if trust in one
        ]
        assert [*icb, None][0] == plain_parent(known, trust, "icb", on)
        plain = plain_parent(known, trust, "region", on) or plain_parent(known, trust, "region", LAST_OF_42)
        assert [*region, None][0] == plain


@pytest.mark.parametrize("on", [date(2023, 1, 1), LAST_OF_42, date(2026, 4, 1)])
def test_england_has_the_people_of_its_42_boards_whatever_the_day(on: date) -> None:
    known = load_organisations()
    boards = areas_of(known, (), LAST_OF_42)["icb"]
    assert len(boards.codes) == 42
    # Each was counted; together they are those of 16 years and over who are registered with a practice in England.
    assert all(10**5 < people < 5 * 10**6 for people in boards.population)
    (england,) = areas_of(known, (), on)["nation"].population
    assert england == sum(int(people) for people in boards.population)
    assert 50_000_000 < england < 53_000_000


def test_a_board_that_grew_is_found_by_either_of_its_codes_and_codes_are_of_one_area() -> None:
    known = load_organisations()
    found = code_of_gss(known)
    assert found["E54000042"] == found["E54000067"] == "QRL"
    assert math.isnan(dict(zip(*_people(known, date(2026, 4, 1)), strict=True))["QRL"])
    assert dict(zip(*_people(known, LAST_OF_42), strict=True))["QRL"] == 1_614_176
    assert None not in found
    listed = known.nodes["gss_code"].drop_nulls()
    assert len(found) == listed.n_unique() + 1 == len(listed) + 1


def _people(known: Organisations, on: date) -> tuple[tuple[str, ...], tuple[float, ...]]:
    areas = areas_of(known, (), on)["icb"]
    return areas.codes, areas.population
