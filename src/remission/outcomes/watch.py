"""When was somebody looking, and what ended it: the vectorised half of `docs/rules.md`, "Which records are used".

All arrays have shape (subjects,), in the order of the SubjectIndex; days that never come are NEVER.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import polars as pl

from remission.inputs.kernels import kernel
from remission.library.catalogue import therapies_of
from remission.outcomes.definitions.records import REASONS, Censoring, Endpoint
from remission.records.schema import END_REASONS
from remission.records.segments import NEVER, Flags, Ints, Numbering, Positions, SubjectIndex, sort_by_subject

# Reasons travel as numbers: the earliest of five ends is chosen for a million people at once.
CODE = {reason: code for code, reason in enumerate(REASONS)}
END_CODES = np.array([CODE[reason] for reason in END_REASONS] + [CODE["unknown"]], np.int32)


class Origin(NamedTuple):
    """The day on which each subject's time begins, NEVER for one whose origin event did not come.

    `shift` is what days in the rule are counted from: the origin when it is an event, else day zero.
    """

    day: Ints
    shift: Ints


class Watch(NamedTuple):
    """Observation of one kind: `looked` is False where there was none; records after `last_usable` are not used.

    `shift` is added to every day that stands in the rule.
    """

    looked: Flags
    entry: Ints
    last_usable: Ints
    origin: Ints
    shift: Ints
    has_origin: Flags


class Ends(NamedTuple):
    """The day on which observation ends and the code (in REASONS) of why."""

    day: Ints
    reason: Ints


def day_origin(index: SubjectIndex, day: int) -> Origin:
    """The same origin for everybody: day zero or a landmark."""
    return Origin(np.full(index.count, day, np.int32), np.zeros(index.count, np.int32))


def derive_watch(index: SubjectIndex, kinds: tuple[str, ...], origin: Origin) -> Watch:
    """Who was watched for all these kinds of observation, from when, and up to which day records are used."""
    # Decision 29: who asks for a relation to relapses is followed only while both are asked about. The later entry
    # and the earlier end of the two stretches are the days of both.
    watch = _watch_of_kind(index, kinds[0], origin)
    for kind in kinds[1:]:
        other = _watch_of_kind(index, kind, origin)
        watch = watch._replace(
            looked=watch.looked & other.looked,
            entry=np.maximum(watch.entry, other.entry),
            last_usable=np.minimum(watch.last_usable, other.last_usable),
        )
    # Where one of the kinds was not watched there is no stretch, and the entry is the origin.
    return watch._replace(entry=np.where(watch.looked, watch.entry, watch.origin).astype(np.int32))


def _watch_of_kind(index: SubjectIndex, kind: str, origin: Origin) -> Watch:
    observed = index.cohort.tables["observed"]
    wanted = np.flatnonzero((observed["kind"] == kind).to_numpy())
    subject = index.subject_of_rows("observed")[wanted]
    start, stop = (observed[name].to_numpy()[wanted] for name in ("from_day", "to_day"))
    sorted_by = sort_by_subject(subject, start, index.count)
    # Stretches of one kind have to be in order of their first day, and a table is in any.
    looked, first, last = _stretches(sorted_by.offsets, sorted_by.day, stop[sorted_by.order], origin.day)
    # No origin: day zero stands in, so that sums of days do not overflow; `has_origin` keeps them out of every
    # answer.
    has_origin = origin.day != NEVER
    day = np.where(has_origin, origin.day, 0).astype(np.int32)
    looked &= has_origin
    entry = np.where(looked, np.maximum(first, day), day)
    # Where nobody looked no record is used: -NEVER is before every day.
    last_usable = np.where(looked, np.minimum(last, index.days("cut_day")), -NEVER).astype(np.int32)
    return Watch(looked, entry, last_usable, day, np.where(has_origin, origin.shift, 0).astype(np.int32), has_origin)


@kernel
def _stretches(offsets: Positions, start: Ints, stop: Ints, origin: Ints) -> tuple[Flags, Ints, Ints]:
    """First and last day of the first stretch that ends after the origin, else of the last one."""
    count = offsets.size - 1
    looked, first, last = np.zeros(count, np.bool_), origin.copy(), origin.copy()
    for s in range(count):
        for i in range(offsets[s], offsets[s + 1]):
            # Rule 2: a stretch that begins at most one day after the last ends goes on with it.
            if looked[s] and start[i] <= last[s] + 1:
                last[s] = max(last[s], stop[i])
            # What ended on or before the origin is replaced by the next; if none ends later, the last one stays.
            elif not looked[s] or last[s] <= origin[s]:
                first[s], last[s], looked[s] = start[i], stop[i], True
            # A hole in observation: what came after it is not used, for an event may have been missed in it.
            else:
                break
    return looked, first, last


def earliest_end(index: SubjectIndex, endpoint: Endpoint, origin: Ints, kind_end: Ints, gap: Ints | None) -> Ends:
    """The earliest of everything that ends observation; on one day the first in this order gives the reason.

    `gap` is the day before a gap, NEVER without one; None where no gap ends observation.
    """
    # A death is the event of the death rule, and cannot end its own observation (decision 2).
    death = np.full(index.count, NEVER, np.int32) if endpoint.record.is_death else index.days("death_day")
    day, reason = index.days("cut_day").copy(), np.full(index.count, CODE["data-cut"], np.int32)
    later = (
        # In the order of the table "When observation ends" of docs/rules.md; the data cut goes before them.
        (death, CODE["died"]),
        (_new_therapy(index, endpoint, origin), CODE["new-therapy"]),
        (gap, CODE["gap"]),
        (kind_end, _why_kind_ended(index, kind_end)),
    )
    # A later candidate must be strictly earlier to win, so the order above decides ties.
    for candidate, code in later:
        # What is not asked for ends nobody's observation.
        if candidate is not None:
            earlier = candidate < day
            np.copyto(day, candidate, where=earlier)
            np.copyto(reason, code, where=earlier)
    return Ends(day, reason)


def _why_kind_ended(index: SubjectIndex, kind_end: Ints) -> Ints:
    # A last_day that was not recorded cannot contradict the end of the kind: it sorts before every day.
    key = "codes of end reasons"
    if key not in index.cohort.kept:
        index.cohort.kept[key] = _end_codes(index)
    codes, last_day = index.cohort.kept[key], index.days("last_day", missing=np.int32(-NEVER))
    assert isinstance(codes, np.ndarray)
    # The kind ended before the person was last heard of: somebody stopped looking, so the person's own reason says
    # nothing about it.
    return np.where(kind_end >= last_day, codes, np.int32(CODE["not-observed"]))


def _end_codes(index: SubjectIndex) -> Ints:
    """The code of why each subject was no longer followed; that of unknown where it is empty."""
    if "end_reason" not in index.subjects.columns:
        return np.full(index.count, CODE["unknown"], np.int32)
    # By number, for a cast to an Enum takes three times as long; what is no reason has the number -1, of the last code.
    codes: Ints = END_CODES[_numbered_reasons().look_up(index.subjects.get_column("end_reason").cast(pl.String))]
    return codes


@cache
def _numbered_reasons() -> Numbering:
    return Numbering.of(pl.Series(END_REASONS))


def _new_therapy(index: SubjectIndex, endpoint: Endpoint, origin: Ints) -> Ints | None:
    """First start, after the origin, of a therapy that was not on at the origin; None where that ends nothing."""
    if (endpoint.censoring or Censoring()).new_therapy == "ignored":
        return None
    never = np.full(index.count, NEVER, np.int32)
    # What treats a relapse is no new therapy: a course of steroids would end observation at every relapse (decision
    # 22).
    left_out = therapies_of((endpoint.censoring or Censoring()).leave_out)
    rows = index.cohort.select("treatments", "therapy", "start_day", "end_day")
    subject = index.subject_of_rows("treatments")
    # Rows of people who did not enter have the number -1, which would read the last person's origin.
    of_rows = np.where(subject >= 0, origin[np.maximum(subject, 0)] if origin.size else 0, 0)
    rows = rows.with_columns(subject=subject, origin=of_rows).filter(pl.col("subject") >= 0)
    rows = rows.filter(~pl.col("therapy").is_in(list(left_out)))
    # On at the origin: begun by then and not ended before it; a therapy without an end day is still on. One whose end
    # was completed to before its start was on that day.
    is_on = pl.col("start_day") <= pl.col("origin")
    is_on &= pl.col("end_day").is_null() | (pl.max_horizontal("start_day", "end_day") >= pl.col("origin"))
    # By name: a second period of a therapy that was on already is not a new one.
    new = rows.filter(pl.col("start_day") > pl.col("origin")).join(
        rows.filter(is_on), on=["subject", "therapy"], how="anti"
    )
    # Unbuffered, because a person can have several new therapies and a plain assignment would keep the last in the
    # file.
    np.minimum.at(never, new["subject"].to_numpy(), new["start_day"].to_numpy())
    return never
