"""When was somebody asking, and was answered: the time under observation of people who tell of themselves.

Nobody is asked before registering: what was told of earlier days is history and makes no time at risk (left
truncation). A relapse that nobody asked about is not absent, so only an answer to "any since the last time?" makes
time, and it reaches back to the last asking and no farther. Whether a person lives is not asked of the person: there is
no observation of the kind vital, and overall survival cannot be estimated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from remission.registry.rows import Person, Row

RULE = (
    "relapses from registering, or the asking before, to each answer to 'any since the last time?' (not where one was "
    "told of without a day); clinic from registering to the last EDSS told; mri from registering to the last scan "
    "told; nobody is observed before registering; deaths are not observed"
)


@dataclass(frozen=True)
class Stretch:
    """Days on which somebody was looking for one kind of thing, both included; `number` is its place among those."""

    person_id: str
    kind: str
    number: int
    first: date = field(repr=False)
    last: date = field(repr=False)

    @property
    def row_id(self) -> str:
        """Named by its person, kind and number, and never by a day: names of rows go where no date may."""
        return f"{self.person_id}:observed:{self.kind}:{self.number}"


def stretches(person: Person, rows: Sequence[Row], unplaced: Sequence[date], entry: date) -> Iterator[Stretch]:
    """The time under observation of a person, from `entry` on, by the rows that stand.

    `unplaced` are the days on which a relapse was told of that is in no row. Nothing is observed from the day of a
    death on, as early as it may have come.
    """
    end = death(rows)
    found = (*_asked(rows, unplaced, entry), *_to_last(rows, entry))
    numbers: Counter[str] = Counter()
    for kind, first, last in found:
        until = last if end is None else min(last, end)
        if until >= first:
            numbers[kind] += 1
            yield Stretch(person.person_id, kind, numbers[kind], first, until)


def death(rows: Sequence[Row]) -> date | None:
    """The first day on which a death that was told of may have come; None where none was."""
    told = (row.days("death_day") for row in rows if row.table == "registry")
    return next((days.first for days in told if days is not None), None)


def _asked(rows: Sequence[Row], unplaced: Sequence[date], entry: date) -> Iterator[tuple[str, date, date]]:
    """Each answered asking makes the days since the one before, answered or not, time under observation."""
    askings = [row.cells["relapses"] for row in rows if row.table == "asked" and "relapses" in row.cells]
    relapses = [days for row in rows if row.table == "relapses" and (days := row.days("day")) is not None]
    before = entry
    for one in sorted(askings, key=lambda asking: asking.told_on):
        first, last = before, one.told_on
        before = max(before, last) if one.state != "not_asked" else before
        # Told of, and in no row: it came, nobody knows when, and to pass it over would make the person event-free.
        if last == first or one.state != "told" or any(first < day <= last for day in unplaced):
            continue
        if one.value == "no" or any(days.last > first and days.first <= last for days in relapses):
            yield "relapses", first, last


def _to_last(rows: Sequence[Row], entry: date) -> Iterator[tuple[str, date, date]]:
    for kind, table, column in (("clinic", "visits", "edss"), ("mri", "scans", "day")):
        days = [row.day_of("day") for row in rows if row.table == table and row.value(column) is not None]
        known = [day for day in days if day is not None]
        if known:
            yield kind, entry, max(known)
