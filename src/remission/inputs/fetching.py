"""What is published elsewhere and brought here: one file a source, found by walking the folders that hold them.

A source knows its title and licence, fetches what is published into the home folder, and tidies what lies there. It
never deletes: what was fetched once stays, dated, under `raw/`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Protocol

from remission.inputs.download import Patience, Progress
from remission.inputs.problems import Problem
from remission.inputs.snapshots import Snapshot

Say = Callable[[Progress], None]


@dataclass(frozen=True)
class Asking:
    """What is asked of a source: where, which months (both ends included; None is no end), and today's date.

    An empty `base_url` is the source's own address.
    """

    today: date
    base_url: str = ""
    since: date | None = None
    until: date | None = None
    patience: Patience = field(default_factory=Patience)

    def covers(self, month: date) -> bool:
        """Is this month (its first day) asked for?

        >>> Asking(date(2026, 11, 1), since=date(2025, 4, 20)).covers(date(2025, 4, 1))
        True
        """
        after = self.since is None or month >= self.since.replace(day=1)
        return after and (self.until is None or month <= self.until)


@dataclass(frozen=True)
class Fetched:
    """What one fetch brought: snapshots that are new, how many files had not changed, and what went wrong."""

    new: tuple[Snapshot, ...] = ()
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()


class DataSource(Protocol):
    """What every file of such a folder offers. `say` is told the progress; `tidy` makes tables of what was fetched."""

    TITLE: str
    LICENCE: str

    def fetch(self, home: Path, asking: Asking, say: Say) -> Fetched:
        """Bring what is published and not here yet; one bad file never stops the others."""

    def tidy(self, home: Path) -> object:
        """Make tables of what lies in the home folder, without the network."""


def sources_in(*packages: ModuleType) -> dict[str, DataSource]:
    """Every source of some packages, by the name of its file; the walked folders hold nothing else."""
    found = {
        name: importlib.import_module(f"{package.__name__}.{name}")
        for package in packages
        for _, name, _ in pkgutil.iter_modules(package.__path__)
    }
    return {name: found[name] for name in sorted(found)}
