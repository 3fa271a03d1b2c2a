"""Stopping in two clicks, and what it leaves; erasing, after which nobody is there; and rejoining as somebody new."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from made_up.web_people import delegation, tell
from reading_ease import school_grade
from remission.inputs.problems import InputProblems
from remission.registry.cohort import build_cohort
from remission.web import clock
from remission.web.acts import consenting, erasing, intents
from remission.web.acts.consenting import active_version, give_consent
from remission.web.acts.erasing import erase_person
from remission.web.acts.intents import finish_intents
from remission.web.acts.withdrawing import withdraw
from remission.web.databases import RECORDS
from remission.web.erased import erased
from remission.web.identities.models import Account, Delegation, IdentityAudit, Intent, Letter, Membership, Ticket
from remission.web.instance import Instance
from remission.web.records.models import AnswerRow, ConsentRow, DraftRow, PersonRow, RecordAudit
from remission.web.records.reading import consents_of, every_answer, people
from remission.web.roles import acting_for, acting_for_self

PASSWORD = "a long and quiet password"


def test_stopping_leaves_the_rows_and_takes_them_out_of_use(join: Callable[..., Any]) -> None:
    member = join()
    tell(member.person_id)
    withdraw(member.account, erase=False)
    only = consents_of(member.person_id)[0]
    assert (only.ending, only.ended_on) == ("stop", clock.today())
    assert only.consent_id in erased()
    assert AnswerRow.objects.count() == 1
    assert acting_for_self(member.account) is not None
    assert active_version(member.person_id) is None
    with pytest.raises(InputProblems, match="nobody who told anything"):
        build_cohort(people(), every_answer(), scope="research", on=clock.today())
    # A second press of the button does nothing more.
    withdraw(member.account, erase=False)
    assert [row.act for row in RecordAudit.objects.order_by("row")] == ["joined", "stopped"]
    assert not Intent.objects.exists()


def test_letters_about_visits_stop_and_others_are_still_sent(join: Callable[..., Any]) -> None:
    member, other = join(), join("bo@example.org")
    now = clock.now()
    for account in (member.account, other.account):
        for kind in ("visit", "visit_again", "recovery_begun"):
            Letter.objects.create(account=account, kind=kind, made_at=now, not_before=now)
    Letter.objects.create(account=member.account, kind="visit", made_at=now, not_before=now, sent_at=now)
    for number, person in enumerate((member.person_id, other.person_id)):
        Ticket.objects.create(token_hash=str(number), person_id=person, opens="visit", expires_at=now)
    withdraw(member.account, erase=False)
    waiting = Letter.objects.filter(account=member.account, sent_at=None)
    assert [one.kind for one in waiting] == ["recovery_begun"]
    assert Letter.objects.filter(account=other.account).count() == 3
    assert [one.person_id for one in Ticket.objects.all()] == [other.person_id]


def test_a_stop_that_died_in_between_is_finished_once(
    join: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    member = join()
    with monkeypatch.context() as patch:
        patch.setitem(intents._ACTS, "stop", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            withdraw(member.account, erase=False)
    assert (finish_intents(), finish_intents()) == (1, 0)
    assert consents_of(member.person_id)[0].ending == "stop"


def test_two_clicks_stop_and_the_page_says_so(join: Callable[..., Any]) -> None:
    member = join()
    # In the menu of every page, and not in the part of it that is folded.
    first = member.client.get("/my/journey/").content.decode().partition("<details")[0]
    assert 'my/stop/">Stop</a></li>' in first
    page = member.client.get("/my/stop/").content.decode()
    assert page.count("<button") == 2
    after = member.client.post("/my/stop/", follow=True).content.decode()
    assert "You have stopped</h1>" in after
    assert consents_of(member.person_id)[0].ending == "stop"
    # Looking at the page stops nothing, for whoever opens a link before the person does.
    other = join("bo@example.org")
    other.client.get("/my/stop/")
    assert active_version(other.person_id) == "1"


def test_who_helps_another_and_has_no_second_factor_yet_can_stop_all_the_same(join: Callable[..., Any]) -> None:
    member, other = join(), join("bo@example.org")
    delegation(other.person_id, member.account)
    assert member.client.get("/my/").headers["Location"] == "/account/2fa/"
    assert member.client.get("/my/stop/").status_code == 200
    member.client.post("/my/stop/")
    assert active_version(member.person_id) is None


def test_erasing_asks_for_the_password_again_and_then_does_it(join: Callable[..., Any]) -> None:
    member, other = join(), join("bo@example.org")
    tell(member.person_id)
    tell(other.person_id)
    asked = member.client.post("/my/stop/erase/")
    assert "reauthenticate" in asked.headers["Location"]
    assert PersonRow.objects.count() == 2
    wrong = member.client.post(asked.headers["Location"], {"password": "not the password"})
    assert wrong.status_code == 200
    assert PersonRow.objects.count() == 2
    done = member.client.post(asked.headers["Location"], {"password": PASSWORD})
    assert done.headers["Location"] == "/erased/"
    assert [row.person_id for row in PersonRow.objects.all()] == [other.person_id]
    assert [one.email for one in Account.objects.all()] == ["bo@example.org"]
    assert AnswerRow.objects.count() == 1
    said = member.client.get("/erased/")
    assert (said.status_code, "Sign in" in said.content.decode()) == (200, True)
    assert member.client.get("/my/").status_code in (302, 404)


def test_what_is_erased_is_written_to_the_list_before_anything_is_deleted(
    join: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    member = join()
    seen = []
    monkeypatch.setattr(erasing, "_delete_all_of", lambda name: seen.append((name in erased(), name)))
    withdraw(member.account, erase=True)
    assert seen == [(True, member.account.actor), (True, member.person_id)]


@pytest.mark.parametrize(
    "step", ["_delete_letters", "delete_person", "delete_record_of", "delete_account", "leave_no_trace"]
)
def test_an_erasure_that_died_in_between_is_finished_once(
    join: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    member = join()
    tell(member.person_id)
    with monkeypatch.context() as patch:
        patch.setattr(erasing, step, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            withdraw(member.account, erase=True)
    assert (finish_intents(), finish_intents()) == (1, 0)
    for model in (Account, Membership, PersonRow, AnswerRow, ConsentRow):
        assert not model._default_manager.exists(), model
    assert RecordAudit.objects.filter(act="erased").count() == 1
    assert IdentityAudit.objects.filter(act="erased").count() == 1


def test_what_cannot_be_wiped_yet_waits_and_is_done_at_the_next_start(
    join: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    member = join()
    with monkeypatch.context() as patch:
        patch.setattr(erasing, "leave_no_trace", lambda: (_ for _ in ()).throw(intents.Later))
        withdraw(member.account, erase=True)
    assert not PersonRow.objects.exists()
    assert Intent.objects.count() == 1
    finish_intents()
    assert not Intent.objects.exists()


def test_who_reads_meanwhile_keeps_nobody_from_being_erased(observatory: Instance, join: Callable[..., Any]) -> None:
    member = join()
    with connections[RECORDS].cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    reader = sqlite3.connect(observatory.folder.records, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT person_id FROM records_personrow").fetchall() == [(member.person_id,)]
    withdraw(member.account, erase=True)
    # It is gone for all who look now; the log of changes is cut once the reader is done.
    assert not PersonRow.objects.exists()
    assert Intent.objects.count() == 1
    reader.close()
    assert (finish_intents(), finish_intents()) == (1, 0)
    log = observatory.folder.records.with_name("records.sqlite3-wal")
    assert not log.exists() or log.stat().st_size == 0


def test_an_erasure_after_a_restore_waits_too_where_it_must(
    join: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    member = join()
    with monkeypatch.context() as patch:
        patch.setattr(erasing, "leave_no_trace", lambda: (_ for _ in ()).throw(intents.Later))
        erase_person(member.person_id)
    assert not PersonRow.objects.exists()
    assert (finish_intents(), finish_intents()) == (1, 0)


def test_a_joining_that_is_finished_after_an_erasure_brings_nobody_back(
    sign_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    account = sign_in().account
    with monkeypatch.context() as patch:
        patch.setitem(intents._ACTS, "join", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            give_consent(account, ["research"])
    late = dict(Intent.objects.get().named)
    withdraw(account, erase=True)
    assert not Intent.objects.exists()
    intents._ACTS["join"](late)
    assert not PersonRow.objects.exists()


def test_an_agreement_that_had_looked_before_an_erasure_brings_nobody_back(join: Callable[..., Any]) -> None:
    member = join()
    withdraw(member.account, erase=True)
    with pytest.raises(InputProblems, match="erased"):
        consenting._agree(member.account, member.person_id, ("contact",))
    assert not PersonRow.objects.exists()


def test_who_rejoins_is_somebody_new(join: Callable[..., Any]) -> None:
    first = join()
    tell(first.person_id)
    withdraw(first.account, erase=True)
    second = join()
    assert second.person_id != first.person_id
    assert second.account.actor != first.account.actor
    assert PersonRow.objects.count() == Membership.objects.count() == Account.objects.count() == 1
    assert not AnswerRow.objects.exists()
    erase_person(first.person_id)
    assert PersonRow.objects.count() == 1


def test_who_stops_and_comes_back_has_the_same_record(join: Callable[..., Any]) -> None:
    member = join()
    withdraw(member.account, erase=False)
    assert give_consent(member.account, ["research"]) == member.person_id
    assert [one.given_on for one in consents_of(member.person_id)] == [clock.today(), clock.today() + timedelta(1)]


def test_delegates_see_nothing_any_more_after_an_erasure(join: Callable[..., Any], sign_in: Callable[..., Any]) -> None:
    member, helper = join(), sign_in("helper@example.org", factor=True)
    name = delegation(member.person_id, helper.account, "fill")
    DraftRow.objects.create(
        person_id=member.person_id, actor=helper.account.actor, form="short", sealed=b"x", saved_at=clock.now()
    )
    assert acting_for(helper.account, name) is not None
    withdraw(member.account, erase=True)
    assert acting_for(helper.account, name) is None
    assert not Delegation.objects.exists()
    assert not DraftRow.objects.exists()
    assert Account.objects.get() == helper.account


def test_who_helps_somebody_else_keeps_the_account_under_a_new_random_name(join: Callable[..., Any]) -> None:
    member, other = join("helper@example.org", factor=True), join("bo@example.org")
    name = delegation(other.person_id, member.account, "fill")
    before = member.account.actor
    DraftRow.objects.create(person_id=other.person_id, actor=before, form="short", sealed=b"x", saved_at=clock.now())
    page = member.client.get("/my/stop/").content.decode()
    assert "So your account stays" in page
    answer = member.client.post("/my/stop/erase/")
    member.client.post(answer.headers["Location"], {"password": PASSWORD})
    kept = Account.objects.get(email="helper@example.org")
    assert not Membership.objects.filter(account=kept).exists()
    assert not PersonRow.objects.filter(person_id=member.person_id).exists()
    # What stands in the chain of records under the old name is nobody's now.
    assert kept.actor != before
    assert acting_for(kept, name) is not None
    assert DraftRow.objects.get().actor == kept.actor
    assert "close my account" in client_of(kept).get("/my/stop/").content.decode().casefold()


def test_who_helps_may_close_the_account_too(join: Callable[..., Any]) -> None:
    member, other = join("helper@example.org", factor=True), join("bo@example.org")
    delegation(other.person_id, member.account)
    DraftRow.objects.create(
        person_id=other.person_id, actor=member.account.actor, form="short", sealed=b"x", saved_at=clock.now()
    )
    answer = member.client.post("/my/stop/erase/", {"close": "yes"})
    member.client.post(answer.headers["Location"], {"password": PASSWORD})
    assert [one.email for one in Account.objects.all()] == ["bo@example.org"]
    assert not Delegation.objects.exists()
    assert not DraftRow.objects.exists()
    assert PersonRow.objects.count() == 1


def test_an_account_without_a_record_can_be_closed(sign_in: Callable[..., Any]) -> None:
    member = sign_in()
    page = member.client.get("/my/stop/").content.decode()
    assert "Close my account" in page
    assert page.count("<button") == 1
    answer = member.client.post("/my/stop/erase/")
    member.client.post(answer.headers["Location"], {"password": PASSWORD})
    assert not Account.objects.exists()


def test_who_only_helps_closes_the_account_without_a_tick(
    join: Callable[..., Any], sign_in: Callable[..., Any]
) -> None:
    helper = sign_in("helper@example.org", factor=True)
    delegation(join("bo@example.org").person_id, helper.account)
    page = helper.client.get("/my/stop/").content.decode()
    assert "You can not help any more" in page
    assert 'name="close"' not in page
    answer = helper.client.post("/my/stop/erase/")
    helper.client.post(answer.headers["Location"], {"password": PASSWORD})
    assert [one.email for one in Account.objects.all()] == ["bo@example.org"]
    assert not Delegation.objects.exists()


def test_what_comes_back_with_a_copy_is_erased_again_by_either_name(join: Callable[..., Any]) -> None:
    member = join()
    names = {member.account.actor, member.person_id}
    withdraw(member.account, erase=True)
    assert names <= erased()
    for name in names:
        back = Account.objects.create_user("ann@example.org", PASSWORD, actor=member.account.actor)
        Membership.objects.create(account=back, person_id=member.person_id, since=clock.today())
        PersonRow.objects.create(person_id=member.person_id, registered_on=clock.today(), wrapped_key=b"x")
        erase_person(name)
        assert not Account.objects.exists()
        assert not PersonRow.objects.exists()


@pytest.mark.parametrize("state", ["active", "stopped", "no record", "helps", "erased"])
def test_the_pages_are_read_with_ease(join: Callable[..., Any], sign_in: Callable[..., Any], state: str) -> None:
    member = sign_in(factor=True) if state == "no record" else join(factor=True)
    if state == "stopped":
        withdraw(member.account, erase=False)
    if state == "helps":
        delegation(join("bo@example.org").person_id, member.account)
    for path in ("/erased/",) if state == "erased" else ("/my/stop/", "/my/consent/"):
        page = member.client.get(path).content.decode()
        main = page[page.index("<main") : page.index("</main>")]
        words = re.sub(r"<[^>]+>", "\n", main)
        assert school_grade(words) <= 8, (path, school_grade(words))


def client_of(account: Account) -> Client:
    """A browser in which an account has signed in anew."""
    client = Client()
    client.force_login(account)
    return client
