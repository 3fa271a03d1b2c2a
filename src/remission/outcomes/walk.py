"""The walk: every confirmed change of a measure in one person's visits, as `docs/rules.md`, "Progression", says.

A rule enters as a record of numbers, so no definition triggers a recompilation and no cached kernel can serve an old
one. Values are mirrored where lower is worse, so here *worse* is always *higher*. All kernels that a cached one calls
stand in this file: editing one recompiles the others.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from remission.records.kernels import kernel
from remission.records.segments import NEVER, Flags, Ints, Positions

Longs = NDArray[np.int64]
Record = Any
"""A row of a structured array: kernels take it by reference and read and write its fields."""

# Codes in which the kernel is told a choice.
FIRST, LAST, WORST, BEST = 0, 1, 2, 3
IGNORED, CENSORED, EVENT = 0, 1, 2
WORSENING, IMPROVEMENT = 1, -1
KEPT_EXTREMES, BEYOND_THRESHOLD, ANY_EXTREME = 0, 1, 2
PRECEDING_BASELINE, PRECEDING_VISIT, PRECEDING_LOWER = 0, 1, 2
# Codes in which it answers: what became of a change, and its relation to relapses (places in RELATIONS).
COUNTED, NOT_COUNTED, NOT_SUSTAINED, UNCONFIRMED, SMALL = 0, 1, 2, 3, 4
NO_RELATION, PIRA, PIRA_WITH_RELAPSE, RAW, UNDEFINED = -1, 0, 1, 2, 3
# Columns of the log: one row for each change.
SUBJECT, BASELINE, ONSET, CONFIRMING, WAY, BECAME, RELATION, RELAPSE, HELD = 0, 1, 2, 3, 4, 5, 6, 7, 8
COLUMNS = 9

OPEN = -1
"""No limit, where a number of days or a value is 0 or more; an end of a window that joins it with the next one."""

NO_VALUE = -1
UNABLE = 1_000_000_000
PER_CENT_OF = 100_000
BEYOND = 2_000_000_000
"""More than any difference between two values: a change that cannot be."""

MOST_ROWS, MOST_WINDOWS, SYSTEMS = 32, 16, 7

# A Progression as numbers. Blocks are (after, before) days; windows (opens, closes) in days after the onset.
RULE = np.dtype(
    [
        ("worse_rows", "<i8", (MOST_ROWS, 3)),
        ("better_rows", "<i8", (MOST_ROWS, 3)),
        ("baseline_window", "<i8", (2,)),
        ("baseline_block", "<i8", (2,)),
        ("onset_block", "<i8", (2,)),
        ("confirm_block", "<i8", (2,)),
        ("windows", "<i8", (MOST_WINDOWS, 2)),
        ("raw", "<i8", (2,)),
        ("pira", "<i8", (3, 2)),
        ("counts", "<i8", (4,)),
        *(
            (name, "<i8")
            for name in (
                "worse_count", "better_count", "window_count", "target", "mirrored", "direction",
                "baseline_is_last", "moves_worse", "moves_better", "moves_to_onset", "small_worse", "small_better",
                "any_difference", "moves_after", "never_better", "extremes", "counts_from", "unconfirmed", "closes",
                "confirm_all", "planned_only", "sustained", "relation", "preceding", "own_class", "to_end", "minimum",
                "asks_eligible", "leading", "all_events", "same_day", "pending_at_death", "pending_at_end", "listing",
            )
        ),
    ],
    align=True,
)  # fmt: skip

# A usable visit of one person: where it stands in the segments, what it shows, and for what it may serve.
VISIT = np.dtype(
    [
        ("place", "<i8"),
        ("day", "<i4"),
        ("value", "<i4"),
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
    longest = int(np.diff(visits.offsets).max(initial=0))
    scratch = np.zeros(longest, VISIT)
    answer = _walk_all(visits, people, rule, scratch, np.zeros(1, STAND)[0], np.zeros(1, CHANGE)[0])
    return Walked(answer[0][: answer[1]], *answer[2:])


@kernel
def _walk_all(
    visits: Visits, people: People, rule: Record, seen: Record, stand: Record, change: Record
) -> tuple[Longs, int, Ints, Positions, Ints, Positions, Flags, Flags, Flags]:
    count, rows = visits.offsets.size - 1, visits.day.size
    pending, counts_as = np.full(count, NEVER, np.int32), np.full(count, IGNORED, np.int32)
    baseline, pending_base = np.full(count, -1, np.int64), np.full(count, -1, np.int64)
    looked, free, clash = np.zeros(rows, np.bool_), np.zeros(rows, np.bool_), np.zeros(rows, np.bool_)
    log, filled = np.empty((max(count, 16), COLUMNS), np.int64), 0
    for s in range(count):
        k = _use(visits, s, people.last_usable[s], rule, seen, clash)
        begin, end = people.relapse_offsets[s], people.relapse_offsets[s + 1]
        while end > begin and people.relapse_day[end - 1] > people.last_usable[s]:
            end -= 1
        relapses = people.relapse_day[begin:end], people.relapse_end[begin:end]
        _see(visits, seen[:k], relapses, people.shift[s], rule)
        first = _first_baseline(seen[:k], people.shift[s], rule)
        start = filled
        if first >= 0:
            stand.first = first
            log, filled = _walk(seen[:k], relapses, rule, stand, change, log, filled)
            baseline[s] = seen[first].place
            if stand.waiting >= 0:
                pending[s] = seen[stand.waiting].day
                pending_base[s] = seen[stand.waiting_base].place
                died = people.death[s] != NEVER and people.death[s] <= pending[s] + rule.closes
                counts_as[s] = rule.pending_at_death if died else rule.pending_at_end
                if counts_as[s] == EVENT and rule.listing == 0:
                    log, filled = _count_pending(seen[:k], relapses, rule, stand, change, log, start, filled)
            if rule.listing == 0:
                _sort_onsets(log, start, filled)
        for i in range(k):
            looked[seen[i].place], free[seen[i].place] = True, seen[i].free == 1
        _name_places(log, start, filled, s, seen, begin)
    return log, filled, pending, pending_base, counts_as, baseline, looked, free, clash


# ---------------------------------------------------------------- what is seen of one person


@kernel
def _use(visits: Visits, s: int, last_usable: int, rule: Record, seen: Record, clash: Flags) -> int:
    """Fill in the values that are used, one a day by the same-day rule; how many there are."""
    k = 0
    for i in range(visits.offsets[s], visits.offsets[s + 1]):
        if visits.value[i] == NO_VALUE or visits.day[i] > last_usable:
            continue
        value = -visits.value[i] if rule.mirrored == 1 else visits.value[i]
        if k > 0 and seen[k - 1].day == visits.day[i]:
            clash[i] = clash[seen[k - 1].place] = True
            kept = seen[k - 1].value
            takes = rule.same_day == LAST
            takes |= (rule.same_day == WORST and value > kept) or (rule.same_day == BEST and value < kept)
            if not takes:
                continue
            k -= 1
        seen[k].place, seen[k].day, seen[k].value = i, visits.day[i], value
        k += 1
    return k


@kernel
def _see(visits: Visits, seen: Record, relapses: tuple[Ints, Ints], shift: int, rule: Record) -> None:
    """For what each visit may serve: relapses may block it, and the rule may ask more of it."""
    relapse, relapse_end = relapses
    begun, ahead, last_end = 0, 0, 0
    for i in range(seen.size):
        day, place = seen[i].day, seen[i].place
        while begun < relapse.size and relapse[begun] <= day:
            last_end = relapse_end[begun] if begun == 0 else max(last_end, relapse_end[begun])
            begun += 1
        while ahead < relapse.size and relapse[ahead] < day:
            ahead += 1
        since = NEVER if begun == 0 else max(0, day - last_end)
        until = NEVER if ahead == relapse.size else relapse[ahead] - day
        seen[i].since, seen[i].until, seen[i].free = since, until, 0
        planned = visits.planned[place] if rule.planned_only == 1 else True
        seen[i].may_be_baseline = since >= rule.baseline_block[0] and until >= rule.baseline_block[1]
        seen[i].may_start = since >= rule.onset_block[0] and until >= rule.onset_block[1]
        seen[i].may_confirm = since >= rule.confirm_block[0] and until >= rule.confirm_block[1] and planned
        if rule.asks_eligible == 1:
            seen[i].eligible = visits.eligible[place]
        if rule.leading == 1:
            for f in range(SYSTEMS):
                seen[i].systems[f] = visits.systems[place, f]
    for i in range(seen.size):
        if rule.extremes != KEPT_EXTREMES and _is_extreme(seen, i, rule):
            seen[i].may_be_baseline = 0


@kernel
def _is_extreme(seen: Record, i: int, rule: Record) -> bool:
    """Are both neighbours worse, or both better? A visit at an end of the record never is: it is its own neighbour."""
    if rule.extremes == KEPT_EXTREMES or i == 0 or i == seen.size - 1:
        return False
    value = seen[i].value
    if i > 1 and seen[i - 2].value == value:
        return False
    worse, better = 1, 1
    if rule.extremes == BEYOND_THRESHOLD:
        worse, better = _needed_worse(value, rule), _needed_better(value, rule)
    before, after = seen[i - 1].value - value, seen[i + 1].value - value
    return (before >= worse and after >= worse) or (before <= -better and after <= -better)  # type: ignore[no-any-return]


@kernel
def _first_baseline(seen: Record, shift: int, rule: Record) -> int:
    chosen = -1
    for i in range(seen.size):
        day = seen[i].day - shift
        # Whether a change may begin depends on the origin too; nothing before the first baseline is asked for it.
        if day < rule.counts_from:
            seen[i].may_start = 0
        if chosen >= 0 and rule.baseline_is_last == 0:
            continue
        if rule.baseline_window[0] <= day <= rule.baseline_window[1] and seen[i].may_be_baseline == 1:
            chosen = i
    return chosen


# ---------------------------------------------------------------- thresholds


@kernel
def _needed_worse(value: int, rule: Record) -> int:
    """Smallest difference from this value that is a worsening; from a test that could not be done, there is none."""
    if value == UNABLE:
        return BEYOND
    plain = -value if rule.mirrored == 1 else value
    row = 0
    while row + 1 < rule.worse_count and rule.worse_rows[row + 1, 0] <= plain:
        row += 1
    return _amount(plain, rule.worse_rows[row, 1], rule.worse_rows[row, 2])


@kernel
def _needed_better(value: int, rule: Record) -> int:
    if value == UNABLE:
        return 1
    plain = -value if rule.mirrored == 1 else value
    row = 0
    while row + 1 < rule.better_count and rule.better_rows[row + 1, 0] <= plain:
        row += 1
    return _amount(plain, rule.better_rows[row, 1], rule.better_rows[row, 2])


@kernel
def _amount(value: int, amount: int, percent: int) -> int:
    """An amount, or a share rounded up (exact in whole units); a change is always a difference."""
    if percent > 0:
        amount = -((-value * percent) // PER_CENT_OF)
    return max(1, amount)


# ---------------------------------------------------------------- the walk of one person


@kernel
def _walk(
    seen: Record, relapses: tuple[Ints, Ints], rule: Record, stand: Record, change: Record, log: Longs, filled: int
) -> tuple[Longs, int]:
    """One person's walk; `stand` keeps the pending change, the log gets a row for each event."""
    k, begin = seen.size, filled
    stand.baseline, stand.marked, stand.waiting = stand.first, -1, -1
    stand.place = stand.first if rule.target >= 0 else stand.first + 1
    while True:
        if not _stand_on_baseline(seen, rule, stand):
            break
        ahead = _next_relapse(seen, relapses, rule, stand)
        onset = _next_onset(seen, rule, stand)
        if onset == k:
            break
        if ahead >= 0 and seen[onset].day > np.int64(relapses[1][ahead]) + rule.moves_after:
            # The change lies beyond the next relapse: the baseline has to move there before it is asked.
            stand.place = onset
        else:
            _judge(seen, relapses, rule, stand, change, onset)
            is_event = change.became == COUNTED and change.way == rule.direction
            if is_event or rule.listing == 1:
                log, filled = _note(log, begin, filled, rule, stand, change)
            if is_event and rule.all_events == 0:
                stand.waiting = -1
                break
            _go_on(seen, rule, stand, change)
        if ahead >= 0 and stand.place < k and _crossed(seen, relapses, rule, stand):
            while stand.baseline < k and seen[stand.baseline].day < relapses[1][ahead]:
                stand.baseline += 1
            stand.place, stand.waiting = stand.baseline + 1, -1
    return log, filled


