"""Answers that stand made rows, and each answer that is in none explained: rows in are rows out and rows explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from remission.records.schema import TABLES
from remission.registry.answers import Answer, current
from remission.registry.consent import Consent, Scope, check_consents, covers, erased, told_and_stopped
from remission.registry.schema import OWN_TABLES, fields
from remission.registry.values import Told, told

REPLACED = "replaced, or told again later"
OWN_WORDS = "in own words, which no cohort carries"
NO_SCORE = "a visit at which no EDSS was asked for"
AFTER_TELLING = "a day after the day on which it was told"
# Without these a row says nothing that could be placed.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "treatments": ("therapy", "start_day"),
    "labs": ("analyte", "day"),
    **dict.fromkeys(("visits", "relapses", "scans", "adverse_events", "walking"), ("day",)),
}


@dataclass(frozen=True)
class Person:
    """A person of the registry: a random name, the day of registering, and every consent they gave."""

    person_id: str
    registered_on: date = field(repr=False)
    consents: tuple[Consent, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """An answer that is in no row, and why."""

    answer_id: str
    person_id: str
    field: str
    why: str


@dataclass(frozen=True)
class Row:
    """The answers about one episode of a person (or about what is told once), by the names of their columns."""

    person_id: str
    table: str
    episode: str
    cells: Mapping[str, Answer] = field(repr=False)

    @property
    def row_id(self) -> str:
        """A name that is made once of what the row is about, and stays whatever is corrected in it."""
        return f"{self.person_id}:{self.table}:{self.episode}" if self.episode else self.person_id

    def value(self, column: str) -> str | None:
        """What was told; None where nothing was."""
        answer = self.cells.get(column)
        return None if answer is None or answer.state != "told" else answer.value

    def absent(self, column: str) -> str | None:
        """Why there is no value, as told; None where there is one or where nobody answered."""
        answer = self.cells.get(column)
        return None if answer is None or answer.state == "told" else answer.state

    def days(self, column: str) -> Told | None:
        """What was told, as the days that it may mean."""
        text = self.value(column)
        return None if text is None else told(text)

    @property
    def told_on(self) -> date:
        """The last day on which any of it was told."""
        return max(one.told_on for one in self.cells.values())

    @property
    def recorded_on(self) -> date:
        """The last day on which any of it was written down."""
        return max(one.recorded_on for one in self.cells.values())

    @property
    def told_by(self) -> str:
        """Who told what is in it: self, delegate or both."""
        tellers = sorted({one.teller for one in self.cells.values()})
        return tellers[0] if len(tellers) == 1 else "both"

    def day_of(self, column: str) -> date | None:
        """The day that stands for what was told: the middle of a month or year, never after it was told."""
        found = self.days(column)
        return None if found is None else min(found.middle, self.cells[column].told_on)


def usable(
    people: Sequence[Person], answers: Sequence[Answer], scope: Scope | None, on: date
) -> tuple[list[Answer], list[LeftOut]]:
    """The answers that may be used for a scope on a day and stand; and every other, with why not.

    Without a scope it is the person's own use: whatever stands that has not been erased. InputProblems where an answer
    replaces what it must not, or where two consents hold at once.
    """
    check_consents([one for person in people for one in person.consents])
    barred = {person.person_id: why for person in people if (why := _barred(person, scope, on))}
    by_id = {person.person_id: person for person in people}
    standing = {one.answer_id for one in current([one for one in answers if one.recorded_on <= on])}
    kept, left = [], []
    for one in answers:
        why = barred.get(one.person_id) or _why_not(one, by_id[one.person_id], standing, scope, on)
        if why:
            left.append(_left(one, why))
        else:
            kept.append(one)
    return kept, left


def _barred(person: Person, scope: Scope | None, on: date) -> str:
    """Why nothing of a person may be used; empty when it may."""
    if erased(person.consents, on):
        return "the person asked for everything to be erased"
    if person.registered_on > on:
        return "the person registered later"
    if scope is not None and not covers(person.consents, scope, on):
        return f"the person's consent does not cover {scope} now"
    return ""


def _why_not(one: Answer, person: Person, standing: set[str], scope: Scope | None, on: date) -> str:
    if one.recorded_on > on:
        return "recorded later"
    if one.answer_id not in standing:
        return REPLACED
    if scope is not None and told_and_stopped(person.consents, one.told_on, on):
        return "told under a consent that was stopped"
    return ""


def rows_of(
    answers: Sequence[Answer], refused: Mapping[str, str], *, own_words: bool
) -> tuple[list[Row], list[LeftOut]]:
    """The rows of answers that stand, in the order in which they were first told of; and what is in none.

    `refused` names rows that the checks of a cohort refuse, with why.
    """
    placed: dict[tuple[str, str, str], dict[str, Answer]] = {}
    left = []
    for one in answers:
        asked = fields()[one.field]
        if asked.in_own_words and not own_words:
            left.append(_left(one, OWN_WORDS))
        else:
            placed.setdefault((one.person_id, asked.table, one.episode), {})[asked.column.name] = one
    rows = [Row(*key, cells) for key, cells in placed.items()]
    kept = []
    for row in rows:
        why = refused.get(f"{row.table}/{row.row_id}") or next(_unplaced(row), "")
        left += [_left(one, why) for one in row.cells.values()] if why else []
        kept += [] if why else [row]
    return kept, left


def _unplaced(row: Row) -> Iterator[str]:
    """Why a row cannot stand in its table."""
    noun = (TABLES.get(row.table) or OWN_TABLES[row.table]).row_is
    yield from (f"{noun}, without {name}" for name in NEEDED.get(row.table, ()) if row.value(name) is None)
    if row.table == "visits" and "edss" not in row.cells:
        yield NO_SCORE
    for name, answer in row.cells.items():
        days = row.days(name) if fields()[answer.field].kind == "day" else None
        if days is not None and days.first > answer.told_on:
            yield AFTER_TELLING


def _left(one: Answer, why: str) -> LeftOut:
    return LeftOut(one.answer_id, one.person_id, one.field, why)
