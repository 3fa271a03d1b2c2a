"""What happens to accounts, added to the chain of acts: what was done, and never an address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import signals as accounts
from allauth.mfa import signals as factors
from django.dispatch import Signal

from remission.web.acts.recovering import stop_recovery
from remission.web.audit.chain import note, noting

if TYPE_CHECKING:
    from remission.web.identities.models import Account

ACTS: dict[str, Signal] = {
    "account made": accounts.user_signed_up,
    "signed in": accounts.user_logged_in,
    "password changed": accounts.password_changed,
    "password reset": accounts.password_reset,
    "factor added": factors.authenticator_added,
    "factor removed": factors.authenticator_removed,
    "codes made": factors.authenticator_reset,
}


def connect() -> None:
    """Note each from now on. Called once, when Django has read its apps."""
    for act, signal in ACTS.items():
        signal.connect(_noter(act), dispatch_uid=f"noted {act}", weak=False)
    accounts.email_changed.connect(_address, dispatch_uid="address", weak=False)
    factors.authenticator_used.connect(_found_again, dispatch_uid="found again", weak=False)


def _noter(act: str) -> Any:
    def noted(user: Account, authenticator: Any = None, **_: Any) -> None:
        with noting("identities"):
            note("identities", act, actor=user.actor, detail=authenticator.type if authenticator else "")

    return noted


def _address(user: Account, from_email_address: Any = None, **_: Any) -> None:
    """The first address is confirmed; a later one takes the place of another."""
    with noting("identities"):
        note("identities", "address changed" if from_email_address else "address confirmed", actor=user.actor)


def _found_again(user: Account, **_: Any) -> None:
    """Whoever uses a factor or a code has not lost it: what was asked because it was lost is stopped."""
    stop_recovery(user)
