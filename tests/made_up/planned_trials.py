"""The shipped designs of trials, computed and played once for all tests of a process."""

from __future__ import annotations

from functools import cache

from remission.trials.design.load import load_trial_design, trial_design_names
from remission.trials.design.planned import Planned, plan_trial

TRIALS = 500


@cache
def planned_trials() -> dict[str, Planned]:
    """Each design of the library by its name, with few trials."""
    return {name: plan_trial(load_trial_design(name), TRIALS, seed=1) for name in trial_design_names()}
