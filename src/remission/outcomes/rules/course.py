"""Course of MS, vectorised: the first day from which a course is recorded, of somebody who did not have it before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission.outcomes.finding import Finding, finding_on
from remission.records.segments import Flags, SubjectIndex, first_flagged

if TYPE_CHECKING:
    from remission.outcomes.definitions.rules.course import Course
    from remission.outcomes.watch import Watch


def find_course(index: SubjectIndex, rule: Course, watch: Watch) -> Finding:
    """Every subject's first row with one of the courses; who had one before is dated at the entry, which excludes."""
    segments = index.segments("courses")
    named = index.cohort.select("courses", "course").select(named=pl.col("course").is_in(list(rule.courses)))
    rows = np.diff(segments.offsets)
    wanted = named["named"].to_numpy()[segments.order] & (segments.day <= np.repeat(watch.last_usable, rows))
    # Both days shift with the origin; a course before the first day that counts excludes as one on day zero does.
    early = segments.day < np.repeat(rule.counts_from_day + watch.shift, rows)
    before = (first_flagged(segments.offsets, wanted & early) >= 0) | _has_course(index, rule)
    found = finding_on(segments, first_flagged(segments.offsets, wanted & ~early), "course_row", watch.last_usable)
    # Dated at the entry, because what is on or before it is `event-before-entry` by the rules of every event.
    event = np.where(before, watch.entry, found.event).astype(np.int32)
    return found._replace(event=event, onset=event)


def _has_course(index: SubjectIndex, rule: Course) -> Flags:
    """Whose course on day zero is one of the rule's."""
    if "course" not in index.subjects.columns:
        return np.zeros(index.count, np.bool_)
    return index.subjects["course"].is_in(list(rule.courses)).fill_null(False).to_numpy()
