"""A plan as what the kernels look up: chances of each day, exact to one in 2^32, and the rules of analysis."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remission.simulation.months import day_of
from remission.simulation.trials.kernel import COARSE_BITS, Rules, Tables, Workspace
from remission.simulation.trials.plan import LOG_RANK, TrialArm, TrialPlan, TrialStratum, people_by_arm
from remission.stats.horizons import MONTH_DAYS

WORD_BITS = 32


class Prepared(NamedTuple):
    """A plan as arrays: what a worker makes once and uses for all its blocks."""

    tables: Tables
    rules: Rules


@lru_cache(maxsize=8)
def prepare(plan: TrialPlan) -> Prepared:
    """The tables and rules of a plan; kept, for a worker is given many blocks of one plan."""
    sizes = [people_by_arm(arm.people, [stratum.share for stratum in plan.strata]) for arm in plan.arms]
    groups = np.concatenate(([0], np.cumsum(np.ravel(sizes)))).astype(np.int64)
    # Two exits for each day, lost or with the event, and one for who is there at the end.
    bits = _bits(2 * (plan.end_day + 1) + 1)
    exits = np.stack(
        [look_up_table(exit_chances(arm, stratum, plan.end_day), bits) for arm in plan.arms for stratum in plan.strata]
    )
    entry_bits = _bits(plan.accrual_days)
    entries = look_up_table(entry_chances(plan), entry_bits)
    return Prepared(Tables(groups, exits, bits, entries, entry_bits), _rules(plan))


def entry_chances(plan: TrialPlan) -> NDArray[np.float64]:
    """The chance to enter on each day from the first one on, shape (accrual_days,)."""
    # Accrual stops when all are in, be it within a day.
    ends = np.minimum(np.arange(plan.accrual_days + 1) / MONTH_DAYS, plan.accrual.until(plan.people))
    return np.diff(plan.accrual.entered(ends)) / plan.people


def exit_chances(arm: TrialArm, stratum: TrialStratum, last_day: int) -> NDArray[np.float64]:
    """The chance of each exit, shape (2 last_day + 3,): on day d lost at 2 d, with the event at 2 d + 1.

    The first is day 1, that of what happens within 24 hours; neither by the last day is the last one. Which of two
    things that fall on one day came first is in the chance: within a piece of constant hazards by their ratio.
    """
    days = np.arange(last_day + 1) / MONTH_DAYS
    # A hazard may change within a day: then the day is made of parts.
    edges = np.unique(np.concatenate((days, arm.hazard.starts, arm.dropout.starts)))
    edges = edges[edges <= days[-1]]
    events = np.diff(arm.hazard.cumulative(edges)) * stratum.factor
    lost = np.diff(arm.dropout.cumulative(edges))
    both = events + lost
    here = np.exp(-np.concatenate(([0.0], np.cumsum(both))))
    # By expm1, for the hazard of one day is small and 1 - exp() of it would lose most of its digits.
    leaving = here[:-1] * -np.expm1(-both)
    share = np.divide(events, both, out=np.zeros_like(both), where=both > 0)
    day = np.searchsorted(days, edges[1:], side="left")
    chances = np.zeros(2 * last_day + 3)
    # `add.at`, because a day made of parts is named several times, and += would keep the last of them only.
    np.add.at(chances, 2 * day + 1, leaving * share)
    np.add.at(chances, 2 * day, leaving * (1 - share))
    # As if lost on the day after the last: every look comes before it, so kernels need no third kind of exit.
    chances[2 * (last_day + 1)] = here[-1]
    return chances


def look_up_table(chances: NDArray[np.float64], bits: int) -> NDArray[np.uint32]:
    """Of 2^bits slots each one's threshold above the number that it shares with (Walker's aliases, in whole numbers).

    Of all 2^32 halves of a word, round(chance 2^32) lead to each number but for rounding that adds up to 0.
    """
    # Sums are rounded and then taken apart: rounded one by one, the chances would not add up to 2^32, and the filling
    # below would run out of slots that have some to give.
    wanted = np.diff(np.rint(np.cumsum(np.concatenate(([0.0], chances))) / chances.sum() * 2.0**WORD_BITS))
    room = 1 << (WORD_BITS - bits)
    left = [int(one) for one in wanted] + [0] * ((1 << bits) - wanted.size)
    table = np.zeros(len(left), dtype=np.uint32)
    short = [slot for slot, count in enumerate(left) if count < room]
    long = [slot for slot, count in enumerate(left) if count >= room]
    while short:
        slot = short.pop()
        other = long[-1]
        table[slot] = (left[slot] << bits) | other
        left[other] -= room - left[slot]
        if left[other] < room:
            short.append(long.pop())
    # What is left has a slot of its own, which it shares with itself.
    # Its threshold, a whole slot, would not fit into the bits there are.
    table[long] = long
    return table


def _bits(numbers: int) -> int:
    return max(1, math.ceil(math.log2(numbers)))


def _rules(plan: TrialPlan) -> Rules:
    by_events = plan.looks[0].events is not None
    days = [plan.end_day if look.month is None else day_of(look.month) for look in plan.looks]
    upper = [math.inf if look.upper is None else look.upper for look in plan.looks]
    futility = [-math.inf if look.futility is None else look.futility for look in plan.looks]
    return Rules(
        strata=len(plan.strata),
        stratified=plan.stratified,
        wanted=np.array([look.events if by_events else 0 for look in plan.looks], dtype=np.int64),
        days=np.array(days, dtype=np.int64),
        upper=np.array(upper),
        futility=np.array(futility),
        # The plain log-rank test is always worked out, for its hazard ratio: it needs no weights.
        weights=np.array(() if plan.weights == LOG_RANK else plan.weights, dtype=np.float64).reshape(-1, 2),
        restricted_days=day_of(plan.restricted_mean_month or 0),
        # Made once a plan, because kernels would otherwise divide several times at every day with an event.
        inverse=np.concatenate(([0.0], 1 / np.arange(1, plan.people + 1))),
    )


def new_workspace(plan: TrialPlan) -> Workspace:
    """Empty arrays for one thread."""
    # The last one to enter may stay to the day after the last: compiled kernels write there without looking whether
    # there is room.
    days = plan.end_day + plan.accrual_days + 2
    seen, looks = plan.end_day + 2, len(plan.looks)
    return Workspace(
        fine=np.zeros(days, dtype=np.int16),
        coarse=np.zeros((days >> COARSE_BITS) + 1, dtype=np.int16),
        cells=np.zeros(seen, dtype=np.uint64),
        eventful=np.zeros(seen, dtype=np.uint64),
        at_risk=np.zeros(seen, dtype=np.uint64),
        areas=np.zeros(seen),
        terms=np.zeros(seen),
        sums=np.zeros((len(plan.weights) + 1, 2)),
        days=np.zeros(looks, dtype=np.int64),
        counts=np.zeros(looks, dtype=np.int64),
    )
