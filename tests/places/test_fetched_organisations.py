"""The directory service fills what the library does not know, and never overwrites what it does."""

from __future__ import annotations

from datetime import date

import polars as pl

from remission.places.fetched_organisations import with_fetched
from remission.places.organisations import load_organisations
from remission.places.sources.ods import MEMBERSHIPS, NODES, SUCCESSIONS, FetchedOrganisations

SAID = {"source": "the service", "status": "verified"}


def fetched(nodes: list[dict[str, object]], successions: list[dict[str, object]] | None = None) -> FetchedOrganisations:
    belongs = [{"code": one["code"], "parent": "QMF", "from": date(2026, 10, 1), **SAID} for one in nodes]
    return FetchedOrganisations(
        pl.DataFrame([{"level": "trust", **SAID, **one} for one in nodes], schema=NODES),
        pl.DataFrame([{"kind": "merger", **SAID, **one} for one in successions or []], schema=SUCCESSIONS),
        pl.DataFrame(belongs, schema=MEMBERSHIPS),
    )


def test_a_trust_opened_since_is_known_with_its_board() -> None:
    found = with_fetched(load_organisations(), fetched([{"code": "R9Z", "name": "New", "opened": date(2026, 10, 1)}]))
    assert found.names(date(2026, 11, 1))["R9Z"] == "New"
    assert dict(found.parents("icb", date(2026, 11, 1)).iter_rows())["R9Z"] == "QMF"


def test_a_merger_since_is_followed() -> None:
    merged = {"predecessor": "R1H", "successor": "R9Z", "date": date(2026, 10, 1), "takes_total": "yes"}
    found = with_fetched(load_organisations(), fetched([{"code": "R9Z", "name": "New"}], [merged]))
    assert found.as_now(pl.Series(["R1H"]))["code"].to_list() == ["R9Z"]


def test_where_nobody_says_who_takes_the_total_a_code_stays_itself() -> None:
    split = [{"predecessor": "R1H", "successor": code, "date": date(2026, 10, 1)} for code in ("R9Z", "RRV")]
    found = with_fetched(load_organisations(), fetched([{"code": "R9Z", "name": "New"}], split))
    assert found.as_now(pl.Series(["R1H"]))["code"].to_list() == ["R1H"]


def test_the_library_goes_first() -> None:
    known = load_organisations()
    other = {"predecessor": "RM2", "successor": "RRV", "date": date(2020, 1, 1), "takes_total": "yes"}
    found = with_fetched(known, fetched([{"code": "R0A", "name": "Another name"}], [other]))
    assert found.names(date(2026, 1, 1))["R0A"] == known.names(date(2026, 1, 1))["R0A"]
    assert found.as_now(pl.Series(["RM2"]))["code"].to_list() == ["R0A"]
