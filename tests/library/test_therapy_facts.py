"""What the atlas says of a therapy is complete, says where it is from, and keeps what sources disagree on."""

from __future__ import annotations

import csv
import re
import tomllib

import pytest

from remission.library.catalogue import LIBRARY, Therapy, brands, therapies

STATUSES = ("verified", "secondary", "derived", "unverified")
MEDICINES = [one for one in therapies().values() if one.tier]
DATE = re.compile(r"\d{4}-\d\d(-\d\d)?")


def prevalence() -> list[dict[str, str]]:
    with (LIBRARY / "places/prevalence.csv").open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_tiers_are_those_of_their_sources() -> None:
    by_tier: dict[str, set[str]] = {}
    for one in MEDICINES:
        by_tier.setdefault(one.tier, set()).add(one.name)
    assert by_tier == {
        "moderate": {
            "interferon beta-1a im", "interferon beta-1a sc", "interferon beta-1b", "peginterferon beta-1a",
            "glatiramer acetate", "teriflunomide", "dimethyl fumarate", "diroximel fumarate",
        },
        "high": {
            "cladribine", "natalizumab", "alemtuzumab", "ocrelizumab", "ofatumumab", "ublituximab", "rituximab",
            "mitoxantrone",
        },
        "disputed": {"fingolimod"},
        "not tiered": {"siponimod", "ponesimod", "ozanimod", "daclizumab", "hsct"},
    }  # fmt: skip


def test_where_sources_disagree_both_are_named() -> None:
    said = therapies()["fingolimod"].told["tier_source"]
    assert "ABN guideline 2015" in said
    assert "pc4" in said


@pytest.mark.parametrize("one", MEDICINES, ids=lambda one: one.name)
def test_each_fact_has_a_source_and_a_status(one: Therapy) -> None:
    for fact in ("tier", "nice", "homecare", "starts"):
        if getattr(one, fact) not in ("", "not tiered"):
            assert one.told[f"{fact}_source"], fact
            assert one.told[f"{fact}_status"] in STATUSES, fact
    assert one.homecare in ("yes", "no", "possible")
    assert one.route_group in ("injectable_self", "oral", "infusion", "injection_hcp", "procedure")


def test_dates_are_months_or_days_and_stand_with_their_guidance() -> None:
    for one in MEDICINES:
        assert bool(one.nice) == bool(one.nice_date), one.name
        assert not one.nice_date or DATE.fullmatch(one.nice_date), one.name
        assert not one.nice or re.fullmatch(r"TA\d+(; TA\d+)*", one.nice), one.name


def test_the_date_is_that_of_the_first_recommendation() -> None:
    first = {name: therapies()[name].nice_date for name in ("natalizumab", "ocrelizumab", "cladribine", "alemtuzumab")}
    assert first == {
        "natalizumab": "2007-08",
        "ocrelizumab": "2018-07-25",
        "cladribine": "2017-12",
        "alemtuzumab": "2014-05-28",
    }


def test_what_comes_by_homecare_is_what_people_take_themselves() -> None:
    for one in MEDICINES:
        assert (one.homecare == "yes") == (one.route_group in ("injectable_self", "oral")), one.name


def test_what_does_not_modify_the_disease_has_no_tier() -> None:
    assert {therapies()[name].tier for name in ("methylprednisolone", "plasma exchange", "placebo", "azathioprine")} == {""}  # fmt: skip # noqa: E501


def test_brands_are_each_of_one_therapy() -> None:
    assert len(brands()) == sum(len(one.brands) for one in therapies().values())


def test_every_figure_of_prevalence_has_its_source_and_unit() -> None:
    for row in prevalence():
        assert float(row["value"]) > 0
        assert row["unit"] in ("people", "per 100,000", "percent")
        assert row["status"] in STATUSES
        assert row["source"]
    keys = [(row["area"], row["year"], row["measure"]) for row in prevalence()]
    assert keys == sorted(set(keys))


def test_what_a_measure_expects_is_in_the_tables() -> None:
    """The lowest number of people is published as such; the main one is the same, raised by the published rise."""
    written = tomllib.loads((LIBRARY / "measures/issued-per-expected.toml").read_text(encoding="utf-8"))["expected"]
    found = {(row["area"], row["year"], row["measure"]): float(row["value"]) for row in prevalence()}
    people = found["England", "2018", "people with MS (estimate)"]
    rise = found["England", "2024", "rise since 2019 estimate"]
    assert written["people_low"] == people
    assert written["people"] == pytest.approx(people * (1 + rise / 100), abs=1)


def test_the_population_of_the_measure_is_that_of_the_regions_and_of_the_42_icbs() -> None:
    written = tomllib.loads((LIBRARY / "measures/issued-per-expected.toml").read_text(encoding="utf-8"))["expected"]
    with (LIBRARY / "places/organisations.csv").open(encoding="utf-8", newline="") as opened:
        rows = [row for row in csv.DictReader(opened) if row["population_kind"] == written["population_kind"]]
    for level in ("icb", "region"):
        counted = [row for row in rows if row["level"] == level and row["opened"] < "2026"]
        assert sum(int(row["population"]) for row in counted) == written["population"], level
