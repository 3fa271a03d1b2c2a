"""Helpers: asked by the person, with an account of their own, and never able to do what is the person's alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from reading_ease import school_grade, text_of_page
from remission.inputs.problems import InputProblems
from remission.web import clock
from remission.web.acts import delegating
from remission.web.acts.delegating import (
    MOST_A_DAY,
    Asking,
    asked_by,
    change,
    end,
    helped_by,
    helpers_of,
    invite,
    leave,
    take_up,
)  # fmt: skip
from remission.web.identities.models import Delegation, IdentityAudit, Letter, Membership, Ticket
from remission.web.identities.names import is_name
from remission.web.mail.letters import message_of
from remission.web.mail.reminders import told_dead
from remission.web.mail.sending import send_waiting
from remission.web.records.models import AnswerRow
from remission.web.roles import acting_for
from remission.web.routes import RecordRoute, routes

BOB = Asking("bob@example.org", "Bob", "Ann", "read")


@pytest.fixture(autouse=True)
def erasures(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is remembered as ended."""
    remembered: list[str] = []
    monkeypatch.setattr(delegating, "remember", remembered.append)
    return remembered


@pytest.fixture
def ann(join: Callable[..., Any]) -> Any:
    """The person."""
    return join()


@pytest.fixture
def bob(sign_in: Callable[..., Any]) -> Any:
    """Who is asked, with a second factor."""
    return sign_in("bob@example.org", factor=True)


def token_of(letter: Letter | None = None) -> str:
    """The token in the letter to a helper, as it is sent now."""
    message = message_of(letter or Letter.objects.filter(kind="helper").latest("made_at"))
    assert message is not None
    found = re.search(r"^http://localhost:8000/helper/(\S+)/$", message.body, re.MULTILINE)
    assert found is not None
    return found.group(1)


def helps(ann: Any, bob: Any, may: str = "read") -> str:
    """Let one help the other; the name of the tie."""
    invite(ann.account, ann.person_id, Asking("bob@example.org", "Bob", "Ann", may))
    assert take_up(bob.account, token_of()) is None
    return Delegation.objects.get(delegate=bob.account, ended_at=None).name


def test_from_asking_to_helping(ann: Any, bob: Any) -> None:
    invite(ann.account, ann.person_id, BOB)
    tie = Delegation.objects.get()
    assert acting_for(bob.account, tie.name) is None
    token = token_of()
    page = Client().get(f"/helper/{token}/").content.decode()
    assert "Ann asks you to help" in page
    assert "ann@" not in page
    said = bob.client.get(f"/helper/{token}/").content.decode()
    assert "Yes, I help" in said
    assert bob.client.post(f"/helper/{token}/").headers["Location"] == "/for/"
    assert "Ann" in bob.client.get("/for/").content.decode()
    acting = acting_for(bob.account, tie.name)
    assert acting is not None
    assert (acting.person_id, acting.teller, acting.fills) == (ann.person_id, "delegate", False)
    assert bob.client.get(f"/for/{tie.name}/").status_code == 200
    # The person is told, and the address that was asked is gone.
    assert Letter.objects.filter(kind="helper_began", account=ann.account).exists()
    assert Delegation.objects.get().invited == ""
    assert [one.act for one in IdentityAudit.objects.all()][-2:] == ["helper asked", "helper began"]
    assert IdentityAudit.objects.latest("row").actor == bob.account.actor
    assert IdentityAudit.objects.latest("row").person == ann.person_id


def test_an_invitation_is_taken_up_once(ann: Any, bob: Any, sign_in: Callable[..., Any]) -> None:
    other = sign_in("eve@example.org", factor=True)
    invite(ann.account, ann.person_id, BOB)
    first, second = token_of(), token_of()
    assert take_up(bob.account, first) is None
    for token in (first, second):
        assert take_up(other.account, token) == "gone"
        assert other.client.get(f"/helper/{token}/").status_code == 410
    assert helped_by(other.account) == ()


