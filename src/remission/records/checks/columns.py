"""What a single value may be: rules read off the declaration of its column."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import polars as pl

from remission.inputs.problems import closest, nearest
from remission.records.checks.rules import Rule
from remission.records.checks.sheets import DAY_ZERO, Reading, Sheet, given
from remission.records.files.completion import before_held, before_moved
from remission.records.files.dates import DATE, MONTH, STAMP, YEARS, advise_date, advise_serial_number, advise_stamp
from remission.records.schema import DICTIONARY, FARTHEST_DAY, Column

NUMBER = r"^\s*[+-]?\d+(\.\d*)?\s*$"


def column_rules(sheet: Sheet, reading: Reading) -> Iterator[Rule]:
    """The rules of every column of a sheet."""
    for column in sheet.columns:
        yield from _required(sheet, column, reading)
        yield from _value_rules(sheet, column, reading)
        if f"{column.name}_absent" in sheet:
            yield _value_and_absence(column.name)


def _required(sheet: Sheet, column: Column, reading: Reading) -> Iterator[Rule]:
    # Day zero has rules of its own: it is required only of those who entered.
    if not column.required or column.name == DAY_ZERO.name:
        return
    empty = given(column.name).is_null()
    if sheet.dtype(column.name) == pl.String:
        # Parquet can hold a text that is empty and not null; both are nothing.
        empty |= given(column.name).str.len_bytes() == 0
    if column.kind == "day" and sheet.knows_subjects:
        empty &= ~_outside()
    allowed = "a date as YYYY-MM-DD" if column.kind == "day" and reading.dated else column.allowed
    yield Rule(column.name, empty, allowed, "Fill the cell.")


def _outside() -> pl.Expr:
    """Is the row of somebody who did not enter? Such a person has no day zero from which days could count."""
    return (pl.col("subject:entered") == "no").fill_null(False)


def _value_rules(sheet: Sheet, column: Column, reading: Reading) -> list[Rule]:
    if column.name == DAY_ZERO.name:
        return list(_day_zero_rules(sheet))
    if column.kind == "day":
        return list(_date_rules(sheet, column, reading) if reading.dated else _day_rules(sheet, column))
    if column.kind == "choice":
        advise = _therapy_advice(reading) if column.vocabulary else partial(_advise_choice, column.choices)
        return [_choice_rule(column, reading.choices(column), advise)]
    if column.kind in ("integer", "number"):
        return [_number_rule(column)]
    return []


def _choice_rule(column: Column, choices: tuple[str, ...], advise: Callable[[str], str]) -> Rule:
    typed = pl.col(column.name)
    # An empty cell of a required column is told already, by `_required`.
    known = typed.is_in(list(choices)) | (typed.str.len_bytes() == 0 if column.required else False)
    return Rule(column.name, ~known, column.allowed, advise)


def _advise_choice(choices: tuple[str, ...], found: str) -> str:
    return nearest(found, choices) or "Use one of the allowed words, exactly so."


def _therapy_advice(reading: Reading) -> Callable[[str], str]:
    """Advice on the name of a therapy: the name that a brand stands for, otherwise the nearest name."""

    def advise(found: str) -> str:
        # Names and brands together: whoever types "Tysabrii" is thinking of a brand.
        alike = closest(found, [*sorted(reading.therapies), *reading.brands])
        name = reading.brands.get(alike)
        if name is not None:
            return f"Did you mean {name} ({alike} is a brand of it)?"
        listed = f"The names are in {DICTIONARY}, which 'remission template DIR' writes."
        return f"Did you mean {alike}?" if alike else listed

    return advise


def _number_rule(column: Column) -> Rule:
    typed = pl.col(column.name).cast(pl.Float64)
    right = typed.is_finite()
    if column.low is not None:
        right &= typed >= column.low
    if column.high is not None:
        right &= typed <= column.high
    if column.step is not None:
        # Steps are halves and wholes, which floats hold exactly.
        right &= typed % column.step == 0
    if column.gap is not None:
        right &= (typed <= column.gap[0]) | (typed >= column.gap[1])
    # Compared with the file's own value: what could not be read as a number is null here and wrong all the same.
    wrong = given(column.name).is_not_null() & ~right.fill_null(False)
    return Rule(column.name, wrong, column.allowed, partial(_advise_number, column.name))


def _advise_number(name: str, found: str) -> str:
    # Spreadsheets of many countries write decimals with a comma.
    if "," in found:
        return "Write decimals with a point."
    return f"Correct the value, or leave it empty and give the reason in {name}_absent."


def _day_rules(sheet: Sheet, column: Column) -> Iterator[Rule]:
    """Days in a cohort of days."""
    raw, typed = given(column.name), pl.col(column.name)
    is_text = sheet.dtype(column.name) == pl.String
    # Dates in a cohort of days get a message of their own: every cell of the column would else be "no number".
    dated = raw.is_not_null() if sheet.dtype(column.name) == pl.Date else pl.lit(False)
    if is_text:
        dated = raw.str.contains(f"{DATE}|{MONTH}|{STAMP}")
    far = typed.abs() > FARTHEST_DAY
    # Both at once in one rule: a day too far away is as wrong as one that cannot be read, and is mended in the same
    # cell.
    unreadable = raw.is_not_null() & typed.is_null() & ~dated
    if is_text and column.required:
        unreadable &= raw.str.len_bytes() > 0
    yield Rule(
        column.name,
        dated,
        f'{column.allowed}, because time = "days" in cohort.toml',
        'Write days, or set time = "dates".',
    )
    yield Rule(
        column.name,
        unreadable | far.fill_null(False),
        f"{column.allowed}, at most {FARTHEST_DAY:,} away",
        "Correct the day.",
    )


def _date_rules(sheet: Sheet, column: Column, reading: Reading) -> Iterator[Rule]:
    """Dates in a cohort of dates."""
    raw, date, zero = given(column.name).cast(pl.String), pl.col(f"date:{column.name}"), pl.col("subject:zero")
    # The first four rules exclude one another, from what is no date at all to what is one and cannot be placed: a
    # cell gets one piece of advice.
    shaped = pl.col(f"{column.name}_precision").is_not_null()
    # A plain number is what a spreadsheet shows of a date in a cell of the wrong format.
    number = raw.str.contains(NUMBER) & ~shaped
    refused = shaped & (pl.col(f"{column.name}_precision") != "day") & (reading.manifest.partial_dates == "refuse")
    yield Rule(
        column.name,
        number,
        'a date as YYYY-MM-DD, because time = "dates" in cohort.toml',
        advise_serial_number,
    )
    yield Rule(
        column.name,
        refused,
        'a whole date as YYYY-MM-DD, because partial_dates = "refuse" in cohort.toml',
        "Complete it, or set partial_dates to first, middle or last.",
    )
    yield Rule(
        column.name,
        shaped & date.is_null() & ~refused,
        f"a date of the calendar from {YEARS[0]} to {YEARS[1]}",
        f"Correct the date{'' if column.required else ', or leave the cell empty if none is known'}.",
    )
    other = raw.is_not_null() & (raw.str.len_bytes() > 0) & ~shaped & ~number
    yield Rule(column.name, other, "a date as YYYY-MM-DD", advise_date)
    if before_moved(column.name) in sheet.frame.columns:
        yield _moved_rule(column, reading)
    if before_held(column.name) in sheet.frame.columns:
        yield _held_rule(column, reading)
    if sheet.knows_subjects:
        lost = date.is_not_null() & zero.is_null() & ~pl.col("subject:zero_told") & ~_outside()
        yield Rule(
            column.name,
            lost,
            "a date of a subject with a day_zero_date to count from",
            "Give the subject's day_zero_date in the subjects table.",
        )


def _moved_rule(column: Column, reading: Reading) -> Rule:
    """A completed day that was moved back is told: the person may know the whole date."""
    rule = reading.manifest.partial_dates
    return Rule(
        column.name,
        pl.col(before_moved(column.name)).is_not_null(),
        "a day not after the last day known of the subject",
        f"The {rule} day of that period is later, so it was moved back to the last day known: write the whole date if "
        "you have it.",
        _put_on(column),
        # No error: the record is right as far as it goes, and only the rule that completed it has been overruled.
        severity="warning",
    )


def _held_rule(column: Column, reading: Reading) -> Rule:
    """A completed day that was moved to agree with the rest of its row."""
    rule = reading.manifest.partial_dates
    return Rule(
        column.name,
        pl.col(before_held(column.name)).is_not_null(),
        "a day that agrees with the other days of the row and with day zero",
        f"The {rule} day of that period does not, so the nearest day that does was taken: write the whole date if you "
        "have it.",
        _put_on(column),
        severity="warning",
    )


def _put_on(column: Column) -> pl.Expr:
    put = pl.col("subject:zero") + pl.duration(days=pl.col(column.name))
    return pl.format("{}, put on {}", given(column.name).cast(pl.String).str.strip_chars(), put)


def _day_zero_rules(sheet: Sheet) -> Iterator[Rule]:
    raw, zero = given(DAY_ZERO.name), pl.col("subject:zero")
    entered = pl.col("entered") == "yes" if "entered" in sheet else pl.lit(False)
    allowed = f"a whole date as YYYY-MM-DD from {YEARS[0]} to {YEARS[1]}"
    yield Rule(DAY_ZERO.name, raw.is_not_null() & zero.is_null(), allowed, _advise_day_zero)
    yield Rule(
        DAY_ZERO.name,
        raw.is_null() & entered,
        allowed,
        "Give it for every subject who entered: all days are counted from it.",
    )


def _advise_day_zero(found: str) -> str:
    return advise_stamp(found) or "Correct the date, or leave the cell empty if the person did not enter."


def _value_and_absence(name: str) -> Rule:
    both = given(name).is_not_null() & given(f"{name}_absent").is_not_null()
    found = pl.format("{} with " + f"{name}_absent" + " = {}", given(name), given(f"{name}_absent"))
    return Rule(name, both, "a value, or the reason why there is none", "Remove one of the two.", found)
