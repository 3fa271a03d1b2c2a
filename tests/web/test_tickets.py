"""Tickets: opened once, by whoever is first, and kept as a hash."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connections

from remission.web import clock
from remission.web.identities.models import Ticket
from remission.web.mail.tickets import look_at, make_ticket, use_ticket

if TYPE_CHECKING:
    from remission.web.instance import Instance


def test_a_ticket_is_used_once_and_looking_changes_nothing(observatory: Instance) -> None:
    token = make_ticket("visit", person_id="p", about="day-100 short", days=1)
    for _ in range(3):
        assert look_at(token, "visit")
    used = use_ticket(token, "visit")
    assert used is not None
    assert (used.person_id, used.about) == ("p", "day-100 short")
    assert use_ticket(token, "visit") is None
    assert look_at(token, "visit") is None
    assert look_at(token, "visit", used=True)


def test_a_ticket_opens_only_what_it_was_made_for(observatory: Instance) -> None:
    token = make_ticket("visit", days=1)
    assert use_ticket(token, "host") is None
    assert look_at(token, "delegate") is None
    assert use_ticket(token, "visit")


def test_a_ticket_expires(observatory: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    token, later = make_ticket("host", days=1 / 24), clock.now() + timedelta(hours=1, seconds=1)
    assert look_at(token, "host")
    monkeypatch.setattr(clock, "now", lambda: later)
    assert look_at(token, "host") is None
    assert look_at(token, "host", used=True) is None
    assert use_ticket(token, "host") is None


def test_the_database_holds_no_token(observatory: Instance) -> None:
    tokens = [make_ticket("stop", days=1) for _ in range(20)]
    assert len(set(tokens)) == 20
    # Each letter of a token carries six bits.
    assert min(map(len, tokens)) * 6 >= 128
    connections["default"].close()
    kept = b"".join(one.read_bytes() for one in observatory.folder.folder.glob("identities.sqlite3*"))
    assert not [token for token in tokens if token.encode() in kept]
    assert {len(one.token_hash) for one in Ticket.objects.all()} == {64}


def test_of_many_who_use_a_ticket_at_once_one_gets_it(observatory: Instance) -> None:
    def use(token: str) -> bool:
        try:
            return use_ticket(token, "visit") is not None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        for _ in range(10):
            token = make_ticket("visit", days=1)
            assert sum(pool.map(use, [token] * 8)) == 1
