"""Counts of people beside issued patient-years: what an answer says of what stock data do not show.

One person on treatment all year is one patient-year, so far fewer patient-years than people mean that supply takes
another way. A count of everybody treated in a period is at least the count of a day, and is said to be one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl

from remission.foi.answers.medicines import sold_as_generics
from remission.library.catalogue import therapies

BESIDE: dict[str, type[pl.DataType]] = {
    "code": pl.String,
    "therapy": pl.String,
    "counted": pl.String,
    "period_start": pl.Date,
    "period_end": pl.Date,
    "patients_low": pl.Int64,
    "patients_high": pl.Int64,
    "issued_per_year": pl.Float64,
    "months_reported": pl.Int64,
    "ratio_low": pl.Float64,
    "ratio_high": pl.Float64,
    "words": pl.String,
    "standing": pl.String,
}

# What the rule of coverage takes: people between low and high on a day, and the months for which that holds.
COUNTED_PEOPLE: dict[str, type[pl.DataType]] = {
    "code": pl.String,
    "therapy": pl.String,
    "low": pl.Int64,
    "high": pl.Int64,
    "on": pl.Date,
    "from_month": pl.Date,
    "to_month": pl.Date,
    "standing": pl.String,
}

# Half and double, so that people who start or stop within the year are no sign of homecare yet.
FAR_BELOW, FAR_ABOVE = 0.5, 2.0
HALF_A_YEAR_DAYS = 183
LEAST_MONTHS = 6
MONTHS_PER_YEAR = 12
FAR_BELOW_WORDS = "issued is far below patients: homecare suspected"

Row = dict[str, Any]


def people_counted(answers: pl.DataFrame) -> pl.DataFrame:
    """Answers of one code, therapy and period added up over brands, in the columns of `COUNTED_PEOPLE`.

    answers: rows of `ANSWERS`; packs are left out. None of some brands is not none of the therapy: unless all brands
    of the library are named and it is not sold without a brand, the upper end is then null. Answers of no day at all
    are left out.
    """
    rows = [_people(key, group) for key, group in _groups(answers)]
    return pl.DataFrame([row for row in rows if row["on"]], schema=COUNTED_PEOPLE)


def beside_issued(
    answers: pl.DataFrame,
    issued: pl.DataFrame,
    submissions: pl.DataFrame,
    extracts: Mapping[date, Collection[str]] | None = None,
) -> pl.DataFrame:
    """People in answers, and the patient-years a year that the same code issued around that date, in `BESIDE`.

    issued: month, code, therapy, patient_years; submissions: month, code, rows; codes as now; extracts: the therapies
    that a month's file can show, where that is not a whole one. Months without a submission, and those whose file
    cannot show the therapy, are unknown and not none: the yearly figure is 12 times the mean of the reported months
    within half a year of the date (or of the period), and null for fewer than 6 of them. The ratio is issued over
    people; its upper end is null where nobody at all is possible.
    """
    rows = []
    for key, group in _groups(answers):
        people, therapy = _people(key, group), key[1]
        unseen = [month for month, shown in (extracts or {}).items() if therapy not in shown]
        rows.append(_beside(key, people, issued, submissions.filter(~pl.col("month").is_in(unseen))))
    return pl.DataFrame(rows, schema=BESIDE)


Key = tuple[str, str, str, date | None, date | None]


def _groups(answers: pl.DataFrame) -> Iterator[tuple[Key, list[Row]]]:
    """Rows that together count the people of one code on one therapy; the newest answer of each only."""
    people = answers.filter(pl.col("counted") != "packs")
    together = ["code", "therapy", "counted", "period_start", "period_end"]
    for key, rows in people.group_by(together, maintain_order=True):
        # The newest answer corrects the older ones; both together would count people twice.
        newest = rows["answered"].max()
        kept = rows if newest is None else rows.filter(pl.col("answered") == newest)
        yield key, kept.to_dicts()


def _people(key: Key, rows: list[Row]) -> Row:
    code, therapy, counted, start, end = key
    low, high = _ends(rows)
    on = end or max((row["answered"] for row in rows if row["answered"]), default=None)
    # None of one brand or strength is not none of the therapy.
    if high == 0 and not _is_all_of(therapy, rows):
        high = None
    first = start if counted == "ever in period" and start else on
    months = {"from_month": first.replace(day=1) if first else None, "to_month": on.replace(day=1) if on else None}
    standing = "synthetic" if any(row["standing"] == "synthetic" for row in rows) else "published"
    return {"code": code, "therapy": therapy, "low": low, "high": high, "on": on, **months, "standing": standing}


def _ends(rows: list[Row]) -> tuple[int, int | None]:
    """The least and the most people that rows can mean together.

    Brands of one table are added up. Two tables may be two hospitals or the same people twice: at least the larger of
    them, at most their sum.
    """
    tables: dict[object, int] = {}
    for row in rows:
        place = row["file"], row["sheet"]
        tables[place] = tables.get(place, 0) + row["low"]
    highs = [row["high"] for row in rows if row["high"] is not None]
    # Tables of one answer may count the same people in two ways: at least the larger of them, at most all together.
    return max(tables.values()), sum(highs) if len(highs) == len(rows) else None


def _is_all_of(therapy: str, rows: list[Row]) -> bool:
    """Do these rows, together, speak of everybody on a therapy?"""
    whole = [row for row in rows if not row["part"]]
    if any(not row["brands"] for row in whole):
        return True
    named = {brand for row in whole for brand in row["brands"].split("; ")}
    brands = set(therapies()[therapy].brands) if therapy in therapies() else set()
    # All brands named and counted are everybody, unless the therapy is sold without a brand as well.
    return therapy not in sold_as_generics() and bool(brands) and brands <= named


def _beside(key: Key, people: Row, issued: pl.DataFrame, submissions: pl.DataFrame) -> Row:
    code, therapy, counted, start, end = key
    months = _months_reported(people, counted, submissions)
    here = issued.filter((pl.col("code") == code) & (pl.col("therapy") == therapy) & pl.col("month").is_in(months))
    amount = float(here["patient_years"].sum()) * MONTHS_PER_YEAR / len(months) if len(months) >= LEAST_MONTHS else None
    low, high = _ratio(amount, people["low"], people["high"])
    return {
        "code": code,
        "therapy": therapy,
        "counted": counted,
        "period_start": start,
        "period_end": end,
        "patients_low": people["low"],
        "patients_high": people["high"],
        "issued_per_year": amount,
        "months_reported": len(months),
        "ratio_low": low,
        "ratio_high": high,
        "standing": people["standing"],
        "words": _words(amount, people, (low, high)),
    }


def _months_reported(people: Row, counted: str, submissions: pl.DataFrame) -> list[date]:
    """The months around the date, or of the period, in which the code reported anything."""
    if people["on"] is None:
        return []
    first, last = people["from_month"], people["on"]
    if counted == "current" or first >= last.replace(day=1):
        first = (people["on"] - timedelta(days=HALF_A_YEAR_DAYS)).replace(day=1)
        last = people["on"] + timedelta(days=HALF_A_YEAR_DAYS)
    month = pl.col("month")
    own = submissions.filter((pl.col("code") == people["code"]) & (pl.col("rows") > 0) & month.is_between(first, last))
    return sorted(own["month"].unique().to_list())


def _ratio(amount: float | None, low: int, high: int | None) -> tuple[float | None, float | None]:
    if amount is None:
        return None, None
    smallest = 0.0 if high is None else amount / high if high else None
    return smallest, amount / low if low else None


def _words(amount: float | None, people: Row, ratio: tuple[float | None, float | None]) -> str:
    low, high = ratio
    if amount is None:
        return "too few months were reported around that date to set anything beside it"
    if people["high"] == 0:
        return (
            "nobody was counted and nothing issued: they agree" if amount == 0 else "issued, though nobody was counted"
        )
    if high is not None and high < FAR_BELOW:
        return FAR_BELOW_WORDS
    if low is not None and low > FAR_ABOVE:
        return "issued is far above patients: other uses, or fewer people were counted"
    if low is not None and high is not None and low >= FAR_BELOW and high <= FAR_ABOVE:
        return "issued and patients agree"
    return "the counts are too wide to tell"
