"""Plans of trials for tests, and their plain twin: one trial at a time, analysed by the functions for records."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from remission.simulation.trials.plan import LOG_RANK, Look, TrialArm, TrialPlan, TrialStratum, day_of
from remission.simulation.trials.tables import Prepared
from remission.stats.sample_size.calendar import Accrual, PiecewiseHazard
from remission.stats.survival.kaplan_meier import kaplan_meier
from remission.stats.survival.logrank import events_by_group
from remission.stats.survival.restricted_mean import restricted_mean

MEDIAN_OF_36 = PiecewiseHazard.constant(math.log(2) / 36)
WEIGHTS = (LOG_RANK, LOG_RANK, ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (0.5, 2.0)), ((0.0, 1.0),), LOG_RANK)
FIVE_PER_CENT_A_YEAR = PiecewiseHazard.constant(-math.log(0.95) / 12)


def two_arms(ratio: float = 0.65, looks: tuple[Look, ...] = (Look(1.959964, events=200),), **changes: Any) -> TrialPlan:
    """500 people in 24 months, followed for 60, of whom 5 % a year are lost."""
    arms = (
        TrialArm("control", 250, MEDIAN_OF_36, FIVE_PER_CENT_A_YEAR),
        TrialArm("treated", 250, MEDIAN_OF_36.times(ratio), FIVE_PER_CENT_A_YEAR),
    )
    plan = {"arms": arms, "accrual": Accrual((0.0,), (500 / 24,)), "looks": looks, "end_month": 60.0}
    return TrialPlan(**(plan | changes))


def many_plans(random: np.random.Generator) -> TrialPlan:
    """Any small plan: so short that ties, ends without events, and days on which nobody is left are common."""
    pick = random.integers
    arms = tuple(
        TrialArm(f"arm {number}", int(pick(2, 25)), _any_hazard(random, 0.5), _any_hazard(random, 0.1))
        for number in range(pick(2, 4))
    )
    people = sum(arm.people for arm in arms)
    if random.random() < 0.5:
        events = np.unique(pick(1, people, size=3)).tolist()
        looks = tuple(Look(1.5, events=one, futility=-0.5) for one in events)
    else:
        looks = tuple(Look(1.5, month=one, futility=-0.5) for one in np.unique(random.random(3) * 3 + 0.1).tolist())
    kind = pick(5)
    # Accrual that ends within a day, and changes on the way.
    accrual = Accrual((0.0, 0.3), (people * 0.7, people * 0.7 + 3.0))
    return TrialPlan(
        arms,
        accrual,
        looks,
        end_month=4.0,
        strata=(TrialStratum("a", 0.4, 1.0), TrialStratum("b", 0.6, 2.5)),
        stratified=bool(kind == 1 or (kind == 2 and pick(2))),
        weights=WEIGHTS[kind],
        restricted_mean_month=2.0 if kind == 4 else None,
    )


def _any_hazard(random: np.random.Generator, highest: float) -> PiecewiseHazard:
    return PiecewiseHazard((0.0, float(random.random()) + 0.1), tuple((random.random(2) * highest * 2).tolist()))


class People(NamedTuple):
    """Everybody of one trial."""

    arm: NDArray[np.int64]
    stratum: NDArray[np.int64]
    entry: NDArray[np.int64]
    exit: NDArray[np.int64]
    event: NDArray[np.bool_]

    @classmethod
    def of(cls, words: NDArray[np.uint64], prepared: Prepared) -> People:
        """The people whom one trial's words stand for."""
        tables, strata = prepared.tables, prepared.rules.strata
        group = np.repeat(np.arange(tables.groups.size - 1), np.diff(tables.groups))
        entry = [_looked_up(int(word) % 2**32, tables.entries, tables.entry_bits) for word in words]
        leave = np.array([
            _looked_up(int(word) // 2**32, tables.exits[row], tables.exit_bits)
            for word, row in zip(words, group, strict=True)
        ])  # fmt: skip
        return cls(group // strata, group % strata, np.array(entry), leave // 2, leave % 2 == 1)

    def seen_by(self, day: int) -> People:
        """Those who are in by a day of the trial, as they are known on it."""
        known = np.maximum(day - self.entry, 0)
        event = self.event & (self.exit <= known)
        everyone = (self.arm, self.stratum, self.entry, np.minimum(self.exit, known), event)
        return People(*(part[known > 0] for part in everyone))


def _looked_up(half: int, table: NDArray[np.uint32], bits: int) -> int:
    slot, rest = divmod(half, 2 ** (32 - bits))
    threshold, other = divmod(int(table[slot]), 2**bits)
    return slot if rest < threshold else other


class Seen(NamedTuple):
    """One look at one arm."""

    day: int
    events: int
    people: int
    z: float
    effect: float


def plain_trial(people: People, plan: TrialPlan) -> list[list[tuple[int, Seen]]]:
    """Of each further arm the looks that are made, each with its number, until it is done with."""
    looks: list[list[tuple[int, Seen]]] = [[] for _ in plan.arms[1:]]
    done: set[int] = set()
    dates = sorted((people.entry + people.exit)[people.event].tolist())
    for number, look in enumerate(plan.looks):
        if look.events is None:
            day, at = day_of(look.month or 0), number
        else:
            reached = len(dates) >= look.events and dates[look.events - 1] <= plan.end_day
            day, at = (dates[look.events - 1], number) if reached else (plan.end_day, len(plan.looks) - 1)
        seen, rule = people.seen_by(day), plan.looks[at]
        for arm in range(1, len(plan.arms)):
            if arm in done:
                continue
            z, effect = plain_test(seen, arm, plan)
            looks[arm - 1].append((at, Seen(day, sum(date <= day for date in dates), seen.arm.size, z, effect)))
            if z >= (rule.upper or math.inf) or z <= (-math.inf if rule.futility is None else rule.futility):
                done.add(arm)
        if len(done) == len(plan.arms) - 1 or at == len(plan.looks) - 1:
            break
    return looks


def plain_test(seen: People, arm: int, plan: TrialPlan) -> tuple[float, float]:
    """z and effect by the functions for records, or by loops where there are none."""
    both = np.isin(seen.arm, (0, arm))
    of = People(*(part[both] for part in seen))
    if np.unique(of.arm).size < 2:
        return math.nan, math.nan
    if plan.restricted_mean_month is not None:
        return _restricted(of, day_of(plan.restricted_mean_month))
    stratum = of.stratum if plan.stratified else np.zeros_like(of.stratum)
    counts = events_by_group(of.exit, of.event, of.arm, strata=stratum)
    variance = counts.covariance[1, 1]
    if not variance > 0:
        return math.nan, math.nan
    effect = (counts.observed[1] - counts.expected[1]) / variance
    z = [_weighted(of, stratum, rho, gamma) for rho, gamma in plan.weights]
    return math.nan if np.isnan(z).any() else max(z), effect


def _weighted(of: People, strata: NDArray[np.int64], rho: float, gamma: float) -> float:
    less, variance = 0.0, 0.0
    for stratum in np.unique(strata):
        free = 1.0
        exit, event, own = (part[strata == stratum] for part in (of.exit, of.event, of.arm > 0))
        for day in np.unique(exit[event]):
            at_risk, now = exit >= day, (exit == day) & event
            n, m, d, e = at_risk.sum(), (at_risk & own).sum(), now.sum(), (now & own).sum()
            weight = (free**rho if rho else 1.0) * ((1 - free) ** gamma if gamma else 1.0)
            less += weight * (d * m / n - e)
            variance += weight**2 * d * m * (n - m) * (n - d) / n**2 / max(n - 1, 1)
            free *= 1 - d / n
    return less / math.sqrt(variance) if variance > 0 else math.nan


def _restricted(of: People, wanted: int) -> tuple[float, float]:
    curves = [kaplan_meier(of.exit[own], of.event[own]) for own in (of.arm == 0, of.arm > 0)]
    horizon = int(min(wanted, *(curve.known_until for curve in curves)))
    if horizon < 1:
        return math.nan, math.nan
    (mean, error), (other, others) = (restricted_mean(curve, horizon) for curve in curves)
    if not error**2 + others**2 > 0:
        return math.nan, math.nan
    return (other - mean) / math.hypot(error, others), other - mean
