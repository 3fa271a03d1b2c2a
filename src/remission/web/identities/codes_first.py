"""Recovery codes come first: nobody gets a second factor before they were shown codes and said that they keep them.

Whoever loses the only factor and has no code waits for days; the codes are what stands between.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import urlencode

from remission.web.clock import now
from remission.web.identities.models import Account

View = Callable[..., HttpResponseBase]
KEPT = "kept_at"


def codes_of(account: Account) -> RecoveryCodes:
    """The recovery codes of an account, made where there are none."""
    return RecoveryCodes.activate(account)


def keep_codes(account: Account) -> None:
    """The person says that the codes are kept somewhere that is not this device."""
    made = codes_of(account).instance
    made.data[KEPT] = now().isoformat()
    made.save(update_fields=["data"])


def has_kept_codes(account: Account) -> bool:
    """Has the person said so of the codes that count now?"""
    found = Authenticator.objects.filter(user=account, type=Authenticator.Type.RECOVERY_CODES).first()
    return found is not None and KEPT in found.data


def codes_first(view: View) -> View:
    """A view that adds a second factor, for those who keep their codes; others are led to the codes, and back."""

    @wraps(view)
    def after_codes(request: HttpRequest, **named: object) -> HttpResponseBase:
        account = request.user
        if isinstance(account, Account) and not has_kept_codes(account):
            return redirect(f"/account/2fa/recovery-codes/?{urlencode({'next': request.path})}")
        return view(request, **named)

    return after_codes
