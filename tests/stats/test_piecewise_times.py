"""Times under hazards by pieces against stored answers of simtrial for Python, which is not needed.

A failure means that hazards or the days of played trials have changed: `validation/piecewise_times/` asks again.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from piecewise_times.compare import APART, HERE, LAST_DAY, differences
from remission.stats.horizons import MONTH_DAYS


def test_the_same_uniform_numbers_lead_to_the_times_and_days_that_simtrial_stored() -> None:
    told = dict(differences())
    assert len(told) == 8
    assert {what: apart for what, apart in told.items() if not apart <= APART} == {}


def test_times_in_every_piece_and_beyond_the_last_day_are_asked() -> None:
    times, starts = (pl.read_csv(HERE / name) for name in ("times.csv", "hazards.csv"))
    for row in starts.with_columns(end=pl.col("start").shift(-1).over("hazard")).iter_rows(named=True):
        inside = (pl.col("months") > row["start"]) & (pl.col("months") < (row["end"] or float("inf")))
        asked = times.filter((pl.col("hazard") == row["hazard"]) & inside).height
        # In the piece in which little happens there is nobody.
        assert asked > 5 or row["rate"] == 0.0001
    assert times["months"].max() > LAST_DAY / MONTH_DAYS  # type: ignore[operator]


@pytest.mark.parametrize(
    ("months", "noticed"), [(1e-9, ["cumulative hazard"]), (1 / MONTH_DAYS, ["cumulative hazard", "days"])]
)
def test_another_time_is_noticed(tmp_path: Path, months: float, noticed: list[str]) -> None:
    (tmp_path / "hazards.csv").write_bytes((HERE / "hazards.csv").read_bytes())
    times = pl.read_csv(HERE / "times.csv")
    moved = pl.when(pl.int_range(pl.len()) == 1).then(pl.col("months") + months).otherwise(pl.col("months"))
    times.with_columns(moved.alias("months")).write_csv(tmp_path / "times.csv")
    told = [what for what, apart in differences(tmp_path) if apart > APART]
    assert told == [f"constant, {one}" for one in noticed]
