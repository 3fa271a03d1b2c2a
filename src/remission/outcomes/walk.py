"""The walk: every confirmed change of a measure in one person's visits, as `docs/rules.md`, "Progression", says.

A rule enters as a record of numbers, so no definition triggers a recompilation and no cached kernel can serve an old
one. Values are mirrored where lower is worse, so here *worse* is always *higher*. All kernels that a cached one calls
stand in this file: editing one recompiles the others. None makes an array: who holds each of the arrays that functions
hand on would be counted at every call, for every person, and that took as long as the walk (decision 102).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from remission.inputs.kernels import filling_kernel
from remission.outcomes.definitions.changes import MOST_THRESHOLDS, MOST_WINDOWS
from remission.records.segments import NEVER, Flags, Ints, Positions

Longs = NDArray[np.int64]
# mypy has no type for a record whose fields numba reads as attributes (NumPy's own stub knows only
# `record["field"]`). So it is Any, and what a kernel reads off it is Any too: hence the `no-any-return` ignores
# below.
Record = Any
"""A row of a structured array: kernels take it by reference and read and write its fields."""

# Codes in which the kernel is told a choice.
# Words are compared once, in `rules/progression.py`; a kernel that compared strings would do so for every visit.
FIRST, LAST, WORST, BEST = 0, 1, 2, 3
IGNORED, CENSORED, EVENT = 0, 1, 2
WORSENING, IMPROVEMENT = 1, -1
FIRST_BASELINE, LAST_BASELINE, LAST_BY_ZERO = 0, 1, 2
KEPT_EXTREMES, BEYOND_THRESHOLD, ANY_EXTREME = 0, 1, 2
PRECEDING_BASELINE, PRECEDING_VISIT, PRECEDING_LOWER = 0, 1, 2
# Codes in which it answers: what became of a change, and its relation to relapses (places in RELATIONS).
# Their order is relied on twice: changes.py names them by place, and what stands up to NOT_SUSTAINED was confirmed,
# so that `_note` knows which changes have a last visit at which they held.
COUNTED, NOT_COUNTED, NOT_SUSTAINED, UNCONFIRMED, SMALL = 0, 1, 2, 3, 4
NO_RELATION, PIRA, PIRA_WITH_RELAPSE, RAW, UNDEFINED = -1, 0, 1, 2, 3
# Columns of the log: one row for each change.
# A plain matrix and no structured array: its columns leave as arrays for Polars without a copy of each field.
SUBJECT, BASELINE, ONSET, CONFIRMING, WAY, BECAME, RELATION, RELAPSE, HELD = 0, 1, 2, 3, 4, 5, 6, 7, 8
COLUMNS = 9

# A definition leaves such a value out; 0 would be a limit of its own (no day, no difference).
OPEN = -1
"""No limit, where a number of days or a value is 0 or more; an end of a window that joins it with the next one."""

# No recorded value is negative, and values are mirrored only after this was asked.
NO_VALUE = -1
# 3: a test that could not be done is worse than any time. It must fit 32 bits, for values are kept so.
UNABLE = 1_000_000_000
# Shares are in thousandths of a per cent, so that 12.5 % is a whole number and every comparison exact.
PER_CENT_OF = 100_000
# Above UNABLE, so that no difference between two values, not even one from 0 to UNABLE, can reach it.
BEYOND = 2_000_000_000
"""More than any difference between two values: a change that cannot be."""

# Every rule has the same size in memory: otherwise each length of a table would be a type of its own and a
# compilation of its own (decision 7). A definition with a longer table is refused where it is read.
SYSTEMS = 7

# A Progression as numbers. Blocks are (after, before) days; windows (opens, closes) in days after the onset.
# Decision 19: one record handed on by reference. As forty arguments, which every inner function passed on, the walk
# was four times slower and took twice as long to compile. All fields are 64 bits wide, flags too: sums of days and
# values then never overflow and need no cast.
RULE = np.dtype(
    [
        ("worse_rows", "<i8", (MOST_THRESHOLDS, 3)),
        ("better_rows", "<i8", (MOST_THRESHOLDS, 3)),
        ("baseline_window", "<i8", (2,)),
        ("baseline_block", "<i8", (2,)),
        ("onset_block", "<i8", (2,)),
        ("confirm_block", "<i8", (2,)),
        ("windows", "<i8", (MOST_WINDOWS, 2)),
        ("raw", "<i8", (2,)),
        # 6: three windows, around the preceding visit, the onset and a confirming visit, in this order.
        ("pira", "<i8", (3, 2)),
        # 6: whether each relation is an event, by its place in RELATIONS.
        ("counts", "<i8", (4,)),
        *(
            (name, "<i8")
            for name in (
                # How much of the tables above is filled; 3: what a change is. `target` is the value of `reaches`
                # (OPEN: thresholds are asked), `mirrored` says that lower is worse (the SDMT).
                "worse_count", "better_count", "window_count", "target", "mirrored", "direction",
                # 4 and 5.5: which visit is the first baseline, and which changes move it. One flag for each
                # direction, because the four words of `moves` and the four of `sub_threshold` mean nothing but their
                # pairs.
                "baseline_choice", "moves_worse", "moves_better", "moves_to_onset", "small_worse", "small_better",
                # 5.1 to 5.4: `closes` is the last day of the last window, kept so that a search can stop there;
                # `unconfirmed` says that the onset confirms itself.
                "any_difference", "moves_after", "never_better", "extremes", "counts_from", "unconfirmed", "closes",
                # 5.5 and 6: what makes a confirmed change a kept one, and its relation to relapses.
                "confirm_all", "planned_only", "sustained", "relation", "preceding", "own_class", "minimum",
                # 5.6 and 8. `listing` is no option of a definition: it puts every change into the log, for
                # `derive_changes`.
                "asks_eligible", "leading", "all_events", "same_day", "pending_at_death", "pending_at_end", "listing",
            )
        ),
    ],
    align=True,
)  # fmt: skip

# A usable visit of one person: where it stands in the segments, what it shows, and for what it may serve.
# Rows of usable visits only, so that "the visit before" is at i - 1: with the unusable ones between, every step of
# the walk would have to look for its neighbour.
VISIT = np.dtype(
    [
        ("place", "<i8"),
        # As wide as in the segments that they are copied from; only sums of them need 64 bits.
        ("day", "<i4"),
        ("value", "<i4"),
        # 2: days after the latest relapse and before the next one, NEVER without any. Found in one pass over both;
        # asked for each role and each window again, a person with many relapses would cost their product.
        ("since", "<i4"),
        ("until", "<i4"),
        ("may_be_baseline", "i1"),
        ("may_start", "i1"),
        ("may_confirm", "i1"),
        ("eligible", "i1"),
        ("free", "i1"),
        ("systems", "i1", (SYSTEMS,)),
    ],
    align=True,
)

# Where a walk stands: the baseline visit and its value, what is needed for a change from it, where the search goes on.
# State that inner functions change in place, handed on by reference like the rule (decision 19), instead of nine
# values that each of them would return.
STAND = np.dtype(
    [
        (name, "<i8")
        for name in (
            "first", "baseline", "level", "need_worse", "need_better", "marked", "place", "waiting", "waiting_base",
        )
    ],
    align=True,
)  # fmt: skip

# A change being looked at, as places among the usable visits; `lost` is the first later visit without it.
# One record for everybody, written anew by `_judge` for each onset; what is read from it belongs to that onset only.
CHANGE = np.dtype(
    [(name, "<i8") for name in ("onset", "way", "need", "confirming", "became", "relation", "relapse", "lost")],
    align=True,
)


class Visits(NamedTuple):
    """Visits of all subjects in segments; a value NO_VALUE is not usable. Columns a rule does not ask for are empty."""

    offsets: Positions
    day: Ints
    value: Ints
    planned: Flags
    eligible: Flags
    systems: NDArray[np.int8]


class People(NamedTuple):
    """What else is known of each subject; `death` is NEVER when not known by the data cut."""

    relapse_offsets: Positions
    relapse_day: Ints
    relapse_end: Ints
    last_usable: Ints
    death: Ints
    shift: Ints


class Walked(NamedTuple):
    """What the walk answers: its log, for each subject the first baseline and a pending change, for each visit flags.

    `pending` is the onset day of a change nobody could confirm or refute (NEVER), `pending_base` the place of its
    baseline, `counts_as` what the rule makes of it; `baseline` the place of the first baseline (-1). A visit was
    `looked` at when its value was used, is `free` when it shows no change, and `clash` marks two of one day.
    """

    log: Longs
    pending: Ints
    pending_base: Positions
    counts_as: Ints
    baseline: Positions
    looked: Flags
    free: Flags
    clash: Flags


def walk(visits: Visits, people: People, rule: Record) -> Walked:
    """Walk everybody's visits by one rule (a record of RULE)."""
    # Made once for the longest record: an array for each person would cost more than the walk of a short one.
    longest = int(np.diff(visits.offsets).max(initial=0))
    scratch = Scratch(np.zeros(longest, VISIT), np.zeros(1, STAND)[0], np.zeros(1, CHANGE)[0])
    count = visits.offsets.size - 1
    walked = _nothing_yet(count, visits.day.size)
    done, filled = _walk_from(0, 0, visits, people, rule, scratch, walked)
    while done < count:
        # Doubled, so that a million rows are copied once each on average; nobody knows beforehand how many changes
        # there are. Who did not fit is walked again.
        log = np.empty((2 * len(walked.log), COLUMNS), np.int64)
        log[:filled] = walked.log[:filled]
        walked = walked._replace(log=log)
        done, filled = _walk_from(done, filled, visits, people, rule, scratch, walked)
    # The log is handed out longer than it is filled; only the filled part is the answer.
    return walked._replace(log=walked.log[:filled])


