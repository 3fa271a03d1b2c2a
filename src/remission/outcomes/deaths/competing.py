"""Which deaths compete with an endpoint's first event: `docs/rules.md`, "A death that competes"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import polars as pl

if TYPE_CHECKING:
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort

# A death before the event, by what becomes of it: it competes; it came too long after anybody looked; follow-up had
# ended without it; a change was open that nobody could confirm; or the endpoint cannot be asked of the person.
DeathKind = Literal["competes", "later", "left", "open", "not asked"]
DEATH_KINDS: tuple[DeathKind, ...] = get_args(DeathKind)
# Observation stopped in the person's lifetime; whether follow-up went on until the death, the person's row says.
STOPPED = ("not-observed", "unknown", "no-follow-up")
NEVER_ASKED = ("no-origin", "no-baseline", "event-before-entry")
ENDINGS = ("until_day", "ended_by", "unseen_days", "death")


def derive_endings(cohort: Cohort, outcome: Outcome, late_death_days: int | None = None) -> pl.DataFrame:
    """The first spells of an outcome with how each ended, where a death without the event is an ending of its own.

    Adds `until_day` (the exit, or the day of a death that competes), `ended_by` ("event", "death" or null),
    `unseen_days` (from the exit to that death: nobody knows what happened in them) and `death`, one of `DEATH_KINDS`,
    for everyone who died without the event. `late_death_days` None is unlimited.

    >>> from remission.outcomes.load import load_cohort
    >>> from remission.outcomes.evaluation import evaluate
    >>> cohort = load_cohort("two-arm")
    >>> derive_endings(cohort, evaluate(cohort, "cdp-24w"), 365)["ended_by"].null_count()
    172
    """
    subjects = cohort.select("subjects", "subject_id", "death_day", "end_reason", "cut_day")
    spells = outcome.first.spells.join(subjects, on="subject_id", how="left", maintain_order="left")
    died = pl.col("death_day").is_not_null() & (pl.col("death_day") <= pl.col("cut_day")).fill_null(value=True)
    unseen = pl.col("death_day") - pl.col("exit_day")
    followed = (pl.col("end_reason") == "died").fill_null(value=True)
    until_death = (pl.col("reason") == "died") | (pl.col("reason").is_in(STOPPED) & followed)
    never_asked = pl.col("reason").is_in(NEVER_ASKED) | (pl.col("death_day") <= pl.col("entry_day"))
    soon = pl.lit(value=True) if late_death_days is None else unseen <= late_death_days
    kind = (
        pl.when(pl.col("event") | ~died).then(None)
        .when(never_asked).then(pl.lit("not asked"))
        .when(pl.col("reason") == "unconfirmed-rise").then(pl.lit("open"))
        .when(~until_death).then(pl.lit("left"))
        .when(soon).then(pl.lit("competes"))
        .otherwise(pl.lit("later"))
    )  # fmt: skip
    competes = pl.col("death") == "competes"
    ended_by = pl.when("event").then(pl.lit("event")).when(competes).then(pl.lit("death"))
    endings = spells.with_columns(death=kind).with_columns(
        until_day=pl.when(competes).then("death_day").otherwise("exit_day").cast(pl.Int32),
        ended_by=ended_by,
        unseen_days=pl.when(competes).then(unseen).cast(pl.Int32),
    )
    return endings.select(*outcome.spells.columns, *ENDINGS)
