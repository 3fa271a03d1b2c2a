"""The observatory that this process serves: its home, its keys, what its host declared, and in which way it runs."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast, get_args

from django.conf import settings

from remission.web.home import Home, open_home
from remission.web.keys import Keyring, new_keyring, read_keyring

Mode = Literal["serve", "demo"]
MODES: tuple[Mode, ...] = get_args(Mode)
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
ADDRESS = "http://localhost:8000"
INVENTED = "This is from a demo. All people in it are invented."


@dataclass(frozen=True)
class Instance:
    """One observatory as it runs. `hosts` are the names it answers to, `proxies` how many trusted ones stand before it.

    `address` is where people reach it, without a stroke at its end: links in letters begin with it.
    Without a `home` it serves nothing: only tools that read the settings make one.
    """

    home: Home | None
    keyring: Keyring = field(repr=False)
    mode: Mode = "serve"
    site: Path | None = None
    hosts: tuple[str, ...] = LOOPBACK
    proxies: int = 0
    address: str = ADDRESS

    @property
    def folder(self) -> Home:
        """Its home; RuntimeError where it has none."""
        if self.home is None:
            raise RuntimeError("no home: REMISSION_HOME is not set")
        return self.home

    @property
    def notice(self) -> str:
        """What every file that leaves it must say of its people; empty where they are real."""
        return INVENTED if self.mode == "demo" else ""

    @property
    def on_loopback(self) -> bool:
        """Is it asked for by this computer alone, where no cookie can be sent over TLS?"""
        return set(self.hosts) <= set(LOOPBACK)


def instance_of_environment() -> Instance:
    """The observatory that the environment names: what serves sets it, so that every process of it knows the same."""
    folder = os.environ.get("REMISSION_HOME")
    if not folder:
        return Instance(None, new_keyring())
    home = open_home(Path(folder))
    mode, site = os.environ.get("REMISSION_MODE", "serve"), os.environ.get("REMISSION_SITE")
    hosts = tuple(os.environ.get("REMISSION_HOSTS", "").split()) or LOOPBACK
    return Instance(
        home, read_keyring(home), cast(Mode, mode), Path(site) if site else home.site,
        hosts, int(os.environ.get("REMISSION_PROXIES", "0")), os.environ.get("REMISSION_ADDRESS") or ADDRESS,
    )  # fmt: skip


def instance() -> Instance:
    """The observatory of this process."""
    return settings.REMISSION
