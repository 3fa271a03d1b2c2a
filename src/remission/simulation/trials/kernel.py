"""Trials drawn and analysed on a grid of days, as compiled kernels.

A person is one 64-bit word of the generator: its low half is the day of entry, its high half the day and kind of exit.
Each half is looked up in a table of aliases (Walker 1977, doi:10.1145/355744.355749), so that any hazard is as fast as
a constant one.

Nothing is sorted: what happens is counted by day, and days are gone through in order. So ties are what they are in
records, whose dates are days. All is in one file: a cached kernel does not notice that one in another file changed.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from remission.inputs.kernels import filling_kernel

# Of the four counts in a cell, from its lowest bits: exits of control and of the arm, events of control and of the arm.
LANE_BITS = 16
# Days are counted by the 32 as well: the day on which a number of events is reached is found in strides.
COARSE_BITS = 5
REJECTED, FUTILE = 1, -1


class Tables(NamedTuple):
    """What words are looked up in; `exits` has a row for each group of people: an arm, or a stratum of it."""

    groups: NDArray[np.int64]
    exits: NDArray[np.uint32]
    exit_bits: int
    entries: NDArray[np.uint32]
    entry_bits: int


class Rules(NamedTuple):
    """How a trial is analysed: when, by which statistic, and what is decided."""

    strata: int
    stratified: bool
    wanted: NDArray[np.int64]
    days: NDArray[np.int64]
    upper: NDArray[np.float64]
    futility: NDArray[np.float64]
    weights: NDArray[np.float64]
    restricted_days: int
    inverse: NDArray[np.float64]


class Workspace(NamedTuple):
    """Arrays that every trial fills anew; a thread has its own."""

    fine: NDArray[np.int16]
    coarse: NDArray[np.int16]
    cells: NDArray[np.uint64]
    eventful: NDArray[np.uint64]
    at_risk: NDArray[np.uint64]
    areas: NDArray[np.float64]
    terms: NDArray[np.float64]
    sums: NDArray[np.float64]
    days: NDArray[np.int64]
    counts: NDArray[np.int64]


class Outcomes(NamedTuple):
    """What became of each trial, by look and comparison; -1 and NaN where a look was not made."""

    day: NDArray[np.int32]
    events: NDArray[np.int32]
    people: NDArray[np.int32]
    z: NDArray[np.float64]
    effect: NDArray[np.float64]
    decision: NDArray[np.int8]
    last: NDArray[np.int16]


@filling_kernel
def draw_people(words: Any, tables: Any, entries: Any, exits: Any) -> None:
    """Fill each trial's days of entry, and exits: twice the days since entry, plus 1 where it is the event.

    words, entries, exits: shape (trials, people).
    """
    for group in range(tables.groups.size - 1):
        # Group by group, so that one table at a time is in the fastest memory.
        own = tables.exits[group]
        for trial in range(words.shape[0]):
            for person in range(tables.groups[group], tables.groups[group + 1]):
                word = words[trial, person]
                entries[trial, person] = _look_up(word & np.uint64(0xFFFFFFFF), tables.entries, tables.entry_bits)
                exits[trial, person] = _look_up(word >> np.uint64(32), own, tables.exit_bits)


@filling_kernel
def _look_up(half: Any, table: Any, bits: Any) -> Any:
    """Of 32 bits the first choose a slot, the others between the slot's own number and the one that it shares with."""
    kept = np.uint64(32 - bits)
    slot = half >> kept
    entry = np.uint64(table[slot])
    other = entry & ((np.uint64(1) << np.uint64(bits)) - np.uint64(1))
    # Both are at hand, so that the choice costs no branch, which would be guessed wrongly half of the time.
    return slot if (half & ((np.uint64(1) << kept) - np.uint64(1))) < (entry >> np.uint64(bits)) else other


