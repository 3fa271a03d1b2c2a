"""The helper's side: the records that one helps with, and saying yes to being asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import redirect

from remission.exhibits.wording import day_words
from remission.web.acts.delegating import asked_by, helped_by, leave, take_up
from remission.web.pages.everybody.visit_by_letter import spent
from remission.web.routes import Route
from remission.web.shell import page_response

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

CONFLICT = 409


def helping(request: HttpRequest) -> HttpResponse:
    """The records that this account helps with."""
    helped = helped_by(request.user)  # type: ignore[arg-type]  # guarded: it is an account
    return page_response(request, "helping.html.jinja", title="Records I help with", helped=helped, day_words=day_words)


def taking_up(request: HttpRequest, token: str) -> HttpResponse:
    """What somebody is asked to do, in words, and one button to say yes."""
    if request.method != "POST" or not request.user.is_authenticated:
        return _asked(request, token)
    why = take_up(request.user, token)
    return redirect("helping") if why is None else _asked(request, token, status=CONFLICT)


def leaving(request: HttpRequest, name: str) -> HttpResponse:
    """A helper helps no more."""
    if not leave(request.user, name):  # type: ignore[arg-type]
        raise Http404
    return redirect("helping")


def _asked(request: HttpRequest, token: str, status: int = 200) -> HttpResponse:
    account = request.user if request.user.is_authenticated else None
    asked = asked_by(account, token)
    if asked is None:
        return spent(request)
    return page_response(
        request, "asked_to_help.html.jinja", title="You are asked to help", status=status, asked=asked,
        here=request.path,
    )  # fmt: skip


ROUTES = (
    Route("for/", "helping", helping, ("person", "delegate")),
    Route("for/<str:name>/leave/", "leave_helping", leaving, ("delegate",), ("POST",)),
    Route("helper/<str:token>/", "taking_up", taking_up, ("visitor", "person", "delegate"), ("GET", "HEAD", "POST")),
)
