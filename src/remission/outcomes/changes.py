"""Every change that the walk looked at, whether or not it became an event: what a definition lets go by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from remission.outcomes import walk
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.definitions.rules.progression import Progression
from remission.outcomes.evaluation import watch_of
from remission.outcomes.finding import RELATIONS
from remission.outcomes.needs import check_collected
from remission.outcomes.rules.progression import walk_visits
from remission.records.segments import NEVER, SubjectIndex, last_flagged_before

if TYPE_CHECKING:
    from remission.outcomes.definitions.records import Endpoint
    from remission.records.cohort import Cohort

# In the order of the walk's codes COUNTED to SMALL, which are places in it.
BECAME = ("confirmed", "confirmed, does not count", "not sustained", "unconfirmed", "confirmed below the threshold")
"""What became of a change, by its code in the walk."""


def derive_changes(cohort: Cohort, endpoint: Endpoint | str) -> pl.DataFrame:
    """One row for each change looked at, in both directions, in the order in which the walk came to it.

    Columns: subject_id; direction (worsening, improvement); status (one of BECAME); relation to relapses (empty where
    not asked); day and row_id of baseline, onset and confirmation; held_until_day (the last visit that still showed a
    confirmed change) and held_to_end; relapse_row, the relapse that decided the relation. Days count from day zero.
    With `events = "first"` the walk, and so the list, ends at a person's first event.
    Raises InputProblems as `evaluate` does; ValueError when the endpoint is not a progression.

    >>> from remission.outcomes.load import load_cohort
    >>> derive_changes(load_cohort("halt-ms"), "halt-ms-progression")["status"].unique().to_list()
    ['confirmed']
    """
    endpoint = load_endpoint(endpoint) if isinstance(endpoint, str) else endpoint
    rule = endpoint.of(Progression)
    if rule is None:
        raise ValueError(f"{endpoint.name} is a {endpoint.rule} endpoint: changes belong to a progression")
    check_collected(cohort, endpoint)
    index = SubjectIndex.of(cohort)
    # The same walk as for events, only listed: a second implementation could tell another story than the result.
    walked = walk_visits(index, rule, watch_of(index, endpoint), listing=True)
    return _frame(index, rule, walked)


def _frame(index: SubjectIndex, rule: Progression, walked: walk.Walked) -> pl.DataFrame:
    log, visits = walked.log, index.segments("visits")
    never = np.full(log.shape[0], NEVER, np.int32)
    # With NEVER as the limit, the last visit whose value was used: one after the data cut says nothing about holding.
    last = last_flagged_before(visits.offsets, walked.looked, visits.day, np.full(index.count, NEVER, np.int32))

    def day(column: int) -> pl.Series:
        days = pl.Series(visits.day_at(log[:, column], never))
        return days.set(days == int(NEVER), None)

    def row(column: int, table: str = "visits") -> pl.Series:
        return index.names_at(table, log[:, column])

    return pl.DataFrame(
        {
            "subject_id": index.subjects["subject_id"].gather(log[:, walk.SUBJECT]),
            "direction": _words(("improvement", "worsening"), log[:, walk.WAY] > 0),
            "status": _words(BECAME, log[:, walk.BECAME]),
            # -1 for no relation becomes the last place, an empty word, by the remainder.
            "relation": _words((*RELATIONS, None), log[:, walk.RELATION] % (len(RELATIONS) + 1)),
            "baseline_day": day(walk.BASELINE),
            "onset_day": day(walk.ONSET),
            "confirmation_day": day(walk.CONFIRMING),
            "held_until_day": day(walk.HELD),
            "held_to_end": (log[:, walk.HELD] >= 0) & (log[:, walk.HELD] == last[log[:, walk.SUBJECT]]),
            "baseline_row": row(walk.BASELINE),
            "onset_row": row(walk.ONSET),
            "confirmation_row": row(walk.CONFIRMING),
            # Without an association every place is -1, and the relapses table need not have been collected: any table
            # will do.
            "relapse_row": row(walk.RELAPSE, "relapses") if rule.relapse_association else row(walk.RELAPSE),
        }
    )


def _words(words: tuple[str | None, ...], codes: NDArray[np.integer] | NDArray[np.bool_]) -> pl.Series:
    # Taken by place: a word for each code once, instead of a comparison of each row with each code.
    return pl.Series(words, dtype=pl.String)[codes.astype(np.uint32)]
