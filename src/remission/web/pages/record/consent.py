"""What a person agrees to, and agreed to since when: the words of the consent, and a choice for each use apart."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from remission.exhibits.wording import day_words
from remission.inputs.problems import InputProblems
from remission.registry.consent_texts import consent_texts, filled, shown_on
from remission.web.acts.consenting import asked_again, chosen, give_consent, latest_consent_of
from remission.web.clock import today
from remission.web.instance import instance
from remission.web.observatory import read_observatory
from remission.web.roles import Acting, acting_for_self
from remission.web.routes import Route
from remission.web.shell import page_response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from remission.registry.consent import Consent
    from remission.web.identities.models import Account

# Adults only, whatever a host declares or does not.
YOUNGEST = "18"
SAVED = "Your choices are saved."


def consent(request: HttpRequest) -> HttpResponseBase:
    """The page; what is sent from it begins the record, or changes what was agreed to."""
    account = cast("Account", request.user)
    acting = acting_for_self(account)
    if request.method != "POST":
        return _page(request, acting, {}, {})
    said = {name: str(value) for name, value in request.POST.items()}
    if troubles := asked_again(said, joins=acting is None):
        return _page(request, acting, said, troubles, status=422)
    give_consent(account, chosen(said))
    messages.success(request, SAVED)
    return redirect("/my/" if acting is None else "consent")


def facts_of_host() -> dict[str, str]:
    """What the host declares that stands in texts; nothing in a demo, where nobody has declared anything."""
    try:
        declared = asdict(read_observatory(instance()))
    except InputProblems:
        return {}
    return {name: str(value) for name, value in declared.items() if isinstance(value, str | int)}


def _page(
    request: HttpRequest, acting: Acting | None, said: Mapping[str, str], troubles: Mapping[str, str],
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    last = latest_consent_of(acting.person_id) if acting else None
    text, facts = shown_on(today()), facts_of_host()
    return page_response(
        request, "consent.html.jinja", title=text.title, status=status, text=text, last=last, joins=acting is None,
        agreed=_agreed(last), since=day_words(last.given_on) if last else "",
        ended=day_words(last.ended_on) if last and last.ended_on else "",
        newer=last is not None and last.version != text.version, said=said, troubles=troubles,
        fill=lambda words: filled(words, facts), age=facts.get("minimum_age", YOUNGEST),
        shown=[str(one) for one in messages.get_messages(request)],
    )  # fmt: skip


def _agreed(last: Consent | None) -> list[tuple[str, bool]]:
    """Each use in words, and whether it was agreed to."""
    if last is None or last.version not in consent_texts():
        return []
    return [(one.title, one.scope in last.scopes) for one in consent_texts()[last.version].scopes]


ROUTES = (Route("my/consent/", "consent", consent, ("person",), ("GET", "HEAD", "POST")),)
