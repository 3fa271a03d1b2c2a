"""A trial of people with covariates, for models: relapses are the events, and nothing else happens."""

from __future__ import annotations

import numpy as np
import polars as pl

from remission.records.cohort import Cohort
from remission.records.schema import OBSERVED_KINDS

# What a column of a frame is in a cohort.
KINDS = {pl.String: "text", pl.Int64: "integer"}


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
    own = [name for name in subjects.columns if name.startswith("x_")]
    kinds = {name: {"type": KINDS[subjects.schema[name]], "measured_day": 0} for name in own}
    return Cohort.from_frames(
        kind="simulated", day_zero="start", subjects=subjects.with_columns(entered=pl.lit("yes")), observed=looked,
        relapses=pl.DataFrame(rows, schema=schema), covariates=kinds, **tables,
    )  # fmt: skip


def two_arms(n: int, ratio: float, *, crossing: bool = False, seed: int = 1) -> Cohort:
    """So many people by turns in arms new and old, whose relapses come at a rate of `ratio` to 1; or curves that cross.

    Curves that cross are of a new arm that is hit in the first 200 days and hardly later. Ages are at random.
    """
    draw = np.random.default_rng(seed)
    new = np.arange(n) % 2 == 0
    day = draw.exponential(600, n) / np.where(new, ratio, 1.0)
    if crossing:
        early = draw.uniform(1, 200, n)
        day = np.where(new, np.where(draw.random(n) < 0.45, early, 5000.0), 250 + draw.exponential(300, n))
    end = np.full(n, 1500)
    names = [f"S{at:03d}" for at in range(n)]
    subjects = pl.DataFrame({
        "subject_id": names, "arm": np.where(new, "new", "old"), "age_years": draw.normal(40, 8, n).round(1),
        "sex": np.where(draw.random(n) < 0.7, "female", "male"), "centre": [f"C{at % 3}" for at in range(n)],
        "last_day": end,
    })  # fmt: skip
    happened = np.ceil(day).astype(int)
    relapses = {name: int(at) for name, at in zip(names, happened, strict=True) if at < 1500}
    return trial(subjects, relapses)
