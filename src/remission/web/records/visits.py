"""When a person is asked what: the schedule of the registry, fed with the rows of the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from remission.registry.day_zero import DayZero
from remission.registry.drafts import draft_people
from remission.registry.rows import Person, rows_of, usable
from remission.registry.schedule import Due, next_visit, open_visit
from remission.web.records.models import SentForm
from remission.web.records.reading import answers_without_words, person_of

if TYPE_CHECKING:
    from remission.records.schema import Precision
    from remission.registry.answers import Answer


@dataclass(frozen=True)
class Visits:
    """From which day the days of a person count, what is due now, and what comes after it."""

    zero: DayZero
    now: Due | None
    then: Due | None


def open_visit_of(person_id: str, today: date) -> Due | None:
    """The visit whose form is open today and was not filled in; None where there is none."""
    return _visits_of(person_id, today).now


def next_visit_of(person_id: str, today: date) -> Due | None:
    """The first visit that opens after today."""
    return _visits_of(person_id, today).then


def visits(person: Person, answers: Sequence[Answer], filled_on: Collection[date], today: date) -> Visits:
    """What is due and what comes next of a person, from what they told and the days on which they sent a form."""
    kept, _ = usable([person], answers, None, today)
    rows, out = rows_of(kept, {}, own_words=True)
    zero = draft_people([person], kept, rows, out, None, today)[0].zero
    # Of a transplant nobody knows the day: then the years count from registering, and there is no day 100.
    anchor, precision = (zero.date, zero.precision) if zero.date else (person.registered_on, "year")
    when: Precision = precision or "year"
    return Visits(
        zero, open_visit(anchor, person.registered_on, filled_on, today, when),
        next_visit(anchor, person.registered_on, today, when),
    )  # fmt: skip


def filled_on(person_id: str) -> list[date]:
    """The days on which a person, or somebody for them, sent a form."""
    return list(SentForm.objects.filter(person_id=person_id).values_list("sent_on", flat=True))


def _visits_of(person_id: str, today: date) -> Visits:
    return visits(person_of(person_id), answers_without_words(person_id), filled_on(person_id), today)
