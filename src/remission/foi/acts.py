"""The two Acts: their names, their limit, whom they bind, and the days on which their clock rests."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from typing import Literal, NamedTuple

from remission.library.catalogue import LIBRARY

Act = Literal["FOIA", "FOISA"]
ACTS: tuple[Act, ...] = ("FOIA", "FOISA")
ACT_TITLES: dict[Act, str] = {
    "FOIA": "Freedom of Information Act 2000",
    "FOISA": "Freedom of Information (Scotland) Act 2002",
}
LIMIT_WORKING_DAYS = 20
SCOTLAND = "Scotland"
LIST = "library/foi/bank_holidays.csv"


class BankHoliday(NamedTuple):
    """One line of the list: a weekday on which banks rest in a jurisdiction, and since when we know it."""

    jurisdiction: str
    day: date
    name: str
    kind: str
    vintage: date
    source: str
    status: str


@cache
def bank_holidays() -> tuple[BankHoliday, ...]:
    """The whole list.

    >>> [one.name for one in bank_holidays() if one.day == date(2026, 11, 30)]
    ["St Andrew's Day"]
    """
    with (LIBRARY / "foi" / "bank_holidays.csv").open(encoding="utf-8", newline="") as opened:
        return tuple(
            BankHoliday(
                row["jurisdiction"],
                date.fromisoformat(row["date"]),
                row["name"],
                row["kind"],
                date.fromisoformat(row["vintage"]),
                row["source"],
                row["status"],
            )
            for row in csv.DictReader(opened)
        )


def act_of(nation: str) -> Act:
    """The Act under which a body of this nation answers.

    >>> act_of("Wales"), act_of("Scotland")
    ('FOIA', 'FOISA')
    """
    return "FOISA" if nation.strip().casefold() == SCOTLAND.casefold() else "FOIA"
