"""Canaries: strings of one person put wherever something of a person can lie, and looked for in every byte."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.charset import Charset
from email.mime.text import MIMEText
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.core.mail import EmailMessage
from django.db import connections
from django.test import Client
from django_tasks_db.models import DBTaskResult

from made_up.web_people import delegation, tell
from remission.web import clock
from remission.web.acts import intents
from remission.web.acts.erasing import leave_no_trace
from remission.web.acts.withdrawing import withdraw
from remission.web.audit.rows import AuditRow
from remission.web.backup.copy import make_backup
from remission.web.backup.recovery_key import new_recovery_key
from remission.web.backup.restore import restore
from remission.web.databases import IDENTITIES, RECORDS
from remission.web.home import Home
from remission.web.identities.models import (
    Account,
    Delegation,
    Letter,
    Membership,
    NoMail,
    Recovery,
    Ticket,
)
from remission.web.instance import Instance, instance
from remission.web.mail.written import mentions
from remission.web.records.models import AnswerRow, DraftRow, PersonRow, SentForm, SentMail

ADDRESS, SECOND, INVITED = "canary-address@example.org", "canary-second@example.org", "canary-invited@example.org"
WORDS = "CanaryOwnWords and how it was"


@dataclass(frozen=True)
class Seeded:
    """A person whose canaries lie everywhere: what each is called, and the bytes to look for."""

    account: Account
    person_id: str
    needles: Mapping[str, bytes]


def raw(home: Home) -> bytes:
    """Every byte of a home but its keys: databases, logs of changes, letters, what the server said, exports."""
    for one in (IDENTITIES, RECORDS):
        connections[one].close()
    files = [path for path in home.folder.rglob("*") if path.is_file() and home.keys not in path.parents]
    return b"\n".join(path.read_bytes() for path in sorted(files))


def found(home: Home, needles: Mapping[str, bytes]) -> set[str]:
    """Which canaries are still there."""
    everything = raw(home)
    return {name for name, needle in needles.items() if needle in everything}


@pytest.fixture
def seeded(join: Callable[..., Any], sign_in: Callable[..., Any]) -> Seeded:
    """Somebody whose canaries lie everywhere, among others who have some of each too."""
    member = join(ADDRESS, factor=True)
    others = [join(f"other{number}@example.org") for number in range(3)]
    helper = sign_in("helper@example.org", factor=True)
    account, person_id, keyring = member.account, member.person_id, instance().keyring
    _fill([person_id, *(one.person_id for one in others)])
    now = clock.now()
    account.name_hidden = keyring.hide("CanaryName")
    account.save()
    second = EmailAddress.objects.create(user=account, email=SECOND)
    EmailConfirmation.objects.create(email_address=second, sent=now, key="canary-confirmation")
    tell(person_id, "registry.own_words", WORDS)
    tell(person_id, "registry.centre_words", "CanaryCentre")
    tell(person_id, "relapses.day", "2020", "canary-episode")
    _draft(person_id, account.actor, "CanaryDraft")
    SentForm.objects.create(person_id=person_id, form="canary-form", sent_on=clock.today())
    SentMail.objects.create(person_id=person_id, visit="canary-visit", sent_on=clock.today())
    helps = delegation(person_id, helper.account)
    asked = Delegation.objects.create(person_id=person_id, may="read", invited=INVITED, asked_at=now)
    theirs = Delegation.objects.create(person_id=others[0].person_id, may="read", invited=SECOND, asked_at=now)
    for delegate, address, opens in (
        (account, "", "canary-opens"),
        (None, INVITED, asked.name),
        (helper.account, "", helps),
    ):
        Letter.objects.create(account=delegate, address=address, kind="visit", opens=opens, made_at=now, not_before=now)
    Letter.objects.create(address=SECOND, kind="helper", opens=theirs.name, made_at=now, not_before=now)
    for number, about in enumerate((asked.name, "canary-about")):
        Ticket.objects.create(
            token_hash=f"canary-hash-{number}", person_id=person_id if number else "", opens="visit", about=about,
            expires_at=now,
        )  # fmt: skip
    recovery = Recovery.objects.create(account=account, asked_at=now, due_at=now)
    NoMail.objects.create(account=account, since=now, why="asked")
    for name in (person_id, asked.name, recovery.name, ADDRESS):
        _task(name)
    sessions = [_session(account=str(account.pk)), _session(visit=person_id), _session(begun=ADDRESS)]
    for _ in range(2):
        Client().post("/account/login/", {"login": ADDRESS, "password": "a wrong guess"})
    for address in (ADDRESS, INVITED):
        EmailMessage("A letter", "Żółć, canary-letter " * 9, to=[address]).send()
    EmailMessage("A letter", "For somebody else", to=["other0@example.org"]).send()
    # A hash of its own: those of others are looked for too.
    account.set_password("canary password of nobody else")
    account.save()
    needles = {
        "address": ADDRESS.encode(), "second address": SECOND.encode(), "invited": INVITED.encode(),
        "confirmation": b"canary-confirmation", "episode": b"canary-episode", "form": b"canary-form",
        "visit": b"canary-visit", "letter": b"canary-opens", "ticket": b"canary-hash-0", "ticket's": b"canary-about",
        "invitation": asked.name.encode(), "helps": helps.encode(), "recovery": recovery.name.encode(),
        "name": account.name_hidden.encode(), "draft": bytes(DraftRow.objects.get(form="short").sealed),
        "centre words": bytes(AnswerRow.objects.get(person=person_id, field="registry.centre_words").sealed),
        "own words": bytes(AnswerRow.objects.get(person=person_id, field="registry.own_words").sealed),
        "key": bytes(PersonRow.objects.get(person_id=person_id).wrapped_key),
        "factor": Authenticator.objects.get(user=account).data["secret"].encode(),
        "password": account.password.encode(), "outbox": b"canary-letter",
        **{f"session {number}": one.encode() for number, one in enumerate(sessions)},
        **{f"count {number}": key.encode() for number, key in enumerate(_counted())},
    }  # fmt: skip
    return Seeded(account, person_id, needles)


def _fill(people: list[str]) -> None:
    """Rows of many sizes, some deleted again."""
    dice = random.Random(14)
    for number in range(40):
        person_id = dice.choice(people)
        if person_id == people[0]:
            tell(person_id, "relapses.day", "2020", f"canary-episode-{number}")
        else:
            tell(person_id, "registry.own_words", "x" * dice.choice([3, 40, 900, 9000]))
        _task(f"{person_id if person_id != people[0] else ADDRESS}{'-' * dice.choice([1, 60, 2000])}")
        _draft(person_id, f"actor{number % 7}", "y" * dice.choice([5, 300, 6000]))
        if number % 3 == 0:
            DraftRow.objects.filter(actor=f"actor{dice.randrange(7)}").delete()


def _draft(person_id: str, actor: str, text: str) -> None:
    key = bytes(PersonRow.objects.get(person_id=person_id).wrapped_key)
    said = {"sealed": instance().keyring.seal(key, text), "saved_at": clock.now()}
    DraftRow.objects.update_or_create(
        person_id=person_id, actor=actor, form="short" if text == "CanaryDraft" else "long", defaults=said
    )


def _task(name: str) -> None:
    DBTaskResult.objects.create(
        args_kwargs={"args": [name], "kwargs": {}}, task_path="a.task", backend_name="default", run_after=clock.now(),
        exception_class_path="", traceback="",
    )  # fmt: skip


def _session(account: str = "", visit: str = "", begun: str = "") -> str:
    """A session of an account, of who opened a letter, or of who was about to sign in; as it is kept."""
    one = SessionStore()
    held = {"_auth_user_id": account, "visit": visit, "account_verified_email": begun}
    one.update({name: value for name, value in held.items() if value})
    one.save()
    return str(one._get_session_from_db().session_data)


def _counted() -> list[str]:
    """Keys of the cache that count guesses at one address."""
    with connections[IDENTITIES].cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache WHERE cache_key LIKE '%%/key:%%'")
        return [key for (key,) in cursor.fetchall()]


def test_erased_nothing_is_left_in_any_file(observatory: Instance, seeded: Seeded) -> None:
    withdraw(seeded.account, erase=True)
    assert found(observatory.folder, seeded.needles) == set()
    assert b"canary" not in raw(observatory.folder).lower()


def test_not_erased_every_canary_is_found_where_it_was_put(
    observatory: Instance, seeded: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(intents._ACTS, "erase", lambda _: None)
    withdraw(seeded.account, erase=True)
    assert found(observatory.folder, seeded.needles) == set(seeded.needles)
    # What is sealed says nothing to who has the files alone, and its words to who has the keys.
    assert b"CanaryOwnWords" not in raw(observatory.folder)
    key = bytes(PersonRow.objects.get(person_id=seeded.person_id).wrapped_key)
    assert observatory.keyring.unseal(key, seeded.needles["own words"]) == WORDS
    assert observatory.keyring.unseal(key, seeded.needles["draft"]) == "CanaryDraft"
    assert observatory.keyring.reveal(seeded.needles["name"].decode()) == "CanaryName"


@pytest.mark.parametrize("listed", [True, False])
def test_a_backup_that_comes_back_holds_nothing_of_who_was_erased_since(
    observatory: Instance, seeded: Seeded, tmp_path: Path, *, listed: bool
) -> None:
    home, key = observatory.folder, tmp_path / "key.txt"
    key.write_text(new_recovery_key(home.recovery), encoding="ascii")
    file = make_backup(home, tmp_path / "backups", clock.now())
    withdraw(seeded.account, erase=True)
    # Sealed, a backup shows nothing of anybody.
    assert not [name for name, needle in seeded.needles.items() if needle in file.read_bytes()]
    restored = Home(tmp_path / "again")
    restore(file, key, restored.folder, [home.erased] if listed else [])
    back = {name for name in found(restored, seeded.needles) if not name.startswith("session")}
    # The letters of the outbox are in no backup; without the list everything else comes back.
    assert back == set() if listed else back >= {"address", "own words", "draft", "key", "factor", "recovery"}


def test_the_random_names_are_left_in_the_chains_alone(observatory: Instance, seeded: Seeded) -> None:
    withdraw(seeded.account, erase=True)
    names = (seeded.person_id, seeded.account.actor)
    for model in apps.get_models():
        using = RECORDS if model._meta.app_label == "records" else IDENTITIES
        with connections[using].cursor() as cursor:
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            said = repr(cursor.fetchall())
        assert issubclass(model, AuditRow) or not any(name in said for name in names), model


def test_others_keep_what_is_theirs(observatory: Instance, seeded: Seeded) -> None:
    before = AnswerRow.objects.exclude(person=seeded.person_id).count()
    withdraw(seeded.account, erase=True)
    assert PersonRow.objects.count() == Membership.objects.count() == 3
    assert AnswerRow.objects.count() == before
    assert Account.objects.count() == 4
    letters = b"".join(path.read_bytes() for path in observatory.folder.outbox.iterdir())
    assert b"other0@example.org" in letters


def test_copies_that_moving_rows_left_in_free_space_are_wiped_too(observatory: Instance) -> None:
    """What `secure_delete` does not reach: why both databases are written anew."""
    with connections[RECORDS].cursor() as cursor:
        _churn(cursor)
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"canary" in raw(observatory.folder)
    leave_no_trace()
    assert b"canary" not in raw(observatory.folder)


def _churn(cursor: Any) -> None:
    """Rows of one person among those of others, written, changed and all deleted again, the same at each run."""
    dice, rows = random.Random(6), 0
    cursor.execute("PRAGMA synchronous = OFF")
    cursor.execute("CREATE TABLE churn (id INTEGER PRIMARY KEY AUTOINCREMENT, who TEXT, said TEXT UNIQUE, much BLOB)")
    cursor.execute("CREATE INDEX of_whom ON churn (who)")
    for _ in range(1500):
        who = "canary" if dice.random() < 0.2 else f"other{dice.randrange(20)}"
        chance = dice.random()
        if chance < 0.6:
            rows += 1
            told, much = f"{who}-{dice.random()}", who.encode() * dice.choice([1, 5, 30, 900])
            cursor.execute("INSERT INTO churn (who, said, much) VALUES (%s, %s, %s)", [who, told, much])
        elif chance < 0.85:
            cursor.execute("SELECT id, who FROM churn WHERE id >= %s LIMIT 1", [dice.randrange(rows + 1)])
            for number, whose in cursor.fetchall():
                much, told = whose.encode() * dice.choice([1, 3, 50, 1200]), f"{whose}-{dice.random()}"
                cursor.execute("UPDATE churn SET much = %s, said = %s WHERE id = %s", [much, told, number])
        else:
            cursor.execute("DELETE FROM churn WHERE id = %s AND who != 'canary'", [dice.randrange(rows + 1)])
    cursor.execute("DELETE FROM churn WHERE who = 'canary'")


# Rows of nobody: what the place is run by, and what has a random name of somebody and nothing of them.
OF_NOBODY = {"QuarterRow", "RecordAudit", "IdentityAudit", "Lease", "ContentType", "Permission", "Group"}
# Rows that name a person by no key of the database: looked for by what stands in them.
LOOKED_FOR = {"Intent", "Session", "DBTaskResult", "Delegation", "Letter", "Ticket", "Membership"}
OF_SOMEBODY = {"Account", "PersonRow", "EmailConfirmation"}


def test_a_table_that_nobody_thought_of_is_noticed() -> None:
    every = {model.__name__ for model in apps.get_models()}
    hang_on = {
        model.__name__
        for model in apps.get_models()
        for one in model._meta.fields
        if one.related_model in (Account, PersonRow) and not one.null
    }
    assert every - hang_on - OF_NOBODY - LOOKED_FOR - OF_SOMEBODY == set()


def test_a_letter_is_found_whatever_its_lines_are_encoded_as(observatory: Instance) -> None:
    plain = EmailMessage("A", f"Write to {ADDRESS}", to=["bo@example.org"]).message().as_bytes()
    coded = MIMEText(f"Write to {ADDRESS}", _charset=Charset("utf-8")).as_bytes()
    named = EmailMessage("A", "B", to=[f"Żółć <{ADDRESS.upper()}>"]).message().as_bytes()
    assert ADDRESS.encode() not in coded
    assert all(mentions(one, [ADDRESS]) for one in (plain, coded, named))
    assert not any(mentions(one, ["address@example.org", "canary-address@example.or"]) for one in (plain, coded, named))
