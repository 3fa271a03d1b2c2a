"""The way back for somebody whose second factor and codes are lost, and the ways to stop somebody else on it."""

from __future__ import annotations

from allauth.account.internal.decorators import login_stage_required
from allauth.mfa.stages import AuthenticateStage
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from remission.web.acts.recovering import (
    ask_recovery,
    is_open_named,
    open_recovery,
    stop_recovery,
    stop_recovery_named,
)
from remission.web.roles import ROLES
from remission.web.routes import Route


@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")  # type: ignore[untyped-decorator]
def lost_factor(request: HttpRequest) -> HttpResponse:
    """Reached from the second step only: the password was right."""
    account = request._login_stage.login.user  # type: ignore[attr-defined]  # the library's word for it
    recovery = ask_recovery(account) if request.method == "POST" else open_recovery(account)
    return render(request, "account/lost_factor.html", {"recovery": recovery})


def stop_by_letter(request: HttpRequest, name: str) -> HttpResponse:
    """A button behind the link in the letter: a program that reads letters and opens their links stops nothing."""
    stopped = request.method == "POST" and stop_recovery_named(name)
    return render(request, "account/stop_recovery.html", {"stopped": stopped, "open": is_open_named(name)})


def stop_signed_in(request: HttpRequest) -> HttpResponse:
    """The same from the page of one's account."""
    stop_recovery(request.user)  # type: ignore[arg-type]  # guarded: it is an account
    messages.success(request, "It is stopped. Your second step stays as it is.")
    return redirect("account")


SIGNED_IN = tuple(role for role in ROLES if role != "visitor")
READ_AND_SEND = ("GET", "HEAD", "POST")
ROUTES = (
    Route("account/lost-factor/", "lost_factor", lost_factor, ("visitor",), READ_AND_SEND),
    Route("account/stop-recovery/<str:name>/", "stop_recovery", stop_by_letter, ROLES, READ_AND_SEND),
    Route(
        "account/stop-recovery/", "stop_recovery_signed_in", stop_signed_in, SIGNED_IN, ("POST",), before_factor=True
    ),
)
