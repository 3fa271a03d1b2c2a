"""Relapses, MRI activity and death, vectorised: which row, if any, is the first that counts."""

from __future__ import annotations

from typing import get_args

import numpy as np
import polars as pl

from remission.outcomes.definitions import Mri, Region, Relapse
from remission.outcomes.finding import Assessments, Finding, finding_on
from remission.outcomes.progression import last_day
from remission.outcomes.watch import Watch
from remission.records.segments import NEVER, Flags, Ints, Segments, SubjectIndex, first_flagged


def find_relapse(index: SubjectIndex, rule: Relapse, watch: Watch) -> Finding:
    """Every subject's first relapse that qualifies."""
    segments = index.segments("relapses")
    frame = index.cohort.select("relapses", "day", "end_day", "confirmed", "fever")
    counts = frame.select(counts=_relapse_counts(rule))["counts"].to_numpy()[segments.order]
    place = first_flagged(segments.offsets, counts & _usable(segments, watch))
    finding = finding_on(segments, place, "relapse_row", watch.last_usable)
    if not index.cohort.collected("visits"):
        return finding
    visits = index.segments("visits")
    # A relapse is told at any visit, so a gap between visits is a gap in what was told.
    every = np.ones(visits.day.size, np.bool_)
    return finding._replace(gap_assessments=Assessments(visits, every, every))


def _relapse_counts(rule: Relapse) -> pl.Expr:
    counts = pl.col("day") >= rule.counts_from_day
    if rule.minimum_days > 0:
        lasted = pl.col("end_day") - pl.col("day") >= rule.minimum_days
        counts &= lasted.fill_null(rule.duration_unknown == "counts")
    if rule.confirmed == "confirmed only":
        counts &= (pl.col("confirmed") == "yes").fill_null(False)
    if rule.fever == "without fever":
        counts &= (pl.col("fever") != "yes").fill_null(True)
    return counts


def find_mri(index: SubjectIndex, rule: Mri, watch: Watch) -> Finding:
    """Every subject's first active scan, and the scans on which nothing was found."""
    segments = index.segments("scans")
    frame = index.cohort.select("scans", "day", "region", "usable", "reference", *rule.lesions)
    flags = frame.select(used=_scan_used(rule, _scan_active(rule)), active=_scan_active(rule))
    used = flags["used"].to_numpy()[segments.order] & _usable(segments, watch)
    active = flags["active"].to_numpy()[segments.order] & used
    finding = finding_on(segments, first_flagged(segments.offsets, active), "scan_row", watch.entry)
    assessments = Assessments(segments, used, used & ~active)
    return finding._replace(
        kind_end=last_day(assessments, watch.entry), assessments=assessments, gap_assessments=assessments
    )


def _scan_used(rule: Mri, active: pl.Expr) -> pl.Expr:
    each = [pl.col(name).is_not_null() for name in rule.lesions]
    counted = pl.any_horizontal(each) if rule.not_counted == "as none" else pl.all_horizontal(each) | active
    used = counted & (pl.col("usable") != "no").fill_null(True)
    if set(rule.regions) == set(get_args(Region)):
        return used
    return used & pl.col("region").fill_null("not recorded").is_in(list(rule.regions))


def _scan_active(rule: Mri) -> pl.Expr:
    horizontal = pl.sum_horizontal if rule.combine == "sum" else pl.max_horizontal
    counts = [pl.col(name).cast(pl.Int64) for name in rule.lesions]  # wide enough for any sum of counts
    enough = (horizontal(counts) >= rule.minimum).fill_null(False)
    is_reference = (pl.col("reference") == "yes").fill_null(False)
    return enough & (pl.col("day") >= rule.counts_from_day) & ~is_reference


def find_death(index: SubjectIndex, watch: Watch) -> Finding:
    """Every subject's day of death."""
    death = index.days("death_day")
    nothing = np.full(index.count, NEVER, np.int32)
    return Finding(death, death, nothing, np.zeros(index.count, np.bool_), watch.last_usable, {})


def _usable(segments: Segments, watch: Watch) -> Flags:
    last_usable: Ints = np.repeat(watch.last_usable, np.diff(segments.offsets))
    return segments.day <= last_usable
