"""This process, and every process that it starts, turned to one observatory: the first thing that a command does."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import TYPE_CHECKING

from remission.inputs.problems import InputProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from remission.web.instance import Instance, Mode

PRIVATE_UMASK = 0o077


def open_observatory(
    folder: Path,
    *,
    mode: Mode = "serve",
    site: Path | None = None,
    hosts: Sequence[str] = (),
    proxies: int = 0,
    address: str = "",
) -> Instance:
    """The observatory whose home is a folder; its tables are made by `serving.prepare`, which is the caller's to call.

    Without an `address` links in letters begin with the one that is declared.

    InputProblems where keys are missing, where others may read the folder, and where nothing that serves is installed.
    """
    check_installed()
    # None of them can be imported where nothing is installed.
    from remission.web.home import Home  # noqa: PLC0415
    from remission.web.observatory import declared_address  # noqa: PLC0415

    said = {
        "DJANGO_SETTINGS_MODULE": "remission.web.settings", "REMISSION_HOME": str(folder.resolve()),
        "REMISSION_MODE": mode, "REMISSION_SITE": str(site.resolve()) if site else "",
        "REMISSION_HOSTS": " ".join(hosts), "REMISSION_PROXIES": str(proxies),
        "REMISSION_ADDRESS": address or declared_address(Home(folder)),
    }  # fmt: skip
    os.environ.update(said)
    # Databases, letters and backups are made by libraries that ask nobody who may read them.
    os.umask(PRIVATE_UMASK)

    import django  # noqa: PLC0415 - its settings are read once, from what was said above

    from remission.web.instance import instance  # noqa: PLC0415

    django.setup()
    return instance()


def check_installed() -> None:
    """InputProblems where the libraries that serve people's own records are not installed."""
    if find_spec("django") is None or find_spec("gunicorn") is None:
        found, allowed = "no libraries that serve people's own records", "the extra [web]"
        do = "Run: make serve (in a checkout), or: pip install 'remission[web]'."
        raise InputProblems(Problem.of_file("remission", found=found, allowed=allowed, do=do))
