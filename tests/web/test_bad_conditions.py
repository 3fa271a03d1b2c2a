"""A full disk, a locked database, a disk that went read-only: words and 503, nothing half written, nothing logged."""

from __future__ import annotations

import errno
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from remission.web import fault_log, urls
from remission.web.acts.joining import join_registry
from remission.web.identities.models import Account, Intent, Membership
from remission.web.instance import Instance
from remission.web.records.models import PersonRow

SECRET = "ann@example.org"
SAID = "We can not save anything just now"
BOTH = ("default", "records")


def begins(request: HttpRequest) -> HttpResponse:
    """A view that begins a record, as a page does: by one call."""
    join_registry(request.user, ("research",))  # type: ignore[arg-type]
    return HttpResponse("begun")


def breaks(request: HttpRequest) -> HttpResponse:
    """A view with a fault of ours, whose error quotes a person."""
    raise ZeroDivisionError(SECRET)


def full(request: HttpRequest) -> HttpResponse:
    """A view that writes a file onto a full disk."""
    raise OSError(errno.ENOSPC, SECRET)


def grows(request: HttpRequest) -> HttpResponse:
    """A view that writes more than a page of a database."""
    Account.objects.update(name_hidden="x" * 60_000)
    return HttpResponse("grown")


def remembers(request: HttpRequest) -> HttpResponse:
    """A view that writes nothing itself: its session is saved when it has answered."""
    request.session["seen"] = "yes"
    return HttpResponse("remembered")


@pytest.fixture
def served(observatory: Instance, settings: object, monkeypatch: pytest.MonkeyPatch) -> Instance:
    added = [path(f"{view.__name__}/", view) for view in (begins, breaks, full, grows, remembers)]
    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, *added])
    settings.ROOT_URLCONF = urls  # type: ignore[attr-defined]
    return observatory


def quiet(member: Any) -> Any:
    """The client sees the page that a browser gets, and not the exception behind it."""
    member.client.raise_request_exception = False
    return member


@contextmanager
def pragma(name: str, value: int, databases: tuple[str, ...] = BOTH) -> Iterator[None]:
    """A setting of SQLite itself, by which it refuses as it does on a bad disk."""
    for one in databases:
        with connections[one].cursor() as cursor:
            cursor.execute(f"PRAGMA {name}={value}")
    yield
    for one in databases:
        connections[one].close()


@contextmanager
def disk_takes_nothing(_: Instance) -> Iterator[None]:
    """No file of this process can grow, as on a full disk; SQLite hears it from the system."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def disk_is_read_only(_: Instance) -> Iterator[None]:
    with pragma("query_only", 1):
        yield


@contextmanager
def database_is_locked(observatory: Instance) -> Iterator[None]:
    with pragma("busy_timeout", 50):
        others = [sqlite3.connect(path) for path in (observatory.folder.identities, observatory.folder.records)]
        for one in others:
            one.execute("BEGIN IMMEDIATE")
        yield
        for one in others:
            one.close()


Condition = Callable[[Instance], AbstractContextManager[None]]
CONDITIONS = pytest.mark.parametrize("condition", [disk_takes_nothing, disk_is_read_only, database_is_locked])


@CONDITIONS
def test_an_act_that_can_not_be_saved_is_refused_in_words_and_leaves_nothing(
    served: Instance, sign_in: Callable[..., Any], condition: Condition
) -> None:
    member = sign_in(SECRET)
    with condition(served):
        answer = member.client.get("/begins/")
    assert answer.status_code == 503
    assert SAID in answer.content.decode()
    assert int(answer.headers["Retry-After"]) > 0
    assert not Membership.objects.exists()
    assert not Intent.objects.exists()
    assert not PersonRow.objects.exists()
    assert member.client.get("/begins/").content == b"begun"


@CONDITIONS
def test_a_session_that_can_not_be_saved_is_told_in_the_same_words(
    served: Instance, sign_in: Callable[..., Any], condition: Condition
) -> None:
    member = quiet(sign_in(SECRET))
    with condition(served):
        answer = member.client.get("/remembers/")
    assert answer.status_code == 503
    assert SAID in answer.content.decode()


@CONDITIONS
def test_a_session_that_can_not_be_begun_is_told_so_to_whoever_has_none(served: Instance, condition: Condition) -> None:
    client = Client(raise_request_exception=False)
    with condition(served):
        answer = client.get("/remembers/")
    assert answer.status_code == 503
    assert SAID in answer.content.decode()


def test_a_database_with_no_page_left_is_told_so(served: Instance, sign_in: Callable[..., Any]) -> None:
    member = sign_in(SECRET)
    with pragma("max_page_count", 1):
        answer = member.client.get("/grows/")
    assert (answer.status_code, Account.objects.get().name_hidden) == (503, "")


def test_a_full_disk_under_a_file_is_told_so(served: Instance) -> None:
    assert Client().get("/full/").status_code == 503


def test_a_session_that_can_not_be_read_is_told_without_asking_the_database_again(
    served: Instance, sign_in: Callable[..., Any]
) -> None:
    """Else somebody who waits for a locked database waits once for their page and once more for the refusal."""
    member, asked = quiet(sign_in(SECRET)), []

    def locked(execute: object, sql: str, *_: object) -> None:
        asked.append(sql)
        raise OperationalError("database is locked")

    with connections["default"].execute_wrapper(locked), connections["records"].execute_wrapper(locked):
        answer = member.client.get("/take-part/")
    assert answer.status_code == 503
    assert SAID in answer.content.decode()
    assert len(asked) == 1


def test_a_fault_of_ours_is_told_in_words_and_logged_by_kind_and_place_alone(
    served: Instance, sign_in: Callable[..., Any]
) -> None:
    member = quiet(sign_in(SECRET))
    answer = member.client.get(f"/breaks/?who={SECRET}")
    assert answer.status_code == 500
    assert "This is a fault of ours" in answer.content.decode()
    assert SECRET not in answer.content.decode()
    log = (served.folder.logs / fault_log.FILE).read_text()
    assert "ZeroDivisionError at" in log
    assert "test_bad_conditions.py" in log
    assert SECRET not in log
    assert "who=" not in log


def test_nothing_of_a_person_is_logged_whatever_was_refused(served: Instance, sign_in: Callable[..., Any]) -> None:
    member = sign_in(SECRET)
    with disk_is_read_only(served):
        member.client.get(f"/begins/?who={SECRET}")
    log = (served.folder.logs / fault_log.FILE).read_text()
    assert "nothing could be written: OperationalError at" in log
    assert SECRET not in log


def test_the_log_of_faults_is_for_its_owner_alone_and_begins_anew_when_it_is_long(
    observatory: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fault_log, "LARGEST_BYTES", 100)
    for _ in range(10):
        fault_log.say("something that happened")
    file = observatory.folder.logs / fault_log.FILE
    assert file.stat().st_mode & 0o077 == 0
    assert file.stat().st_size < 200
    assert file.with_suffix(".old").is_file()


def test_a_log_that_can_not_be_written_stops_nothing(observatory: Instance) -> None:
    observatory.folder.logs.rmdir()
    fault_log.say("something that happened")


def test_a_name_that_is_not_ours_is_answered_with_nothing_of_the_site_either(observatory: Instance) -> None:
    assert Client().get("/take-part/").status_code == 200
    for address in ("/take-part/", "/site.css"):
        assert Client().get(address, headers={"host": "evil.org"}).status_code == 400
