"""The host's page: what is declared, what is missing, and how the place stands. No record and no address is on it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from remission.web.acts.naming_auditors import end_auditor, name_auditor
from remission.web.instance import instance
from remission.web.observatory import is_open
from remission.web.routes import Route
from remission.web.serving.standing import standing_of
from remission.web.shell import page_response

NAMED = "This account is an auditor's now. It needs a second step before it sees anything."
NOT_NAMED = (
    "No account was changed. The address needs an account of its own, with no record and no duty, that has answered "
    "our letter."
)


def host(request: HttpRequest) -> HttpResponse:
    """The page."""
    notices = [str(one) for one in messages.get_messages(request)]
    standing = standing_of(instance())
    return page_response(
        request, "host.html.jinja", title="This observatory", notices=notices, standing=standing,
        open=is_open(instance()), declaration=instance().folder.declaration.name, demo=instance().mode == "demo",
    )  # fmt: skip


def auditors(request: HttpRequest) -> HttpResponse:
    """Name an auditor by address, or end one by random name; then back to the page."""
    account, ending = request.user, request.POST.get("end", "")
    if ending:
        end_auditor(account, ending)  # type: ignore[arg-type]  # guarded: it is an account
    else:
        named = name_auditor(account, request.POST.get("email", ""))  # type: ignore[arg-type]
        messages.info(request, NAMED if named else NOT_NAMED)
    return redirect("host")


ROUTES = (
    Route("host/", "host", host, ("host",)),
    Route("host/auditors/", "host_auditors", auditors, ("host",), methods=("POST",), fresh=True),
)
