"""Coverage against the truth that was planted in invented files: it is seldom wrong, and a naive rule often is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from remission.places.organisations import load_organisations
from remission.simulation.stock.trusts import acute_trusts
from remission.simulation.stock.write import ScmdOptions, simulate_scmd
from remission.supply.coverage.reasons import Supply
from remission.supply.coverage.rule import load_coverage_rule
from remission.supply.coverage.states import derive_coverage
from remission.supply.coverage.truth import confusion_matrix, false_not_used
from remission.supply.medicines.medicines import library_supplies
from remission.supply.recoding import derive_as_now, derive_submissions_as_now
from remission.supply.stock.tidied import tidy_snapshots

Invented = tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]
FEWER = {"provisional_too": 0, "reissued_final": 0}


@pytest.fixture(scope="module", params=(1, 2, 3))
def invented(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Invented:
    """Issued rows and submissions by today's code, and the planted truth."""
    folder: Path = tmp_path_factory.mktemp("invented")
    truth = simulate_scmd(folder, ScmdOptions(seed=request.param, trusts=acute_trusts()[::4], **FEWER))
    tidied, organisations = tidy_snapshots(folder, "scmd", {}), load_organisations()
    issued, _ = derive_as_now(tidied.issued, organisations)
    return issued, derive_submissions_as_now(tidied.submissions, organisations), truth.cells


def matrix_of(invented: Invented, supplies: tuple[Supply, ...]) -> pl.DataFrame:
    issued, submissions, cells = invented
    return confusion_matrix(derive_coverage(issued, submissions, supplies, load_coverage_rule()), cells)


def test_at_most_one_in_a_hundred_cells_called_not_used_is_in_use(invented: Invented) -> None:
    matrix = matrix_of(invented, library_supplies())
    print(matrix)
    assert matrix["in_use"].sum() + matrix["not_in_use"].sum() == invented[2].height
    assert matrix.filter(pl.col("state") == "not used")["not_in_use"].item() > 4_000
    assert matrix.filter(pl.col("state") == "used")["share_in_use"].item() > 0.97
    assert false_not_used(matrix) <= 0.01


def test_a_rule_that_knows_no_homecare_is_wrong_by_far_more(invented: Invented) -> None:
    naive = tuple(replace(supply, homecare="no") for supply in library_supplies())
    assert false_not_used(matrix_of(invented, naive)) > 0.05
