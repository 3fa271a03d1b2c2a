"""What can be asked for: each address with its view and who may see it. A view without a route is served to nobody.

Two kinds. A `Route` is a page of an account or of everybody. A `RecordRoute` is a page of a record: it lies under
`/my/` for the person and under `/for/<delegation>/` for a delegate, and its view is called with who acts on whose.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path

from remission.inputs.walking import modules_in
from remission.web import pages
from remission.web.audit.chain import LOOKED, note, noting
from remission.web.identities.factors import has_factor
from remission.web.roles import NEED_FACTOR, Acting, Role, acting_for, acting_for_self, roles_in

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Route:
    """One address: who may ask for it, and by which methods. `fresh`: the password or passkey is asked for again.

    `before_factor`: also for an account that must have a second factor and has none yet, which nothing else opens to.
    """

    path: str
    name: str
    view: View
    roles: tuple[Role, ...]
    methods: tuple[str, ...] = ("GET", "HEAD")
    fresh: bool = False
    before_factor: bool = False

    def patterns(self) -> Iterator[URLPattern]:
        """Its address in Django's words."""
        yield path(self.path, _guarded(self, self.view), name=self.name)


@dataclass(frozen=True)
class RecordRoute:
    """One page of a record. `delegates`: may a delegate see it at all? `fills`: only one who may fill in.

    The view is called as `view(request, acting, ...)`.
    """

    path: str
    name: str
    view: View
    methods: tuple[str, ...] = ("GET", "HEAD")
    delegates: bool = True
    fills: bool = False
    fresh: bool = False

    @property
    def roles(self) -> tuple[Role, ...]:
        """Who may ask for it."""
        return ("person", "delegate") if self.delegates else ("person",)

    def patterns(self) -> Iterator[URLPattern]:
        """Its addresses in Django's words: the person's, and the delegates'."""
        yield path(f"my/{self.path}", _guarded(self, self._of_self, ("person",)), name=self.name)
        if self.delegates:
            yield path(
                f"for/<str:delegation>/{self.path}",
                _guarded(self, self._of_delegate, ("delegate",)),
                name=f"{self.name}_for",
            )

    def _of_self(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        acting = acting_for_self(request.user)  # type: ignore[arg-type]  # guarded: it is an account
        request.acting = acting  # type: ignore[attr-defined]  # the menu asks whether there is a record
        # Who has an account and no record yet is led to where it begins.
        return redirect("consent") if acting is None else self._called(request, acting, **named)

    def _of_delegate(self, request: HttpRequest, delegation: str, **named: Any) -> HttpResponseBase:
        acting = acting_for(request.user, delegation)  # type: ignore[arg-type]
        if acting is None or (self.fills and not acting.fills):
            raise Http404
        # Before it is shown: what can not be noted is not shown.
        with noting("records"):
            note("records", LOOKED, actor=acting.account.actor, person=acting.person_id, detail=self.name)
        return self._called(request, acting, **named)

    def _called(self, request: HttpRequest, acting: Acting, **named: Any) -> HttpResponseBase:
        return self.view(request, acting, **named)


def routes() -> tuple[Route | RecordRoute, ...]:
    """Every route of every file in the folders of `web/pages`."""
    folders = map(importlib.import_module, modules_in(pages).values())
    files = modules_in(*folders).values()
    return tuple(route for name in files for route in importlib.import_module(name).ROUTES)


def _guarded(route: Route | RecordRoute, view: View, roles: tuple[Role, ...] = ()) -> View:
    """The view for those who may see it; for all others a page that is the same as of an address that is not there."""
    allowed = frozenset(roles or route.roles)
    open_before = "visitor" in allowed or (isinstance(route, Route) and route.before_factor)

    @wraps(view)
    def guarded(request: HttpRequest, **named: Any) -> HttpResponseBase:
        mine = roles_in(request)
        if "visitor" in mine and "visitor" not in allowed:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        if not allowed & mine:
            raise Http404
        if not open_before and NEED_FACTOR & mine and not has_factor(request.user):  # type: ignore[arg-type]
            return redirect("mfa_index")
        if request.method not in route.methods:
            return HttpResponseNotAllowed(route.methods)
        return called(request, **named)

    called = reauthentication_required(view) if route.fresh else view
    # What the generated matrix of addresses and roles reads.
    guarded.route = route  # type: ignore[attr-defined]
    return guarded
