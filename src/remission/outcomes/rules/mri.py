"""MRI activity, vectorised: which scans can be assessed, and which are active."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import numpy as np
import polars as pl

from remission.outcomes.definitions.rules.mri import Mri, Region
from remission.outcomes.finding import Finding, each_row, events_on, finding_on_assessments, usable_rows
from remission.records.segments import Flags, Ints, Segments, SubjectIndex, first_flagged

if TYPE_CHECKING:
    from remission.outcomes.watch import Watch


def find_mri(index: SubjectIndex, rule: Mri, watch: Watch) -> Finding:
    """Every subject's first active scan (and all of them when each is an event), and the scans with nothing found."""
    segments = index.segments("scans")
    frame = index.cohort.select("scans", "region", "usable", "reference", *rule.lesions)
    flags = frame.select(usable=_scan_usable(rule), enough=_scan_enough(rule), **_scan_counted(rule))
    usable, enough, some, every = (flags[name].to_numpy()[segments.order] for name in flags.columns)
    active = enough & (segments.day >= each_row(segments, rule.counts_from_day + watch.shift))
    if rule.reference_from_day is not None:
        active &= _after_reference(segments, usable, rule.reference_from_day + watch.shift)
    # Decision 14: a scan on which a kind of lesion was not counted shows activity, and never its absence.
    counted = some if rule.not_counted == "as none" else every | active
    used = usable & counted & usable_rows(segments, watch)
    active &= used
    finding = finding_on_assessments(segments, used, active, "scan_row", watch)
    return finding._replace(events=events_on(segments, active, "scan_row")) if rule.events == "all" else finding


def _scan_usable(rule: Mri) -> pl.Expr:
    # Empty is usable: a rule leaves out only what somebody recorded as unusable.
    usable = (pl.col("usable") != "no").fill_null(True)
    # All regions, "not recorded" among them: no column is read, and none need be there.
    if set(rule.regions) == set(get_args(Region)):
        return usable
    return usable & pl.col("region").fill_null("not recorded").is_in(list(rule.regions))


def _scan_counted(rule: Mri) -> dict[str, pl.Expr]:
    each = [pl.col(name).is_not_null() for name in rule.lesions]
    return {"some": pl.any_horizontal(each), "every": pl.all_horizontal(each)}


def _scan_enough(rule: Mri) -> pl.Expr:
    horizontal = pl.sum_horizontal if rule.combine == "sum" else pl.max_horizontal
    counts = [pl.col(name).cast(pl.Int64) for name in rule.lesions]  # wide enough for any sum of counts
    # A reference scan shows what was there at the beginning, so its lesions are not new.
    return (horizontal(counts) >= rule.minimum).fill_null(False) & ~(pl.col("reference") == "yes").fill_null(False)


def _after_reference(segments: Segments, usable: Flags, from_day: Ints) -> Flags:
    """Scans after the first usable one on or after a day; none where there is no such scan."""
    reference = first_flagged(segments.offsets, usable & (segments.day >= each_row(segments, from_day)))
    # Without a reference scan no place is after it, so nothing is active.
    at = np.where(reference < 0, segments.day.size, reference)
    after: Flags = np.arange(segments.day.size) > np.repeat(at, np.diff(segments.offsets))
    return after
