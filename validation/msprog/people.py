"""Invented people with many visits, dense in what rules stumble over: window edges, relapses, half-points near 5.5."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from remission.outcomes.definitions.units import Measure

# Days between two visits: the edges of confirmation windows (84 - 7 and 84 + 730, 168 - 7 and 168 + 730) and of windows
# around relapses (30 and 90 days), each hit and missed by one day.
STEPS = (1, 6, 7, 8, 28, 29, 30, 31, 45, 60, 76, 77, 78, 83, 84, 85, 89, 90, 91, 100, 120, 160, 161, 167, 168, 169, 180)
LONG_STEPS = (365, 636, 637, 730, 813, 814, 815, 897, 898, 899)
EDGES = (-91, -90, -89, -31, -30, -29, -8, -1, 0, 0, 1, 8, 29, 30, 31, 89, 90, 91)


@dataclass(frozen=True)
class Visit:
    """A visit: its day, the value (None when not measured), and whether it was planned."""

    day: int
    value: float | None
    planned: bool = True


@dataclass(frozen=True)
class Person:
    """One person as in a file: visits in order of their rows, first days of relapses."""

    name: str
    visits: tuple[Visit, ...]
    relapses: tuple[int, ...] = ()

    @property
    def used(self) -> tuple[Visit, ...]:
        """Visits with a value in order of day, of one day the last of the file."""
        last = {visit.day: visit for visit in self.visits if visit.value is not None}
        return tuple(last[day] for day in sorted(last))


def tiny(visits: str, *relapses: int) -> Person:
    """A person from `day:value` pairs; the examples of the predicates are written so.

    >>> tiny("0:2 90:3 180:3", 60).used[1].value
    3.0
    """
    pairs = (one.split(":") for one in visits.split())
    return Person("A", tuple(Visit(int(day), float(value)) for day, value in pairs), relapses)


def make_people(measure: Measure, count: int, seed: int) -> list[Person]:
    """People with a measure, about 16 visits each, rows shuffled; the same for the same seed."""
    dice = random.Random(f"{measure} {seed}")
    return [_person(f"MS-{dice.randrange(10**6):06}-{number}", measure, dice) for number in range(count)]


@dataclass(frozen=True)
class TestedPerson:
    """One person with all four tests: day, EDSS, seconds of the walk and of either hand, in the file's order."""

    name: str
    visits: tuple[tuple[float | None, ...], ...]


TESTS: tuple[Measure, ...] = ("edss", "t25fw", "nhpt_dominant", "nhpt_other")


def make_people_with_all_tests(count: int, seed: int) -> list[TestedPerson]:
    """People with all four tests at each visit (a few not done), one visit a day; the same for the same seed."""
    dice = random.Random(f"all tests {seed}")
    return [_tested(f"MS-{dice.randrange(10**6):06}-{number}", dice) for number in range(count)]


def _tested(name: str, dice: random.Random) -> TestedPerson:
    days = _days(dice)
    columns = [VALUES[measure](len(days), dice) for measure in TESTS]
    visits = [
        (day, *(None if dice.random() < 0.03 else value for value in values))
        for day, *values in zip(days, *columns, strict=True)
    ]
    dice.shuffle(visits)
    return TestedPerson(name, tuple(visits))


def _days(dice: random.Random) -> list[int]:
    day, days = dice.choice((0, 0, 5, 37)), []
    for _ in range(max(1, round(dice.gauss(16, 5)))):
        days.append(day)
        day += dice.choice(LONG_STEPS) if dice.random() < 0.06 else dice.choice(STEPS)
    return days


def _person(name: str, measure: Measure, dice: random.Random) -> Person:
    days = _days(dice)
    values = VALUES[measure](len(days), dice)
    visits = [
        Visit(day, None if dice.random() < 0.01 else value, dice.random() < 0.8)
        for day, value in zip(days, values, strict=True)
    ]
    for at in range(len(visits)):
        if dice.random() < 0.02:
            visits.append(replace(visits[at], value=dice.choice(values)))
    dice.shuffle(visits)
    relapses = [_relapse(days, dice) for _ in range(dice.choice((0, 0, 1, 1, 2, 3, 4)))]
    return Person(name, tuple(visits), tuple(relapses))


def _relapse(days: list[int], dice: random.Random) -> int:
    if dice.random() < 0.15:
        return dice.randint(days[0] - 120, days[-1] + 40)
    return dice.choice(days) + dice.choice(EDGES)


def _edss(count: int, dice: random.Random) -> list[float]:
    level, values = float(dice.choice((0, 1, 1.5, 2, 3, 4, 4.5, 5, 5.5, 6))), []
    for _ in range(count):
        if dice.random() < 0.3:
            level += dice.choice((-1.5, -1, -1, -0.5, 0.5, 0.5, 1, 1, 1.5, 2))
        level = min(max(level, 0.0), 9.0)
        noise = dice.choice((0, 0, 0, 0, 0, -0.5, 0.5, -1, 1))
        values.append(min(max(level + noise, 0.0), 9.5))
    return values


def _seconds(low: int, high: int, count: int, dice: random.Random) -> list[float]:
    """Tenths of a second, with many changes of just 20 % from multiples of half a second."""
    level, values = dice.randint(2 * low, 2 * high) * 5, []  # in tenths
    for _ in range(count):
        if dice.random() < 0.3:
            change = dice.choice((-level // 5, level // 5, level // 5, level // 4, -level // 4, level // 10))
            level = min(max(level + change, 5 * low), 20 * high)
            level = 5 * round(level / 5) if dice.random() < 0.7 else level
        values.append((level + dice.choice((0, 0, 0, 0, -1, 1, -level // 8, level // 8))) / 10)
    return values


def _sdmt(count: int, dice: random.Random) -> list[float]:
    level, values = dice.randint(8, 60), []
    for _ in range(count):
        if dice.random() < 0.3:
            level = min(max(level + dice.choice((-5, -4, -4, -3, -2, 2, 3, 4, 4, 6)), 6), 90)
        values.append(0.0 if dice.random() < 0.001 else float(level + dice.choice((0, 0, 0, 0, -1, 1, -4, 4))))
    return values


VALUES: dict[Measure, Callable[[int, random.Random], list[float]]] = {
    "edss": _edss,
    "t25fw": lambda count, dice: _seconds(4, 12, count, dice),
    "nhpt_dominant": lambda count, dice: _seconds(16, 40, count, dice),
    "nhpt_other": lambda count, dice: _seconds(18, 44, count, dice),
    "sdmt": _sdmt,
}
