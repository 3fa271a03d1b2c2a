"""A session lasts for two hours after the last page, and pages that are only read write nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connections
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from remission.web.instance import Instance
from remission.web.middleware import lasting_sessions

START = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def after(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Sets every clock that a session asks."""

    def set_to(passed: timedelta) -> None:
        for name in ("django.utils.timezone.now", "remission.web.middleware.now"):
            monkeypatch.setattr(name, lambda: START + passed)

    set_to(timedelta(0))
    return set_to


def is_known(member: Any) -> bool:
    return bool(member.client.get("/take-part/").wsgi_request.user.is_authenticated)


def test_who_looks_at_a_page_now_and_then_stays_signed_in_and_who_goes_away_does_not(
    after: Callable[[timedelta], None], sign_in: Callable[..., Any]
) -> None:
    member = sign_in()
    for minutes in (0, 110, 220, 330):
        after(timedelta(minutes=minutes))
        assert is_known(member)
    after(timedelta(minutes=330 + 121))
    assert not is_known(member)


def test_pages_that_are_read_within_a_minute_write_once(
    after: Callable[[timedelta], None], sign_in: Callable[..., Any]
) -> None:
    member = sign_in()
    writes = []
    for seconds in (0, 1, 30, 59, 60, 61):
        after(timedelta(seconds=seconds))
        with CaptureQueriesContext(connections["default"]) as asked:
            assert is_known(member)
        writes.append(any(one["sql"].startswith(("UPDATE", "INSERT")) for one in asked.captured_queries))
    assert writes == [True, False, False, False, True, False]


def test_a_clock_that_was_set_back_ends_no_session_early(
    after: Callable[[timedelta], None], sign_in: Callable[..., Any]
) -> None:
    member = sign_in()
    after(timedelta(hours=1))
    assert is_known(member)
    after(timedelta(minutes=-30))
    assert is_known(member)
    assert Session.objects.get().expire_date == START + timedelta(minutes=90)


def test_nobody_is_given_a_session_for_looking(observatory: Instance) -> None:
    client = Client()
    client.cookies["sessionid"] = "a" * 32
    for path in ("/take-part/", "/nothing/"):
        client.get(path)
    assert not Session.objects.exists()


def test_a_session_that_has_ended_is_not_begun_again_by_a_page_that_asks_nobody_who_they_are(
    observatory: Instance,
) -> None:
    request = RequestFactory().get("/")
    request.session = SessionStore("a" * 32)
    lasting_sessions(lambda _: HttpResponse())(request)
    assert not request.session.modified
