"""New keys for old: all opens under the new, nothing under the old, and at every moment in between all opens."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.contrib.sessions.models import Session
from django.db import connections

from made_up.killed import killed_at
from remission.inputs.problems import InputProblems
from remission.web.audit.chain import CHAINS
from remission.web.audit.verify import verify
from remission.web.backup import rotation
from remission.web.backup.rotation import rotate_keys
from remission.web.home import Home
from remission.web.identities.models import Account
from remission.web.instance import Instance
from remission.web.keys import read_keyring
from remission.web.open import turned_to
from remission.web.records.models import DraftRow, PersonRow, RecordAudit

LONG = bool(os.environ.get("REMISSION_LONG"))
WORDS, NAME = "What I wrote, in my own words", "Zoë"


@pytest.fixture
def home(observatory: Instance, join: Callable[..., object]) -> Home:
    """A home in which everything that is sealed is there: keys of persons, own words, names, second factors."""
    for email in ("ann@example.org", "bob@example.org", "cem@example.org"):
        member = join(email, factor=True)
        Account.objects.filter(pk=member.account.pk).update(name_hidden=observatory.keyring.hide(NAME))
        person = PersonRow.objects.get(person_id=member.person_id)
        sealed = observatory.keyring.seal(bytes(person.wrapped_key), WORDS)
        DraftRow.objects.create(
            person=person, actor=member.account.actor, form="long", sealed=sealed, saved_at=member.account.joined_at
        )
    return observatory.folder


def opens(home: Home) -> None:
    """Everything opens with the keys as they lie in the files now, as it does for a process that begins now."""
    with turned_to(home) as instance:
        keyring = instance.keyring
        assert PersonRow.objects.count() == DraftRow.objects.count() == 3
        for draft in DraftRow.objects.select_related("person"):
            assert keyring.unseal(bytes(draft.person.wrapped_key), bytes(draft.sealed)) == WORDS
        assert [keyring.reveal(one.name_hidden) for one in Account.objects.all()] == [NAME] * 3
        for factor in Authenticator.objects.filter(type="totp"):
            assert len(keyring.reveal(factor.data["secret"])) >= 16
        assert all(verify(chain).whole for chain in CHAINS)


def lines(home: Home, name: str) -> list[str]:
    return (home.keys / name).read_text(encoding="ascii").split()


def test_everything_is_sealed_under_the_new_keys_and_the_old_ones_are_gone(home: Home) -> None:
    before = {name: lines(home, name) for name in ("identity", "wrapping")}
    wrapped = bytes(PersonRow.objects.first().wrapped_key)  # type: ignore[union-attr]
    counts = rotate_keys(home)
    assert counts == {"identity": 6, "wrapping": 3}
    opens(home)
    for name, old in before.items():
        assert len(lines(home, name)) == 1
        assert lines(home, name) != old
        assert (home.keys / name).stat().st_mode & 0o077 == 0
    old_key = Fernet(before["wrapping"][0])
    assert old_key.decrypt(wrapped)
    for person in PersonRow.objects.all():
        with pytest.raises(InvalidToken):
            old_key.decrypt(bytes(person.wrapped_key))
    # Nor does anything that the old ones open lie in the files still, where rows were.
    for path in (home.records, home.identities, *home.folder.glob("*-wal")):
        assert wrapped not in path.read_bytes()
    assert not Session.objects.exists()
    assert RecordAudit.objects.order_by("-row").values_list("act", flat=True)[0] == "keys renewed"


def test_what_is_sealed_is_found_in_whatever_column_it_lies(home: Home, observatory: Instance) -> None:
    """No list of columns is kept that somebody could forget to lengthen."""
    hidden = observatory.keyring.hide("codes")
    account = Account.objects.first()
    one = Authenticator.objects.create(
        user=account, type="recovery_codes", data={"seed": hidden, "migrated_codes": [hidden, hidden]}
    )
    rotate_keys(home)
    keyring = read_keyring(home)
    data = Authenticator.objects.get(pk=one.pk).data
    assert [keyring.reveal(each) for each in (data["seed"], *data["migrated_codes"])] == ["codes"] * 3


def test_what_was_sealed_by_no_key_of_ours_is_left_alone(home: Home) -> None:
    strange = Fernet(Fernet.generate_key()).encrypt(b"of somebody else").decode()
    Account.objects.filter(email="ann@example.org").update(password=f"x{strange}")
    rotate_keys(home)
    assert Account.objects.get(email="ann@example.org").password == f"x{strange}"


def test_an_old_key_that_is_still_needed_stays(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "_again", lambda token, several, newest: token)
    with pytest.raises(InputProblems) as raised:
        rotate_keys(home)
    assert "identities_account.name_hidden" in raised.value.report()
    assert len(lines(home, "identity")) == 2
    opens(home)


def test_twice_is_two_new_keys(home: Home) -> None:
    rotate_keys(home)
    first = lines(home, "wrapping")
    rotate_keys(home)
    assert lines(home, "wrapping") != first
    opens(home)


def test_killed_at_any_step_on_a_file_everything_opens_and_the_next_run_ends_it(home: Home) -> None:
    _kill_at_every_step(home, killed_at, skip=1 if LONG else 5)


def test_killed_at_any_statement_everything_opens_and_the_next_run_ends_it(home: Home) -> None:
    _kill_at_every_step(home, _killed_at_statement, skip=1 if LONG else 19)


def _kill_at_every_step(home: Home, killed: Callable[[int, Callable[[], object]], bool], skip: int) -> None:
    tried, was_half = 0, 0
    for step in range(1, 10_000, skip):
        for connection in connections.all():
            connection.close()
        if not killed(step, lambda: rotate_keys(home)):
            break
        tried += 1
        opens(home)
        was_half += len(lines(home, "wrapping")) == 2
        if step % 2:
            rotate_keys(home)
            opens(home)
            assert len(lines(home, "identity")) == len(lines(home, "wrapping")) == 1
    rotate_keys(home)
    opens(home)
    print(f"killed {tried} times, {was_half} of them with two keys")
    assert tried >= 3
    assert was_half


def _killed_at_statement(step: int, run: Callable[[], object]) -> bool:
    """The same, killed before the Nth statement of a database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            with _counting(step):
                run()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@contextmanager
def _counting(step: int) -> Iterator[None]:
    left = step

    def before(execute: Callable[..., object], *arguments: object) -> object:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*arguments)

    default, records = connections["default"], connections["records"]
    with default.execute_wrapper(before), records.execute_wrapper(before):
        yield
