"""A backup: both databases at one moment, and what they need to be read again, as one file that only its key opens.

Both are locked for writing while they are copied, so that no act over both is cut: what was begun stands in it as an
intent, and is finished after a restore as it is after a power cut.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import tarfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

from remission.inputs.problems import InputProblems, Problem
from remission.inputs.writing import write_whole
from remission.web.backup.expiry import file_name
from remission.web.backup.recovery_key import read_public
from remission.web.backup.sealed_file import Sealer
from remission.web.databases import WAIT_SECONDS
from remission.web.home import FILE_MODE, FOLDER_MODE, SECRETS, Home

if TYPE_CHECKING:
    from typing import IO

# Days: long enough for a fault that nobody sees for a month, short enough to forget in a quarter of a year.
KEPT_DAYS = 35
DATABASES = ("identities.sqlite3", "records.sqlite3")
# Never the list of erasures: a backup that brought its own would bring one that is too old.
BESIDE = ("observatory.toml", "heads.csv", "recovery.pub", *(f"keys/{name}" for name in SECRETS))
# How long the second database is waited for while the first is held, how long both are then left alone, how often.
HOLD_MILLISECONDS, REST_SECONDS, TRIES = 200, 0.3, 20
OF_SYSTEM = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_READONLY: errno.EROFS,
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
}
# Folders of a home in which copies lie for as long as they are needed.
COPIES, DRILL = "copying", "drill"


def make_backup(home: Home, folder: Path, at: datetime, kept_days: int = KEPT_DAYS) -> Path:
    """Write a backup of a home into a folder; where it lies. It comes whole or not at all.

    InputProblems where there is no recovery key, or a database is locked for long.
    """
    public = read_public(home.recovery)
    until = (at + timedelta(days=kept_days)).date()
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    target = folder / file_name(at, until)
    with write_whole(target) as new:
        new.touch(FILE_MODE)
        with new.open("wb") as file, copied(home) as copies:
            sealer = Sealer(file, public, made=at.isoformat(timespec="seconds"), keep_until=until.isoformat())
            with tarfile.open(fileobj=cast("IO[bytes]", sealer), mode="w|") as archive:
                for name, source in copies.items():
                    archive.addfile(_entry(name, source), source)
            sealer.finish()
    _keep_list(home, folder)
    return target


@contextmanager
def copied(home: Home) -> Iterator[dict[str, IO[bytes]]]:
    """Open files by their name in a backup: copies of both databases at one moment, and what lies beside them."""
    place = home.folder / COPIES
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(mode=FOLDER_MODE)
    files: dict[str, IO[bytes]] = {}
    try:
        with _locked(home):
            for name in DATABASES:
                _copy_database(home.folder / name, place / name)
            for name in BESIDE:
                if (home.folder / name).is_file():
                    files[name] = (home.folder / name).open("rb")
        for name in DATABASES:
            files[name] = (place / name).open("rb")
        # From here on they have no name: nothing of them stays, however this process ends.
        shutil.rmtree(place)
        yield files
    finally:
        for file in files.values():
            file.close()
        shutil.rmtree(place, ignore_errors=True)


def clear_copies(home: Home) -> None:
    """Take away copies that a killed run left: they would outlive an erasure."""
    for name in (COPIES, DRILL):
        shutil.rmtree(home.folder / name, ignore_errors=True)


@contextmanager
def _locked(home: Home) -> Iterator[None]:
    """Both databases locked for writing; readers go on."""
    with closing(_connected(home.identities)) as identities, closing(_connected(home.records)) as records:
        records.execute(f"PRAGMA busy_timeout = {HOLD_MILLISECONDS}")
        for tries_left in reversed(range(TRIES)):
            with _in_words(home.identities):
                identities.execute("BEGIN IMMEDIATE")
            if _begun(records, home.records, patient=tries_left > 0):
                break
            identities.execute("ROLLBACK")
            # Whoever waits looks ten times a second whether it is free.
            time.sleep(REST_SECONDS)
        yield
        for connection in (records, identities):
            connection.execute("ROLLBACK")


def _begun(records: sqlite3.Connection, path: Path, *, patient: bool) -> bool:
    """Is this one locked too? Who writes to it may wait for the other, and so is let go first, as often as it takes."""
    try:
        records.execute("BEGIN IMMEDIATE")
    except sqlite3.DatabaseError as error:
        if patient and error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            return False
        with _in_words(path):
            raise
    return True


def _connected(path: Path) -> sqlite3.Connection:
    # Not made where it is missing, as a bare connection would.
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=WAIT_SECONDS, isolation_level=None)


def _copy_database(source: Path, target: Path) -> None:
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE))
    with _in_words(source), closing(_connected(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def _entry(name: str, source: IO[bytes]) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = os.fstat(source.fileno()).st_size, FILE_MODE
    return entry


def _keep_list(home: Home, folder: Path) -> None:
    """Put the list of erasures of this moment beside the backup, as a file of its own: it must not lie on one disk."""
    with suppress(FileNotFoundError), write_whole(folder / home.erased.name, waits=True) as new:
        there = folder / home.erased.name
        before = there.read_text(encoding="ascii").splitlines() if there.is_file() else []
        lines = dict.fromkeys([*before, *home.erased.read_text(encoding="ascii").splitlines()])
        new.touch(FILE_MODE)
        new.write_text("".join(f"{line}\n" for line in lines), encoding="ascii")


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """What SQLite says of a database, as what the operating system would say, or as a problem with that file."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = error.sqlite_errorcode & 0xFF
        if code in OF_SYSTEM:
            number = OF_SYSTEM[code]
            raise OSError(number, os.strerror(number), str(path)) from None
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            do = "Try again in a minute; if it stays so, restart the server."
            found, allowed = f"it locked for {WAIT_SECONDS} seconds", "it free for an instant"
        else:
            do = "Restore the newest backup from before it was damaged: remission restore"
            found, allowed = "it damaged", "a database that can be read"
        raise InputProblems(Problem.of_file(str(path), found=found, allowed=allowed, do=do)) from None
