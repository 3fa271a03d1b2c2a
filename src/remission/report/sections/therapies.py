"""What was on when the event came, beside the time that people were observed on each therapy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.page import Block, Section
from remission.outcomes.epochs import NO_THERAPY, carry_overs, derive_epochs, derive_therapy_at
from remission.report.groups import GROUP, in_order, label_groups
from remission.report.pictures.event_kinds import therapy_table

if TYPE_CHECKING:
    from remission.outcomes.outcome import Outcome
    from remission.report.asked import Asked

PLACE = 60
TITLE = "What was on when the event came"


def make_section(asked: Asked) -> Section | None:
    """A table of therapies; an event that is itself the start of a therapy is not asked."""
    endpoint, cohort = asked.outcome.endpoint, asked.cohort
    if not cohort.collected("treatments") or endpoint.rule == "therapy":
        return None
    # A component that is the start of a therapy has that therapy on by definition: its events would say nothing.
    starts = [part.name for part in endpoint.parts if part.rule == "therapy"]
    epochs = derive_epochs(cohort)
    counts = {
        group: derive_therapy_counts(replace(asked.outcome, spells=spells), epochs, starts)
        for group, spells in _by_group(asked)
    }
    said = ["On the day of the event, as recorded, beside the time people were observed on each therapy."]
    table = therapy_table(endpoint.name, endpoint.title, counts, cohort.provenance, _note(epochs))
    return Section("therapies", TITLE, [Block("", said, tables=[table])])


def derive_therapy_counts(outcome: Outcome, epochs: pl.DataFrame, leave_out: Sequence[str] = ()) -> pl.DataFrame:
    """What was on when events came, and for how long it was on while people were under observation.

    Columns therapy, persons (who had it on for a day of observation), person_days, events; most days first. `epochs`
    are those of `derive_epochs`, where no two of one person share a day ("the later begins"). Events whose cause is in
    `leave_out` are not counted; the days up to them are.

    >>> from remission.outcomes.load import load_cohort
    >>> from remission.outcomes.epochs import derive_epochs
    >>> from remission.outcomes.evaluation import evaluate
    >>> cohort = load_cohort("two-arm")
    >>> derive_therapy_counts(evaluate(cohort, "relapse-30d"), derive_epochs(cohort))["events"].sum()
    82
    """
    spells = outcome.spells.filter(pl.col("exit_day") > pl.col("entry_day"))
    watched = spells.group_by("subject_id").agg(pl.col("entry_day").min(), pl.col("exit_day").max())
    on = watched.join(epochs, on="subject_id").with_columns(
        first=pl.max_horizontal(pl.col("entry_day") + 1, "start_day"),
        last=pl.min_horizontal("exit_day", pl.col("end_day").fill_null(pl.col("exit_day"))),
    )
    on = on.select("subject_id", "therapy", days=pl.col("last") - pl.col("first") + 1).filter(pl.col("days") > 0)
    with_days = on.group_by("subject_id").agg(on=pl.col("days").sum())
    rest = watched.join(with_days, on="subject_id", how="left").select(
        "subject_id",
        therapy=pl.lit(NO_THERAPY),
        days=pl.col("exit_day") - pl.col("entry_day") - pl.col("on").fill_null(0),
    )
    days = pl.concat([on, rest.filter(pl.col("days") > 0)], how="vertical_relaxed")
    counted = days.group_by("therapy").agg(
        persons=pl.col("subject_id").n_unique(), person_days=pl.col("days").cast(pl.Int64).sum()
    )
    happened = pl.col("event") & ~pl.col("cause").is_in(list(leave_out))
    came = derive_therapy_at(outcome, epochs).filter(happened).rename({"therapy_at_event": "event_on"})
    events = came.group_by(therapy="event_on").agg(events=pl.len().cast(pl.Int64))
    joined = counted.join(events, on="therapy", how="full", coalesce=True)
    return joined.with_columns(pl.col("persons", "person_days", "events").fill_null(0)).sort(
        "person_days", "therapy", descending=[True, False]
    )


def _note(epochs: pl.DataFrame) -> str:
    """How long a therapy is taken to work, with the standing of what is assumed, and what the table cannot say."""
    courses = [one for name, one in carry_overs().items() if name in epochs.filter(kind="course")["therapy"]]
    carried = "; ".join(f"{one.therapy} {one.days:,} days ({one.status})" for one in courses)
    lasts = f", a course for so long after its last day: {carried}" if carried else ""
    return (
        f"A therapy works from its first to its last recorded day{lasts}; a procedure until another therapy begins. "
        "What was on is no reason for the event: therapies are chosen for reasons, and "
        "are on for different times."
    )


def _by_group(asked: Asked) -> list[tuple[str, pl.DataFrame]]:
    spells = asked.outcome.spells
    if asked.group_by is None:
        return [("", spells)]
    labels = label_groups(asked.cohort, asked.group_by)
    labelled = spells.join(labels, on="subject_id", how="left", maintain_order="left")
    groups = in_order(labelled[GROUP], asked.group_by)
    # Where nobody entered there is no group, and still a table that says so.
    return [(group, labelled.filter(pl.col(GROUP) == group).drop(GROUP)) for group in groups] or [("", spells)]
