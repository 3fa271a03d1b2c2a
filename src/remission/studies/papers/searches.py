"""The search for patterns behind a share over time, made once however many checks ask."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from remission.stats.consistency.patterns import BUDGET, Search, search_patterns

if TYPE_CHECKING:
    from remission.studies.papers.paper import PrintedNumber

# Up to so many people patterns of up to eight events are looked through whole; beyond, for an eighth of a second.
WHOLE_PEOPLE = 60
MOST_PEOPLE = 2000
FEW_BRANCHES = 100_000


@cache
def searched(number: PrintedNumber) -> Search | None:
    """What was found behind one number; None where it has no interval, no people, or too many of them."""
    if number.kind != "share over time" or not number.has_interval or number.people is None or number.level is None:
        return None
    value, low, high = number.printed
    if number.people > MOST_PEOPLE or not 0 < value.value < 100:
        return None
    budget = BUDGET if number.people <= WHOLE_PEOPLE else FEW_BRANCHES
    return search_patterns(value, low, high, number.people, number.level, at_risk=number.at_risk or 0,
                           events=number.events, budget=budget)  # fmt: skip


def words(search: Search) -> str:
    """How much was searched, in words.

    >>> words(Search((), 24, 23, 8_388_607, 8_388_607))
    'all 8,388,607 patterns of numbers at risk of 24 people; five kinds of interval, three ways of rounding'
    """
    ways = "five kinds of interval, three ways of rounding"
    of = f"patterns of numbers at risk of {search.people} people"
    if search.is_whole:
        return f"all {search.of:,} {of}; {ways}"
    return f"{large(search.searched)} of {large(search.of)} {of} (all with up to {search.events} events); {ways}"


def large(number: int) -> str:
    """A count in words; what has more than fifteen digits by its first one and a power of ten.

    >>> large(16_777_216), large(2**60)
    ('16,777,216', '1 x 10^18')
    """
    return f"{number:,}" if number < 10**15 else f"{number // 10 ** (len(str(number)) - 1)} x 10^{len(str(number)) - 1}"
