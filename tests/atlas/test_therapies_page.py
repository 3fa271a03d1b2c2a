"""The therapies page: facts of the library say what they are, tables made of rows keep the word of the rows."""

from __future__ import annotations

import polars as pl
import pytest

from made_up.atlas import PUBLISHED, SYNTHETIC
from remission.atlas.pages.therapies import TherapiesParts, first_table, therapies_page
from remission.exhibits.page import tables_of
from remission.exhibits.tables import Table
from remission.inputs.provenance import Provenance

OF_ROWS = "first-issue"


def tables(provenance: Provenance) -> list[Table]:
    first = {"therapy": ["ocrelizumab"], "median": [3.0], "low": [1.0], "high": [7.0], "trusts": [40], "unknown": [9]}
    counted = pl.DataFrame({"counted": ["yes", "no: for another disease"]})
    parts = TherapiesParts(counted, pl.DataFrame(), pl.DataFrame(first), pl.DataFrame(), frozenset(), (), provenance)
    return tables_of(therapies_page(parts).sections)


def test_facts_of_the_library_are_observed_whatever_the_rows_are() -> None:
    library = [table for table in tables(SYNTHETIC) if table.name != OF_ROWS]
    assert [table.file_name for table in library] == ["therapies.csv", "products.csv", "centres.csv"]
    assert {(table.provenance.kind, table.provenance.cohort) for table in library} == {("observed", "library")}


def test_half_a_month_goes_up_in_the_table_as_everywhere() -> None:
    rows = {"therapy": ["t"], "median": [12.5], "low": [4.5], "high": [30.0], "trusts": [4], "unknown": [0]}
    none = pl.DataFrame()
    parts = TherapiesParts(none, none, pl.DataFrame(rows), none, frozenset(), (), SYNTHETIC)
    assert first_table(parts).rows()[0][1] == "13 (5 to 30)"


@pytest.mark.parametrize("provenance", [SYNTHETIC, PUBLISHED])
def test_a_table_made_of_rows_keeps_their_standing(provenance: Provenance) -> None:
    table = next(one for one in tables(provenance) if one.name == OF_ROWS)
    assert table.provenance == provenance
    assert table.file_name.endswith(".synthetic.csv") == (provenance is SYNTHETIC)
