"""When was somebody looking, and what ended it: the vectorised half of `docs/rules.md`, "Which records are used".

All arrays have shape (subjects,), in the order of the SubjectIndex; days that never come are NEVER.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from remission.outcomes.definitions import REASONS, Censoring, Endpoint
from remission.records.kernels import kernel
from remission.records.schema import END_REASONS
from remission.records.segments import NEVER, Flags, Ints, Numbering, Positions, SubjectIndex, sort_by_subject

CODE = {reason: code for code, reason in enumerate(REASONS)}


class Watch(NamedTuple):
    """Observation of one kind: `looked` is False where there was none; records after `last_usable` are not used."""

    looked: Flags
    entry: Ints
    last_usable: Ints


class Ends(NamedTuple):
    """The day on which observation ends and the code (in REASONS) of why."""

    day: Ints
    reason: Ints


def derive_watch(index: SubjectIndex, endpoint: Endpoint) -> Watch:
    """Who was watched for this endpoint, from when, and up to which day records are used."""
    observed = index.cohort.tables["observed"]
    wanted = np.flatnonzero((observed["kind"] == endpoint.observed_kind).to_numpy())
    subject = index.subject_of_rows("observed")[wanted]
    start, stop = (observed[name].to_numpy()[wanted] for name in ("from_day", "to_day"))
    sorted_by = sort_by_subject(subject, start, index.count)
    looked, first, last = _stretches(sorted_by.offsets, sorted_by.day, stop[sorted_by.order], endpoint.origin_day)
    entry = np.maximum(first, np.int32(endpoint.origin_day))
    # Where nobody looked no record is used: -NEVER is before every day.
    last_usable = np.where(looked, np.minimum(last, index.days("cut_day")), -NEVER).astype(np.int32)
    return Watch(looked, entry, last_usable)


@kernel
def _stretches(offsets: Positions, start: Ints, stop: Ints, origin: int) -> tuple[Flags, Ints, Ints]:
    """First and last day of the first stretch that ends after the origin, else of the last one."""
    count = offsets.size - 1
    looked, first, last = np.zeros(count, np.bool_), np.full(count, origin, np.int32), np.full(count, origin, np.int32)
    for s in range(count):
        for i in range(offsets[s], offsets[s + 1]):
            if looked[s] and start[i] <= last[s] + 1:
                last[s] = max(last[s], stop[i])
            elif not looked[s] or last[s] <= origin:
                first[s], last[s], looked[s] = start[i], stop[i], True
            else:
                break
    return looked, first, last


def earliest_end(index: SubjectIndex, endpoint: Endpoint, kind_end: Ints, gap: Ints) -> Ends:
    """The earliest of everything that ends observation; on one day the first in this order gives the reason."""
    death = np.full(index.count, NEVER, np.int32) if endpoint.rule == "death" else index.days("death_day")
    candidates = (
        (index.days("cut_day"), CODE["data-cut"]),
        (death, CODE["died"]),
        (_new_therapy(index, endpoint), CODE["new-therapy"]),
        (gap, CODE["gap"]),
        (kind_end, _why_kind_ended(index, kind_end)),
    )
    # A later candidate must be strictly earlier to win, so the order above decides ties.
    day, reason = candidates[0][0].copy(), np.full(index.count, candidates[0][1], np.int32)
    for candidate, code in candidates[1:]:
        earlier = candidate < day
        day = np.where(earlier, candidate, day)
        reason = np.where(earlier, code, reason)
    return Ends(day, reason.astype(np.int32))


def _why_kind_ended(index: SubjectIndex, kind_end: Ints) -> Ints:
    # A last_day that was not recorded cannot contradict the end of the kind: it sorts before every day.
    codes = np.array([CODE[reason] for reason in END_REASONS] + [CODE["unknown"]], np.int32)
    place = np.full(index.count, -1)  # the last code: unknown
    if "end_reason" in index.subjects.columns:
        place = Numbering.of(pl.Series(END_REASONS)).look_up(index.subjects["end_reason"])
    last_day = index.days("last_day", missing=np.int32(-NEVER))
    return np.where(kind_end >= last_day, codes[place], CODE["not-observed"]).astype(np.int32)


def _new_therapy(index: SubjectIndex, endpoint: Endpoint) -> Ints:
    """First start, after the origin, of a therapy that was not on at the origin."""
    never = np.full(index.count, NEVER, np.int32)
    if (endpoint.censoring or Censoring()).new_therapy == "ignored":
        return never
    rows = index.cohort.select("treatments", "therapy", "start_day", "end_day")
    rows = rows.with_columns(subject=index.subject_of_rows("treatments")).filter(pl.col("subject") >= 0)
    origin = endpoint.origin_day
    is_on = (pl.col("start_day") <= origin) & (pl.col("end_day").is_null() | (pl.col("end_day") >= origin))
    new = rows.filter(pl.col("start_day") > origin).join(rows.filter(is_on), on=["subject", "therapy"], how="anti")
    np.minimum.at(never, new["subject"].to_numpy(), new["start_day"].to_numpy())
    return never
