"""A lost second step: seven days, letters to the owner, three ways to stop it, and then a week without exports."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client

from remission.web import clock
from remission.web.acts import recovering
from remission.web.acts.recovering import ask_recovery, finish_recoveries, open_recovery
from remission.web.clock import now
from remission.web.identities.factors import lacks_factor
from remission.web.identities.holds import is_held
from remission.web.identities.models import IdentityAudit, Letter, Recovery
from remission.web.jobs.tasks import recoveries

PASSWORD = "a long and quiet password"
REAL = clock.now
LOST = "/account/lost-factor/"
pytestmark = pytest.mark.usefixtures("quick_hashes")


def second_step() -> Client:
    client = Client()
    client.post("/account/login/", {"login": "ann@example.org", "password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return bool(client.get("/account/").status_code == 200)


def later(monkeypatch: pytest.MonkeyPatch, days: float) -> None:
    """Let days go by, from the real moment, for what asks the clock here."""
    moment = REAL() + timedelta(days=days)
    for module in (recovering, sys.modules[is_held.__module__], clock):
        monkeypatch.setattr(module, "now", lambda: moment)


def test_only_who_knows_the_password_asks(sign_in: Callable[..., Any]) -> None:
    sign_in(factor=True)
    assert Client().get(LOST)["Location"] == "/account/login/"
    assert Client().post(LOST)["Location"] == "/account/login/"
    wrong = Client()
    wrong.post("/account/login/", {"login": "ann@example.org", "password": "a guess"})
    wrong.post(LOST)
    assert not Recovery.objects.exists()
    client = second_step()
    assert LOST in client.get("/account/2fa/authenticate/").content.decode()
    assert "after seven days" in client.get(LOST).content.decode()
    assert not Recovery.objects.exists()  # looking asks nothing
    assert "It is asked for" in client.post(LOST).content.decode()
    assert not is_in(client)
    assert Recovery.objects.get().due_at - Recovery.objects.get().asked_at == timedelta(days=7)


def test_the_owner_hears_of_it_at_once_and_again(sign_in: Callable[..., Any]) -> None:
    account = sign_in(factor=True).account
    ask_recovery(account)
    told = {one.kind: one for one in Letter.objects.order_by("-not_before")}
    assert (now() - told["recovery_begun"].not_before) < timedelta(minutes=1)
    waits = sorted(one.not_before for one in Letter.objects.filter(kind="recovery_waits"))
    assert [(one - now()).days + 1 for one in waits] == [3, 6]
    assert {one.account_id for one in Letter.objects.all()} == {account.pk}


def test_asking_again_begins_no_second_wait(sign_in: Callable[..., Any]) -> None:
    account = sign_in(factor=True).account
    assert ask_recovery(account).pk == ask_recovery(account).pk
    assert Letter.objects.count() == 3


def test_nothing_is_removed_before_the_days_are_over(
    sign_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    account = sign_in(factor=True).account
    ask_recovery(account)
    later(monkeypatch, 6.99)
    assert finish_recoveries() == 0
    assert Authenticator.objects.exists()


def test_after_the_days_the_password_is_enough_and_nothing_is_exported(
    sign_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    member, other = sign_in(factor=True), sign_in("ben@example.org", factor=True)
    RecoveryCodes.activate(member.account)
    ask_recovery(member.account)
    later(monkeypatch, 7.01)
    recoveries.run()
    member.account.refresh_from_db()
    assert not Authenticator.objects.filter(user=member.account).exists()
    assert Authenticator.objects.filter(user=other.account).exists()
    assert (is_in(member.client), is_in(other.client)) == (False, True)
    assert is_held(member.account)
    assert not is_held(other.account)
    assert [one.kind for one in Letter.objects.filter(sent_at=None)] == ["recovery_done"]
    assert finish_recoveries() == 0
    client = second_step()
    assert is_in(client)
    assert "no copy of your data is given out" in client.get("/account/").content.decode()
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    refused = client.post("/account/email/", {"action_add": "1", "email": "new@example.org"})
    assert "the address stays as it is" in refused.content.decode()
    assert list(EmailAddress.objects.filter(user=member.account).values_list("email", flat=True)) == ["ann@example.org"]
    later(monkeypatch, 14.02)
    assert not is_held(member.account)


@pytest.mark.parametrize("duty", ["host", "auditor"])
def test_who_must_have_a_factor_adds_a_new_one_first(
    sign_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, duty: str
) -> None:
    account = sign_in(duty=duty).account
    ask_recovery(account)
    later(monkeypatch, 7.01)
    finish_recoveries()
    assert lacks_factor(account)
    client = Client()
    answer = client.post("/account/login/", {"login": "ann@example.org", "password": PASSWORD})
    assert answer["Location"] == "/account/2fa/"


def _by_letter(member: Any) -> None:
    name = Letter.objects.filter(kind="recovery_begun").get().opens
    page = Client().get(f"/account/stop-recovery/{name}/").content.decode()
    assert "Press the button" in page
    assert open_recovery(member.account) is not None  # a program that opens links stops nothing
    assert "stays as it is" in Client().post(f"/account/stop-recovery/{name}/").content.decode()
    assert "stopped before" in Client().get(f"/account/stop-recovery/{name}/").content.decode()


def _signed_in(member: Any) -> None:
    assert "Somebody asked to sign in" in member.client.get("/account/").content.decode()
    member.client.post("/account/stop-recovery/")
    assert "Somebody asked to sign in" not in member.client.get("/account/").content.decode()


def _with_a_code(member: Any) -> None:
    code = RecoveryCodes.activate(member.account).get_unused_codes()[0]
    client = second_step()
    client.post("/account/2fa/authenticate/", {"code": code})
    assert is_in(client)


@pytest.mark.parametrize("stop", [_by_letter, _signed_in, _with_a_code])
def test_it_is_stopped(
    sign_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, stop: Callable[[Any], None]
) -> None:
    member = sign_in(factor=True)
    ask_recovery(member.account)
    stop(member)
    assert not Letter.objects.filter(sent_at=None).exists()
    later(monkeypatch, 8)
    assert finish_recoveries() == 0
    assert Authenticator.objects.filter(type="totp").exists()


def test_nobody_stops_what_is_another_persons(sign_in: Callable[..., Any]) -> None:
    asked, other = sign_in(factor=True), sign_in("ben@example.org")
    ask_recovery(asked.account)
    other.client.post("/account/stop-recovery/")
    Client().post("/account/stop-recovery/aaaaaaaaaaaaaaaa/")
    assert open_recovery(asked.account) is not None


def test_a_recovery_that_is_stopped_meanwhile_is_not_finished(
    sign_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    account = sign_in(factor=True).account
    made = ask_recovery(account)
    later(monkeypatch, 8)
    recovering.stop_recovery(account)
    assert not recovering._finish(made.name)
    assert Authenticator.objects.exists()


def test_the_acts_are_in_the_chain_under_random_names(
    sign_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    account = sign_in(factor=True).account
    ask_recovery(account)
    later(monkeypatch, 8)
    finish_recoveries()
    rows = list(IdentityAudit.objects.order_by("row"))
    assert [one.act for one in rows][-2:] == ["recovery asked", "recovery done"]
    assert not any("@" in f"{one.actor}{one.detail}" for one in rows)
