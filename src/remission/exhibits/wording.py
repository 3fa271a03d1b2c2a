"""Numbers and sentences as readers see them; every number is rounded half up and every interval names its level."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from remission.stats.horizons import days_to_months, days_to_years
from remission.stats.rounding import RECOGNISED_HALF, round_half_up, text_half_up

# So many letters of the usual size fill the margin that a wide picture keeps for words.
LABEL_LETTERS = 34
# Pictures, documents and workbooks are XML, which has no way to write these signs.
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

Row = Mapping[str, Any]

# A no-break space, so that a unit never stands alone on the next line.
NBSP = "\u00a0"
MINUS = "\u2212"
END_WORDS = {
    "completed": "completed follow-up",
    "lost": "lost to follow-up",
    "withdrew": "withdrew",
    "died": "died",
    "cut-off": "cut off",
    None: "reason not recorded",
}


def percent(share: float, digits: int = 1) -> str:
    """A proportion in per cent; some is never written as none, nor most as all.

    >>> percent(0.8625), percent(0.0004), percent(0.9996)
    ('86.3\\xa0%', 'under 0.1\\xa0%', 'over 99.9\\xa0%')
    """
    return f"{_per_cent(share, digits)}{NBSP}%"


def _per_cent(share: float, digits: int) -> str:
    said, step = text_half_up(100 * share, digits), 10.0**-digits
    # One of 3,000 is not 0 %: rounded to a bound, a share would read as certain. What is a bound but for its last
    # digits is one.
    if float(said) in (0, 100) and RECOGNISED_HALF < share < 1 - RECOGNISED_HALF:
        return f"over {100 - step:.{digits}f}" if float(said) else f"under {step:.{digits}f}"
    return said


def level_words(level: float) -> str:
    """A confidence level in per cent, with no more decimals than it has.

    >>> level_words(0.9), level_words(0.999)
    ('90\\xa0%', '99.9\\xa0%')
    """
    return f"{round_half_up(100 * level, 2):g}{NBSP}%"


def years(days: float, digits: int = 1) -> str:
    """Days in years, a whole number of years without decimals.

    >>> years(1826), years(1096, 1), years(900)
    ('5', '3', '2.5')
    """
    # Two decimals first: 1826 days are 4.9993 years, and everybody calls that five.
    rounded = round_half_up(days_to_years(days), 2)
    return f"{rounded:g}" if rounded == int(rounded) else text_half_up(days_to_years(days), digits)


def at_years(days: float) -> str:
    """A time in years, with its noun.

    >>> at_years(365), at_years(1826)
    ('1\\xa0year', '5\\xa0years')
    """
    number = years(days)
    return f"{number}{NBSP}{'year' if number == '1' else 'years'}"


def period(days: float) -> str:
    """A stretch of time with its noun, in days where it is shorter than a year.

    >>> period(80), period(1), period(365), period(1826)
    ('80\\xa0days', '1\\xa0day', '1\\xa0year', '5\\xa0years')
    """
    return f"{days:g}{NBSP}{'day' if days == 1 else 'days'}" if days < 365 else at_years(days)


def day_words(day: date) -> str:
    """A day of the calendar.

    >>> day_words(date(2026, 11, 2))
    '2 November 2026'
    """
    return f"{day.day} {day:%B %Y}"


def within(days: float) -> str:
    """A horizon from day zero.

    >>> within(365), within(1826)
    ('within the first year', 'within the first 5\\xa0years')
    """
    return f"within the first {'year' if period(days) == f'1{NBSP}year' else period(days)}"


def months(days: float) -> str:
    """Days in whole months."""
    return text_half_up(days_to_months(days))


def signed(value: float, digits: int = 1) -> str:
    """A change, with its sign.

    >>> signed(-0.5), signed(1), signed(0)
    ('−0.5', '+1.0', '0.0')
    """
    # No sign before a nought: -0.04 is "0.0" in print.
    text = text_half_up(abs(value), digits)
    return text if not float(text) else f"{'+' if value > 0 else MINUS}{text}"


def p_words(p: float) -> str:
    """A p-value to three decimals, never 0.000 and never one that does not exist.

    >>> p_words(0.0012), p_words(0.00001), p_words(float("nan"))
    ('p\\xa0=\\xa00.001', 'p\\xa0<\\xa00.001', 'p not estimable')
    """
    if math.isnan(p):
        return "p not estimable"
    sign, number = ("=", text_half_up(p, 3)) if round_half_up(p, 3) >= 0.001 else ("<", "0.001")
    return f"p{NBSP}{sign}{NBSP}{number}"


def count(number: int | float, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> count(1, "person"), count(1200, "person"), count(2, "of them", "of them")
    ('1 person', '1,200 persons', '2 of them')
    """
    text = f"{number:,.0f}" if float(number).is_integer() else text_half_up(number, 1)
    return f"{text} {one if number == 1 else many or one + 's'}"


