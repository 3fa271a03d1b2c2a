"""The host sees how the place stands, and no record, no address and no random name of a person."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from made_up.reading import grade, paragraphs_of
from remission.inputs.problems import InputProblems, Problem
from remission.web.backup.expiry import file_name
from remission.web.clock import now
from remission.web.identities.models import Account, IdentityAudit, Lease, Letter
from remission.web.instance import Instance
from remission.web.records.models import RecordAudit
from remission.web.serving import standing
from remission.web.serving.standing import Standing, standing_of

PASSWORD = "a long and quiet password"


@pytest.fixture
def host(sign_in: Callable[..., Any]) -> Any:
    """The host, who gave the password just now."""
    member = sign_in("host@example.org", duty="host")
    member.client.post("/account/reauthenticate/", {"password": PASSWORD})
    return member


def test_the_page_shows_counts_and_nobody(host: Any, join: Callable[..., Any]) -> None:
    person = join("ann@example.org")
    Letter.objects.create(
        account=person.account, address="bo@example.org", kind="visit", made_at=now(), not_before=now()
    )
    text = host.client.get("/host/").content.decode()
    assert "<dt>Accounts</dt><dd>2</dd>" in text
    assert "<dt>Letters that wait</dt><dd>1</dd>" in text
    for told in ("ann@example.org", "bo@example.org", "host@example.org", person.person_id, person.account.actor):
        assert told not in text
    last = RecordAudit.objects.order_by("-row").first()
    assert last is not None
    assert last.mac in text


def test_what_is_seen_has_no_place_for_a_person() -> None:
    assert {one.name for one in fields(Standing)} == {
        "declared", "missing", "accounts", "auditors", "letters_waiting", "letters_failed", "jobs", "last_backup",
        "tips",
    }  # fmt: skip


def test_what_is_missing_is_said_and_what_is_declared_is_shown(
    host: Any, observatory: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    observatory.folder.declaration.write_text('name = "Records <of> ours"\n', encoding="utf-8")
    problem = Problem.at_key("observatory.toml", "controller", found="nothing", allowed="a text", do="Say who decides.")

    def incomplete(instance: Instance) -> None:
        raise InputProblems([problem])

    monkeypatch.setattr(standing, "read_observatory", incomplete)
    text = host.client.get("/host/").content.decode()
    assert "Say who decides." in text
    assert "Records &lt;of&gt; ours" in text


def test_the_mail_server_is_shown_as_declared_and_not_how_to_enter_it(observatory: Instance) -> None:
    assert standing._shown({"host": "mail.example.org", "password_file": "/keys/mail"}) == "declared"
    assert standing._shown(["GB", "IE"]) == "GB, IE"


def test_a_job_that_nobody_does_is_said_to_be_late(host: Any) -> None:
    Lease.objects.create(name="counts", holder="", until=now() + timedelta(hours=3))
    assert "counts: due again" in host.client.get("/host/").content.decode()
    Lease.objects.update(until=now() - timedelta(days=3))
    assert "counts: <strong>late</strong>" in host.client.get("/host/").content.decode()


def test_the_last_backup_is_the_newest_file(host: Any, observatory: Instance) -> None:
    assert standing_of(observatory).last_backup is None
    folder = observatory.folder.backups
    folder.mkdir()
    # The list of erasures lies beside backups, and is none.
    named = [
        (file_name(datetime(2026, 11, day, 2, tzinfo=UTC), date(2027, 1, day)), age) for day, age in ((3, 3), (5, 1))
    ]
    for name, age in (*named, ("erased.txt", 0)):
        (folder / name).write_bytes(b"x")
        moment = (now() - timedelta(days=age)).timestamp()
        os.utime(folder / name, (moment, moment))
    found = standing_of(observatory).last_backup
    assert found is not None
    assert abs(now() - timedelta(days=1) - found) < timedelta(minutes=1)


def test_an_account_without_a_record_is_named_auditor_and_ended_again(host: Any, sign_in: Callable[..., Any]) -> None:
    checker = sign_in("checker@example.org", factor=True)
    host.client.post("/host/auditors/", {"email": "Checker@example.org "})
    assert Account.objects.get(pk=checker.account.pk).duty == "auditor"
    assert checker.client.get("/audit/").status_code == 200
    assert f"Auditor <code>{checker.account.actor}</code>" in host.client.get("/host/").content.decode()
    host.client.post("/host/auditors/", {"end": checker.account.actor})
    assert checker.client.get("/audit/").status_code == 404
    acts = IdentityAudit.objects.filter(act__startswith="auditor").order_by("row").values_list("act", "actor", "detail")
    detail = f"account {checker.account.actor}"
    assert list(acts) == [(act, host.account.actor, detail) for act in ("auditor named", "auditor ended")]


def test_who_has_a_record_cannot_check_it_and_the_host_is_told_no_more_than_of_nobody(
    host: Any, join: Callable[..., Any]
) -> None:
    person = join("ann@example.org")
    told = []
    for email in ("ann@example.org", "nobody@example.org", "host@example.org"):
        host.client.post("/host/auditors/", {"email": email})
        told.append(host.client.get("/host/").content.decode().split("No account was changed")[1][:120])
    assert len(set(told)) == 1
    assert Account.objects.get(pk=person.account.pk).duty == ""
    assert not Account.objects.filter(duty="auditor").exists()


def test_naming_asks_for_the_password_again(sign_in: Callable[..., Any]) -> None:
    checker = sign_in("checker@example.org")
    host = sign_in("host@example.org", duty="host")
    answer = host.client.post("/host/auditors/", {"email": "checker@example.org"})
    assert "reauthenticate" in answer.headers["Location"]
    assert Account.objects.get(pk=checker.account.pk).duty == ""


def test_the_page_is_of_the_host_alone(join: Callable[..., Any], sign_in: Callable[..., Any]) -> None:
    assert join("ann@example.org").client.get("/host/").status_code == 404
    assert sign_in("a@example.org", duty="auditor").client.get("/host/").status_code == 404


def test_it_is_easy_to_read(host: Any) -> None:
    assert grade(paragraphs_of(host.client.get("/host/").content.decode())) <= 8
