"""Passkeys in a real browser, with an authenticator that the browser plays."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from made_up.headless_chromium import CHROMIUM, Tab

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"), pytest.mark.usefixtures("quick_hashes"),
]  # fmt: skip
PASSWORD = "a long and quiet password"


@pytest.fixture(autouse=True)
def device(tab: Tab) -> Iterator[None]:
    """A device that knows its owner, gone before it is said whether anything went wrong in the tab."""
    tab.ask("WebAuthn.enable")
    device = tab.ask(
        "WebAuthn.addVirtualAuthenticator",
        options={
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        },
    )  # fmt: skip
    yield
    tab.ask("WebAuthn.removeVirtualAuthenticator", authenticatorId=device["authenticatorId"])


def go(tab: Tab, address: str) -> None:
    tab.open(address, width=390)
    tab.wait_for(f"location.href.startsWith({address!r}) && document.readyState === 'complete'")


def send(tab: Tab, fields: dict[str, str], then: str, form: str = "main form") -> None:
    """Fill the first form of a page, send it, and wait for an address."""
    for name, value in fields.items():
        tab.run(f"document.querySelector({form!r}).elements[{name!r}].value = {json.dumps(value)}")
    tab.run(f"document.querySelector({form!r} + ' button').click()")
    tab.wait_for(f"location.pathname === {then!r} && document.readyState === 'complete'")


def sign_in_at(tab: Tab, served_at: str, then: str) -> None:
    go(tab, served_at + "account/login/")
    send(tab, {"login": "ann@example.org", "password": PASSWORD}, then)


def add_passkey(tab: Tab, served_at: str) -> None:
    """From signing in to the first passkey, by what stands on the pages."""
    sign_in_at(tab, served_at, "/take-part/")
    tab.open(served_at + "account/2fa/webauthn/add/", width=390)
    tab.wait_for("location.pathname === '/account/reauthenticate/' && document.readyState === 'complete'")
    send(tab, {"password": PASSWORD}, "/account/2fa/recovery-codes/")
    tab.run("document.getElementById('kept').click()")
    send(tab, {}, "/account/2fa/webauthn/add/")
    send(tab, {"name": "my phone"}, "/account/2fa/")


@pytest.fixture(autouse=True)
def at_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who signs in begins at a page of everybody, whatever other pages there are."""
    monkeypatch.setattr("remission.web.identities.adapters.first_page", lambda account: "/take-part/")


def test_a_passkey_is_added_asked_for_and_taken(tab: Tab, served_at: str, sign_in: Callable[..., Any]) -> None:
    account = sign_in().account
    add_passkey(tab, served_at)
    assert Authenticator.objects.filter(user=account, type="webauthn").get().wrap().name == "my phone"
    assert "The passkey is added" in tab.run("document.querySelector('main').innerText")
    tab.ask("Network.clearBrowserCookies")
    assert Client().post("/account/login/", {"login": account.email, "password": PASSWORD})["Location"] == (
        "/account/2fa/authenticate/"
    )
    sign_in_at(tab, served_at, "/account/2fa/authenticate/")
    send(tab, {}, "/take-part/", "form[data-passkey]")
    go(tab, served_at + "account/")
    assert "Passkeys: 1" in tab.run("document.querySelector('main').innerText")


def test_a_passkey_signs_in_without_a_password(tab: Tab, served_at: str, sign_in: Callable[..., Any]) -> None:
    sign_in()
    add_passkey(tab, served_at)
    tab.ask("Network.clearBrowserCookies")
    go(tab, served_at + "account/login/")
    send(tab, {}, "/take-part/", "form[data-passkey]")
    go(tab, served_at + "account/")
    assert tab.run("location.pathname") == "/account/"


def test_a_passkey_stands_for_the_password_before_what_matters(
    tab: Tab, served_at: str, sign_in: Callable[..., Any]
) -> None:
    sign_in()
    add_passkey(tab, served_at)
    tab.ask("Network.clearBrowserCookies")
    go(tab, served_at + "account/login/")
    send(tab, {}, "/take-part/", "form[data-passkey]")
    go(tab, served_at + "account/2fa/webauthn/reauthenticate/?next=/account/2fa/recovery-codes/")
    send(tab, {}, "/account/2fa/recovery-codes/", "form[data-passkey]")


def test_a_device_that_refuses_is_said_in_words(tab: Tab, served_at: str, sign_in: Callable[..., Any]) -> None:
    sign_in()
    go(tab, served_at + "account/login/")
    tab.run("navigator.credentials.get = () => Promise.reject(new Error('no'))")
    tab.run("document.querySelector('form[data-passkey] button').click()")
    tab.wait_for("document.querySelector('[data-said]').textContent.includes('did not work')")
    assert tab.run("location.pathname") == "/account/login/"


def test_without_script_the_page_says_so_and_shows_no_dead_button(
    tab: Tab, served_at: str, sign_in: Callable[..., Any]
) -> None:
    sign_in()
    tab.ask("Emulation.setScriptExecutionDisabled", value=True)
    try:
        go(tab, served_at + "account/login/")
        shown = tab.run("getComputedStyle(document.querySelector('form[data-passkey]')).display")
    finally:
        tab.ask("Emulation.setScriptExecutionDisabled", value=False)
    assert shown == "none"


@pytest.mark.parametrize(
    "credential", ["", "{}", "[]", '"x"', '{"id": "AA", "rawId": "AA", "type": "public-key"}', "no"]
)
def test_what_no_device_says_opens_nothing(sign_in: Callable[..., Any], credential: str) -> None:
    sign_in()
    client = Client()
    client.get("/account/2fa/webauthn/login/", headers={"Accept": "application/json"})
    assert client.post("/account/2fa/webauthn/login/", {"credential": credential}).status_code == 302
    assert client.get("/account/").status_code == 302