def test_nobody_helps_themselves_or_without_a_second_step(ann: Any, sign_in: Callable[..., Any]) -> None:
    bob = sign_in("bob@example.org")
    invite(ann.account, ann.person_id, BOB)
    token = token_of()
    assert take_up(ann.account, token) == "own"
    assert "needs an account of their own" in ann.client.get(f"/helper/{token}/").content.decode()
    assert take_up(bob.account, token) == "factor"
    Authenticator.objects.create(user=bob.account, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert take_up(bob.account, token) == "factor"
    assert bob.client.post(f"/helper/{token}/").status_code == 409
    assert "second step" in bob.client.get(f"/helper/{token}/").content.decode()
    # Nothing was used up by trying.
    assert Ticket.objects.filter(opens="delegate", used_at=None).exists()
    assert not Delegation.objects.exclude(taken_at=None).exists()


def test_who_helps_already_is_told_so(ann: Any, bob: Any) -> None:
    helps(ann, bob)
    invite(ann.account, ann.person_id, Asking("bob.two@example.org", "Bob again", "", "fill"))
    assert take_up(bob.account, token_of()) == "already"


def test_an_invitation_that_was_taken_back_or_is_too_old_opens_nothing(
    ann: Any, bob: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    invite(ann.account, ann.person_id, BOB)
    token, later = token_of(), clock.now() + timedelta(days=15)
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: later)
        assert take_up(bob.account, token) == "gone"
    assert end(ann.account, ann.person_id, Delegation.objects.get().name)
    assert take_up(bob.account, token) == "gone"
    # And the letter that waited is not sent.
    assert send_waiting() == 0


def test_what_a_helper_may_is_changed_at_once(ann: Any, bob: Any) -> None:
    name = helps(ann, bob)
    form = f"/for/{name}/form/short/"
    assert bob.client.get(form).status_code == 404
    assert ann.client.post(f"/my/helpers/{name}/change/", {"may": "fill"}).status_code == 302
    assert bob.client.get(form).status_code == 200
    assert ann.client.post(f"/my/helpers/{name}/change/", {"may": "all"}).status_code == 404
    assert change(ann.account, ann.person_id, name, "read")
    assert bob.client.get(form).status_code == 404


def test_help_that_ends_ends_at_once_and_for_good(ann: Any, bob: Any, erasures: list[str]) -> None:
    name = helps(ann, bob)
    assert ann.client.post(f"/my/helpers/{name}/end/").status_code == 302
    assert bob.client.get(f"/for/{name}/").status_code == 404
    assert helped_by(bob.account) == ()
    assert erasures == [name]
    assert not end(ann.account, ann.person_id, name)


def test_a_helper_can_leave(ann: Any, bob: Any, erasures: list[str]) -> None:
    name = helps(ann, bob)
    assert bob.client.post(f"/for/{name}/leave/").status_code == 302
    assert helpers_of(ann.person_id) == ()
    assert erasures == [name]
    assert IdentityAudit.objects.latest("row").actor == bob.account.actor


def test_the_ties_of_others_can_not_be_touched(ann: Any, bob: Any, join: Callable[..., Any]) -> None:
    name, eve = helps(ann, bob), join("eve@example.org")
    for path in (f"/my/helpers/{name}/end/", f"/my/helpers/{name}/change/"):
        assert eve.client.post(path, {"may": "fill"}).status_code == 404
    assert not leave(eve.account, name)
    assert not end(eve.account, eve.person_id, name)
    assert Delegation.objects.get(name=name).ended_at is None


NOT_FOR_HELPERS = ["consent/", "data/", "data/export/", "mail/", "erase/", "account/"]
PERSON_ALONE = [one for one in routes() if isinstance(one, RecordRoute) and not one.delegates]


def test_what_is_the_persons_alone_has_no_address_for_a_helper(ann: Any, bob: Any) -> None:
    name = helps(ann, bob, "fill")
    assert {one.name for one in PERSON_ALONE} >= {"helpers", "ask_helper", "change_helper", "end_helper"}
    for path in [re.sub(r"<[^>]*>", name, one.path) for one in PERSON_ALONE] + NOT_FOR_HELPERS:
        for ask in (bob.client.get, bob.client.post):
            assert ask(f"/for/{name}/{path}").status_code == 404, path
    # Their own pages are of their own record, of which there is none.
    assert not Membership.objects.filter(account=bob.account).exists()


def test_where_the_record_or_an_account_is_gone_the_tie_opens_nothing(ann: Any, bob: Any) -> None:
    name = helps(ann, bob)
    Membership.objects.all().delete()
    assert acting_for(bob.account, name) is None
    assert bob.client.get(f"/for/{name}/").status_code == 404


def test_the_tie_goes_with_the_helpers_account(ann: Any, bob: Any) -> None:
    helps(ann, bob)
    bob.account.delete()
    assert not Delegation.objects.exists()


def test_the_person_sees_that_a_helper_acted(ann: Any, bob: Any) -> None:
    name = helps(ann, bob, "fill")
    assert "Has not looked" in ann.client.get("/my/helpers/").content.decode()
    bob.client.post(f"/for/{name}/form/short/", {"version": "1", "registry.own_words": "she is well", "do": "send"})
    assert helpers_of(ann.person_id)[0].acts >= 1
    assert "See what they looked at" in ann.client.get("/my/helpers/").content.decode()


ASK = "/my/helpers/ask/"
REFUSED = [
    ("address", "bob@example.org\nBcc: eve@example.org"), ("address", "bob"), ("address", "ann@example.org"),
    ("called", ""), ("called", "Bob\r\nBcc: eve@example.org"), ("called", "<script>alert(1)</script>"),
    ("called", "b" * 41), ("signed", "win at www.example.org"), ("signed", "a\u202eb"), ("signed", "=1+1"),
    ("may", "all"),
]  # fmt: skip


def test_what_could_do_harm_in_a_letter_or_a_page_is_refused(ann: Any) -> None:
    for field, text in REFUSED:
        asking = {"address": "bob@example.org", "called": "Bob", "signed": "Ann", "may": "read", field: text}
        with pytest.raises(InputProblems) as refused:
            invite(ann.account, ann.person_id, Asking(**asking))
        assert {one.column for one in refused.value.problems} == {field}, text
        assert len(text) < 4 or text not in refused.value.report() + str(refused.value)
    assert not Letter.objects.exists()


@pytest.mark.parametrize("name", ["Zoë", "Anne-Marie O’Neill", "J. R. Lee", "नीता", "李明", "Mum"])
def test_names_of_many_people_are_names(name: str) -> None:
    assert is_name(name)


def test_nobody_writes_to_strangers_through_us(ann: Any) -> None:
    for number in range(MOST_A_DAY):
        invite(ann.account, ann.person_id, Asking(f"p{number}@example.org", "P", "", "read"))
    with pytest.raises(InputProblems):
        invite(ann.account, ann.person_id, Asking("more@example.org", "P", "", "read"))


def test_whoever_came_in_without_their_factor_lets_nobody_in(ann: Any) -> None:
    ann.account.held_until = clock.now() + timedelta(days=7)
    with pytest.raises(InputProblems):
        invite(ann.account, ann.person_id, BOB)
    ann.account.held_until = clock.now() - timedelta(days=1)
    invite(ann.account, ann.person_id, BOB)


def test_one_address_is_asked_once(ann: Any) -> None:
    invite(ann.account, ann.person_id, BOB)
    with pytest.raises(InputProblems):
        invite(ann.account, ann.person_id, Asking("BOB@example.org", "Bob", "", "read"))


def test_names_are_sealed_in_the_database(ann: Any) -> None:
    invite(ann.account, ann.person_id, Asking("bob@example.org", "Bobcanary", "Anncanary", "read"))
    row = Delegation.objects.get()
    assert "canary" not in row.called_hidden + row.signed_hidden
    assert helpers_of(ann.person_id)[0].called == "Bobcanary"
    shown = asked_by(None, token_of())
    assert shown is not None
    assert shown.signed == "Anncanary"


def freshly(member: Any) -> Any:
    """Give the password once more, as the page asks; what it leads to."""
    return member.client.post("/account/reauthenticate/", {"password": "a long and quiet password", "next": ASK})


def test_asking_wants_the_password_again_and_loses_nothing(ann: Any) -> None:
    assert "reauthenticate" in ann.client.get("/my/helpers/ask/").headers["Location"]
    posted = {"address": "bob@example.org", "called": "Bob", "signed": "", "may": "read"}
    assert "reauthenticate" in ann.client.post("/my/helpers/ask/", posted).headers["Location"]
    assert not Delegation.objects.exists()
    # What was sent goes on where it was held up.
    assert freshly(ann).headers["Location"] == "/my/helpers/?asked=1"
    assert "Bob" in ann.client.get("/my/helpers/?asked=1").content.decode()


def test_what_is_wrong_is_said_beside_its_input_and_escaped(ann: Any) -> None:
    freshly(ann)
    posted = {"address": "<b>bob</b>", "called": '"><script>alert(1)</script>', "signed": "", "may": ""}
    answer = ann.client.post("/my/helpers/ask/", posted)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<script>alert" not in page
    assert "<b>bob" not in page
    assert page.count('class="trouble"') == 3


def test_every_page_about_helpers_is_read_with_ease(ann: Any, bob: Any, sign_in: Callable[..., Any]) -> None:
    cat = sign_in("cat@example.org")
    invite(ann.account, ann.person_id, BOB)
    token = token_of()
    pages = [one.get(f"/helper/{token}/") for one in (Client(), ann.client, bob.client, cat.client)]
    pages += [ann.client.get("/my/helpers/"), cat.client.get("/for/")]
    freshly(ann)
    pages += [ann.client.get(ASK), ann.client.post(ASK, {"address": "bob"})]
    take_up(bob.account, token)
    pages += [ann.client.get("/my/helpers/"), bob.client.get("/for/")]
    for page in pages:
        assert school_grade(text_of_page(page.content.decode())) <= 8


def test_a_death_that_a_helper_tells_stops_letters_and_locks_nothing(ann: Any, bob: Any) -> None:
    name = helps(ann, bob, "fill")
    told = bob.client.post(f"/for/{name}/form/death/", {"version": "1", "registry.death_day": "2026", "do": "send"})
    assert told.status_code == 302
    assert told_dead() == {ann.person_id}
    row = AnswerRow.objects.get(field="registry.death_day")
    assert (row.teller, row.value) == ("delegate", "2026")
    # Of the person alone nobody can tell it, and nothing of theirs is closed.
    assert ann.client.get("/my/form/death/").status_code == 404
    for path in ("/my/", "/my/helpers/", "/my/form/short/"):
        assert ann.client.get(path).status_code == 200
    assert bob.client.get(f"/for/{name}/").status_code == 200
