"""Counts that can be read and can hardly be true: they are kept as they were answered, and asked about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from remission.foi.answers.periods import is_doubtful_quarter
from remission.inputs.problems import Problem

# About 150,000 people in the United Kingdom have MS, and over a hundred hospitals treat it: thousands on one therapy at
# one of them are more than there can be.
MOST_PEOPLE = 5_000

Row = Mapping[str, Any]


def questions(answers: Sequence[Row], headers: Sequence[str], title: str) -> Iterator[Problem]:
    """A warning for each count, pair of counts or header of one sheet that somebody should ask about.

    answers: rows of `ANSWERS` in the order of the sheet's columns; headers: of the columns that were read.
    """
    yield from (_too_many(row, title) for row in answers if row["counted"] != "packs" and row["low"] > MOST_PEOPLE)
    of_one_row = sorted(answers, key=lambda row: (row["row"], row["therapy"], row["part"]))
    for _, rows in groupby(of_one_row, key=lambda row: (row["row"], row["therapy"], row["part"])):
        yield from _less_in_longer(list(rows), title)
    yield from (_quarter(header, title) for header in headers if is_doubtful_quarter(header))


def _less_in_longer(rows: Sequence[Row], title: str) -> Iterator[Problem]:
    """Counts of one medicine of which more people were treated in a part of a period than in the whole."""
    timed = [row for row in rows if row["counted"] == "ever in period" and row["period_start"] and row["period_end"]]
    for part in timed:
        for whole in timed:
            if _is_within(part, whole) and whole["high"] is not None and part["low"] > whole["high"]:
                yield _question(
                    title,
                    part,
                    found=f"{part['low']:,}, and {whole['high']:,} in the longer time of column {whole['column']}",
                    allowed="no more people in a part of a period than in the whole",
                    do="Both are counted as they stand. Ask which is right.",
                )


def _is_within(part: Row, whole: Row) -> bool:
    ends = whole["period_start"] <= part["period_start"], part["period_end"] <= whole["period_end"]
    longer = (whole["period_start"], whole["period_end"]) != (part["period_start"], part["period_end"])
    return all(ends) and longer


def _too_many(row: Row, title: str) -> Problem:
    return _question(
        title,
        row,
        found=f"{row['low']:,} people on one therapy",
        allowed=f"at most {MOST_PEOPLE:,} at one hospital",
        do="It is counted as it stands. Ask whether it counts people: it may be an amount, a cost, or two numbers.",
    )


def _question(title: str, row: Row, *, found: str, allowed: str, do: str) -> Problem:
    place = row["row"], row["column"]
    return Problem.at_row(title, *place, found=found, allowed=allowed, do=do, severity="warning")


def _quarter(header: str, title: str) -> Problem:
    return Problem.of_file(
        title,
        found=f"“{header}”, which may be of the calendar year or of the financial year",
        allowed="a quarter with its months (Q1 2026, Jan - Mar), or a financial year (Q1 2025/26)",
        do="It is taken as one of the calendar year. Ask which is meant.",
        severity="warning",
    )
