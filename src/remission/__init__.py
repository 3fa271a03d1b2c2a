"""Remission: an open observatory of multiple sclerosis treatment.

A cohort and an endpoint give an outcome; outcomes give estimates; estimates are exhibited. The names below are the
library's front door; each is imported when it is first used, so that `import remission` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from remission.analyses.adtte import write_adtte
    from remission.analyses.convert import convert_sdtm, load_sdtm
    from remission.analyses.event_free import estimate_event_free
    from remission.analyses.explain import explain
    from remission.analyses.load import check_cohort, load_cohort
    from remission.analyses.multiverse import derive_multiverse, write_multiverse
    from remission.analyses.multiverse_files import load_multiverse
    from remission.analyses.partitioned import evaluate_partitioned, write_partitions
    from remission.analyses.report import write_report
    from remission.analyses.reproduce import reproduce
    from remission.outcomes.changes import derive_changes
    from remission.outcomes.endpoint_files import load_endpoint
    from remission.outcomes.evaluation import evaluate
    from remission.records.problems import InputProblems

__version__ = "0.1.0"
__all__ = [
    "InputProblems",
    "check_cohort",
    "convert_sdtm",
    "derive_changes",
    "derive_multiverse",
    "estimate_event_free",
    "evaluate",
    "evaluate_partitioned",
    "explain",
    "load_cohort",
    "load_endpoint",
    "load_multiverse",
    "load_sdtm",
    "reproduce",
    "write_adtte",
    "write_multiverse",
    "write_partitions",
    "write_report",
]

_ROOMS = {
    "InputProblems": "remission.records.problems",
    "check_cohort": "remission.analyses.load",
    "convert_sdtm": "remission.analyses.convert",
    "derive_changes": "remission.outcomes.changes",
    "derive_multiverse": "remission.analyses.multiverse",
    "estimate_event_free": "remission.analyses.event_free",
    "evaluate": "remission.outcomes.evaluation",
    "evaluate_partitioned": "remission.analyses.partitioned",
    "explain": "remission.analyses.explain",
    "load_cohort": "remission.analyses.load",
    "load_endpoint": "remission.outcomes.endpoint_files",
    "load_multiverse": "remission.analyses.multiverse_files",
    "load_sdtm": "remission.analyses.convert",
    "reproduce": "remission.analyses.reproduce",
    "write_adtte": "remission.analyses.adtte",
    "write_multiverse": "remission.analyses.multiverse",
    "write_partitions": "remission.analyses.partitioned",
    "write_report": "remission.analyses.report",
}


def __getattr__(name: str) -> object:
    if name not in _ROOMS:
        raise AttributeError(f"remission has no '{name}'; it has {', '.join(__all__)}")
    return getattr(import_module(_ROOMS[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
