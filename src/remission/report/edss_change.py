"""Change in EDSS from the last score before or on day zero to the last one known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.wording import since_day_zero
from remission.inputs.provenance import Provenance
from remission.report.edss_scores import baseline_scores, usable_scores
from remission.report.groups import GROUP, GroupBy, in_order, label_groups
from remission.report.pictures.edss_change import draw_edss_change, draw_trajectories
from remission.stats.estimates import Estimates, TestResult
from remission.stats.ranks import wilcoxon_signed_rank
from remission.stats.summaries import estimate_median_iqr

if TYPE_CHECKING:
    from remission.exhibits.figure import Figure
    from remission.records.cohort import Cohort


@dataclass(frozen=True)
class EdssChange:
    """Everyone's scores and the change of those who have one.

    readings: subject_id, group, day, edss, one a day, raters other than clinicians left out;
    changes: subject_id, group, baseline, last, last_day, change, completed (null where nobody recorded why follow-up
    ended), a row for each who entered, nulls where there is no score. `summary` and `tests` have one entry a group, of
    those who completed follow-up.
    """

    readings: pl.DataFrame
    changes: pl.DataFrame
    groups: tuple[str, ...]
    summary: Estimates
    tests: tuple[TestResult | None, ...]
    clock: str
    provenance: Provenance

    def draw_change(self) -> Figure:
        """How many changed by how much, of those who completed follow-up."""
        return draw_edss_change(self.changes.filter("completed"), self.groups, self.summary, self.provenance)

    def draw_trajectories(self) -> Figure:
        """Everyone's scores over time, each group in a row of its own."""
        return draw_trajectories(self.readings, self.changes, self.clock, self.provenance, self.groups or ("",))


def estimate_edss_change(cohort: Cohort, group_by: GroupBy = None) -> EdssChange:
    """Median change with quartiles and the Wilcoxon signed-rank test among those who completed follow-up.

    The baseline is the last score up to day zero, the end the last score after it (and up to the data cut), both by a
    clinician or by somebody not recorded. Raises NotCollected when there are no visits.

    >>> from remission.outcomes.load import load_cohort
    >>> estimate_edss_change(load_cohort("halt-ms")).summary.frame.select("value", "low", "high").row(0)
    (-0.5, -1.5, 0.0)
    """
    people = _people(cohort, group_by)
    labels_of = people.select("subject_id", GROUP)
    readings = usable_scores(cohort).join(labels_of, on="subject_id", how="inner", maintain_order="left")
    changes = _changes(people, readings)
    groups = tuple(in_order(changes[GROUP], group_by))
    # Of those who completed follow-up: for the others "the last score" would be of as many different times.
    samples = [_completed(changes, group) for group in groups]
    summaries = [estimate_median_iqr(sample, "change in EDSS", "points") for sample in samples]
    labels = {"study": cohort.manifest.name, "population": "completed", "standing": cohort.manifest.kind}
    named = [one.labelled(group=group or None) for one, group in zip(summaries, groups, strict=True)]
    tests = tuple(_test(sample) for sample in samples)
    clock = since_day_zero(cohort.manifest.day_zero)
    return EdssChange(
        readings, changes, groups, Estimates.together(named).labelled(**labels), tests, clock, cohort.provenance
    )


def _test(sample: pl.Series) -> TestResult | None:
    known = sample.drop_nulls()
    return wilcoxon_signed_rank(known.to_numpy()) if known.len() else None


def _people(cohort: Cohort, group_by: GroupBy) -> pl.DataFrame:
    entered = cohort.select("subjects", "subject_id", "entered", "end_reason").filter(pl.col("entered") == "yes")
    if group_by is None:
        return entered.with_columns(pl.lit("").alias(GROUP))
    return entered.join(label_groups(cohort, group_by), on="subject_id", how="left", maintain_order="left")


def _changes(people: pl.DataFrame, readings: pl.DataFrame) -> pl.DataFrame:
    after = readings.filter(pl.col("day") > 0).group_by("subject_id")
    ends = after.agg(last=pl.col("edss").last(), last_day=pl.col("day").last())
    joined = people.join(baseline_scores(readings), on="subject_id", how="left", maintain_order="left").join(
        ends, on="subject_id", how="left", maintain_order="left"
    )
    return joined.select(
        "subject_id",
        GROUP,
        "baseline",
        "last",
        "last_day",
        change=pl.col("last") - pl.col("baseline"),
        completed=pl.col("end_reason") == "completed",
    )


def _completed(changes: pl.DataFrame, group: str) -> pl.Series:
    return changes.filter(pl.col("completed") & (pl.col(GROUP) == group))["change"]
