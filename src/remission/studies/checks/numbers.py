"""What a printed number cannot be: a percentage that is no n of N, an interval that does not hold its value."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from remission.stats.intervals import normal_quantile
from remission.studies.quantities import Quantity, quantities

if TYPE_CHECKING:
    from remission.studies.study import Number, Study

# What was found, what is allowed, what to do; the key of a number that it is about.
Wrong = tuple[str, str, str, str]
# Intervals of other kinds than the plain one are up to a quarter narrower with few people.
NARROWEST = 0.75


def wrong_numbers(study: Study) -> Iterator[tuple[int, Wrong]]:
    """Everything that is wrong with the numbers of a study, by their place (from 1)."""
    for place, number in enumerate(study.numbers, 1):
        quantity = quantities().get(number.what)
        if quantity is None:
            continue
        for rule in RULES:
            if found := rule(number, quantity, study):
                yield place, found


def _says_nothing(number: Number, _: Quantity, __: Study) -> Wrong | None:
    given = (number.value, number.events, number.low, number.high)
    if any(one is not None for one in given):
        return None
    return "value", "no number at all", "a value, events or an interval", "Write what was printed, or take it out."


def _negative(number: Number, quantity: Quantity, _: Study) -> Wrong | None:
    may_be = number.what.endswith(("-change", "-difference"))
    for key in ("value", "low", "high"):
        found = getattr(number, key)
        if found is not None and found < 0 and not may_be:
            return key, f"{found:g}", "0 or more", "Look it up again."
        if found is not None and quantity.is_percentage and found > 100:
            return key, f"{found:g}", "a percentage of 0 to 100", "Look it up again."
        if found == 0 and quantity.shape == "ratio":
            return key, "0", "a ratio above 0", "Look it up again: a ratio of 0 has no interval."
    return None


def _outside(number: Number, _: Quantity, __: Study) -> Wrong | None:
    value, low, high = number.value, number.low, number.high
    do = "Look all three numbers up again."
    if low is not None and high is not None and low > high:
        return "low", f"{low:g} above {high:g}", "a lower end below the upper", do
    if value is not None and ((low is not None and value < low) or (high is not None and value > high)):
        ends = " to ".join("not told" if one is None else f"{one:g}" for one in (low, high))
        return "value", f"{value:g} outside {ends}", "a value inside its interval", do
    return None


def _without_level(number: Number, _: Quantity, __: Study) -> Wrong | None:
    ends = number.low is not None or number.high is not None
    if ends and number.interval == "confidence" and number.level is None:
        return "level", "an interval without its level", "such as level = 0.95", "Add it, or say what low and high are."
    if not ends and number.level is not None:
        return "level", f"{number.level:g} without an interval", "a level beside low and high", "Add both ends."
    return None


def _without_arithmetic(number: Number, _: Quantity, __: Study) -> Wrong | None:
    if number.status != "derived" or number.note:
        return None
    return "note", "a derived number without its arithmetic", "such as 465 + 481", "Say how it was worked out."


def _without_time(number: Number, _: Quantity, __: Study) -> Wrong | None:
    if number.how != "Kaplan-Meier" or number.months is not None or number.at:
        return None
    return "months", "a Kaplan-Meier share without its time", "months = 60", "Add when it holds, or the words in `at`."


def _more_events_than_people(number: Number, quantity: Quantity, _: Study) -> Wrong | None:
    if number.events is None or number.denominator is None or quantity.shape == "rate":
        return None
    if number.events <= number.denominator:
        return None
    return "events", f"{number.events} of {number.denominator}", "no more than there are people", "Look both up again."


def _more_people_than_in_the_arm(number: Number, _: Quantity, study: Study) -> Wrong | None:
    people = study.people(number.arm)
    if number.what == "people" or people is None or number.denominator is None or number.denominator <= people:
        return None
    return (
        "denominator",
        f"{number.denominator} of an arm of {people}",
        "no more than the arm has",
        "Look both up again.",
    )


def _no_share_of_counts(number: Number, quantity: Quantity, _: Study) -> Wrong | None:
    """A percentage declared a count must be events / denominator, rounded or cut off at its last printed digit."""
    if number.how != "count" or not quantity.is_percentage or number.value is None:
        return None
    if number.events is None or not number.denominator:
        do = 'Add events and denominator, or take how = "count" out.'
        return "value", f"{number.value:g} % without its n of N", "a count of people beside it", do
    share = 100 * number.events / number.denominator
    if abs(share - number.value) < last_digit(number.value) - 1e-9:
        return None
    found = f"{number.value:g} % for {number.events} of {number.denominator}"
    return "value", found, f"{share:.1f} %", 'Look all three up again, or take how = "count" out.'


def _too_narrow(number: Number, _: Quantity, study: Study) -> Wrong | None:
    """An interval narrower than if all had been followed to the end: some of the three numbers belong elsewhere."""
    people = number.denominator or study.people(number.arm)
    if number.how != "Kaplan-Meier" or not number.has_interval or not people or not number.level:
        return None
    value, low, high = number.value or 0, number.low or 0, number.high or 0
    reach = 100 * normal_quantile(number.level) * math.sqrt(value / 100 * (1 - value / 100) / people)
    slack = last_digit(value, low, high)
    # An interval that was cut at 100 tells by its lower half only.
    printed, least = (value - low, reach) if high >= 100 else (high - low, 2 * reach)
    if printed + slack >= NARROWEST * least:
        return None
    found = f"{value:g} ({low:g} to {high:g}) of {people} people"
    allowed = f"a width of about {least:.0f} or more at level {number.level:g}"
    return "low", found, allowed, "Look the interval, its level and the number of people up again."


def last_digit(*printed: float) -> float:
    """One unit of the last digit that is printed in any of some numbers.

    >>> last_digit(73.0), last_digit(69.2, 50)
    (1.0, 0.1)
    """
    # A file says 66 or 66.0 and means the same: a zero at the end tells nothing.
    digits = [len(match[1]) for one in printed if (match := re.search(r"\.(\d*[1-9])0*$", repr(float(one))))]
    return float(10.0 ** -max(digits, default=0))


RULES: tuple[Callable[[Number, Quantity, Study], Wrong | None], ...] = (
    _says_nothing,
    _negative,
    _outside,
    _without_level,
    _without_arithmetic,
    _without_time,
    _more_events_than_people,
    _more_people_than_in_the_arm,
    _no_share_of_counts,
    _too_narrow,
)
