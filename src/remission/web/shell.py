"""Pages of the observatory in the shell of the site: where one is, where one can go, and what is said on every page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.functional import SimpleLazyObject
from markupsafe import Markup

from remission.exhibits.page import Link, Page
from remission.exhibits.site.shell import Site, render_in_shell
from remission.exhibits.tables import OF_THE_LIBRARY
from remission.web.clock import now
from remission.web.instance import instance
from remission.web.roles import Role, acting_for_self, roles_in

if TYPE_CHECKING:
    from remission.exhibits.page import Section

ROOM = "remission.web"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'"
)
DEMO = Markup(
    "This is a demo. All people in it are invented, and all that you write is wiped when it ends. "
    'Its letters are <a href="/demo/mail/">on a page</a>.'
)
# What each role finds at the top of every page, the most asked for first; and what lies behind "More".
PLACES: dict[Role, tuple[Link, ...]] = {
    "visitor": (Link("Take part", "take-part/"), Link("Sign in", "account/login/")),
    # The way out is as near as the way in: never behind "More".
    "person": (Link("My record", "my/"), Link("My journey", "my/journey/"), Link("Stop", "my/stop/")),
    "delegate": (Link("Records I help with", "for/"),),
    "host": (Link("This observatory", "host/"),),
    "auditor": (Link("Audit", "audit/"),),
}
FURTHER: dict[Role, tuple[Link, ...]] = {
    "person": (
        Link("My data", "my/data/"), Link("Consent", "my/consent/"), Link("Helpers", "my/helpers/"),
        Link("Who looked", "my/looks/"),
    ),
}  # fmt: skip
QUESTIONS = Link("Questions", "index.html")
ACCOUNT = (Link("Account", "account/"), Link("Sign out", "account/logout/"))
WITHOUT_RECORD = (Link("Begin a record", "my/consent/"),)


@dataclass(frozen=True)
class Menu:
    """Where one can go from every page: few places that are always seen, and the rest behind one that opens."""

    first: tuple[Link, ...]
    more: tuple[Link, ...]


def page_response(
    request: HttpRequest,
    template: str,
    *,
    title: str,
    subtitle: str = "",
    status: int = 200,
    notices: Sequence[str] = (),
    sections: Sequence[Section] = (),
    script: str = "",
    trail: Sequence[Link] = (),
    **said: object,
) -> HttpResponse:
    """A page in a template of this room that extends `web.html.jinja`; `said` is what that template needs besides.

    `script` is a file of `web/static`, `trail` the pages above. The template finds `csrf`, an input to put into every
    form that is sent.
    """
    demo = (DEMO,) if instance().mode == "demo" else ()
    page = Page(
        title=title, subtitle=subtitle, provenance=OF_THE_LIBRARY, notices=(*demo, *notices), sections=sections,
        path=request.path.lstrip("/"), script=f"static/{script}" if script else "", trail=trail, stacked=True,
    )  # fmt: skip
    # Made only where a form asks for it: who reads a public page is given no cookie.
    csrf = SimpleLazyObject(partial(_csrf, request))
    menu = menu_of(request)
    site = Site((*menu.first, *menu.more), now().date())
    always = {"style": "site.css", "policy": POLICY, "csrf": csrf, "menu": menu}
    return HttpResponse(render_in_shell(ROOM, template, page, site, **always, **said), status=status)


def _csrf(request: HttpRequest) -> Markup:
    return Markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">').format(get_token(request))


def menu_of(request: HttpRequest) -> Menu:
    """The menu of whoever asks."""
    # A page that says that the database cannot be asked must not ask it.
    user = getattr(request, "user", None)
    told_apart = user is not None and getattr(request, "is_told_apart", True)
    mine = roles_in(request) if told_apart else frozenset(("visitor",))
    first = [link for role, places in PLACES.items() if role in mine for link in places]
    more = [link for role, places in FURTHER.items() if role in mine for link in places]
    if "person" in mine and not (getattr(request, "acting", None) or acting_for_self(user)):  # type: ignore[arg-type]
        first, more = [*(link for link in first if link not in PLACES["person"]), *WITHOUT_RECORD], []
    if "visitor" in mine:
        return Menu((QUESTIONS, *first), ())
    return Menu(tuple(first), (*more, QUESTIONS, *ACCOUNT))
