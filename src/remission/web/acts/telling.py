"""Somebody sends a form, or what they wrote so far is kept: answers, draft and the note of it in one transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from remission.inputs.problems import InputProblems, Problem
from remission.registry.answers import Answer, check_told, current
from remission.registry.consent import Consent, active_consent
from remission.registry.forms.check import BORN, Checked, Trouble, check_sent
from remission.registry.forms.form import forms
from remission.registry.forms.standing import TAKEN_BACK, Shown, anew, overlaid, place_named, question_at
from remission.registry.forms.telling import Telling, answers_of
from remission.web.acts.days import day_of
from remission.web.audit.chain import note, noting
from remission.web.clock import now
from remission.web.ids import new_id
from remission.web.instance import instance
from remission.web.records.models import DraftRow, PersonRow, SentForm
from remission.web.records.reading import answers_of_person, consents_of
from remission.web.records.writing import write_answers

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from remission.web.roles import Acting

STOPPED = (
    "You have stopped your consent. So we can keep nothing new. You can still look at all that you told, and take it "
    "with you."
)
# A form has fewer inputs than this, however many relapses; more is no person.
MOST_INPUTS, MOST_LETTERS = 2_000, 400_000


@dataclass(frozen=True, repr=False)
class Draft:
    """What somebody wrote and has not sent, by the names of the inputs, and when it was last saved."""

    raw: Mapping[str, str]
    saved_at: datetime | None = None


def send_form(
    acting: Acting,
    form_name: str,
    version: int,
    raw: Mapping[str, str],
    *,
    told_on: date | None = None,
    shown: Shown | None = None,
) -> Checked:
    """Keep what a form says: what is right becomes rows, what is not stays a draft, and nothing is kept twice.

    `shown` says what the form showed of the record; without it each answer is taken as it is.
    """
    _must_fill(acting)
    day = day_of(acting.person_id)
    with noting("records"):
        consent = consent_now(acting.person_id)
        if consent is None:
            return Checked((), (Trouble("", "", STOPPED),), dict(raw))
        before = answers_of_person(acting.person_id)
        checked = sent = check_sent(form_name, version, raw, today=day, birth_year=birth_year_of(before))
        form = forms().get(form_name)
        # Of a version that is gone nothing is taken, so nothing is taken back either.
        if form is not None and form.version == version and shown is not None:
            checked = anew(form, checked, raw, before, shown)
        telling = Telling(acting.person_id, told_on or day, day, consent.version, acting.teller)
        rows = answers_of(checked, form, telling, before, new_id) if form else ()
        _keep(acting, form_name, rows, told=bool(sent.accepted or checked.accepted), day=day)
        _write_draft(acting, form_name, _unsent(draft_of(acting, form_name), raw, shown) | dict(checked.drafts))
    return checked


def save_draft(acting: Acting, form_name: str, raw: Mapping[str, str]) -> bool:
    """Keep what somebody wrote so far, as typed, beside what they wrote on other pages of the form.

    False where the person's consent is stopped: then nothing is kept.
    """
    _must_fill(acting)
    with noting("records"):
        if consent_now(acting.person_id) is None:
            return False
        old = draft_of(acting, form_name)
        _write_draft(acting, form_name, overlaid(old, raw))
        if not old:
            # Once, and not at every saving: what a person reads of the audit should be what was done.
            note("records", "wrote a draft", actor=acting.account.actor, person=acting.person_id, detail=form_name)
    return True


def drop_left(acting: Acting, form_name: str) -> None:
    """Leave out of a draft what belongs to questions that the form has no more: the person has seen it."""
    _must_fill(acting)
    form = forms()[form_name]
    with noting("records"):
        old = draft_of(acting, form_name)
        _write_draft(
            acting, form_name, {name: text for name, text in old.items() if question_at(form, place_named(name))}
        )


def draft_of(acting: Acting, form_name: str) -> dict[str, str]:
    """What this teller wrote into a form of this record and has not sent, as typed; empty where there is none."""
    return dict(saved_draft(acting, form_name).raw)


def saved_draft(acting: Acting, form_name: str) -> Draft:
    """The same with when it was saved."""
    row = _drafts(acting, form_name).select_related("person").first()
    if row is None:
        return Draft({})
    text = instance().keyring.unseal(bytes(row.person.wrapped_key), bytes(row.sealed))
    return Draft(json.loads(text), row.saved_at)


def consent_now(person_id: str) -> Consent | None:
    """The consent under which something can be told now; None once it is stopped.

    On the day on which something is told by this person: whoever stopped and came back today tells from tomorrow on.
    """
    return active_consent(consents_of(person_id), day_of(person_id))


def birth_year_of(answers: Sequence[Answer]) -> int | None:
    """The year of birth that stands; None where none was told."""
    found = (one for one in current(answers) if one.field == BORN and one.state == "told")
    return next((int(one.value) for one in found), None)


def _keep(acting: Acting, form_name: str, rows: Sequence[Answer], *, told: bool, day: date) -> None:
    check_told(rows)
    write_answers(rows)
    if told:
        # Once a day: the schedule asks on which days a form came, and a long one comes in parts.
        SentForm.objects.get_or_create(person_id=acting.person_id, form=form_name, sent_on=day)
    if rows:
        back = sum(one.state == TAKEN_BACK for one in rows)
        changed = sum(one.replaces is not None for one in rows) - back
        detail = f"{rows[0].form_version}: {len(rows) - changed - back} new, {changed} changed, {back} taken back"
        note("records", "told", actor=acting.account.actor, person=acting.person_id, detail=detail)


def _must_fill(acting: Acting) -> None:
    if not acting.fills:
        raise RuntimeError("who may only read was let send something: please report this")


def _unsent(draft: Mapping[str, str], raw: Mapping[str, str], shown: Shown | None) -> dict[str, str]:
    """A draft without the questions that were sent now, and without episodes that were taken out."""
    sent, out = {place_named(name) for name in raw}, shown.out if shown else frozenset()
    places = {name: place_named(name) for name in draft}
    return {name: draft[name] for name, place in places.items() if place not in sent and place.episode not in out}


def _drafts(acting: Acting, form_name: str) -> QuerySet[DraftRow]:
    return DraftRow.objects.filter(person_id=acting.person_id, actor=acting.account.actor, form=form_name)


def _write_draft(acting: Acting, form_name: str, raw: Mapping[str, str]) -> None:
    if len(raw) > MOST_INPUTS or sum(map(len, raw.values())) > MOST_LETTERS:
        allowed = f"at most {MOST_INPUTS:,} inputs and {MOST_LETTERS:,} letters"
        raise InputProblems(Problem.of_file("draft", found="more than a form holds", allowed=allowed, do="Send less."))
    if not raw:
        _drafts(acting, form_name).delete()
        return
    key = bytes(PersonRow.objects.get(person_id=acting.person_id).wrapped_key)
    sealed = instance().keyring.seal(key, json.dumps(dict(raw)))
    DraftRow.objects.update_or_create(
        person_id=acting.person_id, actor=acting.account.actor, form=form_name,
        defaults={"sealed": sealed, "saved_at": now()},
    )  # fmt: skip
