"""A person asks somebody to help with their record, changes what they may do, or ends it; and the helper says yes.

Whoever says yes has an account of their own, with a second factor, which is not the person's. The tie lies in the
database of identities alone, so each act is one transaction there, with its note in the chain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Count

from remission.inputs.problems import InputProblems, Problem
from remission.web import clock
from remission.web.audit.chain import note, noting
from remission.web.erased import remember
from remission.web.identities.models import Account, Delegation, Letter, Membership
from remission.web.identities.names import is_name, tidied
from remission.web.instance import instance
from remission.web.mail.letters import queue_letter
from remission.web.mail.tickets import look_at, use_ticket
from remission.web.records.models import RecordAudit
from remission.web.roles import delegations_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

HELPS: Mapping[str, str] = {
    "read": "You could read their record.",
    "fill": "You could read their record, and fill in forms for them.",
}
KIND, BEGAN = "helper", "helper_began"
# Recovery codes stand in for a factor, and are none.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# More is no help, and letters to strangers are no way to write to strangers.
MOST, MOST_A_DAY = 10, 5
Why = Literal["gone", "own", "factor", "already"]


@dataclass(frozen=True)
class Asking:
    """What a person writes to ask for help: to which address, what they call the helper, and how they sign."""

    address: str
    called: str
    signed: str
    may: str


@dataclass(frozen=True)
class Helper:
    """One helper of a person, as the person sees them; `came_back`: nobody takes the letter that asks them."""

    name: str
    called: str
    may: str
    asked_at: datetime
    taken_at: datetime | None
    came_back: bool
    acts: int


@dataclass(frozen=True)
class Helped:
    """A record that an account helps with, as the helper sees it: who asked, by the name that they signed with."""

    name: str
    signed: str
    may: str
    taken_at: datetime | None


def invite(account: Account, person_id: str, asking: Asking) -> None:
    """Ask somebody to help: their letter waits. InputProblems, by the name of the field, without what was written."""
    hide, signed = instance().keyring.hide, tidied(asking.signed)
    with noting("identities"):
        if problems := list(_problems(account, person_id, asking)):
            raise InputProblems(problems)
        made = Delegation.objects.create(
            person_id=person_id, may=asking.may, invited=asking.address.strip(), asked_at=clock.now(),
            called_hidden=hide(tidied(asking.called)), signed_hidden=hide(signed) if signed else "",
        )  # fmt: skip
        queue_letter(KIND, address=made.invited, opens=made.name)
        note("identities", "helper asked", actor=account.actor, person=person_id, detail=f"may {made.may}")


def change(account: Account, person_id: str, name: str, may: str) -> bool:
    """Let a helper do more or less from now on; False where the person has no such helper."""
    with noting("identities"):
        changed = may in HELPS and _live(person_id).filter(name=name).update(may=may)
        if changed:
            note("identities", "helper changed", actor=account.actor, person=person_id, detail=f"may {may}")
    return bool(changed)


def end(account: Account, person_id: str, name: str) -> bool:
    """End the help of somebody, or the asking; False where the person has no such helper."""
    return _ended(_live(person_id).filter(name=name), account.actor)


def leave(account: Account, name: str) -> bool:
    """A helper helps no more."""
    return _ended(delegations_of(account).filter(name=name), account.actor)


@dataclass(frozen=True)
class Asked:
    """What somebody is asked: by whom, as they signed, what for, and why this account can not say yes, if it can not.

    "visitor": nobody is signed in.
    """

    signed: str
    may: str
    why_not: Why | Literal["visitor"] | None


def asked_by(account: Account | None, token: str) -> Asked | None:
    """What a ticket asks of whoever looks at it; None where it opens nothing."""
    ticket = look_at(token, "delegate")
    asked = invitation(ticket.about) if ticket else None
    if asked is None:
        return None
    signed = instance().keyring.reveal(asked.signed_hidden) if asked.signed_hidden else ""
    return Asked(signed, asked.may, "visitor" if account is None else why_not(account, token))


def why_not(account: Account, token: str) -> Why | None:
    """Why an account can not say yes to what a ticket asks; None where it can."""
    ticket = look_at(token, "delegate")
    asked = invitation(ticket.about) if ticket else None
    if asked is None:
        return "gone"
    if Membership.objects.filter(account=account, person_id=asked.person_id).exists():
        return "own"
    if delegations_of(account).filter(person_id=asked.person_id).exists():
        return "already"
    return None if is_mfa_enabled(account, types=FACTORS) else "factor"


def take_up(account: Account, token: str) -> Why | None:
    """Say yes to what a ticket asks, and use it up; what `why_not` says where that can not be."""
    with noting("identities"):
        why = why_not(account, token)
        ticket = None if why else use_ticket(token, "delegate")
        asked = invitation(ticket.about) if ticket else None
        if asked is None:
            return why or "gone"
        # The address has done what it was given for.
        _live(asked.person_id).filter(name=asked.name).update(delegate=account, taken_at=clock.now(), invited="")
        note("identities", "helper began", actor=account.actor, person=asked.person_id, detail=f"may {asked.may}")
        queue_letter(BEGAN, account=Membership.objects.get(person_id=asked.person_id).account)
    return None


def invitation(name: str) -> Delegation | None:
    """What was asked under a name and was neither taken up nor ended, by a person who still has a record."""
    found = Delegation.objects.filter(name=name, taken_at=None, ended_at=None).first()
    return found if found and Membership.objects.filter(person_id=found.person_id).exists() else None


def helpers_of(person_id: str) -> tuple[Helper, ...]:
    """Who helps a person or is asked to, the first first."""
    live = list(_live(person_id).select_related("delegate").order_by("asked_at"))
    letters = Letter.objects.filter(kind=KIND, opens__in=[one.name for one in live]).exclude(failed="")
    back = set(letters.values_list("opens", flat=True))
    acted = RecordAudit.objects.filter(person=person_id).values_list("actor")
    acts = dict(acted.annotate(Count("row")).order_by())
    return tuple(
        Helper(
            one.name, instance().keyring.reveal(one.called_hidden), one.may, one.asked_at, one.taken_at,
            one.name in back, acts.get(one.delegate.actor, 0) if one.delegate else 0,
        )
        for one in live
    )  # fmt: skip


def helped_by(account: Account) -> tuple[Helped, ...]:
    """The records that an account helps with, the first first."""
    reveal = instance().keyring.reveal
    return tuple(
        Helped(one.name, reveal(one.signed_hidden) if one.signed_hidden else "", one.may, one.taken_at)
        for one in delegations_of(account).order_by("taken_at")
    )


def _live(person_id: str) -> QuerySet[Delegation]:
    return Delegation.objects.filter(person_id=person_id, ended_at=None)


def _ended(which: QuerySet[Delegation], actor: str) -> bool:
    found = which.first()
    if found is None:
        return False
    # First, so that no backup brings back what was ended.
    remember(found.name)
    with noting("identities"):
        ended = Delegation.objects.filter(name=found.name, ended_at=None).update(ended_at=clock.now(), invited="")
        if ended:
            Letter.objects.filter(kind=KIND, opens=found.name, sent_at=None).delete()
            note("identities", "helper ended", actor=actor, person=found.person_id)
    return bool(ended)


def _problems(account: Account, person_id: str, asking: Asking) -> Iterator[Problem]:
    address = asking.address.strip()
    try:
        validate_email(address)
    except ValidationError:
        yield _problem("address", "no address", "Please look at the address again.")
    if address.casefold() == account.email.casefold():
        yield _problem("address", "the person's own address", "This is your own address. A helper needs one of theirs.")
    if not is_name(tidied(asking.called)):
        yield _problem("called", "no name", "Please give a name of letters, up to 40.")
    if tidied(asking.signed) and not is_name(tidied(asking.signed)):
        yield _problem("signed", "no name", "Please give a name of letters, up to 40, or leave it out.")
    if asking.may not in HELPS:
        yield _problem("may", "no choice", "Please choose one of the two.")
    if _live(person_id).filter(invited__iexact=address).exclude(invited="").exists():
        yield _problem("address", "an address that was asked", "You have asked them. They have not said yes yet.")
    if account.held_until is not None and account.held_until > clock.now():
        # Who came in without the second factor takes no copy, and lets nobody in who stays when they are gone.
        yield _problem("address", "an account that is held", "You lost your second step. Please ask in some days.")
    yield from _too_many(person_id)


def _too_many(person_id: str) -> Iterator[Problem]:
    if _live(person_id).count() >= MOST:
        yield _problem("address", "too many", f"You have {MOST} helpers. End one before you ask another.")
    day_ago = clock.now() - timedelta(days=1)
    if Delegation.objects.filter(person_id=person_id, asked_at__gt=day_ago).count() >= MOST_A_DAY:
        yield _problem("address", "too many", f"You have asked {MOST_A_DAY} people today. Please go on tomorrow.")


def _problem(field: str, found: str, do: str) -> Problem:
    # Never with what was written: a message of a problem may be shown to others.
    return Problem.at_key("invite()", field, found=found, allowed="what the page asks for", do=do)
