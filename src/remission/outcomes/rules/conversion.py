"""Conversion, vectorised: everybody's visits as arrays, searched person by person in one compiled pass.

The numbers of docs/rules.md, "Conversion", stand beside what does them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from remission.inputs.kernels import kernel
from remission.outcomes.definitions.rules.conversion import SYSTEMS
from remission.outcomes.finding import Assessments, Baselines, Finding, last_day, usable_rows
from remission.outcomes.measures import threshold_rows, values_of
from remission.outcomes.walk import NO_VALUE
from remission.records.segments import NEVER

if TYPE_CHECKING:
    from remission.outcomes.definitions.rules.conversion import Conversion
    from remission.outcomes.watch import Watch
    from remission.records.segments import Flags, Ints, Positions, SubjectIndex

UNKNOWN = -1
# A day before any relapse, far enough from the end of 32 bits that differences of days are safe.
NO_RELAPSE = -(2**30)


class Visits(NamedTuple):
    """The visits with an EDSS by person and day: days, half-points, the relapse before, scores (UNKNOWN: none)."""

    offsets: Positions
    day: Ints
    edss: Ints
    relapse: Ints
    scores: NDArray[np.int8]


class Asked(NamedTuple):
    """The values of the rule as whole numbers: scores in half-points."""

    steps: NDArray[np.int64]
    least: int
    pyramidal: int
    taken_from: int
    after_relapse: int
    lasts: int
    improvement: int
    matters_from: int
    matters_below: int
    held: int


def find_conversion(index: SubjectIndex, rule: Conversion, watch: Watch) -> Finding:
    """Everybody's first rise that lasts to the last visit; no baseline where no score is away from a relapse."""
    segments = index.segments("visits")
    values = values_of(index, "edss", segments.order)
    looked = (values != NO_VALUE) & usable_rows(segments, watch)
    rows = np.flatnonzero(looked)
    offsets = np.concatenate(([0], np.cumsum(looked)))[segments.offsets].astype(np.int64)
    scores = _scores(index)[segments.order][rows]
    days = segments.day[rows]
    visits = Visits(offsets, days, values[rows], _relapse_before(index, offsets, days), scores)
    found = np.full((index.count, 4), -1, np.int64)
    _search_all(visits, _asked(rule), found)
    # Back from places among the visits that are read to places among all.
    places = np.where(found >= 0, rows[np.maximum(found, 0)] if rows.size else -1, -1)
    first, base, onset, confirming = places.T
    nothing = np.full(index.count, NEVER, np.int32)
    event = segments.day_at(onset, nothing)
    free = looked & (segments.day < np.repeat(event, np.diff(segments.offsets)))
    assessments = Assessments(segments, looked, free)
    return Finding(
        event=event,
        onset=event,
        pending=nothing,
        no_baseline=first < 0,
        # Decision 3: observation ends at the last score, for without one nobody knows.
        kind_end=last_day(assessments, watch.entry),
        places={"baseline_row": base, "onset_row": onset, "confirmation_row": confirming},
        assessments=assessments,
        gap_assessments=assessments,
        baselines=Baselines(first, np.full(index.count, -1, np.int64)),
    )


def _asked(rule: Conversion) -> Asked:
    return Asked(
        threshold_rows("edss", rule.thresholds),
        _halves(rule.minimum_edss),
        rule.minimum_pyramidal,
        _halves(rule.pyramidal_taken_from),
        rule.after_relapse_days,
        rule.lasts_days,
        rule.improvement_days,
        _halves(rule.relapse_matters_from),
        _halves(rule.relapse_matters_below),
        rule.held_days,
    )


def _halves(edss: float) -> int:
    return round(2 * edss)


def _scores(index: SubjectIndex) -> NDArray[np.int8]:
    columns = index.cohort.select("visits", *SYSTEMS).select(pl.col(SYSTEMS).cast(pl.Int8).fill_null(UNKNOWN))
    # By rows: all scores of one visit are read together.
    return np.ascontiguousarray(columns.to_numpy())


def _relapse_before(index: SubjectIndex, offsets: Positions, day: Ints) -> Ints:
    """The day of the last relapse on or before each visit; NO_RELAPSE where there was none."""
    relapses = index.segments("relapses")
    before = np.full(day.size, NO_RELAPSE, np.int32)
    _fill_relapses(offsets, day, relapses.offsets, relapses.day, before)
    return before


