"""Calendar dates, here and nowhere else: text to date, and date to days since the subject's day zero.

A partial date (2021-05, or 2021) stands for a period; a rule named in the manifest picks its first, middle or last
day, and a companion column remembers the precision. All functions are Polars expressions over whole columns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from remission.records.cohort import PartialDates

DATE = r"^\s*\d{4}-\d{2}-\d{2}\s*$"
MONTH = r"^\s*\d{4}-\d{2}\s*$"
STAMP = r"^\s*\d{4}-\d{2}-\d{2}[T ]\s*\d{1,2}:\d{2}"
UNIVERSAL = r"(Z|UTC|[+-]00(:?00)?)\s*$"
YEAR = r"^\s*\d{4}\s*$"
# A year outside these is a slip of the keyboard, and day 1024 in a column of dates must not be read as a year.
YEARS = (1900, 2100)


@dataclass(frozen=True)
class DateColumn:
    """Expressions over one raw column of dates."""

    date: pl.Expr
    precision: pl.Expr


def date_column(raw: pl.Expr, dtype: pl.DataType, rule: PartialDates) -> DateColumn:
    """Read a raw column as dates; with the rule "refuse" a partial date has none.

    >>> frame = pl.DataFrame({"day": ["2021-05", "2021-02-30"]})
    >>> frame.select(date_column(pl.col("day"), pl.String(), "middle").date)["day"].to_list()
    [datetime.date(2021, 5, 15), None]
    """
    # Parquet has dates of its own: whole ones, always, and of any year.
    if dtype == pl.Date:
        return DateColumn(pl.when(_sensible(raw)).then(raw), pl.when(raw.is_not_null()).then(pl.lit("day")))
    text = raw.cast(pl.String).str.strip_chars()
    precision = (
        # By shape and not by trying: "2021" would be read as a number of days by one parser and as a year by another.
        pl.when(text.str.contains(DATE)).then(pl.lit("day"))
        .when(text.str.contains(MONTH)).then(pl.lit("month"))
        .when(text.str.contains(YEAR)).then(pl.lit("year"))
    )  # fmt: skip
    padded = pl.when(precision == "year").then(text + "-01-01").when(precision == "month").then(text + "-01")
    # Not strict: 30 February becomes null and is told with its row, instead of ending the load.
    first = padded.when(precision == "day").then(text).str.to_date("%Y-%m-%d", strict=False)
    chosen = pl.when(precision == "day").then(first).otherwise(_completed(first, precision, rule))
    return DateColumn(pl.when(_sensible(chosen)).then(chosen), precision)


def _sensible(chosen: pl.Expr) -> pl.Expr:
    # Databases write 0001-01-01 and 9999-12-31 for "not known" and "no end".
    return chosen.dt.year().is_between(*YEARS)


def dates_of_stamps(stamps: pl.Series) -> pl.Series:
    """Time stamps as dates, each in the time zone of the column; as texts, if one of them has a time of day.

    Such a text is what a CSV would have, and refused by the same rule: midnight somewhere, written as universal time,
    is the evening before.

    >>> from datetime import datetime
    >>> dates_of_stamps(pl.Series([datetime(2020, 1, 31), datetime(2020, 2, 1, 23)])).to_list()
    ['2020-01-31', '2020-02-01 23:00:00']
    """
    local = stamps.dt.replace_time_zone(None)
    midnight = local == local.dt.truncate("1d")
    if midnight.all():
        return local.dt.date()
    zone = getattr(stamps.dtype, "time_zone", None)
    written = local.dt.strftime("%Y-%m-%d %H:%M:%S") + (f" {zone}" if zone else "")
    return local.dt.strftime("%Y-%m-%d").zip_with(midnight.fill_null(True), written)


def period(date: pl.Expr, precision: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The first and last day that a date as written may mean, from the day chosen for it: one day for a whole date.

    >>> frame = pl.DataFrame({"day": [date(2021, 5, 15), date(2021, 7, 1)], "precision": ["month", "year"]})
    >>> frame.select(period(pl.col("day"), pl.col("precision"))[1])["day"].to_list()
    [datetime.date(2021, 5, 31), datetime.date(2021, 12, 31)]
    """
    year = date.dt.truncate("1y")
    first = pl.when(precision == "month").then(date.dt.month_start()).when(precision == "year").then(year)
    last = pl.when(precision == "month").then(date.dt.month_end()).when(precision == "year")
    return first.otherwise(date), last.then(year.dt.offset_by("1y").dt.offset_by("-1d")).otherwise(date)


def _completed(first: pl.Expr, precision: pl.Expr, rule: PartialDates) -> pl.Expr:
    """The day that stands for a month or year which begins on `first`."""
    of_month, of_year = {
        "refuse": (pl.lit(None, pl.Date), pl.lit(None, pl.Date)),
        "first": (first, first),
        # The 15th, and the first of July: close to the middle of any month or year, and the same every year.
        "middle": (first.dt.offset_by("14d"), first.dt.offset_by("6mo")),
        "last": (first.dt.month_end(), first.dt.offset_by("1y").dt.offset_by("-1d")),
    }[rule]
    return pl.when(precision == "month").then(of_month).otherwise(of_year)


# Day 0 of spreadsheets, and the numbers that are a date from 1927 to 2119.
SPREADSHEET_ZERO = date(1899, 12, 30)
SERIAL_NUMBERS = (10_000, 80_000)


def advise_serial_number(found: str) -> str:
    """What to do about a number where a date should be.

    >>> advise_serial_number("12")
    'Write dates, or set time = "days".'
    """
    number = float(found)
    if not SERIAL_NUMBERS[0] <= number <= SERIAL_NUMBERS[1]:
        return 'Write dates, or set time = "days".'
    day = SPREADSHEET_ZERO + timedelta(days=int(number))
    return f"That may be a spreadsheet's number for {day}: give the cells the format YYYY-MM-DD and save again."


def advise_date(found: str) -> str:
    """What to do about a text where a date should be.

    >>> advise_date("2020-01-01 00:00:00")
    'That is a time stamp: write 2020-01-01, without the time of day.'
    """
    return advise_stamp(found) or "Write year, month and day in that order."


def advise_stamp(found: str) -> str:
    """What to do about a time stamp; empty where there is none."""
    if not re.match(STAMP, found):
        return ""
    if re.search(UNIVERSAL, found):
        return (
            "That is a time stamp of universal time, and may be another day at the place: write the date there, or "
            "keep its own time zone in the column."
        )
    return f"That is a time stamp: write {found.strip()[:10]}, without the time of day."


def days_between(date: pl.Expr, day_zero: pl.Expr) -> pl.Expr:
    """Whole days from day zero to a date; null where either is."""
    return (date - day_zero).dt.total_days().cast(pl.Int32)
