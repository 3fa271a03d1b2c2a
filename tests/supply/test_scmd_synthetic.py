"""The invented files with every known trouble, read with the library's own products: what was planted comes out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from remission.simulation.stock.write import ScmdOptions, Truth, simulate_scmd
from remission.supply.sources import scmd
from remission.supply.stock.revisions import revisions
from remission.supply.stock.stock import Stock

KINDS = {"rows": "in", "ms": "counted", "apart": "apart", "near": "near name of a product", "other": "other medicines"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("synthetic")


@pytest.fixture(scope="module")
def truth(home: Path) -> Truth:
    """Months of all three series and both headers."""
    options = ScmdOptions(
        first_month=date(2025, 11, 1),
        last_month=date(2026, 7, 1),
        trusts=("R0A", "RA7", "RJ7", "RRK"),
        priced_from=date(2026, 1, 1),
        final_until=date(2026, 3, 1),
        provisional_too=2,
    )
    return simulate_scmd(home, options)


@pytest.fixture(scope="module")
def found(home: Path, truth: Truth) -> Stock:
    return scmd.tidy(home)


def test_each_row_that_was_planted_is_counted_as_what_it_is(truth: Truth, found: Stock) -> None:
    ledger = found.ledger.filter(pl.col("used") == "yes").pivot("kind", index="file", values="rows").fill_null(0)
    planted = truth.files.filter(pl.col("file").is_in(ledger["file"].to_list()))
    assert planted.height == len(found.used) == 9
    read = ledger.select("file", **{name: pl.col(kind) for name, kind in KINDS.items()})
    assert planted.select("file", *KINDS).sort("file").rows() == read.sort("file").rows()


def test_nothing_is_wrong_with_these_files_but_what_is_odd(found: Stock) -> None:
    assert [str(one) for one in found.problems if one.severity == "error"] == []


def test_the_best_file_of_each_month_is_used(found: Stock) -> None:
    assert [one.series for one in found.used] == ["old"] * 2 + ["final"] * 3 + ["provisional"] * 4
    assert found.issued["standing"].unique().to_list() == ["synthetic"]


def test_patient_years_are_those_that_were_issued(truth: Truth, found: Stock) -> None:
    read = found.issued["patient_years"].sum()
    assert read == pytest.approx(truth.cells["patient_years_issued"].sum(), rel=1e-9)


def test_cost_over_list_price_is_near_the_units(found: Stock) -> None:
    priced = found.names.filter((pl.col("verdict") == "matched") & pl.col("cost_per_list_price").is_not_null())
    assert priced.height > 0


def test_provisional_and_final_months_differ_somewhere(home: Path, truth: Truth) -> None:
    changed = revisions(home, "scmd")
    assert truth.options.provisional_too == changed["month"].n_unique()
    assert (changed["difference"] != 0).any()
