"""What the public page shows: three counts, from the end of the last quarter, and nothing else.

A count below ten is withheld, the others are rounded to the nearest five. A quarter is counted once: asked again it is
what was counted then, so that nobody learns from a difference who came or left in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from remission.registry.consent import covers, told_under
from remission.registry.day_zero import HSCT
from remission.registry.rows import Person, usable
from remission.registry.values import Told, told

if TYPE_CHECKING:
    from remission.registry.answers import Answer

FEWEST = 10
ROUNDED_TO = 5


@dataclass(frozen=True)
class QuarterCounts:
    """The three counts at the end of a quarter, each rounded, or None where it is withheld."""

    quarter_end: date
    people: int | None
    transplants: int | None
    countries: int | None


def last_quarter_end(on: date) -> date:
    """The last day of the quarter before the one of `on`.

    >>> last_quarter_end(date(2026, 5, 3))
    datetime.date(2026, 3, 31)
    """
    return date(on.year, 3 * ((on.month - 1) // 3) + 1, 1) - timedelta(days=1)


def count_last_quarter(
    people: Sequence[Person], answers: Sequence[Answer], *, on: date, kept: Sequence[QuarterCounts] = ()
) -> QuarterCounts:
    """The counts at the end of the last quarter: those of `kept` where it was counted already, otherwise new ones.

    Counted are persons whose consent covered public aggregates then and covers them now, the transplants they had told
    of, and the countries they had said they live in.

    >>> count_last_quarter([], [], on=date(2026, 5, 3)).people is None
    True
    """
    end = last_quarter_end(on)
    frozen = next((one for one in kept if one.quarter_end == end), None)
    return _count(people, answers, end, on) if frozen is None else frozen


def shown(count: int) -> int | None:
    """A count as it may be seen: None below ten, otherwise to the nearest five.

    >>> shown(9), shown(12), shown(13)
    (None, 10, 15)
    """
    return None if count < FEWEST else ROUNDED_TO * round(count / ROUNDED_TO)


def _count(people: Sequence[Person], answers: Sequence[Answer], end: date, on: date) -> QuarterCounts:
    covered = [one for one in people if all(covers(one.consents, "aggregates", day) for day in (end, on))]
    # What is counted is what was told by then: an answer of this quarter is of the next count.
    names = {one.person_id for one in covered if one.registered_on <= end}
    by_then = [one for one in answers if one.person_id in names and one.recorded_on <= end]
    kept, _ = usable(covered, by_then, "aggregates", on)
    consents = {one.person_id: one.consents for one in covered}
    agreed = [one for one in kept if told_under(consents[one.person_id], one.consent_version, one.told_on)]
    inside = {one.person_id for one in agreed}
    transplants = _transplants(agreed)
    homes = {one.value for one in agreed if one.field == "registry.home_country" and one.state == "told"}
    found = QuarterCounts(end, shown(len(inside)), shown(sum(transplants.values())), shown(len(homes)))
    # Ten transplants may be those of a few people. And those without one are the rest: where they are few, both counts
    # together would tell how few.
    few = len(transplants) < FEWEST or 0 < len(inside - transplants.keys()) < FEWEST
    return replace(found, transplants=None) if few else found


def _transplants(answers: Sequence[Answer]) -> dict[str, int]:
    """How many transplants each person told of; one that is told in two places of a form, or without a day, is one."""
    days = {
        (one.person_id, one.episode): told(one.value)
        for one in answers
        if one.field == "treatments.start_day" and one.state == "told"
    }
    found: dict[str, list[Told]] = {}
    for one in answers:
        if one.field == "treatments.therapy" and one.value == HSCT:
            dated = found.setdefault(one.person_id, [])
            if (day := days.get((one.person_id, one.episode))) is not None:
                dated.append(day)
    return {person: max(1, _apart(dated)) for person, dated in found.items()}


def _apart(days: Sequence[Told]) -> int:
    """How many of these dates cannot be one and the same.

    >>> _apart([told("2019"), told("2019-05"), told("2020-01-03")])
    2
    """
    count, latest = 0, date.min
    for one in sorted(days, key=lambda each: each.last):
        if one.first > latest:
            count, latest = count + 1, one.last
    return count
