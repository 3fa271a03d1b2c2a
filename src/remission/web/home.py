"""Where an observatory keeps what is its own: two databases, keys, waiting mail, logs. Nobody else may read there."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet

from remission.inputs.problems import InputProblems, Problem

FOLDER_MODE, FILE_MODE = 0o700, 0o600
OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Home:
    """The folder of one observatory, and where each thing lies in it."""

    folder: Path

    @property
    def identities(self) -> Path:
        """The database of accounts: addresses, second factors, who is whose delegate."""
        return self.folder / "identities.sqlite3"

    @property
    def records(self) -> Path:
        """The database of records: what people told, under random names."""
        return self.folder / "records.sqlite3"

    @property
    def keys(self) -> Path:
        """The folder of keys, which lies outside both databases."""
        return self.folder / "keys"

    @property
    def outbox(self) -> Path:
        """Where letters are written as files while no mail server is named."""
        return self.folder / "outbox"

    @property
    def logs(self) -> Path:
        """Where the server says what went wrong, without a word of any person."""
        return self.folder / "logs"

    @property
    def site(self) -> Path:
        """The static site, where none is named."""
        return self.folder / "site"

    @property
    def declaration(self) -> Path:
        """What the host declares: `observatory.toml`."""
        return self.folder / "observatory.toml"

    @property
    def heads(self) -> Path:
        """The head of each audit chain, day by day."""
        return self.folder / "heads.csv"

    @property
    def erased(self) -> Path:
        """The random names of those who had everything erased: never in a backup, applied again after a restore."""
        return self.folder / "erased.txt"

    @property
    def recovery(self) -> Path:
        """The public half of the recovery key, to which backups are sealed."""
        return self.folder / "recovery.pub"

    @property
    def backups(self) -> Path:
        """Where backups are written, where no other place is named."""
        return self.folder / "backups"


def default_folder() -> Path:
    """REMISSION_HOME; without it a folder of the user's own data, outside any checkout."""
    named = os.environ.get("REMISSION_HOME")
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(named) if named else Path(data) / "remission"


def open_home(folder: Path) -> Home:
    """The home at a folder, made with new keys where nothing is there yet.

    InputProblems where databases lie there and a key is missing (new ones would make the records unreadable for ever),
    and where others on this computer may read it.
    """
    home = Home(folder)
    fresh = not (home.identities.exists() or home.records.exists())
    for one in (folder, home.keys, home.outbox, home.logs):
        one.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    if fresh:
        _make_keys(home)
    if problems := [*_missing_keys(home), *_open_to_others(home)]:
        raise InputProblems(problems)
    return home


SECRETS: Mapping[str, Callable[[], str]] = {
    "secret": lambda: secrets.token_urlsafe(64),
    "identity": lambda: Fernet.generate_key().decode(),
    "wrapping": lambda: Fernet.generate_key().decode(),
    "chain": lambda: secrets.token_hex(32),
}


def _make_keys(home: Home) -> None:
    for name, make in SECRETS.items():
        path = home.keys / name
        if not path.exists():
            # Made with its mode: between writing and forbidding, another could read it.
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "w") as file:
                file.write(make() + "\n")


def _missing_keys(home: Home) -> Iterator[Problem]:
    for name in SECRETS:
        path = home.keys / name
        if not path.is_file() or not path.read_text(encoding="ascii", errors="replace").strip():
            do = "Put the file back from where keys are kept apart from backups. A new one would open nothing."
            yield Problem.of_file(str(path), found="no key", allowed="the key that this observatory began with", do=do)


def _open_to_others(home: Home) -> Iterator[Problem]:
    for path in (home.folder, home.keys, *(home.keys / name for name in SECRETS)):
        if path.exists() and path.stat().st_mode & OTHERS:
            mode = FOLDER_MODE if path.is_dir() else FILE_MODE
            found, allowed = "others on this computer may read it", f"mode {mode:04o}"
            yield Problem.of_file(str(path), found=found, allowed=allowed, do=f"Run: chmod {mode:o} {path}")
