"""What the pages of the atlas say of places: values with their intervals, windows, states, and the standing sentences.

Nothing here says better or worse, and nothing that is unknown becomes a number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from remission.exhibits.month_axis import months_words
from remission.exhibits.wording import MINUS, NBSP, count, level_words, listed
from remission.stats.rounding import round_half_up, text_half_up

Row = Mapping[str, Any]

HOMECARE = "Medicines delivered by homecare companies are mostly not in these data."
FP10 = "What a chemist outside dispenses on a hospital's FP10 form is not in these data."
ISSUED = (
    "Figures are what hospital pharmacies issued from stock, turned into patient-years of treatment; they do not say "
    "what was prescribed, for whom or why, and are no counts of persons."
)
NO_ADVICE = "Not medical advice: ask the MS team about treatment and about where it is given."
NEUTRAL = "More or less is neither better nor worse: it depends on who is treated where, and on what can be seen."

STATES: dict[str, str] = {
    "used": "issued in the month, or supply from another month reaches into it",
    "not used": "reported, not issued, and nothing suggests that another supply is hidden",
    "not visible": "reported, not issued, but it may reach people another way (homecare, an outsourced pharmacy, an "
    "FP10 form), or the file of the month holds other medicines only",
    "not reported": "nothing of any medicine, or only a part, was reported, so nothing is known",
}


def withdrawn_words(therapies: Sequence[str]) -> list[str]:
    """That some therapies are left out, once; nothing without any.

    >>> withdrawn_words(["daclizumab"]), withdrawn_words([])
    (['Left out: daclizumab, withdrawn before the first month of these data.'], [])
    """
    return [f"Left out: {listed(list(therapies))}, withdrawn before the first month of these data."] * bool(therapies)


ABSENT: dict[str, str] = {
    "not visible here": "not visible here",
    "not reported": "not reported",
    "not used here": "not used here",
    "too little issued": "too little issued for a figure",
    "not published": "not published by this nation",
    "not estimable": "not estimable",
}


# How numerator and denominator are put, by the unit of the estimate; `months` are years of the denominator as months.
MADE_FROM: dict[str, str] = {
    "proportion": "{numerator} of {denominator} patient-years",
    "equally common therapies": "{denominator} patient-years",
    "units of starting packs a year": "{numerator} units in {months}",
    "patient-years a year per person expected to have MS": "{numerator} patient-years over {denominator} persons",
}


@dataclass(frozen=True)
class MeasureWords:
    """A measure as readers meet it; `name` is the `what` of its Estimates and the name of its page."""

    name: str
    title: str
    question: str
    why: str
    numerator: str
    denominator: str
    method: str
    definition: str = ""
    cautions: Sequence[str] = ()
    # How numerator and denominator are put, such as "{numerator} now, {denominator} a year before"; empty: by the unit.
    made_from: str = ""
    sources: Sequence[str] = ()


def number_words(value: float, unit: str | None) -> str:
    """A value in its unit: proportions in per cent, others with as many decimals as they bear.

    >>> number_words(0.382, "proportion"), number_words(-3.456, "patient-years"), number_words(1234.5, None)
    ('38.2\\xa0%', '−3.46', '1,235')
    >>> number_words(-0.0004, None), number_words(-0.0004, "proportion")
    ('0.00', '0.0\\xa0%')
    """
    said = _size_words(abs(value), unit)
    # What is rounded to nothing has no sign.
    return f"{MINUS}{said}" if value < 0 and any(digit in said for digit in "123456789") else said


def _size_words(size: float, unit: str | None) -> str:
    if unit == "proportion":
        return f"{text_half_up(100 * size, 1)}{NBSP}%"
    if size >= 1000:
        return f"{round_half_up(size, 0):,.0f}"
    # About three digits, whatever the size: more would be read as precision.
    return text_half_up(size, 2 if size < 10 else 1 if size < 100 else 0)


def estimate_words(row: Row) -> str:
    """An estimate with its interval but without its unit, or why there is none and the bounds that hold all the same.

    >>> estimate_words({"value": 0.382, "low": 0.331, "high": None, "unit": "proportion", "absent_reason": None})
    '38.2\\xa0% (33.1 to open)'
    >>> absent = {"value": None, "low": None, "high": None, "unit": "proportion", "absent_reason": "not visible here"}
    >>> estimate_words(absent), estimate_words({**absent, "low": 0.1, "high": 0.9})
    ('not visible here', 'not visible here (bounds 10.0 to 90.0\\xa0%)')
    """
    limits = _limits(row)
    if row["value"] is None:
        said = ABSENT.get(str(row["absent_reason"]), str(row["absent_reason"] or "not estimable"))
        unit = f"{NBSP}%" if row["unit"] == "proportion" else ""
        return f"{said} (bounds {limits}{unit})" if limits else said
    return f"{number_words(row['value'], row['unit'])} ({limits or 'limits not estimable'})"


def _limits(row: Row) -> str:
    """Both limits, an open one in words; empty when there is neither."""
    ends = [row.get(limit) for limit in ("low", "high")]
    # The sign stands once, after both limits.
    said = ["open" if end is None else number_words(end, row["unit"]).removesuffix(f"{NBSP}%") for end in ends]
    return "" if ends == [None, None] else " to ".join(said)


def said_words(row: Row) -> str:
    """The same in a sentence, with the unit where it is not per cent.

    >>> said_words({"value": 6.0, "low": 5.0, "high": 7.0, "unit": "therapies", "absent_reason": None})
    '6.00 (5.00 to 7.00) therapies'
    """
    unit = row["unit"] if row["value"] is not None and row["unit"] != "proportion" else None
    return f"{estimate_words(row)} {unit}" if unit else estimate_words(row)


def of_words(row: Row, made_from: str = "") -> str:
    """What an estimate was made from; `made_from` says how numerator and denominator are put, if not as its unit does.

    >>> row = {"numerator": 12.34, "denominator": 32.2, "unit": "proportion"}
    >>> of_words(row), of_words({**row, "unit": "x"}, "{numerator} now, {denominator} a year before")
    ('12.3 of 32.2 patient-years', '12.3 now, 32.2 a year before')
    >>> of_words({**row, "denominator": 11 / 12}, "{numerator} in {months}")
    '12.3 in 11 months'
    >>> of_words({**row, "numerator": 0.0, "denominator": 0.0})
    'nothing issued'
    """
    if row["denominator"] is None:
        return "–"
    if row["denominator"] == 0 and row["numerator"] == 0:
        return "nothing issued"
    put = made_from or MADE_FROM.get(str(row["unit"]), "numerator {numerator}, denominator {denominator}")
    parts = {part: amount_words(row[part]) for part in ("numerator", "denominator")}
    return put.format(**parts, months=count(round(12 * row["denominator"]), "month"))


def amount_words(value: float | None) -> str:
    """Patient-years or a like amount; unknown is a dash, never 0, and what is issued but small is not 0 either.

    >>> amount_words(None), amount_words(0.0), amount_words(0.004), amount_words(12.34), amount_words(1234.6)
    ('–', '0', 'under 0.05', '12.3', '1,235')
    """
    if value is None:
        return "–"
    # It would be rounded to 0.0, and what was issued is not nothing.
    if 0 < abs(value) < 0.05:
        return "under 0.05" if value > 0 else f"over {MINUS}0.05"
    if value == 0:
        return "0"
    said = text_half_up(abs(value), 1) if abs(value) < 100 else f"{round_half_up(abs(value), 0):,.0f}"
    return said if value > 0 else f"{MINUS}{said}"


def day_of(number: int) -> date:
    """A day of the Estimates as a date.

    >>> day_of(0)
    datetime.date(1970, 1, 1)
    """
    return date(1970, 1, 1) + timedelta(days=int(number))


def window_words(row: Row) -> str:
    """The window of an estimate, in months."""
    if row["from_day"] is None or row["to_day"] is None:
        return "no window"
    return months_words(day_of(row["from_day"]).replace(day=1), day_of(row["to_day"]).replace(day=1))


def interval_name(rows: Sequence[Row]) -> str:
    """What the intervals of some rows are called, by their level.

    >>> interval_name([{"level": 0.95}])
    '95\\xa0% interval'
    """
    levels = {row["level"] for row in rows if row.get("level") is not None}
    return f"{level_words(levels.pop())} interval" if len(levels) == 1 else "interval"
