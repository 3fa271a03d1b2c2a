"""Every trouble of a row is named by its file, row and column, and the quick rules agree with plain ones."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.scmd_worlds import MAY, NATALIZUMAB, OCRELIZUMAB, Values, csv_of, row
from remission.supply.stock.rows import NO_VALUE, Judged, judge, known_units
from remission.supply.stock.text import read_text

ROUNDED = "3.60303E+16"


def judged(rows: list[Values], header: int = 0, month: date | None = MAY) -> Judged:
    return judge("m.csv", read_text("m.csv", csv_of(rows, header)), month)


def test_a_good_row_becomes_a_month_codes_and_numbers() -> None:
    found = judged([row(quantity="-12.5", cost="-3.10")])
    assert found.problems == ()
    expected = {"row": 2, "month": MAY, "ods_code": "RA2", "vmp_code": NATALIZUMAB[0], "vmp_name": NATALIZUMAB[1]}
    assert found.rows.row(0, named=True) == expected | {"unit": "ml", "quantity": -12.5, "cost": -3.1, "why": None}


@pytest.mark.parametrize("month", ["202505", "2025-05", "2025-05-01", " 202505 ", "2025-05-01 00:00:00"])
def test_a_month_may_be_written_in_several_ways(month: str) -> None:
    assert judged([row(month=month)]).rows["month"].to_list() == [MAY]


@pytest.mark.parametrize(
    ("broken", "why", "column"),
    [
        ({"month": "May-25"}, "no month", "YEAR_MONTH"),
        ({"month": "202513"}, "no month", "YEAR_MONTH"),
        ({"month": "202504"}, "another month than the file's", "YEAR_MONTH"),
        ({"ods_code": " "}, "no organisation code", "ODS_CODE"),
        ({"vmp_code": ROUNDED}, "code in scientific notation", "VMP_SNOMED_CODE"),
        ({"vmp_code": "4E+16"}, "code in scientific notation", "VMP_SNOMED_CODE"),
        ({"vmp_code": "36030311000001108.0"}, "no product code", "VMP_SNOMED_CODE"),
        ({"vmp_code": ""}, "no product code", "VMP_SNOMED_CODE"),
        ({"vmp_name": ""}, "no product name", "VMP_PRODUCT_NAME"),
        ({"quantity": ""}, "no quantity", "TOTAL_QUANITY_IN_VMP_UNIT"),
        ({"quantity": "nan"}, "no quantity", "TOTAL_QUANITY_IN_VMP_UNIT"),
        ({"quantity": "1,200"}, "no quantity", "TOTAL_QUANITY_IN_VMP_UNIT"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_and_the_others_are_used(broken: Values, why: str, column: str) -> None:
    found = judged([row(), row("RA3") | broken, row("RA4")])
    assert found.rows["why"].to_list() == [None, why, None]
    [problem] = found.problems
    assert (problem.file, problem.row, problem.column, problem.severity) == ("m.csv", 3, column, "error")
    assert why in problem.found
    value = next(iter(broken.values())).strip()
    assert value in problem.found


def test_identifiers_stay_text_to_the_last_digit() -> None:
    assert judged([row(vmp_code="000400446007")]).rows["vmp_code"].to_list() == ["000400446007"]


def test_the_same_row_again_is_counted_once() -> None:
    found = judged([row(), row("RA3"), row(), row()])
    assert found.rows["why"].to_list() == [None, None, "the same row again", "the same row again"]
    assert [(one.row, one.severity) for one in found.problems] == [(4, "warning"), (5, "warning")]


def test_two_amounts_for_one_thing_are_named_and_neither_is_counted() -> None:
    found = judged([row(), row("RA3"), row(quantity="300"), row()])
    assert found.rows["why"].to_list() == ["two amounts for one thing", None, *["two amounts for one thing"] * 2]
    assert [(one.row, one.found[:4]) for one in found.problems] == [(2, "150 "), (4, "300 "), (5, "150 ")]


def test_one_product_in_two_units_is_two_rows() -> None:
    found = judged([row(), row(unit_code="415818006", unit="vial", quantity="2")])
    assert found.rows["why"].to_list() == [None, None]


def test_a_row_without_cost_keeps_its_quantity() -> None:
    found = judged([row(cost=""), row("RA3", cost="n/a")])
    assert found.rows["cost"].to_list() == [None, None]
    assert found.rows["why"].to_list() == [None, None]
    assert [(one.row, one.column, one.found) for one in found.problems] == [
        (3, "INDICATIVE_COST", "n/a (a cost that is no number)")
    ]


def test_a_unit_never_seen_is_named_and_kept() -> None:
    found = judged([row(), row("RA3", unit_code="123456789", unit="tablit"), row("RA4", unit_code="", unit="ML")])
    assert found.rows["unit"].to_list() == ["ml", "tablit", "ML"]
    [problem] = found.problems
    assert (problem.row, problem.column, problem.severity) == (3, "UNIT_OF_MEASURE_NAME", "warning")
    assert "tablit, identifier 123456789" in problem.found
    assert "Did you mean tablet?" in problem.next_step


def test_no_value_is_no_unit() -> None:
    found = judged([row(unit_code=NO_VALUE, unit="no value"), row("RA3", unit_code=NO_VALUE, unit="")])
    assert found.rows["unit"].to_list() == [None, None]
    assert found.problems == ()


def test_an_identifier_alone_names_its_unit() -> None:
    assert judged([row(unit="")]).rows["unit"].to_list() == ["ml"]


def test_the_first_fifty_rows_are_named_and_the_others_counted() -> None:
    found = judged([row(f"R{number}", vmp_code=ROUNDED) for number in range(75)])
    assert len(found.problems) == 50
    assert sum(1 + one.more for one in found.problems) == 75


def test_every_unit_of_the_list_has_a_code_whose_check_digit_agrees() -> None:
    assert all(_verhoeff(code) == 0 for code in known_units())


def _verhoeff(code: str) -> int:
    """Verhoeff 1969; 0 for a code whose last digit agrees."""
    check = 0
    swap = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
    for place, digit in enumerate(reversed(code)):
        moved = int(digit)
        for _ in range(place % 8):
            moved = swap[moved]
        check = _product(check, moved)
    return check


def _product(a: int, b: int) -> int:
    """Of two members of the dihedral group of order 10."""
    turn = (a + b) if a < 5 else (a - b)
    return turn % 5 + (5 if (a < 5) != (b < 5) else 0)


values = st.builds(
    row,
    st.sampled_from(["RA2", "ra2 ", "RA3", ""]),
    st.sampled_from([NATALIZUMAB, OCRELIZUMAB]),
    st.sampled_from(["10", "10.0", "-4", "", "x", "1e3"]),
    month=st.sampled_from(["202505", "2025-05", "202504", "x", ""]),
    vmp_code=st.sampled_from([NATALIZUMAB[0], OCRELIZUMAB[0], ROUNDED, "abc"]),
    unit=st.sampled_from(["ml", "vial"]),
    unit_code=st.just(""),
    cost=st.sampled_from(["1", "", "x"]),
)


@given(st.lists(values, min_size=1, max_size=12))
def test_the_rules_agree_with_plain_ones(rows: list[Values]) -> None:
    assert judged(rows).rows["why"].to_list() == plainly(rows)


@given(st.lists(values, min_size=1, max_size=8), st.data())
def test_order_and_repeats_change_no_sum(rows: list[Values], data: st.DataObject) -> None:
    again = data.draw(st.permutations([*rows, *data.draw(st.lists(st.sampled_from(rows), max_size=6))]))

    def total(some: list[Values]) -> pl.DataFrame:
        good = judged(some).rows.filter(pl.col("why").is_null())
        return good.select("ods_code", "vmp_code", "unit", "quantity").sort(pl.all())

    assert total(again).equals(total(rows))


def plainly(rows: list[Values]) -> list[str | None]:
    """Row by row: the plain twin of `judge`."""
    found = [plain_why(one) for one in rows]
    usable = [plain_key(one) for one, why in zip(rows, found, strict=True) if why is None]
    wholes = [(plain_key(one), plain_rest(one)) for one, why in zip(rows, found, strict=True) if why is None]
    different = Counter(key for key, _ in set(wholes))
    seen: set[object] = set()
    assert len(usable) == len(wholes)
    for place, one in enumerate(rows):
        if found[place] is not None:
            continue
        key, whole = plain_key(one), (plain_key(one), plain_rest(one))
        if different[key] > 1:
            found[place] = "two amounts for one thing"
        elif whole in seen:
            found[place] = "the same row again"
        seen.add(whole)
    return found


def plain_why(one: Values) -> str | None:
    month = one["month"].replace("-", "")
    if not re.fullmatch(r"\d{6}", month):
        return "no month"
    if month != "202505":
        return "another month than the file's"
    if not one["ods_code"].strip():
        return "no organisation code"
    if "E+" in one["vmp_code"]:
        return "code in scientific notation"
    if not one["vmp_code"].isdigit():
        return "no product code"
    return None if plain_number(one["quantity"]) is not None else "no quantity"


def plain_key(one: Values) -> tuple[str, ...]:
    return one["ods_code"].strip().upper(), one["vmp_code"], one["unit"]


def plain_rest(one: Values) -> tuple[object, ...]:
    return one["vmp_name"], plain_number(one["quantity"]), plain_number(one["cost"])


def plain_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
