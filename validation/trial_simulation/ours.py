"""Simulated trials: how often the arm is better at each look, and when the looks are made."""

from __future__ import annotations

import math
from functools import cache

from pins import Answer, Inputs, Tolerance
from remission.simulation.trials.plan import Look, TrialArm, TrialPlan
from remission.simulation.trials.results import LookSummary
from remission.simulation.trials.run import simulate_trials
from remission.stats.sample_size.calendar import Accrual, PiecewiseHazard

# Their people enter at even times, the first a whole step after the start, and ours by chance: months differ by half a
# step, 0.024. Of 30,000 trials of ours and 100,000 of theirs the error of one half is 0.0033.
TOLERANCE = Tolerance(0.01, "both simulate, each with its own draws: three Monte-Carlo errors at the widest")
TRIALS, SEED = 30_000, 1050
HALF = PiecewiseHazard.constant(math.log(2) / 36)
DELAYED = PiecewiseHazard((0.0, 6.0), (math.log(2) / 36, math.log(2) / 72))
DROPOUT = PiecewiseHazard.constant(-math.log(0.95) / 12)
EVEN, RAMP = Accrual((0.0,), (500 / 24,)), Accrual((0.0, 6.0), (10.0, 25.0))
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
    looks = [one for one in _played(name) if one.look is not None]
    if what == "month of look":
        return [one.months.value for one in looks]
    return [one.rejected.value for one in looks]


@cache
def _played(name: str) -> list[LookSummary]:
    (control, treated), hazard, accrual, looks = DESIGNS[name]
    arms = (TrialArm("control", control, HALF, DROPOUT), TrialArm("treated", treated, hazard, DROPOUT))
    # Theirs go on until the events are there.
    return simulate_trials(TrialPlan(arms, accrual, looks, end_month=150), TRIALS, SEED).by_look()
