"""Stopping: what was told is used no more from that day; or everything is erased."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from remission.web.acts.consenting import active_consent_of
from remission.web.acts.days import day_of
from remission.web.acts.erasing import erase as erase_everything
from remission.web.acts.intents import carry_out, finishes
from remission.web.audit.chain import note, noting
from remission.web.erased import remember
from remission.web.identities.models import Account, Letter, Membership, Ticket
from remission.web.records.reading import consents_of
from remission.web.records.writing import write_consent

# How the kinds of letters about a visit begin; all others are about the account, and are still sent.
ABOUT_A_VISIT = "visit"


def withdraw(account: Account, *, erase: bool, close: bool = True) -> None:
    """Stop the use of a record, or erase it with everything that names its person.

    Stopped, it can still be seen, taken along, erased, or agreed to anew; nothing happens where it was stopped before.
    `close`: with the record the account goes too; without, it stays for whoever helps somebody else with theirs.
    """
    if erase:
        erase_everything(account, close=close)
        return
    mine = Membership.objects.filter(account=account).first()
    found = active_consent_of(mine.person_id) if mine else None
    if mine and found:
        carry_out("stop", {
            "person": mine.person_id, "consent": found.consent_id, "actor": account.actor,
            "on": max(day_of(mine.person_id), found.given_on).isoformat(),
        })  # fmt: skip


@finishes("stop")
def _stop(named: Mapping[str, str]) -> None:
    person_id, day = named["person"], date.fromisoformat(named["on"])
    # A copy from before must not take it up again.
    remember(named["consent"])
    with noting("records"):
        for one in consents_of(person_id):
            if one.consent_id == named["consent"] and one.ended_on is None:
                write_consent(replace(one, ended_on=day, ending="stop"))
                note("records", "stopped", actor=named["actor"], person=person_id)
    with noting("identities"):
        Ticket.objects.filter(person_id=person_id, opens="visit").delete()
        about = Letter.objects.filter(account__membership__person_id=person_id, sent_at=None)
        about.filter(kind__startswith=ABOUT_A_VISIT).delete()
