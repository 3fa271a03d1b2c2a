"""Persons as they enter a cohort: their rows, their day zero, and when somebody was asking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from remission.registry.consent import Scope, stopped
from remission.registry.day_zero import HSCT, DayZero, day_zero
from remission.registry.rows import LeftOut, Person, Row
from remission.registry.watched import Stretch, stretches

if TYPE_CHECKING:
    from remission.registry.answers import Answer


@dataclass(frozen=True)
class Draft:
    """One person as they enter: their rows, day zero and time under observation."""

    person: Person
    rows: tuple[Row, ...]
    zero: DayZero
    watched: tuple[Stretch, ...]

    def of(self, table: str) -> list[Row]:
        """The rows of one table."""
        return [row for row in self.rows if row.table == table]


def draft_people(
    people: Sequence[Person],
    kept: Sequence[Answer],
    rows: Sequence[Row],
    unplaced: Sequence[LeftOut],
    scope: Scope | None,
    on: date,
) -> list[Draft]:
    """A draft of each person, from the answers that may be used, the rows of them, and what of them is in no row."""
    of_person: dict[str, list[Row]] = {person.person_id: [] for person in people}
    for row in rows:
        of_person[row.person_id].append(row)
    out = {one.answer_id for one in unplaced}
    lost: dict[str, list[Answer]] = {person.person_id: [] for person in people}
    for one in kept:
        if one.answer_id in out:
            lost[one.person_id].append(one)
    return [
        _draft(person, of_person[person.person_id], lost[person.person_id], _entry(person, scope, on))
        for person in people
    ]


def _draft(person: Person, rows: Sequence[Row], lost: Sequence[Answer], entry: date) -> Draft:
    treatments = [row for row in rows if row.table == "treatments"]
    # Told of, and its row cannot stand: a transplant that has no day.
    undated = any(one.field == "treatments.therapy" and one.value == HSCT for one in lost)
    zero = day_zero(person, treatments, undated=undated)
    # What was taken back is as if it had not been asked: no relapse hides behind it.
    relapses = [one.told_on for one in lost if one.field.startswith("relapses.") and one.state != "not_asked"]
    watched = tuple(stretches(person, rows, relapses, entry)) if zero.date is not None else ()
    return Draft(person, tuple(rows), zero, watched)


def _entry(person: Person, scope: Scope | None, on: date) -> date:
    """Registering; for whoever stopped and came back the day of stopping, for what was asked before is not used."""
    ends = [one.ended_on for one in person.consents if scope is not None and stopped(one, on) and one.ended_on]
    return max([person.registered_on, *ends])
