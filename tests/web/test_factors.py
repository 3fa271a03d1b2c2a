"""Second factors: codes first, secrets sealed, each code once; whoever must have one and has none finds all closed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.db import connections
from django.http import HttpResponse
from django.test import Client

from remission.web.clock import now, today
from remission.web.identities.adapters import first_page
from remission.web.identities.factors import lacks_factor
from remission.web.identities.models import Account, Delegation, Membership
from remission.web.ids import new_id
from remission.web.instance import Instance
from remission.web.roles import ROLES
from remission.web.routes import Route, routes

PASSWORD = "a long and quiet password"
pytestmark = pytest.mark.usefixtures("quick_hashes")
CODES = "/account/2fa/recovery-codes/"


def code_of(secret: str, ahead: int = 0) -> str:
    """What an app shows now, or some half minutes ahead."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


def keep_codes(client: Client) -> list[str]:
    """Look at the codes, say that they are kept; the codes."""
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    page = client.get(CODES).content.decode()
    client.post(CODES, {"kept": "yes"})
    return re.findall(r"<li><code>(\d+)</code>", page)


def add_app(client: Client) -> str:
    """Add an app to an account whose codes are kept; the app's secret."""
    page = client.get("/account/2fa/totp/activate/").content.decode()
    found = re.search(r'class="secret">(\w+)<', page)
    assert found is not None
    client.post("/account/2fa/totp/activate/", {"code": code_of(found.group(1))})
    return found.group(1)


def second_step(email: str = "ann@example.org") -> Client:
    client = Client()
    answer = client.post("/account/login/", {"login": email, "password": PASSWORD})
    assert answer["Location"] == "/account/2fa/authenticate/"
    return client


def enter(client: Client, code: str) -> bool:
    client.post("/account/2fa/authenticate/", {"code": code})
    return bool(client.get("/account/").status_code == 200)


def test_nobody_gets_a_factor_before_keeping_codes(sign_in: Callable[..., Any]) -> None:
    client = sign_in().client
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    for path in ("/account/2fa/totp/activate/", "/account/2fa/webauthn/add/"):
        for answer in (client.get(path), client.post(path, {"code": "000000"})):
            assert answer["Location"].startswith(CODES)
    assert len(re.findall(r"<li><code>\d{8}</code>", client.get(CODES).content.decode())) == 10
    assert "Please say that you have kept them" in client.post(CODES, {}).content.decode()
    assert client.get("/account/2fa/totp/activate/")["Location"].startswith(CODES)
    answer = client.post(CODES, {"kept": "yes", "next": "/account/2fa/totp/activate/"})
    assert answer["Location"] == "/account/2fa/totp/activate/"
    assert client.get(answer["Location"]).status_code == 200


def test_codes_lead_back_to_this_site_only(sign_in: Callable[..., Any]) -> None:
    client = sign_in().client
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    answer = client.post(CODES, {"kept": "yes", "next": "https://elsewhere.example.org/"})
    assert answer["Location"] == "/account/2fa/"


def test_codes_are_saved_as_text(sign_in: Callable[..., Any]) -> None:
    client = sign_in().client
    codes = keep_codes(client)
    answer = client.get("/account/2fa/recovery-codes/download/")
    assert answer["Content-Type"].startswith("text/plain")
    assert all(code in answer.content.decode() for code in codes)


def test_codes_alone_are_no_second_step(sign_in: Callable[..., Any]) -> None:
    keep_codes(sign_in().client)
    client = Client()
    assert client.post("/account/login/", {"login": "ann@example.org", "password": PASSWORD})["Location"] == "/my/"


def test_an_app_is_asked_for_at_the_next_sign_in(sign_in: Callable[..., Any]) -> None:
    client = sign_in().client
    keep_codes(client)
    secret = add_app(client)
    visitor = second_step()
    assert visitor.get("/account/").status_code == 302
    assert not enter(visitor, "000000")
    assert enter(visitor, code_of(secret, 1))
    # The same code a second time, within its half minute, by somebody who read it over a shoulder.
    assert not enter(second_step(), code_of(secret, 1))


def test_signing_in_can_be_stopped_at_the_second_step(sign_in: Callable[..., Any]) -> None:
    sign_in(factor=True)
    client = second_step()
    assert client.get("/account/login/")["Location"] == "/account/2fa/authenticate/"
    assert client.post("/account/logout/", {"next": "/account/login/"})["Location"] == "/account/login/"
    assert client.get("/account/2fa/authenticate/")["Location"] == "/account/login/"


def test_a_recovery_code_works_once(sign_in: Callable[..., Any]) -> None:
    client = sign_in().client
    codes = keep_codes(client)
    add_app(client)
    assert enter(second_step(), codes[3])
    assert not enter(second_step(), codes[3])
    assert enter(second_step(), codes[4])


def test_a_code_that_is_used_by_many_at_once_lets_one_in(sign_in: Callable[..., Any]) -> None:
    client = sign_in().client
    codes = keep_codes(client)
    add_app(client)
    waiting = [second_step() for _ in range(6)]

    def tried(one: Client) -> bool:
        try:
            return enter(one, codes[0])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(waiting)) as threads:
        assert sum(threads.map(tried, waiting)) == 1


