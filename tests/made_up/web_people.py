"""People of an observatory who tell something, and others who help them: rows as the acts of the room write them."""

from __future__ import annotations

from remission.registry.answers import Answer
from remission.web import clock
from remission.web.acts.consenting import active_version
from remission.web.acts.days import day_of
from remission.web.identities.models import Account, Delegation
from remission.web.ids import new_id
from remission.web.records.writing import write_answers


def tell(person_id: str, field: str = "subjects.sex", value: str = "female", episode: str = "") -> str:
    """One answer, on the day on which the person tells; its name."""
    name, day, version = new_id(), day_of(person_id), active_version(person_id)
    assert version is not None
    write_answers([Answer(name, person_id, field, value, "told", episode, day, day, None, version, "short-1", "self")])
    return name


def delegation(person_id: str, delegate: Account, may: str = "read") -> str:
    """That somebody helps with a record; the name that stands in their addresses."""
    now = clock.now()
    made = Delegation.objects.create(person_id=person_id, may=may, delegate=delegate, asked_at=now, taken_at=now)
    return made.name