FIRST_LOG = 16
"""Rows of the log at the least when a walk begins; with more people than that, one for each."""


def _nothing_yet(count: int, rows: int) -> Walked:
    """The answer before anybody was walked."""
    return Walked(
        log=np.empty((max(count, FIRST_LOG), COLUMNS), np.int64),
        pending=np.full(count, NEVER, np.int32),
        pending_base=np.full(count, -1, np.int64),
        counts_as=np.full(count, IGNORED, np.int32),
        baseline=np.full(count, -1, np.int64),
        looked=np.zeros(rows, np.bool_),
        free=np.zeros(rows, np.bool_),
        clash=np.zeros(rows, np.bool_),
    )


class Scratch(NamedTuple):
    """What the walk of one person writes over that of the one before: usable visits, where it stands, a change."""

    seen: Record
    stand: Record
    change: Record


@filling_kernel
def _walk_from(
    done: int, filled: int, visits: Visits, people: People, rule: Record, scratch: Scratch, walked: Walked
) -> tuple[int, int]:
    """Walk from the person `done` on, with `filled` rows in the log; the first person whose changes did not fit."""
    seen, stand, change, log = scratch.seen, scratch.stand, scratch.change, walked.log
    pending, counts_as, pending_base, baseline = walked.pending, walked.counts_as, walked.pending_base, walked.baseline
    looked, free, clash = walked.looked, walked.free, walked.clash
    count = visits.offsets.size - 1
    # One person after another, without threads: whole parts of a cohort are evaluated side by side instead
    # (partitioned.py).
    for s in range(done, count):
        k = _use(visits, s, people.last_usable[s], rule, seen, clash)
        # "Which records are used", 3: a relapse after the last usable day of the clinic neither blocks nor moves
        # anything. They are sorted by day, so those to leave out are at the end.
        begin, end = people.relapse_offsets[s], people.relapse_offsets[s + 1]
        while end > begin and people.relapse_day[end - 1] > people.last_usable[s]:
            end -= 1
        relapses = people.relapse_day[begin:end], people.relapse_end[begin:end]
        _see(visits, seen[:k], relapses, rule)
        # 4: without a first baseline there is no walk; the person is `no-baseline`, and only which visits were looked
        # at is told.
        first = _first_baseline(seen[:k], people.shift[s], rule)
        start = filled
        if first >= 0:
            stand.first = first
            filled = _walk(seen[:k], relapses, rule, stand, change, log, filled)
            baseline[s] = seen[first].place
            # 8: what is still pending when the walk has ended. `closes` is NEVER for a window without an end, so any
            # death falls inside.
            if stand.waiting >= 0:
                pending[s] = seen[stand.waiting].day
                pending_base[s] = seen[stand.waiting_base].place
                died = people.death[s] != NEVER and people.death[s] <= pending[s] + rule.closes
                counts_as[s] = rule.pending_at_death if died else rule.pending_at_end
                # A list of changes shows it as what it is, unconfirmed; an event made of it would be there twice.
                if counts_as[s] == EVENT and rule.listing == 0:
                    filled = _count_pending(seen[:k], relapses, rule, stand, change, log, start, filled)
            if filled > log.shape[0]:
                return s, start
            # 7: the baseline can move back to before an earlier onset, so events are not always found in order.
            if rule.listing == 0:
                _sort_onsets(log, start, filled)
        # Flags go back to places in the segments, for gaps and last assessments are asked there of every rule alike.
        for i in range(k):
            looked[seen[i].place], free[seen[i].place] = True, seen[i].free == 1
        _name_places(log, start, filled, s, seen, begin)
    return count, filled


