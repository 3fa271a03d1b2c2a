"""One way for every command to open an observatory: Django set up for the home it names, and the home held.

A process that has it open holds its home together with others; what changes keys or swaps folders holds it alone
(`held`), so that no server goes on with what was there before. The hold is a lock of the kernel: it ends with the
process, however that ends.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from remission.inputs.problems import InputProblems, Problem

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from remission.web.home import Home
    from remission.web.instance import Instance, Mode

NEEDED = ("django", "allauth", "csp", "cryptography", "argon2", "whitenoise", "django_tasks", "gunicorn")
PRIVATE_UMASK = 0o077
HELD = "in-use.lock"
_holds: list[int] = []


def check_installed() -> None:
    """InputProblems where what serves an observatory is not installed."""
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        found = f"no {', '.join(missing)}"
        allowed = "the extra [web]"
        do = "Run: make serve (in a checkout), or: pip install 'remission[web]'."
        raise InputProblems(Problem.of_file("Python", found=found, allowed=allowed, do=do))


def open_observatory(
    folder: Path | None = None,
    *,
    mode: Mode = "serve",
    site: Path | None = None,
    hosts: Sequence[str] = (),
    proxies: int = 0,
    address: str = "",
) -> Instance:
    """Set up Django for the observatory at a folder (by default REMISSION_HOME) and hold it until this process ends.

    Its tables are made by `serving.prepare`, which is the caller's to call. Without an `address` links in letters begin
    with the one that is declared. InputProblems where the web part is not installed, a key is missing, others may read
    the folder, or somebody else has the home alone.
    """
    check_installed()
    from remission.web.home import default_folder, open_home
    from remission.web.observatory import declared_address

    # Databases, letters and backups are made by libraries that ask nobody who may read them.
    os.umask(PRIVATE_UMASK)
    home = open_home((folder or default_folder()).resolve())
    said = {
        "DJANGO_SETTINGS_MODULE": "remission.web.settings", "REMISSION_HOME": str(home.folder),
        "REMISSION_MODE": mode, "REMISSION_SITE": str(site.resolve()) if site else "",
        "REMISSION_HOSTS": " ".join(hosts), "REMISSION_PROXIES": str(proxies),
        "REMISSION_ADDRESS": address or declared_address(home),
    }  # fmt: skip
    os.environ.update(said)
    _holds.append(_hold(home.folder, alone=False))
    import django
    from django.conf import settings

    django.setup()
    found: Instance = settings.REMISSION
    return found


def open_begun(folder: Path | None = None) -> Instance:
    """Open an observatory that is there; InputProblems where none is, for what looks at one makes none."""
    check_installed()
    from remission.web.home import Home, default_folder

    check_begun(Home(folder or default_folder()))
    return open_observatory(folder)


def check_begun(home: Home) -> None:
    """InputProblems where no observatory lies at a home."""
    if not (home.identities.is_file() and home.records.is_file()):
        do = "Name its folder with --data or REMISSION_HOME, or begin one: remission serve"
        found = "no databases of an observatory"
        raise InputProblems(Problem.of_file(str(home.folder), found=found, allowed="the home of one", do=do))


@contextmanager
def held(folder: Path, *, alone: bool = False) -> Iterator[None]:
    """Hold a home, together with others or `alone`; InputProblems where that is not possible now."""
    hold = _hold(folder, alone=alone)
    try:
        yield
    finally:
        os.close(hold)


def set_up_bare() -> None:
    """Set up Django for no observatory yet: for what turns to one (`turned_to`) that is not there at the start."""
    check_installed()
    import django

    os.environ.pop("REMISSION_HOME", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "remission.web.settings"
    django.setup()


@contextmanager
def turned_to(home: Home) -> Iterator[Instance]:
    """This process turned to another home, whose databases and keys it uses until the end, and back."""
    from django.conf import settings
    from django.db import connections

    from remission.web.databases import IDENTITIES, RECORDS
    from remission.web.keys import read_keyring

    before: Instance = settings.REMISSION
    names = {name: connections[name].settings_dict["NAME"] for name in connections}
    settings.REMISSION = replace(before, home=home, keyring=read_keyring(home))
    _point({IDENTITIES: str(home.identities), RECORDS: str(home.records)})
    try:
        yield settings.REMISSION
    finally:
        _point(names)
        settings.REMISSION = before


def _point(names: dict[str, str]) -> None:
    from django.db import connections

    for name, path in names.items():
        connections[name].close()
        connections[name].settings_dict["NAME"] = path


def _hold(folder: Path, *, alone: bool) -> int:
    opened = os.open(folder / HELD, os.O_RDWR | os.O_CREAT, 0o600)
    if sys.platform == "win32":
        return opened
    try:
        fcntl.flock(opened, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(opened)
        found = "another program that has it open" if alone else "a program that has it alone: it changes keys or files"
        do = "Stop the server and its jobs, then try again." if alone else "Wait until that has ended."
        raise InputProblems(
            Problem.of_file(str(folder), found=found, allowed="nobody else at this moment", do=do)
        ) from None
    return opened
