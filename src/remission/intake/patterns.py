"""How exports write dates and numbers: which ways fit the values of a column, and what a value says by one way.

A value that two ways read differently (03/04/2021) is never decided here: who asks gets both.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

from remission.records.files.dates import YEARS

Order = str
# What stands between the parts may be any of . / - and a blank: programs differ in it, and no date hangs on it.
_DATE = re.compile(r"(\d{1,4})[./ -](\d{1,4})(?:[./ -](\d{1,4}))?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MIDNIGHT = re.compile(r"[T ]0{1,2}:00(?::00(?:\.0+)?)?$")
# Places of year, month and day among the parts as written.
ORDERS: dict[Order, tuple[int, int, int]] = {
    "DD/MM/YYYY": (2, 1, 0),
    "MM/DD/YYYY": (2, 0, 1),
    "YYYY-MM-DD": (0, 1, 2),
    "DD/MM/YY": (2, 1, 0),
    "MM/DD/YY": (2, 0, 1),
    "YY-MM-DD": (0, 1, 2),
}
# The first of the hundred years in which years of two digits are taken to lie where only their order is asked.
ASSUMED_FROM = 1950
DECIMALS = (".", ",")


def read_date(value: str, order: Order, years_from: int | None = None) -> str | None:
    """A date by one order as YYYY-MM-DD, or YYYY-MM or YYYY where that is all it says; None when it does not fit.

    By an order of two digits a year is that of the hundred from `years_from` on; one of four digits says itself.

    >>> read_date("03/04/2021", "DD/MM/YYYY"), read_date("06/2021", "DD/MM/YYYY"), read_date("31.02.2020", "DD/MM/YYYY")
    ('2021-04-03', '2021-06', None)
    >>> read_date("03/04/30", "DD/MM/YY", 1930), read_date("03/04/29", "DD/MM/YY", 1930)
    ('1930-04-03', '2029-04-03')
    """
    text = _MIDNIGHT.sub("", value)
    if re.fullmatch(r"\d{4}", text):
        return text if _sensible(int(text)) else None
    found = _DATE.fullmatch(text) or (_COMPACT.fullmatch(text) if order.startswith("YY") else None)
    if found is None:
        return None
    parts = [part for part in found.groups() if part is not None]
    if len(parts) == 2:  # in whatever order days come, a month and a year are told by the four digits
        year, month = parts if order.startswith("YY") else parts[::-1]
        return _month(year, month)
    year, month, day = (parts[place] for place in ORDERS[order])
    if len(year) == 2 and "YYYY" not in order and years_from is not None:
        year = str(years_from + (int(year) - years_from) % 100)
    if len(year) != 4 or len(day) > 2 or not _sensible(int(year)):
        return None
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def has_short_year(value: str) -> bool:
    """Is it a date without a year of four digits, of which nobody can tell the century?

    >>> has_short_year("03/04/21"), has_short_year("03/04/2021"), has_short_year("04/2021")
    (True, False, False)
    """
    found = _DATE.fullmatch(_MIDNIGHT.sub("", value))
    return found is not None and found[3] is not None and all(len(part) <= 2 for part in found.groups())


def _month(year: str, month: str) -> str | None:
    fits = len(year) == 4 and len(month) <= 2 and 1 <= int(month) <= 12 and _sensible(int(year))
    return f"{year}-{int(month):02}" if fits else None


def _sensible(year: int) -> bool:
    return YEARS[0] <= year <= YEARS[1]


def fitting_orders(values: Collection[str]) -> tuple[Order, ...]:
    """The orders that read every value which any of them reads: one, if there is no doubt; none, if none fits all.

    Of orders that read all values alike one is given, for nothing hangs on which.

    >>> fitting_orders(["30/01/2016", "03/04/2016"]), fitting_orders(["03/04/2016"])
    (('DD/MM/YYYY',), ('DD/MM/YYYY', 'MM/DD/YYYY'))
    """
    read = {order: [read_date(value, order, ASSUMED_FROM) for value in values] for order in ORDERS}
    dates = [place for place in range(len(values)) if any(read[order][place] for order in ORDERS)]
    if not dates:
        return ()
    distinct: dict[tuple[str | None, ...], Order] = {}
    for order in ORDERS:
        said = tuple(read[order][place] for place in dates)
        if all(said):
            distinct.setdefault(said, order)
    return tuple(distinct.values())


def fits_days(value: str) -> bool:
    """Is it a whole number of days, and no year or date without signs between?"""
    return bool(re.fullmatch(r"[+-]?\d{1,5}", value))


def read_number(value: str, decimal: str) -> str | None:
    """A number with a point; None when it does not fit. Signs between thousands are not read.

    >>> read_number("3,5", ","), read_number("3,5", "."), read_number("1.234,5", ",")
    ('3.5', None, None)
    """
    return value.replace(",", ".") if re.fullmatch(rf"[+-]?\d+(?:{re.escape(decimal)}\d+)?", value) else None


def fitting_decimals(values: Collection[str]) -> tuple[str, ...]:
    """The decimal signs that the values may have; with no sign in any of them, a point.

    Where three digits stand behind every sign it may be one between thousands, and both are given.

    >>> fitting_decimals(["3,5", "4"]), fitting_decimals(["1,234"]), fitting_decimals(["3"])
    ((',',), ('.', ','), ('.',))
    """
    signs = {sign for value in values for sign in DECIMALS if re.fullmatch(rf"[+-]?\d+{re.escape(sign)}\d+", value)}
    if len(signs) != 1:
        return DECIMALS if signs else (".",)
    (sign,) = signs
    sure = any(re.fullmatch(rf"[+-]?\d+{re.escape(sign)}(?:\d{{1,2}}|\d{{4,}})", value) for value in values)
    return (sign,) if sure else DECIMALS
