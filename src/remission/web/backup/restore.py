"""The way back: a backup opened beside, everything that was ended since ended again, the chains verified, then swapped.

Nothing is served, and nothing of what was there is touched, before all of that is done. What a backup would bring back
wrongly is taken out: sessions (somebody may have signed out since), requests to sign in without a second factor
(somebody may have stopped theirs), and letters that wait (they may have been sent).
"""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from django.contrib.sessions.models import Session
from django.db import connections, transaction

from remission.inputs.problems import InputProblems, Problem
from remission.inputs.writing import write_new_folder
from remission.web.audit.chain import CHAINS, SYSTEM, note, noting
from remission.web.audit.verify import Verdict, verify
from remission.web.backup.copy import BESIDE, DATABASES
from remission.web.backup.erasures import reapply
from remission.web.backup.recovery_key import read_private
from remission.web.backup.sealed_file import Label, Opener
from remission.web.clock import now
from remission.web.databases import IDENTITIES
from remission.web.erased import join_lists
from remission.web.home import FILE_MODE, FOLDER_MODE, Home, open_home
from remission.web.identities.models import Letter, Recovery
from remission.web.open import HELD, turned_to
from remission.web.serving.prepare import prepare

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

WITHHELD = "before a restore"


@dataclass(frozen=True)
class Restored:
    """What came back: the label of its backup, how many names were ended again, and what the chains are."""

    label: Label
    ended_again: int
    verdicts: tuple[Verdict, ...]
    former: Path | None = None

    @property
    def whole(self) -> bool:
        """Is every chain whole?"""
        return all(one.whole for one in self.verdicts)


def restore(file: Path, key: Path, folder: Path, lists: Sequence[Path], *, over: bool = False) -> Restored:
    """Bring a backup back into a folder; a home that lies there is moved aside, and only where `over` says so.

    `lists` are the lists of erasures since the backup; that of the home itself is taken too. InputProblems before
    anything is changed: a wrong key, a spoilt file, a home that is in the way.
    """
    home = Home(folder)
    _check_free(home, over=over)
    private = read_private(key)
    own = [home.erased] if home.erased.is_file() else []
    beside = folder.with_name(f"{folder.name}-restored")
    if beside.exists():
        do = "Look what is in it, and move it away or delete it."
        found = "what an earlier restore left"
        raise InputProblems(Problem.of_file(str(beside), found=found, allowed="nothing of this name", do=do))
    with write_new_folder(beside) as new:
        new.chmod(FOLDER_MODE)
        (new / "keys").mkdir(FOLDER_MODE)
        staged = Home(new)
        label = unpack(file, private, staged)
        ended_again, verdicts = put_right(staged, [*lists, *own])
    return Restored(label, ended_again, verdicts, _swap(beside, folder))


def check_lists(home: Home, lists: Sequence[Path], *, none_since: bool) -> None:
    """InputProblems where nobody says who was erased since the backup: they would come back."""
    if missing := [path for path in lists if not path.is_file()]:
        raise InputProblems(
            Problem.of_file(str(path), found="no such list", allowed="the list of erasures", do="Check the path.")
            for path in missing
        )
    if not lists and not none_since and not home.erased.is_file():
        do = (
            "Give the newest copy of it: --erased FILE. Only if nobody was erased since the backup was made: "
            "--no-erasures-since"
        )
        allowed = "the list of those who were erased since this backup, or they would come back"
        raise InputProblems(Problem.of_file("erased.txt", found="no list of erasures", allowed=allowed, do=do))


def unpack(file: Path, private: X25519PrivateKey, staged: Home) -> Label:
    """Write what a backup holds into an empty folder; InputProblems where it is not whole."""
    allowed = {*DATABASES, *BESIDE}
    with file.open("rb") as sealed:
        opener = Opener(sealed, private, file.name)
        with tarfile.open(fileobj=cast("IO[bytes]", opener), mode="r|") as archive:
            for entry in archive:
                source = archive.extractfile(entry) if entry.name in allowed else None
                if source is not None:
                    path = staged.folder / entry.name
                    path.touch(FILE_MODE)
                    with path.open("wb") as opened:
                        shutil.copyfileobj(source, opened)
        # To its end: what was cut off shows only there.
        opener.read()
    if missing := [name for name in DATABASES if not (staged.folder / name).is_file()]:
        do = "Take another backup. Nothing was changed."
        found = f"no {' and no '.join(missing)}"
        raise InputProblems(Problem.of_file(file.name, found=found, allowed="both databases", do=do))
    return opener.label


def put_right(staged: Home, lists: Sequence[Path]) -> tuple[int, tuple[Verdict, ...]]:
    """Make a home that came from a backup fit to be served: what was begun finished, what was ended ended again."""
    open_home(staged.folder)
    with turned_to(staged):
        prepare()
        # What was begun may have ended something too, and so stands in the list by now.
        join_lists([staged.erased, *lists], staged.erased)
        ended_again = reapply()
        take_out_stale()
        verdicts = tuple(verify(chain) for chain in CHAINS)
        for chain in CHAINS:
            with noting(chain):
                note(chain, "restored", actor=SYSTEM, detail="from a backup")
        truncate_logs()
    return ended_again, verdicts


def take_out_stale() -> None:
    """Take out what a backup would bring back wrongly: sessions, open requests, letters that may have been sent."""
    with transaction.atomic(using=IDENTITIES):
        Session.objects.all().delete()
        Recovery.objects.filter(done_at=None, stopped_at=None).update(stopped_at=now())
        Letter.objects.filter(sent_at=None, failed="").update(failed=WITHHELD)


def truncate_logs() -> None:
    """Bring everything into the database files: what lies in a log beside one would outlive an erasure."""
    for using, _ in CHAINS.values():
        with connections[using].cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _check_free(home: Home, *, over: bool) -> None:
    if (home.identities.exists() or home.records.exists()) and not over:
        do = "Name another folder with --data, or move this one aside and restore in its place: --over"
        found = "an observatory"
        raise InputProblems(Problem.of_file(str(home.folder), found=found, allowed="no databases", do=do))


def _swap(restored: Path, folder: Path) -> Path | None:
    """The restored folder in the place of the other, which keeps everything under another name; which."""
    former = None
    try:
        if folder.is_dir() and any(path.name != HELD for path in folder.iterdir()):
            former = folder.with_name(f"{folder.name}-before-{now():%Y-%m-%d-%H%M%S}")
            folder.rename(former)
            # What is in no backup, and is no record of anybody.
            for name in ("site", "backups"):
                if (former / name).is_dir():
                    (former / name).rename(restored / name)
        (folder / HELD).unlink(missing_ok=True)
        restored.rename(folder)
    except OSError as error:
        do = f"What was restored lies whole in {restored}: move it there by hand, or serve it where it is (--data)."
        found = f"a folder that can not be replaced ({error.strerror})"
        raise InputProblems(
            Problem.of_file(str(folder), found=found, allowed="a folder that is no disk of its own", do=do)
        ) from None
    return former
