"""Rows of the database read as the plain rows of `registry`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from remission.registry.answers import Answer, State, Teller
from remission.registry.consent import Consent, Ending, Scope
from remission.registry.rows import Person
from remission.web.instance import instance
from remission.web.records.models import AnswerRow, ConsentRow, PersonRow


def person_of(person_id: str) -> Person:
    """A person with their consents; PersonRow.DoesNotExist where there is none."""
    return _person(PersonRow.objects.prefetch_related("consentrow_set").get(person_id=person_id))


def people() -> list[Person]:
    """Everybody of the registry with their consents."""
    return [_person(row) for row in PersonRow.objects.prefetch_related("consentrow_set").order_by("person_id")]


def answers_of_person(person_id: str) -> list[Answer]:
    """Everything that one person told, in the order of its rows, own words unsealed."""
    return _answers(AnswerRow.objects.filter(person_id=person_id).select_related("person").order_by("row"))


def answers_without_words(person_id: str) -> list[Answer]:
    """Everything that one person told, in the order of its rows, but for what is in own words: no key is opened."""
    return _answers(AnswerRow.objects.filter(person_id=person_id).order_by("row"), unseal=False)


def every_answer() -> list[Answer]:
    """Everything that everybody told, but for what is in own words: no cohort carries it, so no key is opened."""
    return _answers(AnswerRow.objects.order_by("row").iterator(), unseal=False)


def answers_about(table: str) -> list[Answer]:
    """Everything that everybody told about one table, with nothing unsealed."""
    return _answers(AnswerRow.objects.filter(field__startswith=f"{table}.").order_by("row").iterator(), unseal=False)


def consents_of(person_id: str) -> list[Consent]:
    """Every consent of a person, the first first."""
    return [_consent(row) for row in ConsentRow.objects.filter(person_id=person_id).order_by("given_on", "consent_id")]


def _person(row: PersonRow) -> Person:
    consents = sorted(row.consentrow_set.all(), key=lambda one: (one.given_on, one.consent_id))
    return Person(row.person_id, row.registered_on, tuple(map(_consent, consents)))


def _consent(row: ConsentRow) -> Consent:
    return Consent(
        row.consent_id, row.person_id, row.version, cast(tuple[Scope, ...], tuple(row.scopes.split())), row.given_on,
        row.ended_on, cast(Ending, row.ending) or None,
    )  # fmt: skip


def _answers(rows: Iterable[AnswerRow], *, unseal: bool = True) -> list[Answer]:
    return [_answer(row, _words(row) if unseal else "") for row in rows]


def _words(row: AnswerRow) -> str:
    return "" if row.sealed is None else instance().keyring.unseal(bytes(row.person.wrapped_key), bytes(row.sealed))


def _answer(row: AnswerRow, words: str) -> Answer:
    # Sealed and not opened, it is still an answer in own words: what it says nobody asks.
    value = row.value if row.sealed is None else words or "(sealed)"
    return Answer(
        row.answer_id, row.person_id, row.field, value, cast(State, row.state), row.episode, row.told_on,
        row.recorded_on, row.replaces or None, row.consent_version, row.form_version, cast(Teller, row.teller),
    )  # fmt: skip
