"""The plan of a trial of time to an event: who enters when, what happens to them, and when and how one looks.

Times are in months of 30.4375 days and hazards per month, as designs are written; trials are played on days.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from remission.inputs.problems import InputProblems, Problem
from remission.simulation.months import day_of
from remission.stats.horizons import MONTH_DAYS
from remission.stats.sample_size.calendar import Accrual, PiecewiseHazard

HERE = "TrialPlan()"
# An exit is a day and a kind in 16 bits, and 30,000 events may fall on one day.
MOST_DAYS = 32_000
MOST_PEOPLE = 30_000
# The pair (0, 0) weighs every event alike, which is the log-rank test itself.
LOG_RANK: tuple[tuple[float, float], ...] = ((0.0, 0.0),)
HAIR = 1e-9
NO_DROPOUT = PiecewiseHazard((0.0,), (0.0,))


@dataclass(frozen=True)
class TrialArm:
    """One arm: how many people, the hazard of their event and that of being lost, each per month of their own time.

    Delayed, waning and crossing effects are hazards by pieces.
    """

    name: str
    people: int
    hazard: PiecewiseHazard
    dropout: PiecewiseHazard = NO_DROPOUT


@dataclass(frozen=True)
class TrialStratum:
    """A share of each arm, whose hazards of the event are so many times those of the arm."""

    name: str
    share: float
    factor: float


@dataclass(frozen=True)
class Look:
    """An analysis, on the day when so many `events` have happened in all arms together, or in a `month` of the trial.

    upper: an arm is better than control where z is at least this; None: this look cannot say so.
    futility: an arm is given up where z is at most this; None: this look cannot give up.
    """

    upper: float | None
    events: int | None = None
    month: float | None = None
    futility: float | None = None


@dataclass(frozen=True)
class TrialPlan:
    """A trial to be played, its first arm being control; InputProblems with everything that is wrong with it.

    Everyone's day of entry is drawn by itself from `accrual` until all are in. People are told off to strata in equal
    shares of each arm. Each further arm is compared with control for itself, and is done with once it is better or
    given up; the trial ends with the last arm, with the last look, or at `end_month`. Where too few events have
    happened by then, the last analysis is made then, by the bounds of the last look.

    weights: pairs (rho, gamma) of Fleming and Harrington: one is a weighted log-rank test, of several the largest z
    counts (max-combo); bounds are the caller's. restricted_mean_month: instead compare mean months free of the event.
    stratified: add up the log-rank tests of the strata.
    Fleming & Harrington 1981, doi:10.1080/03610928108828073.

    >>> control, treated = PiecewiseHazard((0.0,), (0.02,)), PiecewiseHazard((0.0,), (0.01,))
    >>> arms = (TrialArm("control", 100, control), TrialArm("treated", 100, treated))
    >>> plan = TrialPlan(arms, Accrual((0.0,), (20.0,)), (Look(1.96, events=60),), end_month=60)
    >>> plan.people, plan.accrual_days, plan.end_day, plan.test
    (200, 305, 1826, 'log-rank')
    """

    arms: tuple[TrialArm, ...]
    accrual: Accrual
    looks: tuple[Look, ...]
    end_month: float
    strata: tuple[TrialStratum, ...] = (TrialStratum("all", 1.0, 1.0),)
    stratified: bool = False
    weights: tuple[tuple[float, float], ...] = LOG_RANK
    restricted_mean_month: float | None = None

    def __post_init__(self) -> None:
        problems = [*_of_arms(self), *_of_looks(self), *_of_strata(self), *_of_test(self)]
        if problems:
            raise InputProblems(problems)

    @property
    def people(self) -> int:
        """In all arms together."""
        return sum(arm.people for arm in self.arms)

    @property
    def accrual_days(self) -> int:
        """Days until the last one is in, the day begun counted whole."""
        # What is a whole day but for rounding is not one day more.
        return max(1, math.ceil(self.accrual.until(self.people) * MONTH_DAYS - 1e-9))

    @property
    def end_day(self) -> int:
        """The last day on which anything is seen."""
        return day_of(self.end_month)

    @property
    def test(self) -> str:
        """What arms are compared by, in words."""
        stratified = "stratified " if self.stratified else ""
        if self.restricted_mean_month is not None:
            return f"restricted mean to month {self.restricted_mean_month:g}"
        if self.weights == LOG_RANK:
            return f"{stratified}log-rank"
        named = ", ".join(f"({rho:g}, {gamma:g})" for rho, gamma in self.weights)
        return f"{stratified}max-combo {named}" if len(self.weights) > 1 else f"{stratified}weighted log-rank {named}"


def two_arms(people: int, allocation: float) -> tuple[int, int]:
    """So many people told off to a control and a treated arm, `allocation` treated for each control.

    >>> two_arms(500, 0.5)
    (333, 167)
    """
    control, treated = people_by_arm(people, (1.0, allocation))
    return control, treated


def people_by_arm(people: int, allocation: Sequence[float]) -> tuple[int, ...]:
    """So many people told off to arms in this ratio: whole numbers whose sum is right, the largest parts rounded up.

    >>> people_by_arm(500, (2, 1))
    (333, 167)
    """
    exact = [people * part / sum(allocation) for part in allocation]
    told = [math.floor(one) for one in exact]
    # Of parts that are alike the first are rounded up, for sorting keeps their order: the same plan always has the same
    # people in each arm.
    for place in sorted(range(len(exact)), key=lambda one: told[one] - exact[one])[: people - sum(told)]:
        told[place] += 1
    return tuple(told)


def _problem(key: str, found: object, allowed: str, do: str) -> Problem:
    return Problem.at_key(HERE, key, found=str(found), allowed=allowed, do=do)


def _of_arms(plan: TrialPlan) -> Iterator[Problem]:
    if len(plan.arms) < 2:
        yield _problem("arms", len(plan.arms), "control and at least one other", "Add an arm.")
    names = [arm.name for arm in plan.arms]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield _problem("arms", f"{name} {names.count(name)} times", "each name once", "Give each arm its own name.")
    for arm in plan.arms:
        if arm.people < 1:
            yield _problem(f"arms.{arm.name}.people", arm.people, "1 or more", "Say how many people are in this arm.")
        yield from _of_hazard(f"arms.{arm.name}.hazard", arm.hazard)
        yield from _of_hazard(f"arms.{arm.name}.dropout", arm.dropout)
    if not any(rate > 0 for arm in plan.arms for rate in arm.hazard.rates):
        yield _problem("arms", "no hazard above 0", "an event in at least one arm",
                       "Give an arm a hazard: without events there is nothing to compare.")  # fmt: skip
    if plan.people > MOST_PEOPLE:
        yield _problem("arms", f"{plan.people:,} people", f"at most {MOST_PEOPLE:,}", "Plan a smaller trial.")
    yield from _of_accrual(plan)


def _of_hazard(key: str, hazard: PiecewiseHazard) -> Iterator[Problem]:
    for rate in hazard.rates:
        if not 0 <= rate < math.inf:
            yield _problem(key, rate, "0 or more per month", "Hazards below 0 do not exist: correct it.")
    yield from _of_starts(key, hazard.starts)


def _of_starts(key: str, starts: tuple[float, ...]) -> Iterator[Problem]:
    if not starts or starts[0] != 0 or any(not one < other for one, other in pairwise(starts)):
        yield _problem(f"{key}.starts", starts, "0 first, then rising months", "Put the pieces in order.")


def _of_accrual(plan: TrialPlan) -> Iterator[Problem]:
    if plan.people < 1:
        return
    try:
        last = plan.accrual.until(plan.people)
    except ValueError as error:
        last, found = math.inf, str(error)
    else:
        found = f"everybody in at month {last:g}"
    # So asked that what is no number is refused too. And a day of entry then fits into the bits of a day of exit.
    # Months are rounded: what ends on the last day may seem to end a hair after it.
    if not last <= plan.end_month + HAIR:
        yield _problem("accrual", found, f"all {plan.people:,} people in by the end, month {plan.end_month:g}",
                       "Let people enter faster or for longer, take fewer, or end later.")  # fmt: skip


def _of_looks(plan: TrialPlan) -> Iterator[Problem]:
    if not 0 < plan.end_month * MONTH_DAYS <= MOST_DAYS:
        yield _problem("end_month", plan.end_month, f"above 0, at most {MOST_DAYS / MONTH_DAYS:,.0f}", "Correct it.")
    if not plan.looks:
        yield _problem("looks", "none", "at least one", "Say when the trial is analysed.")
    for number, look in enumerate(plan.looks, 1):
        yield from _of_look(f"looks.{number}", look, plan)
    for name in ("events", "month"):
        times = [getattr(look, name) for look in plan.looks]
        told = [time for time in times if time is not None]
        # Kernels know looks by date by their wanting no events, and the rules they get take the first look for all.
        if told and len(told) < len(times):
            yield _problem("looks", f"{len(told)} of {len(times)} by {name}", "all by events or all by month",
                           "Plan every look in the same way.")  # fmt: skip
        elif any(not one < other for one, other in pairwise(told)):
            yield _problem("looks", f"{name} {', '.join(f'{one:g}' for one in told)}", "each later than the one before",
                           "Put the looks in order.")  # fmt: skip


def _of_look(key: str, look: Look, plan: TrialPlan) -> Iterator[Problem]:
    if (look.events is None) == (look.month is None):
        found = "neither events nor month" if look.events is None else "events and month"
        yield _problem(key, found, "one of the two", "Say when this look is made.")
    # A number that is never reached would leave every look but the last unmade.
    if look.events is not None and not 1 <= look.events <= max(plan.people, 1):
        yield _problem(f"{key}.events", look.events, f"1 to {plan.people:,}, the people of the trial",
                       "Look at a number of events that can be reached.")  # fmt: skip
    if look.month is not None and not 0 < look.month <= plan.end_month:
        yield _problem(
            f"{key}.month", look.month, f"above 0, up to the end at {plan.end_month:g}", "Correct the month."
        )
    for name, bound in (("upper", look.upper), ("futility", look.futility)):
        # No z is at least or at most what is no number: the look would never decide, without a word. An infinite bound
        # says so on purpose.
        if bound is not None and math.isnan(bound):
            yield _problem(f"{key}.{name}", bound, "a bound for z, or None for none", "Correct the bound.")
    # A z between crossed bounds would be better and to be given up at once.
    if look.upper is not None and look.futility is not None and look.futility > look.upper:
        yield _problem(f"{key}.futility", look.futility, f"at most the upper bound, {look.upper:g}", "Lower it.")


def _of_strata(plan: TrialPlan) -> Iterator[Problem]:
    shares = [stratum.share for stratum in plan.strata]
    # Within rounding, for shares written in decimals need not add up to 1 to the last bit.
    if not shares or not all(share > 0 for share in shares) or not math.isclose(sum(shares), 1, abs_tol=1e-9):
        yield _problem("strata", f"shares {', '.join(f'{share:g}' for share in shares)}",
                       "shares above 0 that add up to 1", "Correct the shares.")  # fmt: skip
    for stratum in plan.strata:
        if not 0 < stratum.factor < math.inf:
            yield _problem(f"strata.{stratum.name}.factor", stratum.factor, "above 0", "Correct the factor.")


def _of_test(plan: TrialPlan) -> Iterator[Problem]:
    powers = [power for pair in plan.weights for power in pair]
    if not plan.weights or not all(0 <= power < math.inf for power in powers):
        yield _problem("weights", plan.weights, "at least one pair of numbers, 0 or more", "Correct the weights.")
    month = plan.restricted_mean_month
    if month is None:
        return
    if not 0 < month <= plan.end_month:
        yield _problem("restricted_mean_month", month, f"above 0, up to the end at {plan.end_month:g}", "Correct it.")
    # A kernel would carry out one of the two and pass over the other without a word.
    if plan.stratified or plan.weights != LOG_RANK:
        yield _problem("restricted_mean_month", f"{month:g} with strata or weights of a log-rank test", "one test",
                       "Choose the restricted mean or the log-rank test.")  # fmt: skip
