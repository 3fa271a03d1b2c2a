"""Each person's timeline: when somebody was looking, what they took, what happened, how it ended."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from remission.analyses.groups import GROUP, label_groups
from remission.exhibits.swimmer import MOST_PERSONS, Timelines
from remission.outcomes.outcome import Outcome
from remission.records.cohort import Cohort

LESIONS = ("new_t2", "enlarging_t2", "gd_lesions")
MARK_TYPES = {"person": pl.String, "mark": pl.String, "day": pl.Int32}


def derive_timelines(cohort: Cohort, outcome: Outcome, group_by: str | None = None) -> Timelines:
    """The timelines of those who entered; of more than 60, all who died and an even choice of the others.

    An even choice shows groups and lengths of follow-up as they are; the longest or the most eventful would not.
    """
    everybody = _persons(cohort, outcome, group_by)
    ordered = everybody.sort(GROUP, "last_day", descending=[False, True], maintain_order=True, nulls_last=True)
    persons = _choose(ordered).select("person", GROUP, "last_day")
    marks = pl.concat(_marks(cohort, outcome)).join(persons.select("person"), on="person", how="semi")
    return Timelines(persons, _stretches(cohort, persons), marks, everybody.height - persons.height)


def _choose(ordered: pl.DataFrame) -> pl.DataFrame:
    if ordered.height <= MOST_PERSONS:
        return ordered
    ranked = ordered.with_row_index("place")
    died = ranked.filter("died").head(MOST_PERSONS)["place"].to_list()
    others = ranked.filter(~pl.col("died"))["place"].to_list()
    room = MOST_PERSONS - len(died)
    even = [others[at * len(others) // room] for at in range(room)]
    return ranked.filter(pl.col("place").is_in([*died, *even]))


def _persons(cohort: Cohort, outcome: Outcome, group_by: str | None) -> pl.DataFrame:
    """Those who entered, with the last day on which anything is known of them."""
    last = pl.min_horizontal(pl.coalesce("last_day", "to_day"), "cut_day").fill_null(0).clip(lower_bound=0)
    seen = cohort.tables["observed"].group_by("subject_id").agg(pl.col("to_day").max())
    labels = (
        label_groups(cohort, group_by)
        if group_by
        else cohort.subjects.select("subject_id", pl.lit(None, pl.String).alias(GROUP))
    )
    known = cohort.select("subjects", "subject_id", "last_day", "death_day").with_columns(cut_day=_cut(cohort))
    joined = (
        outcome.spells.select("subject_id")
        .join(known, on="subject_id", how="left")
        .join(seen, on="subject_id", how="left")
    )
    labelled = joined.join(labels, on="subject_id", how="left")
    return labelled.select(
        pl.col("subject_id").alias("person"),
        GROUP,
        pl.col("death_day").is_not_null().alias("died"),
        last.cast(pl.Int32).alias("last_day"),
    )


def _cut(cohort: Cohort) -> pl.Series:
    if "cut_day" in cohort.subjects.columns:
        return cohort.subjects["cut_day"]
    return pl.Series("cut_day", [None] * cohort.subjects.height, pl.Int32)


def _stretches(cohort: Cohort, persons: pl.DataFrame) -> pl.DataFrame:
    """Bars: first when visits were looked for, then the therapies over them, none past the last day."""
    looked = cohort.tables["observed"].filter(pl.col("kind") == "clinic")
    observed = looked.select("subject_id", pl.lit(None, pl.String).alias("therapy"), "from_day", "to_day")
    bars = pl.concat([observed, *_therapies(cohort)]).rename({"subject_id": "person"})
    within = bars.join(persons.select("person", "last_day"), on="person", how="inner", maintain_order="left")
    clipped = within.with_columns(
        pl.col("from_day").clip(lower_bound=0), to_day=pl.min_horizontal(pl.coalesce("to_day", "last_day"), "last_day")
    )
    return clipped.filter(pl.col("to_day") > pl.col("from_day")).drop("last_day")


def _therapies(cohort: Cohort) -> Iterator[pl.DataFrame]:
    if cohort.collected("treatments"):
        taken = cohort.select("treatments", "subject_id", "therapy", "start_day", "end_day", "ongoing")
        periods = taken.filter(~_is_procedure())
        yield periods.select(
            "subject_id", pl.col("therapy").str.replace_all("_", " "), from_day="start_day", to_day="end_day"
        )


def _is_procedure() -> pl.Expr:
    """A therapy given on one day: no end day and not said to go on, or an end on the day it began."""
    ends = pl.col("end_day").fill_null(pl.col("start_day")) == pl.col("start_day")
    return ends & (pl.col("ongoing").fill_null("no") == "no")


def _marks(cohort: Cohort, outcome: Outcome) -> Iterator[pl.DataFrame]:
    yield pl.DataFrame(schema=MARK_TYPES)
    if cohort.collected("treatments"):
        given = cohort.select("treatments", "subject_id", "start_day", "end_day", "ongoing").filter(_is_procedure())
        yield _mark(given, "Procedure", "start_day")
    if cohort.collected("relapses"):
        yield _mark(cohort.select("relapses", "subject_id", "day"), "Relapse", "day")
    for part in outcome.parts or (outcome,):
        yield from _counted(part)
    if cohort.collected("scans"):
        yield _mark(_other_active_scans(cohort, outcome), "Scan with lesions", "day")
    subjects = cohort.select("subjects", "subject_id", "death_day", "last_day", "end_reason")
    yield _mark(subjects.filter(pl.col("death_day").is_not_null()), "Death", "death_day")
    alive = subjects.filter(pl.col("death_day").is_null() & pl.col("last_day").is_not_null())
    completed = pl.col("end_reason").fill_null("").is_in(["completed", "cut-off"])
    yield _mark(alive.filter(completed), "Completed", "last_day")
    yield _mark(alive.filter(~completed), "Left or lost", "last_day")


def _counted(part: Outcome) -> Iterator[pl.DataFrame]:
    words = {"progression": "Progression that counts", "mri": "MRI activity that counts"}
    if part.endpoint.rule in words:
        yield _mark(part.spells.filter("event"), words[part.endpoint.rule], "exit_day")


def _other_active_scans(cohort: Cohort, outcome: Outcome) -> pl.DataFrame:
    """Scans with any lesion after day zero that are not already drawn as the one that counts."""
    scans = cohort.select("scans", "subject_id", "row_id", "day", *LESIONS).filter(
        (pl.sum_horizontal(pl.col(lesion).fill_null(0) for lesion in LESIONS) > 0) & (pl.col("day") >= 0)
    )
    counted = [part.spells.filter("event")["scan_row"].drop_nulls() for part in outcome.parts or (outcome,)]
    return scans.filter(~pl.col("row_id").is_in(pl.concat(counted).implode()))


def _mark(rows: pl.DataFrame, mark: str, day: str) -> pl.DataFrame:
    return rows.select(person="subject_id", mark=pl.lit(mark), day=pl.col(day).cast(pl.Int32)).filter(
        pl.col("day") >= 0
    )