@kernel
def _fill_relapses(offsets: Positions, day: Ints, begins: Positions, relapse: Ints, before: Ints) -> None:
    for s in range(offsets.size - 1):
        r = begins[s]
        for i in range(offsets[s], offsets[s + 1]):
            while r < begins[s + 1] and relapse[r] <= day[i]:
                r += 1
            if r > begins[s]:
                before[i] = relapse[r - 1]


@kernel
def _search_all(visits: Visits, asked: Asked, found: NDArray[np.int64]) -> None:
    """Fill for each person the first baseline, that of the conversion, its onset and its confirmation."""
    risen = np.zeros(visits.day.size, np.bool_)
    for s in range(visits.offsets.size - 1):
        _search(visits, asked, visits.offsets[s], visits.offsets[s + 1], risen, found[s])


@kernel
def _search(visits: Visits, asked: Asked, begin: int, end: int, risen: Flags, found: NDArray[np.int64]) -> None:
    # 1 and 2: from the first visit with functional systems on; the first of them away from relapses.
    while begin < end and not (visits.scores[begin] != UNKNOWN).any():
        begin += 1
    first = begin
    while first < end and not _is_away(visits, asked, first):
        first += 1
    if first == end:
        return
    found[0] = first
    if end - begin < 3:
        return
    start, base, pyramidal = first, first, int(visits.scores[first, 0])
    while start > begin and visits.day[start - 1] == visits.day[first]:
        start -= 1
    # No more turns than there are places to look from, baselines, and pyramidal scores of them: then they repeat.
    for turn in range(2 * (end - begin) ** 2 + 1):
        if turn and end - start <= 1:
            return
        _mark_risen(visits, asked, base, start, end, risen)
        at = start
        while at < end and not (
            _risen_for(visits, asked, start, at, end, risen) >= asked.lasts
            or _better_for(visits, base, at, end) >= asked.improvement
        ):
            at += 1
        if at == end:
            return
        moved = _behind_relapse(visits, asked, begin, base, start, at)
        if moved >= 0:
            base, start = moved, _after(visits, visits.day[moved], begin, end)
            pyramidal = int(visits.scores[base, 0])
            continue
        days = _risen_for(visits, asked, start, at, end, risen)
        if risen[at] and _converts(visits, asked, begin, base, at, end, days, pyramidal):
            found[1], found[2] = base, at
            found[3] = _confirming(visits, asked, at, end)
            return
        until = visits.day[at] + days
        start = _after(visits, visits.day[at], begin, end)
        # 6: where the search goes on.
        if risen[at] and until < visits.day[end - 1]:
            start, base = _after(visits, until, begin, end), first
        elif visits.edss[at] < visits.edss[base] or (risen[at] and _relapse_since(visits, begin, at)):
            start, base = _with_systems(visits, at, start, end)
            # A visit that was looked at as an onset is a baseline with the pyramidal score that was asked of it.
            pyramidal = _pyramidal(visits, asked, at) if base == at else int(visits.scores[base, 0])
            continue
        else:
            base = first
        pyramidal = int(visits.scores[base, 0])


@kernel
def _with_systems(visits: Visits, at: int, start: int, end: int) -> tuple[int, int]:
    """Where the search goes on behind a new baseline: one without functional systems hands on to the next with some."""
    if (visits.scores[at] != UNKNOWN).any():
        return start, at
    while end - start > 1 and not (visits.scores[start] != UNKNOWN).any():
        start += 1
    return start, min(start, end - 1)


@kernel
def _is_away(visits: Visits, asked: Asked, at: int) -> bool:
    return bool(visits.day[at] - visits.relapse[at] > asked.after_relapse)


@kernel
def _after(visits: Visits, day: int, begin: int, end: int) -> int:
    at = begin
    while at < end and visits.day[at] <= day:
        at += 1
    return at


@kernel
def _step(asked: Asked, base: int) -> int:
    step = asked.steps[0, 1]
    for row in range(asked.steps.shape[0]):
        if base >= asked.steps[row, 0]:
            step = asked.steps[row, 1]
    return int(step)


@kernel
def _mark_risen(visits: Visits, asked: Asked, base: int, start: int, end: int, risen: Flags) -> None:
    # 3: a single visit without the rise is passed over, two in a row are not.
    needed = visits.edss[base] + _step(asked, visits.edss[base])
    for at in range(start, end):
        risen[at] = visits.edss[at] >= needed and visits.edss[at] >= asked.least
    at = start
    while at < end:
        stop = at
        while stop < end and not risen[stop]:
            stop += 1
        if stop - at == 1:
            risen[at] = True
        at = max(stop, at + 1)