def amount(weight: float) -> str:
    """How many: a whole number, or with one decimal where people are weighted.

    >>> amount(1200000.0), amount(2.5)
    ('1200000', '2.5')
    """
    return text_half_up(weight, 0 if float(weight).is_integer() else 1)


def listed(parts: list[str], joined_by: str = "and") -> str:
    """Parts put into one phrase.

    >>> listed(["a", "b", "c"]), listed(["a", "b"], "or")
    ('a, b and c', 'a or b')
    """
    return f" {joined_by} ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


@dataclass(frozen=True)
class EventWords:
    """An event in sentences: what happened to somebody, its noun, and being without it."""

    past: str
    noun: str
    without: str

    @property
    def perfect(self) -> str:
        """What had happened by a certain day."""
        return "had died" if self == DEATH else self.past

    def left(self, number: int) -> str:
        """What is said of so many without the event."""
        if self != DEATH:
            return "had none"
        return "was alive" if number == 1 else "were alive"


DEATH = EventWords("died", "death", "alive")


def event_words(title: str, own: tuple[str, str, str] | None = None) -> EventWords:
    """An event in sentences: in the words of its rule (`own`) when that has some, else from its endpoint's title.

    >>> event_words("Relapse (HALT-MS)").past, event_words("Survival", ("died", "death", "alive")) == DEATH
    ('had a relapse', True)
    """
    if own is not None:
        return EventWords(*own)
    noun = event_noun(title)
    return EventWords(f"had {noun}", noun, f"without {noun}")


def event_noun(title: str) -> str:
    """A title inside a sentence: without what is in brackets, in lower case unless it is an abbreviation.

    >>> event_noun("Relapse (HALT-MS)"), event_noun("MRI activity")
    ('a relapse', 'MRI activity')
    """
    short = title.partition(" (")[0]
    # Two capitals at the start are an abbreviation: "MRI activity" keeps its letters, "Relapse" does not.
    noun = short if short[:2].isupper() else short[:1].lower() + short[1:]
    return f"a {noun}" if noun.startswith("relapse") else noun


def interval_words(row: Row, digits: int = 1) -> str:
    """A proportion with its limits, or why there are none.

    >>> interval_words({"value": 0.692, "low": 0.502, "high": 0.821, "absent_reason": None})
    '69.2\\xa0% (50.2 to 82.1)'
    """
    if row["value"] is None or row["low"] is None or row["high"] is None:
        return absent_words(row, digits)
    return f"{percent(row['value'], digits)} ({limits_words(row, digits)})"


def limits_words(row: Row, digits: int = 1) -> str:
    """The limits of a proportion, in per cent without the sign; one that is no bound is never printed as one.

    >>> limits_words({"low": 0.0004, "high": 0.9996}), limits_words({"low": 0.0, "high": 1.0})
    ('under 0.1 to over 99.9', '0.0 to 100.0')
    """
    return " to ".join(_per_cent(row[limit], digits) for limit in ("low", "high"))


