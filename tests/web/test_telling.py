"""Telling: what is right is kept once, what is not waits as it was typed, and nobody tells for whom they may not."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from made_up.every_answer import answered, turns
from made_up.filled_form import Page
from remission.inputs.problems import InputProblems
from remission.registry.answers import current
from remission.registry.cohort import build_cohort
from remission.registry.forms.check import GONE, input_name
from remission.registry.forms.form import Form, forms
from remission.registry.forms.standing import Shown, section_of
from remission.web import clock
from remission.web.acts import telling
from remission.web.acts.consenting import give_consent
from remission.web.acts.telling import STOPPED, draft_of, save_draft, send_form
from remission.web.acts.withdrawing import withdraw
from remission.web.identities.models import Delegation
from remission.web.instance import Instance
from remission.web.records.models import AnswerRow, ConsentRow, DraftRow, RecordAudit, SentForm
from remission.web.records.reading import answers_of_person, every_answer, people
from remission.web.records.visits import next_visit_of, open_visit_of
from remission.web.roles import Acting, acting_for, acting_for_self

LONG, SHORT = forms()["long"], forms()["short"]
# Every way of every question is held where no page is made (tests/registry/test_standing.py); here three of each.
MOST_TURNS = 12 if os.environ.get("REMISSION_LONG") else 3
EVERY = [
    pytest.param(form, turn, id=f"{form.name}-{turn}")
    for form in forms().values()
    for turn in range(min(turns(form), MOST_TURNS))
]
PASSWORD = "a long and quiet password"
RELAPSE = "relapses.day/relapses-7"


def acting_of(member: Any) -> Acting:
    found = acting_for_self(member.account)
    assert found is not None
    return found


@pytest.fixture
def helped(join: Callable[..., Any], sign_in: Callable[..., Any]) -> Callable[[str], tuple[Any, Any, str]]:
    """A person, somebody who helps them in some way, and the address under which the record lies for the helper."""

    def made(may: str) -> tuple[Any, Any, str]:
        person, helper = join(), sign_in("helper@example.org", factor=True)
        one = Delegation.objects.create(
            person_id=person.person_id, may=may, delegate=helper.account, asked_at=clock.now(), taken_at=clock.now()
        )
        return person, helper, f"/for/{one.name}/"

    return made


def opened(client: Client, path: str) -> Page:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return Page(answer.content.decode())


def sent(client: Client, path: str, page: Page, **changes: str) -> Any:
    return client.post(path, page.inputs() | {"do": "send"} | changes)


def values(person_id: str) -> dict[str, str]:
    return {
        input_name(one.field, one.episode): one.value if one.state == "told" else one.state
        for one in current(answers_of_person(person_id))
    }


def answer_count() -> int:
    return AnswerRow.objects.count()


@pytest.mark.parametrize(("form", "turn"), EVERY)
def test_every_field_of_every_form_is_told_shown_and_told_again(
    helped: Callable[[str], Any], form: Form, turn: int
) -> None:
    person, helper, base = helped("fill")
    member, base = (helper, base) if form.teller == "delegate" else (person, "/my/")
    every = list(answered(form, turn))
    for section in [one.name for one in form.sections] if form is LONG else [""]:
        path = f"{base}form/{form.name}/{section}/" if section else f"{base}form/{form.name}/"
        raw = {name: typed for name, typed, field, _ in every if not section or _of(form, section, name, field)}
        assert opened(member.client, path)
        answer = member.client.post(path, {"version": str(form.version), "do": "send", **raw})
        assert answer.status_code == 302, Page(answer.content.decode()).said
        page = opened(member.client, path)
        inputs = page.inputs()
        assert all(inputs[name] == typed for name, typed, _, kept in every if name in raw and typed == kept)
        before = answer_count()
        assert sent(member.client, path, page).status_code == 302
        assert answer_count() == before
    kept = values(person.person_id)
    assert {name: value for name, _, _, value in every}.items() <= kept.items()
    record = opened(member.client, base).said
    assert all(value in record for _, _, field, value in every if field.endswith(("birth_year", "visits.edss")))


def _of(form: Form, section: str, name: str, field: str) -> bool:
    episode = name.partition("/")[2]
    return section_of(episode) == section if episode else (section, field) in form.by_place


def test_what_is_emptied_is_taken_back_and_stays_as_a_row(join: Callable[..., Any]) -> None:
    member = join()
    path = "/my/form/long/me/"
    sent(member.client, path, opened(member.client, path), **{"registry.birth_year": "1979", "subjects.sex": "male"})
    sent(member.client, path, opened(member.client, path), **{"registry.birth_year": ""})
    assert values(member.person_id) == {"subjects.sex": "male", "registry.birth_year": "not_asked"}
    assert AnswerRow.objects.filter(field="registry.birth_year").count() == 2
    assert opened(member.client, path).inputs()["registry.birth_year"] == ""
    assert "1979" not in opened(member.client, "/my/").said
    assert RecordAudit.objects.filter(act="told").last().detail == "long-1: 0 new, 0 changed, 1 taken back"
    sent(member.client, path, opened(member.client, path), **{"registry.birth_year": "1979"})
    assert values(member.person_id)["registry.birth_year"] == "1979"


def test_an_episode_is_taken_out_at_one_tick(join: Callable[..., Any]) -> None:
    member = join()
    path = "/my/form/long/relapses/"
    member.client.post(path, {"version": "1", "do": "send", RELAPSE: "2019", "relapses.day/relapses-8": "2020"})
    page = opened(member.client, path)
    assert sent(member.client, path, page, out="relapses-7").status_code == 302
    assert "2019" not in opened(member.client, "/my/").said
    assert "2020" in opened(member.client, "/my/").said


def test_a_form_sent_twice_adds_nothing_twice(join: Callable[..., Any]) -> None:
    member = join()
    page = opened(member.client, "/my/form/short/").inputs()
    body = page | {"do": "send", "walking.step/walking-7": "3", RELAPSE: "May 2019"}
    for _ in range(3):
        assert member.client.post("/my/form/short/", body).status_code == 302
    assert answer_count() == 3
    assert SentForm.objects.count() == 1
    assert RecordAudit.objects.filter(act="told").count() == 1


def test_a_page_left_open_does_not_undo_what_a_helper_told(helped: Callable[[str], Any]) -> None:
    person, helper, base = helped("fill")
    me = "form/long/me/"
    sent(person.client, f"/my/{me}", opened(person.client, f"/my/{me}"), **{"subjects.sex": "male"})
    left_open = opened(person.client, f"/my/{me}")
    sent(helper.client, f"{base}{me}", opened(helper.client, f"{base}{me}"), **{"subjects.sex": "female"})
    sent(person.client, f"/my/{me}", left_open, **{"registry.birth_year": "1980"})
    assert values(person.person_id) == {"subjects.sex": "female", "registry.birth_year": "1980"}
    said = opened(person.client, "/my/").said
    assert "by a helper" in said
    assert RecordAudit.objects.filter(act="told", actor=helper.account.actor).count() == 1


@pytest.mark.parametrize(
    ("typed", "asked"),
    [("31 February 2020", "There is no day 31"), ("May 2090", "not come yet"), ("03/05/2019", "3 May 2019 or 5 March"),
     ("<b>soon</b>", "could not read"), ("1949", "before the year of birth")],
)  # fmt: skip
def test_what_cannot_be_is_asked_again_and_all_the_rest_is_kept(
    join: Callable[..., Any], typed: str, asked: str
) -> None:
    member = join()
    send_form(acting_of(member), "long", 1, {"registry.birth_year": "1950"})
    body = {"version": "1", "do": "send", RELAPSE: f" {typed}", "relapses.recovery/relapses-7": "full"}
    answer = member.client.post("/my/form/short/", body)
    assert answer.status_code == 422
    page = Page(answer.content.decode())
    assert asked in page.said
    assert page.inputs()[RELAPSE] == f" {typed}"
    assert f"#{RELAPSE}" in page.links
    assert values(member.person_id)["relapses.recovery/relapses-7"] == "full"
    assert draft_of(acting_of(member), "short") == {RELAPSE: f" {typed}"}
    # On another day and another phone it still stands there, as it was typed.
    assert opened(member.client, "/my/form/short/").inputs()[RELAPSE] == f" {typed}"


def test_of_a_version_that_is_gone_nothing_is_taken_and_nothing_is_lost(join: Callable[..., Any]) -> None:
    member = join()
    sent(member.client, "/my/form/long/me/", opened(member.client, "/my/form/long/me/"), **{"subjects.sex": "male"})
    body = opened(member.client, "/my/form/long/me/").inputs() | {
        "version": "0", "do": "send", "registry.birth_year": "1980", "subjects.sex": "", "subjects.hat": "<i>large</i>",
    }  # fmt: skip
    answer = member.client.post("/my/form/long/me/", body)
    page = Page(answer.content.decode())
    assert answer.status_code == 422
    assert GONE in page.said
    assert page.inputs()["registry.birth_year"] == "1980"
    assert "<i>large</i>" in page.said
    assert values(member.person_id) == {"subjects.sex": "male"}
    assert draft_of(acting_of(member), "long")["subjects.hat"] == "<i>large</i>"
    member.client.post("/my/form/long/me/", page.inputs() | {"do": "drop"})
    assert "subjects.hat" not in draft_of(acting_of(member), "long")
    assert draft_of(acting_of(member), "long")["registry.birth_year"] == "1980"


@pytest.mark.parametrize("version", ["", "one", "-1", "99999999999999999999", "²", "1.0"])
def test_a_version_that_is_none_is_one_that_is_gone(join: Callable[..., Any], version: str) -> None:
    member = join()
    assert member.client.post("/my/form/short/", {"version": version, "do": "send", RELAPSE: "2019"}).status_code == 422
    assert answer_count() == 0


def test_more_inputs_than_a_form_has_are_refused(join: Callable[..., Any]) -> None:
    member = join()
    many = {f"relapses.day/relapses-{number}": "2019" for number in range(1, 2_100)}
    assert member.client.post("/my/form/short/", {"version": "1", "do": "send", **many}).status_code == 400
    with pytest.raises(InputProblems):
        save_draft(acting_of(member), "short", many)
    with pytest.raises(InputProblems):
        save_draft(acting_of(member), "short", {"registry.own_words": "x" * 500_000})
    assert (answer_count(), DraftRow.objects.count()) == (0, 0)


def test_own_words_are_words_on_every_page_and_sealed_where_they_lie(
    join: Callable[..., Any], observatory: Instance
) -> None:
    member = join()
    words = "<script>alert('canary')</script>"
    body = {"version": "1", "do": "send", "registry.own_words": words, RELAPSE: "canary date"}
    member.client.post("/my/form/short/", body)
    for path in ("/my/", "/my/told/", "/my/form/short/", "/my/form/long/words/"):
        assert "<script>alert" not in member.client.get(path).content.decode()
    assert words in opened(member.client, "/my/").said
    assert opened(member.client, "/my/form/long/words/").inputs()["registry.own_words"] == words
    for file in observatory.folder.folder.glob("*.sqlite3*"):
        assert b"canary" not in file.read_bytes()


def test_nothing_is_half_written(join: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    member = join()

    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(telling, "_write_draft", fail)
        with pytest.raises(KeyboardInterrupt):
            send_form(acting_of(member), "short", 1, {RELAPSE: "2019"})
    assert (answer_count(), SentForm.objects.count(), RecordAudit.objects.filter(act="told").count()) == (0, 0, 0)


def test_a_draft_outlives_the_session_and_is_one_teller_s_own(helped: Callable[[str], Any]) -> None:
    person, helper, base = helped("fill")
    body = opened(person.client, "/my/form/short/").inputs()
    walking = next(name for name in body if name.startswith("walking.step"))
    body |= {"do": "save", RELAPSE: "May 20", walking: "2"}
    answer = person.client.post("/my/form/short/", body)
    assert answer.headers["Location"] == "/my/form/short/?saved=1"
    assert "Saved." in opened(person.client, "/my/form/short/?saved=1").said
    Session.objects.all().delete()
    assert person.client.get("/my/form/short/").status_code == 302
    later = Client()
    answer = later.post("/account/login/?next=/my/form/short/", {"login": "ann@example.org", "password": PASSWORD})
    assert answer.headers["Location"] == "/my/form/short/"
    page = opened(later, "/my/form/short/")
    assert page.inputs()[RELAPSE] == "May 20"
    assert page.inputs()[walking] == "2"
    assert "did not send" in page.said
    assert "have not sent it yet" in opened(later, "/my/").said
    helper.client.force_login(helper.account)
    assert RELAPSE not in opened(helper.client, f"{base}form/short/").inputs()
    assert answer_count() == 0
    assert DraftRow.objects.count() == 1
    assert RecordAudit.objects.filter(act="wrote a draft").count() == 1


def test_a_script_saves_without_a_page_and_a_box_that_is_not_ticked_any_more_is_empty(join: Callable[..., Any]) -> None:
    member = join()
    save = {"version": "1", "do": "save", RELAPSE: "", f"{RELAPSE}?": "unknown"}
    answer = member.client.post("/my/form/short/", save, headers={"X-Draft": "1"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert draft_of(acting_of(member), "short")[f"{RELAPSE}?"] == "unknown"
    member.client.post("/my/form/short/", {"version": "1", "do": "save", RELAPSE: "2019"}, headers={"X-Draft": "1"})
    assert draft_of(acting_of(member), "short") == {RELAPSE: "2019"}


def test_one_more_episode_is_a_button_that_keeps_what_is_written(join: Callable[..., Any]) -> None:
    member = join()
    path = "/my/form/long/relapses/"
    body = opened(member.client, path).inputs() | {"do": "add:relapses", RELAPSE: "2019"}
    answer = member.client.post(path, body)
    new = answer.headers["Location"].partition("#")[2]
    assert re.fullmatch(r"relapses-\d+", new)
    page = opened(member.client, path)
    assert page.inputs()[RELAPSE] == "2019"
    assert new in page.ids
    assert sent(member.client, path, page).status_code == 302
    # The empty one is passed over, and gone afterwards.
    assert set(values(member.person_id)) == {RELAPSE}
    assert DraftRow.objects.count() == 0
    assert member.client.post(path, body | {"do": "add:hats"}).status_code == 404


def test_who_stopped_cannot_tell_and_can_look(join: Callable[..., Any]) -> None:
    member = join()
    send_form(acting_of(member), "short", 1, {RELAPSE: "May 2019"})
    ConsentRow.objects.update(ended_on=clock.today(), ending="stop")
    for path in ("/my/form/short/", "/my/form/long/", "/my/form/long/me/"):
        answer = member.client.get(path)
        assert answer.status_code == 409
        assert "/my/consent/" in Page(answer.content.decode()).links
    assert member.client.post("/my/form/short/", {"version": "1", "do": "send", RELAPSE: "2020"}).status_code == 409
    checked = send_form(acting_of(member), "short", 1, {RELAPSE: "2020"})
    assert (checked.accepted, dict(checked.drafts)) == ((), {RELAPSE: "2020"})
    assert not save_draft(acting_of(member), "short", {RELAPSE: "2020"})
    assert (answer_count(), DraftRow.objects.count()) == (1, 0)
    said = opened(member.client, "/my/")
    assert "May 2019" in said.said
    assert not any("/form/" in link for link in said.links)


def test_a_helper_who_may_read_sees_all_and_sends_nothing(helped: Callable[[str], Any]) -> None:
    person, helper, base = helped("read")
    send_form(acting_of(person), "short", 1, {RELAPSE: "May 2019"})
    page = opened(helper.client, base)
    assert "May 2019" in page.said
    assert not any("/form/" in link for link in page.links)
    for path in ("form/short/", "form/long/", "form/long/me/", "form/death/"):
        assert helper.client.get(base + path).status_code == 404
        assert helper.client.post(base + path, {"version": "1", "do": "send", RELAPSE: "2020"}).status_code == 404
    acting = acting_for(helper.account, base.split("/")[2])
    assert acting is not None
    with pytest.raises(RuntimeError):
        send_form(acting, "short", 1, {RELAPSE: "2020"})
    with pytest.raises(RuntimeError):
        save_draft(acting, "short", {RELAPSE: "2020"})
    assert answer_count() == 1


def test_a_death_is_told_by_a_helper_alone_and_locks_nothing(helped: Callable[[str], Any]) -> None:
    person, helper, base = helped("fill")
    assert person.client.get("/my/form/death/").status_code == 404
    assert person.client.post("/my/form/death/", {"version": "1", "registry.death_day": "2020"}).status_code == 404
    with pytest.raises(InputProblems):
        send_form(acting_of(person), "death", 1, {"registry.death_day": "2020"})
    path = f"{base}form/death/"
    assert (
        sent(helper.client, path, opened(helper.client, path), **{"registry.death_day": "May 2026"}).status_code == 302
    )
    row = AnswerRow.objects.get()
    assert (row.field, row.value, row.teller) == ("registry.death_day", "2026-05", "delegate")
    assert person.client.post("/my/form/short/", {"version": "1", "do": "send", RELAPSE: "2019"}).status_code == 302


def test_a_form_that_is_not_there_is_not_found(join: Callable[..., Any]) -> None:
    client = join().client
    for path in ("form/hats/", "form/short/me/", "form/long/hats/", "form/long/me/hats/"):
        assert client.get(f"/my/{path}").status_code == 404


def test_what_is_due_follows_from_what_was_told(join: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    member = join()
    day = clock.today()
    due = open_visit_of(member.person_id, day)
    assert due is not None
    assert (due.visit, due.form) == ("baseline", "long")
    assert "counted from the day you joined" in opened(member.client, "/my/").said
    send_form(acting_of(member), "long", 1, {"treatments.start_day/transplant-1": (day - timedelta(90)).isoformat()})
    found = open_visit_of(member.person_id, day)
    assert found is None or found.visit != "baseline"
    then = next_visit_of(member.person_id, day)
    assert then is not None
    page = opened(member.client, "/my/").said
    assert "counted from your transplant" in page
    assert "The next form" in opened(member.client, "/my/told/").said
    send_form(acting_of(member), "long", 1, {"treatments.start_day/transplant-1?": "unknown"})
    assert "do not know the day of your transplant" in opened(member.client, "/my/").said


def test_words_from_a_letter_stand_below_those_told_before(join: Callable[..., Any]) -> None:
    member = join()
    acting = acting_of(member)
    send_form(acting, "long", 1, {"registry.own_words": "Once."})
    send_form(acting, "short", 1, {"registry.own_words": "Twice."}, shown=Shown())
    assert values(member.person_id)["registry.own_words"] == "Once.\n\nTwice."


STRANGE_NAMES = (
    "", "?", "/", "a/b/c", "relapses.day/relapses-0", "relapses.day/relapses-9999999", "relapses.day/../x", "x" * 500,
    "relapses.day/relapses-1\x00", "relapses.day/RELAPSES-1", "<b>", "relapses.day/walking-1", "registry.death_day",
    "relapses.day/relapses-１", "relapses.day",
)  # fmt: skip


@pytest.mark.parametrize("text", ["2019", "\x00'; DROP TABLE records_answerrow; --", "\u202e" * 20_000])
def test_no_name_and_no_text_of_an_input_is_a_fault_of_ours(join: Callable[..., Any], text: str) -> None:
    member = join()
    for name in STRANGE_NAMES:
        body = {"version": "1", "stood": ["x" * 100, "\x00"], "out": ["relapses-1", "?", "\x00"], name: text}
        for do in ("send", "save", "drop"):
            answer = member.client.post("/my/form/short/", body | {"do": do})
            assert answer.status_code in (302, 422), (name, do)
        assert member.client.get("/my/form/short/").status_code == 200
    assert answer_count() == 0


def test_who_stopped_and_came_back_today_can_tell_at_once_and_the_old_stays_out(join: Callable[..., Any]) -> None:
    member = join()
    acting = acting_for_self(member.account)
    raw = {input_name("subjects.sex"): "female"}
    assert send_form(acting, "long", forms()["long"].version, raw).troubles == ()
    withdraw(member.account, erase=False)
    assert [one.words for one in send_form(acting, "long", forms()["long"].version, raw).troubles] == [STOPPED]
    give_consent(member.account, ["research"])
    checked = send_form(acting, "long", forms()["long"].version, {input_name("subjects.course"): "RRMS"})
    assert (checked.troubles, len(checked.accepted)) == ((), 1)
    found = build_cohort(people(), every_answer(), scope="research", on=clock.today() + timedelta(2))
    assert found.cohort.subjects["course"].to_list() == ["RRMS"]
    assert found.cohort.subjects["sex"].to_list() == [None]
