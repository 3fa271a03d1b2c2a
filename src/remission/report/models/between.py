"""Between which two days each person's event came, read off an Outcome: what interval censoring knows of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.wording import count

if TYPE_CHECKING:
    from remission.outcomes.definitions.records import Endpoint
    from remission.outcomes.outcome import Outcome

# More who entered later than one in so many: the others are no longer those whom the Kaplan-Meier curve is of.
ONE_LATE_IN = 10


def derive_between(outcome: Outcome) -> pl.DataFrame:
    """For everyone who was followed the days since the origin after which, and by which, the first event came.

    Columns subject_id, entered_late, last_free, seen (infinite where no event was seen), event, weight: the event came
    in (last_free, seen]. One that is seen at visits came after the last day on which everything that could have been it
    was known not to have come, so a relapse with no visit before it since `t0` gives (t0, t]: a progression may have
    been first. One whose day is known by itself (a relapse, a death, or what leaves no such doubt) came in (t - 1, t].
    Whom nobody ever saw free counts from the entry on. The plain twin is `outcomes/reference/between.py`.

    >>> from remission.outcomes.evaluation import evaluate
    >>> from remission.outcomes.load import load_cohort
    >>> derive_between(evaluate(load_cohort("two-arm"), "death")).filter("event").select("last_free", "seen").row(0)
    (609, 610.0)
    """
    entry, leave, origin = pl.col("entry_day"), pl.col("exit_day"), pl.col("origin_day")
    event = pl.col("event")
    free = pl.max_horizontal(pl.col("last_free_day"), entry)
    # Of a composite the last free day is the earliest of its parts': on the very day of the event only where all of
    # them are known.
    free = pl.when(event & (free >= leave)).then(leave - 1).otherwise(free)
    return outcome.first.spells.filter(leave > entry).select(
        "subject_id",
        entered_late=entry > origin,
        last_free=free - origin,
        seen=pl.when(event).then((leave - origin).cast(pl.Float64)).otherwise(float("inf")),
        event=event,
        weight=pl.col("weight"),
    )


def seen_only_at_visits(endpoint: Endpoint) -> tuple[Endpoint, ...]:
    """What of an endpoint is only seen at visits or scans: itself or parts of it; none where every day is known."""
    return tuple(one for one in (endpoint.parts or (endpoint,)) if one.record.asked_at == "assessments")


def why_not(endpoint: Endpoint, kind: str, between: pl.DataFrame) -> str:
    """Why days of visits tell nothing here, or nothing that these methods can use; empty where they do."""
    late = int(between["entered_late"].sum())
    if kind == "reconstructed":
        return "the days of visits were made up when the records were reconstructed"
    if "confirmation" in {getattr(one.record, "event_date", "") for one in endpoint.parts or (endpoint,)}:
        return "an event is dated by the visit that confirms it, and what visits hide is when it began"
    if endpoint.origin is not None and seen_only_at_visits(endpoint.origin):
        return "time begins at an event that is itself only seen at visits"
    if late * ONE_LATE_IN > between.height:
        return f"{late:,} of {count(between.height, 'person')} entered after time began, which this method cannot use"
    return ""