def absent_words(row: Row, digits: int = 1) -> str:
    """What to print for a proportion without limits: nothing seen to happen is not 100 %."""
    # 1 without limits is a curve on which nothing happened: printed as 100 % it would read as a finding.
    if row["value"] is None or row["value"] == 1:
        return row["absent_reason"] or "not estimable" if row["value"] is None else _nothing_seen(row)
    return f"{percent(row['value'], digits)} (limits not estimable)"


def _nothing_seen(row: Row) -> str:
    whom = f"none of {row['n']:,} had an event" if row.get("n") else "no event"
    return f"{whom} by then; limits not estimable"


def spread_words(row: Row, digits: int = 1) -> str:
    """A median with its limits, as they are."""
    if row["value"] is None:
        return row["absent_reason"] or "not estimable"
    low, high = (text_half_up(row[limit], digits) for limit in ("low", "high"))
    return f"{text_half_up(row['value'], digits)} ({low} to {high})"


def time_words(row: Row) -> str:
    """A time in days as years, with its limits, each of which may not have been reached.

    >>> time_words({"value": 1461, "low": 1096, "high": None, "absent_reason": "upper limit not reached"})
    '4.0 years (3.0 to not reached)'
    """
    if row["value"] is None:
        low = "" if row["low"] is None else f" (lower limit {text_half_up(days_to_years(row['low']), 1)} years)"
        return f"{row['absent_reason'] or 'not estimable'}{low}"
    low, high = ("not reached" if row[x] is None else text_half_up(days_to_years(row[x]), 1) for x in ("low", "high"))
    limits = "limits not estimable" if row["low"] is None and row["high"] is None else f"{low} to {high}"
    # A spread without a confidence level is no interval.
    limits = f"range {limits}" if row.get("level", 1) is None else limits
    return f"{text_half_up(days_to_years(row['value']), 1)} years ({limits})"


def method_words(interval: str, level: float, *, late_entry: bool = False) -> str:
    """How the intervals of a curve were made."""
    late = " with late entry" if late_entry else ""
    return f"Kaplan-Meier{late}, Greenwood variance, {level_words(level)} {interval} interval"


def since_day_zero(day_zero: str, origin_day: int = 0, origin: str = "") -> str:
    """The title of a time axis, in years; what the manifest adds in brackets is left out.

    `origin` is the title of the endpoint at whose event time begins, where it does not begin at day zero.

    >>> since_day_zero("transplant (infusion of the graft)"), since_day_zero("transplant", 365)
    ('Years since transplant', 'Years since day 365 after transplant')
    >>> since_day_zero("transplant", origin="Improvement, at its confirmation")
    'Years since improvement, at its confirmation'
    """
    if origin:
        return f"Years since {event_noun(origin)}"
    zero = day_zero.partition("(")[0].strip()
    # A title of an axis has room for some 40 letters; a longer one would run out of the picture.
    zero = zero if 0 < len(zero) <= 40 else "day zero"
    return f"Years since day {origin_day} after {zero}" if origin_day else f"Years since {zero}"


def in_xml(text: str) -> str:
    """The text with a mark in the place of each sign that no XML can hold.

    >>> in_xml("a\\x07b\\uffff") == "a\ufffdb\ufffd"
    True
    """
    return _NOT_IN_XML.sub("\ufffd", text)


def anchor(title: str) -> str:
    """The anchor of a heading, as Markdown has it.

    >>> anchor("RAW, PIRA, or neither")
    'raw-pira-or-neither'
    """
    return "".join(letter for letter in title.lower() if letter.isalnum() or letter in " -").replace(" ", "-")


def wrapped(label: str, letters: int = LABEL_LETTERS) -> list[str]:
    """A label in lines that fit beside a plot.

    >>> wrapped("a label that is far too long to stand beside a plot")
    ['a label that is far too long to', 'stand beside a plot']
    """
    return textwrap.wrap(label, letters) or [""]
