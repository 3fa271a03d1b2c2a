"""Outcomes as a file: the rows of everyone, with the rows that decided and the reason of each censoring.

Spells are a row a person and endpoint, changes a row each, readings a row a person and window, counts a row a person.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from remission.inputs.problems import InputProblems, Problem
from remission.inputs.writing import check_ending, write_whole
from remission.outcomes.changes import derive_changes
from remission.outcomes.counts import evaluate_counts
from remission.outcomes.definitions.rules.progression import Progression
from remission.outcomes.evaluation import evaluate
from remission.outcomes.readings import evaluate_readings
from remission.records.schema import ON_DAY_ZERO

if TYPE_CHECKING:
    from remission.outcomes.definitions.records import Endpoint
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort

ENDINGS = (".csv", ".parquet")
AGE = "age_years"


def outcome_rows(outcome: Outcome, cohort: Cohort | None = None) -> pl.DataFrame:
    """Spells of an endpoint and of its parts in one frame, with the endpoint's name and the standing of the records.

    With the `cohort` also what was known of each person on day zero (arm, centre, age, covariates), and where dates of
    day zero were given a date beside each day, called as the day is (`exit_day`: exit_date).

    >>> from remission.outcomes.load import load_cohort
    >>> from remission.outcomes.evaluation import evaluate
    >>> outcome_rows(evaluate(load_cohort("halt-ms"), "halt-ms-efs")).height
    120
    """
    # Decision 12: standing is a column of every row, so that it survives when files are put together.
    kind = outcome.provenance.kind
    frames = [
        one.spells.select(pl.lit(one.name).alias("endpoint"), pl.all(), pl.lit(kind).alias("standing"))
        # The endpoint before its parts: whoever reads only the first rows has the answer.
        for one in (outcome, *outcome.parts)
    ]
    rows = pl.concat(frames)
    return rows if cohort is None else _complete(rows, cohort)


def _complete(rows: pl.DataFrame, cohort: Cohort) -> pl.DataFrame:
    # Dates first: a covariate that is called a day is none of the outcome's.
    return _with_persons(_with_dates(rows, cohort), cohort)


def _with_persons(rows: pl.DataFrame, cohort: Cohort) -> pl.DataFrame:
    """What was known of everyone on day zero behind their rows: a statistician groups and adjusts by it."""
    known = [name for name in cohort.subjects.columns if name in (*ON_DAY_ZERO, AGE) or name.startswith("x_")]
    people = cohort.subjects.select("subject_id", *known)
    return rows.join(people, on="subject_id", how="left", maintain_order="left")


def _with_dates(rows: pl.DataFrame, cohort: Cohort) -> pl.DataFrame:
    if cohort.day_zero_dates is None:
        return rows
    dated = rows.join(cohort.day_zero_dates, on="subject_id", how="left", maintain_order="left")
    zero = pl.col("day_zero_date")
    days = [name for name in rows.columns if name.endswith("_day")]
    dates = [(zero + pl.duration(days=pl.col(day))).alias(f"{day.removesuffix('day')}date") for day in days]
    return dated.with_columns(dates).drop("day_zero_date")


def write_outcomes(outcome: Outcome, path: Path, cohort: Cohort | None = None) -> int:
    """Write the outcome rows as CSV or Parquet, by the file's ending; returns how many rows were written."""
    return write_rows(outcome_rows(outcome, cohort), path)


def write_changes(cohort: Cohort, endpoint: Endpoint, path: Path) -> int:
    """Write every change a progression looked at, of each progression of a composite; returns how many rows.

    InputProblems when the endpoint has no progression.
    """
    asked = [one for one in (endpoint, *endpoint.parts) if one.of(Progression) is not None]
    if not asked:
        found = f"a {endpoint.rule} endpoint without a progression"
        raise InputProblems(
            Problem.at_key(endpoint.name, "rule", found=found, allowed="a progression", do="Choose another endpoint.")
        )
    kind = pl.lit(cohort.provenance.kind).alias("standing")
    frames = [derive_changes(cohort, one).select(pl.lit(one.name).alias("endpoint"), pl.all(), kind) for one in asked]
    return write_rows(_complete(pl.concat(frames), cohort), path)


def write_readings(cohort: Cohort, endpoint: Endpoint, path: Path) -> int:
    """Write the status of everyone in every window of the endpoint; returns how many rows.

    InputProblems as `evaluate_readings` raises them: when the endpoint has no windows, for instance.
    """
    return write_rows(_marked(evaluate_readings(cohort, endpoint).readings, cohort, endpoint), path)


def write_counts(cohort: Cohort, endpoint: Endpoint, path: Path) -> int:
    """Write everyone's number of events and days under observation; returns how many rows.

    InputProblems as `evaluate_counts` raises them: when the endpoint ends with its first event, for instance.
    """
    return write_rows(_marked(evaluate_counts(cohort, endpoint).counts, cohort, endpoint), path)


def _marked(rows: pl.DataFrame, cohort: Cohort, endpoint: Endpoint) -> pl.DataFrame:
    kind = pl.lit(cohort.provenance.kind).alias("standing")
    return _complete(rows.select(pl.lit(endpoint.name).alias("endpoint"), pl.all(), kind), cohort)


def _write_evaluated(cohort: Cohort, endpoint: Endpoint, path: Path) -> int:
    return write_outcomes(evaluate(cohort, endpoint), path, cohort)


def write_rows(rows: pl.DataFrame, path: Path) -> int:
    """Write rows as CSV or Parquet, by the file's ending; returns how many. InputProblems for another ending."""
    # Asked before the folder is made, so that a mistyped name leaves nothing behind.
    check_ending(path, ENDINGS)
    with write_whole(path) as new:
        if path.suffix == ".csv":
            rows.write_csv(new)
        else:
            rows.write_parquet(new)
    return rows.height


WRITERS: dict[str, Callable[[Cohort, Endpoint, Path], int]] = {
    "outcome": _write_evaluated,
    "changes": write_changes,
    "readings": write_readings,
    "counts": write_counts,
}
"""What a file of rows may hold, and who writes it."""
