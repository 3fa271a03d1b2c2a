"""Plain rows of `registry` written as rows of the database; own words sealed under the key of their person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from remission.registry.schema import fields
from remission.web.instance import instance
from remission.web.records.models import AnswerRow, ConsentRow, PersonRow

if TYPE_CHECKING:
    from datetime import date

    from remission.registry.answers import Answer
    from remission.registry.consent import Consent


def write_person(person_id: str, registered_on: date) -> PersonRow:
    """The row of a person with a new key; the one that is there, where there is one."""
    made, _ = PersonRow.objects.get_or_create(
        person_id=person_id,
        defaults={"registered_on": registered_on, "wrapped_key": instance().keyring.new_person_key()},
    )
    return made


def write_consent(one: Consent) -> None:
    """A consent, or the end of one that is there."""
    ConsentRow.objects.update_or_create(
        consent_id=one.consent_id,
        defaults={
            "person_id": one.person_id, "version": one.version, "scopes": " ".join(one.scopes),
            "given_on": one.given_on, "ended_on": one.ended_on, "ending": one.ending or "",
        },
    )  # fmt: skip


def write_answers(answers: Sequence[Answer]) -> None:
    """Answers of one person, added after those that are there."""
    if answers:
        key = bytes(PersonRow.objects.get(person_id=answers[0].person_id).wrapped_key)
        AnswerRow.objects.bulk_create([_row(one, key) for one in answers])


def _row(one: Answer, key: bytes) -> AnswerRow:
    own = fields()[one.field].in_own_words and one.value != ""
    return AnswerRow(
        answer_id=one.answer_id, person_id=one.person_id, field=one.field, value="" if own else one.value,
        sealed=instance().keyring.seal(key, one.value) if own else None, state=one.state, episode=one.episode,
        told_on=one.told_on, recorded_on=one.recorded_on, replaces=one.replaces or "",
        consent_version=one.consent_version, form_version=one.form_version, teller=one.teller,
    )  # fmt: skip
