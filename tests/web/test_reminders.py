"""Who is written to about a form that is due: once, twice more, then nobody; whatever the clock and the power do."""

from __future__ import annotations

import time as stopwatch
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from remission.registry.answers import Answer
from remission.web import clock
from remission.web.acts.telling import send_form
from remission.web.identities.models import Letter, Ticket
from remission.web.ids import new_id
from remission.web.instance import Instance
from remission.web.mail import reminders
from remission.web.mail.letters import message_of
from remission.web.mail.reminders import letters_due, queue_reminders, told_dead
from remission.web.mail.sending import send_waiting
from remission.web.mail.stopping import begin_mail, stop_mail
from remission.web.records.models import ConsentRow, PersonRow, SentForm, SentMail
from remission.web.records.writing import write_answers, write_person
from remission.web.roles import Acting, acting_for_self

BEGAN = date(2026, 3, 2)
DAY_100 = BEGAN + timedelta(100)


class Calendar:
    """A day that a test chooses."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.day = BEGAN
        monkeypatch.setattr(clock, "today", lambda: self.day)
        monkeypatch.setattr(clock, "now", lambda: datetime(self.day.year, self.day.month, self.day.day, 9, tzinfo=UTC))


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Calendar:
    return Calendar(monkeypatch)


@pytest.fixture
def member(join: Callable[..., Any], calendar: Calendar) -> Any:
    """Somebody who registered on the first day, and whose first form was sent then."""
    one = join()
    PersonRow.objects.update(registered_on=BEGAN)
    ConsentRow.objects.update(given_on=BEGAN)
    SentForm.objects.create(person_id=one.person_id, form="long", sent_on=BEGAN)
    return one


def days_of_mail(calendar: Calendar, last: int) -> list[int]:
    """The days since the beginning on which a letter was queued, a run on each of so many days."""
    found = []
    for day in range(last):
        calendar.day = BEGAN + timedelta(day)
        found += [day] * queue_reminders()
    return found


def test_one_invitation_two_reminders_then_silence(member: Any, calendar: Calendar) -> None:
    assert days_of_mail(calendar, 170) == [100, 114, 128]
    assert [one.kind for one in Letter.objects.order_by("made_at")] == ["visit", "visit_again", "visit_again"]


def test_the_first_form_is_asked_for_where_what_is_written_is_kept(
    join: Callable[..., Any], calendar: Calendar
) -> None:
    member = join()
    PersonRow.objects.update(registered_on=BEGAN)
    ConsentRow.objects.update(given_on=BEGAN)
    assert days_of_mail(calendar, 60) == [0, 14, 28]
    calendar.day = BEGAN
    message = message_of(Letter.objects.filter(account=member.account).first())
    assert message is not None
    assert "http://localhost:8000/my/form/long/\n" in message.body
    assert not Ticket.objects.filter(opens="visit").exists()


def test_a_clock_set_back_asks_nobody_twice(member: Any, calendar: Calendar) -> None:
    calendar.day = DAY_100
    assert queue_reminders() == 1
    for back in (1, 3, 30, 99):
        calendar.day = DAY_100 - timedelta(back)
        assert queue_reminders() == 0
    calendar.day = DAY_100
    assert queue_reminders() == 0


def test_who_sent_the_form_is_asked_no_more(member: Any, calendar: Calendar) -> None:
    calendar.day = DAY_100
    queue_reminders()
    SentForm.objects.create(person_id=member.person_id, form="short", sent_on=DAY_100 + timedelta(1))
    calendar.day = DAY_100 + timedelta(14)
    assert queue_reminders() == 0


@pytest.mark.parametrize("scopes", ["research aggregates", ""])
def test_without_leave_to_be_written_to_nobody_is(member: Any, calendar: Calendar, scopes: str) -> None:
    ConsentRow.objects.update(scopes=scopes)
    assert days_of_mail(calendar, 130) == []


def test_who_stopped_is_not_written_to_and_a_letter_that_waits_is_dropped(member: Any, calendar: Calendar) -> None:
    calendar.day = DAY_100
    assert queue_reminders() == 1
    ConsentRow.objects.update(ended_on=DAY_100, ending="stop")
    assert send_waiting() == 0
    assert Letter.objects.get().failed == "not wanted"
    calendar.day = DAY_100 + timedelta(14)
    assert queue_reminders() == 0


def test_a_form_that_came_while_the_letter_waited_makes_it_unwanted(member: Any, calendar: Calendar) -> None:
    calendar.day = DAY_100
    queue_reminders()
    SentForm.objects.create(person_id=member.person_id, form="short", sent_on=DAY_100)
    assert send_waiting() == 0
    assert not Ticket.objects.filter(opens="visit").exists()


def test_who_wants_no_letters_gets_none_until_they_do(member: Any, calendar: Calendar) -> None:
    stop_mail(member.account, "asked")
    assert days_of_mail(calendar, 110) == []
    begin_mail(member.account)
    assert queue_reminders() == 1


def tell_death(member: Any, on: date, state: str = "told", replaces: str = "") -> str:
    """A helper tells of a death, as the form does."""
    name, value = new_id(), "2026" if state == "told" else ""
    told = ("registry.death_day", value, state, "", on, on)
    row = Answer(name, member.person_id, *told, replaces or None, "1", "death-1", "delegate")
    write_answers([row])
    return name


@pytest.mark.parametrize("state", ["told", "unknown"])
def test_a_death_told_by_a_helper_stops_letters_and_locks_nothing(member: Any, calendar: Calendar, state: str) -> None:
    calendar.day = DAY_100
    queue_reminders()
    tell_death(member, DAY_100, state)
    assert told_dead() == {member.person_id}
    # Not even the one that waits.
    assert send_waiting() == 0
    calendar.day = DAY_100 + timedelta(14)
    assert queue_reminders() == 0
    assert member.client.get("/my/").status_code == 200
    # Who is told dead and is not: whatever they tell themselves ends it.
    acting = acting_for_self(member.account)
    assert isinstance(acting, Acting)
    checked = send_form(acting, "short", 1, {"registry.own_words": "I am here"})
    assert checked.accepted
    assert told_dead() == frozenset()


def test_a_death_that_was_taken_back_is_none(member: Any, calendar: Calendar) -> None:
    first = tell_death(member, BEGAN)
    tell_death(member, BEGAN, "not_asked", first)
    assert told_dead() == frozenset()


def test_a_death_in_between_asks_at_most_once(member: Any, calendar: Calendar, monkeypatch: pytest.MonkeyPatch) -> None:
    calendar.day = DAY_100
    with monkeypatch.context() as patch:
        patch.setattr(reminders, "queue_letter", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            queue_reminders()
    assert SentMail.objects.count() == 1
    assert queue_reminders() == 0
    calendar.day = DAY_100 + timedelta(14)
    assert queue_reminders() == 1


def test_two_runners_ask_once(member: Any, calendar: Calendar) -> None:
    due = letters_due({member.person_id}, DAY_100)
    assert len(due) == 1
    assert [reminders._written_down(due[0], DAY_100) for _ in range(3)] == [True, False, False]


def test_one_record_that_contradicts_itself_costs_nobody_else_a_letter(
    member: Any, join: Callable[..., Any], calendar: Calendar
) -> None:
    other = join("bob@example.org")
    told = ("treatments.therapy", "hsct", "told", "e1", BEGAN, BEGAN)
    row = Answer(new_id(), other.person_id, *told, "not there", "1", "long-1", "self")
    write_answers([row])
    calendar.day = DAY_100
    assert [one.person_id for one in letters_due({member.person_id, other.person_id}, DAY_100)] == [member.person_id]


def test_the_day_of_a_transplant_moves_the_letters_with_it(member: Any, calendar: Calendar) -> None:
    told = {"treatments.therapy": "hsct", "treatments.start_day": "2026-02-20"}
    rows = [
        Answer(new_id(), member.person_id, field, value, "told", "e1", BEGAN, BEGAN, None, "1", "long-1", "self")
        for field, value in told.items()
    ]
    write_answers(rows)
    assert days_of_mail(calendar, 100)[0] == 90


def test_so_many_queries_however_many_people(observatory: Instance, calendar: Calendar) -> None:
    def queries(number: int) -> tuple[int, float]:
        for _ in range(number):
            write_person(new_id(), BEGAN)
        persons = list(PersonRow.objects.values_list("person_id", flat=True))
        ConsentRow.objects.all().delete()
        given = {"version": "1", "scopes": "contact", "given_on": BEGAN}
        ConsentRow.objects.bulk_create(ConsentRow(consent_id=new_id(), person_id=one, **given) for one in persons)
        began = stopwatch.perf_counter()
        with CaptureQueriesContext(connections["records"]) as asked:
            assert len(letters_due(set(persons), DAY_100)) == len(persons)
        return len(asked), stopwatch.perf_counter() - began

    few, _ = queries(5)
    many, seconds = queries(300)
    assert many == few <= 8
    assert seconds < 5
