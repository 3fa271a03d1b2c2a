"""Organisations are fetched page by page and asked for again only when they changed; who became whom is kept."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from made_up.open_data_server import Site, link, serving, trust
from remission.inputs.download import Patience
from remission.inputs.fetching import Asking
from remission.inputs.snapshots import read_snapshots
from remission.places.sources import ods

TODAY = date(2026, 11, 20)
SITES = Path(__file__).parents[2] / "../shared/atlas/organisations/hospital_sites_rcpch_2024.csv"


@pytest.fixture(autouse=True)
def _no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ods, "REST_SECONDS", 0.0)


@pytest.fixture
def site() -> Iterator[Site]:
    icb = link("QOP", "2022-07-01", id="RE5")
    icb["Target"]["PrimaryRoleId"] = {"id": "RO261"}
    region = link("Y62", "2022-07-01", id="RE5")
    split = [link("RM3", "2021-10-01", Type="Successor"), link("R0A", "2021-10-01", Type="Successor")]
    ended = [
        {"Type": "Legal", "Start": "2002-04-01", "End": "2021-09-30"},
        {"Type": "Operational", "Start": "1999-01-01"},
    ]
    records = {
        "R0A": trust("R0A", "MANCHESTER UNIVERSITY", Rels={"Rel": [icb, region]}),
        "RM2": trust("RM2", "SOUTH MANCHESTER", Succs={"Succ": [link("R0A", "2017-10-01", Type="Successor")]}),
        "RM3": trust("RM3", "NORTHERN CARE ALLIANCE", Succs={"Succ": [link("RW6", "2021-10-01", Type="Predecessor")]}),
        "RW6": trust("RW6", "PENNINE ACUTE", Date=ended, Succs={"Succ": split}),
    }
    sites = {"R0A02": trust("R0A02", "WYTHENSHAWE HOSPITAL", GeoLoc={"Location": {"PostCode": "M23 9LT"}})}
    listed = {code: ("RO197", record) for code, record in records.items()}
    with serving(Site(organisations=listed | {code: ("RO198", record) for code, record in sites.items()})) as up:
        yield up


def _asking(site: Site) -> Asking:
    return Asking(TODAY, base_url=f"{site.address}/", patience=Patience(5.0, 1, 0.0))


def _fetch(home: Path, site: Site) -> tuple[int, int, int]:
    found = ods.fetch(home, _asking(site), lambda _: None)
    return len(found.new), found.unchanged, len(found.problems)


def test_trusts_with_their_legal_dates_and_sites_with_their_trust(tmp_path: Path, site: Site) -> None:
    assert _fetch(tmp_path, site) == (2, 0, 0)
    nodes = {row["code"]: row for row in ods.tidy(tmp_path).nodes.to_dicts()}
    assert (nodes["RW6"]["opened"], nodes["RW6"]["closed"]) == (date(2002, 4, 1), date(2021, 9, 30))
    assert (nodes["RM2"]["opened"], nodes["RM2"]["closed"]) == (date(2001, 4, 1), None)
    assert (nodes["R0A02"]["level"], nodes["R0A02"]["parent"], nodes["R0A02"]["postcode"]) == ("site", "R0A", "M23 9LT")


def test_a_succession_told_by_either_side_is_one_row_and_a_split_takes_no_side(tmp_path: Path, site: Site) -> None:
    _fetch(tmp_path, site)
    rows = ods.tidy(tmp_path).successions.select("predecessor", "successor", "date", "kind", "takes_total").rows()
    assert rows == [
        ("RM2", "R0A", date(2017, 10, 1), "succession", "yes"),
        ("RW6", "R0A", date(2021, 10, 1), "split", None),
        ("RW6", "RM3", date(2021, 10, 1), "split", None),
    ]


def test_only_the_relationship_to_an_icb_is_a_membership(tmp_path: Path, site: Site) -> None:
    _fetch(tmp_path, site)
    edges = ods.tidy(tmp_path).memberships.select("code", "parent", "from", "to").rows()
    assert edges == [("R0A", "QOP", date(2022, 7, 1), None)]


def test_a_record_is_asked_for_again_only_when_it_changed(tmp_path: Path, site: Site) -> None:
    _fetch(tmp_path, site)
    site.asked.clear()
    assert _fetch(tmp_path, site) == (0, 2, 0)
    assert not [path for path in site.asked if path.startswith("/organisations/")]
    site.organisations["RM3"] = ("RO197", trust("RM3", "RENAMED", changed="2026-11-01"))
    assert _fetch(tmp_path, site) == (1, 1, 0)
    assert [path for path in site.asked if path.startswith("/organisations/")] == ["/organisations/RM3"]
    assert "RENAMED" in ods.tidy(tmp_path).nodes["name"].to_list()
    assert len(read_snapshots(tmp_path)) == 3


@pytest.mark.parametrize("one_based", [True, False])
def test_every_page_is_read_and_a_row_on_two_pages_counts_once(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch, one_based: bool
) -> None:
    monkeypatch.setattr(ods, "PAGE_ROWS", 2)
    site.one_based = one_based
    assert _fetch(tmp_path, site) == (2, 0, 0)
    assert ods.tidy(tmp_path).nodes["code"].to_list() == ["R0A", "RM2", "RM3", "RW6", "R0A02"]


def test_a_record_that_cannot_be_had_is_named_and_the_others_are_kept(tmp_path: Path, site: Site) -> None:
    del site.organisations["RM2"][1]["Date"]
    found = ods.fetch(tmp_path, _asking(site), lambda _: None)
    assert [problem.file.rpartition("/")[2] for problem in found.problems] == ["RM2"]
    assert "RM2" not in ods.tidy(tmp_path).nodes["code"].to_list()
    assert "R0A" in ods.tidy(tmp_path).nodes["code"].to_list()


def test_without_a_connection_nothing_is_lost(tmp_path: Path, site: Site) -> None:
    _fetch(tmp_path, site)
    before = ods.tidy(tmp_path)
    gone = Asking(TODAY, base_url="http://127.0.0.1:9/", patience=Patience(1.0, 1, 0.0))
    assert len(ods.fetch(tmp_path, gone, lambda _: None).problems) == 2
    assert ods.tidy(tmp_path).nodes.equals(before.nodes)


def test_an_empty_home_gives_empty_tables(tmp_path: Path) -> None:
    assert [table.height for table in vars(ods.tidy(tmp_path)).values()] == [0, 0, 0]


@pytest.mark.skipif(not SITES.exists(), reason="the list of hospital sites is not here")
def test_the_code_of_a_real_site_nearly_always_begins_with_that_of_its_trust() -> None:
    with SITES.open(encoding="utf-8", newline="") as opened:
        rows = [row for row in csv.DictReader(opened) if row["trust_or_board_ods"].startswith("R")]
    agree = sum(row["site_ods"][: ods.TRUST_CODE_LETTERS] == row["trust_or_board_ods"] for row in rows)
    assert agree / len(rows) > 0.9
