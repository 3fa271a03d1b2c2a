"""The page behind the link that the first start prints: the host's account."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from remission.web.identities.first_host import make_first_host, opens_first_host
from remission.web.identities.forms import FirstHost
from remission.web.roles import ROLES
from remission.web.routes import Route


def first_host(request: HttpRequest, token: str) -> HttpResponse:
    """The form, and what it makes: the account, signed in, at the page of second factors."""
    if not opens_first_host(token):
        raise Http404
    form = FirstHost(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = make_first_host(token, form.cleaned_data["email"], form.cleaned_data["password"])
        if account is not None:
            get_adapter().login(request, account)
            # The password was given this moment: it is not asked for again before the second factor.
            record_authentication(request, account, method="password", reauthenticated=True)
            return redirect("mfa_index")
        form.add_error("email", "This address has an account already. Please give another one.")
    return render(request, "account/first_host.html", {"form": form})


ROUTES = (Route("first-host/<str:token>/", "first_host", first_host, ROLES, ("GET", "HEAD", "POST")),)