@filling_kernel
def analyse_trials(entries: Any, exits: Any, groups: Any, rules: Any, work: Any, outcomes: Any, first: int) -> None:
    """Look at each trial as often as it goes on, and write what is found from row `first` of the outcomes."""
    looks = rules.upper.size
    arms = (groups.size - 1) // rules.strata
    for trial in range(entries.shape[0]):
        row = first + trial
        _days_of_looks(entries[trial], exits[trial], rules, work)
        going = arms - 1
        for look in range(looks):
            day = work.days[look]
            # With too few events at the end, the last analysis is made then and there.
            at = looks - 1 if work.counts[look] < rules.wanted[look] else look
            outcomes.day[row, at] = day
            outcomes.events[row, at] = work.counts[look]
            outcomes.people[row, at] = _entered(entries[trial], day)
            for arm in range(1, arms):
                if outcomes.decision[row, arm - 1] != 0:
                    continue
                z, effect = _compare(entries[trial], exits[trial], groups, arm, day, rules, work)
                outcomes.z[row, arm - 1, at] = z
                outcomes.effect[row, arm - 1, at] = effect
                outcomes.last[row, arm - 1] = at
                # Better is asked first: where both bounds meet, as they may at the last look, a z upon them is a
                # success. A z that is no number is neither, so a look that cannot be worked out decides nothing.
                if z >= rules.upper[at]:
                    outcomes.decision[row, arm - 1] = REJECTED
                    going -= 1
                elif z <= rules.futility[at]:
                    outcomes.decision[row, arm - 1] = FUTILE
                    going -= 1
            if going == 0 or at == looks - 1:
                break


@filling_kernel
def _entered(entries: Any, day: int) -> int:
    count = 0
    for person in range(entries.size):
        # Who enters on the very day of the look has been watched for none: not counted here, and in cell 0 of `_count`.
        count += entries[person] < day
    return count


@filling_kernel
def _days_of_looks(entries: Any, exits: Any, rules: Any, work: Any) -> None:
    """Fill the day of each look, and the events until then: the day on which their number is reached, or the end."""
    fine, coarse = work.fine, work.coarse
    fine[:] = 0
    coarse[:] = 0
    for person in range(entries.size):
        on = np.int64(entries[person]) + np.int64(exits[person] >> 1)
        event = exits[person] & 1
        fine[on] += event
        coarse[on >> COARSE_BITS] += event
    bucket, before = 0, 0
    for look in range(rules.wanted.size):
        # A look by date wants no number of events: it goes on until its day.
        until, wanted = rules.days[look], rules.wanted[look]
        by_date = wanted == 0
        while (bucket + 1) << COARSE_BITS <= until and (by_date or before + coarse[bucket] < wanted):
            before += coarse[bucket]
            bucket += 1
        # Day by day from here, in whole days as records are: several events of the day that reaches the number are all
        # counted, so a look may have more than it wanted.
        day = bucket << COARSE_BITS
        count = before + fine[day]
        while day < until and (by_date or count < wanted):
            day += 1
            count += fine[day]
        work.days[look], work.counts[look] = day, count


@filling_kernel
def _compare(entries: Any, exits: Any, groups: Any, arm: int, day: int, rules: Any, work: Any) -> Any:
    """The statistic and the effect of one arm against control at a look: positive z is in favour of the arm."""
    strata = rules.strata
    work.sums[:] = 0.0
    if rules.stratified:
        for stratum in range(strata):
            of_control, of_arm = stratum, arm * strata + stratum
            _count(entries, exits, groups[of_control], groups[of_control + 1], 0, day, work.cells)
            _count(entries, exits, groups[of_arm], groups[of_arm + 1], LANE_BITS, day, work.cells)
            people, others = groups[of_control + 1] - groups[of_control], groups[of_arm + 1] - groups[of_arm]
            _add_log_rank(people, others, day, rules, work)
    else:
        people, others = groups[strata] - groups[0], groups[(arm + 1) * strata] - groups[arm * strata]
        _count(entries, exits, groups[0], groups[strata], 0, day, work.cells)
        _count(entries, exits, groups[arm * strata], groups[(arm + 1) * strata], LANE_BITS, day, work.cells)
        if rules.restricted_days:
            return _difference_of_restricted_means(people, others, day, rules.restricted_days, work)
        _add_log_rank(people, others, day, rules, work)
    return _of_log_rank(rules.weights, work.sums)