@kernel
def _stand_on_baseline(seen: Record, rule: Record, stand: Record) -> bool:
    """Slide the baseline to a visit that may be one, and take its measure; False when none is left."""
    k = seen.size
    while stand.baseline < k and seen[stand.baseline].may_be_baseline == 0:
        stand.baseline += 1
    if stand.baseline >= k:
        return False
    level = int(seen[stand.baseline].value)
    if rule.never_better == 1 and stand.marked >= 0:
        level = max(level, stand.level)
    if stand.baseline != stand.marked or level != stand.level:
        stand.marked, stand.level, stand.waiting = stand.baseline, level, -1
        if rule.target >= 0:
            stand.need_worse = (-rule.target if rule.mirrored == 1 else rule.target) - level
            stand.need_better = BEYOND
        else:
            stand.need_worse, stand.need_better = _needed_worse(level, rule), _needed_better(level, rule)
        need = stand.need_worse if rule.direction == WORSENING else stand.need_better
        for i in range(stand.baseline, k):
            seen[i].free = rule.direction * (seen[i].value - level) < need
    stand.place = max(stand.place, stand.baseline + (0 if rule.target >= 0 else 1))
    return True


@kernel
def _next_relapse(seen: Record, relapses: tuple[Ints, Ints], rule: Record, stand: Record) -> int:
    """The first relapse after the baseline, when one may move it; -1 for none."""
    if rule.moves_after == OPEN:
        return -1
    for r in range(relapses[0].size):
        if relapses[0][r] > seen[stand.baseline].day:
            return r
    return -1


