"""The first account of an observatory: whoever starts it gets a link, for one hour, while nobody is its host."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256

from allauth.account.models import EmailAddress

from remission.web.audit.chain import note, noting
from remission.web.clock import now
from remission.web.identities.models import Account, Ticket

HOURS = timedelta(hours=1)


def first_host_link() -> str | None:
    """The path of a new link, before which the address of the observatory goes; None where it has a host."""
    with noting("identities"):
        if _has_host():
            return None
        # The last one printed is the one that counts: an earlier one may lie in a log.
        Ticket.objects.filter(opens="host").delete()
        token = secrets.token_urlsafe(32)
        Ticket.objects.create(token_hash=_hashed(token), opens="host", expires_at=now() + HOURS)
    return f"/first-host/{token}/"


def opens_first_host(token: str) -> bool:
    """Can the account of the host be made with this token now?"""
    valid = Ticket.objects.filter(token_hash=_hashed(token), opens="host", used_at=None, expires_at__gt=now())
    return not _has_host() and valid.exists()


def make_first_host(token: str, email: str, password: str) -> Account | None:
    """The host's account, and the token used up; None where it opens nothing, or the address has an account."""
    address = email.casefold()
    with noting("identities"):
        if not opens_first_host(token) or _is_taken(address):
            return None
        Ticket.objects.filter(token_hash=_hashed(token)).update(used_at=now())
        account = Account.objects.create_user(address, password, duty="host")
        # Whoever reads the terminal of the server needs to prove no address besides.
        EmailAddress.objects.create(user=account, email=address, verified=True, primary=True)
        note("identities", "host made", actor=account.actor)
    return account


def _has_host() -> bool:
    return Account.objects.filter(duty="host").exists()


def _is_taken(address: str) -> bool:
    return Account.objects.filter(email__iexact=address).exists()


def _hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()