@filling_kernel
def _count(entries: Any, exits: Any, start: int, stop: int, shift: int, day: Any, cells: Any) -> None:
    """Add people to the cells of the days on which they are last seen by the day of the look."""
    one = np.uint64(1) << np.uint64(shift)
    one_event = one << np.uint64(2 * LANE_BITS)
    for person in range(start, stop):
        # Who is not in yet is counted in cell 0, which is taken off before the first day.
        seen = max(day - np.int64(entries[person]), 0)
        days = np.int64(exits[person] >> 1)
        event = np.uint64(exits[person] & 1) & np.uint64(days <= seen)
        cells[min(days, seen)] += one + event * one_event


@filling_kernel
def _gather(people: int, others: int, last_day: int, work: Any) -> int:
    """Days with an event, one after the other: their cells and who is at risk; the cells are left empty."""
    exits = (np.uint64(1) << np.uint64(2 * LANE_BITS)) - np.uint64(1)
    cells, eventful, at_risk = work.cells, work.eventful, work.at_risk
    # Both arms in one subtraction: no lane borrows from the next, for no more people leave than there are.
    risk = (np.uint64(people) | (np.uint64(others) << np.uint64(LANE_BITS))) - (cells[0] & exits)
    # Emptied on the way, while they are at hand: the next comparison adds to the same cells.
    cells[0] = 0
    found = 0
    for day in range(1, last_day + 1):
        cell = cells[day]
        # Written whether or not there is an event, and written over where there is none: no branch to guess.
        eventful[found] = cell
        at_risk[found] = risk
        found += (cell >> np.uint64(2 * LANE_BITS)) != 0
        risk -= cell & exits
        cells[day] = 0
    return found


@filling_kernel
def _add_log_rank(people: int, others: int, last_day: int, rules: Any, work: Any) -> None:
    """Add to the sums of each weight, the first being 1: expected less observed events of the arm, and the variance."""
    found = _gather(people, others, last_day, work)
    lane = np.uint64((1 << LANE_BITS) - 1)
    weights, inverse, sums = rules.weights, rules.inverse, work.sums
    observed: Any = 0
    expected, variance, free = 0.0, 0.0, 1.0
    for at in range(found):
        cell, risk = work.eventful[at], work.at_risk[at]
        own = np.int64(cell >> np.uint64(3 * LANE_BITS))
        both = own + np.int64((cell >> np.uint64(2 * LANE_BITS)) & lane)
        n_own = np.int64(risk >> np.uint64(LANE_BITS))
        n = n_own + np.int64(risk & lane)
        share = n_own * inverse[n]
        # The last one at risk has the event for certain: the inverse of 0 is kept as 0.
        # By the others' own number, for 1 - share would not be 0 to the last bit where there are none.
        spread = both * share * (n - n_own) * inverse[n] * (n - both) * inverse[n - 1]
        observed += own
        expected += both * share
        variance += spread
        if weights.shape[0]:
            for one in range(weights.shape[0]):
                weight = _power(free, weights[one, 0]) * _power(1.0 - free, weights[one, 1])
                sums[one + 1, 0] += weight * (both * share - own)
                sums[one + 1, 1] += weight * weight * spread
            # After it was used: a weight may know only what came before the event, or z would not spread as its bound
            # takes for granted.
            free *= 1.0 - both * inverse[n]
    sums[0, 0] += expected - observed
    sums[0, 1] += variance