@kernel
def _next_onset(seen: Record, rule: Record, stand: Record) -> int:
    """The next visit on which a change may begin; the number of visits when there is none."""
    worse, better = stand.need_worse, stand.need_better
    if rule.any_difference == 1:
        worse, better = 1, 1
    for i in range(stand.place, seen.size):
        change = seen[i].value - stand.level
        if change < worse and -change < better:
            continue
        # A milestone reached at the baseline itself was reached by then, whatever the first day that counts.
        at_first = i == stand.first and seen[i].since >= rule.onset_block[0] and seen[i].until >= rule.onset_block[1]
        if seen[i].may_start == 1 or at_first:
            return i
    return seen.size  # type: ignore[no-any-return]


@kernel
def _judge(seen: Record, relapses: tuple[Ints, Ints], rule: Record, stand: Record, change: Record, onset: int) -> None:
    """What became of the change that begins at this onset."""
    k = seen.size
    difference = seen[onset].value - stand.level
    worse = difference >= stand.need_worse if rule.target >= 0 else difference > 0
    change.onset, change.way = onset, WORSENING if worse else IMPROVEMENT
    change.need = stand.need_worse if worse else stand.need_better
    change.confirming = onset if rule.unconfirmed == 1 else _next_confirming(seen, rule, onset, onset + 1, k)
    change.became, change.relation, change.relapse, change.lost = UNCONFIRMED, NO_RELATION, -1, k
    if change.confirming < 0:
        return
    if _holds(seen, stand.level, change, change.need, rule):
        change.lost = _lost(seen, stand.level, change)
        change.became = COUNTED if _is_sustained(seen, stand.level, change, rule) else NOT_SUSTAINED
        if worse and change.became == COUNTED:
            if rule.relation == 1:
                _relate(seen, relapses, rule, stand, change)
            if change.became == COUNTED and not _meets(seen, rule, stand, change):
                change.became = NOT_COUNTED
        return
    if (rule.small_worse if worse else rule.small_better) == 1 and _holds(seen, stand.level, change, 1, rule):
        change.became = SMALL


