"""Loss of brain volume, vectorised: how much was lost since the reference scan, and was it too much."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from remission.inputs.kernels import kernel
from remission.outcomes.finding import Finding, each_row, finding_on_assessments, usable_rows

if TYPE_CHECKING:
    from remission.outcomes.definitions.rules.brain_volume import BrainVolume
    from remission.outcomes.watch import Watch
    from remission.records.segments import Flags, Ints, Positions, SubjectIndex

YEAR_HUNDREDTHS_OF_DAYS = 36_525
PER_CENT_UNITS = 100_000
"""Losses are compared in hundred-thousandths of a per cent, as whole numbers: so that an exact limit is exact."""


def find_brain_volume(index: SubjectIndex, rule: BrainVolume, watch: Watch) -> Finding:
    """Every subject's first scan on which more was lost than allowed, and the scans on which it was not."""
    segments = index.segments("scans")
    frame = index.cohort.select("scans", "usable", "reference", "brain_volume_change_pct")
    measured = pl.col("brain_volume_change_pct").is_not_null() & (pl.col("usable") != "no").fill_null(True)
    loss = (pl.col("brain_volume_change_pct").cast(pl.Float64) * -PER_CENT_UNITS).fill_null(0.0)
    flags = frame.select(measured=measured, reference=(pl.col("reference") == "yes").fill_null(False), loss=loss)
    used, reference, lost = (flags[name].to_numpy()[segments.order] for name in flags.columns)
    used = used & usable_rows(segments, watch)
    # 64 bits: the product of loss and hundredths of days below would not fit 32.
    days = segments.day.astype(np.int64) - _reference_day(segments.offsets, segments.day, reference, watch.origin)
    # At least one day: a yearly rate over no time is none.
    active = used & ~reference & (days >= max(rule.minimum_days, 1))
    active &= segments.day >= each_row(segments, rule.counts_from_day + watch.shift)
    active &= _is_too_much(np.rint(lost).astype(np.int64), days, rule)
    return finding_on_assessments(segments, used, active, "scan_row", watch)


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
