"""Outcome rows as a file: a row a person and endpoint, with the rows that decided and the reason of each censoring."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from remission.outcomes.outcome import Outcome
from remission.records.problems import InputProblems, Problem

ENDINGS = (".csv", ".parquet")


def outcome_rows(outcome: Outcome) -> pl.DataFrame:
    """Spells of an endpoint and of its parts in one frame, with the endpoint's name and the standing of the records.

    >>> from remission.analyses.load import load_cohort
    >>> from remission.outcomes.evaluation import evaluate
    >>> outcome_rows(evaluate(load_cohort("halt-ms"), "halt-ms-efs")).height
    120
    """
    kind = outcome.provenance.kind
    frames = [
        one.spells.select(pl.lit(one.name).alias("endpoint"), pl.all(), pl.lit(kind).alias("standing"))
        for one in (outcome, *outcome.parts)
    ]
    return pl.concat(frames)


def write_outcomes(outcome: Outcome, path: Path) -> int:
    """Write the outcome rows as CSV or Parquet, by the file's ending; returns how many rows were written."""
    if path.suffix not in ENDINGS:
        found = f"the ending '{path.suffix}'"
        raise InputProblems([Problem(path.name, None, None, found, ", ".join(ENDINGS), "Name the file accordingly.")])
    rows = outcome_rows(outcome)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        rows.write_csv(path)
    else:
        rows.write_parquet(path)
    return rows.height
