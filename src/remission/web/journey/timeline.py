"""What one person told of themselves, placed in the calendar: disability, treatments, events; each date as it was told.

A date that is a month or a year stays one: it is the days that it may mean, and no day is chosen from them. What
somebody does not know is kept as that, and never taken for "none".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from remission.registry.day_zero import HSCT
from remission.registry.rows import Person, Row, rows_of, usable
from remission.registry.schema import fields
from remission.registry.values import Told, told

if TYPE_CHECKING:
    from remission.registry.answers import Answer

LESIONS = ("new_t2", "enlarging_t2", "gd_lesions")
Look = Literal["new activity", "no new activity", "not known"]


@dataclass(frozen=True)
class Score:
    """One step of the walking ladder or one EDSS, and for which days it may hold."""

    when: Told
    value: float
    row: Row


@dataclass(frozen=True)
class Stretch:
    """A treatment or a side effect: from when to when, as far as that was told.

    `lasts` is the day on which it was told that it still went on; with neither an end nor that day, how long it lasted
    is not known.
    """

    what: str
    begins: Told
    ends: Told | None
    lasts: date | None
    row: Row


@dataclass(frozen=True)
class Event:
    """A relapse or a scan: when, and for a scan what was seen."""

    when: Told
    look: Look
    row: Row


@dataclass(frozen=True)
class Asked:
    """That somebody was asked for relapses or scans since the time before, and what they said: yes, no or a reason."""

    about: str
    on: date
    said: str


@dataclass(frozen=True)
class Timeline:
    """One person's own timeline. `undated` are the things that were told of without a day that could be placed."""

    today: date
    walking: tuple[Score, ...]
    edss: tuple[Score, ...]
    treatments: tuple[Stretch, ...]
    harms: tuple[Stretch, ...]
    relapses: tuple[Event, ...]
    scans: tuple[Event, ...]
    asked: tuple[Asked, ...]
    first_sign: Told | None
    undated: tuple[Row, ...]
    rows: tuple[Row, ...]

    @property
    def day_zero(self) -> Told | None:
        """The days that may be day zero: of the first transplant; None for who told of none with a day."""
        told_of = [one.begins for one in self.treatments if one.what == HSCT]
        return min(told_of, key=lambda one: one.middle, default=None)

    @property
    def is_empty(self) -> bool:
        """Is there nothing that could be drawn?"""
        return not self.spans()

    def spans(self) -> list[Told]:
        """Every span of days that is drawn."""
        return [
            *(one.when for one in (*self.walking, *self.edss)),
            *(one.when for one in (*self.relapses, *self.scans)),
            *(end for one in (*self.treatments, *self.harms) for end in (one.begins, one.ends) if end is not None),
            *(Told(one.on, one.on, "day") for one in self.asked),
            *((self.first_sign,) if self.first_sign else ()),
        ]


def timeline_of(person: Person, answers: Sequence[Answer], today: date) -> Timeline:
    """The timeline of a person, of everything that they told and that stands, whatever they agreed to."""
    # The clock may have been set back since: what they told stands all the same.
    on = max([today, person.registered_on, *(one.recorded_on for one in answers)])
    kept, _ = usable([person], answers, None, on)
    rows, left = rows_of(kept, {}, own_words=True)
    lost = {one.answer_id for one in left}
    undated = _grouped([one for one in kept if one.answer_id in lost])
    return Timeline(
        today=today,
        walking=_in_order(_scores(rows, "walking", "step")),
        edss=_in_order(_scores(rows, "visits", "edss")),
        treatments=tuple(sorted(_stretches(rows, "treatments", "therapy", "start_day"), key=_begin)),
        harms=tuple(sorted(_stretches(rows, "adverse_events", "term", "day"), key=_begin)),
        relapses=tuple(_events(rows, "relapses")),
        scans=tuple(_events(rows, "scans")),
        asked=tuple(_asked(rows)),
        first_sign=next((span_of(row, "onset_day") for row in rows if row.value("onset_day")), None),
        undated=undated,
        rows=(*rows, *undated),
    )


def span_of(row: Row, column: str) -> Told | None:
    """The days that a date as told may mean, none of them after it was told."""
    text = row.value(column)
    if text is None:
        return None
    found, by = told(text), row.cells[column].told_on
    return found._replace(last=max(found.first, min(found.last, by)))


def _grouped(answers: Sequence[Answer]) -> tuple[Row, ...]:
    """Answers that are in no row put together by what they are about, so that nothing that was told is lost."""
    found: dict[tuple[str, str, str], dict[str, Answer]] = {}
    for one in answers:
        field = fields()[one.field]
        found.setdefault((one.person_id, field.table, one.episode), {})[field.column.name] = one
    return tuple(Row(*key, cells) for key, cells in found.items())


def _scores(rows: Sequence[Row], table: str, column: str) -> Iterator[Score]:
    for row in rows:
        value, when = row.value(column), span_of(row, "day") if row.table == table else None
        if row.table == table and value is not None and when is not None:
            yield Score(when, float(value), row)


def _in_order(scores: Iterator[Score]) -> tuple[Score, ...]:
    return tuple(sorted(scores, key=lambda one: (one.when.middle, one.when.first)))


def _begin(one: Stretch) -> tuple[date, str]:
    return one.begins.middle, one.what


def _stretches(rows: Sequence[Row], table: str, what: str, begin: str) -> Iterator[Stretch]:
    for row in rows:
        begins = span_of(row, begin) if row.table == table else None
        if begins is None:
            continue
        goes_on = row.value("ongoing") == "yes"
        yield Stretch(
            row.value(what) or "",
            begins,
            None if goes_on else span_of(row, "end_day"),
            row.cells["ongoing"].told_on if goes_on else None,
            row,
        )


def _events(rows: Sequence[Row], table: str) -> Iterator[Event]:
    found = [(when, row) for row in rows if row.table == table and (when := span_of(row, "day")) is not None]
    for when, row in sorted(found, key=lambda one: one[0].middle):
        yield Event(when, _look(row), row)


def _look(row: Row) -> Look:
    """What a scan showed: new activity where any count is above 0; none only where no count is said to be not known."""
    counts = [float(count) for name in LESIONS if (count := row.value(name)) is not None]
    if any(counts):
        return "new activity"
    return "not known" if not counts or any(row.absent(name) for name in LESIONS) else "no new activity"


def _asked(rows: Sequence[Row]) -> Iterator[Asked]:
    for row in rows:
        if row.table == "asked":
            for about, cell in row.cells.items():
                # Taken back by the person: as if it had never been asked.
                if cell.state == "not_asked":
                    continue
                yield Asked(about, cell.told_on, cell.value if cell.state == "told" else cell.state)
