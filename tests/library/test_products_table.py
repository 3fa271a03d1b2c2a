"""The table of products: every factor follows from its dose, every pattern takes its own names and no other's."""

from __future__ import annotations

import csv
import re

import pytest

from remission.library.catalogue import LIBRARY, therapies
from remission.library.products import Product, products

ALL = tuple(products().values())
COUNTED = tuple(one for one in ALL if one.ms == "yes" and one.use != "titration")
STATUSES = ("verified", "secondary", "derived", "unverified")
DAYS = 365.25

# Units a year, worked out here from the dose and the days between doses.
FACTORS = {
    "avonex": DAYS / 7,
    "rebif-22": 3 * DAYS / 7,
    "rebif-44": 3 * DAYS / 7,
    "rebif-cartridge": DAYS / 7,
    "interferon-beta-1b": DAYS / 2,
    "plegridy": DAYS / 14,
    "glatiramer-20": DAYS,
    "glatiramer-40": 3 * DAYS / 7,
    "dimethyl-fumarate-240": 2 * DAYS,
    "diroximel-fumarate": 4 * DAYS,
    "siponimod-250mcg": 4 * DAYS,
    "natalizumab-300-infusion": DAYS / 28,
    "natalizumab-150-syringe": 2 * DAYS / 28,
    "ublituximab-150": 3 * DAYS / 168,
    "ocrelizumab-300-infusion": 4,
    "ocrelizumab-920-injection": 2,
    "ofatumumab-20": 12,
    "daclizumab": 12,
    "alemtuzumab-12": (5 + 3) / 2,
    "cladribine-tablet": 14,
}
ONE_A_DAY = ("teriflunomide-7", "teriflunomide-14", "fingolimod-250", "fingolimod-500", "siponimod-1mg",
             "siponimod-2mg", "ponesimod-20")  # fmt: skip

# One name of each product, as the dictionary writes them; those not seen in a source are by its custom.
NAMES = {
    "alemtuzumab-12": "Alemtuzumab 12mg/1.2ml solution for infusion vials",
    "alemtuzumab-30": "Alemtuzumab 30mg/1ml solution for infusion vials",
    "avonex": "Interferon beta-1a 30micrograms/0.5ml solution for injection pre-filled disposable devices",
    "cladribine-injection": "Cladribine 10mg/10ml solution for infusion vials",
    "cladribine-tablet": "Cladribine 10mg tablets",
    "daclizumab": "Daclizumab 150mg/1ml solution for injection pre-filled syringes",
    "dimethyl-fumarate-120": "Dimethyl fumarate 120mg gastro-resistant capsules",
    "dimethyl-fumarate-240": "Dimethyl fumarate 240mg gastro-resistant capsules",
    "dimethyl-fumarate-tablet": "Dimethyl fumarate 120mg gastro-resistant tablets",
    "diroximel-fumarate": "Diroximel fumarate 231mg gastro-resistant capsules",
    "fampridine": "Fampridine 10mg modified-release tablets",
    "fingolimod-250": "Fingolimod 250microgram capsules",
    "fingolimod-500": "Fingolimod 500microgram capsules",
    "glatiramer-20": "Glatiramer acetate 20mg/1ml solution for injection pre-filled syringes",
    "glatiramer-40": "Glatiramer acetate 40mg/1ml solution for injection pre-filled syringes",
    "interferon-beta-1b": "Interferon beta-1b 300microgram powder and solvent for solution for injection vials",
    "mitoxantrone": "Mitoxantrone 20mg/10ml solution for infusion vials",
    "natalizumab-150-syringe": "Natalizumab 150mg/1ml solution for injection pre-filled syringes",
    "natalizumab-300-infusion": "Natalizumab 300mg/15ml solution for infusion vials",
    "ocrelizumab-300-infusion": "Ocrelizumab 300mg/10ml solution for infusion vials",
    "ocrelizumab-920-injection": "Ocrelizumab 920mg/23ml solution for injection vials",
    "ofatumumab-20": "Ofatumumab 20mg/0.4ml solution for injection pre-filled disposable devices",
    "ofatumumab-vial": "Ofatumumab 1g/50ml solution for infusion vials",
    "ozanimod": "Ozanimod 920microgram capsules",
    "plegridy": "Peginterferon beta-1a 125micrograms/0.5ml solution for injection pre-filled disposable devices",
    "plegridy-start": "Peginterferon beta-1a 63micrograms/0.5ml syringes and Peginterferon beta-1a 94micrograms/0.5ml",
    "ponesimod-20": "Ponesimod 20mg tablets",
    "ponesimod-start": "Ponesimod 2mg tablets",
    "rebif-22": "Interferon beta-1a 22micrograms/0.5ml solution for injection pre-filled syringes",
    "rebif-44": "Interferon beta-1a 12million units/0.5ml solution for injection pre-filled syringes",
    "rebif-cartridge": "Interferon beta-1a 36million units/1.5ml solution for injection cartridges",
    "rebif-start": "Interferon beta-1a 6million units/0.5ml solution for injection pre-filled syringes and "
    "Interferon beta-1a 2.4million units/0.2ml solution for injection pre-filled syringes",
    "rituximab": "Rituximab 1.4g/11.7ml solution for injection vials",
    "siponimod-1mg": "Siponimod 1mg tablets",
    "siponimod-250mcg": "Siponimod 250microgram tablets",
    "siponimod-2mg": "Siponimod 2mg tablets",
    "teriflunomide-14": "Teriflunomide 14mg tablets",
    "teriflunomide-7": "Teriflunomide 7mg tablets",
    "ublituximab-150": "Ublituximab 150mg/6ml solution for infusion vials",
}
OTHER_SPELLINGS = {
    "rebif-44": "Interferon beta-1a 44micrograms/0.5ml solution for injection pre-filled disposable devices",
    "rebif-cartridge": "Interferon beta-1a 132micrograms/1.5ml solution for injection cartridges",
    "rebif-start": "Interferon beta-1a 22micrograms/0.5ml pens and Interferon beta-1a 8.8micrograms/0.2ml pens",
    "ponesimod-start": "Generic Ponvory 14 day initiation pack",
    "fingolimod-500": "FINGOLIMOD 500 micrograms capsules",
}