@kernel
def _go_on(seen: Record, rule: Record, stand: Record, change: Record) -> None:
    """Where the baseline moves, and from where the search goes on."""
    to = change.confirming if rule.moves_to_onset == 0 else change.onset
    if change.became == UNCONFIRMED:
        asked = stand.waiting < 0 and change.way == rule.direction and change.confirming < 0
        if asked and _is_pending(seen, rule, stand.level, change):
            stand.waiting, stand.waiting_base = change.onset, stand.baseline
        to = change.onset
    elif (rule.moves_worse if change.way == WORSENING else rule.moves_better) == 1:
        stand.baseline, stand.waiting = to, -1
    elif change.became != COUNTED:
        to = change.onset
    if change.became in (COUNTED, NOT_COUNTED):
        stand.waiting = -1
    stand.place = to + 1


@kernel
def _next_confirming(seen: Record, rule: Record, onset: int, place: int, before: int) -> int:
    """The first visit from a place on (and before another) that may confirm the onset: -1 for none."""
    for i in range(place, before):
        after = seen[i].day - seen[onset].day
        if after > rule.closes:
            break
        if seen[i].may_confirm == 1:
            for window in range(rule.window_count):
                if rule.windows[window, 0] <= after <= rule.windows[window, 1]:
                    return i
    return -1


