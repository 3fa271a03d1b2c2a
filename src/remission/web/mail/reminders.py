"""Letters about forms that are due: one invitation, two reminders, then silence until the next.

All is worked out from the days on which forms were sent and letters went out (`registry.schedule`), so a clock set back
asks nobody twice. That a letter goes out is written before it waits: a process that dies in between has asked once too
seldom, which the next reminder makes good, and never once too often.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from remission.inputs.problems import InputProblems
from remission.registry.consent import covers
from remission.registry.schedule import BETWEEN_MAILS_DAYS, Due, Mail, mail_due
from remission.web import clock
from remission.web.databases import RECORDS
from remission.web.identities.models import Account, Membership
from remission.web.mail.letters import queue_letter
from remission.web.records.models import AnswerRow, PersonRow, SentForm, SentMail
from remission.web.records.reading import answers_about, answers_without_words, people, person_of
from remission.web.records.visits import filled_on, visits

if TYPE_CHECKING:
    from remission.registry.answers import Answer
    from remission.registry.rows import Person

SHORT: Mapping[Mail, str] = {"invitation": "visit", "reminder": "visit_again"}
# What takes half an hour is filled in where what was written is kept, and not by a link that works once.
LONG = "first_form"
DEATH = "registry.death_day"
Days = Mapping[str, list[date]]


@dataclass(frozen=True)
class Asked:
    """One letter that is due: to whom, about which open form, and whether it is the first about it."""

    person_id: str
    visit: Due
    mail: Mail


def queue_reminders() -> int:
    """Let every letter wait that is due today; how many."""
    today, accounts = clock.today(), _accounts()
    due = [one for one in letters_due(accounts, today) if _written_down(one, today)]
    for one in due:
        queue_letter(kind_of(one), account=accounts[one.person_id], opens=about(one.visit))
    return len(due)


def letters_due(persons: Collection[str], today: date) -> list[Asked]:
    """The letters that are due on a day to some persons; in a handful of queries, however many they are."""
    dead = told_dead()
    asked = [one for one in people() if one.person_id in persons and _may_be_asked(one, dead, today)]
    told = _by_person(answers_about("treatments"))
    forms, mails = _days(SentForm), _days(SentMail)
    open_now = ((one, _open_visit(one, told[one.person_id], forms[one.person_id], today)) for one in asked)
    return [
        Asked(one.person_id, visit, mail)
        for one, visit in open_now
        if visit is not None and (mail := mail_due(visit, mails[one.person_id], today))
    ]


def visit_to_ask(person_id: str, today: date) -> Due | None:
    """The form of a person that is open on a day, if they may be written to: asked again when a letter is sent."""
    try:
        person = person_of(person_id)
    except PersonRow.DoesNotExist:
        return None
    if not _may_be_asked(person, told_dead(), today):
        return None
    return _open_visit(person, answers_without_words(person_id), filled_on(person_id), today)


def kind_of(asked: Asked) -> str:
    """The kind of letter that asks for a form."""
    return SHORT[asked.mail] if asked.visit.form == "short" else LONG


def about(visit: Due) -> str:
    """A visit as a letter names it: which one, its form, and the last day on which that is open."""
    return f"{visit.visit} {visit.form} {visit.closes_on}"


def told_dead() -> frozenset[str]:
    """Persons of whom a helper told that they died, and who have told nothing themselves since.

    Nothing is locked by it. Whoever is told dead and is not ends it by sending any form.
    """
    last = {one: (row, state) for one, row, state in _of_death()}
    # Taken back, it says that nobody asked.
    told = {one: row for one, (row, state) in last.items() if state != "not_asked"}
    own = AnswerRow.objects.filter(person_id__in=list(told), teller="self")
    since = dict(own.values_list("person_id").annotate(Max("row")))
    return frozenset(person for person, row in told.items() if since.get(person, 0) < row)


def _of_death() -> Iterable[tuple[str, int, str]]:
    return AnswerRow.objects.filter(field=DEATH).order_by("row").values_list("person_id", "row", "state")


def _may_be_asked(person: Person, dead: Collection[str], today: date) -> bool:
    return person.person_id not in dead and covers(person.consents, "contact", today)


def _open_visit(person: Person, answers: Sequence[Answer], forms: Sequence[date], today: date) -> Due | None:
    try:
        return visits(person, answers, forms, today).now
    except InputProblems:
        # One record that contradicts itself must not cost everybody else their letters.
        return None


def _accounts() -> dict[str, Account]:
    """The account of each person that takes letters about visits."""
    members = Membership.objects.filter(account__is_active=True, account__nomail=None).select_related("account")
    return {one.person_id: one.account for one in members}


def _written_down(one: Asked, today: date) -> bool:
    """Write down that a letter goes out, unless another process did: SQLite lets one at a time read and write here."""
    near = timedelta(BETWEEN_MAILS_DAYS)
    with transaction.atomic(using=RECORDS):
        mails = SentMail.objects.filter(person_id=one.person_id, sent_on__gt=today - near, sent_on__lt=today + near)
        if mails.exists() or not PersonRow.objects.filter(person_id=one.person_id).exists():
            return False
        SentMail.objects.create(person_id=one.person_id, visit=one.visit.visit, sent_on=today)
    return True


def _days(model: type[SentForm] | type[SentMail]) -> Days:
    found: dict[str, list[date]] = defaultdict(list)
    for person_id, day in model._default_manager.values_list("person_id", "sent_on"):
        found[person_id].append(day)
    return found


def _by_person(answers: Iterable[Answer]) -> Mapping[str, list[Answer]]:
    found: dict[str, list[Answer]] = defaultdict(list)
    for one in answers:
        found[one.person_id].append(one)
    return found
