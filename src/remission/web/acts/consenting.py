"""Agreeing: to each use apart, one consent at a time; a new one takes the place of the one before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from django.db import IntegrityError, transaction

from remission.inputs.problems import InputProblems, Problem
from remission.registry.consent import SCOPES, Consent, Scope
from remission.registry.consent_texts import shown_on
from remission.web.acts.days import day_of, day_of_consent
from remission.web.acts.joining import join_registry
from remission.web.audit.chain import note, noting
from remission.web.databases import RECORDS
from remission.web.erased import erased
from remission.web.identities.models import Account, Membership
from remission.web.ids import new_id
from remission.web.records.models import ConsentRow
from remission.web.records.reading import consents_of
from remission.web.records.writing import write_consent, write_person

ADULT = "adult"
YES, NO = "yes", "no"
# What is said beside a question that has no answer yet.
CHOOSE = "Please choose yes or no."
ADULTS_ONLY = "Please tick this if it is true. This site is for adults only."


def asked_again(said: Mapping[str, str], *, joins: bool) -> dict[str, str]:
    """What is still to be answered on the page of the consent, by the name of the input, in words.

    Nothing is chosen beforehand, so each use must be answered; whoever joins says that they are an adult.

    >>> asked_again({"research": "yes", "aggregates": "no", "contact": ""}, joins=False)
    {'contact': 'Please choose yes or no.'}
    """
    found: dict[str, str] = {scope: CHOOSE for scope in SCOPES if said.get(scope) not in (YES, NO)}
    return found if not joins or said.get(ADULT) == YES else {**found, ADULT: ADULTS_ONLY}


def chosen(said: Mapping[str, str]) -> tuple[Scope, ...]:
    """The uses that were agreed to.

    >>> chosen({"research": "yes", "aggregates": "no", "contact": "yes"})
    ('research', 'contact')
    """
    return tuple(scope for scope in SCOPES if said.get(scope) == YES)


def give_consent(account: Account, scopes: Sequence[Scope]) -> str:
    """Agree to some uses: begins the record where there is none, else takes the place of the consent before.

    The random name of the person. InputProblems for an account that runs the place or checks it, for a use that is not
    offered, and where another consent would hold beside this one.
    """
    _check(account, scopes)
    wanted = tuple(scope for scope in SCOPES if scope in scopes)
    if not Membership.objects.filter(account=account).exists():
        try:
            return join_registry(account, wanted)
        except IntegrityError:
            # Sent twice at once, as a tired hand does: the other one was first.
            pass
    person_id = Membership.objects.get(account=account).person_id
    _agree(account, person_id, wanted)
    return person_id


def active_consent_of(person_id: str) -> Consent | None:
    """The consent that has not ended; None after stopping. It may hold from tomorrow only."""
    return next((one for one in consents_of(person_id) if one.ended_on is None), None)


def latest_consent_of(person_id: str) -> Consent | None:
    """The consent that a person gave last, ended or not; of several of one day the one that the others made way for."""
    every = consents_of(person_id)
    return max(every, key=lambda one: (one.given_on, one.ended_on or date.max, one.ending != "replaced"), default=None)


def active_version(person_id: str) -> str | None:
    """The version of the consent under which this person tells something now; None: nothing may be written."""
    found = active_consent_of(person_id)
    return None if found is None else found.version


def _agree(account: Account, person_id: str, scopes: tuple[Scope, ...]) -> None:
    with noting("records"):
        if person_id in erased():
            raise InputProblems(_problem("a record that was erased", "a record that is there", "Sign up anew."))
        before, text = active_consent_of(person_id), shown_on(day_of(person_id))
        version, day = text.version, max(day_of_consent(person_id), text.from_date)
        if before is not None and (before.version, before.scopes) == (version, scopes):
            return
        write_person(person_id, day)
        if before is not None:
            write_consent(replace(before, ended_on=day, ending="replaced"))
        _write(Consent(new_id(), person_id, version, scopes, day))
        act = "consented" if before is None else "changed consent"
        note("records", act, actor=account.actor, person=person_id, detail=f"consent {version}")


def _write(one: Consent) -> None:
    """A new consent; in words where the database refuses it, for one that has not ended stands beside it."""
    try:
        with transaction.atomic(using=RECORDS):
            write_consent(one)
    except IntegrityError:
        if not ConsentRow.objects.filter(person=one.person_id, ended_on=None).exists():
            raise
        found = "a consent beside one that has not ended"
        raise InputProblems(_problem(found, "one consent at a time", "End the earlier one first.")) from None


def _check(account: Account, scopes: Sequence[Scope]) -> None:
    if account.duty:
        found, allowed = "an account that runs or checks this observatory", "an account without a duty"
        raise InputProblems(_problem(found, allowed, "Sign up with another address for a record of your own."))
    if strange := sorted(set(scopes) - set(SCOPES)):
        raise InputProblems(_problem(f"the use {', '.join(strange)}", ", ".join(SCOPES), "Correct it."))


def _problem(found: str, allowed: str, do: str) -> Problem:
    return Problem.of_file("consent", found=found, allowed=allowed, do=do)
