"""When was somebody looking: derived by a printed rule where no observed table was collected.

Nobody is event-free by silence: a relapse, a scan or a score that nobody looked for is not absent, it is unknown. So
each kind of observation ends with the last record that shows somebody looking for that kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from remission.records.runs import all_differ, find_runs

# Printed on every report whose records had no observed table: whoever reads it must know what was assumed.
RULES = {
    "vital": "vital from day 0 to last_day or death_day, whichever is later",
    "clinic": "clinic from day 0 (or the first visit, if earlier) to the last visit",
    # To the last visit: a relapse is told at a visit, and one nobody could tell of is not absent.
    "relapses": "relapses from day 0 to the last visit",
    "relapses without visits": "relapses from day 0 to last_day",
    "mri": "mri from day 0 (or the first scan, if earlier) to the last scan",
}


@dataclass(frozen=True)
class Observation:
    """An observed table and, in words, where it comes from."""

    table: pl.DataFrame
    rule: str


def derive_observed(tables: Mapping[str, pl.DataFrame]) -> Observation:
    """The stretches of observation of each subject who entered, from the other tables.

    `tables` must hold subjects (subject_id, entered; last_day and death_day if known). A stretch that would end
    before it begins is left out.

    >>> subjects = pl.DataFrame({"subject_id": ["S1"], "entered": ["yes"], "last_day": [90]})
    >>> derive_observed({"subjects": subjects}).table.row(0)
    ('S1', 'derived:vital:S1', 'vital', 0, 90)
    """
    # Who did not enter has no day zero from which days could count.
    entered = tables["subjects"].filter(pl.col("entered") == "yes")
    stretches = dict(_stretches(entered, tables))
    parts = [_as_table(kind.split()[0], _of_entered(entered, days)) for kind, days in stretches.items()]
    rule = "derived, as no observed table was collected: " + "; ".join(RULES[kind] for kind in stretches)
    return Observation(pl.concat(parts), rule)


def _stretches(entered: pl.DataFrame, tables: Mapping[str, pl.DataFrame]) -> Iterator[tuple[str, pl.DataFrame]]:
    ends = [name for name in ("last_day", "death_day") if name in entered.columns]
    zero = pl.lit(0).alias("from_day")
    # A death can be known later than the last visit or letter; somebody was then still looking whether the person
    # lived.
    last = pl.max_horizontal(ends) if ends else pl.lit(None, pl.Int32)
    yield "vital", entered.select("subject_id", zero, last.alias("to_day"))
    visits = _first_and_last(tables["visits"]) if "visits" in tables else None
    if visits is not None:
        yield "clinic", visits
    if "relapses" in tables and visits is not None:
        yield "relapses", visits.with_columns(zero)
    elif "relapses" in tables:
        # Without visits only `last_day` says that anybody asked at all.
        own = pl.col("last_day") if "last_day" in ends else pl.lit(None, pl.Int32)
        yield "relapses without visits", entered.select("subject_id", zero, own.alias("to_day"))
    if "scans" in tables:
        yield "mri", _first_and_last(tables["scans"])


def _first_and_last(events: pl.DataFrame) -> pl.DataFrame:
    days = events.select("subject_id", from_day="day", to_day="day")
    # Rows of one subject mostly stand together: each run is made one row first, and names are compared a run at a
    # time.
    runs = find_runs(days["subject_id"])
    first, last = pl.col("from_day").min(), pl.col("to_day").max()
    together = False
    if runs is not None:
        short = (
            days.drop("subject_id").with_columns(run=runs.of_row).group_by("run", maintain_order=True).agg(first, last)
        )
        days = short.select("from_day", "to_day", subject_id=runs.names)
        together = all_differ(runs.names)
    if not together:
        days = days.group_by("subject_id").agg(first, last)
    # Decision 4: from day zero also where the first scan is later. Starting there would cut everybody off on the left
    # at the very scan that finds the first lesions.
    return days.select("subject_id", pl.min_horizontal("from_day", pl.lit(0)).alias("from_day"), "to_day")


def _of_entered(entered: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    # In one order as a rule, where rows of a subject stand together: then nobody need be looked for.
    if days["subject_id"].equals(entered["subject_id"]):
        return days
    # Inner: whom nobody ever saw has no stretch, and no stretch means that nobody looked.
    return entered.select("subject_id").join(days, on="subject_id", how="inner", maintain_order="left")


def _as_table(kind: str, stretches: pl.DataFrame) -> pl.DataFrame:
    return stretches.filter(pl.col("to_day") >= pl.col("from_day")).select(
        "subject_id",
        # A name that says where it comes from, and that no source can have given.
        row_id=pl.lit(f"derived:{kind}:") + pl.col("subject_id"),
        kind=pl.lit(kind),
        from_day=pl.col("from_day").cast(pl.Int32),
        to_day=pl.col("to_day").cast(pl.Int32),
    )
