"""Relapses, vectorised: which count, and which begin anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission.inputs.kernels import kernel
from remission.outcomes.finding import Assessments, Finding, each_row, events_on, finding_on, usable_rows
from remission.records.schema import PARTIAL
from remission.records.segments import Flags, Ints, Positions, SubjectIndex, first_flagged

if TYPE_CHECKING:
    from remission.outcomes.definitions.rules.relapse import Relapse
    from remission.outcomes.watch import Watch

PRECISIONS = ("day_precision", "end_day_precision")


def find_relapse(index: SubjectIndex, rule: Relapse, watch: Watch) -> Finding:
    """Every subject's first relapse that qualifies, and all of them when each is an event."""
    segments = index.segments("relapses")
    frame = index.cohort.select("relapses", "day", "end_day", *PRECISIONS, "confirmed", "fever")
    qualifies = frame.select(qualifies=_relapse_qualifies(rule))["qualifies"].to_numpy()[segments.order]
    # Merged before asking from when they count: what began before may go on after.
    counts = _begins_anew(segments.offsets, segments.day, qualifies, rule.merge_days) & usable_rows(segments, watch)
    counts &= segments.day >= each_row(segments, rule.counts_from_day + watch.shift)
    finding = finding_on(segments, first_flagged(segments.offsets, counts), "relapse_row", watch.last_usable)
    if rule.events == "all":
        finding = finding._replace(events=events_on(segments, counts, "relapse_row"))
    if not index.cohort.collected("visits"):
        return finding
    visits = index.segments("visits")
    # A relapse is told at any visit, so a gap between visits is a gap in what was told.
    every = np.ones(visits.day.size, np.bool_)
    return finding._replace(gap_assessments=Assessments(visits, every, every))


def _relapse_qualifies(rule: Relapse) -> pl.Expr:
    qualifies = pl.col("day").is_not_null()
    if rule.minimum_days > 0:
        lasted = pl.col("end_day") - pl.col("day") >= rule.minimum_days
        exact = pl.all_horizontal(~pl.col(name).is_in(PARTIAL).fill_null(False) for name in PRECISIONS)
        # Without an end day, or with a day that was completed, the length is unknown: the definition says which way
        # that goes.
        qualifies &= pl.when(exact).then(lasted).fill_null(rule.duration_unknown == "counts")
    if rule.confirmed == "confirmed only":
        # Empty is not confirmed; but below, empty is no fever: the rule asks for what was recorded.
        qualifies &= (pl.col("confirmed") == "yes").fill_null(False)
    if rule.fever == "without fever":
        qualifies &= (pl.col("fever") != "yes").fill_null(True)
    return qualifies


@kernel
def _begins_anew(offsets: Positions, day: Ints, flags: Flags, merge_days: int) -> Flags:
    """Flagged rows that are not part of the last one of their subject that was not part of another."""
    anew = np.zeros(flags.size, np.bool_)
    for s in range(offsets.size - 1):
        last, known = 0, False
        for i in range(offsets[s], offsets[s + 1]):
            # Counted from the last one that was not merged, so that a chain of relapses does not run on for ever.
            if flags[i] and not (known and day[i] - last < merge_days):
                anew[i], last, known = True, day[i], True
    return anew
