"""The tables of organisations and districts: whole, dated, sourced, and as the health service was on a day."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from remission.library.catalogue import LIBRARY
from remission.places.nearest import postcode_districts
from remission.places.organisations import check_organisations, load_organisations
from remission.places.peers import Place, distance_km

FOLDER = LIBRARY / "places"
TABLES = ("organisations", "memberships", "successions", "postcode_districts")
SITES = Path(__file__).parents[2] / "../shared/atlas/organisations/hospital_sites_rcpch_2024.csv"
DISTRICT_SOURCES = {
    "RCPCH list of hospital sites 2024 (MIT)",
    "NHS ODS trust list January 2022, points of geographr 2021 (OGL v3)",
}
DAYS = [date(2023, 1, 1), date(2026, 3, 31), date(2026, 4, 1)]


def rows(table: str) -> list[dict[str, str]]:
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_the_tables_pass_their_check() -> None:
    check_organisations(load_organisations())


@pytest.mark.parametrize("table", TABLES)
def test_every_row_has_a_source_that_is_no_place_of_a_machine(table: str) -> None:
    for row in rows(table):
        assert row["source"], row
        assert not re.search(r"https?://|/work|shared|\.csv|\.py|[’“”]", " ".join(row.values())), row


@pytest.mark.parametrize("table", ["organisations", "memberships", "successions"])
def test_dates_are_days_or_blank(table: str) -> None:
    for row in rows(table):
        for column in {"opened", "closed", "from", "to", "date"} & set(row):
            assert not row[column] or date.fromisoformat(row[column]), row


@pytest.mark.parametrize(("day", "number"), list(zip(DAYS, (42, 42, 36), strict=True)))
def test_icbs_of_a_day(day: date, number: int) -> None:
    known = load_organisations()
    icbs = known.nodes_of("icb", day)
    assert icbs.height == number
    assert icbs.join(known.parents("region", day), on="code", how="anti").is_empty()
    assert known.nodes_of("region", day).height == 7


def test_four_nations_of_which_one_publishes() -> None:
    nodes = load_organisations().nodes
    nations = nodes.filter(pl.col("level") == "nation")
    assert sorted(nations["name"]) == ["England", "Northern Ireland", "Scotland", "Wales"]
    assert set(nodes.filter(pl.col("publishes") == "yes")["nation"]) == {"England"}
    boards = nodes.filter(pl.col("level") == "board")["nation"].value_counts()
    assert dict(boards.rows()) == {"Scotland": 14, "Wales": 7, "Northern Ireland": 5}


def test_names_of_trusts_are_written_alike() -> None:
    for row in rows("organisations"):
        if row["level"] == "trust":
            assert re.search(r" NHS (FT|Trust)$", row["name"]), row["name"]
            assert not re.search(r"'S\b|\b(Of|And|For)\b|[A-Z]{4}|  |Foundation", row["name"]), row["name"]


def test_every_open_acute_trust_has_a_place_in_england() -> None:
    nodes = load_organisations().nodes.filter(pl.col("acute") == "yes", pl.col("closed").is_null())
    assert nodes.height == 133
    assert nodes["latitude"].is_between(50, 56).all()
    assert nodes["longitude"].is_between(-6, 2).all()


def test_a_trust_that_has_ended_closed_before_its_successor_took_over() -> None:
    known = load_organisations()
    ends = known.closing_dates()
    taken = known.successions.filter(pl.col("takes_total") == "yes", pl.col("date").is_not_null())
    for code, day in taken.select("predecessor", "date").rows():
        if code in ends:
            assert abs((day - ends[code]).days) <= 1, code


def test_nothing_from_a_copy_alone_is_called_verified() -> None:
    for row in rows("successions"):
        assert row["status"] != "verified" or "NHS ODS succession files" in row["source"], row


def test_populations_say_of_whom_and_when() -> None:
    for row in rows("organisations"):
        told = [bool(row[name]) for name in ("population", "population_kind", "population_date", "population_source")]
        assert all(told) or not any(told), row


def test_districts_are_written_alike_and_lie_in_britain() -> None:
    found = postcode_districts()
    assert found["district"].is_unique().all()
    assert found["district"].str.contains(r"^[A-Z]{1,2}[0-9][A-Z0-9]?$").all()
    assert found["latitude"].is_between(49, 61).all()
    assert found["longitude"].is_between(-9, 2).all()
    assert set(found["source"].str.split("; ").explode()) == DISTRICT_SOURCES


def test_no_district_lies_in_another_part_of_the_country_than_its_area() -> None:
    found = postcode_districts().with_columns(area=pl.col("district").str.extract("^([A-Z]+)"))
    middles = found.group_by("area").agg(pl.col("latitude", "longitude").median())
    for row in found.join(middles, on="area").iter_rows(named=True):
        here, middle = (Place("", row[f"latitude{end}"], row[f"longitude{end}"]) for end in ("", "_right"))
        assert distance_km(here, middle) < 100, row["district"]


def test_the_districts_are_the_middles_of_the_hospital_sites() -> None:
    if not SITES.exists():
        pytest.skip("the list of sites is not here")
    sites = pl.read_csv(SITES, columns=["postcode", "latitude", "longitude"]).filter(
        pl.col("postcode").str.starts_with("CB2 ")
    )
    middle = (
        sites.group_by("postcode").agg(pl.col("latitude", "longitude").mean()).select("latitude", "longitude").mean()
    )
    own = dict(postcode_districts().select("district", "latitude").rows())
    assert own["CB2"] == pytest.approx(middle["latitude"][0], abs=0.01)
