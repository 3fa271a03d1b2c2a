"""Tickets: what a link in a letter opens, once. The token stands in the letter alone, and here only its hash.

Programs that look through mail open every link in it. So looking at a ticket (GET) changes nothing, and only an answer
to a button (POST) uses it up.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from remission.web import clock
from remission.web.identities.models import Ticket

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from remission.web.identities.models import Account

Opens = Literal["visit", "stop", "host", "delegate"]
# 192 bits: nobody finds one by trying.
TOKEN_BYTES = 24


def make_ticket(
    opens: Opens, *, account: Account | None = None, person_id: str = "", about: str = "", days: float
) -> str:
    """A new ticket that expires after some days; its token, which is written down nowhere."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    Ticket.objects.create(
        token_hash=hash_of(token), account=account, person_id=person_id, opens=opens, about=about,
        expires_at=clock.now() + timedelta(days),
    )  # fmt: skip
    return token


def look_at(token: str, opens: Opens, *, used: bool = False) -> Ticket | None:
    """The ticket of a token that would open now; with `used` also one that was used up, until it expires."""
    found = _of(token, opens)
    return (found if used else found.filter(used_at=None)).first()


def use_ticket(token: str, opens: Opens) -> Ticket | None:
    """Use a ticket up; None where it opens nothing: unknown, expired or used, which nobody is told apart.

    It is asked and marked in one statement, so of two who use it at once one gets it.
    """
    taken = _of(token, opens).filter(used_at=None).update(used_at=clock.now())
    return _of(token, opens).first() if taken else None


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _of(token: str, opens: Opens) -> QuerySet[Ticket]:
    return Ticket.objects.filter(token_hash=hash_of(token), opens=opens, expires_at__gt=clock.now())
