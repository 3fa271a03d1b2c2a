"""From events and ends to spells, and from the spells of parts to those of a composite; arrays of shape (subjects,)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from remission.outcomes.definitions import Composite
from remission.outcomes.finding import Finding
from remission.outcomes.watch import CODE, Ends, Watch
from remission.records.segments import NEVER, Flags, Ints, last_flagged_before

UNKNOWN_DAY = np.int32(-NEVER)
"""A last free day that does not exist."""


class SpellDays(NamedTuple):
    """Spells of one endpoint: days, whether they end in an event, and else the code of why; also who has which rows.

    `keeps_baseline` and `keeps_rows` say whose baseline row, and whose other deciding rows, belong to the answer.
    """

    entry: Ints
    exit: Ints
    event: Flags
    reason: Ints
    last_free: Ints
    keeps_baseline: Flags
    keeps_rows: Flags

    @property
    def followed(self) -> Flags:
        """Who had any follow-up."""
        return self.exit > self.entry


def settle(watch: Watch, finding: Finding, ends: Ends) -> SpellDays:
    """Events and ends to spells, in the order of `docs/rules.md`, "From event and end to a spell"."""
    entry, event = watch.entry, finding.event
    happened = event <= ends.day
    pending = finding.pending <= ends.day
    limit = np.where(happened, finding.onset, np.where(pending, finding.pending, ends.day + 1)).astype(np.int32)
    last_free = _last_free(finding, entry, limit, np.where(happened, event, ends.day).astype(np.int32))
    left = np.maximum(last_free, entry)
    # An event wins over a censoring of the same day: somebody was still looking, or it would not have been seen.
    exit_day = np.select([happened, pending], [event, left], ends.day)
    reason = np.select([happened, pending], [0, CODE["unconfirmed-rise"]], ends.reason)
    before = event <= entry
    # In this order: what was never looked at cannot be excluded for what happened in it.
    excluded = [~watch.looked, finding.no_baseline, before, ends.day <= entry]
    codes = [CODE["no-follow-up"], CODE["no-baseline"], CODE["event-before-entry"], CODE["no-follow-up"]]
    out = np.logical_or.reduce(excluded)
    return SpellDays(
        entry=entry,
        exit=np.where(out, entry, exit_day).astype(np.int32),
        event=happened & ~out,
        reason=np.select(excluded, codes, reason).astype(np.int32),
        last_free=np.where(out, UNKNOWN_DAY, last_free).astype(np.int32),
        keeps_baseline=watch.looked & ~finding.no_baseline,
        keeps_rows=happened & ~out,
    )


def _last_free(finding: Finding, entry: Ints, limit: Ints, dated: Ints) -> Ints:
    """Day of the last negative assessment before `limit`; the exit itself where the event's day is known by itself."""
    if finding.assessments is None:
        return dated
    segments, _, free = finding.assessments
    place = last_flagged_before(segments.offsets, free, segments.day, limit)
    otherwise = np.full(entry.size, UNKNOWN_DAY, np.int32) if "baseline_row" in finding.places else entry
    return segments.day_at(place, otherwise)


class Earliest(NamedTuple):
    """Spells of a composite, and which parts (parts, subjects) had their event on its last day."""

    spells: SpellDays
    causes: Flags


def compose(parts: Sequence[SpellDays], rule: Composite) -> Earliest:
    """The earliest of the parts: `docs/rules.md`, "Composite"."""
    entry, exits = np.stack([part.entry for part in parts]), np.stack([part.exit for part in parts])
    events, reasons = np.stack([part.event for part in parts]), np.stack([part.reason for part in parts])
    followed = exits > entry
    every = rule.observation == "all parts"
    # Under "any part" a part without follow-up has no say, unless no part has any.
    asked = np.ones_like(followed) if every else followed | ~followed.any(axis=0)
    start = entry.max(axis=0) if every else np.where(asked, entry, NEVER).min(axis=0)
    stop = exits.min(axis=0) if every else _any_exit(exits, events, asked)
    failed_before = ((reasons == CODE["event-before-entry"]) | (events & (exits <= start))).any(axis=0)
    out = failed_before | (stop <= start) | ~followed.any(axis=0)
    causes = events & (exits == stop) & ~out
    happened = causes.any(axis=0)
    why = _first(reasons, asked & (exits == stop), 0)
    unfollowed = _first(reasons, ~followed, CODE["no-follow-up"])
    reason = np.select([failed_before, out], [CODE["event-before-entry"], unfollowed], why)
    free = np.where(asked, np.stack([part.last_free for part in parts]), NEVER).min(axis=0)
    spells = SpellDays(
        entry=start.astype(np.int32),
        exit=np.where(out, start, stop).astype(np.int32),
        event=happened,
        reason=reason.astype(np.int32),
        last_free=np.where(out, UNKNOWN_DAY, free).astype(np.int32),
        keeps_baseline=happened,
        keeps_rows=happened,
    )
    return Earliest(spells, causes)


def count_late_death(whole: Earliest, parts: Sequence[SpellDays], death: int, late_days: int | None) -> Earliest:
    """A death soon enough after the other parts were last observed is the event, even of somebody never seen again.

    `death` is the place of the death part. Without this a composite under "all parts" would lose every death that
    came after the last visit or scan: the gravest event of all, and the least likely to be at random.
    """
    spells, died = whole.spells, parts[death]
    late = died.exit - spells.exit
    counts = died.event & ~spells.event & (spells.reason != CODE["event-before-entry"])
    counts &= (late > 0) & (late <= (NEVER if late_days is None else late_days))
    causes = whole.causes.copy()
    causes[death] |= counts
    counted = spells._replace(
        exit=np.where(counts, died.exit, spells.exit).astype(np.int32), event=spells.event | counts
    )
    return Earliest(counted, causes)


def _any_exit(exits: Ints, events: Flags, asked: Flags) -> Ints:
    first_event = np.where(events & asked, exits, NEVER).min(axis=0)
    last_exit = np.where(asked, exits, -NEVER).max(axis=0)
    stop: Ints = np.where(first_event == NEVER, last_exit, first_event).astype(np.int32)
    return stop


def _first(values: Ints, where: Flags, otherwise: int) -> Ints:
    """The value of the first row of each column at which `where` holds."""
    place = where.argmax(axis=0)
    chosen: Ints = np.where(where.any(axis=0), np.take_along_axis(values, place[None], axis=0)[0], otherwise)
    return chosen.astype(np.int32)


def stop_at(part: SpellDays, whole: SpellDays) -> SpellDays:
    """A part censored at the composite's first failure."""
    stopped = whole.event & part.followed & (part.exit > whole.exit)
    known = part.last_free != UNKNOWN_DAY
    return part._replace(
        exit=np.where(stopped, np.maximum(whole.exit, part.entry), part.exit).astype(np.int32),
        event=part.event & ~stopped,
        reason=np.where(stopped, CODE["first-failure"], part.reason).astype(np.int32),
        last_free=np.where(stopped & known, np.minimum(part.last_free, whole.exit), part.last_free).astype(np.int32),
        keeps_rows=part.keeps_rows & ~stopped,
    )
