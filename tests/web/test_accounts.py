"""Accounts: made, entered, changed and kept from whoever guesses, forges, or tries a link a second time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import allauth
import pytest
from allauth.core.internal.httpkit import get_client_ip
from django.contrib.sessions.models import Session
from django.core import signing
from django.core.cache import cache
from django.db import connections
from django.test import Client, RequestFactory, override_settings
from django.urls import NoReverseMatch, get_resolver, reverse

from made_up.letters_out import letters, link_in, text_of
from reading_ease import school_grade
from remission.web.acts import forgetting
from remission.web.identities import evenly, served
from remission.web.identities.models import Account, IdentityAudit
from remission.web.instance import Instance
from remission.web.jobs.tasks import unconfirmed

PASSWORD = "a long and quiet password"
NEW = "another long and quiet one"
LONG = bool(os.environ.get("REMISSION_LONG"))
SIGN_UP = {"email": "ann@example.org", "password1": PASSWORD, "adult": "on"}


ARGON = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
pytestmark = pytest.mark.usefixtures("quick_hashes")


def sign_up(client: Client, **more: str) -> Any:
    return client.post("/account/signup/", SIGN_UP | more)


def entered(client: Client, email: str = "ann@example.org", password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/account/login/", {"login": email, "password": password}, **more)


def is_in(client: Client) -> bool:
    return bool(client.get("/account/").status_code == 200)


# --- made ---


def test_who_signs_up_is_in_after_opening_the_letter(observatory: Instance) -> None:
    client = Client()
    assert sign_up(client)["Location"] == "/account/confirm-email/"
    assert not is_in(client)
    assert entered(Client())["Location"] == "/account/confirm-email/"
    path = link_in(letters(observatory)[0])
    assert "ann@example.org" in client.get(path).content.decode()
    assert client.post(path)["Location"] == "/my/"
    assert is_in(client)
    assert {one.act for one in IdentityAudit.objects.all()} == {
        "account made", "address confirmed", "signed in",
    }  # fmt: skip


def test_the_link_in_the_letter_works_once(observatory: Instance) -> None:
    sign_up(Client())
    path = link_in(letters(observatory)[0])
    stranger = Client()
    assert stranger.post(path).status_code == 302
    assert not is_in(stranger)  # the link alone opens no account
    assert "does not work any more" in stranger.get(path).content.decode()
    assert stranger.post(path).status_code == 404


def test_looking_at_the_link_confirms_nothing(observatory: Instance) -> None:
    sign_up(Client())
    Client().get(link_in(letters(observatory)[0]))
    client = Client()
    assert entered(client)["Location"] == "/account/confirm-email/"
    assert not is_in(client)


def test_nobody_signs_up_before_the_host_has_said_who_they_are(observatory: Instance) -> None:
    with override_settings(REMISSION=replace(observatory, mode="serve")):
        page = Client().get("/account/signup/").content.decode()
        sign_up(Client())
    assert "Only they can open it" in page
    assert "who they are" in page
    assert not Account.objects.exists()


def test_only_adults(observatory: Instance) -> None:
    assert "18 or older" in Client().get("/account/signup/").content.decode()
    answer = Client().post("/account/signup/", {"email": "ann@example.org", "password1": PASSWORD})
    assert "You must be 18 to take part" in answer.content.decode()
    assert not Account.objects.exists()


@pytest.mark.parametrize("password", ["short", "password1234", "ann@example.org"])
def test_a_password_that_is_guessed_is_refused(observatory: Instance, password: str) -> None:
    assert sign_up(Client(), password1=password).status_code == 200
    assert not Account.objects.exists()


def test_nobody_becomes_a_host_by_asking(observatory: Instance) -> None:
    more = {"duty": "host", "is_active": "on", "is_staff": "on", "is_superuser": "on", "actor": "a" * 16, "id": "7"}
    sign_up(Client(), **more)
    made = Account.objects.get()
    assert (made.duty, made.actor == "a" * 16, made.pk == 7) == ("", False, False)


def test_nobody_becomes_a_host_later(sign_in: Callable[..., Any]) -> None:
    member = sign_in()
    for path in ("/account/email/", "/account/password/change/", "/account/", "/account/2fa/"):
        member.client.post(path, {"duty": "host", "action_add": "1", "email": "b@example.org"})
    assert Account.objects.get().duty == ""


def test_an_address_that_nobody_confirms_is_forgotten_after_a_week(
    observatory: Instance, sign_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_up(Client(), email="never@example.org")
    sign_in("ann@example.org")
    sign_in("host@example.org", duty="host")
    began = forgetting.now()
    monkeypatch.setattr(forgetting, "now", lambda: began + timedelta(days=6.9))
    unconfirmed.run()
    assert Account.objects.count() == 3
    monkeypatch.setattr(forgetting, "now", lambda: began + timedelta(days=7.1))
    unconfirmed.run()
    assert sorted(one.email for one in Account.objects.all()) == ["ann@example.org", "host@example.org"]
    assert forgetting.forget_unconfirmed() == 0


# --- guessed ---


def test_ten_tries_and_not_one_more(sign_in: Callable[..., Any]) -> None:
    sign_in()
    tries = 10_000 if LONG else 40
    words = [
        entered(Client(REMOTE_ADDR=f"10.0.{n // 250}.{n % 250 + 1}"), password=f"wrong {n}").content.decode()
        for n in range(tries)
    ]
    assert 1 <= sum("do not belong together" in page for page in words) <= 10
    assert "too many tries" in words[-1]
    late = Client(REMOTE_ADDR="10.1.0.1")
    assert "too many tries" in entered(late).content.decode()
    assert not is_in(late)


def test_tries_at_once_are_counted_too(sign_in: Callable[..., Any]) -> None:
    sign_in()

    def tried(n: int) -> bool:
        try:
            page = entered(Client(REMOTE_ADDR=f"10.0.0.{n + 1}"), password=f"wrong {n}").content.decode()
            return "do not belong together" in page
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(tried, range(24))) <= 10


def test_tries_at_other_addresses_make_nobody_forget(sign_in: Callable[..., Any]) -> None:
    sign_in()
    for n in range(12):
        entered(Client(REMOTE_ADDR=f"10.0.0.{n + 1}"), password="wrong")
    for n in range(700):
        cache.set(f"somebody-else-{n}", 1, 3600)
    assert "too many tries" in entered(Client(REMOTE_ADDR="10.0.1.1")).content.decode()


def test_whoever_asks_too_often_reads_a_page_in_words(observatory: Instance) -> None:
    pages = [Client().post("/account/password/reset/", {"email": "ann@example.org"}) for _ in range(4)]
    assert [one.status_code for one in pages] == [302, 302, 302, 429]
    assert "tried too often" in pages[-1].content.decode()
    assert '<main id="main">' in pages[-1].content.decode()


def test_a_new_password_ends_a_lock(observatory: Instance, sign_in: Callable[..., Any]) -> None:
    sign_in()
    for n in range(12):
        entered(Client(REMOTE_ADDR=f"10.0.0.{n + 1}"), password="wrong")
    assert "too many tries" in entered(Client()).content.decode()
    _reset(observatory, Client())
    assert entered(Client(), password=NEW)["Location"] == "/my/"


def test_a_lock_says_nothing_about_the_address(sign_in: Callable[..., Any]) -> None:
    sign_in()
    pages = [
        [_bare(entered(Client(REMOTE_ADDR=f"10.0.{k}.{n}"), email, "wrong")) for n in range(1, 13)]
        for k, email in enumerate(["ann@example.org", "ben@example.org"])
    ]
    assert pages[0] == [page.replace("ben@", "ann@") for page in pages[1]]


def test_behind_no_proxy_nobody_chooses_their_address(observatory: Instance) -> None:
    forged = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7", headers={"X-Forwarded-For": "10.9.9.9, 10.8.8.8"})
    assert get_client_ip(forged) == "192.0.2.7"
    with override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1):
        assert get_client_ip(forged) == "10.8.8.8"


# --- known or unknown ---


def _bare(answer: Any) -> str:
    """An answer as somebody compares it: status, where to, names of cookies, and the page without its tokens."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return f"{answer.status_code} {answer.headers.get('Location')} {sorted(answer.cookies)} {page}"