@kernel
def _risen_for(visits: Visits, asked: Asked, start: int, at: int, end: int, risen: Flags) -> int:
    if not risen[at]:
        return 0
    stop = at
    while stop < end and risen[stop]:
        stop += 1
    for last in range(stop - 1, start - 1, -1):
        if _is_away(visits, asked, last):
            return int(visits.day[last] - visits.day[at])
    return 0


@kernel
def _better_for(visits: Visits, base: int, at: int, end: int) -> int:
    stop = at
    while stop < end and visits.edss[stop] < visits.edss[base]:
        stop += 1
    return int(visits.day[stop - 1] - visits.day[at]) if stop > at else 0


@kernel
def _relapse_since(visits: Visits, begin: int, at: int) -> bool:
    since = visits.day[at - 1] if at > begin else visits.day[at]
    return bool(visits.relapse[at] >= since)


@kernel
def _behind_relapse(visits: Visits, asked: Asked, begin: int, base: int, start: int, at: int) -> int:
    # 4: the last relapse before the change that left something behind; -1 where there is none.
    left = -1
    for one in range(max(start, begin + 1), at):
        rose = visits.edss[one] > visits.edss[base] and visits.edss[one] > visits.edss[one - 1]
        counts = visits.edss[one] >= asked.matters_from and visits.edss[base] < asked.matters_below
        if rose and counts and visits.day[one] != visits.day[base] and _relapse_since(visits, begin, one):
            left = one
    if left < 0:
        return -1
    for one in range(left + 1, at):
        if visits.day[one] == visits.day[base] or not (visits.scores[one] != UNKNOWN).any():
            continue
        # From 0 its own step, else that of the baseline, which is one that is not 0.
        step = _step(asked, 0 if visits.edss[one] == 0 else max(visits.edss[base], 2))
        last = one
        while last + 1 < at and abs(visits.edss[last + 1] - visits.edss[one]) < step:
            last += 1
        if visits.day[last] - visits.day[one] >= asked.held:
            return one
    return at


@kernel
def _converts(
    visits: Visits, asked: Asked, begin: int, base: int, at: int, end: int, days: int, pyramidal: int
) -> bool:
    # 5: it lasts to the last visit, away from relapses, and reaches what is asked.
    if days < asked.lasts or visits.day[at] + days < visits.day[end - 1]:
        return False
    if _relapse_since(visits, begin, at):
        return False
    confirming = _confirming(visits, asked, at, end)
    for one in range(at, confirming + 1):
        if visits.edss[one] < asked.least and (one == at or visits.day[one] > visits.day[at]):
            return False
    if _pyramidal(visits, asked, at) < asked.pyramidal:
        return False
    return _leads(visits, asked, base, at, end, pyramidal)


@kernel
def _pyramidal(visits: Visits, asked: Asked, at: int) -> int:
    known = max(int(visits.scores[at, 0]), 0)
    return max(known, 2) if visits.edss[at] >= asked.taken_from else known


@kernel
def _confirming(visits: Visits, asked: Asked, at: int, end: int) -> int:
    one = at
    while one < end - 1 and visits.day[one] - visits.day[at] < asked.lasts:
        one += 1
    return one


@kernel
def _difference(visits: Visits, base: int, at: int, system: int, unknown: int, pyramidal: int) -> int:
    now, then = int(visits.scores[at, system]), int(visits.scores[base, system]) if system else pyramidal
    if now != UNKNOWN and then != UNKNOWN:
        return now - then
    # A pyramidal score that is missing counts as worse by one.
    return 1 if system == 0 else unknown


@kernel
def _leads(visits: Visits, asked: Asked, base: int, at: int, end: int, pyramidal: int) -> bool:
    count = visits.scores.shape[1]
    most = 0
    for system in range(count):
        most = max(most, _difference(visits, base, at, system, 0, pyramidal))
    if most == 0:
        return False
    for system in range(count):
        if _difference(visits, base, at, system, 0, pyramidal) == most:
            last = at
            # Missing later, it is not known to have gone back.
            while last + 1 < end and _difference(visits, base, last + 1, system, 1, pyramidal) != 0:
                last += 1
            if visits.day[last] - visits.day[at] >= asked.lasts:
                return True
    return False
