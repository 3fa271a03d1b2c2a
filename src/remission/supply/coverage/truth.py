"""How often coverage is right where the truth is known: its confusion matrix on invented data with planted leaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from remission.supply.coverage.reasons import STATES

if TYPE_CHECKING:
    from remission.supply.coverage.states import Coverage

NO_CELL = "no cell"


def confusion_matrix(coverage: Coverage, truth: pl.DataFrame) -> pl.DataFrame:
    """Cells by what coverage says and by what is true: state, in_use, not_in_use, share_in_use; a row each state.

    truth: month, ods_code (as now), therapy, in_use (yes, no), a row each cell. A true cell of which coverage says
    nothing (a code that never reported) is counted as "no cell" and never left out.
    """
    said = coverage.frame.rename({"code": "ods_code"}).select("month", "ods_code", "therapy", "state")
    # From the truth: a cell that coverage forgot must count against it.
    cells = truth.with_columns(pl.col("month").cast(pl.Date)).join(
        said, on=["month", "ods_code", "therapy"], how="left", maintain_order="left"
    )
    in_use = pl.col("in_use") == "yes"
    counted = (
        cells.with_columns(state=pl.col("state").fill_null(NO_CELL))
        .group_by("state")
        .agg(in_use=in_use.sum(), not_in_use=(~in_use).sum())
    )
    # All states, also those nobody was given: a row that is missing reads like one that was not asked.
    states = pl.DataFrame({"state": [*STATES, NO_CELL]})
    matrix = states.join(counted, on="state", how="left", maintain_order="left").with_columns(
        pl.col("in_use", "not_in_use").fill_null(0).cast(pl.Int64)
    )
    return matrix.with_columns(share_in_use=pl.col("in_use") / (pl.col("in_use") + pl.col("not_in_use"))).with_columns(
        pl.col("share_in_use").fill_nan(None)
    )


def false_not_used(matrix: pl.DataFrame) -> float:
    """Share of the cells called "not used" in which the therapy was in use; NaN when no cell is called so.

    >>> false_not_used(pl.DataFrame({"state": ["not used"], "in_use": [1], "not_in_use": [199]}))
    0.005
    """
    row = matrix.filter(pl.col("state") == "not used")
    if not row.height:
        return float("nan")
    used, other = (int(row[name].item()) for name in ("in_use", "not_in_use"))
    return used / (used + other) if used + other else float("nan")