FORMS = {
    "/account/signup/": lambda email: {"email": email, "password1": PASSWORD, "adult": "on"},
    "/account/password/reset/": lambda email: {"email": email},
    "/account/login/": lambda email: {"login": email, "password": "not the right one"},
}


@pytest.mark.parametrize("path", FORMS)
def test_an_address_that_is_known_is_answered_like_one_that_is_not(
    observatory: Instance, sign_in: Callable[..., Any], path: str
) -> None:
    sign_in("ann@example.org")
    known, unknown = Client(), Client()
    told = _bare(known.post(path, FORMS[path]("ann@example.org")))
    assert told == _bare(unknown.post(path, FORMS[path]("ben@example.org"))).replace("ben@", "ann@")
    after = "/account/confirm-email/" if "signup" in path else "/account/password/reset/done/"
    assert _bare(known.get(after)) == _bare(unknown.get(after)).replace("ben@", "ann@")
    assert len(letters(observatory)) == (0 if "login" in path else 2)  # and as many letters are written


def _times(path: str, rounds: int) -> dict[str, float]:
    """The least seconds of an answer, for an address that is known and for fresh ones.

    Other work on the computer only adds: the least is what the answer itself takes.
    """
    took: dict[str, list[float]] = {"known": [], "fresh": []}
    with override_settings(ACCOUNT_RATE_LIMITS=False):
        Client().post(path, FORMS[path]("first@example.org"))
        for n in range(rounds):
            for who, times in took.items():
                email = "known@example.org" if who == "known" else f"fresh{n}@example.org"
                client = Client()
                began = time.perf_counter()
                client.post(path, FORMS[path](email))
                times.append(time.perf_counter() - began)
    return {who: min(times) for who, times in took.items()}


