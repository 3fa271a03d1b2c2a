"""Numbers of studies as pages print them: as they were printed, with their interval, people, time and status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.exhibits.synthesis.lines import STATUS_SIGNS
from remission.exhibits.wording import MINUS, NBSP, count, level_words, percent
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.studies.quantities import Quantity
    from remission.studies.study import Number

STATUS_WORDS: dict[str, str] = {
    "verified": "read where the authors printed it",
    "secondary": "second-hand: read in somebody else's table or summary",
    "derived": "worked out here from printed numbers",
    "unverified": "not read; never shown as fact",
}
_INTERVALS: dict[str, str] = {"range": "range", "quartiles": "quartiles", "protocol": "by protocol"}
_UNITS: dict[str, str] = {"%": f"{NBSP}%", "ratio": "", "score": "", "people": " people"}


def number_words(number: Number, quantity: Quantity) -> str:
    """A number as it was printed, with what stands around it.

    >>> from remission.evidence.words import number_words
    >>> from remission.studies.quantities import quantities
    >>> from remission.studies.study import Number
    >>> from datetime import date
    >>> read = ("verified", "doi:x", "abstract", date(2026, 11, 22))
    >>> deaths = Number("transplant-deaths", *read, events=3, denominator=21)
    >>> number_words(deaths, quantities()["transplant-deaths"])
    '3 of 21 (14.3\\xa0%)'
    """
    if number.value is None:
        return _counted(number) or printed_interval(number) or "no number"
    value = f"{plain(number.value)}{_UNITS.get(quantity.unit, f' {quantity.unit}')}"
    around = [part for part in (printed_interval(number), _people(number)) if part]
    return f"{value} ({'; '.join(around)})" if around else value


def begun(words: str) -> str:
    """Words as they begin a sentence; an abbreviation stays one.

    >>> begun("all people together"), begun("EDSS at the start")
    ('All people together', 'EDSS at the start')
    """
    return words[:1].upper() + words[1:]


def unless_verified(number: Number) -> str:
    """How far a number was checked, as the end of a bracket; empty for one that was read where it was printed.

    >>> from remission.studies.study import Number
    >>> unless_verified(Number("neda", "secondary", "x", "y")), unless_verified(Number("neda", "verified", "x", "y"))
    ('; second-hand', '')
    """
    return f"; {STATUS_SIGNS[number.status][1]}" if number.status in STATUS_SIGNS else ""


def ended(words: str) -> str:
    """Words with a full stop, if they have no end of their own.

    >>> ended("Kept: 58 %"), ended("It is so.")
    ('Kept: 58 %.', 'It is so.')
    """
    return words if words.endswith((".", "?", "!")) else f"{words}."


def plain(value: float) -> str:
    """A number with no more digits than it has, and a minus that is one.

    >>> plain(-0.5), plain(1105.0)
    ('\u22120.5', '1,105')
    """
    return f"{value:,g}".replace("-", MINUS)


def _counted(number: Number) -> str:
    if number.events is None or not number.denominator:
        return "" if number.events is None else count(number.events, "event")
    share = percent(number.events / number.denominator)
    return f"{number.events:,} of {number.denominator:,} ({share})"


def _people(number: Number) -> str:
    if number.events is not None and number.denominator:
        return f"{number.events:,} of {number.denominator:,}"
    return f"of {number.denominator:,} people" if number.denominator else ""


def printed_interval(number: Number) -> str:
    """The interval as it was printed, with what it is; empty where none was.

    >>> from datetime import date
    >>> from remission.studies.study import Number
    >>> printed_interval(Number("neda", "verified", "x", "y", value=69.2, low=50.2, high=82.1, level=0.9))
    '90\\xa0% interval 50.2 to 82.1'
    """
    if number.low is not None and number.high is not None:
        limits = f"{plain(number.low)} to {plain(number.high)}"
        if number.interval == "confidence":
            level = "interval, level not printed," if number.level is None else f"{level_words(number.level)} interval"
            return f"{level} {limits}"
        return f"{_INTERVALS.get(number.interval, number.interval)} {limits}"
    return f"standard error {number.standard_error:g}" if number.standard_error is not None else ""


def when_words(number: Number) -> str:
    """When it holds, in words; empty where that is not printed.

    >>> from datetime import date
    >>> from remission.studies.study import Number
    >>> when_words(Number("neda", "verified", "doi:x", "abstract", date(2026, 11, 22), value=73, months=60))
    'at 5\\xa0years'
    """
    if number.months is None:
        return number.at
    years = number.months / 12
    if number.months < 12:
        return f"at {number.months:g}{NBSP}{'month' if number.months == 1 else 'months'}"
    said = f"{years:g}" if years == int(years) else text_half_up(years, 1)
    return f"at {said}{NBSP}{'year' if said == '1' else 'years'}"


def of_whom_words(number: Number, arms: int = 2) -> str:
    """Of which part of the people of a study with so many arms it is; a single arm is not named.

    >>> from remission.studies.study import Number
    >>> of_whom_words(Number("neda", "verified", "x", "y", arm="BEAM", course="RRMS", value=1))
    'BEAM, RRMS'
    """
    alone = number.arm if arms > 1 else ""
    against = f"{number.arm} against {number.against}" if number.against else alone
    return ", ".join(filter(None, [against, number.course, number.among]))
