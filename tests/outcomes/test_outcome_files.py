"""Outcomes as files: spells, changes, readings and counts, each marked with its endpoint and standing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from remission.inputs.problems import InputProblems
from remission.outcomes.changes import derive_changes
from remission.outcomes.counts import evaluate_counts
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.definitions.records import Endpoint
from remission.outcomes.evaluation import evaluate
from remission.outcomes.files import write_changes, write_counts, write_outcomes, write_readings
from remission.outcomes.load import load_cohort
from remission.outcomes.readings import evaluate_readings
from remission.records.cohort import Cohort

Write = Callable[[Cohort, Endpoint, Path], int]


def written(write: Write, name: str, path: Path) -> pl.DataFrame:
    rows = write(load_cohort("two-arm"), load_endpoint(name), path)
    frame = pl.read_parquet(path)
    assert frame.height == rows
    assert set(frame["standing"]) == {"simulated"}
    return frame


def holds(frame: pl.DataFrame, rows: pl.DataFrame) -> bool:
    """Are these the rows, in their order, with whatever else stands behind them?"""
    return frame.select(rows.columns).equals(rows) and "arm" in frame.columns


def test_readings_are_a_row_a_person_and_window(tmp_path: Path) -> None:
    frame = written(write_readings, "neda-3-rebaselined", tmp_path / "new" / "r.parquet")
    assert frame.height == 600
    assert holds(frame, evaluate_readings(load_cohort("two-arm"), "neda-3-rebaselined").readings)


def test_counts_are_a_row_a_person(tmp_path: Path) -> None:
    frame = written(write_counts, "relapse-30d", tmp_path / "c.parquet")
    assert (frame.height, frame["events"].sum()) == (200, 82)
    assert holds(frame, evaluate_counts(load_cohort("two-arm"), "relapse-30d").counts)


def test_changes_are_those_of_every_progression_of_a_composite(tmp_path: Path) -> None:
    frame = written(write_changes, "neda-3", tmp_path / "ch.parquet")
    assert set(frame["endpoint"]) == {"cdp-12w"}
    part = load_endpoint("neda-3").parts[0]
    assert holds(frame, derive_changes(load_cohort("two-arm"), part))


def test_outcomes_as_csv_have_every_part(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    assert write_outcomes(evaluate(load_cohort("halt-ms"), "halt-ms-efs"), path) == 120
    assert pl.read_csv(path)["standing"].unique().to_list() == ["reconstructed"]


@pytest.mark.parametrize(
    ("write", "name"),
    [(write_readings, "relapse-free"), (write_counts, "relapse-free"), (write_changes, "relapse-free")],
)
def test_an_endpoint_that_has_none_is_refused(write: Write, name: str, tmp_path: Path) -> None:
    with pytest.raises(InputProblems):
        write(load_cohort("two-arm"), load_endpoint(name), tmp_path / "x.csv")
    assert not (tmp_path / "x.csv").exists()


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputProblems):
        write_counts(load_cohort("two-arm"), load_endpoint("relapse-30d"), tmp_path / "x.xlsx")
