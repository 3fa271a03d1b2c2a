"""A lost second factor: whoever knows the password asks, the owner of the address hears of it, and days go by.

The days are for the owner: somebody else may have found out the password. Signing in with the factor, or a code, or
the link in a letter stops it. When they are over the factors go, every session ends, and for as many days again nothing
is handed out.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from remission.web.audit.chain import NOBODY, SYSTEM, note, noting
from remission.web.clock import now
from remission.web.identities.models import Account, Letter, Recovery
from remission.web.identities.sessions import end_sessions
from remission.web.mail.letters import queue_letter

WAIT, HOLD = timedelta(days=7), timedelta(days=7)
# Told again when half of the days are over, and on the last.
TOLD_AGAIN = (timedelta(days=3), timedelta(days=6))


def open_recovery(account: Account) -> Recovery | None:
    """What was asked for this account and is neither stopped nor done."""
    return _open().filter(account=account).first()


def ask_recovery(account: Account) -> Recovery:
    """Ask that the second factors of an account be removed; what was asked before goes on and begins no second time."""
    with noting("identities"):
        if (waiting := open_recovery(account)) is not None:
            return waiting
        asked = now()
        made = Recovery.objects.create(account=account, asked_at=asked, due_at=asked + WAIT)
        note("identities", "recovery asked", actor=account.actor)
        _tell(made, "recovery_begun")
        for later in TOLD_AGAIN:
            _tell(made, "recovery_waits", asked + later)
        return made


def stop_recovery(account: Account) -> bool:
    """Stop it, for somebody who is signed in; was there one?"""
    return _stop(_open().filter(account=account), account.actor)


def stop_recovery_named(name: str) -> bool:
    """Stop it, by the link in the letter; was there one of that name?"""
    return _stop(_open().filter(name=name), NOBODY)


def is_open_named(name: str) -> bool:
    """Can the link in the letter still stop it?"""
    return _open().filter(name=name).exists()


def finish_recoveries() -> int:
    """Remove the factors of those whose days are over; how many that were."""
    due = list(_open().filter(due_at__lte=now()).values_list("name", flat=True))
    return sum(_finish(name) for name in due)


def _open() -> QuerySet[Recovery]:
    return Recovery.objects.filter(stopped_at=None, done_at=None)


def _stop(asked: QuerySet[Recovery], actor: str) -> bool:
    with noting("identities"):
        names = list(asked.values_list("name", flat=True))
        if names:
            Recovery.objects.filter(name__in=names).update(stopped_at=now())
            # What still waits to be told is not so any more.
            Letter.objects.filter(opens__in=names, sent_at=None).delete()
            note("identities", "recovery stopped", actor=actor)
    return bool(names)


def _finish(name: str) -> bool:
    """One of them, all in one transaction; not where it was stopped since it was looked for."""
    with noting("identities"):
        one = _open().filter(name=name).select_related("account").first()
        if one is None:
            return False
        account = one.account
        Authenticator.objects.filter(user=account).delete()
        Account.objects.filter(pk=account.pk).update(held_until=now() + HOLD)
        Recovery.objects.filter(pk=one.pk).update(done_at=now())
        Letter.objects.filter(opens=one.name, sent_at=None).delete()
        end_sessions(account)
        note("identities", "recovery done", actor=SYSTEM, detail=f"account {account.actor}")
        _tell(one, "recovery_done")
    return True


def _tell(one: Recovery, kind: str, not_before: datetime | None = None) -> None:
    """Let a letter about it wait, in the transaction of what it tells of."""
    queue_letter(kind, account=one.account, opens=one.name, not_before=not_before)
