"""Who looked at a record: each look of a helper is in the chain, and the person reads of all of them in words."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from markupsafe import Markup

from reading_ease import school_grade
from remission.web import clock, routes
from remission.web.audit.chain import SYSTEM, note, noting
from remission.web.audit.head import publish_heads
from remission.web.audit.looks import by_day, looks_at
from remission.web.identities.models import Delegation, Letter
from remission.web.instance import Instance
from remission.web.jobs.tasks import heads
from remission.web.mail.words.heads import words
from remission.web.records.models import RecordAudit
from remission.web.roles import Acting
from remission.web.routes import RecordRoute

SHOWN = "what the record says"


def page(request: HttpRequest, acting: Acting, **_: object) -> HttpResponse:
    return HttpResponse(f"{SHOWN} of {acting.person_id}")


@pytest.fixture
def helper(join: Callable[..., Any], sign_in: Callable[..., Any]) -> tuple[Any, Any, Delegation]:
    """A person, a helper of theirs, and what ties them."""
    ann, bob = join("ann@example.org"), sign_in("bob@example.org", factor=True)
    tie = Delegation.objects.create(
        person_id=ann.person_id, may="read", invited="bob@example.org", delegate=bob.account, asked_at=clock.now(),
        taken_at=clock.now(),
    )  # fmt: skip
    return ann, bob, tie


def ask(member: Any, tie: Delegation, route: RecordRoute) -> HttpResponse:
    request = RequestFactory().get(f"/for/{tie.name}/{route.path}")
    request.user = member.account
    return route._of_delegate(request, delegation=tie.name)  # type: ignore[return-value]


def test_each_look_of_a_helper_is_noted_and_the_person_reads_it(helper: tuple[Any, Any, Delegation]) -> None:
    ann, bob, tie = helper
    for _ in range(3):
        assert SHOWN in ask(bob, tie, RecordRoute("looked-at/", "some_page", page)).content.decode()
    rows = RecordAudit.objects.filter(act="looked")
    assert {(row.actor, row.person, row.detail) for row in rows} == {
        (bob.account.actor, ann.person_id, "some_page")
    }  # fmt: skip
    looks = looks_at(ann.person_id)
    assert [(one.who, one.what) for one in looks] == [
        *[("Your helper bob@example.org", "looked at your record")] * 3, ("You", "began the record"),
    ]  # fmt: skip
    assert [one.times for one in by_day(looks)] == [3, 1]


def test_every_page_of_a_record_notes_the_look_of_a_helper(helper: tuple[Any, Any, Delegation]) -> None:
    """Whatever pages there are: it is done where they are all called, and by none of them."""
    _, bob, tie = helper
    every = [one for one in routes.routes() if isinstance(one, RecordRoute) and one.delegates]
    for route in [*every, RecordRoute("looked-at/", "planted", page)]:
        before = RecordAudit.objects.filter(act="looked", detail=route.name).count()
        bob.client.get(f"/for/{tie.name}/{route.path}") if route.name != "planted" else ask(bob, tie, route)
        if "<" not in route.path and not route.fills and not route.fresh and "GET" in route.methods:
            assert RecordAudit.objects.filter(act="looked", detail=route.name).count() == before + 1, route.path


def test_what_cannot_be_noted_is_not_shown(
    helper: tuple[Any, Any, Delegation], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, bob, tie = helper

    def full(*_: object, **__: object) -> None:
        raise OperationalError("database or disk is full")

    shown: list[str] = []
    monkeypatch.setattr(routes, "note", full)
    with pytest.raises(OperationalError):
        ask(bob, tie, RecordRoute("looked-at/", "some_page", lambda *_, **__: shown.append("shown")))  # type: ignore[arg-type, func-returns-value]
    assert shown == []


def test_no_name_of_a_stranger_is_told(helper: tuple[Any, Any, Delegation], sign_in: Callable[..., Any]) -> None:
    ann, _, _ = helper
    stranger, host = sign_in("eve@example.org"), sign_in("host@example.org", duty="host")
    # Whoever helps another is nobody here.
    Delegation.objects.create(
        person_id="a" * 16, may="read", delegate=stranger.account, asked_at=clock.now(), taken_at=clock.now()
    )
    with noting("records"):
        for actor in (stranger.account.actor, host.account.actor, SYSTEM, "a" * 16):
            note("records", "looked", actor=actor, person=ann.person_id, detail="some_page")
    who = [one.who for one in looks_at(ann.person_id)][:4]
    assert sorted(who) == sorted(
        ["Somebody whose account is closed", "The host of this observatory", "This observatory",
         "Somebody whose account is closed"]
    )  # fmt: skip
    assert not any("example.org" in one for one in who)


def test_what_is_taken_out_of_everybody_is_told_to_who_was_there(helper: tuple[Any, Any, Delegation]) -> None:
    ann, _, _ = helper
    with noting("records"):
        note("records", "exported", actor=SYSTEM, detail="research")
    assert looks_at(ann.person_id)[0].what == "took out the answers of all who agreed to research"
    assert looks_at("nobodynobodynob2") == ()


def test_the_page_says_first_whether_anybody_looked(helper: tuple[Any, Any, Delegation]) -> None:
    ann, bob, tie = helper
    before = ann.client.get("/my/looks/").content.decode()
    assert "Nobody but you has looked at your record." in before
    ask(bob, tie, RecordRoute("looked-at/", "some_page", page))
    after = ann.client.get("/my/looks/").content.decode()
    assert "Your helper bob@example.org looked at your record." in after
    assert "Nobody but you" not in after
    assert "style=" not in after
    # A helper is not shown who else helps.
    assert bob.client.get(f"/for/{tie.name}/looks/").status_code == 404


def test_what_a_helper_is_called_cannot_be_a_script(helper: tuple[Any, Any, Delegation]) -> None:
    ann, bob, tie = helper
    Delegation.objects.filter(pk=tie.pk).update(invited="<script>alert(1)</script>@example.org")
    ask(bob, tie, RecordRoute("looked-at/", "some_page", page))
    assert "<script>alert" not in ann.client.get("/my/looks/").content.decode()


def test_the_public_page_shows_the_heads_and_nothing_of_anybody(helper: tuple[Any, Any, Delegation]) -> None:
    ann, bob, _ = helper
    assert "Nothing is shown yet" in Client().get("/audit-head/").content.decode()
    published = publish_heads()
    shown = Client().get("/audit-head/").content.decode()
    assert [one.mac in shown.replace("<wbr>", "") for one in published] == [False, True]  # of one there is no row yet
    for name in (ann.person_id, ann.account.actor, bob.account.actor, "example.org"):
        assert name not in shown


def test_both_pages_are_read_with_ease(helper: tuple[Any, Any, Delegation]) -> None:
    ann, bob, tie = helper
    publish_heads()
    ask(bob, tie, RecordRoute("looked-at/", "some_page", page))
    for address in ("/my/looks/", "/audit-head/"):
        assert school_grade(_words(ann.client.get(address).content.decode())) <= 8, address


def _words(html: str) -> str:
    body = html[html.index('<main id="main">') : html.index("</main>")]
    sentences = [part for part in body.split("<p")[1:] if "</p>" in part]
    return " ".join(Markup("<p" + one[: one.index("</p>")]).striptags() for one in sentences)


def test_the_heads_go_to_each_host_once_a_day(
    observatory: Instance, sign_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    host = sign_in("host@example.org", duty="host")
    sign_in("auditor@example.org", duty="auditor")
    heads.run()
    heads.run()
    letter = Letter.objects.get()
    assert letter.account == host.account
    with observatory.folder.heads.open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    filled = words(letter)
    assert filled is not None
    assert {filled["identities_seal"], filled["records_seal"]} == {one["mac"] for one in listed}
    monkeypatch.setattr(clock, "now", lambda: datetime(2099, 1, 1, tzinfo=UTC))
    heads.run()
    assert Letter.objects.count() == 2
    assert timedelta(days=1) > heads.EVERY
