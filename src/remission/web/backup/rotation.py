"""New keys for old: everything sealed is sealed again under a new key, and then the old one is forgotten.

A file of keys holds the new one first and the old one after it for as long as anything is sealed under the old, and
both open. So a process may be killed at any moment: everything opens, and the next run goes on where this one was.
Backups that were made before hold the keys of their time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.contrib.sessions.models import Session
from django.db import connections, transaction

from remission.inputs.problems import InputProblems, Problem
from remission.inputs.writing import write_whole
from remission.web.audit.chain import CHAINS, SYSTEM, note, noting
from remission.web.backup.restore import truncate_logs
from remission.web.databases import IDENTITIES, RECORDS
from remission.web.home import FILE_MODE, Home
from remission.web.open import turned_to

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

# Which key seals what lies in which database. In that of records it wraps the keys of persons; what those seal it does
# not open, and so leaves alone.
KEYS = {"identity": IDENTITIES, "wrapping": RECORDS}
# What every token of Fernet begins with (its version, and a time before the year 2106), and how it goes on.
BEGIN = b"gAAAA"
TOKEN = re.compile(BEGIN + rb"[A-Za-z0-9_-]{60,}={0,2}")


@dataclass(frozen=True)
class Column:
    """A column of a table; which of them hold something sealed is looked for, and listed nowhere."""

    using: str
    table: str
    name: str


def rotate_keys(home: Home) -> dict[str, int]:
    """Renew the keys of a home; how many things each sealed. Nobody else may have the home open.

    InputProblems where something is still sealed under an old key in the end; then both keys stay.
    """
    for name in KEYS:
        _put_first(home, name)
    with turned_to(home):
        counts = {name: _seal_again(_keys(home, name), using) for name, using in KEYS.items()}
        # They are sealed within: whoever was signed in signs in again.
        Session.objects.all().delete()
        for chain in CHAINS:
            with noting(chain):
                note(chain, "keys renewed", actor=SYSTEM)
        truncate_logs()
        for name, using in KEYS.items():
            _check_all(_keys(home, name), using, home.keys / name)
    for name in KEYS:
        _write_keys(home, name, _keys(home, name)[:1])
    return counts


def _put_first(home: Home, name: str) -> None:
    keys = _keys(home, name)
    # Two of them: a run that was killed had begun, and this one goes on with its key.
    if len(keys) == 1:
        _write_keys(home, name, [Fernet.generate_key().decode(), *keys])


def _keys(home: Home, name: str) -> list[str]:
    return (home.keys / name).read_text(encoding="ascii").split()


def _write_keys(home: Home, name: str, keys: Sequence[str]) -> None:
    with write_whole(home.keys / name) as new:
        new.touch(FILE_MODE)
        new.write_text("".join(f"{key}\n" for key in keys), encoding="ascii")


def _seal_again(keys: Sequence[str], using: str) -> int:
    """Seal under the first of these keys whatever any of them opens in a database; how many things that were."""
    several, newest, count = MultiFernet([Fernet(key) for key in keys]), Fernet(keys[0]), 0
    for column in _columns(using):
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            sealed = list(_sealed(column))
            for row, value in sealed:
                again = TOKEN.sub(lambda found: _again(found[0], several, newest), value)
                if again != value:
                    _replace(cursor, column, row, again)
            count += sum(_opens(several, one) for _, value in sealed for one in TOKEN.findall(value))
    return count


def _again(token: bytes, several: MultiFernet, newest: Fernet) -> bytes:
    # What was killed and goes on leaves alone what was done; and what none of the keys sealed is not ours to touch.
    return token if _opens(newest, token) or not _opens(several, token) else several.rotate(token)


def _check_all(keys: Sequence[str], using: str, path: Path) -> None:
    """InputProblems where one of the old keys is still needed."""
    newest, old = Fernet(keys[0]), [Fernet(key) for key in keys[1:]]
    left = {
        f"{column.table}.{column.name}"
        for column in _columns(using)
        for _, value in _sealed(column)
        for one in TOKEN.findall(value)
        if not _opens(newest, one) and any(_opens(key, one) for key in old)
    }
    if left:
        found = f"something in {', '.join(sorted(left))} that only an old key opens"
        do = "Both keys stay. Run it again with the server stopped, and report it if this stays."
        raise InputProblems(Problem.of_file(str(path), found=found, allowed="nothing sealed under an old key", do=do))


def _opens(key: Fernet | MultiFernet, token: bytes) -> bool:
    try:
        key.decrypt(token)
    except InvalidToken:
        return False
    return True


def _columns(using: str) -> Iterator[Column]:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%%'")
        # In a chain nothing is sealed, and nothing is changed.
        tables = [name for (name,) in cursor.fetchall() if not name.endswith("audit")]
        for table in tables:
            cursor.execute(f'PRAGMA table_info("{table}")')
            yield from [Column(using, table, described[1]) for described in cursor.fetchall()]


def _sealed(column: Column) -> Iterator[tuple[int, bytes]]:
    """The rows of a column in which something sealed stands, each as bytes."""
    with connections[column.using].cursor() as cursor:
        value = f'CAST("{column.name}" AS BLOB)'
        cursor.execute(
            f'SELECT rowid, {value} FROM "{column.table}" WHERE instr({value}, CAST(%s AS BLOB))', [BEGIN.decode()]
        )
        yield from ((row, bytes(value)) for row, value in cursor.fetchall())


def _replace(cursor: CursorWrapper, column: Column, row: int, value: bytes) -> None:
    # A text stays a text, and bytes stay bytes.
    new = f"CASE typeof(\"{column.name}\") WHEN 'text' THEN CAST(%s AS TEXT) ELSE %s END"
    cursor.execute(f'UPDATE "{column.table}" SET "{column.name}" = {new} WHERE rowid = %s', [value, value, row])