def test_new_codes_end_the_old_ones_and_are_kept_again(sign_in: Callable[..., Any]) -> None:
    client = sign_in().client
    old = keep_codes(client)
    add_app(client)
    client.post("/account/2fa/recovery-codes/generate/")
    assert "I have kept them" in client.get(CODES).content.decode()
    assert client.get("/account/2fa/webauthn/add/")["Location"].startswith(CODES)
    assert not enter(second_step(), old[0])


def test_codes_are_guessed_ten_times_at_most(sign_in: Callable[..., Any]) -> None:
    client = sign_in().client
    codes = keep_codes(client)
    add_app(client)
    for n in range(12):
        guessing = Client(REMOTE_ADDR=f"10.0.0.{n + 1}")
        guessing.post("/account/login/", {"login": "ann@example.org", "password": PASSWORD})
        guessing.post("/account/2fa/authenticate/", {"code": f"{n:06}"})
    late = second_step()
    assert not enter(late, codes[0])


def test_no_secret_stands_in_clear_in_any_file(observatory: Instance, sign_in: Callable[..., Any]) -> None:
    member = sign_in()
    codes = keep_codes(member.client)
    page = member.client.get("/account/2fa/totp/activate/").content.decode()
    waiting = re.search(r'class="secret">(\w+)<', page)
    assert waiting is not None
    clear = [waiting.group(1), add_app(member.client), *codes]
    seeds = [one.wrap() for one in Authenticator.objects.all()]
    clear += [decrypt(one.instance.data.get("seed") or one.instance.data["secret"]) for one in seeds]
    assert len(clear) == 14
    files = [one for one in observatory.folder.folder.glob("*.sqlite3*") if one.is_file()]
    told = b"".join(one.read_bytes() for one in files)
    assert b"ann@example.org" in told  # so the right files were read
    assert [n for n, one in enumerate(clear) if one.encode() in told] == []


def _helps(account: Account) -> None:
    """Let an account help somebody with a record."""
    other = Account.objects.create_user("other@example.org", PASSWORD)
    person_id = new_id()
    Membership.objects.create(account=other, person_id=person_id, since=today())
    Delegation.objects.create(person_id=person_id, may="read", delegate=account, asked_at=now(), taken_at=now())


def _without_factor(sign_in: Callable[..., Any], role: str) -> Any:
    member = sign_in(duty="" if role == "delegate" else role)
    Authenticator.objects.all().delete()
    if role == "delegate":
        _helps(member.account)
    return member


def _addresses() -> Iterator[str]:
    """Every address without a name in it that is not for everybody and is no page of an account."""
    tie = Delegation.objects.first()
    for one in routes():
        if isinstance(one, Route):
            if "visitor" not in one.roles and not one.before_factor:
                yield one.path
        else:
            yield f"my/{one.path}"
            if tie is not None and one.delegates:
                yield f"for/{tie.name}/{one.path}"


@pytest.mark.parametrize("role", ["host", "auditor", "delegate"])
def test_who_must_have_a_factor_reaches_only_the_account(sign_in: Callable[..., Any], role: str) -> None:
    member = _without_factor(sign_in, role)
    assert lacks_factor(member.account)
    assert "Before anything else opens" in member.client.get("/account/2fa/").content.decode()
    assert member.client.get("/account/").status_code == 200
    answers = {path: member.client.get(f"/{path}") for path in _addresses() if "<" not in path}
    opened = [
        path for path, answer in answers.items()
        if answer.status_code != 404 and answer.headers.get("Location") != "/account/2fa/"
    ]  # fmt: skip
    assert opened == []


@pytest.mark.parametrize(("role", "before"), [("host", True), ("auditor", True), ("delegate", True), ("person", False)])
def test_a_page_of_ours_is_closed_until_there_is_a_factor(
    sign_in: Callable[..., Any], rf: Any, role: str, before: bool
) -> None:
    """The guard of every route, at a page that all roles may see."""
    member = sign_in(duty=role if role in ("host", "auditor") else "")
    if role != "person":
        Authenticator.objects.all().delete()
    if role == "delegate":
        _helps(member.account)
    route = Route("x/", "x", lambda request: HttpResponse("opened"), tuple(one for one in ROLES if one != "visitor"))
    request = rf.get("/x/")
    request.user = member.account
    view = next(iter(route.patterns())).callback
    assert (view(request).status_code == 302) is before
    Authenticator.objects.create(user=member.account, type="recovery_codes", data={})
    assert (view(request).status_code == 302) is before  # codes alone are none
    Authenticator.objects.create(user=member.account, type="totp", data={})
    assert view(request).content == b"opened"


def test_a_host_is_led_to_the_factor_and_then_to_the_house(sign_in: Callable[..., Any]) -> None:
    member = sign_in(duty="host")
    assert first_page(member.account) == "/host/"
    Authenticator.objects.all().delete()
    client = Client()
    signed_in = client.post("/account/login/", {"login": "ann@example.org", "password": PASSWORD})
    assert signed_in["Location"] == "/account/2fa/"


def test_removing_the_last_factor_of_a_host_closes_the_house(sign_in: Callable[..., Any]) -> None:
    member = sign_in(duty="host")
    member.client.post("/account/reauthenticate/", {"password": PASSWORD})
    member.client.post("/account/2fa/totp/deactivate/")
    assert not Authenticator.objects.exists()
    assert lacks_factor(member.account)
