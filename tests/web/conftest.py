"""An observatory of its own for each test: two real databases in a new folder, copied from one migrated once."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from made_up.headless_chromium import Tab
    from remission.web.home import Home
    from remission.web.identities.models import Account
    from remission.web.instance import Instance

PASSWORD = "a long and quiet password"
DAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def light_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 as it is served, at a hundredth of its cost: a password that is checked takes 200 ms of two cores."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    monkeypatch.setattr(Argon2PasswordHasher, "memory_cost", 1024)


@pytest.fixture(autouse=True)
def light_disk() -> Iterator[None]:
    """Nothing is forced to the disk at each commit: no test cuts the power, and what is killed is another process."""
    from django.db.backends.signals import connection_created

    def lighter(connection: Any, **_: object) -> None:
        connection.cursor().execute("PRAGMA synchronous=OFF")

    connection_created.connect(lighter)
    yield
    connection_created.disconnect(lighter)


@pytest.fixture
def full_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 at its full cost, where a test is about the time that it takes."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    # What Django sets; fixtures that nobody names, such as the lighter one, came first.
    monkeypatch.setattr(Argon2PasswordHasher, "memory_cost", 102_400)


@pytest.fixture(scope="session")
def template_home(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Home:
    """A home whose tables are made: what every test copies."""
    from remission.site.shell import site_style
    from remission.web.home import open_home
    from remission.web.serving.prepare import prepare

    home = open_home(tmp_path_factory.mktemp("template") / "home")
    with django_db_blocker.unblock(), _serving(home):
        prepare()
    # Of the static site its style sheet and a first page: the rest takes a minute, and is tested in its own room.
    home.site.mkdir()
    (home.site / "site.css").write_text(site_style(), encoding="utf-8")
    (home.site / "index.html").write_text("<!doctype html><title>Questions</title>", encoding="utf-8")
    return home


@pytest.fixture
def observatory(template_home: Home, tmp_path: Path, django_db_blocker: Any) -> Iterator[Instance]:
    """An empty observatory that is open for sign-up, served by this process."""
    from remission.web.home import Home

    shutil.copytree(template_home.folder, tmp_path / "home")
    with django_db_blocker.unblock(), _serving(Home(tmp_path / "home")) as instance:
        yield instance


@pytest.fixture
def new_observatory(
    template_home: Home, tmp_path: Path, django_db_blocker: Any
) -> Iterator[Callable[[], AbstractContextManager[Instance]]]:
    """Makes observatories, one after the other, each empty and in a folder of its own."""
    from remission.web.home import Home

    numbers = count()

    def made() -> AbstractContextManager[Instance]:
        folder = tmp_path / f"home-{next(numbers)}"
        shutil.copytree(template_home.folder, folder)
        return _serving(Home(folder))

    with django_db_blocker.unblock():
        yield made


class _serving:
    """Django's connections, keys and settings turned to a home, and back."""

    def __init__(self, home: Home, mode: str = "demo") -> None:
        from django.test import override_settings

        from remission.web.instance import Instance
        from remission.web.keys import read_keyring

        self.instance = Instance(home, read_keyring(home), mode, home.site)  # type: ignore[arg-type]
        self.overridden = override_settings(
            REMISSION=self.instance, SECRET_KEY=self.instance.keyring.secret, EMAIL_FILE_PATH=str(home.outbox),
            EMAIL_BACKEND="django.core.mail.backends.filebased.EmailBackend",
            ALLOWED_HOSTS=["testserver", "localhost", "127.0.0.1"],
        )  # fmt: skip

    def __enter__(self) -> Instance:
        from django.db import connections

        self.before = {name: connections[name].settings_dict["NAME"] for name in connections}
        self._point({"default": str(self.instance.folder.identities), "records": str(self.instance.folder.records)})
        self.overridden.enable()
        return self.instance

    def __exit__(self, *_: object) -> None:
        self.overridden.disable()
        self._point(self.before)

    @staticmethod
    def _point(names: dict[str, Any]) -> None:
        from django.db import connections

        for name, path in names.items():
            connections[name].close()
            connections[name].settings_dict["NAME"] = path


@dataclass(frozen=True)
class Member:
    """Somebody with an account, signed in at `client`; `person_id` is empty for who has no record."""

    account: Account
    client: Client
    person_id: str = ""


@pytest.fixture
def sign_in(observatory: Instance) -> Callable[..., Member]:
    """Makes an account with a verified address and signs it in, by the shortest way; a duty or a factor where asked."""
    from allauth.account.models import EmailAddress
    from django.test import Client

    from remission.web.identities.models import Account

    def made(email: str = "ann@example.org", *, duty: str = "", factor: bool = False) -> Member:
        account = Account.objects.create_user(email, PASSWORD, duty=duty)
        EmailAddress.objects.create(user=account, email=email, verified=True, primary=True)
        if factor or duty:
            from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

            TOTP.activate(account, generate_totp_secret())
        client = Client()
        client.force_login(account)
        return Member(account, client)

    return made


@pytest.fixture
def join(sign_in: Callable[..., Member]) -> Callable[..., Member]:
    """Makes a person of the registry, with a consent to all scopes, by the very act that the pages call."""

    def made(email: str = "ann@example.org", **more: Any) -> Member:
        from remission.web.acts.joining import join_registry
        from remission.web.identities.models import Membership

        member = sign_in(email, **more)
        join_registry(member.account, ("research", "aggregates", "contact"))
        return replace(member, person_id=Membership.objects.get(account=member.account).person_id)

    return made


@pytest.fixture
def served_at(observatory: Instance) -> Iterator[str]:
    """The observatory served by threads of this process at http://localhost, as passkeys want it; its address."""
    import threading

    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    class Silent(WSGIRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadedWSGIServer(("127.0.0.1", 0), Silent) as server:
        server.set_app(get_wsgi_application())
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}/"
        server.shutdown()


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A hash of passwords that costs nothing and answers that do not wait, where a test is not about their time."""
    from django.conf import settings
    from django.test import override_settings

    from remission.web.identities import evenly

    assert settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    monkeypatch.setattr(evenly, "STEP", 0)
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture
def tab(browser: Tab, request: pytest.FixtureRequest) -> Iterator[Tab]:
    """A tab without a cookie, in which nothing went wrong and nobody else was asked by the end of the test.

    What a file means to be told, since the browser logs each status of 400 and more, it names as its `LOGGED`.
    """
    browser.ask("Network.clearBrowserCookies")
    # One test may look at paper, and the next, in the same tab, at a screen.
    browser.ask("Emulation.setEmulatedMedia", media="")
    browser.open("about:blank")
    browser.events.clear()
    yield browser
    meant: str | None = getattr(request.module, "LOGGED", None)
    assert [one for one in browser.troubles() if not (meant and re.search(meant, one))] == []
    hosts = {urlsplit(one).hostname for one in browser.requests() if not one.startswith("data:")}
    assert hosts <= {"localhost", None}


@pytest.fixture(scope="module")
def browser() -> Iterator[Tab]:
    """A browser for the tests of one file; each makes a tab of it, and says what may have gone wrong there."""
    from made_up.headless_chromium import headless_chromium

    with headless_chromium() as tab:
        yield tab
