"""Adverse events by category and grade, early (to day 100) and late, counted per person and per event."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from remission.report.groups import GROUP, label_groups
from remission.report.last_known import LAST_KNOWN, last_known_days
from remission.report.pictures.adverse_events import AdverseEvents
from remission.stats.proportions import estimate_proportion

if TYPE_CHECKING:
    from remission.records.cohort import Cohort

# Day 100 is the usual border between early and late toxicity of a transplant.
EARLY_UNTIL = 100
SEVERE_FROM = 3
NO_CATEGORY = "Category not recorded"


def derive_adverse_events(
    cohort: Cohort, group_by: str | None = None, level: float = 0.95
) -> list[AdverseEvents] | None:
    """Count the adverse events of those who entered, for each group; None when they were not collected.

    Early counts are of all who entered, late ones of those still followed after day 100. Events before day zero and
    after the last day known (or the data cut) are left out and counted apart. Shares have Wilson intervals.
    """
    if not cohort.collected("adverse_events"):
        return None
    entered = cohort.select("subjects", "subject_id", "entered").filter(pl.col("entered") == "yes")
    entered = entered.join(last_known_days(cohort), on="subject_id", how="left", maintain_order="left")
    if group_by is None:
        return [_count(cohort, entered, "adverse-events", "", level)]
    labelled = entered.join(label_groups(cohort, group_by), on="subject_id", how="left", maintain_order="left")
    groups = sorted(labelled[GROUP].unique())
    members = [labelled.filter(pl.col(GROUP) == group) for group in groups]
    numbered = enumerate(zip(groups, members, strict=True), start=1)
    return [_count(cohort, people, f"adverse-events-{place}", group, level) for place, (group, people) in numbered]


def _count(cohort: Cohort, people: pl.DataFrame, name: str, group: str, level: float) -> AdverseEvents:
    rows = cohort.select("adverse_events", "subject_id", "day", "category", "ctcae_grade")
    theirs = rows.join(people.select("subject_id", LAST_KNOWN), on="subject_id", how="inner", maintain_order="left")
    # Left out and counted apart: after the last day known nobody was there to see the others.
    before, after = pl.col("day") < 0, pl.col("day") > pl.col(LAST_KNOWN)
    events = theirs.filter(~before & ~after.fill_null(False)).with_columns(
        pl.col("category").fill_null(NO_CATEGORY),
        window=pl.when(pl.col("day") <= EARLY_UNTIL).then(pl.lit("early")).otherwise(pl.lit("late")),
        severe=(pl.col("ctcae_grade") >= SEVERE_FROM).fill_null(False),
    )
    # Only those still followed can have a late event: of all who entered the share would be too small.
    late = people.filter(pl.col(LAST_KNOWN) > EARLY_UNTIL).height
    at_risk = {"early": people.height, "late": late}
    categories, grades = _categories(events), _grades(events)
    return AdverseEvents(
        name,
        group,
        categories,
        grades,
        category_shares=_with_shares(categories, "category", at_risk, level),
        grade_shares=_with_shares(grades, "grade", at_risk, level),
        at_risk=at_risk,
        level=level,
        before=(early := theirs.filter(before).height),
        after=theirs.height - events.height - early,
        provenance=cohort.provenance,
    )


def _with_shares(counted: pl.DataFrame, key: str, at_risk: dict[str, int], level: float) -> pl.DataFrame:
    """A row for each window too in which nothing happened, and the interval of every share of persons."""
    windows = pl.DataFrame(
        {"window": list(at_risk), "at_risk": list(at_risk.values())}, {"window": pl.String, "at_risk": pl.Int64}
    )
    # Every category in both windows: one that is missing would read as if it had not been asked.
    keys = counted.select(key).unique(maintain_order=True)
    whole = keys.join(windows, how="cross", maintain_order="left").join(
        counted, on=[key, "window"], how="left", maintain_order="left"
    )
    whole = whole.with_columns(pl.exclude(key, "window").fill_null(0))
    for persons in [name for name in ("persons", "severe_persons") if name in whole.columns]:
        of = zip(whole[persons].to_list(), whole["at_risk"].to_list(), strict=True)
        found = [estimate_proportion(number, total, level).rows()[0] for number, total in of]
        limits = {f"{persons}_{limit}": [row[limit] for row in found] for limit in ("low", "high")}
        whole = whole.with_columns(pl.Series(name, values, pl.Float64) for name, values in limits.items())
    return whole


def _categories(events: pl.DataFrame) -> pl.DataFrame:
    counted = events.group_by("category", "window").agg(
        persons=pl.col("subject_id").n_unique(),
        events=pl.len(),
        severe_persons=pl.col("subject_id").filter("severe").n_unique(),
        severe_events=pl.col("severe").sum(),
    )
    order = events.group_by("category").agg(all=pl.col("subject_id").n_unique())
    return (
        counted.join(order, on="category")
        .sort("all", "category", "window", descending=[True, False, False])
        .drop("all")
    )


def _grades(events: pl.DataFrame) -> pl.DataFrame:
    named = pl.col("ctcae_grade").cast(pl.String).fill_null("not graded").alias("grade")
    by_event = events.group_by(named, "window").agg(events=pl.len())
    # A person counts once a window, by the worst grade; the events themselves are counted beside it.
    worst = events.group_by("subject_id", "window").agg(pl.col("ctcae_grade").max())
    by_person = worst.group_by(named, "window").agg(persons=pl.len())
    counted = by_event.join(by_person, on=["grade", "window"], how="left").fill_null(0)
    return counted.sort("grade", "window").select("grade", "window", "persons", "events")
