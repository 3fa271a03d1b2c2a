"""Somebody with an account begins a record: a random name in one database, and the two names together in the other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import cast

from remission.registry.consent import Consent, Scope
from remission.registry.consent_texts import shown_on
from remission.web.acts.intents import carry_out, finishes
from remission.web.audit.chain import note, noting
from remission.web.clock import today
from remission.web.erased import erased
from remission.web.identities.models import Account, Membership
from remission.web.ids import new_id
from remission.web.records.models import ConsentRow
from remission.web.records.writing import write_consent, write_person


def join_registry(account: Account, scopes: tuple[Scope, ...]) -> str:
    """Begin the record of an account under a consent to some scopes; the random name of the person.

    IntegrityError where the account has a record already.
    """
    text = shown_on(today())
    person_id, day = new_id(), max(today(), text.from_date)
    named = {
        "person": person_id, "consent": new_id(), "version": text.version, "scopes": " ".join(scopes),
        "on": day.isoformat(), "actor": account.actor,
    }  # fmt: skip
    carry_out("join", named, first=lambda: Membership.objects.create(account=account, person_id=person_id, since=day))
    return person_id


@finishes("join")
def _join(named: Mapping[str, str]) -> None:
    day = date.fromisoformat(named["on"])
    with noting("records"):
        # Finished late, it must bring nobody back, and take nothing back that was agreed to since.
        if named["person"] in erased() or ConsentRow.objects.filter(person=named["person"]).exists():
            return
        write_person(named["person"], day)
        scopes = cast(tuple[Scope, ...], tuple(named["scopes"].split()))
        write_consent(Consent(named["consent"], named["person"], named["version"], scopes, day))
        note("records", "joined", actor=named["actor"], person=named["person"], detail=f"consent {named['version']}")
