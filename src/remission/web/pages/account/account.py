"""One page for all of an account: address, password, second step, codes, signing out everywhere, and how to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from remission.web.acts.recovering import open_recovery
from remission.web.acts.signing_out import sign_out_everywhere
from remission.web.identities.holds import is_held
from remission.web.roles import ROLES, roles_of
from remission.web.routes import Route

if TYPE_CHECKING:
    from remission.web.identities.models import Account


def account_page(request: HttpRequest) -> HttpResponse:
    """The page."""
    return render(request, "account/overview.html", _shown(request.user))  # type: ignore[arg-type]  # guarded


def _shown(account: Account) -> dict[str, object]:
    factors = list(Authenticator.objects.filter(user=account))
    codes = [one.wrap() for one in factors if one.type == Authenticator.Type.RECOVERY_CODES]
    return {
        "account": account,
        "recovery": open_recovery(account),
        "held_until": account.held_until if is_held(account) else None,
        "passkeys": sum(one.type == Authenticator.Type.WEBAUTHN for one in factors),
        "app": any(one.type == Authenticator.Type.TOTP for one in factors),
        "codes_left": len(codes[0].get_unused_codes()) if codes else None,
        "is_person": "person" in roles_of(account),
    }


def everywhere(request: HttpRequest) -> HttpResponse:
    """End every session of the account, this one too."""
    sign_out_everywhere(request.user)  # type: ignore[arg-type]
    get_adapter().logout(request)
    messages.success(request, "You are signed out on all devices.")
    return redirect("account_login")


SIGNED_IN = tuple(role for role in ROLES if role != "visitor")
ROUTES = (
    Route("account/", "account", account_page, SIGNED_IN, before_factor=True),
    Route("account/sign-out-everywhere/", "sign_out_everywhere", everywhere, SIGNED_IN, ("POST",), before_factor=True),
)