# ---------------------------------------------------------------- what is seen of one person


@filling_kernel
def _use(visits: Visits, s: int, last_usable: int, rule: Record, seen: Record, clash: Flags) -> int:
    """Fill in the values that are used, one a day by the same-day rule; how many there are."""
    k = 0
    for i in range(visits.offsets[s], visits.offsets[s + 1]):
        # 1, and "Which records are used", 3: nothing after the last usable day, not even to confirm.
        if visits.value[i] == NO_VALUE or visits.day[i] > last_usable:
            continue
        # Mirrored here and nowhere else, so that below worse is always higher; thresholds are turned back where they
        # are read.
        value = -visits.value[i] if rule.mirrored == 1 else visits.value[i]
        # 1: two of one day. Both are marked whatever the rule, and whoever asks for `error` refuses them afterwards:
        # a kernel cannot raise with the names of rows.
        if k > 0 and seen[k - 1].day == visits.day[i]:
            clash[i] = clash[seen[k - 1].place] = True
            kept = seen[k - 1].value
            takes = rule.same_day == LAST
            # Strictly worse or better, so that of equals the first in the file stays.
            takes |= (rule.same_day == WORST and value > kept) or (rule.same_day == BEST and value < kept)
            if not takes:
                continue
            k -= 1
        seen[k].place, seen[k].day, seen[k].value = i, visits.day[i], value
        k += 1
    return k


@filling_kernel
def _see(visits: Visits, seen: Record, relapses: tuple[Ints, Ints], rule: Record) -> None:
    """For what each visit may serve: relapses may block it, and the rule may ask more of it."""
    relapse, relapse_end = relapses
    # 2: visits and relapses are both in order of day, so two places move on together and nothing is searched twice.
    # `begun` counts relapses from the same day back, `ahead` stands at the first from the same day on.
    begun, ahead, last_end = 0, 0, 0
    for i in range(seen.size):
        day, place = seen[i].day, seen[i].place
        while begun < relapse.size and relapse[begun] <= day:
            # An earlier relapse can last longer than a later one. The first is taken as it is: days before day zero
            # are negative, and a maximum with 0 would invent a relapse that ended on day zero.
            last_end = relapse_end[begun] if begun == 0 else max(last_end, relapse_end[begun])
            begun += 1
        while ahead < relapse.size and relapse[ahead] < day:
            ahead += 1
        # Within a relapse it is 0 days after it, until its last day.
        since = NEVER if begun == 0 else max(0, day - last_end)
        until = NEVER if ahead == relapse.size else relapse[ahead] - day
        seen[i].since, seen[i].until, seen[i].free = since, until, 0
        # Without `scheduled_only` the column is empty and must not be read: kernels check no bounds.
        planned = visits.planned[place] if rule.planned_only == 1 else True
        # 2: fewer than N days blocks, so N itself frees (decision 5).
        seen[i].may_be_baseline = since >= rule.baseline_block[0] and until >= rule.baseline_block[1]
        seen[i].may_start = since >= rule.onset_block[0] and until >= rule.onset_block[1]
        seen[i].may_confirm = since >= rule.confirm_block[0] and until >= rule.confirm_block[1] and planned
        # Copied beside the visit: the columns themselves lie in the order of segments, far from what the walk reads
        # next.
        if rule.asks_eligible == 1:
            seen[i].eligible = visits.eligible[place]
        if rule.leading == 1:
            for f in range(SYSTEMS):
                seen[i].systems[f] = visits.systems[place, f]
    for i in range(seen.size):
        # 4: an extreme is barred from being a baseline, never from being an onset or from confirming.
        if rule.extremes != KEPT_EXTREMES and _is_extreme(seen, i, rule):
            seen[i].may_be_baseline = 0


