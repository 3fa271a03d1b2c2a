"""Starts of therapies, vectorised: the periods of each therapy put together, and the first that begins anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission.library.catalogue import therapies, therapies_of
from remission.outcomes.finding import Finding, finding_on
from remission.records.segments import NEVER, Positions, Segments, SubjectIndex

if TYPE_CHECKING:
    from remission.outcomes.definitions.rules.therapy import TherapyStart
    from remission.outcomes.watch import Watch


def find_therapy(index: SubjectIndex, rule: TherapyStart, watch: Watch) -> Finding:
    """Every subject's first start of a therapy of one of the kinds: of a new one, or of any."""
    segments = index.segments("treatments")
    rows = _first_start(derive_periods(_used_rows(index, watch), rule.merge_days), rule)
    place = np.full(index.count, -1, np.int64)
    place[rows["subject"].to_numpy()] = _place_of_rows(segments, index)[rows["row"].to_numpy()]
    return finding_on(segments, place, "treatment_row", watch.last_usable)


def _used_rows(index: SubjectIndex, watch: Watch) -> pl.DataFrame:
    """Rows of treatments that are used, with the subject's number, its origin and the day from which starts count."""
    people = pl.DataFrame(
        {
            "subject": np.arange(index.count, dtype=np.int32),
            "origin": watch.origin,
            "last_usable": watch.last_usable,
            "shift": watch.shift,
        }
    )
    rows = index.cohort.select("treatments", "therapy", "start_day", "end_day").with_row_index("row")
    rows = rows.with_columns(subject=pl.Series(index.subject_of_rows("treatments")))
    # Before periods are made, so that a row after the last usable day lengthens none.
    return rows.join(people, on="subject", maintain_order="left").filter(pl.col("start_day") <= pl.col("last_usable"))


def derive_periods(rows: pl.DataFrame, merge_days: int) -> pl.DataFrame:
    """Rows of one therapy of one subject that overlap, or have fewer than `merge_days` between them, as one period.

    `rows` has subject, therapy, start_day, end_day and row; in the answer each period has the `kind` of its therapy,
    the `start_day` and `row` of its first, the later `end_day` (NEVER without an end; a procedure without one ends on
    its first day), and the first value of whatever other columns there are.
    """
    kinds = {name: therapy.kind for name, therapy in therapies().items()}
    rows = rows.with_columns(kind=pl.col("therapy").replace_strict(kinds, default=None, return_dtype=pl.String))
    # A procedure without an end day is done when it is done; any other therapy without one goes on.
    at_once = pl.when(pl.col("kind") == "procedure").then(pl.col("start_day")).otherwise(pl.lit(int(NEVER)))
    # An end that was completed to before the start is the start.
    end = pl.when(pl.col("end_day").is_not_null()).then(pl.max_horizontal("start_day", "end_day")).otherwise(at_once)
    rows = rows.with_columns(end_day=end.cast(pl.Int64)).sort("subject", "therapy", "start_day", "row")
    of_one = ("subject", "therapy")
    # The latest end so far, not that of the row before: a short row inside a long one would open a hole.
    before = pl.col("end_day").cum_max().shift().over(of_one)
    # At least one day, so that rows that overlap are one period even with `merge_days = 0`.
    anew = (pl.col("start_day") - before >= max(merge_days, 1)).fill_null(True)
    others = [name for name in rows.columns if name not in (*of_one, "end_day")]
    return (
        rows.with_columns(period=anew.cum_sum())
        .group_by("period", maintain_order=True)
        .agg(pl.col(*of_one, *others).first(), pl.col("end_day").max())
    )


def _first_start(periods: pl.DataFrame, rule: TherapyStart) -> pl.DataFrame:
    """Subject and row of the first period that counts, of each subject who has one."""
    begun = pl.col("start_day") <= pl.col("origin")
    counts = ~begun & (pl.col("start_day") >= pl.col("shift") + rule.counts_from_day)
    # A therapy that the list does not know has no kind, and is of none that was asked for.
    counts &= pl.col("kind").is_in(list(rule.kinds)).fill_null(False)
    counts &= ~pl.col("therapy").is_in(list(therapies_of(rule.leave_out)))
    if rule.which == "new":
        # New to this person at the origin: by name, so switching brands of one therapy is no start.
        counts &= ~(begun & (pl.col("end_day") >= pl.col("origin"))).any().over("subject", "therapy")
    found = periods.filter(counts).sort("subject", "start_day", "row")
    return found.group_by("subject", maintain_order=True).agg(pl.col("row").first())


def _place_of_rows(segments: Segments, index: SubjectIndex) -> Positions:
    """Place in the segments of each row of treatments, -1 for one of a subject who did not enter."""
    place = np.full(index.subject_of_rows("treatments").size, -1, np.int64)
    # The inverse of the order; rows of people who did not enter are in no segment and keep -1.
    place[segments.order] = np.arange(segments.order.size)
    return place
