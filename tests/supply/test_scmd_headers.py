"""Columns are found by name under every header that was ever published, and a name that is new is not guessed at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.supply.stock.headers import HEADERS, Header, recognise

OLD, NEW, NO_PRICE, EXTRACT = HEADERS
headers = pytest.mark.parametrize("header", HEADERS, ids=[one.name for one in HEADERS])


@headers
def test_each_published_header_is_known(header: Header) -> None:
    found = recognise("m.csv", list(header.columns.values()))
    assert (found.header, found.problems) == (header, ())


@given(st.data(), st.sampled_from(HEADERS))
def test_order_and_case_do_not_matter(data: st.DataObject, header: Header) -> None:
    ours = data.draw(st.permutations(list(header.columns)))
    names = [data.draw(st.sampled_from([str.lower, str.upper, str.title]))(header.columns[name]) for name in ours]
    found = recognise("m.csv", names)
    assert found.header == header
    assert all(ours[place] == name for name, place in found.places.items())


def test_unit_dose_columns_may_be_there() -> None:
    found = recognise("m.csv", [*NEW.columns.values(), *sorted(NEW.unread)])
    assert found.header == NEW


@headers
def test_a_column_renamed_again_is_named_with_the_nearest_and_the_file_left_out(header: Header) -> None:
    for ours, name in header.columns.items():
        names = [f"{one}_V2" if one == name else one for one in header.columns.values()]
        found = recognise("m.csv", names)
        said = [str(one) for one in found.problems]
        assert found.header is None, ours
        assert any(f"column {name}: found no such column" in one and f"Did you mean {name}_V2?" in one for one in said)
        assert any(f"column {name}_V2: found a column that is not known" in one for one in said)
        assert all("left out" in one for one in said)


def test_price_renamed_is_not_a_file_without_price() -> None:
    names = [*NO_PRICE.columns.values(), "NET_COST"]
    assert recognise("m.csv", names).header is None


def test_the_only_new_name_is_proposed_for_the_only_missing_one() -> None:
    names = ["TRUST" if name == "ODS_CODE" else name for name in OLD.columns.values()]
    assert "Is it TRUST now?" in str(recognise("m.csv", names).problems[0])


def test_two_generations_are_not_mixed() -> None:
    mixed = {**OLD.columns, "quantity": NEW.columns["quantity"]}
    assert recognise("m.csv", list(mixed.values())).header is None


def test_a_column_twice_is_named() -> None:
    found = recognise("m.csv", [*OLD.columns.values(), "ods_code"])
    assert found.header is None
    assert [one.found for one in found.problems] == ["a column twice"]
