"""Erasing: every row of a person in both databases, their key, their letters, and what is left of it on the disk.

The list of what was erased comes first, so that no copy and no late act brings anything back. The account comes last,
for its address is what its letters and sessions are found by: whatever dies in between can be begun again.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import OperationalError, connections
from django.db.models import Q

from remission.web.acts.intents import Later, carry_out, finishes
from remission.web.audit.chain import SYSTEM, note, noting
from remission.web.databases import IDENTITIES, RECORDS
from remission.web.erased import erased, remember
from remission.web.identities.erasing import (
    addresses_asked_by,
    addresses_of,
    delete_account,
    delete_record_of,
    rename_account,
)
from remission.web.identities.models import Account, Membership
from remission.web.instance import instance
from remission.web.mail.written import remove_letters
from remission.web.records.erasing import delete_drafts_by, delete_person, rename_drafts_by


def erase(account: Account, *, close: bool) -> None:
    """Erase the record of an account, and close the account too or leave it to whom it helps."""
    mine = Membership.objects.filter(account=account).first()
    named = {"person": mine.person_id if mine else "", "actor": account.actor if close else ""}
    carry_out("erase", named)


@finishes("erase")
def _erase(named: Mapping[str, str]) -> None:
    names = [name for name in (named["actor"], named["person"]) if name]
    for name in names:
        remember(name)
    for name in names:
        _delete_all_of(name)
    leave_no_trace()


def erase_person(name: str) -> None:
    """Erase whoever has this random name, a person's or an account's; nothing is done where there is nobody.

    An account is closed where its name is on the list of what was erased, and else it stays without a record.
    """
    carry_out("erase again", {"name": name})


@finishes("erase again")
def _erase_again(named: Mapping[str, str]) -> None:
    _delete_all_of(named["name"])
    leave_no_trace()


def _delete_all_of(name: str) -> None:
    account = Account.objects.filter(Q(actor=name) | Q(membership__person_id=name)).first()
    mine = Membership.objects.filter(account=account).first() if account else None
    person_id = mine.person_id if mine else name
    _delete_letters(person_id, account)
    _delete_rows(person_id, account)


def leave_no_trace() -> None:
    """Wipe what was deleted off the disk; Later where somebody reads for too long, or there is no room.

    `secure_delete` writes zeroes over a row that is deleted, and not over the copies that were left in a page when its
    rows were moved to others. So both databases are written anew, in memory and not in a folder that all can read, and
    the log of changes is cut.
    """
    for one in (IDENTITIES, RECORDS):
        with connections[one].cursor() as cursor:
            try:
                cursor.execute("PRAGMA temp_store = MEMORY")
                cursor.execute("VACUUM")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                busy = cursor.fetchone()[0]
            except OperationalError:
                raise Later from None
        if busy:
            raise Later


def _delete_letters(person_id: str, account: Account | None) -> None:
    addresses = addresses_asked_by(person_id) | (addresses_of(account) if account else frozenset())
    if addresses:
        remove_letters(instance().folder.outbox, addresses)


def _delete_rows(person_id: str, account: Account | None) -> None:
    closes = account is not None and account.actor in erased()
    actor = account.actor if account else SYSTEM
    with noting("records"):
        there = delete_person(person_id)
        if account is not None and closes:
            delete_drafts_by(actor)
        if there:
            note("records", "erased", actor=actor, person=person_id)
    with noting("identities"):
        delete_record_of(person_id, account)
        if account is None:
            return
        note("identities", "erased", actor=actor, detail="account closed" if closes else "account kept")
        if closes:
            delete_account(account)
        else:
            new = rename_account(account)
    if not closes:
        with noting("records"):
            rename_drafts_by(actor, new)
