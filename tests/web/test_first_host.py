"""The link for the host: once, for an hour, and only while there is no host."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from remission.web.clock import now
from remission.web.identities import first_host
from remission.web.identities.first_host import first_host_link
from remission.web.identities.models import Account, Ticket
from remission.web.instance import Instance

PASSWORD = "a long and quiet password"
SENT = {"email": "host@example.org", "password": PASSWORD}
pytestmark = pytest.mark.usefixtures("quick_hashes")


def link() -> str:
    made = first_host_link()
    assert made is not None
    return made


def test_the_link_makes_the_host_who_is_led_to_the_second_step(observatory: Instance) -> None:
    path, client = link(), Client()
    assert "You run this observatory" in client.get(path).content.decode()
    assert not Account.objects.exists()
    assert client.post(path, SENT)["Location"] == "/account/2fa/"
    assert Account.objects.get().duty == "host"
    assert "Before anything else opens" in client.get("/account/2fa/").content.decode()
    # The password was given a moment ago: the codes are shown at once.
    assert (
        client.get("/account/2fa/totp/activate/", follow=True)
        .redirect_chain[-1][0]
        .startswith("/account/2fa/recovery-codes/")
    )
    assert Client().post("/account/login/", {"login": "host@example.org", "password": PASSWORD}).status_code == 302


def test_the_link_works_once(observatory: Instance) -> None:
    path = link()
    Client().post(path, SENT)
    Account.objects.all().delete()  # even where the host is gone again
    assert Client().get(path).status_code == 404
    assert Client().post(path, SENT | {"email": "second@example.org"}).status_code == 404
    assert not Account.objects.exists()


def test_there_is_no_link_while_there_is_a_host(observatory: Instance, sign_in: Callable[..., Any]) -> None:
    path = link()
    sign_in(duty="host")
    assert first_host_link() is None
    assert Client().get(path).status_code == 404
    assert Client().post(path, SENT).status_code == 404
    assert Account.objects.count() == 1


def test_the_link_ends_after_an_hour(observatory: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    path, begun = link(), now()
    monkeypatch.setattr(first_host, "now", lambda: begun + timedelta(minutes=59))
    assert Client().get(path).status_code == 200
    monkeypatch.setattr(first_host, "now", lambda: begun + timedelta(minutes=61))
    assert Client().get(path).status_code == 404
    assert Client().post(path, SENT).status_code == 404


def test_a_newer_link_ends_the_older(observatory: Instance) -> None:
    older, newer = link(), link()
    assert (Client().get(older).status_code, Client().get(newer).status_code) == (404, 200)


def test_the_token_stands_in_no_database(observatory: Instance) -> None:
    token = link().split("/")[2]
    told = b"".join(one.read_bytes() for one in observatory.folder.folder.glob("*.sqlite3*"))
    assert Ticket.objects.get().token_hash.encode() in told
    assert token.encode() not in told


@pytest.mark.parametrize("path", ["/first-host/guess/", "/first-host//"])
def test_a_guess_opens_nothing(observatory: Instance, path: str) -> None:
    link()
    assert Client().post(path, SENT).status_code == 404


def test_a_weak_password_and_a_taken_address_are_said_and_leave_the_link(
    observatory: Instance, sign_in: Callable[..., Any]
) -> None:
    sign_in("host@example.org")
    path, client = link(), Client()
    assert "too short" in client.post(path, SENT | {"password": "short"}).content.decode()
    assert "has an account already" in client.post(path, SENT).content.decode()
    assert client.post(path, SENT | {"email": "other@example.org"}).status_code == 302


def test_a_form_from_elsewhere_makes_no_host(observatory: Instance) -> None:
    assert Client(enforce_csrf_checks=True).post(link(), SENT).status_code == 403
    assert not Account.objects.exists()
