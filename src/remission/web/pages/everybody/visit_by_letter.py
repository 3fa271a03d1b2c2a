"""What the link of a letter about a form opens: first a button, then that one form, empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect

from remission.web.acts.visiting import PASS, open_by_letter, send_by_letter, visiting
from remission.web.form_pages import LOOK_AGAIN, Around, form_response, read_sent
from remission.web.mail.tickets import look_at
from remission.web.roles import ROLES
from remission.web.routes import Route
from remission.web.shell import page_response

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpRequest

    from remission.registry.forms.check import Trouble
    from remission.web.acts.visiting import Visiting

KEPT = "visit"
GONE = 410
LEAD = "You can skip any question. This page shows nothing that you told us before. What you do not send is not kept."


def visit(request: HttpRequest, token: str) -> HttpResponse:
    """What the link is and one button, which uses it up; whoever only looks changes nothing."""
    if request.method != "POST":
        if look_at(token, "visit") is None:
            return spent(request)
        return page_response(request, "visit.html.jinja", title="Your form is ready", signed_in=_signed_in(request))
    kept = open_by_letter(token)
    if kept is None:
        return spent(request)
    # A new session of its own: nothing of another is carried over, and who had set its name beforehand gets nothing.
    request.session.flush()
    request.session[KEPT] = dict(kept)
    request.session.set_expiry(PASS)
    return redirect("visit_form")


def visit_form(request: HttpRequest) -> HttpResponse:
    """The form, empty; what was sent is kept, and what could not be read is asked again."""
    who = visiting(request.session.get(KEPT))
    if who is None:
        return spent(request)
    if request.method != "POST":
        return _form(request, who, {}, ())
    sent = read_sent(request.POST)
    checked = send_by_letter(who, sent.version, sent.raw)
    if checked.troubles:
        return _form(request, who, sent.raw, checked.troubles, status=LOOK_AGAIN)
    request.session.flush()
    return redirect("visit_thanks")


def visit_thanks(request: HttpRequest) -> HttpResponse:
    """After sending."""
    return page_response(request, "visit_thanks.html.jinja", title="Thank you")


def spent(request: HttpRequest) -> HttpResponse:
    """A link that opens nothing: used, too old or never made. The words are the same for all."""
    return page_response(request, "spent.html.jinja", title="This link does not work any more", status=GONE)


def _form(
    request: HttpRequest, who: Visiting, raw: Mapping[str, str], troubles: Sequence[Trouble], status: int = 200
) -> HttpResponse:
    around = Around(saves=False, lead=LEAD)
    base = who.acting.base
    return form_response(
        request, who.form, raw, troubles, action=f"{base}form/", base=base, status=status, around=around
    )


def _signed_in(request: HttpRequest) -> bool:
    return request.user.is_authenticated


ROUTES = (
    # Before the tokens: none of these words is one.
    Route("visit/form/", "visit_form", visit_form, ROLES, ("GET", "HEAD", "POST")),
    Route("visit/thanks/", "visit_thanks", visit_thanks, ROLES),
    Route("visit/<str:token>/", "visit", visit, ROLES, ("GET", "HEAD", "POST")),
)
