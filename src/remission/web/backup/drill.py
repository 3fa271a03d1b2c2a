"""The drill: is there a way back? On a copy: backup, wipe, restore, and then everything compared.

A backup that nobody ever restored is a hope. The drill takes a copy of the very home it is run on, with a key of its
own, invents somebody who asks to be forgotten after the backup, and looks whether the way back brings everything but
them.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from remission.registry.consent import Consent
from remission.web.audit.chain import CHAINS
from remission.web.backup.copy import DRILL, copied, make_backup
from remission.web.backup.erasures import reapply
from remission.web.backup.recovery_key import new_recovery_key
from remission.web.backup.restore import Restored, restore, take_out_stale
from remission.web.backup.rows import Digests, differing, digests, last_row
from remission.web.clock import now, today
from remission.web.home import FILE_MODE, FOLDER_MODE, Home
from remission.web.identities.models import Account, Membership
from remission.web.ids import new_id
from remission.web.open import turned_to
from remission.web.records.models import PersonRow
from remission.web.records.writing import write_consent, write_person
from remission.web.serving.prepare import prepare

Made = TypeVar("Made")


@dataclass(frozen=True)
class Step:
    """One thing that the drill did: what, whether it went as it should, how many seconds it took."""

    what: str
    agreed: bool
    seconds: float
    note: str = ""

    def __str__(self) -> str:
        """In words."""
        return (
            f"{'yes' if self.agreed else 'NO '}  {self.what} ({self.seconds:.1f} s)"
            + f"{self.note and ': '}{self.note}"
        )


@dataclass
class Drill:
    """The steps of a drill so far."""

    steps: list[Step] = field(default_factory=list)

    @property
    def agreed(self) -> bool:
        """Did every step go as it should?"""
        return all(step.agreed for step in self.steps)

    def did(self, what: str, do: Callable[[], Made], wrong: Callable[[Made], str] = lambda _: "") -> Made:
        """Do a step and give back what it made; `wrong` says of that what went wrong, if anything did."""
        began = time.perf_counter()
        made = do()
        note = wrong(made)
        self.steps.append(Step(what, not note, time.perf_counter() - began, note))
        return made


@dataclass(frozen=True)
class Held:
    """What a home holds: the digests of both databases, and the number of the last row of each chain."""

    tables: dict[str, Digests]
    last_rows: dict[str, int]


def run_drill(home: Home) -> Drill:
    """Back up, wipe and restore a copy of a home; the home itself is only read."""
    drill = Drill()
    with _scratch(home) as place:
        copy, key, backups = Home(place / "home"), place / "key", place / "backups"
        drill.did("copied both databases at one moment", lambda: _copy(home, copy))
        with turned_to(copy):
            prepare()
            reapply()
            take_out_stale()
        before = what_it_holds(copy)
        with turned_to(copy):
            invented = _invent()
        key.touch(FILE_MODE)
        key.write_text(new_recovery_key(copy.recovery), encoding="ascii")
        file = drill.did("wrote a sealed backup", lambda: make_backup(copy, backups, now()))
        list_since = place / "erased.txt"
        lines = "".join(f"{name} {today()}\n" for name in invented)
        list_since.write_text(_text_of(copy.erased) + lines, encoding="ascii")
        shutil.rmtree(copy.folder)
        done = drill.did(
            "restored it where everything had been wiped", lambda: restore(file, key, copy.folder, [list_since])
        )
        drill.did("every row of every table is the same", lambda: _differing(copy, before), str)
        drill.did("both audit chains are whole", lambda: done, _not_whole)
        drill.did("whoever was erased since the backup is gone", lambda: _is_there(copy, invented), str)
    return drill


def what_it_holds(home: Home, last_rows: dict[str, int] | None = None) -> Held:
    """What a home holds; of the chains only what there was up to some row."""
    paths = {"identities": home.identities, "records": home.records}
    tables = {chain: CHAINS[chain][1]._meta.db_table for chain in CHAINS}
    rows = last_rows or {tables[chain]: last_row(paths[chain], tables[chain]) for chain in CHAINS}
    return Held({chain: digests(paths[chain], up_to=rows) for chain in CHAINS}, rows)


def _differing(home: Home, before: Held) -> str:
    after = what_it_holds(home, before.last_rows)
    return ", ".join(table for chain in CHAINS for table in differing(before.tables[chain], after.tables[chain]))


def _not_whole(done: Restored) -> str:
    return "; ".join(str(one) for one in done.verdicts if not one.whole)


def _is_there(home: Home, names: tuple[str, str]) -> str:
    person_id, actor = names
    with turned_to(home):
        there = PersonRow.objects.filter(person_id=person_id).exists()
        known = Account.objects.filter(actor=actor).exists()
    return "an erased person came back" if there or known else ""


def _invent() -> tuple[str, str]:
    """Somebody who is in the backup, and asks to be forgotten after it; the names of their record and account."""
    person_id = new_id()
    account = Account.objects.create_user(f"{person_id}@drill.invalid")
    Membership.objects.create(account=account, person_id=person_id, since=today())
    write_person(person_id, today())
    write_consent(Consent(new_id(), person_id, "1", (), today()))
    return person_id, account.actor


def _copy(home: Home, copy: Home) -> None:
    copy.keys.mkdir(mode=FOLDER_MODE, parents=True)
    copy.folder.chmod(FOLDER_MODE)
    with copied(home) as files:
        for name, source in files.items():
            path = copy.folder / name
            path.touch(FILE_MODE)
            with path.open("wb") as target:
                shutil.copyfileobj(source, target)
    copy.erased.write_text(_text_of(home.erased), encoding="ascii")


def _text_of(path: Path) -> str:
    return path.read_text(encoding="ascii") if path.is_file() else ""


@contextmanager
def _scratch(home: Home) -> Iterator[Path]:
    """A folder within the home, so that copies lie where the databases may; gone at the end."""
    place = home.folder / DRILL
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(mode=FOLDER_MODE)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