@filling_kernel
def _is_extreme(seen: Record, i: int, rule: Record) -> bool:
    """Are both neighbours worse, or both better? A visit at an end of the record never is: it is its own neighbour."""
    # Asked here too: the last lower visit of 6 must be no extreme either.
    if rule.extremes == KEPT_EXTREMES or i == 0 or i == seen.size - 1:
        return False
    value = seen[i].value
    # 4: a value that comes back is no lone peak or dip: it differs from that two visits before, or it is none.
    if i > 1 and seen[i - 2].value == value:
        return False
    # `skipped`: any difference makes a neighbour worse or better.
    worse, better = 1, 1
    if rule.extremes == BEYOND_THRESHOLD:
        # The threshold is that of the visit's own value, not of its neighbours'.
        worse, better = _needed_worse(value, rule), _needed_better(value, rule)
    before, after = seen[i - 1].value - value, seen[i + 1].value - value
    return (before >= worse and after >= worse) or (before <= -better and after <= -better)  # type: ignore[no-any-return]


@filling_kernel
def _first_baseline(seen: Record, shift: int, rule: Record) -> int:
    chosen = -1
    for i in range(seen.size):
        # "Which records are used", 5: days in the rule count from the origin event, where there is one.
        day = seen[i].day - shift
        # Whether a change may begin depends on the origin too; nothing before the first baseline is asked for it.
        if day < rule.counts_from:
            seen[i].may_start = 0
        # `continue` and no `break`: the visits after the baseline still have to be marked as too early above.
        if chosen >= 0 and (
            rule.baseline_choice == FIRST_BASELINE or (rule.baseline_choice == LAST_BY_ZERO and day > 0)
        ):
            continue
        if rule.baseline_window[0] <= day <= rule.baseline_window[1] and seen[i].may_be_baseline == 1:
            chosen = i
    return chosen


# ---------------------------------------------------------------- thresholds


@filling_kernel
def _needed_worse(value: int, rule: Record) -> int:
    """Smallest difference from this value that is a worsening; from a test that could not be done, there is none."""
    if value == UNABLE:
        return BEYOND
    # Thresholds are written in recorded values, so a mirrored one is turned back before its row is chosen.
    plain = -value if rule.mirrored == 1 else value
    # 3: the last row at or below the baseline value. Rows rise, there are few, and nearly always one or two are
    # looked at.
    row = 0
    while row + 1 < rule.worse_count and rule.worse_rows[row + 1, 0] <= plain:
        row += 1
    return _amount(plain, rule.worse_rows[row, 1], rule.worse_rows[row, 2])


@filling_kernel
def _needed_better(value: int, rule: Record) -> int:
    # 3: from "unable" to any recorded time is an improvement, whatever the thresholds say.
    if value == UNABLE:
        return 1
    plain = -value if rule.mirrored == 1 else value
    row = 0
    while row + 1 < rule.better_count and rule.better_rows[row + 1, 0] <= plain:
        row += 1
    return _amount(plain, rule.better_rows[row, 1], rule.better_rows[row, 2])


