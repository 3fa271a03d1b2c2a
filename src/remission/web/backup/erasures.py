"""Whatever was ended is ended again before anything is served, as it has to be after a restore."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from remission.web.acts.erasing import erase_person
from remission.web.audit.chain import SYSTEM, note, noting
from remission.web.backup.copy import clear_copies
from remission.web.clock import now
from remission.web.erased import ended_on
from remission.web.identities.models import Account, Delegation, Membership, Ticket
from remission.web.instance import instance
from remission.web.records.models import ConsentRow, PersonRow

if TYPE_CHECKING:
    from django.db.models import QuerySet


def reapply() -> int:
    """Do again whatever stands in the list and is there, as it is after a restore; how many names were.

    Called before anything is served. Copies that a killed backup left are taken away with it.
    """
    home = instance().folder
    clear_copies(home)
    listed = ended_on(home.erased)
    again = [name for name, day in listed.items() if _end_again(name, day)]
    if again:
        with noting("records"):
            note("records", "erased again", actor=SYSTEM, detail=f"{len(again)} names of the list of erasures")
    return len(again)


def _end_again(name: str, day: date) -> bool:
    delegations = Delegation.objects.filter(name=name, ended_at=None).update(ended_at=now())
    consents = list(ConsentRow.objects.filter(consent_id=name, ended_on=None))
    for one in consents:
        # A clock that was set back must make no consent that ended before it began.
        one.ended_on, one.ending = max(day, one.given_on), "stop"
        one.save()
    is_there = any(found.exists() for found in _traces(name))
    if is_there:
        erase_person(name)
    return bool(delegations or consents or is_there)


def _traces(name: str) -> Iterator[QuerySet[Any]]:
    """Where a person or an account of that name would be found."""
    yield PersonRow.objects.filter(person_id=name)
    yield Account.objects.filter(actor=name)
    for model in (Membership, Delegation, Ticket):
        yield model._default_manager.filter(person_id=name)
