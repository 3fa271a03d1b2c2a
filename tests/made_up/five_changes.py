"""Five persons whose scores rise in five ways, so that what became of each change is known."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from made_up.written_cohort import written
from remission.outcomes.changes import derive_changes
from remission.outcomes.definitions.records import Endpoint
from remission.outcomes.evaluation import evaluate
from remission.outcomes.event_kinds import derive_event_kinds
from remission.outcomes.outcome import Outcome

SUBJECTS = "subject_id,entered,last_day\n" + "".join(f"S{place},yes,800\n" for place in range(1, 6))
SCORES = (
    (2, 3.5, 3.5, 3.5, 3.5),  # a rise that stays
    (2, 2, 3.5, 3.5, 3.5),  # one beside a relapse
    (2, 3.5, 2, 2, 2),  # one that the next visit does not show
    (2, 2, 2, 2, 3.5),  # one at the last visit
    (2, 2, 2, 2, 2),
)
RELAPSES = "subject_id,row_id,day\nS2,R1,390\n"


def visits(scores: tuple[tuple[float, ...], ...] = SCORES) -> str:
    """The visits of each person in turn, at days 0, 200, 400, 600 and 800."""
    return "subject_id,row_id,day,edss\n" + "".join(
        f"S{person},V{person}{at},{200 * at},{score}\n"
        for person, theirs in enumerate(scores, start=1)
        for at, score in enumerate(theirs)
    )


def kinds_of(
    folder: Path, endpoint: Endpoint, scores: tuple[tuple[float, ...], ...] = SCORES
) -> tuple[Outcome, pl.DataFrame]:
    """What an endpoint finds in them, and of what kind its changes are."""
    cohort = written(folder, subjects=SUBJECTS, visits=visits(scores), relapses=RELAPSES)
    outcome = evaluate(cohort, endpoint)
    return outcome, derive_event_kinds(outcome, derive_changes(cohort, endpoint))
