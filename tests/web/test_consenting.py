"""Agreeing: each use apart, nothing chosen beforehand, one consent at a time, on a day that cannot lie too early."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from made_up.web_people import tell
from remission.inputs.problems import InputProblems
from remission.registry.cohort import build_cohort
from remission.registry.consent import SCOPES, Consent, check_consents
from remission.registry.consent_texts import versions
from remission.web import clock
from remission.web.acts import consenting, intents, joining
from remission.web.acts.consenting import active_version, give_consent
from remission.web.acts.intents import finish_intents
from remission.web.acts.withdrawing import withdraw
from remission.web.audit import chain
from remission.web.identities.models import Membership
from remission.web.ids import new_id
from remission.web.pages.record import consent
from remission.web.records.models import ConsentRow, PersonRow, RecordAudit
from remission.web.records.reading import consents_of, every_answer, people
from remission.web.records.writing import write_consent

YES = dict.fromkeys(SCOPES, "yes")


def at(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """Set the clock, by which the rows of the audit are written too."""
    for module in (clock, chain):
        monkeypatch.setattr(module, "now", lambda: datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


def test_who_has_no_record_begins_one_and_who_has_changes_it(sign_in: Callable[..., Any]) -> None:
    account = sign_in().account
    person_id = give_consent(account, ["contact", "research"])
    assert give_consent(account, ["aggregates"]) == person_id
    first, second = sorted(consents_of(person_id), key=lambda one: one.ended_on is None)
    assert (first.scopes, first.ending) == (("research", "contact"), "replaced")
    assert (second.scopes, second.ended_on) == (("aggregates",), None)
    check_consents([first, second], versions())
    assert [row.act for row in RecordAudit.objects.order_by("row")] == ["joined", "changed consent"]


@pytest.mark.parametrize("names", ["abc", "cba", "bca"])
def test_the_latest_of_one_day_is_the_one_that_the_others_made_way_for(join: Callable[..., Any], names: str) -> None:
    member = join()
    ConsentRow.objects.all().delete()
    day = clock.today()
    given = [Consent(name, member.person_id, "1", (), day, day, "replaced") for name in names]
    for one in (*given[:2], replace(given[2], ending="stop")):
        write_consent(one)
    latest = consenting.latest_consent_of(member.person_id)
    assert latest is not None
    assert (latest.consent_id, latest.ending) == (names[2], "stop")
    write_consent(replace(given[2], ended_on=None, ending=None))
    assert consenting.latest_consent_of(member.person_id) == replace(given[2], ended_on=None, ending=None)


def test_the_same_choices_again_change_nothing(sign_in: Callable[..., Any]) -> None:
    account = sign_in().account
    person_id = give_consent(account, ["research"])
    give_consent(account, ["research"])
    assert len(consents_of(person_id)) == 1


def test_a_no_to_every_use_is_a_consent_to_keep_the_record(sign_in: Callable[..., Any]) -> None:
    person_id = give_consent(sign_in().account, [])
    assert consents_of(person_id)[0].scopes == ()
    assert active_version(person_id) == "1"


def test_who_sends_the_page_twice_at_once_has_one_record(
    sign_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    account = sign_in().account
    person_id = give_consent(account, ["research"])

    def late(*_: object) -> None:
        # It looked before the other one had begun.
        raise IntegrityError

    with monkeypatch.context() as patch:
        patch.setattr(consenting.Membership.objects, "filter", lambda **_: consenting.Membership.objects.none())
        patch.setattr(consenting, "join_registry", late)
        assert give_consent(account, ["contact"]) == person_id
    assert [one.scopes for one in consents_of(person_id) if one.ended_on is None] == [("contact",)]
    with pytest.raises(IntegrityError):
        joining.join_registry(account, ("research",))
    assert Membership.objects.count() == PersonRow.objects.count() == 1


def test_two_active_consents_are_refused_by_the_database_and_in_words(
    join: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    member = join()
    active = consents_of(member.person_id)[0]
    with pytest.raises(IntegrityError):
        write_consent(replace(active, consent_id=new_id()))
    # An act that did not see the first: what the database says is said in words.
    monkeypatch.setattr(consenting, "active_consent_of", lambda _: None)
    with pytest.raises(InputProblems) as refused:
        give_consent(member.account, ["research"])
    assert "a consent beside one that has not ended" in refused.value.report()
    assert "End the earlier one first" in refused.value.report()
    assert consents_of(member.person_id) == [active]


@pytest.mark.parametrize("duty", ["host", "auditor"])
def test_who_runs_or_checks_the_place_has_no_record(sign_in: Callable[..., Any], duty: str) -> None:
    account = sign_in(duty=duty).account
    with pytest.raises(InputProblems, match="runs or checks"):
        give_consent(account, ["research"])
    assert not PersonRow.objects.exists()


def test_a_use_that_is_not_offered_is_refused(sign_in: Callable[..., Any]) -> None:
    with pytest.raises(InputProblems, match="advertising"):
        give_consent(sign_in().account, ["advertising"])  # type: ignore[list-item]


def test_a_joining_that_is_finished_late_takes_nothing_back(
    sign_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    account = sign_in().account
    with monkeypatch.context() as patch:
        patch.setitem(intents._ACTS, "join", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            give_consent(account, ["research"])
    person_id = give_consent(account, ["contact"])
    assert finish_intents() == 1
    assert [one.scopes for one in consents_of(person_id)] == [("contact",)]


def test_a_clock_set_back_makes_no_consent_that_cannot_be(
    sign_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    account = sign_in().account
    later, earlier = date(2026, 9, 1), date(2026, 3, 1)
    at(monkeypatch, later)
    person_id = give_consent(account, ["research"])
    at(monkeypatch, earlier)
    told = tell(person_id)
    give_consent(account, ["research", "aggregates"])
    withdraw(account, erase=False)
    give_consent(account, ["research"])
    told_again = tell(person_id)
    check_consents(consents_of(person_id), versions())
    assert min(one.given_on for one in consents_of(person_id)) == later
    found = build_cohort(people(), every_answer(), scope="research", on=later + timedelta(9))
    assert found.placed == (told_again,)
    assert [one.answer_id for one in found.left_out] == [told]


def test_coming_back_on_the_day_of_stopping_brings_nothing_back_of_that_day(join: Callable[..., Any]) -> None:
    member = join()
    told = tell(member.person_id)
    withdraw(member.account, erase=False)
    assert active_version(member.person_id) is None
    give_consent(member.account, ["research"])
    again = tell(member.person_id, "subjects.course", "RRMS")
    day = clock.today() + timedelta(3)
    found = build_cohort(people(), every_answer(), scope="research", on=day)
    assert found.placed == (again,)
    assert [(one.answer_id, one.why) for one in found.left_out] == [(told, "told under a consent that was stopped")]


def test_the_page_asks_for_each_use_and_chooses_none(sign_in: Callable[..., Any]) -> None:
    text = sign_in().client.get("/my/consent/").content.decode()
    for scope in SCOPES:
        assert text.count(f'name="{scope}"') == 2
    assert "checked" not in text
    assert "I am 18 or older" in text
    assert "{" not in text


@pytest.mark.parametrize("missing", [*SCOPES, "adult"])
def test_what_was_not_answered_is_asked_again_and_nothing_is_saved(sign_in: Callable[..., Any], missing: str) -> None:
    said = {**YES, "adult": "yes"}
    del said[missing]
    answer = sign_in().client.post("/my/consent/", said)
    assert answer.status_code == 422
    assert f'id="{missing}-trouble"' in answer.content.decode()
    # What was answered stands as it was answered.
    assert answer.content.decode().count("checked") == len(said)
    assert not PersonRow.objects.exists()


def test_a_record_begins_from_the_page_and_its_choices_are_changed_there(sign_in: Callable[..., Any]) -> None:
    member = sign_in()
    assert member.client.post("/my/consent/", {**YES, "adult": "yes"}).headers["Location"] == "/my/"
    assert ConsentRow.objects.get().scopes == "research aggregates contact"
    text = member.client.get("/my/consent/").content.decode()
    assert "18 or older" not in text
    assert "Research: <strong>yes</strong>" in text
    after = member.client.post("/my/consent/", {**YES, "research": "no"}, follow=True).content.decode()
    assert "Your choices are saved." in after
    assert "Research: <strong>no</strong>" in after
    assert ConsentRow.objects.get(ended_on=None).scopes == "aggregates contact"


@pytest.mark.parametrize("duty", ["host", "auditor"])
def test_the_page_is_not_there_for_who_has_a_duty(sign_in: Callable[..., Any], duty: str) -> None:
    assert sign_in(duty=duty).client.get("/my/consent/").status_code == 404


@dataclass(frozen=True)
class Declared:
    """What a host may declare."""

    name: str = "Records of Example"
    controller: str = "Example Trust"
    contact: str = "ask@example.org"
    minimum_age: int = 21


def test_what_the_host_declares_stands_in_the_text(
    sign_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in().client
    # In a demo nothing is declared.
    assert "The host of this site keeps it" in client.get("/my/consent/").content.decode()
    monkeypatch.setattr(consent, "read_observatory", lambda _: Declared())
    text = client.get("/my/consent/").content.decode()
    assert "Example Trust keeps it" in text
    assert "ask@example.org" in text
    assert "I am 21 or older" in text
    assert "stands here: told when this site opens" in text


def test_a_consent_given_on_a_clock_set_far_back_is_not_before_its_words(
    sign_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    account = sign_in().account
    at(monkeypatch, date(1999, 1, 1))
    person_id = give_consent(account, ["research"])
    give_consent(account, ["contact"])
    check_consents(consents_of(person_id), versions())
    assert {one.given_on for one in consents_of(person_id)} == {versions()["1"].from_date}