@filling_kernel
def _amount(value: int, amount: int, percent: int) -> int:
    """An amount, or a share rounded up (exact in whole units); a change is always a difference."""
    if percent > 0:
        # Rounded up in whole numbers: 20 % of 5.5 s is exactly 1.1 s here, and 6.6 s a change; as floats it would not
        # be.
        amount = -((-value * percent) // PER_CENT_OF)
    # A share of nothing is nothing, and a value that did not differ would be a change.
    return max(1, amount)


# ---------------------------------------------------------------- the walk of one person


@filling_kernel
def _walk(
    seen: Record, relapses: tuple[Ints, Ints], rule: Record, stand: Record, change: Record, log: Longs, filled: int
) -> int:
    """One person's walk; `stand` keeps the pending change, the log gets a row for each event; how full it then is."""
    k, begin = seen.size, filled
    # Places are -1 for none: `marked` for no baseline yet, `waiting` for no pending change.
    stand.baseline, stand.marked, stand.waiting = stand.first, -1, -1
    # 5: a milestone may have been reached at the first baseline visit already.
    stand.place = stand.first if rule.target >= 0 else stand.first + 1
    while True:
        # 5.1. Each pass moves the search or the baseline on, or ends; under a roving baseline that is what makes the
        # walk stop.
        if not _stand_on_baseline(seen, rule, stand):
            break
        # 5.1: taken before the onset is judged, because 5.7 speaks of the next relapse of this pass and the baseline
        # may have moved by then.
        ahead = _next_relapse(seen, relapses, rule, stand)
        # 5.2: none, and the walk ends: all that was found is in the log.
        onset = _next_onset(seen, rule, stand)
        if onset == k:
            break
        # 5.3: of such an onset nothing is asked, not even whether it is pending.
        if ahead >= 0 and seen[onset].day > np.int64(relapses[1][ahead]) + rule.moves_after:
            # The change lies beyond the next relapse: the baseline has to move there before it is asked.
            stand.place = onset
        else:
            # 5.4 and 5.5, then 5.6 inside it.
            _judge(seen, relapses, rule, stand, change, onset)
            is_event = change.became == COUNTED and change.way == rule.direction
            if is_event or rule.listing == 1:
                filled = _note(log, begin, filled, rule, stand, change)
            # 8: the walk ends at its first event, and what was pending before it is no longer asked.
            if is_event and rule.all_events == 0:
                stand.waiting = -1
                break
            _go_on(seen, rule, stand, change)
        # 5.7: a relapse that the search has left behind moves the baseline to the first visit after it. With nothing
        # left to search the next pass ends the walk by itself.
        if ahead >= 0 and stand.place < k and _crossed(seen, relapses, rule, stand):
            # `relapses[1]` is the last day of each relapse, or its first where the rule takes a relapse for a day;
            # past the last visit there is none to move to, and 5.1 ends the walk.
            while stand.baseline < k and seen[stand.baseline].day < relapses[1][ahead]:
                stand.baseline += 1
            # 5.5: a baseline that moves makes a pending change forgotten.
            stand.place, stand.waiting = stand.baseline + 1, -1
    return filled


@filling_kernel
def _stand_on_baseline(seen: Record, rule: Record, stand: Record) -> bool:
    """Slide the baseline to a visit that may be one, and take its measure; False when none is left."""
    k = seen.size
    while stand.baseline < k and seen[stand.baseline].may_be_baseline == 0:
        stand.baseline += 1
    if stand.baseline >= k:
        return False
    level = int(seen[stand.baseline].value)
    # 5.1: the value of the pass before holds; worse is higher, so the worse of two is the maximum.
    if rule.never_better == 1 and stand.marked >= 0:
        level = max(level, stand.level)
    # Only when something changed: a fixed baseline would otherwise mark all visits as free again on each pass.
    if stand.baseline != stand.marked or level != stand.level:
        stand.marked, stand.level, stand.waiting = stand.baseline, level, -1
        if rule.target >= 0:
            # 3: to reach a value is a difference that depends on where one stands; nothing is then an improvement.
            stand.need_worse = (-rule.target if rule.mirrored == 1 else rule.target) - level
            stand.need_better = BEYOND
        else:
            stand.need_worse, stand.need_better = _needed_worse(level, rule), _needed_better(level, rule)
        # 9: a visit is free by the last baseline at or before it with which a pass went on, so a later baseline
        # writes over what an earlier one said, from itself on and not before.
        need = stand.need_worse if rule.direction == WORSENING else stand.need_better
        for i in range(stand.baseline, k):
            seen[i].free = rule.direction * (seen[i].value - level) < need
    # 5.1: the later of the two. A baseline that slid past the search takes it along; otherwise the search stays.
    stand.place = max(stand.place, stand.baseline + (0 if rule.target >= 0 else 1))
    return True


@filling_kernel
def _next_relapse(seen: Record, relapses: tuple[Ints, Ints], rule: Record, stand: Record) -> int:
    """The first relapse after the baseline, when one may move it; -1 for none."""
    # Most definitions keep the baseline where it is, and pay nothing for this.
    if rule.moves_after == OPEN:
        return -1
    for r in range(relapses[0].size):
        # By first day, also where windows go to the last one: what began before the baseline is behind it.
        if relapses[0][r] > seen[stand.baseline].day:
            return r
    return -1


@filling_kernel
def _next_onset(seen: Record, rule: Record, stand: Record) -> int:
    """The next visit on which a change may begin; the number of visits when there is none."""
    worse, better = stand.need_worse, stand.need_better
    # 5.2: a difference below the threshold may move the baseline, so it has to be looked at.
    if rule.any_difference == 1:
        worse, better = 1, 1
    # From where the search stands, not from the baseline: what was found and came to nothing is not found again.
    for i in range(stand.place, seen.size):
        # Both directions in one test: a visit cannot be worse and better at once.
        change = seen[i].value - stand.level
        if change < worse and -change < better:
            continue
        # A milestone reached at the baseline itself was reached by then, whatever the first day that counts.
        at_first = i == stand.first and seen[i].since >= rule.onset_block[0] and seen[i].until >= rule.onset_block[1]
        if seen[i].may_start == 1 or at_first:
            return i
    return seen.size  # type: ignore[no-any-return]


@filling_kernel
def _judge(seen: Record, relapses: tuple[Ints, Ints], rule: Record, stand: Record, change: Record, onset: int) -> None:
    """What became of the change that begins at this onset."""
    k = seen.size
    difference = seen[onset].value - stand.level
    # With `reaches` the baseline may itself be beyond the value, and the sign of the difference says nothing.
    worse = difference >= stand.need_worse if rule.target >= 0 else difference > 0
    change.onset, change.way = onset, WORSENING if worse else IMPROVEMENT
    change.need = stand.need_worse if worse else stand.need_better
    # 5.4: with `days = "none"` the onset confirms itself, and every later test that asks the confirming visit still
    # holds.
    change.confirming = onset if rule.unconfirmed == 1 else _next_confirming(seen, rule, onset, onset + 1, k)
    # Written in full before anything is asked, for the record still holds the change before this one.
    change.became, change.relation, change.relapse, change.lost = UNCONFIRMED, NO_RELATION, -1, k
    # Neither refuted nor confirmed: `_go_on` asks whether it is pending.
    if change.confirming < 0:
        return
    # 5.4: the first confirming visit decides (decision 6); a later one in the window does not rescue it.
    if _holds(seen, stand.level, change, change.need, rule):
        # Before the relation is asked: by 6 only confirming visits before the change was lost count.
        change.lost = _lost(seen, stand.level, change)
        change.became = COUNTED if _is_sustained(seen, stand.level, change, rule) else NOT_SUSTAINED
        # 5.6: nothing of this is asked of an improvement.
        if worse and change.became == COUNTED:
            if rule.relation == 1:
                _relate(seen, relapses, rule, stand, change)
            # Both go the same way: a worsening that does not count is kept, and no event.
            if change.became == COUNTED and not _meets(seen, rule, stand, change):
                change.became = NOT_COUNTED
        return
    # 5.5: a small change needs its own confirmation, with any difference in place of the threshold.
    if (rule.small_worse if worse else rule.small_better) == 1 and _holds(seen, stand.level, change, 1, rule):
        change.became = SMALL


@filling_kernel
def _go_on(seen: Record, rule: Record, stand: Record, change: Record) -> None:
    """Where the baseline moves, and from where the search goes on."""
    # Where the search goes on; the branches below take it back to the onset where 5.5 says so.
    to = change.confirming if rule.moves_to_onset == 0 else change.onset
    if change.became == UNCONFIRMED:
        # 5.5: only the first pending change is remembered, and the walk goes on: it never hides a later one (decision
        # 20).
        asked = stand.waiting < 0 and change.way == rule.direction and change.confirming < 0
        if asked and _is_pending(seen, rule, stand.level, change):
            stand.waiting, stand.waiting_base = change.onset, stand.baseline
        to = change.onset
    # 5.5: a roving baseline moves with every confirmed change, kept or not, and with a small one.
    elif (rule.moves_worse if change.way == WORSENING else rule.moves_better) == 1:
        stand.baseline, stand.waiting = to, -1
    # Under a fixed baseline what was not kept, or does not count, hides nothing after its onset: another onset may
    # lie before the confirming visit.
    elif change.became != COUNTED:
        to = change.onset
    # A change that was kept makes it forgotten, also one whose relation does not count.
    if change.became in (COUNTED, NOT_COUNTED):
        stand.waiting = -1
    stand.place = to + 1


@filling_kernel
def _next_confirming(seen: Record, rule: Record, onset: int, place: int, before: int) -> int:
    """The first visit from a place on (and before another) that may confirm the onset: -1 for none."""
    for i in range(place, before):
        after = seen[i].day - seen[onset].day
        # 5.4: here a window is open or not; `_judge` asks whether the visit that is found still shows the change.
        # Visits are in order of day: past the last window no later one can confirm. A window without an end is
        # searched to the first visit that may.
        if after > rule.closes:
            break
        if seen[i].may_confirm == 1:
            # Windows may overlap or leave holes (`further`), so one after another is asked; there are one to three as
            # a rule.
            for window in range(rule.window_count):
                if rule.windows[window, 0] <= after <= rule.windows[window, 1]:
                    return i
    return -1


@filling_kernel
def _holds(seen: Record, level: int, change: Record, need: int, rule: Record) -> bool:
    """Is a change there at its onset, at the confirming visit, and (unless only that one is asked) at all between?"""
    # Asked with the same need as the others, because a small change is judged here too and its onset may miss the
    # threshold.
    if change.way * (seen[change.onset].value - level) < need:
        return False
    # 5.4: with `visits = "all"` visits between are asked, blocked or not: whoever is back to normal between two bad
    # visits had no lasting change.
    for i in range(change.onset + 1 if rule.confirm_all == 1 else change.confirming, change.confirming + 1):
        if change.way * (seen[i].value - level) < need:
            return False
    return True


@filling_kernel
def _lost(seen: Record, level: int, change: Record) -> int:
    # Any later visit can end it, blocked or unplanned: a value that is back was seen.
    for i in range(change.confirming + 1, seen.size):
        if change.way * (seen[i].value - level) < change.need:
            return i
    return seen.size  # type: ignore[no-any-return]


@filling_kernel
def _is_sustained(seen: Record, level: int, change: Record, rule: Record) -> bool:
    # 0 asks nothing, and OPEN asks up to the last visit.
    if rule.sustained == 0:
        return True
    # 5.5, a confirmed improvement; the same is asked of a worsening.
    last, begun, days = seen.size - 1, seen[change.onset].day, rule.sustained
    if rule.confirm_all == 1:
        return change.lost > last or (days != OPEN and seen[change.lost].day - begun >= days)  # type: ignore[no-any-return]
    # With `visits = "last"` one visit decides: the first that is so many days after the onset, or else the last there
    # is.
    asked = last
    if days != OPEN and seen[last].day - begun >= days:
        asked = change.onset + 1
        # Ends by what was asked above: the last visit is late enough.
        while seen[asked].day - begun < days:
            asked += 1
    return change.way * (seen[asked].value - level) >= change.need  # type: ignore[no-any-return]


@filling_kernel
def _is_pending(seen: Record, rule: Record, level: int, change: Record) -> bool:
    """Could no visit confirm or refute it? (That none could confirm it is known.)"""
    # 5.5: visits went on after the last window had closed, so somebody could have confirmed it and did not come.
    if seen[seen.size - 1].day - seen[change.onset].day > rule.closes:
        return False
    # One later visit without it refutes the change, whether or not that visit could have confirmed it.
    for i in range(change.onset, seen.size):
        if change.way * (seen[i].value - level) < change.need:
            return False
    # An improvement has no relation to relapses.
    if rule.relation == 0 or change.way == IMPROVEMENT:
        return True
    # Whether it would be PIRA or undefined depends on a confirming visit that there is not, so all that can be asked
    # is RAW or something else.
    if _is_raw(seen, rule, change.onset):
        return rule.counts[RAW] == 1  # type: ignore[no-any-return]
    return rule.counts[PIRA] + rule.counts[PIRA_WITH_RELAPSE] + rule.counts[UNDEFINED] > 0  # type: ignore[no-any-return]


@filling_kernel
def _meets(seen: Record, rule: Record, stand: Record, change: Record) -> bool:
    """Is a worsening high enough, and does it show in the functional systems that the rule asks for?"""
    onset, confirming = change.onset, change.confirming
    # 5.6: "at least so bad" is a test in the mirrored direction for the SDMT, where the limit is mirrored like the
    # values.
    if rule.minimum >= 0 and seen[onset].value < (-rule.minimum if rule.mirrored == 1 else rule.minimum):
        return False
    if rule.asks_eligible == 1 and (seen[onset].eligible == 0 or seen[confirming].eligible == 0):
        return False
    # Checked last, for it alone reads seven columns.
    if rule.leading == 0:
        return True
    # From 0: a system that is not recorded is -1 and can never be the highest.
    highest = 0
    for f in range(SYSTEMS):
        highest = max(highest, seen[onset].systems[f])
    for f in range(SYSTEMS):
        # `then >= 0`: one not recorded at the baseline cannot be called worse. `later > then` covers the third visit
        # by itself.
        now, then, later = seen[onset].systems[f], seen[stand.baseline].systems[f], seen[confirming].systems[f]
        if now == highest and now > then >= 0 and later > then:
            return True
    return False


@filling_kernel
def _crossed(seen: Record, relapses: tuple[Ints, Ints], rule: Record, stand: Record) -> bool:
    """Does some relapse lie between the baseline and where the search goes on, and far enough behind?"""
    for r in range(relapses[0].size):
        # More than so many days behind the visit at which the search goes on, counted as in 5.3.
        behind = np.int64(relapses[1][r]) + rule.moves_after < seen[stand.place].day
        if behind and relapses[0][r] > seen[stand.baseline].day:
            return True
    return False


# ---------------------------------------------------------------- relation to relapses


@filling_kernel
def _is_raw(seen: Record, rule: Record, i: int) -> bool:
    # NEVER is larger than any window, so a person without relapses needs no case of its own.
    return seen[i].since <= rule.raw[0] or seen[i].until <= rule.raw[1]  # type: ignore[no-any-return]


@filling_kernel
def _relate(seen: Record, relapses: tuple[Ints, Ints], rule: Record, stand: Record, change: Record) -> None:
    """The relation of a worsening to relapses, and the relapse that decided it (-1 for none)."""
    onset, confirming = change.onset, change.confirming
    # 6: RAW goes first; only what is not near a relapse can be independent of them.
    if _is_raw(seen, rule, onset):
        change.relation, change.relapse = RAW, _raw_relapse(seen, relapses, rule, onset)
    else:
        before = stand.baseline
        if rule.preceding == PRECEDING_VISIT:
            before = onset - 1
        elif rule.preceding == PRECEDING_LOWER:
            before = _last_lower(seen, rule, change)
        free = confirming
        # 6: PIRA when one confirming visit that still counts has no relapse in any window. Later ones are looked for
        # only when the first has one: they are few, and nearly always the first will do.
        while free >= 0 and _relapse_inside(seen, relapses, rule, before, onset, free) >= 0:
            # With `days = "none"` there is no other confirming visit to ask.
            free = -1 if rule.unconfirmed == 1 else _next_confirming(seen, rule, onset, free + 1, change.lost)
        if free < 0:
            change.relation = UNDEFINED
            # Of the first confirming visit, as 7 says, though no other was free either: an answer names one row,
            # always the same.
            change.relapse = _relapse_inside(seen, relapses, rule, before, onset, confirming)
        else:
            change.relation = PIRA
            for r in range(relapses[0].size):
                # After the onset: one on the day of the onset or before it is a matter of the windows and of RAW.
                if rule.own_class == 1 and seen[onset].day < relapses[0][r] <= seen[free].day:
                    change.relation = PIRA_WITH_RELAPSE
    # The relation stays in the record: the list of changes tells it also where it does not count.
    if rule.counts[change.relation] == 0:
        change.became = NOT_COUNTED


@filling_kernel
def _raw_relapse(seen: Record, relapses: tuple[Ints, Ints], rule: Record, onset: int) -> int:
    """The nearest relapse before the onset (of equals the first), else the first from it on."""
    day = seen[onset].day
    # 7: the nearest before the onset goes before any after it. `since` is already the smallest distance, so the first
    # relapse at that distance is the nearest, and of equals the first by day and then file.
    if seen[onset].since <= rule.raw[0]:
        for r in range(relapses[0].size):
            if relapses[0][r] <= day and max(0, day - relapses[1][r]) == seen[onset].since:
                return r
    for r in range(relapses[0].size):
        if relapses[0][r] >= day:
            return r
    return -1


@filling_kernel
def _last_lower(seen: Record, rule: Record, change: Record) -> int:
    """The last visit before the onset from which onset and confirmation are a worsening as well."""
    # 6: from the second usable visit at the earliest: without one the first is taken, whatever its value.
    for i in range(change.onset - 1, 0, -1):
        level = int(seen[i].value)
        if _holds(seen, level, change, _needed_worse(level, rule), rule) and not _is_extreme(seen, i, rule):
            return i
    return 0


@filling_kernel
def _relapse_inside(
    seen: Record, relapses: tuple[Ints, Ints], rule: Record, before: int, onset: int, confirming: int
) -> int:
    """The first relapse, in order of window, in one of the three windows in which there may be none; -1 for none."""
    # An open end joins a window with the next one, so its start is carried over until a window closes.
    start, joined = np.int64(0), False
    for window in range(3):
        anchor = np.int64(seen[before if window == 0 else onset if window == 1 else confirming].day)
        if not joined:
            start = anchor - rule.pira[window, 0]
        joined = rule.pira[window, 1] == OPEN
        end = anchor + rule.pira[window, 1]
        # A window of no length is not asked: 0 days before and after would else be the day itself.
        if joined or end <= start:
            continue
        for r in range(relapses[0].size):
            # The whole stretch of a relapse is asked, first to last day: it is inside when the two overlap.
            if relapses[0][r] <= end and relapses[1][r] >= start:
                return r
    return -1


# ---------------------------------------------------------------- the log


@filling_kernel
def _note(log: Longs, begin: int, filled: int, rule: Record, stand: Record, change: Record) -> int:
    """One more change in the log, or only counted when it is full; an onset found before is found anew instead."""
    at = filled
    # 7: an onset found twice is one event, as found last. A list keeps both, for both were looked at. Few events a
    # person, so a scan is enough.
    if rule.listing == 0:
        for earlier in range(begin, min(filled, log.shape[0])):
            if log[earlier, ONSET] == change.onset:
                at = earlier
    if at >= log.shape[0]:
        return filled + 1
    # With `days = "none"` the onset stands where the confirming visit would, and no row confirmed.
    has_visit = change.became != UNCONFIRMED and rule.unconfirmed == 0
    log[at, BASELINE], log[at, ONSET] = stand.baseline, change.onset
    log[at, CONFIRMING] = change.confirming if has_visit else -1
    log[at, WAY], log[at, BECAME], log[at, RELATION] = change.way, change.became, change.relation
    log[at, RELAPSE], log[at, HELD] = change.relapse, change.lost - 1 if change.became <= NOT_SUSTAINED else -1
    return max(filled, at + 1)


@filling_kernel
def _count_pending(
    seen: Record,
    relapses: tuple[Ints, Ints],
    rule: Record,
    stand: Record,
    change: Record,
    log: Longs,
    begin: int,
    filled: int,
) -> int:
    """A pending change as an event without a confirming visit."""
    # 8: its baseline row is that of the pass in which it was found; the walk has gone on since.
    stand.baseline = stand.waiting_base
    change.onset, change.way, change.confirming, change.lost = stand.waiting, rule.direction, -1, seen.size
    change.became, change.relation, change.relapse = COUNTED, NO_RELATION, -1
    # 8: without a confirming visit the other relations cannot be told, so it is RAW or nothing.
    if rule.relation == 1 and _is_raw(seen, rule, stand.waiting):
        change.relation, change.relapse = RAW, _raw_relapse(seen, relapses, rule, stand.waiting)
    return _note(log, begin, filled, rule, stand, change)


@filling_kernel
def _sort_onsets(log: Longs, begin: int, filled: int) -> None:
    for a in range(begin + 1, filled):
        # Insertion: a person has few events, and they are out of order only after a baseline moved back.
        b = a
        while b > begin and log[b - 1, ONSET] > log[b, ONSET]:
            for column in range(COLUMNS):
                log[b - 1, column], log[b, column] = log[b, column], log[b - 1, column]
            b -= 1


@filling_kernel
def _name_places(log: Longs, begin: int, filled: int, subject: int, seen: Record, relapses: int) -> None:
    """Turn one person's rows of the log from places among the usable visits to places in the segments."""
    for row in range(begin, filled):
        log[row, SUBJECT] = subject
        for column in (BASELINE, ONSET, CONFIRMING, HELD):
            if log[row, column] >= 0:
                log[row, column] = seen[log[row, column]].place
        # Relapses were handed on from this person's first, so their place in the segments is that much later.
        if log[row, RELAPSE] >= 0:
            log[row, RELAPSE] += relapses
