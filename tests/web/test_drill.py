"""The way back: a backup comes back whole, without whoever was erased since, and opens for the recovery key alone."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import connections

from made_up.killed import killed_at
from remission.inputs.problems import InputProblems
from remission.web.acts.intents import finish_intents
from remission.web.audit.chain import CHAINS, note, noting
from remission.web.audit.head import Head
from remission.web.audit.verify import verify
from remission.web.backup import copy as copying
from remission.web.backup.copy import BESIDE, DATABASES, copied, make_backup
from remission.web.backup.drill import run_drill, what_it_holds
from remission.web.backup.erasures import reapply
from remission.web.backup.expiry import last_day, prune
from remission.web.backup.recovery_key import new_recovery_key, read_private
from remission.web.backup.restore import check_lists, restore, unpack
from remission.web.backup.rows import differing
from remission.web.backup.sealed_file import CHUNK, PROOF
from remission.web.erased import ended_on, erased, remember
from remission.web.home import Home
from remission.web.identities.models import Delegation, Intent, Letter, Membership, Recovery
from remission.web.ids import new_id
from remission.web.instance import Instance
from remission.web.open import held, turned_to
from remission.web.records.models import ConsentRow, PersonRow, RecordAudit
from remission.web.serving.prepare import prepare

NOW = datetime(2026, 11, 30, 2, 15, 7, tzinfo=UTC)
CANARY = "canary-7f3a9"
LONG = bool(os.environ.get("REMISSION_LONG"))


class Vault:
    """A recovery key in a file, and a folder for backups."""

    def __init__(self, home: Home, folder: Path) -> None:
        self.home, self.key, self.backups = home, folder / "key.txt", folder / "backups"
        self.key.write_text(new_recovery_key(home.recovery), encoding="ascii")

    def backup(self) -> Path:
        return make_backup(self.home, self.backups, NOW)

    def unpacked(self, file: Path, folder: Path) -> Home:
        (folder / "keys").mkdir(parents=True)
        unpack(file, read_private(self.key), Home(folder))
        return Home(folder)


@pytest.fixture
def vault(observatory: Instance, tmp_path: Path) -> Vault:
    return Vault(observatory.folder, tmp_path)


def test_a_drill_finds_a_way_back(observatory: Instance, join: Callable[..., object]) -> None:
    person_id = join().person_id
    observatory.folder.erased.write_text(f"{new_id()} 2026-01-01\n", encoding="ascii")
    before = what_it_holds(observatory.folder)
    drill = run_drill(observatory.folder)
    assert drill.agreed, [str(step) for step in drill.steps]
    assert len(drill.steps) == 6
    # The home itself is as it was, and nothing of the drill is left.
    assert what_it_holds(observatory.folder) == before
    assert PersonRow.objects.get().person_id == person_id
    assert not (observatory.folder.folder / "drill").exists()


@pytest.mark.parametrize(
    ("broken", "step"),
    [
        ("remission.web.backup.restore.reapply", "whoever was erased since the backup is gone"),
        ("remission.web.backup.restore.verify", "both audit chains are whole"),
        ("remission.web.backup.drill.take_out_stale", "every row of every table is the same"),
    ],
)
def test_a_drill_says_what_did_not_come_back(
    observatory: Instance, join: Callable[..., object], monkeypatch: pytest.MonkeyPatch, broken: str, step: str
) -> None:
    join("ann@example.org").client.get("/take-part/")
    room, _, name = broken.rpartition(".")
    lame: dict[str, Callable[..., object]] = {
        "reapply": lambda: 0,
        "verify": lambda chain: verify(chain, [_head_far_ahead(chain)]),
        "take_out_stale": lambda: None,
    }
    monkeypatch.setattr(sys.modules[room], name, lame[name])
    drill = run_drill(observatory.folder)
    assert not drill.agreed
    assert step in [one.what for one in drill.steps if not one.agreed]


def _head_far_ahead(chain: str) -> object:
    return Head("2026-01-01", chain, 10_000, "0" * 64)  # type: ignore[arg-type]


def test_everything_comes_back_and_opens(vault: Vault, join: Callable[..., object], tmp_path: Path) -> None:
    member = join()
    sealed = bytes(PersonRow.objects.get().wrapped_key)
    vault.home.declaration.write_text("name = 'x'\n", encoding="utf-8")
    file, target = vault.backup(), tmp_path / "elsewhere"
    done = restore(file, vault.key, target, [])
    assert done.whole
    for name in (*DATABASES, *(name for name in BESIDE if name != "heads.csv")):
        assert (target / name).stat().st_mode & 0o077 == 0, name
    assert target.stat().st_mode & 0o077 == 0
    with turned_to(Home(target)) as instance:
        person = PersonRow.objects.get()
        assert person.person_id == member.person_id
        assert bytes(person.wrapped_key) == sealed
        assert instance.keyring.unseal(sealed, instance.keyring.seal(sealed, CANARY)) == CANARY
        assert [row.act for row in RecordAudit.objects.order_by("row")] == ["joined", "restored"]
        assert all(verify(chain).whole for chain in CHAINS)


def test_who_was_erased_since_stays_erased(vault: Vault, join: Callable[..., object], tmp_path: Path) -> None:
    ann, bob = join("ann@example.org"), join("bob@example.org")
    file = vault.backup()
    remember(ann.person_id)
    target = tmp_path / "elsewhere"
    assert restore(file, vault.key, target, [vault.home.erased]).ended_again == 1
    with turned_to(Home(target)):
        assert PersonRow.objects.get().person_id == bob.person_id
        assert erased() == {ann.person_id}
        assert not Membership.objects.filter(person_id=ann.person_id).exists()


def test_who_stopped_or_ended_a_helper_since_is_not_asked_to_do_it_again(
    vault: Vault, join: Callable[..., object], tmp_path: Path
) -> None:
    member = join()
    delegation = Delegation.objects.create(person_id=member.person_id, may="read", asked_at=NOW)
    consent = ConsentRow.objects.get()
    file = vault.backup()
    remember(consent.consent_id)
    remember(delegation.name)
    target = tmp_path / "elsewhere"
    assert restore(file, vault.key, target, [vault.home.erased]).ended_again == 2
    with turned_to(Home(target)):
        assert Delegation.objects.get().ended_at is not None
        again = ConsentRow.objects.get()
        assert (again.ending, again.ended_on) == ("stop", ended_on(vault.home.erased)[consent.consent_id])
        assert reapply() == 0


def test_whoever_is_on_the_list_is_erased_before_anything_is_served(join: Callable[..., object]) -> None:
    ann, bob = join("ann@example.org"), join("bob@example.org")
    remember(ann.person_id)
    prepare()
    assert PersonRow.objects.get().person_id == bob.person_id
    acts = RecordAudit.objects.count()
    prepare()
    assert RecordAudit.objects.count() == acts


def test_what_a_backup_would_bring_back_wrongly_is_taken_out(
    vault: Vault, join: Callable[..., object], tmp_path: Path
) -> None:
    member = join()
    at = NOW
    Recovery.objects.create(account=member.account, asked_at=at, due_at=at + timedelta(7))
    Letter.objects.create(account=member.account, kind="visit", made_at=at, not_before=at)
    assert Session.objects.exists()
    target = tmp_path / "elsewhere"
    restore(vault.backup(), vault.key, target, [])
    with turned_to(Home(target)):
        assert not Session.objects.exists()
        assert Recovery.objects.get().stopped_at is not None
        assert Letter.objects.get().failed == "before a restore"


def test_a_restore_without_the_list_of_erasures_is_refused(vault: Vault, tmp_path: Path) -> None:
    nowhere = Home(tmp_path / "nowhere")
    with pytest.raises(InputProblems) as raised:
        check_lists(nowhere, [], none_since=False)
    assert "they would come back" in raised.value.report()
    with pytest.raises(InputProblems):
        check_lists(nowhere, [tmp_path / "no-list"], none_since=True)
    check_lists(nowhere, [], none_since=True)
    vault.home.erased.write_text("", encoding="ascii")
    check_lists(vault.home, [], none_since=False)
    check_lists(nowhere, [vault.home.erased], none_since=False)


def test_a_home_that_is_there_is_moved_aside_and_only_when_asked(vault: Vault, join: Callable[..., object]) -> None:
    join()
    file = vault.backup()
    before = what_it_holds(vault.home)
    with pytest.raises(InputProblems) as raised:
        restore(file, vault.key, vault.home.folder, [])
    assert "--over" in raised.value.report()
    assert what_it_holds(vault.home) == before
    for connection in connections.all():
        connection.close()
    done = restore(file, vault.key, vault.home.folder, [], over=True)
    assert done.former is not None
    assert (done.former / "records.sqlite3").is_file()
    assert differing(
        what_it_holds(vault.home, before.last_rows).tables["records"], before.tables["records"]
    ) == []  # fmt: skip


def test_a_home_that_can_not_be_renamed_is_said_and_what_was_restored_stays(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "disk"
    (target / "site").mkdir(parents=True)
    renamed = Path.rename

    def busy(self: Path, other: Path) -> Path:
        if self == target:
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
        return renamed(self, other)

    monkeypatch.setattr(Path, "rename", busy)
    with pytest.raises(InputProblems) as raised:
        restore(vault.backup(), vault.key, target, [])
    assert "lies whole in" in raised.value.report()
    assert (tmp_path / "disk-restored" / "records.sqlite3").is_file()
    # A second try does not mix with what the first one left.
    with pytest.raises(InputProblems) as raised:
        restore(next(vault.backups.glob("*.backup")), vault.key, target, [])
    assert "what an earlier restore left" in raised.value.report()


def test_an_empty_folder_is_taken_as_it_is(vault: Vault, tmp_path: Path) -> None:
    target = tmp_path / "empty"
    target.mkdir()
    with held(target, alone=True):
        assert restore(vault.backup(), vault.key, target, []).former is None
    assert [path.name for path in tmp_path.glob("empty*")] == ["empty"]


def test_a_backup_lets_go_of_one_database_for_who_has_the_other(vault: Vault) -> None:
    """Somebody writes to records and then wants identities: neither waits for the other until both give up."""
    records = sqlite3.connect(vault.home.records, isolation_level=None)
    records.execute("BEGIN IMMEDIATE")
    got: list[str] = []

    def other() -> None:
        with closing(sqlite3.connect(vault.home.identities, timeout=8, isolation_level=None)) as identities:
            time.sleep(0.3)
            identities.execute("BEGIN IMMEDIATE")
            got.append("both")
            identities.execute("COMMIT")

    thread = threading.Thread(target=other)
    thread.start()
    backing = threading.Thread(target=lambda: got.append(vault.backup().suffix))
    backing.start()
    thread.join(9)
    records.execute("COMMIT")
    backing.join(20)
    records.close()
    assert got == ["both", ".backup"]


def test_a_backup_that_is_killed_at_any_step_is_whole_or_not_there(vault: Vault, tmp_path: Path) -> None:
    tried = 0
    for step in range(1, 10_000, 1 if LONG else 5):
        for connection in connections.all():
            connection.close()
        if not killed_at(step, vault.backup):
            break
        tried += 1
        for file in vault.backups.glob("*.backup"):
            vault.unpacked(file, tmp_path / f"killed{step}")
            file.unlink()
    assert tried >= 3
    file = vault.backup()
    assert (vault.unpacked(file, tmp_path / "last").folder / "records.sqlite3").is_file()
    # Copies in clear that the killed ones left are gone by now, and so is what was half sealed.
    assert not (vault.home.folder / "copying").exists()
    assert sorted(path.name for path in vault.backups.iterdir()) == [file.name]


def test_a_restore_that_is_killed_at_any_step_leaves_the_old_home_or_the_new(
    vault: Vault, join: Callable[..., object]
) -> None:
    """Or, between two renames, both whole under other names."""
    person_id = join().person_id
    file, folder = vault.backup(), vault.home.folder
    tried = 0
    for step in range(1, 10_000, 3 if LONG else 40):
        for connection in connections.all():
            connection.close()
        was_killed = killed_at(step, lambda: restore(file, vault.key, folder, [], over=True))
        beside = folder.with_name(f"{folder.name}-restored")
        for home in (folder, beside):
            if (home / "records.sqlite3").is_file():
                with turned_to(Home(home)):
                    assert PersonRow.objects.get().person_id == person_id
                    assert all(verify(chain).whole for chain in CHAINS)
        assert folder.exists() or (beside.exists() and list(folder.parent.glob(f"{folder.name}-before-*")))
        if not was_killed:
            break
        tried += 1
        if beside.exists():
            shutil.rmtree(beside)
        if not folder.exists():
            next(folder.parent.glob(f"{folder.name}-before-*")).rename(folder)
    assert tried >= 2
    with turned_to(Home(folder)):
        assert RecordAudit.objects.order_by("-row").values_list("act", flat=True)[0] == "restored"


def test_nothing_in_clear_is_in_a_backup(vault: Vault, join: Callable[..., object]) -> None:
    member = join(f"{CANARY}@example.org")
    content = vault.backup().read_bytes()
    keys = [(vault.home.keys / name).read_bytes().split()[0] for name in ("secret", "identity", "wrapping", "chain")]
    for told in (CANARY.encode(), member.person_id.encode(), b"SQLite format", *keys):
        assert told not in content, told
    assert b'"keep_until": "2027-01-04"' in content
    # In no other place of the disk either: no copy in clear is left.
    assert sorted(path.name for path in vault.home.folder.rglob("*.sqlite3")) == sorted(DATABASES)


def test_the_server_cannot_open_its_own_backup(vault: Vault, tmp_path: Path) -> None:
    file = vault.backup()
    other = tmp_path / "other.txt"
    other.write_text(new_recovery_key(tmp_path / "other.pub"), encoding="ascii")
    with pytest.raises(InputProblems) as raised:
        restore(file, other, tmp_path / "elsewhere", [])
    assert "another recovery key" in raised.value.report()
    assert not (tmp_path / "elsewhere").exists()


def test_a_backup_that_was_changed_anywhere_does_not_open(vault: Vault, tmp_path: Path) -> None:
    file = vault.backup()
    good = file.read_bytes()
    head = good.index(b"\n", good.index(b"\n") + 1) + 1
    sealed = CHUNK + PROOF
    first, second = good[head : head + sealed], good[head + sealed : head + 2 * sealed]
    spoilt = {
        "cut at the end of a chunk": good[: head + sealed],
        "cut within one": good[:-7],
        "a bit turned": good[: head + 99] + bytes([good[head + 99] ^ 1]) + good[head + 100 :],
        "another day to keep it until": good.replace(b"2027-01-04", b"2099-01-04"),
        "a chunk left out": good[:head] + good[head + sealed :],
        "two chunks in another order": good[:head] + second + first + good[head + 2 * sealed :],
        "one more at the end": good + good[-sealed:],
        "nothing of it": b"no backup\n",
        "nothing": b"",
    }  # fmt: skip
    for what, content in spoilt.items():
        (tmp_path / "spoilt.backup").write_bytes(content)
        with pytest.raises(InputProblems):
            restore(tmp_path / "spoilt.backup", vault.key, tmp_path / "elsewhere", [])
        assert not (tmp_path / "elsewhere").exists(), what


def test_a_slip_of_the_pen_in_the_key_is_found_and_how_it_is_typed_does_not_matter(vault: Vault) -> None:
    typed = vault.key.read_text(encoding="ascii")
    vault.key.write_text(typed.lower().replace("-", " \n"), encoding="ascii")
    read_private(vault.key)
    for wrong in (typed.replace(typed[0], "A" if typed[0] != "A" else "B", 1), typed[:-1], "", "é"):
        vault.key.write_text(wrong, encoding="utf-8")
        with pytest.raises(InputProblems) as raised:
            read_private(vault.key)
        assert "a slip in it" in raised.value.report()
        assert not wrong or wrong not in raised.value.report()


def test_a_backup_without_a_recovery_key_is_refused_in_words(observatory: Instance, tmp_path: Path) -> None:
    with pytest.raises(InputProblems) as raised:
        make_backup(observatory.folder, tmp_path, NOW)
    assert "--new-recovery-key" in raised.value.report()
    assert list(tmp_path.glob("*.backup")) == []


def test_both_databases_are_copied_at_one_moment(vault: Vault, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """While another writes a row into each, a pair at a time: a pair that is cut has its intent, as after a kill."""
    at_once = copying._copy_database

    def slowly(source: Path, target: Path) -> None:
        at_once(source, target)
        time.sleep(0.05)

    monkeypatch.setattr(copying, "_copy_database", slowly)
    stop = threading.Event()
    writer = threading.Thread(target=_write_pairs, args=(vault.home, stop))
    writer.start()
    try:
        for number in range(200 if LONG else 8):
            with copied(vault.home) as files:
                folder = tmp_path / f"copy{number}"
                folder.mkdir()
                for name in DATABASES:
                    (folder / name).write_bytes(files[name].read())
            identities, records = (_pairs(folder / name) for name in DATABASES)
            # The pair that is being written may be half there: its second row comes when the lock is gone.
            assert identities == records or (identities == records + 1 and _has_intent(folder / DATABASES[0]))
            time.sleep(0.15)  # let the other one write
        assert identities > 0
    finally:
        stop.set()
        writer.join()


def _write_pairs(home: Home, stop: threading.Event) -> None:
    """Acts over both databases as they are done here: an intent with the first row, the second row, the intent gone."""
    paths = (home.identities, home.records)
    one, other = (sqlite3.connect(path, timeout=30, isolation_level=None) for path in paths)
    with closing(one), closing(other):
        for number in range(1_000_000):
            if stop.is_set():
                return
            one.execute("BEGIN IMMEDIATE")
            one.execute("INSERT INTO identities_intent VALUES (?, 'pair', '{}', '2026-01-01')", (f"pair{number}",))
            one.execute("INSERT INTO identities_lease VALUES (?, 'x', '2026-01-01')", (f"lease{number}",))
            one.execute("COMMIT")
            other.execute("INSERT INTO records_quarterrow VALUES (?, 1, 1, 1)", (str(number),))
            one.execute("DELETE FROM identities_intent WHERE name = ?", (f"pair{number}",))


def _pairs(path: Path) -> int:
    table = "identities_lease" if path.name == DATABASES[0] else "records_quarterrow"
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def _has_intent(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        return bool(connection.execute("SELECT count(*) FROM identities_intent WHERE act = 'pair'").fetchone()[0])


def test_an_act_that_was_cut_by_the_copy_is_finished_after_the_restore(
    vault: Vault, sign_in: Callable[..., object], tmp_path: Path
) -> None:
    member = sign_in()
    person_id = new_id()
    Membership.objects.create(account=member.account, person_id=person_id, since=date(2026, 3, 2))
    named = {
        "person": person_id, "consent": new_id(), "version": "1", "scopes": "research", "on": "2026-03-02",
        "actor": member.account.actor,
    }  # fmt: skip
    Intent.objects.create(act="join", named=named, begun_at=NOW)
    target = tmp_path / "elsewhere"
    restore(vault.backup(), vault.key, target, [])
    with turned_to(Home(target)):
        assert PersonRow.objects.get().person_id == person_id
        assert finish_intents() == 0


def test_a_locked_database_is_said_and_nothing_is_left(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "TRIES", 2)
    with closing(sqlite3.connect(vault.home.records)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(InputProblems) as raised:
            vault.backup()
    assert "locked" in raised.value.report()
    assert not (vault.home.folder / "copying").exists()
    assert list(vault.backups.glob("*")) == []
    assert vault.backup().is_file()


def test_copies_that_a_killed_backup_left_are_taken_away_before_anything_is_served(vault: Vault) -> None:
    for name in ("copying", "drill"):
        (vault.home.folder / name).mkdir()
        (vault.home.folder / name / "records.sqlite3").write_bytes(b"left")
    reapply()
    assert not list(vault.home.folder.glob("copying")) + list(vault.home.folder.glob("drill"))


def test_a_copy_has_no_name_while_it_is_sealed(vault: Vault) -> None:
    with copied(vault.home) as files:
        assert not (vault.home.folder / "copying").exists()
        assert files["records.sqlite3"].read(15) == b"SQLite format 3"


def test_the_list_of_erasures_lies_beside_the_backup_and_in_none(vault: Vault, tmp_path: Path) -> None:
    one, other = new_id(), new_id()
    remember(one)
    vault.backups.mkdir()
    (vault.backups / "erased.txt").write_text(f"{other} 2026-01-01\n", encoding="ascii")
    file = vault.backup()
    assert set(ended_on(vault.backups / "erased.txt")) == {one, other}
    assert not vault.unpacked(file, tmp_path / "open").erased.exists()


def test_a_name_is_on_the_list_once_and_whole(observatory: Instance) -> None:
    first, second = new_id(), new_id()
    path = observatory.folder.erased
    path.write_bytes(b"half a na")
    for name in (first, second, first):
        remember(name)
    assert erased() == {first, second}
    assert path.read_text(encoding="ascii").count(first) == 1
    with pytest.raises(InputProblems):
        remember("ann@example.org")
    assert "example" not in path.read_text(encoding="ascii")


def test_two_that_erase_at_once_are_both_on_the_list(observatory: Instance) -> None:
    names = [new_id() for _ in range(40)]
    threads = [threading.Thread(target=lambda some=some: [remember(one) for one in some]) for some in
               (names[:20], names[10:30], names[20:])]  # fmt: skip
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    lines = observatory.folder.erased.read_text(encoding="ascii").splitlines()
    assert sorted(line.split()[0] for line in lines) == sorted(names)


def test_what_may_be_kept_no_longer_is_deleted_and_nothing_else(vault: Vault) -> None:
    file = vault.backup()
    assert last_day(file) == date(2027, 1, 4)
    (vault.backups / "holiday.backup").write_text("mine", encoding="utf-8")
    (vault.backups / "remission-mine.backup").write_text("mine", encoding="utf-8")
    assert prune(vault.backups, date(2027, 1, 4)) == []
    assert prune(vault.backups, date(2027, 1, 5)) == [file]
    assert sorted(path.name for path in vault.backups.iterdir()) == ["holiday.backup", "remission-mine.backup"]


def test_a_drill_of_many_rows_takes_seconds(observatory: Instance) -> None:
    with noting("records"):
        for _ in range(1_000):
            note("records", "looked", actor="somebody", detail="page")
    began = time.perf_counter()
    assert run_drill(observatory.folder).agreed
    assert time.perf_counter() - began < 20
