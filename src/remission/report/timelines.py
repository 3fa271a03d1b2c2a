"""Each person's timeline: when somebody was looking, what they took, what happened, how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl

from remission.library.catalogue import therapies
from remission.report.groups import GROUP, GroupBy, in_order, label_groups
from remission.report.last_known import LAST_KNOWN, last_known_days
from remission.report.pictures.swimmer import MOST_PERSONS, Timelines

if TYPE_CHECKING:
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort

LESIONS = ("new_t2", "enlarging_t2", "gd_lesions")
# The mark of each end_reason; a death has its own, on its own day.
END_MARKS = {"completed": "Completed", "cut-off": "Cut off", "lost": "Left or lost", "withdrew": "Left or lost"}
END_UNEXPLAINED = "End, reason not recorded"
MARK_TYPES = {"person": pl.String, "mark": pl.String, "day": pl.Int32}


def derive_timelines(cohort: Cohort, outcome: Outcome, group_by: GroupBy = None) -> Timelines:
    """The timelines of those who entered; of more than 60, all who died and an even choice of the others.

    An even choice shows groups and lengths of follow-up as they are; the longest or the most eventful would not.
    """
    everybody = _persons(cohort, outcome, group_by)
    places = {name: place for place, name in enumerate(in_order(everybody[GROUP].drop_nulls(), group_by))}
    place = pl.col(GROUP).replace_strict(places, default=None, return_dtype=pl.Int32)
    ordered = everybody.sort(place, "last_day", descending=[False, True], maintain_order=True, nulls_last=True)
    persons = _choose(ordered).select("person", GROUP, "last_day")
    marks = pl.concat(_marks(cohort, outcome)).join(persons.select("person"), on="person", how="semi")
    left_out = everybody.height - persons.height
    return Timelines(persons, _stretches(cohort, persons), marks, left_out, cohort.collected("treatments"))


def _choose(ordered: pl.DataFrame) -> pl.DataFrame:
    if ordered.height <= MOST_PERSONS:
        return ordered
    ranked = ordered.with_row_index("place")
    # All who died are drawn: an even choice could leave out the gravest that happened.
    died = ranked.filter("died").head(MOST_PERSONS)["place"].to_list()
    others = ranked.filter(~pl.col("died"))["place"].to_list()
    room = MOST_PERSONS - len(died)
    # Every n-th of a list in order of group and follow-up: so groups and lengths are shown as they are.
    even = [others[at * len(others) // room] for at in range(room)]
    return ranked.filter(pl.col("place").is_in([*died, *even]))


def _persons(cohort: Cohort, outcome: Outcome, group_by: GroupBy) -> pl.DataFrame:
    """Those who entered, with the last day on which anything is known of them, null where nothing is."""
    labels = (
        label_groups(cohort, group_by)
        if group_by
        else cohort.subjects.select("subject_id", pl.lit(None, pl.String).alias(GROUP))
    )
    joined = outcome.spells.select("subject_id")
    for known in (cohort.select("subjects", "subject_id", "death_day"), last_known_days(cohort), labels):
        joined = joined.join(known, on="subject_id", how="left", maintain_order="left")
    return joined.select(
        pl.col("subject_id").alias("person"),
        GROUP,
        pl.col("death_day").is_not_null().alias("died"),
        pl.col(LAST_KNOWN).clip(lower_bound=0).alias("last_day"),
    )


def _stretches(cohort: Cohort, persons: pl.DataFrame) -> pl.DataFrame:
    """Bars: first when visits were looked for, then the therapies over them, none past the last day."""
    looked = cohort.tables["observed"].filter(pl.col("kind") == "clinic")
    observed = looked.select("subject_id", pl.lit(None, pl.String).alias("therapy"), "from_day", "to_day")
    bars = pl.concat([observed, *_therapies(cohort)]).rename({"subject_id": "person"})
    within = bars.join(persons.select("person", "last_day"), on="person", how="inner", maintain_order="left")
    # Bars begin on day zero and end on the last day known: beyond it nobody knows what was taken.
    clipped = within.with_columns(
        pl.col("from_day").clip(lower_bound=0), to_day=pl.min_horizontal(pl.coalesce("to_day", "last_day"), "last_day")
    )
    return clipped.filter(pl.col("to_day") > pl.col("from_day")).drop("last_day")


def _therapies(cohort: Cohort) -> Iterator[pl.DataFrame]:
    """Stretches of therapies: one without an end goes on to the last known day."""
    if cohort.collected("treatments"):
        taken = cohort.select("treatments", "subject_id", "therapy", "start_day", "end_day").filter(~_is_mark())
        yield taken.select(
            "subject_id", pl.col("therapy").str.replace_all("_", " "), from_day="start_day", to_day="end_day"
        )


def _kind() -> pl.Expr:
    """What the library says of a therapy: a name it does not have is drawn as it is recorded, as a stretch."""
    kinds = {name: therapy.kind for name, therapy in therapies().items()}
    return pl.col("therapy").replace_strict(kinds, default="continuous", return_dtype=pl.String)


def _is_mark() -> pl.Expr:
    """A procedure, a course (which works for years after its last day), or a therapy given on one day only."""
    return (_kind() != "continuous") | (pl.col("end_day") == pl.col("start_day")).fill_null(False)


def _marks(cohort: Cohort, outcome: Outcome) -> Iterator[pl.DataFrame]:
    # First, so that the types are right where no record has anything to mark.
    yield pl.DataFrame(schema=MARK_TYPES)
    if cohort.collected("treatments"):
        yield from _given(cohort)
    if cohort.collected("relapses"):
        counted = _counted_rows(outcome, "relapse_row")
        relapses = cohort.select("relapses", "subject_id", "row_id", "day")
        yield _mark(relapses.filter(counted), "Relapse that counts", "day")
        yield _mark(relapses.filter(~counted), "Other relapse", "day")
    for part in outcome.parts or (outcome,):
        yield from _counted(part)
    if cohort.collected("scans"):
        yield _mark(_other_active_scans(cohort, outcome), "Scan with lesions", "day")
    yield from _ends(cohort)


def _given(cohort: Cohort) -> Iterator[pl.DataFrame]:
    given = cohort.select("treatments", "subject_id", "therapy", "start_day", "end_day").filter(_is_mark())
    procedure = _kind() == "procedure"
    yield _mark(given.filter(procedure), "Procedure", "start_day")
    yield _mark(given.filter(~procedure), "Course or single dose", "start_day")


def _ends(cohort: Cohort) -> Iterator[pl.DataFrame]:
    """Deaths, and the last known day of everybody else, by the reason why follow-up ended."""
    subjects = cohort.select("subjects", "subject_id", "death_day", "end_reason")
    known = subjects.join(last_known_days(cohort), on="subject_id", how="left", maintain_order="left")
    died = pl.col("death_day").is_not_null()
    yield _mark(known.filter(died), "Death", "death_day")
    alive = known.filter(~died & pl.col(LAST_KNOWN).is_not_null())
    ended = pl.col("end_reason").replace_strict(END_MARKS, default=END_UNEXPLAINED, return_dtype=pl.String)
    for mark in (*dict.fromkeys(END_MARKS.values()), END_UNEXPLAINED):
        yield _mark(alive.filter(ended == mark), mark, LAST_KNOWN)


def _counted(part: Outcome) -> Iterator[pl.DataFrame]:
    words = {"progression": "Progression that counts", "mri": "MRI activity that counts"}
    if part.endpoint.rule in words:
        yield _mark(part.spells.filter("event"), words[part.endpoint.rule], "exit_day")


def _other_active_scans(cohort: Cohort, outcome: Outcome) -> pl.DataFrame:
    """Scans with any lesion after day zero that are not already drawn as the one that counts."""
    scans = cohort.select("scans", "subject_id", "row_id", "day", *LESIONS).filter(
        (pl.sum_horizontal(pl.col(lesion).fill_null(0) for lesion in LESIONS) > 0) & (pl.col("day") >= 0)
    )
    return scans.filter(~_counted_rows(outcome, "scan_row"))


def _counted_rows(outcome: Outcome, column: str) -> pl.Expr:
    """Is this row the one that somebody's event is?"""
    counted = [part.spells.filter("event")[column].drop_nulls() for part in outcome.parts or (outcome,)]
    return pl.col("row_id").is_in(pl.concat(counted).implode())


def _mark(rows: pl.DataFrame, mark: str, day: str) -> pl.DataFrame:
    return rows.select(person="subject_id", mark=pl.lit(mark), day=pl.col(day).cast(pl.Int32)).filter(
        pl.col("day") >= 0
    )
