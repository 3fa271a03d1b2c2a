"""Names are matched or kept apart, what only resembles an MS medicine is told, and no unit is ever guessed."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.library.products import products
from remission.supply.medicines.products import codes, derive_patient_years, has_check_digit, match_names

NOBODYS = "98000011000001101"  # a code that passes its check digit and is no product's
NATALIZUMAB = "Natalizumab 300mg/15ml solution for infusion vials"
Answer = tuple[str | None, str, str | None]


def judged(name: str, code: str = NOBODYS) -> Answer:
    answer = match_names(pl.DataFrame({"vmp_code": [code], "vmp_name": [name]}))
    product, verdict, reason = answer.select("product", "verdict", "reason").row(0)
    return product, verdict, reason


@pytest.mark.parametrize(
    ("name", "product"),
    [
        (NATALIZUMAB, "natalizumab-300-infusion"),
        (f"  {NATALIZUMAB.upper()} ", "natalizumab-300-infusion"),
        ("Interferon beta-1a 12million units/0.5ml solution for injection pre-filled syringes", "rebif-44"),
        ("Glatiramer acetate 40mg/1ml solution for injection pre-filled syringes", "glatiramer-40"),
        ("Generic Ponvory 14 day initiation pack", "ponesimod-start"),
    ],
)
def test_a_name_of_a_product_is_matched(name: str, product: str) -> None:
    assert judged(name) == (product, "matched", None)


@pytest.mark.parametrize(
    ("name", "product"),
    [
        ("Alemtuzumab 30mg/1ml solution for infusion vials", "alemtuzumab-30"),
        ("Cladribine 10mg/10ml solution for infusion vials", "cladribine-injection"),
        ("Rituximab 500mg/50ml solution for infusion vials", "rituximab"),
        ("Dimethyl fumarate 120mg gastro-resistant tablets", "dimethyl-fumarate-tablet"),
        ("Ozanimod 920microgram capsules", "ozanimod"),
    ],
)
def test_what_belongs_to_other_diseases_is_apart_with_the_reason(name: str, product: str) -> None:
    found, verdict, reason = judged(name)
    assert (found, verdict) == (product, "apart")
    assert reason


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Natalizumab 600mg/30ml solution for infusion vials", "It names natalizumab and fits no pattern."),
        ("Infusion of ocrelizumab in sodium chloride", "It names ocrelizumab and fits no pattern."),
        ("Interferon-beta-1a 44micrograms/0.5ml", "It names interferon beta and fits no pattern."),
        ("Dimethylfumarate 240mg capsules", "It names dimethyl fumarate and fits no pattern."),
        ("Ocrelizumb 300mg/10ml solution", "Its name is spelt like ocrelizumab."),
        ("Teriflunomid 14mg tablets", "Its name is spelt like teriflunomide."),
        ("Solution of siponmod", "Its name is spelt like siponimod."),
        ("Interferon betta-1a 44micrograms/0.5ml", "Its name is spelt like interferon beta."),
        ("Tecfidera 240mg capsules", "It names the brand Tecfidera and fits no pattern."),
    ],
)
def test_a_name_that_resembles_a_product_is_a_near_miss_with_the_reason(name: str, reason: str) -> None:
    assert judged(name) == (None, "near miss", reason)


def test_the_name_that_avonex_and_rebif_share_is_never_counted() -> None:
    name = "Interferon beta-1a 6million units/0.5ml solution for injection pre-filled syringes"
    for code in (NOBODYS, "4839511000001102"):
        product, verdict, reason = judged(name, code)
        assert (product, verdict) == (None, "near miss")
        assert reason is not None
        assert "Avonex" in reason
        assert "Rebif" in reason


@pytest.mark.parametrize(
    "name",
    [
        "Leflunomide 20mg tablets",
        "Cetuximab 100mg/20ml solution for infusion vials",
        "Interferon alfa-2b 18million units/1.2ml",
        "Peginterferon alfa-2a 180micrograms/0.5ml",
        "Interferon gamma-1b 100micrograms/0.5ml",
        "Dimethyl sulfoxide 50% bladder irrigation",
        "Clofarabine 20mg/20ml solution for infusion vials",
        "Ferrous fumarate 322mg tablets",
        "Omalizumab 150mg/1ml solution",
        "Water",
        "",
    ],
)
def test_other_medicines_are_other(name: str) -> None:
    assert judged(name)[:2] == (None, "other")


def test_a_verified_code_of_another_product_stops_the_match() -> None:
    product, verdict, reason = judged(NATALIZUMAB, "39819411000001106")
    assert (product, verdict) == (None, "near miss")
    assert reason == (
        "Its code is listed for natalizumab-150-syringe, its name is that of natalizumab-300-infusion."
    )  # fmt: skip


def test_a_code_paired_by_inference_only_does_not_stop_it_and_is_told() -> None:
    product, verdict, reason = judged(NATALIZUMAB, "35058211000001100")
    assert (product, verdict) == ("natalizumab-300-infusion", "matched")
    assert reason is not None
    assert reason.startswith("Its code is listed for ocrelizumab-300-infusion")


def test_a_known_code_under_another_name_is_told() -> None:
    product, verdict, reason = judged("Something else 5mg", "36030311000001108")
    assert (product, verdict) == (None, "near miss")
    assert reason == "Its code is listed for natalizumab-300-infusion, and its name fits no pattern."


def test_a_code_that_fails_its_check_digit_is_told() -> None:
    assert judged(NATALIZUMAB, "36030311000001107")[1:] == ("matched", "Its code fails the check digit of SNOMED identifiers.")  # fmt: skip # noqa: E501


def test_every_code_of_the_library_passes_its_check_digit() -> None:
    assert len(codes()) == 62
    assert [code for code in codes() if not has_check_digit(code)] == []


def plain_check(digits: str) -> bool:
    """Verhoeff's scheme with its two tables written out."""
    times = ["0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
             "5987604321", "6598710432", "7659821043", "8765932104", "9876543210"]  # fmt: skip
    turn = [
        "0123456789",
        "1576283094",
        "5803796142",
        "8916043527",
        "9453126870",
        "4286573901",
        "2793806415",
        "7046913258",
    ]
    state = 0
    for place, digit in enumerate(reversed(digits)):
        state = int(times[state][int(turn[place % 8][int(digit)])])
    return state == 0