@pytest.mark.parametrize("name", sorted(FACTORS) + list(ONE_A_DAY))
def test_units_a_year_follow_from_the_dose(name: str) -> None:
    assert products()[name].units_per_patient_year == pytest.approx(FACTORS.get(name, DAYS), abs=0.006)


def test_no_counted_product_is_left_unchecked() -> None:
    assert {one.name for one in COUNTED} == {*FACTORS, *ONE_A_DAY}


@pytest.mark.parametrize("one", COUNTED, ids=lambda one: one.name)
def test_what_is_counted_has_a_unit_a_range_and_a_source(one: Product) -> None:
    year, low, high = (value or 0 for value in (one.units_per_patient_year, one.units_low, one.units_high))
    assert 0 < low <= year <= high
    assert "" not in (one.udfs_unit, one.arithmetic, one.dose_source)
    assert one.udfs_size
    assert one.dose_status in STATUSES


def test_ranges_are_those_of_longer_intervals_and_of_body_weight() -> None:
    known = {one.name: (one.units_low, one.units_high) for one in COUNTED if one.units_low != one.units_high}
    assert known == {
        "natalizumab-300-infusion": (8.70, 13.04),
        "natalizumab-150-syringe": (17.39, 26.09),
        "alemtuzumab-12": (3, 5),
        "cladribine-tablet": (7, 17),
    }


def test_millilitres_of_rebif_a_year_are_the_same_in_syringes_and_cartridges() -> None:
    for name in ("rebif-22", "rebif-44", "rebif-cartridge"):
        one = products()[name]
        assert (one.udfs_size or 0) * (one.units_per_patient_year or 0) == pytest.approx(78.27, abs=0.01)


def test_every_product_has_a_name_to_be_tried() -> None:
    assert set(NAMES) == set(products())


@pytest.mark.parametrize(("product", "name"), [*NAMES.items(), *OTHER_SPELLINGS.items()])
def test_a_name_is_taken_by_its_own_pattern_and_no_other(product: str, name: str) -> None:
    for spelt in (name, name.upper()):
        assert [one.name for one in ALL if one.pattern.match(spelt)] == [product]


@pytest.mark.parametrize(
    "name",
    [
        "Interferon beta-1a 6million units/0.5ml solution for injection pre-filled syringes",
        "Natalizumab 600mg/30ml solution for infusion vials",
        "Ponesimod 12mg tablets",
        "Dimethyl fumarate 480mg gastro-resistant capsules",
        "Glatiramer acetate 20mg/2ml solution for injection",
        "Interferon alfa-2b 18million units/1.2ml solution for injection",
        "Leflunomide 20mg tablets",
    ],
)
def test_a_name_of_no_product_is_taken_by_no_pattern(name: str) -> None:
    assert [one.name for one in ALL if one.pattern.match(name)] == []


def test_patterns_begin_at_the_beginning() -> None:
    assert [one.name for one in ALL if not one.pattern.pattern.startswith("^")] == []
    assert {one.pattern.flags & re.IGNORECASE for one in ALL} == {re.IGNORECASE}


def test_each_product_is_of_a_therapy_of_the_library() -> None:
    assert {one.therapy for one in ALL} - set(therapies()) == {""}
    assert [one.name for one in ALL if not one.therapy] == ["fampridine"]


def test_every_modifying_medicine_has_a_product() -> None:
    tiered = {one.name for one in therapies().values() if one.tier and one.kind != "procedure"}
    assert tiered == {one.therapy for one in ALL if one.therapy}


def test_other_diseases_and_doubt_are_kept_apart() -> None:
    apart = {one.name: one.ms for one in ALL if one.ms != "yes"}
    assert apart.pop("ozanimod") == "ambiguous"
    assert set(apart) == {"alemtuzumab-30", "cladribine-injection", "dimethyl-fumarate-tablet", "fampridine",
                          "mitoxantrone", "ofatumumab-vial", "rituximab"}  # fmt: skip
    assert [one.name for one in ALL if one.ms != "yes" and not one.note] == []


def test_packs_for_a_beginning_count_no_patient_years() -> None:
    packs = {one.name for one in ALL if one.use == "titration"}
    assert packs == {"rebif-start", "plegridy-start", "dimethyl-fumarate-120", "ponesimod-start"}
    assert {products()[name].units_per_patient_year for name in packs} == {None}
    assert products()["siponimod-250mcg"].use == "both"


def test_a_list_price_stands_only_where_it_was_read() -> None:
    with (LIBRARY / "products.csv").open(encoding="utf-8", newline="") as opened:
        priced = [row for row in csv.DictReader(opened) if row["list_price_gbp"]]
    assert [(row["product"], row["list_price_gbp"]) for row in priced] == [("ocrelizumab-300-infusion", "4790")]
    assert all(row["list_price_source"] for row in priced)


def test_the_table_is_in_order_and_each_product_stands_once() -> None:
    with (LIBRARY / "products.csv").open(encoding="utf-8", newline="") as opened:
        names = [row["product"] for row in csv.DictReader(opened)]
    assert names == sorted(set(names))
    assert names == list(products())
