"""What values must be to each other: within a row, between rows, and to what is known of the subject."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from remission.records.checks.deaths import death_rules
from remission.records.checks.names import Stranger
from remission.records.checks.rules import Rule
from remission.records.checks.sheets import Reading, Sheet, given, has_partial, is_partial, written_days
from remission.records.files.completion import SPANS, before_held

FIRST_DAYS = ("day", "start_day", "from_day")
ONE_ROW = "Keep one row of each person."


def relation_rules(sheet: Sheet, reading: Reading) -> Iterator[Rule]:
    """The rules between values of one sheet, and between it and the subjects table."""
    # Uniqueness first: with two rows of one name, what is said of either below cannot be followed.
    yield from _unique(sheet)
    yield from (
        rule for first, last in SPANS if first in sheet and last in sheet for rule in _order(sheet, first, last)
    )
    if sheet.table.name == "subjects":
        yield from _subject_rules(sheet)
        yield from _covariate_rules(sheet, reading)
    elif sheet.knows_subjects:
        yield from _belonging(sheet)
        yield from _lifetime(sheet)
        yield from _around_zero(sheet, reading)
    yield from death_rules(sheet)
    if sheet.table.name == "visits":
        yield from _same_day(sheet)
    if "ongoing" in sheet and "end_day" in sheet:
        yield from _ongoing()


def _unique(sheet: Sheet) -> Iterator[Rule]:
    for name in sheet.table.unique:
        if name in sheet:
            value = pl.col(name)
            # Empty is told elsewhere, and every empty id would repeat every other.
            repeated = value.is_duplicated() & value.is_not_null() & (value != "")
            yield Rule(
                name,
                repeated,
                f"each {name} once",
                # One more row of a person is never to be given a name of its own: that would make two of one.
                ONE_ROW if name == "subject_id" else "Give every row its own, and never use one again.",
                # Nearly every table has none repeated, and distinct digests, which are numbers, are counted in a fifth
                # of the time of texts. Where two texts share one, the rows are looked up, and none breaks the rule.
                any_broken=value.hash().n_unique() < pl.len(),
            )


def _order(sheet: Sheet, first: str, last: str) -> Iterator[Rule]:
    found = pl.format("{} with " + first + " = {}", given(last).cast(pl.String), given(first).cast(pl.String))
    rule = Rule(last, pl.col(last) < pl.col(first), f"{first} or later", "Correct one of the two.", found)
    yield from _unless_partial(rule, is_partial(sheet, first) | is_partial(sheet, last))


def _unless_partial(rule: Rule, partial: pl.Expr) -> Iterator[Rule]:
    """The rule as an error between exact days, and as a warning where a day was completed by a rule."""
    # A day that a rule has put there proves nothing about the order, so it cannot be an error.
    yield replace(rule, broken=rule.broken & ~partial)
    advice = "One of the two was completed from a month or year: look whether the order can be right."
    yield replace(rule, broken=rule.broken & partial, advice=advice, severity="warning")


def _belonging(sheet: Sheet) -> Iterator[Rule]:
    # A misspelt id would make its rows vanish from every count without a word: an error.
    stranger = pl.col("subject:known").is_null() & pl.col("subject_id").is_not_null() & (pl.col("subject_id") != "")
    yield Rule("subject_id", stranger, "a subject_id of the subjects table", Stranger(sheet.people))
    yield Rule(
        "subject_id",
        pl.col("subject:entered") == "no",
        "rows of subjects who entered",
        "The row is kept and not evaluated: should entered be yes?",
        severity="warning",
    )


def _lifetime(sheet: Sheet) -> Iterator[Rule]:
    # First days only: something that began in time may go on after the last day known.
    for name in FIRST_DAYS:
        if name not in sheet:
            continue
        day, death = pl.col(name), pl.col("subject:death")
        advice = "Correct the day, or the subject's age_years."
        yield Rule(name, day < pl.col("subject:birth"), "a day after birth", advice)
        dead = Rule(name, day > death, "a day not after the subject's death_day", "Correct the day, or the death_day.")
        yield from _unless_partial(dead, is_partial(sheet, name) | pl.col("subject:death_partial"))
        # Not told twice: what is after the death is after the last day as well.
        later = (day > pl.col("subject:last")) & ~(day > death).fill_null(False)
        yield Rule(
            name,
            later,
            "a day not after the subject's last_day",
            "Correct the day, or the last_day.",
            severity="warning",
        )


def _around_zero(sheet: Sheet, reading: Reading) -> Iterator[Rule]:
    """A month or year that contains day zero: a rule chose the side of it, and what counts hangs on that."""
    # The end of a therapy too, for it may have been on at day zero.
    ends = ("end_day",) if sheet.table.name == "treatments" else ()
    for name in (*FIRST_DAYS, *ends) if reading.completing else ():
        if not has_partial(sheet, name):
            continue
        written = written_days(name)
        held = pl.col(before_held(name)).is_not_null() if before_held(name) in sheet.frame.columns else pl.lit(False)
        yield Rule(
            name,
            is_partial(sheet, name) & (written.first <= 0) & (written.last > 0) & ~held,
            "a day before day zero or after it",
            f"The period contains day zero, and the {reading.manifest.partial_dates} day of it decides alone what "
            "counts as before: write the whole date if you have it.",
            severity="warning",
        )


def _subject_rules(sheet: Sheet) -> Iterator[Rule]:
    if "end_reason" in sheet:
        # As given: a death_day that cannot be read is a problem already, and there is one.
        death = given("death_day") if "death_day" in sheet else pl.lit(None)
        yield Rule(
            "end_reason",
            (pl.col("end_reason") == "died") & death.is_null(),
            "died only with a death_day",
            "Give the death_day: a death without a day would not be counted.",
        )
    if "death_day" in sheet:
        entered = pl.col("entered") == "yes" if "entered" in sheet else pl.lit(True)
        yield Rule(
            "death_day",
            # Before day zero somebody who entered was alive; of others day zero is only a date to count from.
            (pl.col("death_day") < 0) & entered,
            "day zero or later, for a subject who entered",
            "Correct the death_day, or entered.",
        )
    if "death_day" in sheet and "last_day" in sheet:
        yield Rule(
            "last_day",
            # A warning: registers go on writing for the dead, and the death ends observation whatever last_day says.
            pl.col("last_day") > pl.col("death_day"),
            "a day not after the death_day",
            "Correct one of the two.",
            severity="warning",
        )


def _covariate_rules(sheet: Sheet, reading: Reading) -> Iterator[Rule]:
    for covariate in reading.manifest.covariates:
        # A day in the manifest is checked there, once; a column of days has to be asked row by row.
        day = covariate.measured_day
        if isinstance(day, str) and day in sheet and covariate.name in sheet:
            measured, value = pl.col(day), given(covariate.name).is_not_null()
            yield Rule(
                day,
                # What is learnt later may be a consequence of what happened by then.
                value & (measured > 0),
                f"day 0 or earlier, because {covariate.name} was measured then",
                "What is measured after day zero is no covariate: leave it out.",
            )
            yield Rule(
                day,
                value & measured.is_null() & given(day).is_null(),
                f"the day {covariate.name} was measured",
                "Give the day, to show that it was not after day zero.",
                severity="warning",
            )


def _same_day(sheet: Sheet) -> Iterator[Rule]:
    if "day" not in sheet or "subject_id" not in sheet:
        return
    # Two raters may see somebody on one day; the same one twice is as a rule a row entered twice.
    who = ["subject_id", "day", *(["rater"] if "rater" in sheet else [])]
    yield Rule(
        "day",
        pl.struct(who).is_duplicated() & pl.col("day").is_not_null(),
        "one visit a day by the same rater",
        "Remove one, or choose a same_day rule in the endpoint.",
        severity="warning",
    )


def _ongoing() -> Iterator[Rule]:
    both = (pl.col("ongoing") == "yes") & given("end_day").is_not_null()
    yield Rule("end_day", both, "no end_day where ongoing is yes", "Correct one of the two.", severity="warning")
