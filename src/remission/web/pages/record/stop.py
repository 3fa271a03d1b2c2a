"""Two ways to stop, in two clicks: the link that is on every page, and one of two buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from remission.web.acts.consenting import active_version
from remission.web.acts.withdrawing import withdraw
from remission.web.roles import ROLES, acting_for_self, is_delegate
from remission.web.routes import Route
from remission.web.shell import page_response

if TYPE_CHECKING:
    from remission.web.identities.models import Account


def stop(request: HttpRequest) -> HttpResponseBase:
    """The page with both buttons; sent, the use of the record stops."""
    account = cast("Account", request.user)
    if request.method == "POST":
        withdraw(account, erase=False)
        return redirect("stop")
    acting = acting_for_self(account)
    active = acting is not None and active_version(acting.person_id) is not None
    title = ("How do you want to stop?" if active else "You have stopped") if acting else "Close my account"
    return page_response(
        request, "stop.html.jinja", title=title, acting=acting, active=active, helps=is_delegate(account)
    )


def erase(request: HttpRequest) -> HttpResponseBase:
    """Erase everything; who came here without the button is shown it."""
    if request.method != "POST":
        return redirect("stop")
    account = cast("Account", request.user)
    # Who has a record and helps with another's may keep the account for that.
    stays = acting_for_self(account) is not None and is_delegate(account) and request.POST.get("close") != "yes"
    withdraw(account, erase=True, close=not stays)
    logout(request)
    return redirect("erased")


def erased(request: HttpRequest) -> HttpResponse:
    """What stands there afterwards; it shows nobody's, so anybody may see it."""
    return page_response(request, "erased.html.jinja", title="It is erased")


ROUTES = (
    # Before a second factor too: to stop, nobody has to set anything up.
    Route("my/stop/", "stop", stop, ("person",), ("GET", "HEAD", "POST"), before_factor=True),
    Route("my/stop/erase/", "erase", erase, ("person",), ("GET", "HEAD", "POST"), fresh=True, before_factor=True),
    Route("erased/", "erased", erased, ROLES),
)
