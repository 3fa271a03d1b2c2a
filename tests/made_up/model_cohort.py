"""A trial of people with covariates, for models: relapses are the events, and nothing else happens."""

from __future__ import annotations

import polars as pl

from remission.records.cohort import Cohort
from remission.records.schema import OBSERVED_KINDS


def trial(subjects: pl.DataFrame, relapses: dict[str, int], **tables: pl.DataFrame) -> Cohort:
    """A cohort of these subjects (subject_id, last_day and covariates), each with a relapse on the day named or none.

    Everybody was looked at in every way from day zero to their last day.
    """
    looked = pl.concat(
        subjects.select(
            "subject_id",
            row_id=pl.format(f"{{}}-{kind}", "subject_id"),
            kind=pl.lit(kind),
            from_day=pl.lit(0),
            to_day=pl.col("last_day"),
        )
        for kind in OBSERVED_KINDS
    )
    rows = [{"subject_id": name, "row_id": f"R{at}", "day": day} for at, (name, day) in enumerate(relapses.items())]
    schema = {"subject_id": pl.String, "row_id": pl.String, "day": pl.Int64}
    kinds = {name: {"type": "text", "measured_day": 0} for name in subjects.columns if name.startswith("x_")}
    return Cohort.from_frames(
        kind="simulated", day_zero="start", subjects=subjects.with_columns(entered=pl.lit("yes")), observed=looked,
        relapses=pl.DataFrame(rows, schema=schema), covariates=kinds, **tables,
    )  # fmt: skip
