"""Killed at any moment: nothing that was acknowledged is lost, and both databases belong together after the next start.

A child does acts in a loop and says what is done. It is killed (SIGKILL) again and again, and each time what it left is
made ready as a server does at its start. REMISSION_LONG=1 kills 200 times.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import connections

from made_up.mortal import CHILD
from remission.registry.consent import check_consents
from remission.web.acts import intents
from remission.web.acts.joining import join_registry
from remission.web.audit.chain import CHAINS
from remission.web.audit.verify import verify
from remission.web.databases import IDENTITIES, RECORDS
from remission.web.erased import erased
from remission.web.identities.models import Account, Intent, Membership
from remission.web.instance import Instance
from remission.web.records.models import AnswerRow, ConsentRow, PersonRow
from remission.web.records.reading import people
from remission.web.serving.prepare import prepare

KILLS = 200 if os.environ.get("REMISSION_LONG") == "1" else 8
LONGEST_LIFE = 1.2


@dataclass
class Said:
    """What the children acknowledged, over all their lives."""

    accounts: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    scopes: set[tuple[str, str]] = field(default_factory=set)
    answers: dict[str, set[str]] = field(default_factory=dict)
    begun: dict[str, tuple[str, str]] = field(default_factory=dict)
    stopped: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    acts: int = 0

    def hear(self, words: list[str]) -> None:
        """Take in one acknowledgement."""
        self.acts += words[0] != "begun"
        match words:
            case ["account", actor]:
                self.accounts.add(actor)
            case ["agreed", person, scopes]:
                self.people.add(person)
                self.scopes.add((person, scopes))
                self.stopped.discard(person)
            case ["told", person, answer]:
                self.answers.setdefault(person, set()).add(answer)
            case ["begun", person, act, actor]:
                self.begun[person] = (act, actor)
            case ["stop", person, _]:
                self.stopped.add(person)
                self.begun.pop(person)
            case ["erase", person, actor]:
                self.erased.add(person)
                self.closed.add(actor)
                self.begun.pop(person)


def lives(folder: Path, seed: int, dice: random.Random) -> Iterator[list[str]]:
    """What one child said before it was killed; a line that was cut is no acknowledgement."""
    paths = os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])
    settings = {"REMISSION_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "remission.web.settings", "PYTHONPATH": paths}
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD.format(seed=seed)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **settings},
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stderr is not None
    first = child.stdout.readline()
    time.sleep(dice.random() * LONGEST_LIFE)
    assert child.poll() is None, child.stderr.read()
    child.kill()
    for line in (first + child.stdout.read()).splitlines(keepends=True):
        if line.endswith("\n"):
            yield line.rstrip("\n").split("\t")
    child.wait()
    child.stdout.close()
    child.stderr.close()


def test_nothing_acknowledged_is_lost_and_nothing_is_half_done(observatory: Instance) -> None:
    dice, said, unfinished = random.Random(9), Said(), 0
    for number in range(KILLS):
        for words in lives(observatory.folder.folder, number, dice):
            said.hear(words)
        unfinished += prepare()
        _check(said)
    print(f"{KILLS} kills, {said.acts} acts acknowledged, {unfinished} finished at the next start")
    assert said.acts > KILLS


def _check(said: Said) -> None:
    for one in (IDENTITIES, RECORDS):
        with connections[one].cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchall() == [("ok",)]
            cursor.execute("PRAGMA foreign_key_check")
            assert cursor.fetchall() == []
    assert not Intent.objects.exists()
    registered = set(PersonRow.objects.values_list("person_id", flat=True))
    assert set(Membership.objects.values_list("person_id", flat=True)) == registered
    check_consents([one for person in people() for one in person.consents])
    # What was begun and not acknowledged may have come about or not; but it is one of the two, and whole.
    for person, (act, actor) in list(said.begun.items()):
        _settle(said, person, act, actor)
    assert said.people - said.erased <= registered
    assert not said.erased & registered
    assert said.erased <= erased()
    accounts = set(Account.objects.values_list("actor", flat=True))
    assert said.accounts - said.closed <= accounts
    assert not said.closed & accounts
    for person, answers in said.answers.items():
        kept = set(AnswerRow.objects.filter(person=person).values_list("answer_id", flat=True))
        assert kept >= answers if person not in said.erased else not kept
    for person in said.people - said.erased:
        active = ConsentRow.objects.filter(person=person, ended_on=None)
        assert active.exists() != (person in said.stopped)
    for person, scopes in said.scopes:
        assert person in said.erased or ConsentRow.objects.filter(person=person, scopes=scopes).exists()
    assert [chain for chain in CHAINS if not verify(chain).whole] == []


def _settle(said: Said, person: str, act: str, actor: str) -> None:
    """What became of an act that was begun: whether it came about is seen by one row, and checked by all."""
    done = (
        not PersonRow.objects.filter(person_id=person).exists() if act == "erase"
        else not ConsentRow.objects.filter(person=person, ended_on=None).exists()
    )  # fmt: skip
    del said.begun[person]
    if done and act == "erase":
        said.erased.add(person)
        said.closed.add(actor)
    elif done:
        said.stopped.add(person)


def test_an_intent_that_nobody_finishes_is_found(observatory: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check sees what it is for: a start that finishes nothing leaves what it must not."""
    account = Account.objects.create_user("ann@example.org")
    with monkeypatch.context() as patch:
        patch.setitem(intents._ACTS, "join", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            join_registry(account, ())
    with pytest.raises(AssertionError):
        _check(Said())
    prepare()
    _check(Said())
