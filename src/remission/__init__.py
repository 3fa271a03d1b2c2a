"""Remission: an open observatory of multiple sclerosis treatment.

A cohort and an endpoint give an outcome; outcomes give estimates; estimates are exhibited. The names below are the
library's front door; each is imported when it is first used, so that `import remission` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from remission._version import __version__ as __version__
    from remission.cdisc.adtte import write_adtte
    from remission.cdisc.convert import convert_sdtm, load_sdtm
    from remission.comparison.compare import compare_groups
    from remission.comparison.write import write_comparison
    from remission.inputs.problems import InputProblems
    from remission.multiverse.files import load_multiverse
    from remission.multiverse.write import derive_multiverse, write_multiverse
    from remission.outcomes.changes import derive_changes
    from remission.outcomes.definitions.reading import load_endpoint
    from remission.outcomes.definitions.settings import load_changed_endpoint
    from remission.outcomes.evaluation import evaluate
    from remission.outcomes.explain import explain
    from remission.outcomes.load import check_cohort, load_cohort
    from remission.outcomes.partitioned import evaluate_partitioned, write_partitions
    from remission.records.cohort import Cohort
    from remission.report.definitions.library import endpoints
    from remission.report.event_free import estimate_event_free
    from remission.report.hazards.cox import cox
    from remission.report.models.competing import cumulative_incidence
    from remission.report.models.visits import npmle
    from remission.report.reproduce import reproduce
    from remission.report.write import write_report
    from remission.simulation.course.load import load_cohort_design
    from remission.simulation.course.write import simulate_cohort, write_virtual_cohort
    from remission.trials.design.load import load_trial_design
    from remission.trials.design.planned import plan_trial
    from remission.trials.design.report.write import write_trial_design
    from remission.trials.phase3.steps import what_remains
    from remission.trials.phase3.write import write_phase3

__all__ = [
    "Cohort",
    "InputProblems",
    "check_cohort",
    "compare_groups",
    "convert_sdtm",
    "cox",
    "cumulative_incidence",
    "derive_changes",
    "derive_multiverse",
    "endpoints",
    "estimate_event_free",
    "evaluate",
    "evaluate_partitioned",
    "explain",
    "load_changed_endpoint",
    "load_cohort",
    "load_cohort_design",
    "load_endpoint",
    "load_multiverse",
    "load_sdtm",
    "load_trial_design",
    "npmle",
    "plan_trial",
    "reproduce",
    "simulate_cohort",
    "what_remains",
    "write_adtte",
    "write_comparison",
    "write_multiverse",
    "write_partitions",
    "write_phase3",
    "write_report",
    "write_trial_design",
    "write_virtual_cohort",
]

_ROOMS = {
    "__version__": "remission._version",
    "Cohort": "remission.records.cohort",
    "InputProblems": "remission.inputs.problems",
    "check_cohort": "remission.outcomes.load",
    "compare_groups": "remission.comparison.compare",
    "convert_sdtm": "remission.cdisc.convert",
    "cumulative_incidence": "remission.report.models.competing",
    "cox": "remission.report.hazards.cox",
    "derive_changes": "remission.outcomes.changes",
    "derive_multiverse": "remission.multiverse.write",
    "endpoints": "remission.report.definitions.library",
    "estimate_event_free": "remission.report.event_free",
    "evaluate": "remission.outcomes.evaluation",
    "evaluate_partitioned": "remission.outcomes.partitioned",
    "explain": "remission.outcomes.explain",
    "load_changed_endpoint": "remission.outcomes.definitions.settings",
    "load_cohort": "remission.outcomes.load",
    "load_endpoint": "remission.outcomes.definitions.reading",
    "load_multiverse": "remission.multiverse.files",
    "load_sdtm": "remission.cdisc.convert",
    "npmle": "remission.report.models.visits",
    "reproduce": "remission.report.reproduce",
    "write_adtte": "remission.cdisc.adtte",
    "write_comparison": "remission.comparison.write",
    "write_multiverse": "remission.multiverse.write",
    "write_partitions": "remission.outcomes.partitioned",
    "write_report": "remission.report.write",
    "load_cohort_design": "remission.simulation.course.load",
    "simulate_cohort": "remission.simulation.course.write",
    "write_virtual_cohort": "remission.simulation.course.write",
    "load_trial_design": "remission.trials.design.load",
    "plan_trial": "remission.trials.design.planned",
    "write_trial_design": "remission.trials.design.report.write",
    "what_remains": "remission.trials.phase3.steps",
    "write_phase3": "remission.trials.phase3.write",
}


def __getattr__(name: str) -> object:
    if name not in _ROOMS:
        raise AttributeError(f"remission has no '{name}'; it has {', '.join(__all__)}")
    return getattr(import_module(_ROOMS[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
