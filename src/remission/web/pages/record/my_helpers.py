"""A person's helpers: who they are, what they may do, and asking, changing and ending."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import redirect

from remission.exhibits.page import Link
from remission.exhibits.wording import day_words
from remission.inputs.problems import InputProblems
from remission.web.acts.delegating import Asking, change, end, helpers_of, invite
from remission.web.routes import RecordRoute
from remission.web.shell import page_response

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from remission.web.roles import Acting

LOOK_AGAIN = 422
TRAIL = (Link("Helpers", "my/helpers/"),)
ASKED = "Asked. We send them a letter now. They can say yes for 14 days."


def my_helpers(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Who helps, and who is asked to."""
    notices = [ASKED] if "asked" in request.GET else []
    return page_response(
        request, "my_helpers.html.jinja", title="Helpers", helpers=helpers_of(acting.person_id), day_words=day_words,
        notices=notices,
    )  # fmt: skip


def ask_helper(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Ask somebody to help."""
    post = request.POST
    asking = Asking(post.get("address", ""), post.get("called", ""), post.get("signed", ""), post.get("may", ""))
    troubles: dict[str, str] = {}
    if request.method == "POST":
        try:
            invite(acting.account, acting.person_id, asking)
        except InputProblems as refused:
            troubles = {one.column or "": one.next_step for one in refused.problems}
        else:
            return redirect("/my/helpers/?asked=1")
    return page_response(
        request, "ask_helper.html.jinja", title="Ask somebody to help", status=LOOK_AGAIN if troubles else 200,
        asking=asking, troubles=troubles, trail=TRAIL,
    )  # fmt: skip


def change_helper(request: HttpRequest, acting: Acting, name: str) -> HttpResponse:
    """Let a helper do more or less."""
    if not change(acting.account, acting.person_id, name, request.POST.get("may", "")):
        raise Http404
    return redirect("helpers")


def end_helper(request: HttpRequest, acting: Acting, name: str) -> HttpResponse:
    """Let a helper help no more, or take back that they were asked."""
    if not end(acting.account, acting.person_id, name):
        raise Http404
    return redirect("helpers")


ROUTES = (
    RecordRoute("helpers/", "helpers", my_helpers, delegates=False),
    # The password is asked for: whoever holds a lent phone for a minute would else read along for years.
    RecordRoute("helpers/ask/", "ask_helper", ask_helper, ("GET", "HEAD", "POST"), delegates=False, fresh=True),
    RecordRoute("helpers/<str:name>/change/", "change_helper", change_helper, ("POST",), delegates=False),
    RecordRoute("helpers/<str:name>/end/", "end_helper", end_helper, ("POST",), delegates=False),
)
