"""Between which two days each person's event came, read off an Outcome: what interval censoring knows of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.wording import count

if TYPE_CHECKING:
    from remission.outcomes.definitions.records import Endpoint
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort

BOUNDS = "event-free, whatever came before an unseen death"
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
    (40, 41.0)
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


def with_deaths(between: pl.DataFrame, outcome: Outcome, cohort: Cohort) -> pl.DataFrame:
    """The rows of `derive_between` with `death`, in days since the origin: null unless the person died unseen.

    Unseen is a death after the last free day of somebody in whom no event was seen. Where a death is an event itself
    nothing is left open. A death after the person's data cut is not known to the analysis.
    """
    subjects = cohort.subjects
    if "death_day" not in subjects.columns or _is_an_event(outcome.endpoint):
        return between.with_columns(death=pl.lit(None, pl.Int32))
    cut = pl.col("cut_day") if "cut_day" in subjects.columns else pl.lit(None, pl.Int32)
    known = pl.col("death_day") <= cut.fill_null(pl.col("death_day"))
    died = subjects.filter(known).select("subject_id", "death_day")
    origin = outcome.first.spells.select("subject_id", "origin_day")
    death = pl.col("death_day") - pl.col("origin_day")
    found = died.join(origin, on="subject_id").select("subject_id", death=death.cast(pl.Int32))
    unseen = ~pl.col("event") & (pl.col("death") > pl.col("last_free"))
    joined = between.join(found, on="subject_id", how="left", maintain_order="left")
    return joined.with_columns(death=pl.when(unseen).then("death"))


def _is_an_event(endpoint: Endpoint) -> bool:
    return any(one.record.is_death for one in endpoint.parts or (endpoint,))
