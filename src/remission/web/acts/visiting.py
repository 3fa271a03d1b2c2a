"""Somebody comes by the link of a letter: to one empty form, without signing in, and to nothing of the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from remission.registry.forms.form import forms
from remission.registry.forms.standing import Shown
from remission.web import clock
from remission.web.acts.telling import consent_now, send_form
from remission.web.audit.chain import note, noting
from remission.web.identities.models import Membership, Ticket
from remission.web.mail.tickets import use_ticket
from remission.web.roles import Acting

if TYPE_CHECKING:
    from remission.registry.forms.check import Checked
    from remission.registry.forms.form import Form

# A form is filled in by tired hands, and nobody is hurried: the session is for this one form alone.
PASS = timedelta(hours=12)


@dataclass(frozen=True)
class Visiting:
    """Somebody at the one form that a letter opened."""

    acting: Acting
    form: Form
    visit: str


def open_by_letter(token: str) -> Mapping[str, str] | None:
    """Use the ticket of a letter up; what its session keeps, or None where the ticket opens nothing."""
    with noting("identities"):
        ticket = use_ticket(token, "visit")
        mine = _membership(ticket.person_id) if ticket else None
        if ticket is None or mine is None:
            return None
        visit, form = ticket.about.split()
        note("identities", "letter opened", actor=mine.account.actor, person=mine.person_id, detail=visit)
    until = clock.now() + PASS
    return {"person": mine.person_id, "visit": visit, "form": form, "until": until.isoformat()}


def visiting(kept: Mapping[str, str] | None) -> Visiting | None:
    """Who comes with what a session keeps; None where it expired, the consent was stopped or the form is gone."""
    if not kept or datetime.fromisoformat(kept["until"]) < clock.now():
        return None
    mine, form = _membership(kept["person"]), forms().get(kept["form"])
    if mine is None or form is None or consent_now(mine.person_id) is None:
        return None
    return Visiting(Acting(mine.account, mine.person_id, "self", fills=True, base="/visit/"), form, kept["visit"])


def send_by_letter(who: Visiting, version: int, raw: Mapping[str, str]) -> Checked:
    """Keep what the form says; once all of it is taken, no other letter about this visit opens it again."""
    checked = send_form(who.acting, who.form.name, version, raw, shown=Shown())
    if not checked.troubles:
        others = Ticket.objects.filter(person_id=who.acting.person_id, opens="visit", used_at=None)
        others.filter(about=f"{who.visit} {who.form.name}").update(used_at=clock.now())
    return checked


def _membership(person_id: str) -> Membership | None:
    found = Membership.objects.filter(person_id=person_id, account__is_active=True).select_related("account")
    return found.first()
