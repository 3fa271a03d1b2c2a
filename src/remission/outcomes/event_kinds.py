"""What became of every change that a progression saw: an event, or none and why; counted by relation to relapses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from remission.outcomes.definitions.rules.progression import Progression

if TYPE_CHECKING:
    from remission.outcomes.outcome import Outcome

COUNTED, WITHOUT, LET_GO, LOST, SEEN, OPEN = (
    "Event, confirmed",
    "Event, counted without confirmation",
    "No event: confirmed, but its relation to relapses does not count",
    "No event: confirmed, and lost again",
    "No event: seen at a visit, not confirmed",
    "Of these, not refuted either when visits ended",
)


def derive_event_kinds(outcome: Outcome, changes: pl.DataFrame) -> pl.DataFrame:
    """Events of a progression, and the changes that were none, by kind and relation to relapses.

    `changes` are those of `derive_changes` for the same endpoint; only those that began under observation are counted.
    Who was waiting for a confirmation when visits ended is counted again in a row of its own. Columns kind, relation,
    changes, persons, in the order of the table.
    """
    rule = outcome.endpoint.of(Progression)
    assert rule is not None
    spells = outcome.spells
    events = spells.filter("event")
    waiting = spells.filter(~pl.col("event") & (pl.col("status") == "unconfirmed"))
    watched = spells.group_by("subject_id").agg(pl.col("entry_day").min(), pl.col("exit_day").max())
    # A change that ends observation unconfirmed began after the last day of it.
    begun = pl.col("onset_day").is_between("entry_day", "exit_day", closed="right")
    begun |= (pl.col("status") == "unconfirmed") & pl.col("subject_id").is_in(waiting["subject_id"].implode())
    seen = changes.filter(pl.col("direction") == rule.direction)
    seen = seen.join(watched, on="subject_id").filter(begun)
    without = events.filter(pl.col("status") != "confirmed")
    counted_so = without.select("subject_id", onset_day="exit_day")
    seen = seen.join(counted_so, on=["subject_id", "onset_day"], how="anti")
    return pl.concat(
        [
            _counted(COUNTED, events.filter(status="confirmed")),
            _counted(WITHOUT, without),
            _counted(LET_GO, seen.filter(status="confirmed, does not count")),
            _counted(LOST, seen.filter(status="not sustained")),
            _counted(SEEN, seen.filter(status="unconfirmed").with_columns(relation=pl.lit(None, pl.String))),
            _counted(OPEN, waiting),
        ]
    )


def _counted(kind: str, rows: pl.DataFrame) -> pl.DataFrame:
    counted = rows.group_by("relation").agg(
        changes=pl.len().cast(pl.Int64), persons=pl.col("subject_id").n_unique().cast(pl.Int64)
    )
    return counted.sort("changes", "relation", descending=[True, False]).select(
        pl.lit(kind).alias("kind"), "relation", "changes", "persons"
    )
