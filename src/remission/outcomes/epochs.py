"""Epochs of treatment: how long each therapy worked on a person, by its kind, and what was on when an event came."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal, get_args

import polars as pl

from remission.inputs.provenance import Status
from remission.library.catalogue import table, therapies
from remission.records.segments import NEVER

if TYPE_CHECKING:
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort

Overlap = Literal["the later begins", "both stay"]

NO_THERAPY = "no therapy"
# Decision 22, here for epochs.
NOT_A_THERAPY_FOR_MS = ("corticosteroid", "apheresis")
"""Groups of the library's list that treat a relapse: a course of steroids ends no other therapy."""

EPOCH_COLUMNS: dict[str, pl.DataType] = {
    "subject_id": pl.String(),
    "epoch": pl.Int32(),
    "therapy": pl.String(),
    "kind": pl.String(),
    "start_day": pl.Int32(),
    "end_day": pl.Int32(),
    "ended_by": pl.String(),
    "row_ids": pl.List(pl.String()),
}


@dataclass(frozen=True)
class CarryOver:
    """For how many days after its last day a course works, and where that comes from."""

    therapy: str
    days: int
    status: Status
    citation: str
    locus: str
    says: str


@cache
def carry_overs() -> dict[str, CarryOver]:
    """The library's carry-over of each therapy that is given in courses, with its source; most are unverified.

    >>> carry_overs()["cladribine"].status
    'derived'
    """
    return {row.therapy: row for row in table("epochs/carry-over", CarryOver)}


def derive_epochs(
    cohort: Cohort,
    merge_days: int = 30,
    carry_over: Mapping[str, int] | None = None,
    overlap: Overlap = "the later begins",
    leave_out: Collection[str] = NOT_A_THERAPY_FOR_MS,
) -> pl.DataFrame:
    """Stretches of days on one therapy, a row each in the columns of `EPOCH_COLUMNS`, by subject and first day.

    A therapy works, by its kind in the library: continuous, from its first to its last recorded day; a course, up to
    `carry_over` days after its last day (the library's `carry_overs()` where none are given; a course without a last
    day that is not ongoing is a day); a procedure, from its day on until another therapy begins. `end_day` is null
    where nothing ends it. Therapies of a group in `leave_out` are no epochs.

    Rows of one therapy with fewer than `merge_days` days between them, or that overlap, are one epoch (of a procedure,
    between its days). Where two therapies overlap, `overlap` decides:

    - the later begins: an epoch ends the day before the next one starts, and what it was recorded for after that is
      not taken up again; only rows without another therapy between them are put together. Of several that start on
      one day the last in the file holds; the others end the day before they start, so they hold no day.
    - both stay: each keeps its days; a procedure ends the day before the next therapy that starts after it.

    `ended_by` is "stopped", "worn off" (a course) or "another therapy", null where nothing ended it. `row_ids` are the
    rows of treatments in an epoch, in order of first day. Everyone in the subjects table is asked, entered or not.
    NotCollected when treatments were not; ValueError for a rule that does not exist, negative days, or a course in the
    cohort whose carry-over is not known.

    >>> from remission.outcomes.load import load_cohort
    >>> derive_epochs(load_cohort("two-arm")).columns[:4]
    ['subject_id', 'epoch', 'therapy', 'kind']
    """
    if overlap not in get_args(Overlap):
        raise ValueError(f"overlap must be one of {', '.join(get_args(Overlap))}, found {overlap!r}")
    if merge_days < 0:
        raise ValueError(f"merge_days must be 0 or more, found {merge_days}")
    # Merged before ended: a gap within one therapy must be closed before anybody asks what another one cut off.
    rows = _rows(cohort, leave_out)
    rows = _with_last_days(rows, _known_carry_over(rows, carry_over))
    epochs = _ended(_merged(rows, merge_days, overlap), overlap)
    number = pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("subject")
    return epochs.with_columns(epoch=number).select(pl.col(name).cast(dtype) for name, dtype in EPOCH_COLUMNS.items())


def derive_therapy_at(outcome: Outcome, epochs: pl.DataFrame) -> pl.DataFrame:
    """The spells of an outcome with what was on when their event came.

    `therapy_at_event` is the therapy of the epoch that holds the day of the event ("no therapy" when none does, names
    in order of start with " + " between them when several do), `epoch_at_event` the number of the first of those, and
    `therapy_rows` their rows of treatments. All three are null in a spell without an event. An event on the first day
    of an epoch came on that therapy: where starting it was the answer to the event, ask for the epoch before.

    >>> from remission.outcomes.load import load_cohort
    >>> from remission.outcomes.evaluation import evaluate
    >>> cohort = load_cohort("two-arm")
    >>> derive_therapy_at(evaluate(cohort, "relapse-free"), derive_epochs(cohort)).columns[-3:]
    ['therapy_at_event', 'epoch_at_event', 'therapy_rows']
    """
    events = outcome.spells.select("subject_id", "episode", day=pl.when("event").then("exit_day")).drop_nulls("day")
    # Every epoch that had begun is joined and then sifted: a person has few.
    begun = events.join(epochs, on="subject_id").filter(pl.col("start_day") <= pl.col("day"))
    on = begun.filter(pl.col("end_day").is_null() | (pl.col("end_day") >= pl.col("day")))
    held = (
        on.sort("subject_id", "episode", "epoch")
        .group_by("subject_id", "episode", maintain_order=True)
        .agg(
            therapy_at_event=pl.col("therapy").str.join(" + "),
            epoch_at_event=pl.col("epoch").first(),
            therapy_rows=pl.col("row_ids").explode(),
        )
    )
    # From the left in order, for callers lay these columns beside the spells.
    spells = outcome.spells.join(held, on=["subject_id", "episode"], how="left", maintain_order="left")
    # "No therapy" is said of an event only; a spell without one is empty, because nothing was asked of it.
    nothing = pl.when("event").then(pl.lit(NO_THERAPY))
    return spells.with_columns(pl.col("therapy_at_event").fill_null(nothing))