@kernel
def _holds(seen: Record, level: int, change: Record, need: int, rule: Record) -> bool:
    """Is a change there at its onset, at the confirming visit, and (unless only that one is asked) at all between?"""
    if change.way * (seen[change.onset].value - level) < need:
        return False
    for i in range(change.onset + 1 if rule.confirm_all == 1 else change.confirming, change.confirming + 1):
        if change.way * (seen[i].value - level) < need:
            return False
    return True


@kernel
def _lost(seen: Record, level: int, change: Record) -> int:
    for i in range(change.confirming + 1, seen.size):
        if change.way * (seen[i].value - level) < change.need:
            return i
    return seen.size  # type: ignore[no-any-return]


@kernel
def _is_sustained(seen: Record, level: int, change: Record, rule: Record) -> bool:
    if rule.sustained == 0:
        return True
    last, begun, days = seen.size - 1, seen[change.onset].day, rule.sustained
    if rule.confirm_all == 1:
        return change.lost > last or (days != OPEN and seen[change.lost].day - begun >= days)  # type: ignore[no-any-return]
    asked = last
    if days != OPEN and seen[last].day - begun >= days:
        asked = change.onset + 1
        while seen[asked].day - begun < days:
            asked += 1
    return change.way * (seen[asked].value - level) >= change.need  # type: ignore[no-any-return]


