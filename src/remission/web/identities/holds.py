"""For some days after a second factor was lost nothing is handed out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.web.clock import now

if TYPE_CHECKING:
    from remission.web.identities.models import Account


def is_held(account: Account) -> bool:
    """May nothing be exported now? Somebody else may have got in by saying that a telephone was lost."""
    return account.held_until is not None and now() < account.held_until
