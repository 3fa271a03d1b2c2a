"""What belonged to what on a day, what became what, and that broken tables are told whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.inputs.problems import InputProblems
from remission.places.organisations import (
    MEMBERSHIPS,
    NODES,
    SUCCESSIONS,
    Organisations,
    check_organisations,
    load_organisations,
)

EXTRACTS = Path(__file__).parents[2] / "../shared/atlas/scmd_extracts"
LETTERS = "ABCDEF"


def made_up(
    trusts: str = "AB",
    belonging: tuple[tuple[str, str, date | None, date | None], ...] = (),
    becoming: tuple[tuple[str, str, str], ...] = (),
) -> Organisations:
    """Trusts of one letter in ICB Q of region Y of nation N; more edges as asked."""
    levels = {"N": "nation", "Y": "region", "Q": "icb"} | dict.fromkeys(trusts, "trust")
    nodes = [
        dict.fromkeys(NODES) | {"code": c, "level": level, "name": c, "status": "verified"}
        for c, level in levels.items()
    ]
    edges = [("Y", "N", None, None), ("Q", "Y", None, None), *belonging]
    return Organisations(
        pl.DataFrame(nodes, schema=NODES),
        pl.DataFrame([(*edge, "made up", "verified") for edge in edges], schema=MEMBERSHIPS, orient="row"),
        pl.DataFrame(
            [(*edge[:2], date(2020, 4, 1), "merger", edge[2], "made up", "verified", "no", "") for edge in becoming],
            schema=SUCCESSIONS,
            orient="row",
        ),
    )


def problems_of(organisations: Organisations) -> list[str]:
    with pytest.raises(InputProblems) as caught:
        check_organisations(organisations)
    return caught.value.report().splitlines()


def as_now(organisations: Organisations, *codes: str) -> dict[str, str]:
    return dict(organisations.as_now(pl.Series(codes)).select("ods_code", "code").rows())


@pytest.mark.parametrize(
    ("old", "new"),
    [("RM2", "R0A"), ("RW3", "R0A"), ("RR1", "RRK"), ("RE9", "R0B"), ("RLN", "R0B"), ("RJF", "RTG"), ("RQ6", "REM"),
     ("RGQ", "RDE"), ("RVJ", "RA7"), ("RA3", "RA7"), ("RW6", "RM3"), ("RBA", "RH5"), ("RNL", "RNN")],
)  # fmt: skip
def test_an_old_code_is_followed_to_that_of_today(old: str, new: str) -> None:
    assert as_now(load_organisations(), old) == {old: new}


def test_a_chain_is_followed_to_its_end() -> None:
    chain = made_up("ABCD", becoming=(("A", "B", "yes"), ("B", "C", "yes")))
    assert as_now(chain, "A", "B", "C", "D") == {"A": "C", "B": "C", "C": "C", "D": "D"}


def test_of_a_split_only_the_successor_that_takes_the_total_carries_on() -> None:
    split = made_up("ABC", becoming=(("A", "B", "no"), ("A", "C", "yes")))
    assert as_now(split, "A") == {"A": "C"}
    assert as_now(made_up("ABC", becoming=(("A", "B", "no"), ("A", "C", "no"))), "A") == {"A": "A"}


def test_an_unknown_code_is_shown_as_itself_and_said_to_be_unknown() -> None:
    rows = load_organisations().as_now(pl.Series(["X99", "RJ1", "X99", None])).rows()
    assert rows == [("RJ1", "RJ1", True), ("X99", "X99", False)]


def test_every_code_of_the_real_extract_is_known() -> None:
    files = sorted(EXTRACTS.glob("*.csv"))
    if not files:
        pytest.skip("the extract is not here")
    codes = pl.read_csv(files[0], columns=["ods_code"])["ods_code"]
    found = load_organisations().as_now(codes)
    assert found.height == 157
    assert found["mapped"].all()
    assert not set(found["code"]) & set(load_organisations().closing_dates())


def test_a_trust_belongs_to_the_icb_of_the_day() -> None:
    known = load_organisations()
    of = {year: dict(known.parents("icb", date(year, 5, 1)).rows()) for year in (2025, 2026)}
    assert (of[2025]["RGT"], of[2026]["RGT"]) == ("QUE", "S1Y5D")
    assert of[2025]["RR8"] == of[2026]["RR8"] == "QWO"


def test_it_belongs_from_the_first_day_to_the_last() -> None:
    known = made_up("A", belonging=(("A", "Q", date(2022, 7, 1), date(2022, 7, 31)),))
    days = [date(2022, 6, 30), date(2022, 7, 1), date(2022, 7, 31), date(2022, 8, 1)]
    assert [("A", "Q") in known.parents("icb", day).rows() for day in days] == [False, True, True, False]


def test_a_parent_two_or_three_levels_up_is_found() -> None:
    known = made_up("A", belonging=(("A", "Q", None, None),))
    assert known.parents("region", date(2024, 1, 1)).rows() == [("A", "Y"), ("Q", "Y")]
    assert known.parents("nation", date(2024, 1, 1)).rows() == [("A", "N"), ("Q", "N"), ("Y", "N")]


@pytest.mark.parametrize("year", [2023, 2025, 2026])
@pytest.mark.parametrize("level", ["region", "nation"])
def test_every_open_acute_trust_has_one_region_and_one_nation(year: int, level: str) -> None:
    known, day = load_organisations(), date(year, 8, 1)
    open_ones = known.nodes_of("trust", day).filter(pl.col("acute") == "yes")
    parents = known.parents(level, day)  # type: ignore[arg-type]  # a text of the list above
    assert parents["code"].is_unique().all()
    assert open_ones.join(parents, on="code", how="anti").is_empty()


def test_trusts_of_the_icbs_that_were_split_are_left_out_where_no_list_says() -> None:
    known = load_organisations()
    assert not {"RDE", "RWX"} & set(known.parents("icb", date(2026, 4, 1))["code"])
    assert {"RDE", "RWX"} <= set(known.parents("icb", date(2026, 3, 31))["code"])
    regions = dict(known.parents("region", date(2026, 4, 1)).rows())
    assert (regions["RDE"], regions["RWX"]) == ("Y61", "Y59")


def test_closed_trusts_have_a_last_day_and_no_later_place() -> None:
    known = load_organisations()
    assert known.closing_dates()["RVJ"] == date(2026, 6, 30)
    open_on = {day: set(known.nodes_of("trust", day)["code"]) for day in (date(2026, 6, 30), date(2026, 7, 1))}
    assert "RVJ" in open_on[date(2026, 6, 30)] - open_on[date(2026, 7, 1)]


def test_names_leave_out_what_opened_later() -> None:
    assert "S1Y5D" not in load_organisations().names(date(2026, 3, 31))
    assert load_organisations().names(date(2026, 4, 1))["S1Y5D"] == "Central East"


def test_predecessors_are_told_through_a_chain_with_their_sources() -> None:
    chain = made_up("ABC", becoming=(("A", "B", "yes"), ("B", "C", "yes")))
    assert chain.predecessors("C")["predecessor"].to_list() == ["A", "B"]
    of_rm3 = load_organisations().predecessors("RM3").row(0, named=True)
    assert (of_rm3["predecessor"], of_rm3["date"], of_rm3["kind"]) == ("RW6", date(2021, 10, 1), "split")
    assert of_rm3["source"]
    assert of_rm3["status"] == "verified"


def test_a_circle_of_successions_is_refused() -> None:
    lines = problems_of(made_up("ABC", becoming=(("A", "B", "yes"), ("B", "A", "yes"), ("B", "C", "no"))))
    assert [line for line in lines if "leads into a circle" in line]
    assert all("row 4" not in line for line in lines)


def test_all_that_is_wrong_is_told_at_once() -> None:
    sick = made_up(
        "AB",
        belonging=(
            ("A", "Q", date(2024, 1, 1), date(2023, 1, 1)),
            ("B", "Q", None, None),
            ("B", "Q", None, None),
            ("A", "N7", date(2025, 1, 1), None),
            ("Q", "N", date(2025, 1, 1), None),
        ),
        becoming=(("A", "B", "yes"), ("A", "Q", "yes")),
    )
    text = "\n".join(problems_of(sick))
    for words in (
        "found 2023-01-01, before 2024-01-01; allowed: the day in from, or later",
        "found B Q, as in row 5; allowed: each once",
        "found N7; allowed: a code of organisations.csv",
        "found N, of level nation; allowed: region",
        "found B from an unknown day, still elsewhere; allowed: one parent a day",
        "found a second yes of A; allowed: one successor that takes the total",
    ):
        assert words in text


def test_an_area_that_belongs_to_nothing_is_refused() -> None:
    whole = made_up()
    lines = problems_of(Organisations(whole.nodes, whole.memberships.filter(pl.col("code") != "Q"), whole.successions))
    assert lines == [
        "organisations.csv, row 4, column code: found Q, of no region; allowed: a parent. Add to memberships.csv."
    ]


def test_a_row_without_a_status_is_refused() -> None:
    whole = made_up()
    bare = whole.nodes.with_columns(status=pl.lit("certain"))
    lines = problems_of(Organisations(bare, whole.memberships, whole.successions))
    assert len(lines) == bare.height
    assert "allowed: verified, secondary, derived, unverified" in lines[0]


@given(st.dictionaries(st.sampled_from(LETTERS), st.sampled_from(LETTERS)))
def test_chains_end_as_in_a_plain_walk_and_circles_are_found(into: dict[str, str]) -> None:
    known = made_up(LETTERS, becoming=tuple((before, after, "yes") for before, after in into.items()))
    walks = {code: walk(code, into) for code in LETTERS}
    if any(end is None for end in walks.values()):
        assert any("circle" in line for line in problems_of(known))
    else:
        check_organisations(known)
        assert as_now(known, *LETTERS) == walks


def walk(code: str, into: dict[str, str]) -> str | None:
    """The end of a chain, step by step; None for one that has no end."""
    for _ in LETTERS:
        if code not in into:
            return code
        code = into[code]
    return None if code in into else code