@kernel
def _is_pending(seen: Record, rule: Record, level: int, change: Record) -> bool:
    """Could no visit confirm or refute it? (That none could confirm it is known.)"""
    if seen[seen.size - 1].day - seen[change.onset].day > rule.closes:
        return False
    for i in range(change.onset, seen.size):
        if change.way * (seen[i].value - level) < change.need:
            return False
    if rule.relation == 0 or change.way == IMPROVEMENT:
        return True
    if _is_raw(seen, rule, change.onset):
        return rule.counts[RAW] == 1  # type: ignore[no-any-return]
    return rule.counts[PIRA] + rule.counts[PIRA_WITH_RELAPSE] + rule.counts[UNDEFINED] > 0  # type: ignore[no-any-return]


@kernel
def _meets(seen: Record, rule: Record, stand: Record, change: Record) -> bool:
    """Is a worsening high enough, and does it show in the functional systems that the rule asks for?"""
    onset, confirming = change.onset, change.confirming
    if rule.minimum >= 0 and seen[onset].value < (-rule.minimum if rule.mirrored == 1 else rule.minimum):
        return False
    if rule.asks_eligible == 1 and (seen[onset].eligible == 0 or seen[confirming].eligible == 0):
        return False
    if rule.leading == 0:
        return True
    highest = 0
    for f in range(SYSTEMS):
        highest = max(highest, seen[onset].systems[f])
    for f in range(SYSTEMS):
        now, then, later = seen[onset].systems[f], seen[stand.baseline].systems[f], seen[confirming].systems[f]
        if now == highest and now > then >= 0 and later > then:
            return True
    return False


@kernel
def _crossed(seen: Record, relapses: tuple[Ints, Ints], rule: Record, stand: Record) -> bool:
    """Does some relapse lie between the baseline and where the search goes on, and far enough behind?"""
    for r in range(relapses[0].size):
        behind = np.int64(relapses[1][r]) + rule.moves_after < seen[stand.place].day
        if behind and relapses[0][r] > seen[stand.baseline].day:
            return True
    return False


# ---------------------------------------------------------------- relation to relapses


@kernel
def _is_raw(seen: Record, rule: Record, i: int) -> bool:
    return seen[i].since <= rule.raw[0] or seen[i].until <= rule.raw[1]  # type: ignore[no-any-return]


@kernel
def _relate(seen: Record, relapses: tuple[Ints, Ints], rule: Record, stand: Record, change: Record) -> None:
    """The relation of a worsening to relapses, and the relapse that decided it (-1 for none)."""
    onset, confirming = change.onset, change.confirming
    if _is_raw(seen, rule, onset):
        change.relation, change.relapse = RAW, _raw_relapse(seen, relapses, rule, onset)
    else:
        before = stand.baseline
        if rule.preceding == PRECEDING_VISIT:
            before = onset - 1
        elif rule.preceding == PRECEDING_LOWER:
            before = _last_lower(seen, rule, change)
        free = confirming
        while free >= 0 and _relapse_inside(seen, relapses, rule, before, onset, free) >= 0:
            free = -1 if rule.unconfirmed == 1 else _next_confirming(seen, rule, onset, free + 1, change.lost)
        if free < 0:
            change.relation = UNDEFINED
            change.relapse = _relapse_inside(seen, relapses, rule, before, onset, confirming)
        else:
            change.relation = PIRA
            for r in range(relapses[0].size):
                if rule.own_class == 1 and seen[onset].day < relapses[0][r] <= seen[free].day:
                    change.relation = PIRA_WITH_RELAPSE
    if rule.counts[change.relation] == 0:
        change.became = NOT_COUNTED


@kernel
def _raw_relapse(seen: Record, relapses: tuple[Ints, Ints], rule: Record, onset: int) -> int:
    """The nearest relapse before the onset (of equals the first), else the first from it on."""
    day = seen[onset].day
    if seen[onset].since <= rule.raw[0]:
        for r in range(relapses[0].size):
            if relapses[0][r] <= day and max(0, day - relapses[1][r]) == seen[onset].since:
                return r
    for r in range(relapses[0].size):
        if relapses[0][r] >= day:
            return r
    return -1