@given(st.text("0123456789", min_size=1, max_size=18))
def test_the_check_digit_agrees_with_the_printed_tables(digits: str) -> None:
    assert has_check_digit(digits) == plain_check(digits)


@given(st.sampled_from(sorted(codes())), st.data())
def test_a_wrong_digit_and_two_exchanged_are_noticed(code: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(code) - 2))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != code[place]]))
    assert not has_check_digit(code[:place] + other + code[place + 1 :])
    if code[place] != code[place + 1]:
        assert not has_check_digit(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


@pytest.mark.parametrize("code", ["", "3.6E+16", "36030311000001108 ", "ABC"])
def test_what_is_no_number_has_no_check_digit(code: str) -> None:
    assert not has_check_digit(code)


@given(st.lists(st.sampled_from([NATALIZUMAB, "Water", "Ocrelizumb 1mg", "Rituximab 1mg"]), max_size=8))
def test_every_row_is_answered_in_its_place(names: list[str]) -> None:
    asked = pl.DataFrame({"vmp_code": [NOBODYS] * len(names), "vmp_name": names}, schema=dict.fromkeys(("vmp_code", "vmp_name"), pl.String))  # fmt: skip # noqa: E501
    answers = match_names(asked)
    assert answers["vmp_name"].to_list() == names
    assert answers["verdict"].to_list() == [judged(name)[1] for name in names]


def years_of(product: str, unit: str | None, quantity: float | None) -> dict[str, float | None]:
    schema = {"product": pl.String, "unit": pl.String, "quantity": pl.Float64}
    rows = pl.DataFrame([(product, unit, quantity)], schema=schema, orient="row")
    return derive_patient_years(rows).select("units", "^patient_years.*$").row(0, named=True)


@pytest.mark.parametrize(
    ("product", "unit", "quantity", "units", "years"),
    [
        ("natalizumab-300-infusion", "ml", 195.6, 13.04, 1),
        ("natalizumab-150-syringe", "ml", 26.09, 26.09, 1),
        ("ocrelizumab-300-infusion", "ml", 40, 4, 1),
        ("ocrelizumab-920-injection", "ml", 46, 2, 1),
        ("rebif-44", "ml", 78.27, 156.54, 1),
        ("rebif-cartridge", "ml", 78.27, 52.18, 1),
        ("glatiramer-20", "ml", 365.25, 365.25, 1),
        ("glatiramer-40", "ml", 156.54, 156.54, 1),
        ("dimethyl-fumarate-240", "capsule", 730.5, 730.5, 1),
        ("siponimod-250mcg", "tablet", 1461, 1461, 1),
        ("cladribine-tablet", "tablet", 14, 14, 1),
        ("alemtuzumab-12", "ml", 4.8, 4, 1),
        ("interferon-beta-1b", "vial", 182.63, 182.63, 1),
        ("ofatumumab-20", "ml", 4.8, 12, 1),
        ("ublituximab-150", "ml", 39.12, 6.52, 1),
        ("fingolimod-500", "Capsule", -365.25, -365.25, -1),
    ],
)
def test_a_year_of_treatment_is_a_patient_year(
    product: str, unit: str, quantity: float, units: float, years: float
) -> None:
    found = years_of(product, unit, quantity)
    assert found["units"] == pytest.approx(units)
    assert found["patient_years"] == pytest.approx(years)


def test_the_largest_figure_takes_the_fewest_units_a_year() -> None:
    found = years_of("natalizumab-300-infusion", "ml", 15 * 13.04)
    assert found["patient_years_low"] == pytest.approx(1)
    assert found["patient_years_high"] == pytest.approx(13.04 / 8.70)
    course = years_of("cladribine-tablet", "tablet", 17 * 7)
    assert (course["patient_years_low"], course["patient_years_high"]) == (7, 17)


def test_the_strength_of_both_uses_may_be_no_maintenance_at_all() -> None:
    assert years_of("siponimod-250mcg", "tablet", 1461)["patient_years_low"] == 0


@pytest.mark.parametrize("product", ["rebif-start", "plegridy-start", "dimethyl-fumarate-120", "ponesimod-start"])
def test_a_pack_for_a_beginning_is_no_patient_years(product: str) -> None:
    unit = products()[product].udfs_unit or "pack"
    found = years_of(product, unit, 14)
    assert (found["patient_years"], found["patient_years_low"], found["patient_years_high"]) == (0, 0, 0)


@pytest.mark.parametrize("unit", ["vial", "mg", "", None, "no value"])
def test_another_unit_gives_nothing(unit: str | None) -> None:
    found = years_of("natalizumab-300-infusion", unit, 10)
    assert set(found.values()) == {None}


def test_products_of_other_diseases_have_no_patient_years() -> None:
    assert years_of("rituximab", "ml", 50)["patient_years"] is None


def plain_years(product: str, unit: str, quantity: float) -> tuple[float | None, float | None]:
    """Units and patient-years of one row, as one would work them out on paper."""
    one = products()[product]
    if one.udfs_unit and unit != one.udfs_unit:
        return None, None
    units = quantity / (one.udfs_size or 1)
    if one.use == "titration":
        return units, 0
    return units, units / one.units_per_patient_year if one.units_per_patient_year else None


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(products())), st.sampled_from(["ml", "tablet", "vial"]), st.floats(-1e6, 1e6))
    )
)
def test_patient_years_agree_with_the_plain_twin(rows: list[tuple[str, str, float]]) -> None:
    schema = {"product": pl.String, "unit": pl.String, "quantity": pl.Float64}
    found = derive_patient_years(pl.DataFrame(rows, schema=schema, orient="row"))
    assert found["product"].to_list() == [row[0] for row in rows]
    for (units, years), row in zip(found.select("units", "patient_years").rows(), rows, strict=True):
        assert (units, years) == pytest.approx(plain_years(*row), nan_ok=True)
