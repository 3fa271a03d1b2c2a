"""Intervals of shares against the truth that was planted in invented files: they hold it, and without homecare not."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from remission.places.organisations import load_organisations
from remission.simulation.stock.trusts import acute_trusts
from remission.simulation.stock.write import ScmdOptions, simulate_scmd
from remission.supply.coverage.hidden_supply import Hidden, most_hidden
from remission.supply.coverage.rule import load_coverage_rule
from remission.supply.coverage.states import derive_coverage
from remission.supply.measures import amounts as measure_amounts
from remission.supply.measures.definitions import Measure, library_measures
from remission.supply.measures.estimates import estimate_measure
from remission.supply.measures.monthly import Monthly, prepare_monthly
from remission.supply.medicines.medicines import library_medicines, library_supplies
from remission.supply.recoding import derive_as_now, derive_submissions_as_now
from remission.supply.stock.tidied import tidy_snapshots

Invented = tuple[Monthly, pl.DataFrame]
MEASURES = library_measures()
GROUPS = {
    "high-efficacy": ["high-efficacy"],
    "injectables": ["injectables"],
    "share of a therapy": [name for name in MEASURES if name.startswith("share-")],
}


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> list[Invented]:
    return [_invented(tmp_path_factory.mktemp("invented"), seed) for seed in (1, 2, 3)]


def _invented(folder: Path, seed: int) -> Invented:
    """The cube of every second trust, and what was truly issued in the newest year."""
    options = ScmdOptions(
        seed=seed,
        trusts=acute_trusts()[::2],
        first_month=date(2022, 1, 1),
        provisional_too=0,
        reissued_final=0,
    )
    truth, organisations = simulate_scmd(folder, options), load_organisations()
    tidied = tidy_snapshots(folder, "scmd", {})
    issued, _ = derive_as_now(tidied.issued, organisations)
    submissions = derive_submissions_as_now(tidied.submissions, organisations)
    coverage = derive_coverage(issued, submissions, library_supplies(), load_coverage_rule())
    monthly = prepare_monthly(issued, coverage, library_medicines(), library_supplies(), {})
    newest = truth.cells.filter(pl.col("month").cast(pl.Date) >= monthly.months[-12])
    return monthly, newest.group_by("ods_code", "therapy").agg(pl.col("patient_years_true").sum())


def intervals(invented: Invented, measure: Measure) -> pl.DataFrame:
    """Trusts of which a value or bounds are stated, with the true share; limits that are null are what is seen."""
    monthly, truth = invented
    inside = [one.therapy for one in monthly.medicines if measure.numerator.covers(one)]
    part = pl.col("patient_years_true").filter(pl.col("therapy").is_in(inside)).sum()
    shares = truth.group_by("ods_code").agg(true=part / pl.col("patient_years_true").sum())
    found = estimate_measure(monthly, measure, "trust", 12, monthly.months[-1]).frame
    stated = found.filter(pl.col("value").is_not_null() | (pl.col("absent_reason") == "not visible here"))
    seen = pl.col("numerator") / pl.col("denominator")
    limits = pl.col("low", "high").fill_null(seen).fill_nan(None)
    rows = stated.join(shares, left_on="group", right_on="ods_code").with_columns(limits)
    return rows.drop_nulls(["low", "high"])


def part_that_holds(invented: list[Invented], group: str, *valued: bool) -> float:
    """Share of the intervals with a value, or of the bounds without one, or of both, in which the true share lies."""
    rows = pl.concat([intervals(one, MEASURES[name]) for one in invented for name in GROUPS[group]])
    rows = rows.filter(pl.col("value").is_not_null().is_in(valued))
    inside = (pl.col("low") - 1e-9 <= pl.col("true")) & (pl.col("true") <= pl.col("high") + 1e-9)
    found = float(rows.select(inside.mean()).item())
    width = rows.select((pl.col("high") - pl.col("low")).mean()).item()
    print(f"{group}: {found:.3f} of {rows.height}, mean width {width:.3f}")
    assert rows.height >= 20
    return found


@pytest.mark.parametrize("group", GROUPS)
def test_nearly_all_intervals_and_bounds_of_shares_hold_the_true_share(invented: list[Invented], group: str) -> None:
    assert part_that_holds(invented, group, True) >= 0.98
    assert part_that_holds(invented, group, False) >= 0.98


@pytest.mark.parametrize("group", GROUPS)
def test_without_hidden_supply_far_fewer_hold_it(
    invented: list[Invented], group: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_hidden(monthly: Monthly, *arguments: Any) -> Hidden:
        nothing = np.zeros_like(most_hidden(monthly, *arguments).most)
        return Hidden(nothing, nothing)

    monkeypatch.setattr(measure_amounts, "most_hidden", none_hidden)
    assert part_that_holds(invented, group, True, False) <= 0.85
