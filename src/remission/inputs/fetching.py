"""What is published elsewhere and brought here: one file a source, found by walking the folders that hold them.

A source knows its title and licence, fetches what is published into the home folder, and tidies what lies there. It
never deletes: what was fetched once stays, dated, under `raw/`. What `tidy` gives is for those who read that source by
name; sources of hospital stock all give the same, which the build adds up (`supply.stock.stock.StockSource`).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Protocol

from remission.inputs.download import Patience, Progress
from remission.inputs.problems import Problem
from remission.inputs.snapshots import Snapshot
from remission.inputs.walking import modules_in

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


class FetchedSource(Protocol):
    """What every file of such a folder offers. `say` is told the progress; `tidy` makes tables of what was fetched."""

    TITLE: str
    LICENCE: str

    def fetch(self, home: Path, asking: Asking, say: Say) -> Fetched:
        """Bring what is published and not here yet; one bad file never stops the others."""

    def tidy(self, home: Path) -> object:
        """Make tables of what lies in the home folder, without the network."""


OFFERED = ("TITLE", "LICENCE", "fetch", "tidy")


def sources_in(*packages: ModuleType, offered: Sequence[str] = OFFERED) -> dict[str, ModuleType]:
    """Every source of some packages, by the name of its file; the walked folders hold nothing else.

    ValueError for two of one name, TypeError for a file that does not offer what a source must.
    """
    found = {name: importlib.import_module(module) for name, module in modules_in(*packages).items()}
    for module in found.values():
        if lacking := [what for what in offered if not hasattr(module, what)]:
            raise TypeError(f"{module.__name__} is no source: it has no {', '.join(lacking)}")
    return found
