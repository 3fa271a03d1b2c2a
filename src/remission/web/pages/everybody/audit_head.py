"""The head of each chain, in public: whoever notes it down can tell later that nothing was cut off."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from remission.exhibits.wording import day_words
from remission.web.audit.head import newest_heads
from remission.web.roles import ROLES
from remission.web.routes import Route
from remission.web.shell import page_response

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

WHAT = {"identities": "Accounts and helpers", "records": "Records"}


def audit_head(request: HttpRequest) -> HttpResponse:
    """The page."""
    heads = [(WHAT[one.chain], one) for one in newest_heads()]
    on = day_words(date.fromisoformat(heads[0][1].day)) if heads else ""
    return page_response(request, "audit_head.html.jinja", title="Proof that no act was taken out", heads=heads, on=on)


ROUTES = (Route("audit-head/", "audit_head", audit_head, ROLES),)
