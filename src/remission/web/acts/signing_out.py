"""Signing out on every device, for somebody who lent or lost one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.web.audit.chain import note, noting
from remission.web.identities.sessions import end_sessions

if TYPE_CHECKING:
    from remission.web.identities.models import Account


def sign_out_everywhere(account: Account) -> None:
    """End every session of an account."""
    with noting("identities"):
        ended = end_sessions(account)
        note("identities", "signed out everywhere", actor=account.actor, detail=f"sessions {ended}")
