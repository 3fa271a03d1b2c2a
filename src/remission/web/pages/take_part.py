"""The door: what taking part means, before anybody gives an address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from remission.web.instance import instance
from remission.web.observatory import is_open
from remission.web.routes import Route
from remission.web.shell import page_response


def take_part(request: HttpRequest) -> HttpResponse:
    """The page."""
    return page_response(request, "take_part.html.jinja", title="Take part", open=is_open(instance()))


ROUTES = (Route("take-part/", "take_part", take_part, ("visitor", "person", "delegate", "host", "auditor")),)
