"""The shipped designs of trials, computed and played once for all tests of a process."""

from __future__ import annotations

from functools import cache

from remission.inputs.strict_records import read_toml
from remission.library.catalogue import library_files
from remission.trials.design.load import FOLDER, load_trial_design, trial_design_names
from remission.trials.design.planned import Planned, plan_trial

TRIALS = 500
# Each design of the library as its file says it, before it is read.
DESIGNS_AS_WRITTEN = {path.stem: read_toml(path) for path in library_files(FOLDER, ".toml")}


@cache
def planned_trials() -> dict[str, Planned]:
    """Each design of the library by its name, with few trials."""
    return {name: plan_trial(load_trial_design(name), TRIALS, seed=1) for name in trial_design_names()}