@pytest.mark.usefixtures("full_hashes")
@pytest.mark.parametrize("path", ["/account/login/", "/account/signup/"])
def test_the_time_of_an_answer_tells_nothing(sign_in: Callable[..., Any], path: str) -> None:
    """A hash is most of it, so that an answer without one takes less than half."""
    with override_settings(PASSWORD_HASHERS=ARGON):
        sign_in("known@example.org")
        took = _times(path, 40 if LONG else 3)
    assert 0.6 < took["known"] / took["fresh"] < 1.67, took


@pytest.mark.parametrize("path", ["/account/password/reset/", "/account/signup/"])
def test_an_answer_with_a_letter_takes_whole_steps(
    sign_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    sign_in("known@example.org")
    monkeypatch.setattr(evenly, "STEP", 0.4)
    took = _times(path, 20 if LONG else 3)
    assert took["known"] >= 0.4
    assert abs(took["known"] - took["fresh"]) < 0.1, took


# --- sessions ---


def test_the_session_is_a_new_one_after_signing_in(observatory: Instance, sign_in: Callable[..., Any]) -> None:
    sign_in()
    client = Client()
    sign_up(client, email="other@example.org")  # leaves a session that is not signed in
    before = client.cookies["sessionid"].value
    entered(client)
    assert is_in(client)
    assert client.cookies["sessionid"].value != before
    planted = Client()
    planted.cookies["sessionid"] = before
    assert not is_in(planted)
    chosen = Client()
    chosen.cookies["sessionid"] = "abcdefghijklmnopqrstuvwxyz012345"
    entered(chosen)
    assert chosen.cookies["sessionid"].value != "abcdefghijklmnopqrstuvwxyz012345"


def test_changing_the_password_ends_other_sessions(sign_in: Callable[..., Any]) -> None:
    here = sign_in().client
    there = Client()
    entered(there)
    here.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": NEW})
    assert (is_in(here), is_in(there)) == (True, False)
    assert not is_in(Client())
    assert entered(Client()).status_code == 200
    assert entered(Client(), password=NEW).status_code == 302


def test_the_password_is_changed_by_who_knows_it(sign_in: Callable[..., Any]) -> None:
    client = sign_in().client
    client.post("/account/password/change/", {"oldpassword": "a guess", "password1": NEW})
    assert entered(Client(), password=NEW).status_code == 200


def test_signing_out_everywhere_ends_all_of_mine_and_nobody_elses(sign_in: Callable[..., Any]) -> None:
    mine, other = sign_in().client, sign_in("ben@example.org").client
    there = Client()
    entered(there)
    assert is_in(there)
    mine.post("/account/sign-out-everywhere/")
    assert (is_in(mine), is_in(there), is_in(other)) == (False, False, True)


def test_a_session_in_the_database_shows_nothing(observatory: Instance) -> None:
    client = Client()
    sign_up(client)
    row = Session.objects.get()
    assert row.get_decoded()["account_login"]
    opened = signing.b64_decode(row.session_data.lstrip(".").split(":")[0].encode())
    told = zlib.decompress(opened) if row.session_data.startswith(".") else opened
    assert b"account_login" not in told
    assert b"example.org" not in told
    assert "messages" not in client.cookies


def test_cookies_are_kept_from_scripts_and_other_sites(sign_in: Callable[..., Any]) -> None:
    client = Client()
    sign_in()
    entered(client)
    client.get("/account/login/")
    for name in ("sessionid", "csrftoken"):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"
    assert client.cookies["sessionid"]["expires"] == ""


@pytest.mark.parametrize(("hosts", "secure"), [("records.example.org", "True"), ("localhost", "False")])
def test_cookies_go_over_tls_alone_off_this_computer(tmp_path: Path, hosts: str, secure: str) -> None:
    shown = "s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_AGE"
    says = f"from remission.web import settings as s; print({shown})"
    named = {"REMISSION_HOME": str(tmp_path / "home"), "REMISSION_HOSTS": hosts}
    done = subprocess.run(
        [sys.executable, "-c", says], env=os.environ | named, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [secure, secure, "7200"]


# --- forged ---

SENT = [
    "/account/login/", "/account/signup/", "/account/password/reset/", "/account/password/change/", "/account/email/",
    "/account/logout/", "/account/sign-out-everywhere/", "/account/stop-recovery/", "/account/2fa/totp/activate/",
    "/account/2fa/webauthn/add/", "/account/2fa/recovery-codes/", "/account/2fa/recovery-codes/generate/",
    "/account/reauthenticate/", "/account/2fa/webauthn/login/", "/account/stop-recovery/aaaaaaaaaaaaaaaa/",
]  # fmt: skip


@pytest.mark.parametrize("path", SENT)
def test_a_form_from_elsewhere_is_refused_in_words(sign_in: Callable[..., Any], path: str) -> None:
    member = sign_in()
    forged = Client(enforce_csrf_checks=True)
    forged.cookies = member.client.cookies
    answer = forged.post(path, SIGN_UP)
    assert answer.status_code == 403
    assert "Nothing that was saved is lost" in answer.content.decode()


def test_a_browser_says_where_a_form_comes_from(observatory: Instance) -> None:
    """Told to say nothing it sends "Origin: null", and every form is refused."""
    answer = Client().get("/account/login/")
    assert answer["Referrer-Policy"] == "same-origin"
    assert '<meta name="referrer" content="same-origin">' in answer.content.decode()


# --- a new password ---


def _asked_link(observatory: Instance, client: Client) -> str:
    client.post("/account/password/reset/", {"email": "ann@example.org"})
    return link_in(letters(observatory)[-1])


def _reset(observatory: Instance, client: Client, password: str = NEW) -> str:
    link = _asked_link(observatory, client)
    form = client.get(link)["Location"]
    client.post(form, {"password1": password})
    return link


def test_a_new_password_signs_nobody_in_and_the_link_works_once(
    observatory: Instance, sign_in: Callable[..., Any]
) -> None:
    elsewhere = sign_in().client
    client = Client()
    link = _reset(observatory, client)
    assert not is_in(client)
    assert not is_in(elsewhere)
    assert entered(Client(), password=NEW).status_code == 302
    again = Client()
    assert "does not work any more" in again.get(link).content.decode()
    assert client.get(link).status_code == 200  # the same browser has no second try either
    assert client.post(link.rsplit("-", 1)[0] + "-set-password/", {"password1": PASSWORD}).status_code == 200
    assert entered(Client(), password=PASSWORD).status_code == 200


def test_a_new_password_makes_older_links_worthless(observatory: Instance, sign_in: Callable[..., Any]) -> None:
    sign_in()
    older = _asked_link(observatory, Client())
    _reset(observatory, Client())
    assert "does not work any more" in Client().get(older).content.decode()


def test_a_new_password_leads_no_further_than_the_second_step(
    observatory: Instance, sign_in: Callable[..., Any]
) -> None:
    sign_in(factor=True)
    client = Client()
    _reset(observatory, client)
    assert entered(client, password=NEW)["Location"] == "/account/2fa/authenticate/"
    assert not is_in(client)


# --- changed ---


def test_what_matters_asks_for_the_password_again(sign_in: Callable[..., Any]) -> None:
    client = sign_in().client
    for path in ("/account/2fa/totp/activate/", "/account/2fa/webauthn/add/", "/account/2fa/recovery-codes/"):
        answer = client.get(path, follow=True)
        assert answer.redirect_chain[-1][0].startswith("/account/reauthenticate/"), path
    answer = client.post("/account/email/", {"action_add": "1", "email": "new@example.org"})
    assert answer["Location"].startswith("/account/reauthenticate/")


def test_an_address_changes_when_its_letter_is_opened(observatory: Instance, sign_in: Callable[..., Any]) -> None:
    client = sign_in(factor=True).client
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.post("/account/email/", {"action_add": "1", "email": "new@example.org"})
    assert Account.objects.get().email == "ann@example.org"
    client.post(link_in(letters(observatory)[-1]))
    assert Account.objects.get().email == "new@example.org"
    told = letters(observatory)[-1]
    assert told["To"] == "ann@example.org" or "new@example.org" in text_of(told)


def test_nobody_takes_the_address_of_another(observatory: Instance, sign_in: Callable[..., Any]) -> None:
    sign_in("ann@example.org")
    ben = sign_in("ben@example.org").client
    ben.post("/account/reauthenticate/", {"password": PASSWORD})
    unknown = ben.post("/account/email/", {"action_add": "1", "email": "nobody@example.org"})
    known = ben.post("/account/email/", {"action_add": "1", "email": "ann@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    for letter in letters(observatory):
        if letter["To"] == "ann@example.org" and "confirm-email" in text_of(letter):
            ben.post(link_in(letter))
    assert sorted(Account.objects.values_list("email", flat=True)) == ["ann@example.org", "ben@example.org"]
    assert entered(Client(), "ann@example.org")["Location"] == "/my/"


# --- served ---


def test_of_the_librarys_pages_only_those_named_are_served(observatory: Instance) -> None:
    for name in (
        "account_request_login_code", "account_confirm_login_code", "account_set_password", "account_verify_phone",
        "account_signup_by_passkey", "mfa_signup_webauthn", "mfa_trust", "account_request_reauthentication_code",
        "socialaccount_connections", "usersessions_list", "admin:index",
    ):  # fmt: skip
        with pytest.raises(NoReverseMatch):
            reverse(name)
    assert Client().get("/admin/").status_code == 404
    assert Client().get("/account/login/code/").status_code == 404


def _pages(sign_in: Callable[..., Any]) -> list[tuple[str, str]]:
    """Every page of accounts that can be looked at, with its words."""
    client = sign_in().client
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.get("/account/2fa/recovery-codes/")
    client.post("/account/2fa/recovery-codes/", {"kept": "yes"})
    signed_in = [
        "/account/", "/account/2fa/", "/account/email/", "/account/password/change/", "/account/logout/",
        "/account/2fa/totp/activate/", "/account/2fa/webauthn/", "/account/2fa/webauthn/add/",
        "/account/2fa/recovery-codes/", "/account/2fa/recovery-codes/generate/", "/account/reauthenticate/",
    ]  # fmt: skip
    visited = [
        "/account/login/", "/account/signup/", "/account/password/reset/", "/account/password/reset/done/",
        "/account/confirm-email/", "/account/confirm-email/none/", "/account/password/reset/key/1-none/",
        "/account/inactive/", "/account/stop-recovery/none/",
    ]  # fmt: skip
    looked = [(path, client.get(path)) for path in signed_in] + [(path, Client().get(path)) for path in visited]
    assert [path for path, answer in looked if answer.status_code != 200] == []
    return [(path, answer.content.decode()) for path, answer in looked]


def test_every_page_is_plain_in_the_shell_and_tied_to_its_fields(sign_in: Callable[..., Any]) -> None:
    for path, page in _pages(sign_in):
        main = page.split('<main id="main">')[1].split("</main>")[0]
        assert page.count("<!doctype html>") == 1, path
        assert not re.search(r"<script>|<style|style=|\son\w+=", page), path
        for field in re.findall(r"<input (?![^>]*type=\"hidden\")[^>]*>", main):
            name = re.search(r'id="([^"]+)"', field)
            assert name is not None, (path, field)
            assert f'for="{name.group(1)}"' in main, (path, field)
            for tied in re.findall(r'aria-describedby="([^"]+)"', field):
                assert all(f'id="{one}"' in main for one in tied.split()), (path, field)
        assert "placeholder" not in main, path
        words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", re.sub(r"</(?:p|li|h2|label|a|button)>", ". ", main)))
        assert school_grade(words) <= 8, (path, school_grade(words))


def test_a_trouble_is_tied_to_its_field(observatory: Instance) -> None:
    page = Client().post("/account/signup/", {"email": "no address", "password1": "short"}).content.decode()
    assert 'aria-invalid="true"' in page
    for field in ("id_email", "id_password1", "id_adult"):
        assert f'id="{field}_error" role="alert"' in page
        assert re.search(rf'aria-describedby="[^"]*{field}_error', page)


TELLING = re.compile(r"\bMS\b|sclerosis|remission|relapse|illness|disease|patient|health|treatment|therapy|medic", re.I)


def test_no_letter_of_accounts_names_an_illness(observatory: Instance) -> None:
    folder = Path(sys.modules[Account.__module__].__file__ or "").parent / "templates"
    texts = [*folder.glob("*/email/*.txt"), *folder.glob("account/email/*.txt")]
    assert len({one.name for one in texts}) > 30
    assert [one.name for one in texts if TELLING.search(one.read_text(encoding="utf-8"))] == []


def test_every_letter_of_the_library_has_words_of_ours(observatory: Instance) -> None:
    ours = Path(sys.modules[Account.__module__].__file__ or "").parent / "templates"
    theirs = Path(allauth.__file__).parent / "templates"
    codes = {"login_code", "password_reset_code", "password_set"}  # letters of what is not served
    for one in [*theirs.glob("account/email/*.txt"), *theirs.glob("mfa/email/*.txt")]:
        if not any(one.name.startswith(code) for code in codes):
            assert (ours / one.relative_to(theirs)).is_file(), one.name


def test_a_letter_that_is_sent_names_nothing(observatory: Instance) -> None:
    sign_up(Client())
    letter = letters(observatory)[0]
    assert not TELLING.search(f"{letter['Subject']} {letter['From']} {text_of(letter)}")


def test_a_mail_server_that_is_down_is_said_in_words(observatory: Instance) -> None:
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_PORT=1):
        answer = sign_up(Client())
    assert answer.status_code == 503
    assert "can not send letters" in answer.content.decode()


def test_all_addresses_under_account_are_known(observatory: Instance) -> None:
    """A page that the library adds one day is not served before somebody has named it."""
    names = {one.name for one in served.urlpatterns}
    inner = [
        one for one in get_resolver().url_patterns if str(one.pattern) == "account/" and hasattr(one, "url_patterns")
    ]
    assert {one.name for one in inner[0].url_patterns} == names
    assert len(names) == 26
