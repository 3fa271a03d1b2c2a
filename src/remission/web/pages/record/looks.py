"""Who looked at a record and when: for the person alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.exhibits.wording import day_words
from remission.web.audit.looks import by_day, looks_at
from remission.web.routes import RecordRoute
from remission.web.shell import page_response

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from remission.web.roles import Acting

# More is read by nobody on a page; the copy of one's own data holds all.
MOST = 200


def looks(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The page."""
    every = looks_at(acting.person_id)
    others = by_day([one for one in every if one.kind != "self"])
    own = by_day([one for one in every if one.kind == "self"])
    who = list(dict.fromkeys(one.last.who for one in others if one.last.what == "looked at your record"))
    return page_response(
        request, "looks.html.jinja", title="Who looked at your record", who=who, others=others[:MOST], own=own[:MOST],
        hidden=max(len(others), len(own)) > MOST, day_words=day_words,
    )  # fmt: skip


ROUTES = (RecordRoute("looks/", "looks", looks, delegates=False),)