@kernel
def _last_lower(seen: Record, rule: Record, change: Record) -> int:
    """The last visit before the onset from which onset and confirmation are a worsening as well."""
    for i in range(change.onset - 1, 0, -1):
        level = int(seen[i].value)
        if _holds(seen, level, change, _needed_worse(level, rule), rule) and not _is_extreme(seen, i, rule):
            return i
    return 0


@kernel
def _relapse_inside(
    seen: Record, relapses: tuple[Ints, Ints], rule: Record, before: int, onset: int, confirming: int
) -> int:
    """The first relapse, in order of window, in one of the three windows in which there may be none; -1 for none."""
    start, joined = np.int64(0), False
    for window in range(3):
        anchor = np.int64(seen[before if window == 0 else onset if window == 1 else confirming].day)
        if not joined:
            start = anchor - rule.pira[window, 0]
        joined = rule.pira[window, 1] == OPEN
        end = anchor + rule.pira[window, 1]
        if joined or end <= start:
            continue
        for r in range(relapses[0].size):
            if relapses[0][r] <= end and relapses[1][r] >= start:
                return r
    return -1


# ---------------------------------------------------------------- the log


@kernel
def _note(log: Longs, begin: int, filled: int, rule: Record, stand: Record, change: Record) -> tuple[Longs, int]:
    """One more change in the log (made twice as long when it is full); an onset found before is found anew instead."""
    at = filled
    if rule.listing == 0:
        for earlier in range(begin, filled):
            if log[earlier, ONSET] == change.onset:
                at = earlier
    if at == log.shape[0]:
        longer = np.empty((2 * at, COLUMNS), np.int64)
        longer[:at] = log
        log = longer
    has_visit = change.became != UNCONFIRMED and rule.unconfirmed == 0
    log[at, BASELINE], log[at, ONSET] = stand.baseline, change.onset
    log[at, CONFIRMING] = change.confirming if has_visit else -1
    log[at, WAY], log[at, BECAME], log[at, RELATION] = change.way, change.became, change.relation
    log[at, RELAPSE], log[at, HELD] = change.relapse, change.lost - 1 if change.became <= NOT_SUSTAINED else -1
    return log, max(filled, at + 1)


@kernel
def _count_pending(
    seen: Record,
    relapses: tuple[Ints, Ints],
    rule: Record,
    stand: Record,
    change: Record,
    log: Longs,
    begin: int,
    filled: int,
) -> tuple[Longs, int]:
    """A pending change as an event without a confirming visit."""
    stand.baseline = stand.waiting_base
    change.onset, change.way, change.confirming, change.lost = stand.waiting, rule.direction, -1, seen.size
    change.became, change.relation, change.relapse = COUNTED, NO_RELATION, -1
    if rule.relation == 1 and _is_raw(seen, rule, stand.waiting):
        change.relation, change.relapse = RAW, _raw_relapse(seen, relapses, rule, stand.waiting)
    return _note(log, begin, filled, rule, stand, change)


@kernel
def _sort_onsets(log: Longs, begin: int, filled: int) -> None:
    for a in range(begin + 1, filled):
        b = a
        while b > begin and log[b - 1, ONSET] > log[b, ONSET]:
            for column in range(COLUMNS):
                log[b - 1, column], log[b, column] = log[b, column], log[b - 1, column]
            b -= 1


@kernel
def _name_places(log: Longs, begin: int, filled: int, subject: int, seen: Record, relapses: int) -> None:
    """Turn one person's rows of the log from places among the usable visits to places in the segments."""
    for row in range(begin, filled):
        log[row, SUBJECT] = subject
        for column in (BASELINE, ONSET, CONFIRMING, HELD):
            if log[row, column] >= 0:
                log[row, column] = seen[log[row, column]].place
        if log[row, RELAPSE] >= 0:
            log[row, RELAPSE] += relapses
