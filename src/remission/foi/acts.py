"""The two Acts: their names, their limit, whom they bind, and the days on which their clock rests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from remission.inputs.declared import key
from remission.inputs.provenance import STATUSES
from remission.library.catalogue import table

Act = Literal["FOIA", "FOISA"]
ACTS: tuple[Act, ...] = ("FOIA", "FOISA")
ACT_TITLES: dict[Act, str] = {
    "FOIA": "Freedom of Information Act 2000",
    "FOISA": "Freedom of Information (Scotland) Act 2002",
}
LIMIT_WORKING_DAYS = 20
SCOTLAND = "Scotland"
LIST = "library/foi/bank_holidays.csv"


@dataclass(frozen=True)
class BankHoliday:
    """One line of the list: a weekday on which banks rest in a jurisdiction, and since when we know it."""

    jurisdiction: str
    day: date = key("The day", name="date")
    name: str = key("What the day is called")
    kind: str = key("Whether it is the day itself or stands in for one")
    vintage: date = key("Since when we know it")
    source: str = key("Where we know it from")
    status: str = key("How far that was checked", choices=STATUSES)


@cache
def bank_holidays() -> tuple[BankHoliday, ...]:
    """The whole list.

    >>> [one.name for one in bank_holidays() if one.day == date(2026, 11, 30)]
    ["St Andrew's Day"]
    """
    return table("foi/bank_holidays", BankHoliday)


def act_of(nation: str) -> Act:
    """The Act under which a body of this nation answers.

    >>> act_of("Wales"), act_of("Scotland")
    ('FOIA', 'FOISA')
    """
    return "FOISA" if nation.strip().casefold() == SCOTLAND.casefold() else "FOIA"
