"""Simulated trials: how often the arm is better at each look, and when the looks are made."""

from __future__ import annotations

import math
from functools import cache

from pins import Answer, Inputs, Tolerance
from remission.simulation.trials.plan import Look, TrialArm, TrialPlan
from remission.simulation.trials.results import LookSummary
from remission.simulation.trials.run import simulate_trials
from remission.stats.sample_size.calendar import Accrual, PiecewiseHazard

# 3 sqrt(0.25 / 80,000 + 0.25 / 100,000) is 0.0071: one half, the widest of shares. `within` has each for itself.
TOLERANCE = Tolerance(0.0071, "both simulate, each with its own draws: three Monte-Carlo errors of what they differ in")
ERRORS, TRIALS, THEIR_TRIALS, SEED = 3, 80_000, 100_000, 1050
HALF = PiecewiseHazard.constant(math.log(2) / 36)
DELAYED = PiecewiseHazard((0.0, 6.0), (math.log(2) / 36, math.log(2) / 72))
DROPOUT = PiecewiseHazard.constant(-math.log(0.95) / 12)
# Their people enter at even steps, the first a whole step after the start: half a step later than ours do on average.
# So nobody enters for half a step.
EVEN, RAMP = Accrual((0.0, 12 / 500), (0.0, 500 / 24)), Accrual((0.0, 1 / 20, 6.0), (0.0, 10.0, 25.0))
FIXED = (Look(1.959963984540054, events=200),)
LAN_DEMETS = (2.96258804273, 2.35901770741, 2.01408367604)
THREE = tuple(Look(bound, events=events) for bound, events in zip(LAN_DEMETS, (100, 150, 200), strict=True))
DESIGNS = {
    "fixed": ((250, 250), HALF.times(0.65), EVEN, FIXED),
    "three looks": ((250, 250), HALF.times(0.65), EVEN, THREE),
    "delayed": ((250, 250), DELAYED, EVEN, FIXED),
    "ramp, 2 to 1": ((170, 340), HALF.times(0.65), RAMP, FIXED),
}


def ours(_: Inputs, name: str, what: str) -> Answer:
    """Our answer, as to `fixed|better by look`."""
    if what == "month of look":
        return [one.months.value for one in _played(name)]
    return [one.rejected.value for one in _played(name)]


def within(key: str, theirs: Answer) -> float:
    """Three errors of the widest of these shares; of months a share of the month, as differences above 1 are."""
    name, what = key.split("|")
    if what == "month of look":
        looks = zip(_played(name), theirs, strict=True)
        # As many of theirs reach a look, in proportion, as of ours.
        return ERRORS * max(look.months.error * math.sqrt(1 + TRIALS / THEIR_TRIALS) / month for look, month in looks)
    return ERRORS * max(math.sqrt(p * (1 - p) * (1 / TRIALS + 1 / THEIR_TRIALS)) for p in theirs)


@cache
def _played(name: str) -> list[LookSummary]:
    (control, treated), hazard, accrual, looks = DESIGNS[name]
    arms = (TrialArm("control", control, HALF, DROPOUT), TrialArm("treated", treated, hazard, DROPOUT))
    # Theirs go on until the events are there.
    played = simulate_trials(TrialPlan(arms, accrual, looks, end_month=150), TRIALS, SEED)
    return [one for one in played.by_look() if one.look is not None]
