"""The recovery codes: shown, saved, and said to be kept, before there is a first factor."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from remission.web.identities.codes_first import codes_of, has_kept_codes, keep_codes
from remission.web.roles import ROLES
from remission.web.routes import Route


def recovery_codes(request: HttpRequest) -> HttpResponse:
    """The codes, and the question whether they are kept; whoever says so goes on to where they came from."""
    account, after = request.user, _after(request)
    said = request.POST.get("kept") == "yes"
    if request.method == "POST" and said:
        keep_codes(account)  # type: ignore[arg-type]  # guarded: it is an account
        return redirect(after)
    shown = {
        "codes": codes_of(account).get_unused_codes(),  # type: ignore[arg-type]
        "kept": has_kept_codes(account),  # type: ignore[arg-type]
        "next": after,
        "trouble": request.method == "POST",
    }
    return render(request, "mfa/recovery_codes/keep.html", shown)


def _after(request: HttpRequest) -> str:
    """Where one goes next: within this site, or to the page of factors."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    return asked if url_has_allowed_host_and_scheme(asked, allowed_hosts=None) else "/account/2fa/"


SIGNED_IN = tuple(role for role in ROLES if role != "visitor")
ROUTES = (
    Route(
        "account/2fa/recovery-codes/", "mfa_view_recovery_codes", recovery_codes, SIGNED_IN, ("GET", "HEAD", "POST"),
        fresh=True, before_factor=True,
    ),
)  # fmt: skip