@filling_kernel
def _power(value: float, power: float) -> float:
    # The usual weights have no other powers than 0 and 1, and a general one would be taken at every day with an event.
    if power == 0.0:
        return 1.0
    if power == 1.0:
        return value
    return math.pow(max(value, 0.0), power)


@filling_kernel
def _of_log_rank(weights: Any, sums: Any) -> Any:
    """The largest z of the weights (of none: that of the log-rank test), and the log hazard ratio by one step."""
    if sums[0, 1] <= 0.0:
        return math.nan, math.nan
    # Less than 0 in favour of the arm, as logarithms of hazard ratios are, while z is more than 0 then.
    effect = -sums[0, 0] / sums[0, 1]
    if weights.shape[0] == 0:
        return sums[0, 0] / math.sqrt(sums[0, 1]), effect
    largest = -math.inf
    for one in range(1, weights.shape[0] + 1):
        if sums[one, 1] <= 0.0:
            # The bound is for the largest of all the weights. One that weighs late events has no variance where all
            # fell on one day; then there is no such largest.
            return math.nan, effect
        largest = max(largest, sums[one, 0] / math.sqrt(sums[one, 1]))
    return largest, effect


@filling_kernel
def _difference_of_restricted_means(people: int, others: int, last_day: int, horizon: int, work: Any) -> Any:
    """The arm's restricted mean less control's, in days, up to where both are known; z by Greenwood's variances."""
    cells = work.cells
    # Beyond the follow-up of either arm its curve would be made up, so that the trial compares fewer months than
    # planned.
    horizon = min(horizon, _known_until(cells, 0, last_day), _known_until(cells, 1, last_day))
    mean, variance = _restricted_mean(cells, 0, people, horizon, work)
    other_mean, other_variance = _restricted_mean(cells, 1, others, horizon, work)
    cells[: last_day + 1] = 0
    if horizon < 1 or variance + other_variance <= 0.0:
        return math.nan, math.nan
    return (other_mean - mean) / math.sqrt(variance + other_variance), other_mean - mean


@filling_kernel
def _known_until(cells: Any, lane: int, last_day: int) -> int:
    """The last day of follow-up of an arm; a curve that ends at 0 stays there, so it is known for ever."""
    mask = np.uint64((1 << LANE_BITS) - 1)
    day = last_day
    while day > 0 and (cells[day] >> np.uint64(lane * LANE_BITS)) & mask == 0:
        day -= 1
    exits = (cells[day] >> np.uint64(lane * LANE_BITS)) & mask
    events = (cells[day] >> np.uint64((lane + 2) * LANE_BITS)) & mask
    return np.iinfo(np.int64).max if day > 0 and exits == events else day


@filling_kernel
def _restricted_mean(cells: Any, lane: int, people: int, horizon: int, work: Any) -> Any:
    mask = np.uint64((1 << LANE_BITS) - 1)
    at_risk = people - np.int64((cells[0] >> np.uint64(lane * LANE_BITS)) & mask)
    free, area, since, found = 1.0, 0.0, 0, 0
    for day in range(1, min(horizon, cells.size - 1) + 1):
        exits = np.int64((cells[day] >> np.uint64(lane * LANE_BITS)) & mask)
        events = np.int64((cells[day] >> np.uint64((lane + 2) * LANE_BITS)) & mask)
        if events:
            area += free * (day - since)
            since = day
            free *= (at_risk - events) / at_risk
            # Where the curve falls to 0 there is no area to come, and Greenwood's term would divide by 0.
            if at_risk > events:
                work.areas[found] = area
                work.terms[found] = events / (at_risk * (at_risk - events))
                found += 1
        at_risk -= exits
    area += free * (horizon - since)
    # A second pass: each term is weighed by the area still to come, which is known only when the whole is.
    variance = 0.0
    for at in range(found):
        to_come = area - work.areas[at]
        variance += to_come * to_come * work.terms[at]
    return area, variance
