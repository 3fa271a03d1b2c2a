"""Who may ask for what: every address and every role against a table that somebody wrote by hand."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from made_up.web_addresses import Asked, every_address
from remission.web import urls
from remission.web.clock import now
from remission.web.identities.models import Delegation
from remission.web.instance import instance
from remission.web.roles import ROLES

TABLE = Path(__file__).parent / "matrix.csv"
# What a cell of the table may say, by what an answer then is.
SIGN_IN, NOTHING, PAGE = "sign in", "nothing", "page"


@dataclass(frozen=True)
class Cast:
    """One client of each role, and the values that fill the places of addresses for it."""

    clients: dict[str, Client]
    values: dict[str, str]


@pytest.fixture
def cast(join: Callable[..., Any], sign_in: Callable[..., Any]) -> Cast:
    """A person with a record, a delegate of theirs who may fill it in, a host, an auditor and a visitor."""
    ann, helper = join("ann@example.org"), sign_in("helper@example.org", factor=True)
    delegation = Delegation.objects.create(
        person_id=ann.person_id, may="fill", delegate=helper.account, asked_at=now(), taken_at=now(),
        called_hidden=instance().keyring.hide("Bob"), signed_hidden=instance().keyring.hide("Ann"),
    )  # fmt: skip
    clients = {
        "visitor": Client(), "person": ann.client, "delegate": helper.client,
        "host": sign_in("host@example.org", duty="host").client,
        "auditor": sign_in("auditor@example.org", duty="auditor").client,
    }  # fmt: skip
    values = {
        "delegation": delegation.name, "name": delegation.name, "section": "me", "token": "x" * 43,
        "chain": "records", "key": "x-y", "uidb36": "1", "pk": "1",
    }  # fmt: skip
    return Cast(clients, values)


def outcome(answer: HttpResponse) -> str:
    """What somebody got: a page (or to be led on to one), the way to sign in, or nothing."""
    if answer.status_code in (301, 302):
        return SIGN_IN if "/account/login/" in answer.headers["Location"] else PAGE
    if answer.status_code == 404:
        return NOTHING
    return PAGE if answer.status_code in (200, 400, 401, 405, 410) else str(answer.status_code)


def table() -> dict[str, dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row.pop("address"): row for row in csv.DictReader(file)}


def differences(cast: Cast, rows: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for one in every_address():
        expected = rows.get(one.pattern)
        if expected is None:
            yield f"{one.pattern}: no row in {TABLE.name}"
            continue
        for role in ROLES:
            found = asked(cast, role, one)
            if found != expected[role]:
                yield f"{one.pattern} as {role}: {found}, and {expected[role]} in the table"


def asked(cast: Cast, role: str, one: Asked) -> str:
    values = {**cast.values, "name": "long"} if "/form/" in one.pattern else cast.values
    # A copy of the session: what one address does to it (signing out) is not told to the next.
    client = Client()
    client.cookies = replace_cookies(cast.clients[role])
    return outcome(client.get(one.path(values)))


def replace_cookies(client: Client) -> Any:
    return type(client.cookies)(client.cookies.output(header="", sep=";"))


def test_every_address_gives_each_role_what_the_table_says(cast: Cast) -> None:
    assert list(differences(cast, table())) == []


def test_the_table_has_no_row_of_an_address_that_is_gone() -> None:
    assert set(table()) - {one.pattern for one in every_address()} == set()


class _WithLeak:
    """The addresses of the observatory, and one that somebody forgot to guard."""

    @staticmethod
    def leak(request: HttpRequest) -> HttpResponse:
        return HttpResponse("everything")

    def __init__(self) -> None:
        self.urlpatterns = [*urls.urlpatterns, path("my/leak/", self.leak, name="leak")]
        self.handler404, self.handler500 = urls.handler404, urls.handler500


def test_a_planted_leak_is_found(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "urls_with_leak", _WithLeak())  # type: ignore[arg-type]
    with override_settings(ROOT_URLCONF="urls_with_leak"):
        assert list(differences(cast, table())) == ["my/leak/: no row in matrix.csv"]
        with_row = {**table(), "my/leak/": {**dict.fromkeys(ROLES, NOTHING), "visitor": SIGN_IN, "person": PAGE}}
        found = list(differences(cast, with_row))
    assert "my/leak/ as visitor: page, and sign in in the table" in found
    assert "my/leak/ as host: page, and nothing in the table" in found
