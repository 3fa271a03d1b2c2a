"""Deaths: records that tell of one, in whatever column, and records that cannot stand beside it.

A death may be told by the subject's death_day, by a fatal adverse event, or by an EDSS of 10, which is death due to MS.
Only the death_day counts: what tells of a death without one is named, for the person would count as alive.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from remission.records.checks.rules import Rule
from remission.records.checks.sheets import Sheet, is_partial

DEAD = 10.0
"""The EDSS of death due to MS (Kurtzke 1983, Neurology 33:1444)."""


def death_rules(sheet: Sheet) -> Iterator[Rule]:
    """What the rows of one table say of deaths, against what the subjects table says."""
    if sheet.table.name == "subjects":
        yield from _subject_rules(sheet)
    elif sheet.knows_subjects and sheet.table.name == "adverse_events":
        yield from _fatal(sheet)
    elif sheet.knows_subjects and sheet.table.name == "visits":
        yield from _edss(sheet)
    elif sheet.knows_subjects and sheet.table.name == "observed":
        yield from _vital(sheet)


def _subject_rules(sheet: Sheet) -> Iterator[Rule]:
    if not {"death_day", "last_day", "end_reason"} <= {column.name for column in sheet.columns}:
        return
    other = pl.col("end_reason") != "died"
    yield Rule(
        "end_reason",
        # Of two days that a rule has chosen it proves nothing that they are one.
        other & (pl.col("last_day") == pl.col("death_day")) & ~is_partial(sheet, "death_day"),
        "died, where the last_day is the death_day",
        "Correct the end_reason, or the last_day: it is the last day alive of who left before the death.",
        severity="warning",
    )


def _fatal(sheet: Sheet) -> Iterator[Rule]:
    signs = {"fatal": pl.col("fatal") == "yes", "ctcae_grade": pl.col("ctcae_grade") == 5}
    death = pl.col("subject:death")
    for name, sign in signs.items():
        if name in sheet:
            yield Rule(
                name,
                sign & pl.col("subject:no_death"),
                "a death only of a subject with a death_day",
                "Give the subject's death_day, or correct the event: as it stands the person counts as alive.",
                severity="warning",
            )
    fatal = pl.any_horizontal(*(sign.fill_null(False) for name, sign in signs.items() if name in sheet), False)
    if "end_day" in sheet:
        exact = ~is_partial(sheet, "end_day") & ~pl.col("subject:death_partial")
        yield Rule(
            "end_day",
            fatal & exact & (pl.col("end_day") != death),
            "the subject's death_day, on which a fatal event ends",
            "Correct one of the two.",
            severity="warning",
        )


def _edss(sheet: Sheet) -> Iterator[Rule]:
    # Nearly every table has no such score, and the day of the first one is dear to find.
    if not all(name in sheet for name in ("edss", "day", "subject_id")) or not (sheet.frame["edss"] == DEAD).any():
        return
    dead, day, death = (pl.col("edss") == DEAD).fill_null(False), pl.col("day"), pl.col("subject:death")
    yield _warning(
        dead & pl.col("subject:no_death"),
        "10, death due to MS, only of a subject with a death_day",
        "Give the subject's death_day, or correct the score: as it stands the person counts as alive.",
    )
    yield _warning(
        dead & (day < death), "10, death due to MS, not before the death_day", "Correct the score, or the death_day."
    )
    yield _warning(
        dead & (day == death),
        "the score of a living person on the death_day",
        "Leave the score out: the death_day tells of the death, and a score of 10 counts as a worsening too.",
    )
    first = pl.when(dead).then(day).min().over("subject_id")
    yield _warning(
        ~dead & pl.col("edss").is_not_null() & (day > first),
        "no score after one of 10, which is death due to MS",
        "Correct one of the two scores.",
    )


def _warning(broken: pl.Expr, allowed: str, advice: str) -> Rule:
    return Rule("edss", broken, allowed, advice, severity="warning")


def _vital(sheet: Sheet) -> Iterator[Rule]:
    if not {"kind", "to_day"} <= {column.name for column in sheet.columns}:
        return
    last = pl.when(pl.col("kind") == "vital").then(pl.col("to_day")).max().over("subject_id")
    yield Rule(
        "to_day",
        # Named at the row that ends last: the one to be corrected.
        (pl.col("kind") == "vital") & (pl.col("to_day") == last) & (last < pl.col("subject:death")),
        "observation of vital up to the subject's death_day",
        "Write the death_day there, if somebody knew until then whether the person lived: as it stands the death does "
        "not count.",
        severity="warning",
    )
