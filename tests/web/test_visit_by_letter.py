"""The link of a letter: one empty form, once, by a button; and nothing of the record."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from reading_ease import school_grade, text_of_page
from remission.web import clock
from remission.web.acts.visiting import open_by_letter, visiting
from remission.web.identities.models import Account, NoMail, Ticket
from remission.web.instance import instance
from remission.web.mail.tickets import make_ticket
from remission.web.records.models import AnswerRow, ConsentRow, SentForm

OWN_WORDS = "the-secret-canary"


@pytest.fixture
def member(join: Callable[..., Any]) -> Any:
    """Somebody who told something that nobody else may read."""
    one = join()
    sent = one.client.post("/my/form/short/", {"version": "1", "registry.own_words": OWN_WORDS, "do": "send"})
    assert sent.status_code == 302
    return one


def ticket(member: Any, days: float = 30) -> str:
    """The token of a letter about a short form."""
    return make_ticket("visit", account=member.account, person_id=member.person_id, about="day-100 short", days=days)


def test_the_link_opens_the_empty_form_once_and_shows_nothing(member: Any) -> None:
    client, token = Client(), ticket(member)
    for _ in range(3):
        first = client.get(f"/visit/{token}/")
        assert first.status_code == 200
    assert "Open the form" in first.content.decode()
    opened = client.post(f"/visit/{token}/", follow=True)
    assert opened.redirect_chain == [("/visit/form/", 302)]
    page = opened.content.decode()
    for text in (first.content.decode(), page):
        assert OWN_WORDS not in text
        assert "ann@" not in text
        assert "/my/" not in text
    assert 'name="registry.own_words"' in page
    # Used up for everybody else, and for this browser too.
    again = Client().post(f"/visit/{token}/")
    assert again.status_code == 410
    assert client.get(f"/visit/{token}/").status_code == 410
    for path in ("/my/", "/my/form/short/", "/my/helpers/"):
        assert client.get(path).status_code == 302


def test_what_is_sent_is_kept_and_closes_the_door(member: Any) -> None:
    client, token, other = Client(), ticket(member), ticket(member)
    client.post(f"/visit/{token}/")
    before = AnswerRow.objects.count()
    sent = client.post("/visit/form/", {"version": "1", "registry.own_words": "all is well", "do": "send"}, follow=True)
    assert sent.redirect_chain == [("/visit/thanks/", 302)]
    assert AnswerRow.objects.count() == before + 1
    assert AnswerRow.objects.order_by("-row")[0].teller == "self"
    assert SentForm.objects.filter(form="short").exists()
    assert client.get("/visit/form/").status_code == 410
    # The other letter about the same visit opens nothing any more.
    assert Client().get(f"/visit/{other}/").status_code == 410
    # What was told before still stands, with the new below it.
    assert OWN_WORDS in member.client.get("/my/").content.decode()


def test_what_can_not_be_read_is_asked_again_with_the_rest_kept(member: Any) -> None:
    client = Client()
    client.post(f"/visit/{ticket(member)}/")
    page = client.get("/visit/form/").content.decode()
    day = re.search(r'name="([^"]*day[^"]*)"', page)
    assert day is not None
    told = {"version": "1", "registry.own_words": "all is well", day.group(1): "the 40th of May", "do": "send"}
    sent = client.post("/visit/form/", told)
    assert sent.status_code == 422
    page = sent.content.decode()
    assert "the 40th of May" in page
    assert OWN_WORDS not in page


@pytest.mark.parametrize("token", ["x", "a" * 32, "form%00", "<script>alert(1)"])
def test_an_unknown_token_is_said_in_the_words_of_a_used_one(member: Any, token: str) -> None:
    used, client = ticket(member), Client()
    client.post(f"/visit/{used}/")

    def body(answer: Any) -> str:
        # The address stands in no page, and the tokens of forms differ.
        return re.sub(r'value="[^"]*"', "", answer.content.decode())

    unknown = Client().get(f"/visit/{token}/")
    assert unknown.status_code == 410
    assert body(unknown) == body(Client().get(f"/visit/{used}/"))
    assert "/account/login/" in unknown.content.decode()


def test_an_expired_link_and_an_expired_pass_open_nothing(member: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    late, client = ticket(member, days=1), Client()
    client.post(f"/visit/{ticket(member)}/")
    at = clock.now()
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(hours=13))
    assert client.get("/visit/form/").status_code == 410
    assert client.post("/visit/form/", {"version": "1", "registry.own_words": "x"}).status_code == 410
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(days=2))
    assert Client().post(f"/visit/{late}/").status_code == 410


def test_whoever_stopped_has_no_form_by_letter(member: Any) -> None:
    client = Client()
    client.post(f"/visit/{ticket(member)}/")
    ConsentRow.objects.update(ended_on=clock.today(), ending="stop")
    assert client.get("/visit/form/").status_code == 410


def test_the_session_of_the_form_is_a_new_one(member: Any, sign_in: Callable[..., Any]) -> None:
    """Nobody who set the name of the session beforehand gets the pass, and no other account sends the form."""
    other = sign_in("eve@example.org")
    before = other.client.cookies["sessionid"].value
    other.client.post(f"/visit/{ticket(member)}/")
    after = other.client.cookies["sessionid"].value
    assert before != after
    thief = Client()
    thief.cookies["sessionid"] = before
    assert thief.get("/visit/form/").status_code == 410
    assert other.client.get("/my/mail/").status_code == 302


def test_a_form_needs_the_button_of_our_page(member: Any) -> None:
    strict, token = Client(enforce_csrf_checks=True), ticket(member)
    assert strict.post(f"/visit/{token}/").status_code == 403
    assert Ticket.objects.filter(used_at=None, opens="visit").count() == 1


def test_pages_of_letters_are_kept_by_nobody_and_tell_no_other_site(member: Any) -> None:
    for path in (f"/visit/{ticket(member)}/", "/visit/nothing/", f"/stop/{stop_token(member.account)}/"):
        answer = Client().get(path)
        assert answer.headers["Referrer-Policy"] in ("no-referrer", "same-origin")
        assert "no-store" in answer.headers["Cache-Control"]


def stop_token(account: Account) -> str:
    """The token of the link that stops letters."""
    return make_ticket("stop", account=account, days=400)


def test_one_click_stops_letters_for_that_address_alone_without_session_or_token(
    member: Any, sign_in: Callable[..., Any]
) -> None:
    other, token = sign_in("bob@example.org"), stop_token(member.account)
    # A scanner that opens every link stops nothing.
    assert Client().get(f"/stop/{token}/").status_code == 200
    assert not NoMail.objects.exists()
    program = Client(enforce_csrf_checks=True)
    for _ in range(2):
        done = program.post(f"/stop/{token}/", {"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200
    assert [one.account for one in NoMail.objects.all()] == [member.account]
    assert other.account != member.account
    assert Client().post("/stop/unknown/").status_code == 410
    assert Client().post(f"/stop/{ticket(member)}/").status_code == 410


def test_letters_can_be_turned_on_again_on_the_page_of_the_account(member: Any) -> None:
    Client().post(f"/stop/{stop_token(member.account)}/")
    assert "no letters about forms" in member.client.get("/my/mail/").content.decode()
    member.client.post("/my/mail/", {"do": "begin"})
    assert not NoMail.objects.exists()
    member.client.post("/my/mail/", {"do": "stop"})
    assert NoMail.objects.get().why == "asked"
    assert Client().get("/my/mail/").status_code == 302


def test_a_pass_of_a_clock_is_read_as_it_was_written(member: Any) -> None:
    kept = open_by_letter(ticket(member))
    assert kept is not None
    assert datetime.fromisoformat(kept["until"]) > clock.now()
    assert visiting(kept) is not None
    assert visiting({**kept, "form": "gone"}) is None
    assert visiting({**kept, "person": "nobody"}) is None
    assert visiting(None) is None


def test_every_page_of_a_letter_is_read_with_ease(member: Any) -> None:
    token, client = stop_token(member.account), Client()
    pages = [client.get(f"/visit/{ticket(member)}/"), client.get("/visit/nothing/"), client.get("/visit/thanks/")]
    pages += [client.get(f"/stop/{token}/"), member.client.get("/my/mail/"), client.post(f"/stop/{token}/")]
    for page in [*pages, member.client.get("/my/mail/")]:
        assert school_grade(text_of_page(page.content.decode())) <= 8


def test_no_token_is_in_a_log(member: Any, caplog: pytest.LogCaptureFixture) -> None:
    token, client = ticket(member), Client()
    with caplog.at_level(logging.DEBUG):
        for path in (f"/visit/{token}/", f"/stop/{token}/", f"/helper/{token}/"):
            client.get(path)
            client.post(path)
            client.post(path)
    assert token not in caplog.text
    logs = "".join(one.read_text() for one in instance().folder.logs.rglob("*") if one.is_file())
    assert token not in logs
