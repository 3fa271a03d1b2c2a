"""People who died without anybody knowing whether they had the event since they were last looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from remission.outcomes.definitions.records import Endpoint
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort

BOUNDS = "event-free, whatever came before an unseen death"


def with_deaths(between: pl.DataFrame, outcome: Outcome, cohort: Cohort) -> pl.DataFrame:
    """The rows of `derive_between` with `death`, in days since the origin: null unless the person died unseen.

    Unseen is a death after the last free day of somebody in whom no event was seen. Where a death is an event itself
    nothing is left open. A death after the person's data cut is not known to the analysis.
    """
    subjects = cohort.subjects
    if "death_day" not in subjects.columns or _is_an_event(outcome.endpoint):
        return between.with_columns(death=pl.lit(None, pl.Int32))
    cut = pl.col("cut_day") if "cut_day" in subjects.columns else pl.lit(None, pl.Int32)
    known = pl.col("death_day") <= cut.fill_null(pl.col("death_day"))
    died = subjects.filter(known).select("subject_id", "death_day")
    origin = outcome.first.spells.select("subject_id", "origin_day")
    death = pl.col("death_day") - pl.col("origin_day")
    found = died.join(origin, on="subject_id").select("subject_id", death=death.cast(pl.Int32))
    unseen = ~pl.col("event") & (pl.col("death") > pl.col("last_free"))
    joined = between.join(found, on="subject_id", how="left", maintain_order="left")
    return joined.with_columns(death=pl.when(unseen).then("death"))


def _is_an_event(endpoint: Endpoint) -> bool:
    return any(one.record.is_death for one in endpoint.parts or (endpoint,))
