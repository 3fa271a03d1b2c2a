"""Adverse events by category and grade, early (to day 100 unless said) and late, counted per person and per event."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from remission.report.asked import EARLY_UNTIL
from remission.report.groups import GROUP, GroupBy, in_order, label_groups
from remission.report.last_known import LAST_KNOWN, last_known_days
from remission.report.pictures.adverse_events import ANY_EVENT, NO_SEVERITY, NOT_GRADED, AdverseEvents
from remission.stats.proportions import estimate_proportion

if TYPE_CHECKING:
    from remission.records.cohort import Cohort

SEVERE_FROM = 3
NO_CATEGORY = "Category not recorded"


def derive_adverse_events(
    cohort: Cohort, group_by: GroupBy = None, level: float = 0.95, early_days: int = EARLY_UNTIL
) -> list[AdverseEvents] | None:
    """Count the adverse events of those who entered, for each group; None when they were not collected.

    Early counts are of all who entered, late ones of those still followed after `early_days`. Events before day zero
    and after the last day known (or the data cut) are left out and counted apart. Shares have Wilson intervals.
    An event without a grade may be of any: of grade 3 or more there are then bounds, and where none has a grade no
    share.
    """
    if not cohort.collected("adverse_events"):
        return None
    entered = cohort.select("subjects", "subject_id", "entered", "death_day").filter(pl.col("entered") == "yes")
    entered = entered.join(last_known_days(cohort), on="subject_id", how="left", maintain_order="left")
    if group_by is None:
        return [_count(cohort, entered, ("adverse-events", ""), level, early_days)]
    labelled = entered.join(label_groups(cohort, group_by), on="subject_id", how="left", maintain_order="left")
    groups = in_order(labelled[GROUP], group_by)
    members = [labelled.filter(pl.col(GROUP) == group) for group in groups]
    numbered = enumerate(zip(groups, members, strict=True), start=1)
    return [
        _count(cohort, people, (f"adverse-events-{place}", group), level, early_days)
        for place, (group, people) in numbered
    ]


def _count(
    cohort: Cohort, people: pl.DataFrame, named: tuple[str, str], level: float, early_days: int
) -> AdverseEvents:
    rows = cohort.select("adverse_events", "subject_id", "day", "category", "ctcae_grade", "severity")
    theirs = rows.join(people.select("subject_id", LAST_KNOWN), on="subject_id", how="inner", maintain_order="left")
    # Left out and counted apart: after the last day known nobody was there to see the others.
    before, after = pl.col("day") < 0, pl.col("day") > pl.col(LAST_KNOWN)
    events = _judged(theirs.filter(~before & ~after.fill_null(False)), early_days)
    ungraded = events.filter(pl.col("ctcae_grade").is_null())
    # Only those still followed can have a late event: of all who entered the share would be too small.
    late = people.filter(pl.col(LAST_KNOWN) > early_days).height
    at_risk = {"early": people.height, "late": late}
    categories, grades = _categories(events), _grades(events)
    anything = _categories(events.with_columns(category=pl.lit(ANY_EVENT)))
    return AdverseEvents(
        *named,
        categories,
        grades,
        category_shares=_with_shares(categories, "category", at_risk, level),
        grade_shares=_with_shares(grades, "grade", at_risk, level),
        any_event=_with_shares(anything, "category", at_risk, level),
        at_risk=at_risk,
        early_days=early_days,
        unseen=people.filter(pl.col("death_day").is_null() & (pl.col(LAST_KNOWN).fill_null(-1) < early_days)).height,
        ungraded=dict(ungraded["severity"].fill_null(NO_SEVERITY).value_counts(sort=True).rows()),
        level=level,
        before=(early := theirs.filter(before).height),
        after=theirs.height - events.height - early,
        provenance=cohort.provenance,
    )


def _judged(events: pl.DataFrame, early_days: int) -> pl.DataFrame:
    """Early or late, and of grade 3 or more: at least and at most, for one without a grade may be of any."""
    return events.with_columns(
        pl.col("category").fill_null(NO_CATEGORY),
        window=pl.when(pl.col("day") <= early_days).then(pl.lit("early")).otherwise(pl.lit("late")),
        severe=(pl.col("ctcae_grade") >= SEVERE_FROM).fill_null(False),
        perhaps_severe=(pl.col("ctcae_grade") >= SEVERE_FROM).fill_null(True),
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
    whole = whole.with_columns(_limit(whole, "persons", limit, level, f"persons_{limit}") for limit in ("low", "high"))
    return _only_known_grades(whole) if key == "grade" else _with_severe(whole, level)


def _only_known_grades(whole: pl.DataFrame) -> pl.DataFrame:
    """Shares by worst grade have no limits in a window in which an event has no grade, but that of not graded."""
    missing = pl.col("events").filter(pl.col("grade") == NOT_GRADED).sum().over("window").alias("window_ungraded")
    whole = whole.with_columns(missing, window_events=pl.col("events").sum().over("window"))
    known = (pl.col("window_ungraded") == 0) | (pl.col("grade") == NOT_GRADED)
    return whole.with_columns(
        pl.when(known).then(f"persons_{limit}").alias(f"persons_{limit}") for limit in ("low", "high")
    )


def _with_severe(whole: pl.DataFrame, level: float) -> pl.DataFrame:
    """Grade 3 or more: a number where it is known, and limits that hold whatever grade the ungraded events had."""
    graded = (pl.col("ungraded_events") < pl.col("events")) | (pl.col("events") == 0)
    limits = (
        _limit(whole, f"severe_persons_{bound}", limit, level, f"severe_persons_{limit}")
        for bound, limit in (("least", "low"), ("most", "high"))
    )
    known = (
        pl.when(pl.col(f"{of}_least") == pl.col(f"{of}_most")).then(f"{of}_least").alias(of)
        for of in ("severe_persons", "severe_events")
    )
    # Without any grade the bounds are none and all: limits around them would look like an estimate.
    return whole.with_columns(*known, *(pl.when(graded).then(one).alias(one.name) for one in limits))


def _limit(whole: pl.DataFrame, persons: str, limit: str, level: float, name: str) -> pl.Series:
    of = zip(whole[persons].to_list(), whole["at_risk"].to_list(), strict=True)
    found = [estimate_proportion(number, total, level).rows()[0] for number, total in of]
    return pl.Series(name, [row[limit] for row in found], pl.Float64)


def _categories(events: pl.DataFrame) -> pl.DataFrame:
    counted = events.group_by("category", "window").agg(
        persons=pl.col("subject_id").n_unique(),
        events=pl.len(),
        severe_persons_least=pl.col("subject_id").filter("severe").n_unique(),
        severe_persons_most=pl.col("subject_id").filter("perhaps_severe").n_unique(),
        severe_events_least=pl.col("severe").sum(),
        severe_events_most=pl.col("perhaps_severe").sum(),
        ungraded_events=pl.col("ctcae_grade").null_count(),
    )
    order = events.group_by("category").agg(all=pl.col("subject_id").n_unique())
    return (
        counted.join(order, on="category")
        .sort("all", "category", "window", descending=[True, False, False])
        .drop("all")
    )


def _grades(events: pl.DataFrame) -> pl.DataFrame:
    named = pl.col("ctcae_grade").cast(pl.String).fill_null(NOT_GRADED).alias("grade")
    by_event = events.group_by(named, "window").agg(events=pl.len())
    # A person counts once a window, by the worst grade; the events themselves are counted beside it.
    worst = events.group_by("subject_id", "window").agg(pl.col("ctcae_grade").max())
    by_person = worst.group_by(named, "window").agg(persons=pl.len())
    counted = by_event.join(by_person, on=["grade", "window"], how="left").fill_null(0)
    return counted.sort("grade", "window").select("grade", "window", "persons", "events")
