"""How everyone's time under an endpoint ended, and what became of every change that was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.tables import Table, shows
from remission.outcomes.changes import derive_changes
from remission.outcomes.definitions.records import REASON_WORDS
from remission.outcomes.definitions.rules.progression import Progression
from remission.outcomes.event_kinds import derive_event_kinds
from remission.report.curves.words import causes
from remission.report.pictures.event_kinds import event_kinds_table, kinds_sentences

if TYPE_CHECKING:
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort


def endings_table(outcome: Outcome) -> Table:
    """How each person's time ended: by which event, or why without one."""
    happened = pl.lit("event: ") + pl.col("cause").replace(causes(outcome))
    from_reason = pl.when("event").then(happened).otherwise(pl.col("reason").replace(REASON_WORDS)).alias("ending")
    # Equal numbers go by their words: the order of a group_by differs from run to run.
    counted = (
        outcome.spells.group_by(from_reason).agg(persons=pl.len()).sort("persons", "ending", descending=[True, False])
    )
    columns = (shows("ending", "How it ended"), shows("persons", "Persons"))
    return Table(
        f"endings-{outcome.name}",
        f"{outcome.endpoint.event_free}: how each person's time ended.",
        counted,
        columns,
        outcome.provenance,
    )


def changes_seen(cohort: Cohort, outcome: Outcome) -> tuple[list[str], list[Table]]:
    """Sentences and a table on every change that a progression saw; nothing for other rules."""
    endpoint = outcome.endpoint
    if endpoint.of(Progression) is None:
        return [], []
    kinds = derive_event_kinds(outcome, derive_changes(cohort, endpoint))
    return kinds_sentences(endpoint, kinds), [event_kinds_table(endpoint, kinds, outcome.provenance)]
