"""Every row of an account deleted: of ours, of the accounts' library, sessions, tasks, and what the cache counts.

Rows that name an account by a key go with it. The others are looked for here, by what names it in them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator

from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import connections
from django.db.models import Q
from django_tasks_db.models import DBTaskResult

from remission.web.databases import IDENTITIES
from remission.web.identities.models import (
    Account,
    Delegation,
    Intent,
    Letter,
    Membership,
    NoMail,
    Recovery,
    Ticket,
)
from remission.web.ids import new_id

PORTS = 65536
KEYED = re.compile(r":(?P<action>\w+):[^:]*/key:(?P<hash>[0-9a-f]{64})(:lock)?$")


def addresses_of(account: Account) -> frozenset[str]:
    """Every address of an account, in small letters."""
    more = EmailAddress.objects.filter(user=account).values_list("email", flat=True)
    return frozenset(one.casefold() for one in (account.email, *more))


def addresses_asked_by(person_id: str) -> frozenset[str]:
    """Addresses that a person asked to help and that have no account here, in small letters."""
    asked = Delegation.objects.filter(person_id=person_id).exclude(invited="").values_list("invited", flat=True)
    return frozenset(one.casefold() for one in asked if not Account.objects.filter(email__iexact=one).exists())


def delete_record_of(person_id: str, account: Account | None) -> None:
    """Delete what ties an account to the record of a person, and all that was asked of others for that record."""
    mine = Delegation.objects.filter(person_id=person_id)
    about = [*mine.values_list("name", flat=True), person_id]
    whose = [account] if account else []
    letters = Letter.objects.filter(Q(opens__in=about) | Q(account__in=whose))
    tickets = Ticket.objects.filter(Q(person_id=person_id) | Q(about__in=about) | Q(account__in=whose))
    _delete_tasks([*about, *letters.values_list("name", flat=True)])
    for rows in (letters, tickets, mine, Membership.objects.filter(person_id=person_id)):
        rows.delete()
    for one in Intent.objects.exclude(act__startswith="erase"):
        if person_id in one.named.values():
            one.delete()
    if account is not None:
        NoMail.objects.filter(account=account).delete()
        _delete_sessions(account, [person_id, *addresses_of(account)])


def rename_account(account: Account) -> str:
    """Give an account that stays a new random name: what it did before in the audit is nobody's from then on."""
    account.actor = new_id()
    account.save(update_fields=["actor"])
    return account.actor


def delete_account(account: Account) -> None:
    """Delete an account and every row that names it or one of its addresses."""
    addresses = addresses_of(account)
    recoveries = list(Recovery.objects.filter(account=account).values_list("name", flat=True))
    _delete_tasks([*addresses, account.actor, *recoveries])
    _delete_sessions(account, addresses)
    _delete_counts(account, addresses)
    for address in addresses:
        Delegation.objects.filter(invited__iexact=address).delete()
        Letter.objects.filter(address__iexact=address).delete()
        EmailAddress.objects.filter(email__iexact=address).delete()
    account.delete()


def _delete_tasks(names: Iterable[str]) -> None:
    for name in names:
        DBTaskResult.objects.filter(
            Q(args_kwargs__icontains=name) | Q(return_value__icontains=name) | Q(traceback__icontains=name)
        ).delete()


def _delete_sessions(account: Account, names: Collection[str]) -> None:
    """Sessions of an account, and those in which somebody was about to sign in to it or opened a letter of it."""
    for one in Session.objects.iterator():
        held = one.get_decoded()
        begun = (held.get("account_login") or {}).get("user_pk")
        text = json.dumps(held, default=str).casefold()
        if (
            held.get(SESSION_KEY) == str(account.pk)
            or begun == user_pk_to_url_str(account)
            or any(name in text for name in names)
        ):
            one.delete()


def _delete_counts(account: Account, addresses: Collection[str]) -> None:
    """What is counted against guessing: by the number of an account, or by a hash of its address."""
    table = connections[IDENTITIES].ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
    with connections[IDENTITIES].cursor() as cursor:
        cursor.execute(f"SELECT cache_key FROM {table}")  # a name of ours
        keys = [key for (key,) in cursor.fetchall()]
        of_account = re.compile(rf":user:{account.pk}(:lock)?$|[?&]user={account.pk}(&|$)")
        hashed = [(key, found) for key in keys if (found := KEYED.search(key))]
        hashes = set(_hashes(account, addresses)) if hashed else set()
        gone = [key for key in keys if of_account.search(key)] + [key for key, one in hashed if one["hash"] in hashes]
        cursor.executemany(f"DELETE FROM {table} WHERE cache_key = %s", [(key,) for key in gone])


def _hashes(account: Account, addresses: Collection[str]) -> Iterator[str]:
    """Hashes under which the accounts' library may count: of an address alone, or with a name and port of this host."""
    hosts = [host for host in settings.ALLOWED_HOSTS if host != "*"]
    ports = ["", *(f":{number}" for number in range(1, PORTS))]
    counted = [f"mfa-auth-user-{account.pk}", *addresses]
    counted += [f"{host}{port}:{address}" for host in hosts for port in ports for address in addresses]
    return (hashlib.sha256(one.encode()).hexdigest() for one in counted)
