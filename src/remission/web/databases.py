"""Two databases, and what of them lies in which: identities in one, records in the other, and no key between them.

There is no transaction across both. Whatever changes both is an act with an intent (`web.acts.intents`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from django.db.models import Model

IDENTITIES, RECORDS = "default", "records"
# WAL: who reads does not wait for who writes. FULL: what was acknowledged survives a power cut. secure_delete: what is
# erased is overwritten, and not only forgotten.
PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON; "
    "PRAGMA recursive_triggers=ON"
)
WAIT_SECONDS = 10


def database(path: Path | None) -> dict[str, Any]:
    """The settings of one database; without a path it lies in memory."""
    options = {"transaction_mode": "IMMEDIATE", "timeout": WAIT_SECONDS, "init_command": PRAGMAS}
    name = ":memory:" if path is None else str(path)
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": options, "CONN_MAX_AGE": 60}


class ByRoom:
    """Django's router: records lie in one database, and everything else in the other."""

    def db_for_read(self, model: type[Model], **_: Any) -> str:
        """Where its rows are read."""
        return _database_of(model._meta.app_label)

    def db_for_write(self, model: type[Model], **_: Any) -> str:
        """Where its rows are written."""
        return _database_of(model._meta.app_label)

    def allow_relation(self, one: Model, other: Model, **_: Any) -> bool:
        """Only within one database."""
        return _database_of(one._meta.app_label) == _database_of(other._meta.app_label)

    def allow_migrate(self, db: str, app_label: str, **_: Any) -> bool:
        """Tables are made where their rows lie, and nowhere else."""
        return db == _database_of(app_label)


def _database_of(app_label: str) -> str:
    return RECORDS if app_label == "records" else IDENTITIES
