"""Remission: an open observatory of multiple sclerosis treatment.

A cohort and an endpoint give an outcome; outcomes give estimates; estimates are exhibited. The names below are the
library's front door; each is imported when it is first used, so that `import remission` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from remission.analyses.event_free import estimate_event_free
    from remission.analyses.explain import explain
    from remission.analyses.load import check_cohort, load_cohort
    from remission.analyses.report import write_report
    from remission.analyses.reproduce import reproduce
    from remission.outcomes.endpoint_files import load_endpoint
    from remission.outcomes.evaluation import evaluate
    from remission.records.problems import InputProblems

__version__ = "0.1.0"
__all__ = [
    "InputProblems",
    "check_cohort",
    "estimate_event_free",
    "evaluate",
    "explain",
    "load_cohort",
    "load_endpoint",
    "reproduce",
    "write_report",
]

_ROOMS = {
    "InputProblems": "remission.records.problems",
    "check_cohort": "remission.analyses.load",
    "estimate_event_free": "remission.analyses.event_free",
    "evaluate": "remission.outcomes.evaluation",
    "explain": "remission.analyses.explain",
    "load_cohort": "remission.analyses.load",
    "load_endpoint": "remission.outcomes.endpoint_files",
    "reproduce": "remission.analyses.reproduce",
    "write_report": "remission.analyses.report",
}


def __getattr__(name: str) -> object:
    if name not in _ROOMS:
        raise AttributeError(f"remission has no '{name}'; it has {', '.join(__all__)}")
    return getattr(import_module(_ROOMS[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
