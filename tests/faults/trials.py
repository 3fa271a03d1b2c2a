"""What a kind of fault is asked for and answers, and all kinds found by walking."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, cast

import faults.kinds

Wrong = Literal[
    "", "traceback", "half result", "invalid accepted", "harmless changed", "refused without words", "hangs"
]


@dataclass(frozen=True)
class Tried:
    """One attempt, and what is wrong with what came of it: nothing, as a rule."""

    what: str
    wrong: Wrong = ""
    detail: str = ""


@dataclass(frozen=True)
class Asked:
    """A folder of its own for a kind; `short` asks for a few tries of each sort, within two seconds in all."""

    folder: Path
    short: bool = False
    seed: int = 1

    def of(self, many: int, few: int) -> int:
        """How many tries."""
        return few if self.short else many


class Kind(Protocol):
    """What every file of `kinds` offers. `control` tries with the guard off: something must be wrong."""

    TITLE: str

    def tries(self, asked: Asked) -> Iterable[Tried]:
        """Every attempt."""

    def control(self, asked: Asked) -> Iterable[Tried]:
        """Attempts of which at least one is found wrong."""


def kinds() -> dict[str, Kind]:
    """Every kind of fault by the name of its file."""
    names = sorted(one.name for one in pkgutil.iter_modules(faults.kinds.__path__))
    return {name: cast("Kind", importlib.import_module(f"faults.kinds.{name}")) for name in names}


def told(name: str, kind: Kind, tried: Iterable[Tried], *, control: bool) -> Iterator[tuple[bool, str]]:
    """Lines for people, each with whether it is bad news: every failure, and at the end the counts."""
    counted: Counter[str] = Counter()
    for one in tried:
        counted[one.wrong] += 1
        if one.wrong and not control:
            yield True, f"  {one.wrong}: {one.what}. {one.detail}".rstrip()
    failed = counted.total() - counted[""]
    kinds_of_failure = ", ".join(f"{word} {number}" for word, number in sorted(counted.items()) if word)
    said = f"{name}{' with the guard off' if control else ''} ({kind.TITLE}): {counted.total()} tried, {failed} failed"
    bad = (failed == 0) if control else (failed > 0 or counted.total() == 0)
    yield bad, f"{said}{f' ({kinds_of_failure})' if kinds_of_failure else ''}"
