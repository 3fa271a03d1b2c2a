"""Lives of people in a registry, in any order, against a model that knows no row: who is in a cohort, who sees what.

The model below shares no code with the acts: of each person it keeps what they told since they last stopped, and what
they agree to now. REMISSION_LONG=1 takes 50,000 steps.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from django.db import connections
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, rule, run_state_machine_as_test

from made_up.web_people import delegation, tell
from remission.inputs.problems import InputProblems
from remission.registry.cohort import build_cohort
from remission.registry.consent import SCOPES, check_consents
from remission.registry.consent_texts import versions
from remission.web import clock
from remission.web.acts import intents
from remission.web.acts.consenting import give_consent
from remission.web.acts.intents import finish_intents
from remission.web.acts.withdrawing import withdraw
from remission.web.audit.chain import CHAINS
from remission.web.audit.verify import verify
from remission.web.identities.models import Account, Delegation, Intent, Membership
from remission.web.instance import Instance
from remission.web.records.models import AnswerRow, ConsentRow, DraftRow, PersonRow
from remission.web.records.reading import every_answer, people
from remission.web.roles import acting_for, acting_for_self

LONG = os.environ.get("REMISSION_LONG") == "1"
LIVES, STEPS, FEWEST = (250, 40, 50_000) if LONG else (25, 30, 300)
BEGIN = date(2026, 3, 2)
# Beyond every day that a life reaches: what is known by then is all that is known.
AT_LAST = date(2036, 1, 1)


@dataclass
class Somebody:
    """What the model keeps of an account: its record, what it agrees to, and what it told since it last stopped."""

    account: Account
    person_id: str = ""
    agrees: frozenset[str] | None = None
    usable: list[str] = field(default_factory=list)
    taken_back: list[str] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)
    closed: bool = False


@dataclass
class Help:
    """That one helps another."""

    name: str
    whose: Somebody
    helper: Somebody
    fills: bool
    open: bool = True


class Lives(RuleBasedStateMachine):
    """Accounts that agree, tell, help, stop, come back and are erased, while the clock goes on and is set back."""

    new: Callable[[], AbstractContextManager[Instance]]
    steps = 0
    accounts = Bundle("accounts")
    helps = Bundle("helps")

    def __init__(self) -> None:
        """An observatory of its own, at the beginning of its time."""
        super().__init__()
        self.serving = type(self).new()
        self.home = self.serving.__enter__().folder
        for one in connections.all():
            # No power is cut here, and a disk that is waited for at each step makes fewer lives.
            one.cursor().execute("PRAGMA synchronous = OFF")
        self.day, self.numbers, self.everybody, self.helping = BEGIN, iter(range(10**6)), [], []
        self.before, self.late = clock.now, []
        clock.now = lambda: datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=UTC)

    def teardown(self) -> None:
        """The chains are whole, and nothing was left half done."""
        try:
            for scope in ("research", "aggregates"):
                self.use(scope)
            assert [chain for chain in CHAINS if not verify(chain).whole] == []
            assert not Intent.objects.exists()
        finally:
            clock.now = self.before
            self.serving.__exit__(None, None, None)
            shutil.rmtree(self.home.folder)

    @initialize(target=accounts)
    def first(self) -> Somebody:
        """There is somebody."""
        return self.sign_up()

    @rule(target=accounts)
    def sign_up(self) -> Somebody:
        """An account; nothing is told to it yet."""
        made = Somebody(Account.objects.create_user(f"p{next(self.numbers)}@example.org"))
        self.everybody.append(made)
        return made

    @rule(who=accounts, scopes=st.sets(st.sampled_from(SCOPES)))
    def agree(self, who: Somebody, scopes: set[Any]) -> None:
        """Join, change one's mind, or come back."""
        if not who.closed:
            found = give_consent(who.account, sorted(scopes))
            assert who.person_id in ("", found)
            assert found not in [name for one in self.everybody for name in one.erased]
            who.person_id, who.agrees = found, frozenset(scopes)

    @rule(who=accounts)
    def tells(self, who: Somebody) -> None:
        """One relapse more, where the person agrees to be kept at all."""
        if who.agrees is not None:
            who.usable.append(self._told(who.person_id))

    @rule(one=helps)
    def helper_tells(self, one: Help) -> None:
        """A helper tells of a relapse, who may fill in."""
        if one.helper.closed:
            return
        acting = acting_for(one.helper.account, one.name)
        assert (acting is not None) == one.open
        if acting is not None:
            assert (acting.person_id, acting.fills) == (one.whose.person_id, one.fills)
            if acting.fills and one.whose.agrees is not None:
                one.whose.usable.append(self._told(acting.person_id))

    @rule(target=helps, whose=accounts, helper=accounts, fills=st.booleans())
    def ask_for_help(self, whose: Somebody, helper: Somebody, fills: bool) -> Help:
        """Somebody helps with the record of another, or with none where there is none."""
        there = whose.person_id and not helper.closed and helper is not whose
        name = delegation(whose.person_id, helper.account, "fill" if fills else "read") if there else "nothing"
        made = Help(name, whose, helper, fills, bool(there))
        self.helping.append(made)
        return made

    @rule(one=consumes(helps))
    def end_help(self, one: Help) -> None:
        """The person ends it."""
        Delegation.objects.filter(name=one.name).update(ended_at=clock.now())
        one.open = False

    @rule(who=accounts, twice=st.booleans())
    def stop(self, who: Somebody, twice: bool) -> None:
        """What was told is used no more."""
        if not who.closed:
            with self._kept():
                withdraw(who.account, erase=False)
            if twice:
                withdraw(who.account, erase=False)
            who.taken_back += who.usable
            who.agrees, who.usable = None, []

    @rule(who=accounts, close=st.booleans())
    def erase(self, who: Somebody, close: bool) -> None:
        """Everything goes; the account too, or not."""
        if who.closed:
            return
        with self._kept():
            withdraw(who.account, erase=True, close=close)
        who.erased += [who.person_id] if who.person_id else []
        who.person_id, who.agrees, who.usable, who.taken_back, who.closed = "", None, [], [], close
        who.account = who.account if close else Account.objects.get(pk=who.account.pk)
        for one in self.helping:
            one.open = one.open and one.whose is not who and not (close and one.helper is who)

    @rule(who=accounts, scopes=st.sets(st.sampled_from(SCOPES)), act=st.sampled_from(["join", "stop", "erase"]))
    def die(self, who: Somebody, scopes: set[Any], act: str) -> None:
        """An act whose process dies once it was begun; the next start finishes it."""
        if who.closed or (act == "join") != (not who.person_id) or (act == "stop" and who.agrees is None):
            return
        kept, intents._ACTS[act] = intents._ACTS[act], _dies
        try:
            with pytest.raises(KeyboardInterrupt):
                give_consent(who.account, sorted(scopes)) if act == "join" else withdraw(
                    who.account, erase=act == "erase"
                )
        finally:
            intents._ACTS[act] = kept
        assert finish_intents() == 1
        if act == "join":
            who.person_id, who.agrees = Membership.objects.get(account=who.account).person_id, frozenset(scopes)
        elif act == "stop":
            who.taken_back += who.usable
            who.agrees, who.usable = None, []
        else:
            who.erased.append(who.person_id)
            who.person_id, who.agrees, who.usable, who.taken_back, who.closed = "", None, [], [], True
            for one in self.helping:
                one.open = one.open and who not in (one.whose, one.helper)

    @rule()
    def late_act(self) -> None:
        """What was done is done a second time, late: nothing comes of it."""
        for act, named in self.late:
            intents._ACTS[act](named)

    @rule(days=st.integers(-40, 90))
    def time_goes_on(self, days: int) -> None:
        """Or back, as clocks do that somebody sets."""
        self.day = max(self.day + timedelta(days), date(2025, 1, 1))

    @rule(scope=st.sampled_from(["research", "aggregates"]))
    def use(self, scope: Any) -> None:
        """A cohort holds what those told who agree to this use, since they last stopped; and it names all else."""
        expected = {name for one in self.everybody if one.agrees and scope in one.agrees for name in one.usable}
        told = {name for one in self.everybody for name in (*one.usable, *one.taken_back)}
        answers = every_answer()
        assert {one.answer_id for one in answers} == told
        if not expected:
            with pytest.raises(InputProblems, match="nobody who told anything"):
                build_cohort(people(), answers, scope=scope, on=AT_LAST)
            return
        found = build_cohort(people(), answers, scope=scope, on=AT_LAST)
        assert set(found.placed) == expected
        assert {one.answer_id for one in found.left_out} == told - expected

    def check_invariants(self, *_: Any, **__: Any) -> None:
        """After each step."""
        type(self).steps += 1
        if LONG and self.steps % 1000 == 0:
            print(f"{self.steps} steps", flush=True)
        there = {one.person_id for one in self.everybody if one.person_id}
        registered = people()
        assert {one.person_id for one in registered} == there
        assert set(Membership.objects.values_list("person_id", flat=True)) == there
        check_consents([one for person in registered for one in person.consents], versions())
        gone = [name for one in self.everybody for name in one.erased]
        for model in (PersonRow, ConsentRow, AnswerRow, DraftRow):
            assert not model._default_manager.filter(person_id__in=gone).exists()
        assert not Delegation.objects.filter(person_id__in=gone).exists()
        assert Account.objects.count() == sum(not one.closed for one in self.everybody)
        for one in self.everybody:
            if not one.closed:
                acting = acting_for_self(one.account)
                assert (acting.person_id if acting else "") == one.person_id
        for help_ in self.helping:
            if not help_.helper.closed:
                assert (acting_for(help_.helper.account, help_.name) is not None) == help_.open

    def _told(self, person_id: str) -> str:
        number = next(self.numbers)
        return tell(person_id, "relapses.day", f"{1950 + number % 70}-{1 + number % 12:02}", f"relapse-{number}")

    def _kept(self) -> AbstractContextManager[None]:
        return _Keeping(self.late)


def _dies(_: Any) -> None:
    raise KeyboardInterrupt


class _Keeping:
    """Keeps what acts were named with, as their intents say it."""

    def __init__(self, late: list[Any]) -> None:
        self.late, self.kept = late, dict(intents._ACTS)

    def __enter__(self) -> None:
        def keeps(act: str) -> Any:
            return lambda named: (self.late.append((act, dict(named))), self.kept[act](named))

        intents._ACTS.update({act: keeps(act) for act in self.kept})

    def __exit__(self, *_: object) -> None:
        intents._ACTS.update(self.kept)


def test_any_order_of_lives_is_as_a_plain_model_says(
    new_observatory: Callable[[], AbstractContextManager[Instance]],
) -> None:
    Lives.new, Lives.steps = staticmethod(new_observatory), 0
    lives = settings(
        max_examples=LIVES, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck),
        phases=[Phase.generate] if LONG else [Phase.generate, Phase.shrink], derandomize=not LONG, database=None,
    )  # fmt: skip
    while Lives.steps < FEWEST:
        run_state_machine_as_test(Lives, settings=lives)
    print(f"{Lives.steps} steps")
