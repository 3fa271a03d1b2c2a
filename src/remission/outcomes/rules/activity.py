"""Relapses, MRI activity, brain volume and death, vectorised: which rows count, and which is the first."""

from __future__ import annotations

from typing import get_args

import numpy as np
import polars as pl
from numpy.typing import NDArray

from remission.outcomes.definitions.records import BrainVolume, Death, Mri, Region, Relapse
from remission.outcomes.finding import NO_RELATION, Assessments, Events, Finding, finding_on
from remission.outcomes.rules.progression import last_day
from remission.outcomes.watch import Watch
from remission.records.kernels import kernel
from remission.records.segments import NEVER, Flags, Ints, Positions, Segments, SubjectIndex, first_flagged

YEAR_HUNDREDTHS_OF_DAYS = 36_525
PER_CENT_UNITS = 100_000
"""Losses are compared in hundred-thousandths of a per cent, as whole numbers: so that an exact limit is exact."""


def find_relapse(index: SubjectIndex, rule: Relapse, watch: Watch) -> Finding:
    """Every subject's first relapse that qualifies, and all of them when each is an event."""
    segments = index.segments("relapses")
    frame = index.cohort.select("relapses", "day", "end_day", "confirmed", "fever")
    qualifies = frame.select(qualifies=_relapse_qualifies(rule))["qualifies"].to_numpy()[segments.order]
    # Merged before asking from when they count: what began before may go on after.
    counts = _begins_anew(segments.offsets, segments.day, qualifies, rule.merge_days) & _usable(segments, watch)
    counts &= segments.day >= _each(segments, rule.counts_from_day + watch.shift)
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
        # Without an end day the length is unknown, and the definition says which way that goes.
        qualifies &= lasted.fill_null(rule.duration_unknown == "counts")
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


def events_on(segments: Segments, flags: Flags, role: str) -> Events:
    """Each flagged row as an event that is dated by its own day."""
    place = np.flatnonzero(flags)
    # The offsets are sorted, so the person of each place is found by halving, without an array for all rows.
    subject = (np.searchsorted(segments.offsets, place, side="right") - 1).astype(np.int32)
    day = segments.day[place]
    relation = np.full(place.size, NO_RELATION, np.int32)
    return Events(subject, day, day, {role: place}, relation, np.ones(place.size, np.bool_))


def find_mri(index: SubjectIndex, rule: Mri, watch: Watch) -> Finding:
    """Every subject's first active scan (and all of them when each is an event), and the scans with nothing found."""
    segments = index.segments("scans")
    frame = index.cohort.select("scans", "region", "usable", "reference", *rule.lesions)
    flags = frame.select(usable=_scan_usable(rule), enough=_scan_enough(rule), **_scan_counted(rule))
    usable, enough, some, every = (flags[name].to_numpy()[segments.order] for name in flags.columns)
    active = enough & (segments.day >= _each(segments, rule.counts_from_day + watch.shift))
    if rule.reference_from_day is not None:
        active &= _after_reference(segments, usable, rule.reference_from_day + watch.shift)
    # Decision 14: a scan on which a kind of lesion was not counted shows activity, and never its absence.
    counted = some if rule.not_counted == "as none" else every | active
    used = usable & counted & _usable(segments, watch)
    active &= used
    finding = _finding_on_scans(segments, used, active, watch)
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
    return (horizontal(counts) >= rule.minimum).fill_null(False) & ~_is_reference()


def _is_reference() -> pl.Expr:
    return (pl.col("reference") == "yes").fill_null(False)


def _after_reference(segments: Segments, usable: Flags, from_day: Ints) -> Flags:
    """Scans after the first usable one on or after a day; none where there is no such scan."""
    reference = first_flagged(segments.offsets, usable & (segments.day >= _each(segments, from_day)))
    # Without a reference scan no place is after it, so nothing is active.
    at = np.where(reference < 0, segments.day.size, reference)
    after: Flags = np.arange(segments.day.size) > np.repeat(at, np.diff(segments.offsets))
    return after


def _finding_on_scans(segments: Segments, used: Flags, active: Flags, watch: Watch) -> Finding:
    # `watch.entry` is put in its place just below: MRI ends with the last scan (decision 3).
    finding = finding_on(segments, first_flagged(segments.offsets, active), "scan_row", watch.entry)
    assessments = Assessments(segments, used, used & ~active)
    return finding._replace(
        kind_end=last_day(assessments, watch.entry), assessments=assessments, gap_assessments=assessments
    )


def find_brain_volume(index: SubjectIndex, rule: BrainVolume, watch: Watch) -> Finding:
    """Every subject's first scan on which more was lost than allowed, and the scans on which it was not."""
    segments = index.segments("scans")
    frame = index.cohort.select("scans", "usable", "reference", "brain_volume_change_pct")
    measured = pl.col("brain_volume_change_pct").is_not_null() & (pl.col("usable") != "no").fill_null(True)
    loss = (pl.col("brain_volume_change_pct").cast(pl.Float64) * -PER_CENT_UNITS).fill_null(0.0)
    flags = frame.select(measured=measured, reference=_is_reference(), loss=loss)
    used, reference, lost = (flags[name].to_numpy()[segments.order] for name in flags.columns)
    used = used & _usable(segments, watch)
    # 64 bits: the product of loss and hundredths of days below would not fit 32.
    days = segments.day.astype(np.int64) - _reference_day(segments.offsets, segments.day, reference, watch.origin)
    # At least one day: a yearly rate over no time is none.
    active = used & ~reference & (days >= max(rule.minimum_days, 1))
    active &= segments.day >= _each(segments, rule.counts_from_day + watch.shift)
    active &= _is_too_much(np.rint(lost).astype(np.int64), days, rule)
    return _finding_on_scans(segments, used, active, watch)


def _is_too_much(lost: NDArray[np.int64], days: NDArray[np.int64], rule: BrainVolume) -> Flags:
    allowed = round(rule.loss_percent * PER_CENT_UNITS)
    if not rule.per_year:
        return lost > allowed
    # Multiplied out instead of divided, so that a limit of exactly 0.4 % a year is met exactly.
    return lost * YEAR_HUNDREDTHS_OF_DAYS > allowed * 100 * days


@kernel
def _reference_day(offsets: Positions, day: Ints, reference: Flags, origin: Ints) -> Ints:
    """Day of the last reference scan on or before each scan's day; the origin where there is none."""
    since = np.empty(day.size, np.int32)
    for s in range(offsets.size - 1):
        last, i = origin[s], offsets[s]
        while i < offsets[s + 1]:
            after = i
            # Scans of one day go together: the reference may stand after the scan in the file, and holds for it all
            # the same.
            while after < offsets[s + 1] and day[after] == day[i]:
                if reference[after]:
                    last = day[after]
                after += 1
            since[i:after] = last
            i = after
    return since


def find_death(index: SubjectIndex, rule: Death, watch: Watch) -> Finding:
    """Every subject's day of death."""
    # Nothing to look for, nothing to confirm: the day is known by itself.
    death = index.days("death_day")
    nothing = np.full(index.count, NEVER, np.int32)
    return Finding(death, death, nothing, np.zeros(index.count, np.bool_), watch.last_usable, {})


def _usable(segments: Segments, watch: Watch) -> Flags:
    return segments.day <= _each(segments, watch.last_usable)


def _each(segments: Segments, days: Ints) -> Ints:
    """A day of each subject, for each of the subject's rows."""
    repeated: Ints = np.repeat(days, np.diff(segments.offsets))
    return repeated
