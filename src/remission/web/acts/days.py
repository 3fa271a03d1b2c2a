"""On which day does a person do something? Today, but never before the last day that is known of them.

A clock may be set back, and a consent that ended before it began, or an answer told before the consent it was told
under, would make the records of everybody unreadable. And whoever comes back on the day on which they stopped does so
from the next day: else nobody could tell, of two answers of that day, which was taken back.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Max

from remission.web.clock import today
from remission.web.records.models import AnswerRow, ConsentRow, PersonRow


def day_of(person_id: str) -> date:
    """The day on which something that this person does now is done."""
    return max([today(), *_known(person_id)])


def day_of_consent(person_id: str) -> date:
    """The day from which a consent that this person gives now holds."""
    stopped = ConsentRow.objects.filter(person=person_id, ending="stop").aggregate(last=Max("ended_on"))["last"]
    day = day_of(person_id)
    return day if stopped is None else max(day, stopped + timedelta(1))


def _known(person_id: str) -> list[date]:
    consents = ConsentRow.objects.filter(person=person_id).aggregate(given=Max("given_on"), ended=Max("ended_on"))
    answers = AnswerRow.objects.filter(person=person_id).aggregate(last=Max("recorded_on"))
    registered = PersonRow.objects.filter(person_id=person_id).aggregate(on=Max("registered_on"))
    return [day for found in (consents, answers, registered) for day in found.values() if day is not None]
