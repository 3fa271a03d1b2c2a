"""The real rows at hand, under a third header: all 14,419 go in, and every one comes out or is explained."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from made_up.ckan_server import Portal, portal
from made_up.scmd_worlds import derive_patient_years
from remission.inputs.download import Patience
from remission.inputs.fetching import Asking
from remission.supply.medicines import products
from remission.supply.sources import scmd
from remission.supply.stock import names as scmd_names
from remission.supply.stock.months import MonthFile, Verdicts, read_month

EXTRACT = Path(__file__).parents[2] / "../shared" / "atlas" / "scmd_extracts"
FILE = EXTRACT / "scmd_tocilizumab_sarilumab_remdesivir_by_trust_month.csv"

pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the real extract is not here")


def everything_is_a_product(names: pl.DataFrame, _own: object) -> pl.DataFrame:
    return names.with_columns(product=pl.col("vmp_code"), verdict=pl.lit("matched"), reason=pl.lit(None, pl.String))


@pytest.fixture
def all_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other diseases' medicines are counted, so that their rows can be seen."""
    monkeypatch.setattr(products, "match_names", everything_is_a_product)
    monkeypatch.setattr(products, "derive_patient_years", derive_patient_years)
    monkeypatch.setattr(scmd_names, "list_prices", dict)


@pytest.fixture
def site() -> Iterator[Portal]:
    with portal() as shown:
        yield shown


@pytest.mark.usefixtures("all_counted")
def test_every_row_is_counted_and_every_negative_kept() -> None:
    found = read_month("extract.csv", FILE.read_bytes(), None, Verdicts())
    assert isinstance(found, MonthFile)
    assert found.problems == ()
    assert (found.ledger.rows_in, found.ledger.counted, dict(found.ledger.explained)) == (14_419, 14_419, {})
    assert found.rows.filter(pl.col("quantity") < 0).height == 35
    assert found.rows["ods_code"].n_unique() == 157
    assert found.rows["vmp_code"].n_unique() == 12
    assert (found.rows["month"].min(), found.rows["month"].max()) == (date(2019, 1, 1), date(2020, 11, 1))


@pytest.mark.usefixtures("all_counted")
def test_its_months_go_through_a_portal_and_come_out_whole(site: Portal, tmp_path: Path) -> None:
    for dataset in scmd.DATASETS.values():
        site.datasets[dataset] = []
    real = pl.read_csv(FILE, infer_schema=False)
    for (month,), rows in real.partition_by("year_month", as_dict=True).items():
        name = f"scmd_{str(month)[:7].replace('-', '')}.csv"
        site.publish(scmd.DATASETS["old"], name, rows.write_csv().encode())
    asking = Asking(date(2026, 11, 1), site.base_url, patience=Patience(5, 1, 0))
    assert len(scmd.fetch(tmp_path, asking, lambda progress: None).new) == 23
    found = scmd.tidy(tmp_path)
    assert found.issued.height == 14_419
    assert found.submissions["rows"].sum() == 14_419
    assert found.issued.filter(pl.col("quantity") < 0).height == 35
    assert found.issued["quantity"].sum() == pytest.approx(real["total_quantity"].cast(pl.Float64).sum())
    assert {one.severity for one in found.problems} == {"warning"}


def test_none_of_these_medicines_is_taken_for_one_of_ms() -> None:
    found = read_month("extract.csv", FILE.read_bytes(), None, Verdicts())
    assert isinstance(found, MonthFile)
    assert found.ledger.other == 14_419
