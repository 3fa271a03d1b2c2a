"""No more letters about forms: by the link of any of them, or on a page of the account, where the way back is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt

from remission.web.mail.stopping import begin_mail, stop_by_letter, stop_mail, why_none
from remission.web.mail.tickets import look_at
from remission.web.pages.everybody.visit_by_letter import spent
from remission.web.roles import ROLES
from remission.web.routes import Route
from remission.web.shell import page_response

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


# A mail program sends this without a session and without a page of ours (RFC 8058). The token says for whom.
@csrf_exempt
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """One button; once pressed, no more letters about forms go to the account that the letter went to."""
    if request.method != "POST":
        if look_at(token, "stop", used=True) is None:
            return spent(request)
        return page_response(request, "stop_mail.html.jinja", title="No more letters?")
    if not stop_by_letter(token):
        return spent(request)
    return page_response(request, "mail_stopped.html.jinja", title="No more letters about forms")


def my_mail(request: HttpRequest) -> HttpResponse:
    """Do letters about forms go to this account, and if not why not; each can be changed."""
    account = request.user
    if request.method == "POST":
        if request.POST.get("do") == "begin":
            begin_mail(account)  # type: ignore[arg-type]  # guarded: it is an account
        else:
            stop_mail(account, "asked")  # type: ignore[arg-type]
        return redirect("my_mail")
    why = why_none(account)  # type: ignore[arg-type]
    return page_response(request, "my_mail.html.jinja", title="Letters about forms", why=why)


ROUTES = (
    Route("stop/<str:token>/", "stop_mail", stop, ROLES, ("GET", "HEAD", "POST")),
    Route("my/mail/", "my_mail", my_mail, ("person", "delegate"), ("GET", "HEAD", "POST")),
)
