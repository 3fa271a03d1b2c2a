"""What a database holds, as one digest a table: two copies are the same where all their digests are."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

Digests = Mapping[str, str]


def digests(path: Path, *, up_to: Mapping[str, int] | None = None) -> Digests:
    """The digest of every table of a database file; of a table in `up_to` only the rows up to that number."""
    until = up_to or {}
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        names = sorted(name for (name,) in tables)
        return {name: _digest(connection, name, until.get(name)) for name in names}


def differing(one: Digests, other: Digests) -> list[str]:
    """The tables that are not the same in both, by name."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def last_row(path: Path, table: str) -> int:
    """The number of the last row of a chain."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        return int(connection.execute(f'SELECT coalesce(max("row"), 0) FROM "{table}"').fetchone()[0])


def _digest(connection: sqlite3.Connection, table: str, until: int | None) -> str:
    chosen = "" if until is None else f' WHERE "row" <= {until}'
    rows = connection.execute(f'SELECT * FROM "{table}"{chosen}')
    return _of_rows(hashlib.sha256(repr(row).encode()).digest() for row in rows)


def _of_rows(hashed: Iterable[bytes]) -> str:
    # In no order: a copy may keep its rows in another.
    whole = hashlib.sha256()
    for one in sorted(hashed):
        whole.update(one)
    return whole.hexdigest()
