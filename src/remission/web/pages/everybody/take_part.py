"""The door: what taking part means, before anybody gives an address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from remission.inputs.problems import InputProblems
from remission.registry.forms.form import forms
from remission.web.instance import instance
from remission.web.observatory import is_open, read_observatory
from remission.web.roles import ROLES
from remission.web.routes import Route
from remission.web.shell import page_response

if TYPE_CHECKING:
    from remission.web.observatory import Observatory


def take_part(request: HttpRequest) -> HttpResponse:
    """The page."""
    return page_response(
        request, "take_part.html.jinja", title="Take part", open=is_open(instance()), host=_declared(),
        minutes=forms()["short"].minutes, long_minutes=forms()["long"].minutes,
    )  # fmt: skip


def as_on_the_site(request: HttpRequest) -> HttpResponse:
    """The address at which the static site has its page of this name."""
    return redirect("take_part")


def _declared() -> Observatory | None:
    """What the host declares; None where anything of it is missing."""
    try:
        return read_observatory(instance())
    except InputProblems:
        return None


ROUTES = (
    Route("take-part/", "take_part", take_part, ROLES),
    Route("take-part/index.html", "take_part_site", as_on_the_site, ROLES),
)
