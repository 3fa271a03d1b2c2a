"""The EDSS scores that a page uses: decided once, so that one page has one baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from remission.records.cohort import Cohort


def usable_scores(cohort: Cohort) -> pl.DataFrame:
    """Columns subject_id, day, edss, in order of subject and day; NotCollected when there are no visits.

    Scores by a clinician (or by nobody knows whom) up to the data cut; of several on one day the last in the file.

    >>> from remission.outcomes.load import load_cohort
    >>> usable_scores(load_cohort("halt-ms")).columns
    ['subject_id', 'day', 'edss']
    """
    # Empty is taken for a clinician: most records do not say who rated, and a self-rating is said to be one.
    scores = cohort.select("visits", "subject_id", "day", "edss", "rater").filter(
        pl.col("edss").is_not_null() & (pl.col("rater").fill_null("clinician") == "clinician")
    )
    if "cut_day" in cohort.subjects.columns:
        cuts = cohort.subjects.select("subject_id", "cut_day")
        scores = scores.join(cuts, on="subject_id", how="left", maintain_order="left")
        scores = scores.filter(pl.col("cut_day").is_null() | (pl.col("day") <= pl.col("cut_day")))
    once = scores.unique(["subject_id", "day"], keep="last", maintain_order=True)
    return once.select("subject_id", "day", "edss").sort("subject_id", "day")


def baseline_scores(scores: pl.DataFrame) -> pl.DataFrame:
    """The last usable score up to day zero of each subject who has one: columns subject_id and baseline."""
    before = scores.filter(pl.col("day") <= 0).sort("day", maintain_order=True)
    return before.group_by("subject_id", maintain_order=True).agg(baseline=pl.col("edss").last())