def _rows(cohort: Cohort, leave_out: Collection[str]) -> pl.DataFrame:
    """Rows of treatments in the order of the file, with the place of their subject and the kind of their therapy."""
    # Everyone in the subjects table, entered or not: an epoch needs no day zero.
    place = cohort.subjects.select("subject_id").with_row_index("subject")
    left_out = [name for name, therapy in therapies().items() if therapy.group in leave_out]
    kinds = {name: therapy.kind for name, therapy in therapies().items()}
    rows = cohort.select("treatments", "subject_id", "row_id", "therapy", "start_day", "end_day", "ongoing")
    rows = rows.with_row_index("row").filter(~pl.col("therapy").is_in(left_out))
    # A therapy that the list does not know is taken as continuous: it ends when its rows say so and carries nothing
    # over.
    kind = pl.col("therapy").replace_strict(kinds, default="continuous", return_dtype=pl.String)
    return rows.join(place, on="subject_id", maintain_order="left").with_columns(kind=kind)


def _known_carry_over(rows: pl.DataFrame, carry_over: Mapping[str, int] | None) -> Mapping[str, int]:
    known = {name: one.days for name, one in carry_overs().items()} if carry_over is None else carry_over
    courses = rows.filter(pl.col("kind") == "course")["therapy"].unique().to_list()
    # Asked only of courses that occur, so that one may give carry-over for the therapies of one's own cohort.
    if missing := sorted(set(courses) - known.keys()):
        raise ValueError(f"how long does a course of {', '.join(missing)} work? carry_over does not say")
    if negative := sorted(name for name, days in known.items() if days < 0):
        raise ValueError(f"carry_over days must be 0 or more, found less for {', '.join(negative)}")
    return known


def _with_last_days(rows: pl.DataFrame, carry_over: Mapping[str, int]) -> pl.DataFrame:
    """`last_day`: the day up to which a row's therapy works, NEVER without an end; of a procedure its own last day."""
    carried = pl.col("therapy").replace_strict(dict(carry_over), default=0, return_dtype=pl.Int64)
    ongoing = (pl.col("ongoing") == "yes").fill_null(False)
    open_end = pl.lit(int(NEVER), pl.Int64)
    # A row without an end is a day, unless a later branch says that it goes on; so is one whose end was completed to
    # before its start.
    end = pl.max_horizontal("end_day", "start_day").cast(pl.Int64)
    last_day = (
        # Order matters: a procedure works on for ever, and its own last day is kept only to merge its rows. An open
        # end comes before the carry-over of a course, for a course that goes on has not begun to wear off.
        pl.when(pl.col("kind") == "procedure")
        .then(end)
        .when(pl.col("end_day").is_null() & (ongoing | (pl.col("kind") == "continuous")))
        .then(open_end)
        .when(pl.col("kind") == "course")
        .then(end + carried)
        .otherwise(end)
    )
    return rows.with_columns(last_day=last_day)


def _merged(rows: pl.DataFrame, merge_days: int, overlap: Overlap) -> pl.DataFrame:
    """Epochs as recorded, sorted by subject, first day and first row."""
    by_start = ("subject", "start_day", "row")
    # Under "the later begins" only neighbours in time can be one epoch: another therapy between them has ended it.
    rows = rows.sort(by_start) if overlap == "the later begins" else rows.sort("subject", "therapy", "start_day", "row")
    of_one = pl.struct("subject", "therapy").rle_id()
    rows = rows.with_columns(run=of_one)
    # The latest end so far and not that of the row before: a short row inside a long one would open a hole.
    before = pl.col("last_day").cum_max().shift().over("run")
    # At least one day, so that rows which touch or overlap are one epoch even with `merge_days = 0`.
    anew = (pl.col("start_day") - before >= max(merge_days, 1)).fill_null(True)
    epochs = (
        rows.with_columns(number=anew.cum_sum())
        .group_by("number", maintain_order=True)
        .agg(
            pl.col("subject", "subject_id", "therapy", "kind", "start_day", "row").first(),
            pl.col("last_day").max(),
            row_ids=pl.col("row_id"),
        )
    )
    return epochs.sort(by_start)


def _ended(epochs: pl.DataFrame, overlap: Overlap) -> pl.DataFrame:
    """`end_day` and `ended_by` of each epoch, by what begins after it and how long it works."""
    following = pl.col("start_day").shift(-1).over("subject")
    if overlap == "both stay":
        # The next that starts on a later day: those of one day share it.
        last_of_day = pl.col("start_day") != following
        following = pl.when(last_of_day).then(following).backward_fill().over("subject")
        # With both staying, only a procedure is ended by what comes after it; it has no last day of its own.
        following = pl.when(pl.col("kind") == "procedure").then(following)
    works_to = pl.when(pl.col("kind") == "procedure").then(pl.lit(int(NEVER), pl.Int64)).otherwise("last_day")
    # The day before the next one starts; strictly earlier, so that what wears off on that same day is not said to be
    # cut.
    cut = (following.cast(pl.Int64) - 1 < works_to).fill_null(False)
    end = pl.when(cut).then(following.cast(pl.Int64) - 1).when(works_to < int(NEVER)).then(works_to)
    worn = pl.when(pl.col("kind") == "course").then(pl.lit("worn off")).otherwise(pl.lit("stopped"))
    why = pl.when(cut).then(pl.lit("another therapy")).when(works_to < int(NEVER)).then(worn)
    return epochs.with_columns(end_day=end, ended_by=why)
