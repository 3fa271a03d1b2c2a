"""How the JSON of every comparison begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort


def begins(cohort: Cohort, outcome: Outcome) -> dict[str, Any]:
    """How the JSON of a comparison begins: of whom it is, whether they are real, and the endpoint."""
    return {
        "cohort": cohort.manifest.name,
        "standing": cohort.provenance.kind,
        "warning": cohort.provenance.warning,
        "endpoint": outcome.name,
    }
